"""How two raters, or one rater twice, differ on the same patient: the numbers of `data/raters.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from trialsim.errors import TrialsimError, check_number, check_one_of
from trialsim.facts.core_set import item_codes
from trialsim.facts.reading import Basis, Section, read_facts
from trialsim.facts.records import read_records


def _spread(value: float, where: str) -> float:
    return check_number(where, value, 0, 100)


def _correlation(value: float, where: str) -> float:
    return check_number(where, value, -1, 1)


@dataclass(frozen=True, slots=True)
class Tie:
    """A rater is as strict on another measure, up to a correlation."""

    measure: str
    correlation: Annotated[float, _correlation]


@dataclass(frozen=True, slots=True)
class OneSide:
    """The numbers where MMT-8 is scored on one side."""

    within: Annotated[float, _spread]
    between: Annotated[float, _spread]
    full_from: Annotated[float, _spread]


@dataclass(frozen=True, slots=True)
class RatingError:
    """The error of a reading of one measure.

    Attributes
    ----------
    code : str
        Of the measure or the enzyme.
    within, between : float
        Standard deviations of the slip of one reading and of a rater's offset, in `unit`; of an enzyme on the
        logarithm.
    ends : {"both", "low", "high", "none"}
        At which ends of the scale there is no error.
    full_from : float
        How far from such an end the error is whole.
    as_strict_as : Tie, optional
        The measure to which a rater's offset is tied.
    one_side : OneSide, optional
        Where MMT-8 is scored on one side.
    """

    code: str
    within: Annotated[float, _spread]
    between: Annotated[float, _spread]
    unit: str
    ends: Literal["both", "low", "high", "none"]
    full_from: Annotated[float, _spread]
    basis: Basis
    source: tuple[str, ...]
    note: str = ""
    as_strict_as: Tie | None = None
    one_side: OneSide | None = None

    def __post_init__(self) -> None:
        check_one_of("code", self.code, item_codes())
        if (self.ends == "none") != (self.full_from == 0):
            raise TrialsimError("full_from", self.full_from, "above 0 where an end is named, 0 where none is")

    @property
    def rated(self) -> bool:
        """Whether another rater could give another value."""
        return self.between > 0


def parse_raters(file: Section) -> Mapping[str, RatingError]:
    """Build the errors from a file that has been read; a mistake is refused with its path."""
    found = read_records(RatingError, file, "code")
    for code, error in found.items():
        if error.as_strict_as is not None:
            others = [each for each in found if each != code and found[each].rated]
            check_one_of(f"{file.at(code)}.as_strict_as.measure", error.as_strict_as.measure, others)
    return found


@cache
def rating_errors() -> Mapping[str, RatingError]:
    """The error of a reading of each measure and enzyme, by code.

    Examples
    --------
    >>> [code for code, error in rating_errors().items() if error.rated]
    ['PHGA', 'MMT8', 'EMGA']
    """
    return parse_raters(read_facts("raters.toml"))
