"""The justification of a sample size in plain protocol language: one paragraph, computed from the bench."""

from __future__ import annotations

from typing import Literal

from trialsim.design import BayesSingleArm, TwoArmPilot, TwoStage, interval_precision, response_interval
from trialsim.facts.pooling import CLOSEST_GROUP, Pooled, pool_arms
from trialsim.facts.responses import load_response
from trialsim.power.bench import MOST_PATIENTS, Bench
from trialsim.power.side_by_side import Candidate, candidate
from trialsim.power.two_arms import boschloo, two_arm_size

__all__ = [
    "comparable",
    "disagreement",
    "lenient_truth",
    "paragraph",
    "percent",
    "rate_sentence",
    "two_arms_cost",
]

CHANGED_TREATMENT = "rescue, or a raised steroid or immunosuppressant, before that assessment"
"""What happens between enrolment and assessment, and has to be dealt with by the rule of response."""


def percent(rate: float, decimals: int = 0) -> str:
    """A rate in percent; without a needless zero behind the point.

    Examples
    --------
    >>> percent(0.3), percent(0.288, 1), percent(0.295)
    ('30 %', '28.8 %', '29.5 %')
    """
    value = 100 * rate
    return (
        f"{value:.{decimals}f} %"
        if decimals
        else f"{value:g} %"
        if round(value, 6) == round(value, 1)
        else f"{value:.1f} %"
    )


def lenient_truth(bench: Bench) -> float:
    """A rate that standard care might truly give, above p0: halfway to p1, in whole percent."""
    return round((bench.p0 + bench.p1) / 2, 2)


def paragraph(bench: Bench) -> str:
    """The justification as it may be pasted into a protocol.

    Examples
    --------
    >>> "39 patients" in paragraph(Bench()) and "17 or more" in paragraph(Bench())
    True
    """
    taken = candidate(bench)
    rule, week = load_response(bench.definition), bench.trial.week
    sentences = [
        f"The primary outcome is response at week {week} ({rule.label}: {rule.text.rstrip('.')}). An enrolled patient "
        f"without that assessment counts as a non-responder, and so does one with {CHANGED_TREATMENT}.",
        rate_sentence(bench, "p0"),
        rate_sentence(bench, "p1"),
        *_design(bench, taken),
    ]
    if taken.found:
        sentences.append(_when_wrong(bench, taken))
    if taken.tested:
        sentences.append(_when_lost(bench, taken))
    return " ".join(sentence for sentence in sentences if sentence)


def rate_sentence(bench: Bench, which: Literal["p0", "p1"]) -> str:
    """What p0 or p1 is, and where it comes from."""
    value = bench.p0 if which == "p0" else bench.p1
    origin = bench.p0_origin if which == "p0" else bench.p1_origin
    pooled = bench.p0_pooled if which == "p0" else bench.p1_pooled
    what = "The response rate without the drug" if which == "p0" else "The response rate that is worth finding"
    rounded = "rounded up" if which == "p0" else "rounded down"
    if origin == "patients":
        rate = bench.patients_rate(which)
        assert rate is not None
        if bench.tuned(which):
            start = f"{what} is assumed to be {percent(value)}; the model of patients behind it was tuned to this rate."
            return f"{start} {_held_against(bench, value, pooled)}".strip()
        start = (
            f"{what} is taken to be {percent(value)}: a model of enrolled patients gives {percent(rate.value, 1)} "
            f"under assumptions that are listed with their sources ({rounded} to whole percent)."
        )
        return f"{start} {_held_against(bench, value, pooled)}".strip()
    if origin == "evidence" and pooled is not None:
        text = f"{what} is taken to be {percent(value)}: {_published(pooled)}, {rounded} to whole percent."
        return " ".join(filter(None, [text, disagreement(pooled), comparable(bench, pooled)]))
    return f"{what} is assumed to be {percent(value)}. {_held_against(bench, value, pooled)}".strip()


def _published(pooled: Pooled) -> str:
    low, high = response_interval(pooled.responders, pooled.n)
    names = "; ".join(arm.name for arm in pooled.arms)
    together = f"{len(pooled.arms)} published groups together" if len(pooled.arms) > 1 else "one published group"
    return (
        f"in {together} ({names}) {pooled.responders} of {pooled.n} patients responded, "
        f"{percent(pooled.rate, 1)} (exact 95 % interval {percent(low, 1)} to {percent(high, 1)})"
    )


def _held_against(bench: Bench, value: float, pooled: Pooled | None) -> str:
    if pooled is None:
        return ""
    low, high = response_interval(pooled.responders, pooled.n)
    text = _published(pooled)
    verdict = "which is compatible with it" if low <= value <= high else "which is not compatible with it"
    start = f"{text[0].upper()}{text[1:]}, {verdict}."
    return " ".join(filter(None, [start, disagreement(pooled), comparable(bench, pooled)]))


def disagreement(pooled: Pooled) -> str:
    """That groups taken together do not agree, as a sentence; empty where the common rate is plausible for each.

    Examples
    --------
    >>> from trialsim.facts.pooling import find_arms
    >>> keys = [arm.key for arm in find_arms("IMACS-2004") if (arm.responders, arm.n) in ((21, 102), (21, 42))]
    >>> disagreement(pool_arms(keys))
    'The groups disagree (20.6 and 50.0 %); the interval ignores differences between studies.'
    """
    if all(pooled.rate in response_interval(arm.responders, arm.n) for arm in pooled.arms):
        return ""
    rates = sorted(arm.rate for arm in pooled.arms)
    between = "and" if len(rates) == 2 else "to"
    return (
        f"The groups disagree ({100 * rates[0]:.1f} {between} {percent(rates[-1], 1)}); the interval ignores "
        "differences between studies."
    )


def comparable(bench: Bench, pooled: Pooled) -> str:
    """In what pooled groups are not comparable with the trial, in a sentence or two; may be empty.

    The table of the report has it group by group.
    """
    arms, week = pooled.arms, bench.trial.week
    kinds = (
        (
            f"the week of assessment ({_listed(sorted({str(arm.week) for arm in arms}, key=int))})",
            [a.week for a in arms],
            week,
        ),
        ("the rule of response", [arm.definition for arm in arms], bench.definition),
        ("the patients (not all are adults with dermatomyositis)", [arm.group for arm in arms], CLOSEST_GROUP),
    )
    said = [name for name, found, wanted in kinds if any(one != wanted for one in found)]
    who = "These groups differ" if len(arms) > 1 else "This group differs"
    words = [f"{who} from this trial in {_listed(said)}."] if said else []
    recalled = [arm.name for arm in arms if arm.status != "READ"]
    if recalled:
        words.append(f"Recalled, not checked: {_listed(recalled)}.")
    return " ".join(words)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _design(bench: Bench, taken: Candidate) -> list[str]:
    """What is done, with how many, and what it achieves."""
    if not taken.found:
        return [f"No design of the kind chosen ({taken.label}) exists under these assumptions: {taken.remark}"]
    p0, p1 = percent(bench.p0), percent(bench.p1)
    design = taken.design
    short = "" if taken.power >= bench.power else f" This is below the wanted {bench.power:g}."
    if isinstance(design, TwoArmPilot):
        return [
            f"{taken.n} patients are randomised, {design.n_control} to standard care and {design.n_treated} to the "
            f"drug. The hypothesis that the drug adds nothing is rejected if the one-sided exact test of Fisher gives "
            f"p <= {bench.alpha:g}. Both rates are reported with their exact 95 % intervals.",
            f"If {p0} respond in both arms, the chance of a rejection is {taken.attained_alpha:.3f}; if {p0} and {p1} "
            f"respond, it is {taken.power:.3f}.{short} {two_arms_cost(bench, design)} Standard care is measured, not "
            "assumed.",
        ]
    if design is None:
        return [
            f"{taken.n} patients are enrolled and the response rate is reported with its exact 95 % interval; no "
            f"hypothesis is tested. {taken.remark}",
        ]
    hypothesis = f"The hypothesis that the response rate is at most {p0} is rejected if"
    error = (
        f"If the true rate is {p0}, the chance of this is {taken.attained_alpha:.4f} (allowed: {bench.alpha:g}); if it "
        f"is {p1}, the power is {taken.power:.3f} (wanted: {bench.power:g}).{short}"
    )
    if isinstance(design, TwoStage):
        kind = taken.name.capitalize() if taken.name == "admissible" else f"Simon's {taken.name}"
        return [
            f"The trial has two stages ({kind} design). {design.n1} patients are treated first; if fewer than "
            f"{design.continue_at} of them respond, the trial stops. Otherwise it goes on to {design.n} patients. "
            f"{hypothesis} {design.min_responders} or more of all {design.n} respond.",
            error,
            f"If the drug adds nothing, the trial stops early with a chance of {taken.stop_probability:.2f} and takes "
            f"{taken.expected_n:.1f} patients on average. Enrolment pauses until the last of the first {design.n1} "
            f"patients has reached week {bench.trial.week}: without that pause more are treated. The response "
            "rate is estimated without the bias that stopping brings (Jung and Kim), with an interval in the order of "
            "Koyama and Chen.",
        ]
    if isinstance(design, BayesSingleArm):
        a, b = bench.prior
        source = _prior_groups(bench)
        bound = f" {taken.remark}" if taken.remark else ""
        return [
            f"{design.n} patients are enrolled in one stage. The prior for the response rate is Beta({a:g}, {b:g})"
            f"{source}. The trial succeeds if the posterior probability of a rate above {p0} exceeds "
            f"{bench.cutoff:g}, which takes {design.min_responders} or more responders.",
            disagreement(pool_arms(bench.prior_arms)) if bench.prior_arms else "",
            error + bound,
            "The response rate is reported with its posterior distribution and its exact 95 % interval.",
        ]
    return [
        f"{design.n} patients are enrolled in one stage. {hypothesis} {design.min_responders} or more respond (exact "
        "one-sided binomial test).",
        error,
        "The response rate is reported with its exact 95 % interval (Clopper-Pearson).",
    ]


def _prior_groups(bench: Bench) -> str:
    if not bench.prior_arms:
        return ", flat: all rates are equally likely"
    arms = pool_arms(bench.prior_arms).arms
    on = {True: "patients on placebo or standard care", False: "treated patients"}
    who = " and ".join(text for control, text in on.items() if any(arm.control == control for arm in arms))
    names = "; ".join(arm.name for arm in arms)
    return f", from published groups of {who} ({names}), each patient counted as {bench.prior_weight:g}"


def two_arms_cost(bench: Bench, design: TwoArmPilot) -> str:
    """What of a low power is the caution of Fisher's test, and what the wanted power would take."""
    sizes = (design.n_control, design.n_treated)
    exact = boschloo(*sizes, bench.alpha)
    found = two_arm_size(bench.p0, bench.p1, bench.alpha, bench.power)
    enough = (
        f"{found.n_control + found.n_treated} patients, {found.n_control} in each arm"
        if found
        else f"more than {MOST_PATIENTS} patients"
    )
    return (
        f"Fisher's test is cautious: Boschloo's exact test would reach {exact.power(bench.p0, bench.p1):.3f} with the "
        f"same patients ({exact.power(bench.p0, bench.p0):.3f} if {percent(bench.p0)} respond in both arms). By "
        f"Fisher's test a power of {bench.power:g} takes {enough}."
    )


def _when_wrong(bench: Bench, taken: Candidate) -> str:
    truth = lenient_truth(bench)
    if taken.design is None:
        table = interval_precision(taken.n, [truth], exceeds=bench.p0)
        return (
            f"The interval describes the treated and not what the drug adds: if standard care truly gave "
            f"{percent(truth)} and the drug added nothing, the lower limit would still exceed {percent(bench.p0)} with "
            f"a chance of {float(table['chance_lower_limit_exceeds'].iloc[0]):.2f}."
        )
    chance = taken.success(truth, truth)
    if isinstance(taken.design, TwoArmPilot):
        return (
            f"If standard care truly gave {percent(truth)} and the drug added nothing, the chance of success would be "
            f"{chance:.3f}."
        )
    return (
        f"All of this rests on {percent(bench.p0)}, which a trial without a control group does not measure: if "
        f"standard care truly gave {percent(truth)}, the trial would succeed with a chance of {chance:.2f} although "
        "the drug added nothing."
    )


def _when_lost(bench: Bench, taken: Candidate) -> str:
    lost = 0.10
    power = taken.success(bench.p1 * (1 - lost), bench.p0 * (1 - lost))
    return f"If a further {percent(lost)} had no assessment (failures), the power would be {power:.2f}."
