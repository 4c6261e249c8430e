"""A rate that a trial is planned with: its value, what it is held against, where it comes from, and why."""

from __future__ import annotations

import math
import threading
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from trialsim.design import Interval, response_interval
from trialsim.facts.pooling import Pooled, pool_arms
from trialsim.facts.protocol import TrialProtocol, our_trial
from trialsim.patients.scenario import Scenario
from trialsim.power.estimated_chance import Estimate
from trialsim.power.expectation import response_in_pieces, response_probability

_TUNED_UNDER = "IMACS-2004"
"""The rule under which the base case of the patients gives the rates that it was tuned to."""

Origin = Literal["assumed", "evidence", "patients"]
RateName = Literal["p0", "p1"]


def planning_rate(rate: float, which: RateName) -> float:
    """Round a rate to whole percent in the cautious direction: p0 up, p1 down.

    Tenths of a percent are rounded first, so that the error of an integral does not cost a whole one.

    Examples
    --------
    >>> planning_rate(0.288, "p0"), planning_rate(0.30003, "p0"), planning_rate(0.329, "p1")
    (0.29, 0.3, 0.32)
    """
    tenths = round(1000 * rate)
    return (math.ceil(tenths / 10) if which == "p0" else math.floor(tenths / 10)) / 100


def patient_rate(scenario: Scenario, trial: TrialProtocol, definition: str, *, drug: bool) -> Estimate:
    """The chance of response of an enrolled patient, with the drug or without; computed once for each scenario."""
    asked = scenario if drug else scenario.without_drug(), trial, definition
    with _COMPUTING:  # a thread that computes ahead and one that asks would otherwise do the same work twice
        return _RATES.get(asked) or _kept(asked, response_probability(*asked))


def patient_rate_in_pieces(
    scenario: Scenario, trial: TrialProtocol, definition: str, *, drug: bool
) -> Generator[None, None, Estimate]:
    """Return the same, a step at a time; `patient_rate` then has it."""
    asked = scenario if drug else scenario.without_drug(), trial, definition
    return _RATES.get(asked) or _kept(asked, (yield from response_in_pieces(*asked)))


_COMPUTING, _MAX_RATES = threading.RLock(), 512
_Asked = tuple[Scenario, TrialProtocol, str]
_RATES: dict[_Asked, Estimate] = {}


def _kept(asked: _Asked, found: Estimate) -> Estimate:
    """What was found, kept; of more than enough the oldest goes."""
    _RATES[asked] = found
    for oldest in list(_RATES)[: len(_RATES) - _MAX_RATES]:
        _RATES.pop(oldest, None)
    return found


@dataclass(frozen=True, slots=True)
class PlannedRate:
    """The response rate without the drug, or the one worth finding.

    Attributes
    ----------
    name : {"p0", "p1"}
    value : float
    arms : tuple of str
        Keys of the published arms that it is held against.
    patients : Scenario, optional
        The assumed patients that it was computed from.
    reason : str
        Why the investigator plans with it; may be empty.
    trial : TrialProtocol
    definition : str
        Who is enrolled, and what counts as response.
    """

    name: RateName
    value: float
    arms: tuple[str, ...]
    patients: Scenario | None
    reason: str
    trial: TrialProtocol
    definition: str

    @property
    def with_drug(self) -> bool:
        """Whether it is a rate of treated patients."""
        return self.name == "p1"

    @property
    def what(self) -> str:
        """What it is, in words."""
        return "response rate that is worth finding" if self.with_drug else "response rate without the drug"

    @property
    def rounded(self) -> str:
        """In which direction a planned rate is rounded to whole percent."""
        return "rounded down" if self.with_drug else "rounded up"

    @property
    def pooled(self) -> Pooled | None:
        """The published arms taken together."""
        return pool_arms(self.arms) if self.arms else None

    @property
    def published(self) -> Interval | None:
        """The exact 95 % interval of these arms."""
        pooled = self.pooled
        return None if pooled is None else response_interval(pooled.responders, pooled.n)

    @property
    def modelled(self) -> Estimate | None:
        """The rate of the assumed patients."""
        if self.patients is None:
            return None
        return patient_rate(self.patients, self.trial, self.definition, drug=self.with_drug)

    @property
    def origin(self) -> Origin:
        """Whether it is what the patients or the published arms give (rounded), or assumed."""
        if (modelled := self.modelled) is not None and self._is(modelled.value):
            return "patients"
        if (pooled := self.pooled) is not None and self._is(pooled.rate):
            return "evidence"
        return "assumed"

    @property
    def tuned(self) -> bool:
        """Whether it is what the model of patients was tuned to give: an assumption then, not a finding.

        Examples
        --------
        >>> from trialsim.power.bench import Bench
        >>> Bench(definition="IMACS-2004").with_patients().rate("p1").tuned
        True
        """
        under = (self.trial, self.definition) == (our_trial(), _TUNED_UNDER)
        return self.origin == "patients" and self.base_case and under

    @property
    def base_case(self) -> bool:
        """Whether its patients are those that the model begins with."""
        if self.patients is None:
            return False
        if self.with_drug:
            return self.patients == Scenario()
        return self.patients.without_drug() == Scenario().without_drug()

    @property
    def needs_reason(self) -> bool:
        """Whether a reader has to be told why: p1 always, p0 where neither groups nor patients give it."""
        return not self.reason and (self.with_drug or self.origin == "assumed" or self.tuned)

    def _is(self, rate: float) -> bool:
        return abs(planning_rate(rate, self.name) - self.value) < 1e-9
