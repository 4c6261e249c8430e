"""The chance of response, with how many of those enrolled it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.patients.estimate import Estimate as Estimate

_ALL = Estimate(1.0, 0.0)


@dataclass(frozen=True, slots=True, repr=False)
class ResponseChance(Estimate):
    """The chance of response of an analysed patient, and the chance that an enrolled patient is analysed.

    Everybody is, unless only complete cases are. A design's power needs both.

    Examples
    --------
    >>> ResponseChance(0.53, 0.0002, analysed=Estimate(0.93, 0.0001))
    0.5300 (standard error 0.00020) of those analysed, 0.9300 of the enrolled
    """

    analysed: Estimate = _ALL

    def __repr__(self) -> str:
        of = "" if self.analysed.value == 1 else f" of those analysed, {self.analysed.value:.4f} of the enrolled"
        return f"{self.value:.4f} (standard error {self.standard_error:.5f}){of}"
