"""What a definition of response leaves open, and how it is settled: one object that every rule takes."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import measure

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
        if isinstance(self.mmt8_max, (bool, str)) or self.mmt8_max not in sides:
            raise TrialsimError("mmt8_max", self.mmt8_max, f"{mmt8.high:g} (both sides) or {mmt8.one_side:g} (one)")
        check_one_of("zero_baseline", self.zero_baseline, ZERO_BASELINE)
        check_one_of("normal_enzyme", self.normal_enzyme, NORMAL_ENZYME)
        check_one_of("missing", self.missing, MISSING_MEASURE)
