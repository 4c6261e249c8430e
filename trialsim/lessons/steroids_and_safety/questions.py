"""The checks of lesson 05. Their keys are computed by what the learner has just moved."""

from __future__ import annotations

import math
from dataclasses import replace

from trialsim.design import chance_of_any_event, patients_to_see_one, zero_events_bound
from trialsim.errors import check_whole
from trialsim.lessons.steroids_and_safety.dose_patients import DRUG_SET, doses, our_trial, world
from trialsim.lessons.wrong_answers import wrong
from trialsim.patients.change import PairedChange, paired
from trialsim.widgets.question import Number, OneOf, Question

_RATES = (1.5, 2.0, 4.0, 9.0, 2.5, 0.5, 8.0, 7.0, 6.0)
"""In 100; none that the picture says before it is asked. One over the rate is never the size of our trial, which stands
for another idea."""
_MINUS = "\N{MINUS SIGN}"


def recall_question(size: int = 40) -> Question:
    """What no serious event in so many patients leaves possible; not as many as the learner has just looked at."""
    bound = zero_events_bound(size)
    # The highest rate that each answer allows; the key is the one at which none seen has a chance of 5 in 100.
    allows = {"none": 0.0, "one": 0.01, "exact": bound, "three": 3 / size}
    options = {
        "none": "The rate is zero, or so near to zero that nobody has to be told",
        "one": "The rate is below 1 in 100: a commoner event would have been seen",
        "exact": f"Up to {100 * bound:.1f} in 100 cannot be excluded with 95 % confidence (one-sided)",
        "three": f"The rate is {100 * allows['three']:.1f} in 100 at most, and exactly so: it is 3 divided by {size}",
    }
    return Question(
        name="05-recall",
        text=f"No serious event in {size} patients. What follows for the rate among future patients?",
        answer=OneOf(options),
        key=lambda: min(allows, key=lambda name: abs((1 - allows[name]) ** size - 0.05)),
        right=f"At {100 * bound:.1f} in 100 nobody of {size} has an event in 5 of 100 trials; at a lower rate "
        "more often.",
        hint="Ask of each rate: in how many of 100 trials would nobody have an event?",
        worked=(
            f"Nobody of {size} has an event with a chance of (1 \N{MINUS SIGN} rate) multiplied {size} times by "
            "itself. At 1 in 100 that is "
            f"{100 * 0.99**size:.0f} of 100 trials, at {100 * bound:.1f} in 100 it is 5, at "
            f"{100 * allows['three']:.1f} in 100 "
            f"it is {100 * (1 - allows['three']) ** size:.1f}."
        ),
        wrong=(
            wrong("zero-means-safe", "none"),
            wrong("twenty-would-show-it", "one"),
            wrong("rule-of-three-is-exact", "three"),
        ),
    )


def another_rate(number: int) -> float:
    """The event rate that a learner's number picks; neighbours get different ones."""
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    return _RATES[number % len(_RATES)] / 100


def apply_question(number: int = 0) -> Question:
    """How many patients it takes to see an event of another rate."""
    rate, n = another_rate(number), our_trial().n
    key = patients_to_see_one(rate, 0.95)
    return Question(
        name="05-apply",
        text=(
            f"An event comes to {100 * rate:g} in 100 patients. How many patients must a trial have to see it at least "
            "once with a chance of 95 in 100?"
        ),
        answer=Number("Patients", 1, 5000, close=max(2, round(0.05 * key))),
        key=lambda: patients_to_see_one(rate, 0.95),
        right=(
            f"{{key}} see it in {100 * chance_of_any_event(rate, key):.2f} of 100 trials, one fewer in "
            f"{100 * chance_of_any_event(rate, key - 1):.2f}."
        ),
        hint="Set the rate in the picture of how many patients it takes, with 95 in 100 wanted.",
        worked=(
            f"Each patient has none with a chance of {1 - rate:g}. Multiply that by itself until it falls to 0.05 or "
            "below: "
            f"that takes {{key}} patients. Our {n} see such an event in {100 * chance_of_any_event(rate, n):.0f} of "
            "100 trials."
        ),
        wrong=(
            wrong("one-in-hundred-is-one-of-each-hundred", math.ceil(round(1 / rate, 6))),
            wrong("rule-of-three-is-exact", math.ceil(round(3 / rate, 6))),
            wrong("twenty-would-show-it", n),
        ),
        close="The number is exact: the first at which the chance to see none is 5 in 100 or less.",
    )


def diagnose_question(physician: str = "usual", drug: float | None = None) -> Question:
    """A claim on the dose of glucocorticoid, of the twenty patients of the first picture."""
    truth = world(physician, DRUG_SET / 100 if drug is None else drug)
    with_drug, without = (doses(1, each) for each in (truth, truth.without_drug()))
    fell, anyway = (paired(found[:, 1] - found[:, 0]) for found in (with_drug, without))

    def key() -> str:
        if not _excludes_none(fell):
            return "small"
        return "physician" if _excludes_none(anyway) else "effect"

    (entry, later), n = with_drug.mean(axis=0), len(with_drug)
    options = {
        "effect": "It follows: the interval excludes no change, so the drug made the dose fall",
        "small": f"It does not follow: with only {n} patients the whole of the fall may be chance",
        "records": "It would follow if the doses had been counted in the records of the pharmacy",
        "physician": "It does not follow: a physician set the dose, and may have done so anyway",
    }
    cautious = doses(1, replace(truth, gc_ratio_median=world("cautious").gc_ratio_median))
    return Question(
        name="05-diagnose",
        text=(
            f"A colleague says: \N{LEFT DOUBLE QUOTATION MARK}In our {n} patients on abatacept the mean dose fell "
            f"from {entry:.1f} to "
            f"{later:.1f} mg a day (95 % interval of the change {_interval(fell)}). So abatacept spares steroids."
            "\N{RIGHT DOUBLE QUOTATION MARK} What do you answer?"
        ),
        answer=OneOf(options),
        key=key,
        right=(
            f"The same {n} patients under the same physician without the drug: {_mean(anyway)} mg "
            f"({_interval(anyway)}). The trial cannot see that."
        ),
        hint="Set the drug to 0 in the first picture. What is left of the fall?",
        worked=(
            f"With the drug the mean change is {_mean(fell)} mg, without it {_mean(anyway)} mg in the same "
            "patients; under a "
            f"cautious physician, with the drug, it is {_mean(paired(cautious[:, 1] - cautious[:, 0]))} mg (all "
            "of them in "
            "our model). One arm "
            "shows only "
            "the first of these numbers. A taper rule in the protocol and a control arm would show what the drug adds."
        ),
        wrong=(
            wrong("steroid-fall-is-an-effect", "effect"),
            wrong("twenty-show-nothing", "small"),
            wrong("exact-record-tells-cause", "records"),
        ),
    )


def _excludes_none(change: PairedChange) -> bool:
    """Whether the interval lies below no change."""
    return change.high is not None and change.high < 0


def _interval(change: PairedChange) -> str:
    return f"{change.low:.1f} to {change.high:.1f}".replace("-", _MINUS)


def _mean(change: PairedChange) -> str:
    return f"{change.mean:+.1f}".replace("-", _MINUS)
