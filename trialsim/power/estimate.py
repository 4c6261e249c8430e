"""A number that was estimated, with its standard error always beside it."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.errors import check_number

MAX_NUMBER = 1e12
"""Far above any number that is estimated here."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its standard error.

    Examples
    --------
    >>> Estimate(0.5, 0.0002)
    0.5000 (standard error 0.00020)
    """

    value: float
    standard_error: float

    def __post_init__(self) -> None:
        check_number("value", self.value, -MAX_NUMBER, MAX_NUMBER)
        check_number("standard_error", self.standard_error, 0, MAX_NUMBER)

    def __repr__(self) -> str:
        return f"{self.value:.4f} (standard error {self.standard_error:.5f})"


@dataclass(frozen=True, slots=True, repr=False)
class ResponseChance(Estimate):
    """The chance of response of an analysed patient, and the chance that an enrolled patient is analysed.

    Everybody is, unless only complete cases are. A design's power needs both.

    Examples
    --------
    >>> ResponseChance(0.53, 0.0002, analysed=Estimate(0.93, 0.0001))
    0.5300 (standard error 0.00020) of those analysed, 0.9300 of the enrolled
    """

    analysed: Estimate = Estimate(1.0, 0.0)

    def __repr__(self) -> str:
        of = "" if self.analysed.value == 1 else f" of those analysed, {self.analysed.value:.4f} of the enrolled"
        return f"{self.value:.4f} (standard error {self.standard_error:.5f}){of}"
