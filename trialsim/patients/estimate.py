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
