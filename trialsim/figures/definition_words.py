"""A rule, and a change, in as few words as fit in a picture."""

from __future__ import annotations

from fractions import Fraction

from trialsim.facts.core_set import measure
from trialsim.facts.responses import CountRule, ResponseDefinition, Threshold


def rule_words(definition: ResponseDefinition) -> str:
    """A rule in as few words as fit beside its name.

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> rule_words(load_response("IMACS-2004"))
    '≥ 20 %, ≤ 2 worse ≥ 25 %, not MMT'
    """
    rule = definition.rule
    if not isinstance(rule, CountRule):
        return f"a score of {float(rule.cutoff):g} or more"
    barred = ", not MMT" if rule.never_worse else ""
    return f"{_sign(rule.improved)}, ≤ {rule.max_worse} worse {_sign(rule.worse)}{barred}"


def _sign(threshold: Threshold) -> str:
    of = "" if threshold.of == "baseline" else " of range"
    return f"{'>' if threshold.strict else '≥'} {float(threshold.percent):g} %{of}"


def change_words(code: str, before: float | None, after: float | None) -> str:
    """A change in percent of the start, in words that never round onto a whole percent.

    Examples
    --------
    >>> change_words("PHGA", 6, 3), change_words("MMT8", 125, 150), change_words("PTGA", 0, 0.3)
    ('50 % better', '20 % better', 'worse from 0')
    >>> change_words("ENZYME", 1000, 800.1), change_words("HAQDI", 1, 1)
    ('19.99 % better', 'no change')
    """
    if before is None or after is None:
        return "not measured"
    first, last = Fraction(str(before)), Fraction(str(after))
    if first == last:
        return "no change"
    word = "better" if measure(code).gain(first, last) > 0 else "worse"
    if not first:
        return f"{word} from 0"
    percent = 100 * abs(last - first) / first
    for digits in range(7):
        text = f"{float(percent):.{digits}f}"
        if Fraction(text) == percent or (digits and Fraction(text).denominator > 1):
            return f"{text} % {word}"
    return f"about {float(percent):.0f} % {word}"
