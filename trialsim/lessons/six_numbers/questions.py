"""The checks of lesson six numbers; keys come from the sheets of the vignettes and from the rules."""

from __future__ import annotations

from trialsim.facts.core_set import measure
from trialsim.facts.vignettes import VISITS
from trialsim.lessons.practice.rating import rating_of
from trialsim.lessons.practice.wrong_ratings import mean_of_others
from trialsim.lessons.wrong_answers import wrong
from trialsim.rules.instruments import haq_di, mmt8
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.question import Number, OneOf, Question

__all__ = ["apply_question", "recall_question", "who_question"]

_JUDGED = ("EMGA", "PHGA")


def who_question() -> Question:
    """Who sets which mark, and from which question."""
    vignette, name = load_vignettes()[-1], VISITS[1]
    visit = vignette.visits[name]
    own, organs, mean = visit.values["PTGA"], sum(visit.organs.values()), mean_of_others(vignette, visit)
    lines = [f"{cm:g}" for cm in visit.organs.values() if cm]
    marks = {
        "talked": ("PTGA", round(visit.values["PHGA"]), "for the patient, after a talk about what activity is"),
        "sum": ("EMGA", organs, f"for outside muscle, the sum of the organ lines {', '.join(lines)}"),
        "own": ("PTGA", own, "for the patient, as marked, whatever the examination says"),
        "mean": ("PHGA", round(mean, 1), "for the physician global, the mean of the other five marks"),
    }
    sheet = rating_of(10 * (len(load_vignettes()) * len(VISITS)) + 2)

    def key() -> str:
        said = {who: sheet.judge({code: f"{mark:g}"})[code].verdict for who, (code, mark, _) in marks.items()}
        return next(who for who, verdict in said.items() if verdict == "right")

    ranges = [f"{measure(code).label} {visit.expert[code][0]:g} to {visit.expert[code][1]:g}" for code in _JUDGED]
    return Question(
        name="six_numbers-who",
        text=f"{vignette.id} at week 12: alone, she marked {own:g} cm. The examination finds little. "
        "Four people fill in her sheet. Who fills it in as the measures ask?",
        answer=OneOf({who: f"Enters {mark:g} {why}" for who, (_, mark, why) in marks.items()}),
        key=key,
        right="The patient's line is the patient's answer to the patient's question.",
        hint="Whose line is it, and which question does it ask?",
        worked=f"Patient global {own:g}: her own mark. Author's ranges: {'; '.join(ranges)} (assumed): two "
        "judgements, neither a sum nor a mean.",
        wrong=(
            wrong("patient-must-be-corrected", "talked"),
            wrong("extramuscular-is-a-sum", "sum"),
            wrong("global-is-a-mean", "mean"),
        ),
    )


def recall_question() -> Question:
    """One side and both sides."""
    visit = load_vignettes()[-1].visits[VISITS[0]]
    right, neck = mmt8(visit.grades, sides="right"), visit.grades["neck_flexors"]
    left = mmt8(visit.grades, sides="left")
    assert isinstance(neck, int)
    return Question(
        name="six_numbers-recall",
        text=f"Strength was graded on both sides. With the neck (grade {neck}) the right side adds up to {right}, "
        f"and the left side to {left}. What is the MMT-8 of both sides?",
        answer=Number("MMT-8", 0, 160, "points"),
        key=lambda: mmt8(visit.grades),
        right="The neck is in both sums and counts once.",
        hint="Which muscle stands in both sums?",
        worked=f"{right} + {left} - {neck} = " + "{key}.",
        wrong=(wrong("neck-counts-once", right + left), wrong("neck-counts-once", 2 * right)),
    )


def apply_question() -> Question:
    """An aid that is still used."""
    visit = load_vignettes()[0].visits[VISITS[1]]
    answers = ", ".join(f"{name} {score}" for name, score in visit.haq.items())
    return Question(
        name="six_numbers-apply",
        text=f"Week 12 of a made-up patient, worst answer in each category: {answers}. She still uses an aid for "
        f"{' and '.join(visit.aids)}. What is the HAQ-DI?",
        answer=Number("HAQ-DI", 0, 3, within=0.001),
        key=lambda: haq_di(visit.haq, aids=visit.aids, needs_help=visit.help),
        right="The aid is used, so its category scores 2.",
        hint="What does an aid do to the score of its category?",
        worked="With the aid its category is 2; the mean of the eight is {key}.",
        wrong=(wrong("aid-lowers-haq", haq_di(visit.haq, aids=visit.aids, use_aids=False)),),
    )
