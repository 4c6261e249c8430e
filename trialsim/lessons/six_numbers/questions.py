"""The checks of lesson six numbers; keys come from the sheets of the vignettes and from the rules."""

from __future__ import annotations

from trialsim.facts.vignettes import VISITS
from trialsim.lessons.wrong_answers import wrong
from trialsim.rules.instruments import haq_di, mmt8
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.question import Number, Question

__all__ = ["apply_question", "recall_question"]


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
