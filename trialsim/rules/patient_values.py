"""One patient's two visits, as a clinician writes them down, on the grid and in a definition's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.core_set import enzyme_codes, enzymes, item_codes, measure
from trialsim.facts.reading import Words
from trialsim.facts.responses import CountRule, ResponseDefinition
from trialsim.rules.enzymes import enzyme_arrays, most_abnormal_index, upper_limit
from trialsim.rules.grid import MISSING, Ints, from_grid, grid_value
from trialsim.rules.options import ResponseOptions

MOST_ABNORMAL = "most_abnormal"
# Stands for an upper limit that is unknown and decides nothing: the smallest there is.
_NO_LIMIT = 1


@dataclass(frozen=True, slots=True, eq=False)
class PatientValues:
    """Grid values, shape (items,).

    `enzyme` is the code that stands for the muscle enzyme; `limits` holds the upper limits of normal that were given,
    `uln` the same with a stand-in where none was and none is needed.
    """

    baseline: Ints
    followup: Ints
    uln: Ints
    enzyme_multiple: Ints
    enzyme: str
    limits: tuple[int | None, ...]


def read_patient(
    baseline: Mapping[str, Any],
    followup: Mapping[str, Any],
    definition: ResponseDefinition,
    options: ResponseOptions,
    *,
    enzyme: str = "CK",
    enzyme_uln: float | Mapping[str, float] | None = None,
    limit_needed: bool = False,
) -> PatientValues:
    """Check one patient's values and put them on the grid.

    Parameters
    ----------
    baseline, followup : mapping of code to public value
        Absent, None and NaN are missing. The enzyme stands under ``"ENZYME"`` or under its own code.
    definition : ResponseDefinition
        Says which measures are looked at; every value is checked all the same.
    options : ResponseOptions
        Sides of MMT-8, and the choices that need an upper limit of normal.
    enzyme : str
        Which enzyme it is, or ``"most_abnormal"``: the one of several with the largest multiple of its limit.
    enzyme_uln : float or mapping of code to float, optional
        Upper limit of normal in U/L.
    limit_needed : bool
        Whether the limit of an enzyme that was measured must be there even where the verdict does not hang on it.
    """
    codes = enzyme_codes()
    check_one_of("enzyme", enzyme, [*codes, MOST_ABNORMAL])
    first = _read_visit("baseline", baseline, options)
    last = _read_visit("followup", followup, options)
    if isinstance(enzyme_uln, Mapping):
        for code in enzyme_uln:
            check_one_of("enzyme_uln", code, codes)
    if "ENZYME" in definition.items:
        enzyme = _stand_in(first, last, enzyme, enzyme_uln)
    items = definition.items
    start = np.array([first.get(code, MISSING) for code in items], dtype=np.int64)
    end = np.array([last.get(code, MISSING) for code in items], dtype=np.int64)
    multiple = np.ones(len(items), dtype=np.int64)
    limits: list[int | None] = [None] * len(items)
    multiples = {enzyme.code: enzyme.range_multiple for enzyme in enzymes()}
    for j, code in enumerate(items):
        if not measure(code).is_enzyme:
            continue
        own = enzyme if code == "ENZYME" else code
        multiple[j] = multiples[own]
        limit = enzyme_uln.get(own) if isinstance(enzyme_uln, Mapping) else enzyme_uln if own == enzyme else None
        if limit is not None:
            limits[j] = upper_limit(own, limit, where="enzyme_uln")
        elif limit_matters(definition, options, start[j], end[j]) or (
            limit_needed and MISSING not in (start[j], end[j])
        ):
            upper_limit(own, None, where="enzyme_uln")
    uln = np.array([_NO_LIMIT if limit is None else limit for limit in limits], dtype=np.int64)
    return PatientValues(start, end, uln, multiple, enzyme, tuple(limits))


def limit_matters(definition: ResponseDefinition, options: ResponseOptions, start: Any, end: Any) -> Any:
    """Does the verdict on an enzyme with these grid values hang on its upper limit of normal? Also for arrays."""
    both = (start != MISSING) & (end != MISSING)
    rule = definition.rule
    if not isinstance(rule, CountRule):
        return both & (end < start)
    matters = both & False
    if options.normal_enzyme == "never improves":
        matters = (start != MISSING) | (end != MISSING)
    if options.zero_baseline == "absolute":
        matters = matters | (both & (start == 0) & (end > 0))
    if "range" in (rule.improved.of, rule.worse.of):
        matters = matters | (both & (start != end))
    return matters


def _read_visit(visit: str, values: Mapping[str, Any], options: ResponseOptions) -> dict[str, int]:
    if hasattr(values, "to_dict"):
        values = values.to_dict()
    if not isinstance(values, Mapping):
        raise TrialsimError(visit, values, "a mapping from codes to values, such as {'PHGA': 5.5, 'MMT8': 120}")
    found = {}
    for code, value in values.items():
        check_one_of(f"{visit}: code", code, item_codes())
        found[code] = grid_value(code, value, mmt8_max=options.mmt8_max, where=f"{code} at {visit}")
    return found


def _stand_in(
    first: dict[str, int], last: dict[str, int], enzyme: str, enzyme_uln: float | Mapping[str, float] | None
) -> str:
    """Find the enzyme that is the laboratory measure, enter it as ENZYME at both visits, and return its code."""
    codes = enzyme_codes()
    single = [code for code in codes if code in first or code in last]
    if "ENZYME" in first or "ENZYME" in last:
        if enzyme == MOST_ABNORMAL:
            raise TrialsimError(
                "enzyme", enzyme, " or ".join(codes), "The enzyme is already chosen: say which one ENZYME is."
            )
        if enzyme in single:
            raise TrialsimError(
                "enzyme", Words(f"both ENZYME and {enzyme}"), "one of them", "They are the same measure."
            )
        return enzyme
    if enzyme == MOST_ABNORMAL:
        if not isinstance(enzyme_uln, Mapping):
            raise TrialsimError("enzyme_uln", enzyme_uln, "a mapping from enzyme codes to upper limits in U/L")
        measured = {code: from_grid(code, first[code]) for code in single if first.get(code, MISSING) != MISSING}
        chosen = int(most_abnormal_index(*enzyme_arrays(measured, enzyme_uln, where="baseline")))
        if chosen < 0:
            raise TrialsimError("baseline", Words("no enzyme"), f"at least one of {', '.join(codes)}")
        enzyme = codes[chosen]
    elif single and enzyme not in single:
        raise TrialsimError("enzyme", enzyme, " or ".join(single), "Only these were given.")
    for visit in (first, last):
        if enzyme in visit:
            visit["ENZYME"] = visit[enzyme]
    return enzyme
