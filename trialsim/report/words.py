"""The justification of a sample size in plain protocol language: one paragraph, computed from the bench."""

from __future__ import annotations

from typing import Any

from trialsim.design import TwoArmPilot, interval_precision, prior_conflict, single_stage, two_arm
from trialsim.design.wording import percent as percent
from trialsim.facts.pooling import pool_arms
from trialsim.facts.responses import load_response
from trialsim.power.bench import MAX_PATIENTS, RESCUE, STOPPED, Bench
from trialsim.power.side_by_side import Candidate, candidate, enrolled
from trialsim.power.two_arms import two_arm_size
from trialsim.report.comparisons import closest_comparison, closest_pair
from trialsim.report.rate_words import disagreement, rate_sentence

_CONFLICT = 0.05
"""Two-sided chance under the prior below which data contradict it."""

_ALL_ANALYSED = (
    "An enrolled patient without that assessment counts as a non-responder, whatever the reason, death included."
)
_NOT_ANALYSED = (
    "A patient who dies before that assessment counts as a non-responder; one without it for another reason is not "
    "analysed."
)

_MAX_MORE = 50
"""Patients more than planned that a rule is worked out for."""

_LOST = 0.10
"""The share of responders-to-be whose loss the paragraph works out."""


def lenient_truths(bench: Bench) -> tuple[tuple[float, str], ...]:
    """Rates above p0 that standard care might truly give: halfway to p1, and those that published groups point to.

    Examples
    --------
    >>> lenient_truths(Bench())
    ((0.4, 'halfway to p1'), (0.5, 'as in the controls of the closest randomised comparison, at week 24'))
    """
    p0 = bench.rate("p0")
    truths = {round((bench.p0 + bench.p1) / 2, 2): "halfway to p1"}
    if (published := p0.published) is not None and (high := round(published.high, 3)) > p0.value:
        truths[high] = "the upper limit of the published groups"
    if (near := closest_pair(bench)) is not None and (seen := round(near.control.rate, 3)) > p0.value:
        truths[seen] = f"as in the controls of the closest randomised comparison, at week {near.control.week}"
    return tuple(truths.items())


def paragraph(bench: Bench) -> str:
    """The justification as it may be pasted into a protocol.

    Examples
    --------
    >>> "39 patients" in paragraph(Bench()) and "17 or more" in paragraph(Bench())
    True
    """
    taken, rule = candidate(bench), load_response(bench.definition)
    p0, p1 = bench.rates
    sentences = [
        f"The primary outcome is response at week {bench.trial.week} ({rule.label}: {rule.text.rstrip('.')}). "
        + (_NOT_ANALYSED if bench.loss else _ALL_ANALYSED),
        *(f"{who} {what}." for who, what in events(bench)),
        rate_sentence(p0, bench),
        rate_sentence(p1, bench),
        closest_comparison(bench),
        *_design(bench, taken),
        *(_when_wrong(bench, taken) if taken.found else []),
        *(_when_lost(bench, taken) if taken.tested else []),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def events(bench: Bench) -> tuple[tuple[str, str], ...]:
    """What happens between enrolment and assessment: to whom, and what such a patient counts as."""
    missing = "CHOICE MISSING: what such a patient counts as"
    return (
        (
            "A patient with rescue treatment, or with a raised glucocorticoid or immunosuppressant, before that "
            "assessment",
            RESCUE[bench.rescue] if bench.rescue else f"[{missing}]",
        ),
        ("A patient who stops the drug before it", STOPPED[bench.stopped] if bench.stopped else f"[{missing}]"),
    )


def missing(bench: Bench) -> tuple[str, ...]:
    """What the report still asks of its author, a clause each.

    Examples
    --------
    >>> missing(Bench(p0_reason="the rate of our own clinic", rescue="non_response"))
    ('why p1 was taken', 'what a patient who stops the drug counts as')
    """
    reasons = [f"why {rate.name} was taken" for rate in bench.rates if rate.needs_reason]
    choices = {
        "what a patient with rescue counts as": bench.rescue,
        "what a patient who stops the drug counts as": bench.stopped,
    }
    return (*reasons, *(what for what, chosen in choices.items() if not chosen))


def _design(bench: Bench, taken: Candidate) -> list[str]:
    """What is done, with how many, and what it achieves."""
    if not taken.found:
        return [f"No design of the kind chosen ({taken.label}) exists under these assumptions: {taken.remark}"]
    design = taken.design
    first, *rest = design.sentences(bench.alpha)
    said = [*_called(taken), first, *_enrolled(bench, taken)]
    if bench.loss:
        for verb, instead in _COUNTED.items():
            said[-2] = said[-2].replace(f" patients {verb}", f" patients {instead}", 1)
    if taken.name == "bayes":
        said += [_prior_groups(bench), taken.remark, _same_as_exact(bench, design), _conflict(design)]
    if taken.tested:
        said.append(_errors(bench, taken))
    said += rest
    if design.pauses_after:
        said.append(
            f"Enrolment pauses until the last of the first {design.pauses_after} patients has reached week "
            f"{bench.trial.week}: without that pause more are treated."
        )
    if design.controlled:
        said += [two_arms_cost(bench, design), "Standard care is measured, not assumed."]
    return said


_COUNTED = {
    "are enrolled": "are analysed",
    "are randomised,": "are randomised and analysed,",
    "are treated first": "are analysed first",
}
"""What is said of the patients of a design where not all who are enrolled are analysed."""


def _enrolled(bench: Bench, taken: Candidate) -> list[str]:
    """How many are enrolled where some of them are not analysed."""
    if not bench.loss:
        return []
    many, lost = enrolled(bench, taken), percent(bench.loss)
    if taken.name in ("at_hand", "pilot"):
        return [f"The {many} patients at hand are enrolled; with a loss of {lost} so many of them can be analysed."]
    return [f"With an expected loss of {lost}, {many} patients are enrolled so that {taken.n} can be analysed."]


def _called(taken: Candidate) -> list[str]:
    """The name of a two-stage design, where it has one."""
    if taken.name not in ("optimal", "minimax", "admissible"):
        return []
    kind = "an admissible" if taken.name == "admissible" else f"Simon's {taken.name}"
    return [f"The trial has two stages ({kind} design)."]


def _errors(bench: Bench, taken: Candidate) -> str:
    """Both chances of a success, exact."""
    p0, p1 = percent(bench.p0), percent(bench.p1)
    short = "" if taken.power >= bench.power else f" This is below the wanted {bench.power:g}."
    sided = "one-sided" if bench.sides == 1 else f"two-sided, so {bench.alpha_above:g} for a higher rate"
    allowed = f"(allowed: {bench.alpha:g}, {sided})"
    if taken.design.controlled:
        return (
            f"If {p0} respond in both arms, the chance of a rejection is {taken.attained_alpha:.4f} {allowed}; if {p0} "
            f"and {p1} respond, it is {taken.power:.3f} (wanted: {bench.power:g}).{short}"
        )
    return (
        f"If the true rate is {p0}, the chance of a success is {taken.attained_alpha:.4f} {allowed}; if it is {p1}, "
        f"the power is {taken.power:.3f} (wanted: {bench.power:g}).{short}"
    )


def _prior_groups(bench: Bench) -> str:
    worth = f"it is worth {bench.prior_of_groups.effective_n:g} patients"
    if not bench.prior_arms:
        return f"The prior is flat: all rates are equally likely, and {worth}."
    pooled = pool_arms(bench.prior_arms)
    on = {True: "patients on placebo or standard care", False: "treated patients"}
    who = " and ".join(text for control, text in on.items() if any(arm.control == control for arm in pooled.arms))
    names = "; ".join(arm.name for arm in pooled.arms)
    meant = " (the belief that the drug adds nothing)" if bench.prior_controls else ""
    text = (
        f"The prior comes from published groups of {who}{meant} ({names}), each patient counted as "
        f"{bench.prior_weight:g}; {worth}."
    )
    if bench.prior_flat:
        text += (
            f" With a chance of {percent(bench.prior_flat)} these groups are taken not to apply: so much weight has a "
            "flat prior beside theirs (a robust mixture), and the data move weight to the one that foresaw them."
        )
    return f"{text} {disagreement(pooled)}".strip()


def _same_as_exact(bench: Bench, design: Any) -> str:
    exact = single_stage(design.n, bench.p0, bench.alpha)
    if exact.min_responders != design.min_responders:
        return ""
    return (
        f"The rule is that of the exact test of a single stage ({exact.rule}): the prior changes what is believed at "
        "the end, not the decision."
    )


def _conflict(design: Any) -> str:
    """When prior and data contradict each other, and what then."""
    n = design.n
    few, many = (
        next(x for x in counts if prior_conflict(design.prior, x, n).p_value >= _CONFLICT * (1 - 1e-9))
        for counts in (range(n + 1), range(n, -1, -1))
    )
    ends = [f"fewer than {few}"] * (few > 0) + [f"more than {many}"] * (many < n)
    if not ends:
        return "No result would contradict this prior."
    return (
        f"Prior and data are said to contradict each other with {' or '.join(ends)} responders (a chance below "
        f"{_CONFLICT / 2:g} under the prior, either way); the result with a flat prior then stands beside."
    )


def two_arms_cost(bench: Bench, design: TwoArmPilot) -> str:
    """What of a low power is the caution of Fisher's test, and what the wanted power would take."""
    sizes = (design.n_control, design.n_treated)
    exact = two_arm(*sizes, bench.p0, bench.p1, alpha=bench.alpha, test="boschloo")
    no_effect = exact.success_probability(bench.p0, bench.p0)
    found = two_arm_size(bench.p0, bench.p1, bench.alpha, bench.power)
    enough = (
        f"{found.n_control + found.n_treated} patients, {found.n_control} in each arm"
        if found
        else f"more than {MAX_PATIENTS} patients"
    )
    return (
        f"Fisher's test is cautious: Boschloo's exact test would reach {exact.power:.3f} with the same patients "
        f"({no_effect:.3f} if {percent(bench.p0)} respond in both arms). By Fisher's test a power of {bench.power:g} "
        f"takes {enough}."
    )


def _when_wrong(bench: Bench, taken: Candidate) -> list[str]:
    truths = lenient_truths(bench)
    truth = truths[0][0]
    if not taken.tested:
        table = interval_precision(taken.n, [truth], exceeds=bench.p0)
        return [
            f"The interval describes the treated and not what the drug adds: if standard care truly gave "
            f"{percent(truth)} and the drug added nothing, the lower limit would still exceed {percent(bench.p0)} with "
            f"a chance of {float(table['chance_lower_limit_exceeds'].iloc[0]):.2f}."
        ]
    chance = taken.success(truth, truth)
    if taken.design.controlled:
        return [
            f"If standard care truly gave {percent(truth)} and the drug added nothing, the chance of success would be "
            f"{chance:.3f}."
        ]
    said = [
        f"All of this rests on {percent(bench.p0)}, which a trial without a control group does not measure: if "
        f"standard care truly gave {percent(truth)}, the trial would succeed with a chance of {chance:.2f} although "
        "the drug added nothing."
    ]
    for rate, name in truths[1:]:
        said.append(f"At {percent(rate)}, {name}, that chance would be {taken.success(rate, rate):.2f}.")
    return said


def _when_lost(bench: Bench, taken: Candidate) -> list[str]:
    if bench.loss:
        return _when_all_count(bench, taken)
    kept = 1 - _LOST
    power = taken.success(bench.p1 * kept, bench.p0 * kept)
    rates = f"{percent(bench.p1)} would become {percent(bench.p1 * kept)}"
    if taken.design.controlled:
        rates = f"{percent(bench.p0)} and {percent(bench.p1)} would become {percent(bench.p0 * kept)} and "
        rates += percent(bench.p1 * kept)
    return [
        "Both rates are of all enrolled patients, those without assessment counted as non-responders; n is not "
        f"inflated for losses. If {percent(_LOST)} of the patients who would respond were lost besides, {rates} and "
        f"the power would be {power:.2f}."
    ]


def _when_all_count(bench: Bench, taken: Candidate) -> list[str]:
    """What is left of the power where those who are lost are counted as non-responders after all."""
    said = "Both rates are of the patients analysed; that loss has nothing to do with the response is assumed."
    many, kept = enrolled(bench, taken), 1 - bench.loss
    more = many - taken.n
    everybody = candidate(bench, more=more) if more <= _MAX_MORE else None
    if everybody is None or not everybody.tested:
        return [said]
    power = everybody.success(bench.p1 * kept, bench.p0 * kept)
    rates = f"{percent(bench.p1)} would become {percent(bench.p1 * kept, 1)}"
    if taken.design.controlled:
        rates = f"{percent(bench.p0)} would become {percent(bench.p0 * kept, 1)}, {rates}"
    return [
        f"{said} If all {many} enrolled were analysed and those lost counted as non-responders, {rates}, and with "
        f"{everybody.rule} the power would be {power:.2f}."
    ]
