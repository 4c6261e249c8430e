"""The core set measures: what each is called, its range, its grid, and which way is better."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from trialsim.errors import check_one_of
from trialsim.facts.reading import Basis, read_facts
from trialsim.facts.records import read_list

if TYPE_CHECKING:
    import pandas as pd

# No enzyme has an upper end. This bound is technical: below it the products that rules compare stay exact in 64 bits.
HIGHEST_ENZYME = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of disease activity and the grid its values live on.

    Attributes
    ----------
    code, label, text : str
        Its code (``"PHGA"``), its name in a sentence, and what it is.
    low, high, step : float
        Range and usual step in `unit`; `high` is infinite for enzymes.
    unit : str
        Of public values.
    better : {"lower", "higher"}
        Which way is improvement.
    grid : int
        Whole internal units to one public unit: 10 to a centimetre, 168 to a HAQ point.
    one_side : float or None
        The upper end when one side of the body is scored (MMT-8 only).
    sources, basis
        Where this was read, and how well it is known.
    """

    code: str
    label: str
    text: str
    low: float
    high: float
    step: float
    unit: str
    better: Literal["lower", "higher"]
    grid: int
    one_side: float | None
    sources: tuple[str, ...]
    basis: Basis

    @property
    def higher_is_better(self) -> bool:
        """True for strength and for quality of life."""
        return self.better == "higher"

    @property
    def is_enzyme(self) -> bool:
        """True where the upper limit of normal, not a scale, gives the range."""
        return math.isinf(self.high)

    @property
    def highest(self) -> float:
        """The largest public value that is taken: `high`, or a technical bound where there is none."""
        return HIGHEST_ENZYME if self.is_enzyme else self.high

    @property
    def shown_unit(self) -> str:
        """The unit as it stands behind a number: an index has none."""
        return "" if self.unit == "index" else self.unit

    def with_unit(self, number: str) -> str:
        """A number with the unit behind it.

        Examples
        --------
        >>> measure("PHGA").with_unit("6.8"), measure("HAQDI").with_unit("1.125")
        ('6.8 cm', '1.125')
        """
        return f"{number} {self.shown_unit}".rstrip()

    def gain(self, first: Any, last: Any) -> Any:
        """The change between two values, or arrays of them: + is better.

        Examples
        --------
        >>> measure("MMT8").gain(125, 150), measure("PHGA").gain(5, 6)
        (25, -1)
        """
        return last - first if self.higher_is_better else first - last


@dataclass(frozen=True, slots=True)
class Enzyme:
    """One of the five enzymes; `range_multiple` times its upper limit is its range in the 2016 score.

    The order of :func:`enzymes` is the order that decides a tie.
    """

    code: str
    label: str
    range_multiple: int
    sources: tuple[str, ...]
    basis: Basis


@cache
def _all_measures() -> tuple[tuple[Measure, ...], tuple[Measure, ...], tuple[Enzyme, ...]]:
    file = read_facts("core_set.toml")
    found = read_list(Measure, file, "measure"), read_list(Measure, file, "further"), read_list(Enzyme, file, "enzyme")
    file.end()
    return found


def measures() -> tuple[Measure, ...]:
    """The six core set measures, in the order every array of six follows.

    Examples
    --------
    >>> [measure.code for measure in measures()]
    ['PHGA', 'PTGA', 'MMT8', 'HAQDI', 'ENZYME', 'EMGA']
    """
    return _all_measures()[0]


def enzymes() -> tuple[Enzyme, ...]:
    """The five enzymes, in the order that decides a tie.

    Examples
    --------
    >>> [(enzyme.code, enzyme.range_multiple) for enzyme in enzymes()]
    [('CK', 15), ('ALDOLASE', 6), ('LDH', 3), ('AST', 3), ('ALT', 3)]
    """
    return _all_measures()[2]


@cache
def measure_codes() -> tuple[str, ...]:
    """The codes of the six core set measures."""
    return tuple(measure.code for measure in measures())


@cache
def enzyme_codes() -> tuple[str, ...]:
    """The codes of the five enzymes."""
    return tuple(enzyme.code for enzyme in enzymes())


@cache
def item_codes() -> tuple[str, ...]:
    """Every code a definition of response may list, in the order items are kept: the six, the enzymes, further ones."""
    return (*measure_codes(), *enzyme_codes(), *(measure.code for measure in _all_measures()[1]))


@cache
def measure(code: str) -> Measure:
    """The measure with this code; an enzyme's own code gives that enzyme as a measure of its own.

    Examples
    --------
    >>> measure("HAQDI").step, measure("CK").label, measure("MMT8").better
    (0.125, 'creatine kinase', 'higher')
    """
    core, further, found = _all_measures()
    check_one_of("code", code, item_codes())
    known = {each.code: each for each in (*core, *further)}
    if code in known:
        return known[code]
    enzyme = next(each for each in found if each.code == code)
    return replace(
        known["ENZYME"], code=code, label=enzyme.label, text=enzyme.label, sources=enzyme.sources, basis=enzyme.basis
    )


def measure_names(codes: Iterable[str], last: str = "and") -> str:
    """The names of measures as a list in a sentence.

    Examples
    --------
    >>> measure_names(["PHGA", "MMT8", "EMGA"])
    'physician global, MMT-8 and extramuscular global'
    """
    names = [measure(code).label for code in codes]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def core_set() -> pd.DataFrame:
    """The six core set measures as a table, in the order every array of six follows.

    Returns
    -------
    DataFrame
        Columns ``code, label, low, high, step, unit, better``. An enzyme has no upper end: its `high` is infinite.

    Examples
    --------
    >>> core_set()[["code", "low", "high", "better"]].to_string(index=False).splitlines()[3]
    ' MMT8  0.0 150.0 higher'
    """
    import pandas as pd

    columns = ("code", "label", "low", "high", "step", "unit", "better")
    return pd.DataFrame([[getattr(each, column) for column in columns] for each in measures()], columns=list(columns))
