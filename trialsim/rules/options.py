"""What a definition of response leaves open, and how it is settled: one object that every rule takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import measure
from trialsim.facts.responses import ResponseDefinition

ZERO_BASELINE = ("strict", "ignore", "absolute")
NORMAL_ENZYME = ("counts", "never improves")
MISSING_MEASURE = ("undecided", "not_counted", "non_responder")
#: A visit that did not take place: for tables and engines alike, beside the options of a rule.
MISSING_VISIT = ("failure", "complete_cases")


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """The choices that published definitions do not make.

    Parameters
    ----------
    mmt8_max : {150, 80}
        MMT-8 of both sides or of one.
    zero_baseline : {"strict", "ignore", "absolute"}
        A measure where lower is better rises from 0: it is worse; it never counts; it is judged in percent of its
        range.
    normal_enzyme : {"counts", "never improves"}
        An enzyme within normal limits at baseline counts like any other, or never improves; in the second case an
        enzyme is worse only if it ends above its upper limit.
    missing : {"undecided", "not_counted", "non_responder"}
        A measure is missing at a visit that took place: the verdict stays open unless the rest decides; the measure
        counts neither way; the patient is no responder.

    Examples
    --------
    >>> ResponseOptions(missing="imputed")
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: missing: got 'imputed'; allowed: 'undecided', 'not_counted' or 'non_responder'.
    """

    mmt8_max: int = 150
    zero_baseline: str = "strict"
    normal_enzyme: str = "counts"
    missing: str = "undecided"

    def __post_init__(self) -> None:
        mmt8 = measure("MMT8")
        sides = (mmt8.high, mmt8.one_side)
        if isinstance(self.mmt8_max, bool) or hasattr(self.mmt8_max, "__len__") or self.mmt8_max not in sides:
            raise TrialsimError("mmt8_max", self.mmt8_max, f"{mmt8.high:g} (both sides) or {mmt8.one_side:g} (one)")
        check_one_of("zero_baseline", self.zero_baseline, ZERO_BASELINE)
        check_one_of("normal_enzyme", self.normal_enzyme, NORMAL_ENZYME)
        check_one_of("missing", self.missing, MISSING_MEASURE)


# The choices that some definitions have no place for, with what each is when nothing is chosen.
_OF_COUNTS = {"zero_baseline": "strict", "normal_enzyme": "counts"}


def refuse_idle(options: ResponseOptions, definition: ResponseDefinition) -> None:
    """Raise where a choice was made that the definition has no place for: it would change nothing.

    Examples
    --------
    >>> from trialsim.facts.responses import load_response
    >>> refuse_idle(ResponseOptions(zero_baseline="ignore"), load_response("TIS-MAJOR"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: zero_baseline: got 'ignore'; allowed: 'strict' under TIS-MAJOR. A score gives ...
    """
    for name, usual in _OF_COUNTS.items():
        chosen = getattr(options, name)
        if chosen != usual and not _asks(definition, name):
            why = (
                "A score gives points for change in percent of an instrument's range, whatever the baseline."
                if definition.scores
                else "No enzyme is among its measures."
            )
            raise TrialsimError(name, chosen, f"{usual!r} under {definition.id}", why)


def asked(definition: ResponseDefinition, options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `options` that the definition has a place for: for a table over definitions of several kinds."""
    ResponseOptions(**{name: options[name] for name in _OF_COUNTS if name in options})  # refused, if never to be used
    return {name: value for name, value in options.items() if name not in _OF_COUNTS or _asks(definition, name)}


def _asks(definition: ResponseDefinition, name: str) -> bool:
    enzyme = any(measure(code).is_enzyme for code in definition.items)
    return not definition.scores and (name != "normal_enzyme" or enzyme)
