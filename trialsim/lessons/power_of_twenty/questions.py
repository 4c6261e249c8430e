"""The checks of lesson 04. Their keys are computed by the design that the learner has just moved."""

from __future__ import annotations

import math

from trialsim.design import SingleStage, response_interval, single_stage
from trialsim.errors import check_whole
from trialsim.facts.protocol import our_trial
from trialsim.lessons.control_arms import distances, published_rates, studies
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.question import Number, OneOf, Question


def recall_question(n: int = 30, p0: float = 0.20, p1: float = 0.40) -> Question:
    """What the power of a design counts."""
    design = single_stage(n, p0)
    power = design.power(p1)
    # What each statement speaks of, computed from its own meaning; the key is the one that is the power.
    success = design.outcomes().success
    meanings = {
        "trials": float(design.outcomes().probabilities(p1)[success].sum()),
        "works": power / (power + design.attained_alpha),
        "patients": p1,
        "certain": 1 - design.p_value(design.min_responders),
    }
    options = {
        "works": f"The chance that this drug works at all is {power:.0%}, before anyone is treated",
        "patients": f"Of the patients who get this drug, {power:.0%} will respond, on average",
        "trials": f"If {p1:.0%} truly respond, {100 * power:.0f} of 100 such trials reach {design.min_responders} "
        "responders",
        "certain": f"Once the trial has succeeded, we may be {power:.0%} sure that the drug works",
    }
    return Question(
        name="04-recall",
        text=_spaced(f"{n} patients, p0 = {p0:.0%}, p1 = {p1:.0%}: the power is {power:.2f}. What does that say?"),
        answer=OneOf({key: _spaced(text) for key, text in options.items()}),
        key=lambda: min(meanings, key=lambda key: abs(meanings[key] - power)),
        right="Power counts trials, under a supposition. It does not say whether the supposition is true.",
        hint="Which of these could be known before anyone is treated, if we only suppose a true rate?",
        worked=_spaced(
            f"The chances of {design.min_responders}, {design.min_responders + 1}, ... {n} responders at a true rate "
            f"of {p1:.0%} add up to {meanings['trials']:.3f}. The others are different numbers: the supposed rate is "
            f"{p1:.2f}; one minus the p-value of {design.min_responders} responders is {meanings['certain']:.3f}; and "
            f"if one in two such drugs worked, with a true rate of exactly {p1:.0%} (assumed), a success would "
            "come from a "
            f"working one with a chance of "
            f"{meanings['works']:.2f}."
        ),
        wrong=(
            wrong("power-is-chance-it-works", "works"),
            wrong("power-counts-patients", "patients"),
            wrong("power-is-one-minus-p", "certain"),
        ),
    )


def another_trial(number: int) -> tuple[SingleStage, float]:
    """The design that a learner's number picks, and a rate to hope for; neighbours get different ones."""
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    sizes, rates = (24, 28, 31, 35, 26, 40, 33), (0.25, 0.35, 0.20, 0.40)
    p0 = rates[number % len(rates)]
    return single_stage(sizes[number % len(sizes)], p0), round(p0 + 0.25, 2)


def apply_question(number: int = 0) -> Question:
    """The boundary of another trial."""
    design, p1 = another_trial(number)
    n, p0, m = design.n, design.p0, design.min_responders
    return Question(
        name="04-apply",
        text=_spaced(
            f"Another trial: {n} patients, p0 = {p0:.0%}, hoped for p1 = {p1:.0%}, 5 false successes in 100 allowed. "
            "With how many responders, or more, does it succeed?"
        ),
        answer=Number("Responders", 0, n, close=2),
        key=lambda: single_stage(n, p0).min_responders,
        right=_spaced(
            f"{m} or more happen in {100 * design.attained_alpha:.1f} of 100 trials at {p0:.0%}, "
            f"{m - 1} or more in {100 * design.p_value(m - 1):.1f}: too many."
        ),
        hint="Set n and p0 in the picture of the boundary, and read where it stands.",
        worked=_spaced(
            f"Go down from {n}: add up the chances at {p0:.0%} as long as the sum stays at or below 5 in 100. The last "
            f"number that fits is {{key}}. Power at {p1:.0%} is then {design.power(p1):.2f}."
        ),
        wrong=(
            wrong("boundary-is-to-be-exceeded", lambda key: key - 1),
            wrong("more-than-expected-is-success", math.floor(n * p0) + 1),
            wrong("boundary-is-what-is-hoped", math.ceil(round(n * p1, 6))),
        ),
        close="Look at the boundary in the picture: which count is the first to its right?",
    )


def diagnose_question(responders: int = 10, n: int = 20, p0: float = 0.30, strict: float = 0.40) -> Question:
    """A claim that stands or falls with p0."""
    design, stricter = single_stage(n, p0), single_stage(n, strict)
    rates = published_rates(our_trial())
    reached = max(rate.rate for rate in studies(rates)) >= strict

    def key() -> str:
        if responders < design.min_responders:
            return "failed"
        return "p0" if responders < stricter.min_responders and reached else "holds"

    options = {
        "holds": f"It follows: {responders} of {n} reaches the boundary, so the drug is the better one",
        "failed": f"It does not follow: {responders} of {n} is what was hoped for, and not more than that",
        "p0": f"It follows only if {p0:.0%} is right: against {strict:.0%} the same result would not do",
        "weak": "It does not follow: a trial with so little power says nothing, even if it succeeds",
    }
    low, high = response_interval(responders, n)
    return Question(
        name="04-diagnose",
        text=_spaced(
            f"A colleague says: \N{LEFT DOUBLE QUOTATION MARK}{responders} of our {n} patients responded, standard "
            f"care gives {p0:.0%}, one-sided p = {design.p_value(responders):.3f}. So the drug is better than standard "
            "care.\N{RIGHT DOUBLE QUOTATION MARK} What do you answer?"
        ),
        answer=OneOf({name: _spaced(text) for name, text in options.items()}),
        key=key,
        right=_spaced(f"At p0 = {strict:.0%} success needs {stricter.min_responders}; {distances(rates, strict)}."),
        hint="The arithmetic is right. Which number in the claim was measured in this trial, and which was not?",
        worked=_spaced(
            f"{responders} or more of {n} have a chance of {design.p_value(responders):.3f} at {p0:.0%} and of "
            f"{stricter.p_value(responders):.3f} at {strict:.0%}. Of the true rate the trial itself gives the 95 % "
            f"interval {100 * low:.0f} to {100 * high:.0f} %; what standard care gives is taken from elsewhere."
        ),
        wrong=(
            wrong("p0-is-known", "holds"),
            wrong("boundary-is-what-is-hoped", "failed"),
            wrong("weak-trial-proves-nothing", "weak"),
        ),
    )


def _spaced(text: str) -> str:
    """Percent signs with the space that they have everywhere in the lessons."""
    return text.replace("%", " %").replace("  %", " %")
