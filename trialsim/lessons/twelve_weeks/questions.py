"""The checks of lesson 03. Their keys are counted in the patients that the learner has just looked at."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from trialsim.errors import check_whole
from trialsim.facts.core_set import measure
from trialsim.lessons.twelve_weeks.patient_courses import course, only_error
from trialsim.lessons.twelve_weeks.pieces_panels import SPREAD, pieces, reading_text
from trialsim.lessons.twelve_weeks.recruited_panels import limits
from trialsim.lessons.twelve_weeks.twenty_patients import SIZE, rule, scenario, twins
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.question import Number, OneOf, Question

# Draw and seat; the first draw is on screen all the time. Chosen so that error alone gives every thinkable count of a
# patient another value, and that two and three are the answer equally often, in no order.
_CHOSEN = (
    (8, 6), (54, 3), (60, 15), (10, 15), (5, 6), (18, 12), (30, 0), (6, 0),
    (31, 1), (7, 14), (9, 8), (40, 5), (43, 13), (11, 13), (44, 10), (13, 1),
)  # fmt: skip


def recall_question() -> Question:
    """What would change if the assumed spread of the disease's ups and downs were half."""
    half = SPREAD.default / 2

    def rates() -> tuple[list[float], list[float]]:
        """Who responds without the drug, and who owes it to the drug: at the assumed spread and at half of it."""
        drugs = [next(piece for piece in stairs if piece.drug) for stairs in (pieces(), pieces(half))]
        return [drug.total - drug.added for drug in drugs], [drug.added for drug in drugs]

    options = {
        "same": "As many respond as before, with the drug and without the drug",
        "fewer": "Fewer respond without the drug, and the drug adds more of them",
        "less": "Fewer respond without the drug, and the drug adds fewer of them",
        "none": "Nobody responds without the drug, and all owe it to the drug then",
    }

    def key() -> str:
        without, owed = rates()
        if without[1] <= 0:
            return "none"
        if without[1] >= without[0]:
            return "same"
        return "fewer" if owed[1] > owed[0] else "less"

    def right() -> str:
        without, owed = rates()
        return (
            f"Without the drug {100 * without[1]:.0f} in 100 respond then, not {100 * without[0]:.0f}; the drug adds "
            f"{100 * owed[1]:.0f}, not {100 * owed[0]:.0f}. The spread is assumed: we found no measurement."
        )

    def worked() -> str:
        without, owed = rates()
        return (
            f"At {SPREAD.default} %: {100 * without[0]:.1f} in 100 without the drug, and {100 * owed[0]:.1f} more "
            f"with it. At {half:g} %: {100 * without[1]:.1f}, and {100 * owed[1]:.1f} more. Fewer respond by "
            "chance, so more are left for the drug to help. Error and background treatment still make responders."
        )

    return Question(
        name="03-recall",
        text=f"Our model assumes that the disease goes up and down by {SPREAD.default} % in twelve weeks. What would "
        f"change in our model if that spread were only {half:g} %?",
        answer=OneOf(options),
        key=key,
        right=right,
        hint="Move the assumed spread in the picture with the steps, and look at both numbers in bold.",
        worked=worked,
        slow=True,
        wrong=(
            wrong("all-is-error", "same"),
            wrong("untreated-is-stable", "none"),
            wrong("calm-disease-calm-drug", "less"),
        ),
    )


class Unchanged(NamedTuple):
    """A patient in whom nothing changed, as read: the readings in words, and what a count makes of them."""

    readings: str
    improved: int
    worse: int
    better: int


@cache
def _unchanged(draw: int, seat: int) -> Unchanged:
    """What the instruments read of one patient of a draw in whom nothing changed."""
    twenty = course(draw, only_error())
    first, last = twenty.twelve.read[seat, 0].tolist(), twenty.twelve.read[seat, -1].tolist()
    rows = [*zip(rule().items, first, last, strict=True)]
    words = "; ".join(
        f"{measure(code).label} {reading_text(code, start)} to {reading_text(code, end)}" for code, start, end in rows
    )
    better = sum(measure(code).gain(start, end) > 0 for code, start, end in rows)
    return Unchanged(words, int(twenty.improved[seat].sum()), int(twenty.worse[seat].sum()), better)


def unchanged(number: int) -> Unchanged:
    """The patient that a learner's number picks; neighbours get different ones."""
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    return _unchanged(*_CHOSEN[number % len(_CHOSEN)])


def apply_question(number: int = 0) -> Question:
    """How many measures improve in a patient in whom nothing changed."""
    patient, (improved_from, worse_from) = unchanged(number), limits()
    return Question(
        name="03-apply",
        text="Another patient. In truth nothing changed in twelve weeks; only the instruments erred. Read at week 0 "
        f"and at week 12: {patient.readings}. How many of the six count as improved (by at least {improved_from:g} %)?",
        answer=Number("Measures", 0, len(rule().items), close=1),
        key=lambda: unchanged(number).improved,
        right=f"Worse by at least {worse_from:g} %: {patient.worse}. And in truth nothing happened at all.",
        hint="Divide each change by the reading at week 0. Strength is better when higher, all others when lower.",
        worked=f"{patient.better} of six moved the right way, {{key}} of them by at least {improved_from:g} % of week "
        f"0. {'That makes a responder' if patient.improved >= 3 else 'One more, and this would be a responder'}: three "
        "are required.",
        wrong=(
            wrong("noise-cancels", 0),
            wrong("any-better-counts", patient.better),
            wrong("worse-undoes-better", patient.improved - patient.worse),
        ),
        close="Which one is just short of the threshold, or just reaches it?",
    )


def best_who_owe() -> tuple[int, int]:
    """Of the responders who improved most by physician global, as many as owe it to the drug: how many do, and of
    how many."""
    truth = scenario()
    read, both = course(1, truth).twelve.read, twins(1, truth)
    fall = 1 - read[:, -1, 0] / np.maximum(read[:, 0, 0], 1)
    best = islice((at for at in np.argsort(-fall) if both.treated[at]), both.owed)
    return sum(not both.untreated[at] for at in best), both.owed


def diagnose_question() -> Question:
    """A claim on the responders of the twenty on screen."""
    both = twins(1, scenario())
    responders = both.anyway + both.owed
    hit, owed = best_who_owe()

    def key() -> str:
        found = twins(1, scenario())
        if not found.anyway:
            return "all"
        if not found.owed:
            return "none"
        hit, owed = best_who_owe()
        return "best" if hit == owed else "some"

    options = {
        "all": f"It follows: all {responders} were ill, got the drug, and improved in twelve weeks",
        "best": f"Those of the {responders} who improved more than the others owe it to the drug",
        "some": f"Some of the {responders} may owe it to the drug: one arm does not show which",
        "none": "It does not follow: without a control arm, none of it can be the drug's",
    }
    return Question(
        name="03-diagnose",
        text=f"A report of the trial on screen says: \N{LEFT DOUBLE QUOTATION MARK}{responders} of {SIZE} patients "
        f"responded, so the drug helped {responders} patients.\N{RIGHT DOUBLE QUOTATION MARK} What do you say?",
        answer=OneOf(options),
        key=key,
        right=f"{both.anyway} would have responded without it, and nobody responds only without it: in our model "
        "the drug "
        "takes no response away, so the difference counts people; in a trial it is a net count. That is known "
        "here because the same patients can be "
        "run again without the drug; in a clinic nobody can.",
        hint="Set the first panel back to where it began and compare the two halves of the picture.",
        worked=f"Responders with the drug: {responders}; the same patients without it: {both.anyway}; difference: "
        f"{owed}. Of the {owed} responders whose physician global fell most, the drug decided {hit}.",
        wrong=(
            wrong("after-so-because", "all"),
            wrong("best-responders-owe-it", "best"),
            wrong("no-control-no-effect", "none"),
        ),
    )
