"""What became of a measure, in the words a supervisor would use."""

from __future__ import annotations

from fractions import Fraction

from trialsim.facts.core_set import measure
from trialsim.facts.responses import CountRule, ResponseDefinition, ScoreRule, Threshold
from trialsim.rules.grid import MISSING, from_grid, highest_value
from trialsim.rules.options import ResponseOptions
from trialsim.text import capital


def percent_better(
    code: str, baseline: int, followup: int, definition: ResponseDefinition, options: ResponseOptions, full: int | None
) -> Fraction | None:
    """The change in percent that the definition judges, + = better; None where there is none.

    `full` is the enzyme's range on the grid, None where it is unknown; other measures know their own.
    """
    if MISSING in (baseline, followup):
        return None
    found, rule = measure(code), definition.rule
    gain = found.gain(baseline, followup)
    if not found.is_enzyme:
        full = round(highest_value(code, options.mmt8_max) * found.grid)
    of_range = not isinstance(rule, CountRule) or rule.improved.of == "range"
    if not of_range and not baseline:
        of_range = options.zero_baseline == "absolute" and not found.higher_is_better
        if not of_range:
            return None
    if of_range:
        return Fraction(100 * gain, full) if full else Fraction(0) if not gain else None
    return Fraction(100 * gain, baseline)


def percent_text(percent: Fraction, limits: tuple[Fraction, ...] = ()) -> str:
    """A percentage as short as it can be without seeming to lie on one of the limits.

    Examples
    --------
    >>> percent_text(Fraction(50, 3)), percent_text(Fraction(20), (Fraction(20),)), percent_text(Fraction(1999, 100))
    ('16.7 %', 'exactly 20 %', '20.0 %')
    >>> percent_text(Fraction(1999, 100), (Fraction(20),))
    '19.99 %'
    """
    if percent in limits:
        return f"exactly {float(percent):g} %"
    if percent.denominator == 1:
        return f"{percent.numerator} %"
    text = ""
    for digits in range(1, 12):
        text = f"{float(percent):.{digits}f}"
        if Fraction(text) not in limits:
            break
    return f"{text} %"


def explain_change(
    code: str,
    name: str,
    baseline: int,
    followup: int,
    *,
    definition: ResponseDefinition,
    options: ResponseOptions,
    improved: bool,
    worse: bool,
    percent: Fraction | None,
    points: float | None,
    limit: int | None,
) -> str:
    """One sentence on one measure: how it changed and whether that counts, under a definition that counts or scores."""
    name = capital(name)
    found = measure(code)
    if MISSING in (baseline, followup):
        when = {(True, True): "at either visit", (True, False): "at baseline"}.get(
            (baseline == MISSING, followup == MISSING), "at follow-up"
        )
        return f"{name} was not measured {when}."
    end = found.with_unit(f"{from_grid(code, followup):g}")
    values = f"({from_grid(code, baseline):g} to {end})"
    if baseline == followup:
        earned = "" if points is None else ": 0 points"
        return f"{name} did not change ({end}){earned}."
    better = (followup > baseline) == found.higher_is_better
    if points is not None:
        if not better:
            return f"{name} worsened {values}: 0 points, and the score takes nothing off."
        rule = definition.rule
        edges = rule.table.above[rule.table.items.index(code)] if isinstance(rule, ScoreRule) else ()
        amount = percent_text(percent, edges) if percent is not None else "some"
        return f"{name} improved by {amount} of its range {values}: {points:g} points."
    assert isinstance(definition.rule, CountRule)
    rule = definition.rule
    threshold = rule.improved if better else rule.worse
    verb = "improved" if better else "worsened"
    if percent is None:
        tail = (
            "which counts as improved" if improved else "which counts as worse" if worse else "which counts neither way"
        )
        start = f"{name} {verb} from 0 {values}, where no percentage exists, {tail}"
    else:
        of = "" if threshold.of == "baseline" and baseline else " of its range"
        start = f"{name} {verb} by {percent_text(abs(percent), (threshold.percent,))}{of} {values}"
        start += _too_little(threshold, percent, better, improved or worse, limit, baseline, options)
    if worse and code in rule.never_worse:
        start += ", which this definition does not allow"
    return f"{start}."


def _too_little(
    threshold: Threshold,
    percent: Fraction,
    better: bool,
    counts: bool,
    limit: int | None,
    baseline: int,
    options: ResponseOptions,
) -> str:
    if counts:
        return ""
    enough = abs(percent) > threshold.percent if threshold.strict else abs(percent) >= threshold.percent
    if enough and limit is not None and options.normal_enzyme == "never improves":
        if better and baseline <= limit:
            return ", which does not count: it was within normal limits at baseline"
        return ", which does not count: it ends within normal limits"
    if abs(percent) == threshold.percent:
        return f", which is not {threshold}"
    return f", too little to count as {'improved' if better else 'worse'} ({threshold})"
