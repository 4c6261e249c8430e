"""The investigator's bench: every assumption that a sample size rests on, in one object, with where each comes from."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Literal

from trialsim.design import Beta, prior_from_arm
from trialsim.errors import TrialsimError, check_number, check_one_of, check_whole
from trialsim.facts.pooling import Pooled, pool_arms
from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.facts.responses import list_responses
from trialsim.patients.scenario import Scenario
from trialsim.power.estimate import Estimate
from trialsim.power.expectation import response_probability

__all__ = ["DESIGNS", "MOST_PATIENTS", "Bench", "Origin", "patient_rate", "planning_rate"]

DESIGNS = {
    "at_hand": "Single stage, patients at hand",
    "pilot": "Two arms, patients at hand",
    "single": "Single stage, exact",
    "minimax": "Two stages, minimax",
    "admissible": "Two stages, admissible",
    "optimal": "Two stages, optimal",
    "bayes": "Bayesian single arm",
    "precision": "Interval only, no test",
}
"""The designs that stand side by side, by name."""

MOST_PATIENTS = 200
"""How far a design is searched for: a single-arm trial of a rare disease will not be larger."""

Origin = Literal["assumed", "evidence", "patients"]

_RECORD = "NCT04946669"
_USUAL = "IMACS-2004"


def planning_rate(rate: float, which: Literal["p0", "p1"]) -> float:
    """Round a rate to whole percent in the cautious direction: p0 up, p1 down.

    Tenths of a percent are rounded first, so that the error of an integral does not cost a whole one.

    Examples
    --------
    >>> planning_rate(0.288, "p0"), planning_rate(0.30003, "p0"), planning_rate(0.329, "p1")
    (0.29, 0.3, 0.32)
    """
    tenths = round(1000 * rate)
    return (math.ceil(tenths / 10) if which == "p0" else math.floor(tenths / 10)) / 100


def patient_rate(scenario: Scenario, protocol: str, definition: str, *, drug: bool) -> Estimate:
    """The chance of response of an enrolled patient, with the drug or without; computed once for each scenario."""
    with _COMPUTING:  # a thread that computes ahead and one that asks would otherwise do the same work twice
        return _rate(scenario if drug else scenario.without_drug(), protocol, definition)


_COMPUTING = threading.RLock()


@lru_cache(maxsize=512)
def _rate(truth: Scenario, protocol: str, definition: str) -> Estimate:
    return response_probability(truth, load_protocol(protocol), definition)


@dataclass(frozen=True, slots=True)
class Bench:
    """Every assumption of a sample size; change it with `dataclasses.replace`.

    Parameters
    ----------
    title : str
        Name of the trial that is planned, for the report; one line, at most 120 characters.
    protocol : str
        Who is enrolled and when response is read: id of a protocol.
    definition : str
        What counts as response.
    n : int
        Patients at hand: what the designs of fixed size are given, 4 to 200. The size of the protocol unless given.
    p0, p1 : float
        The response rate without the drug and the one worth finding, 0 < p0 < p1 < 1, of enrolled patients.
    alpha, power : float
        The allowed chance of a false success and the wanted chance of success, between 0 and 1.
    p0_arms, p1_arms : tuple of str
        Keys of the published arms that p0 and p1 are held against (`trialsim.facts.pooling.find_arms`).
    p0_patients, p1_patients : Scenario, optional
        The assumed patients that p0 and p1 were computed from.
    prior_arms, prior_weight : tuple of str, float
        Published arms that the Bayesian design starts from, and what each of their patients counts, 0 to 1.
    cutoff : float
        The Bayesian design succeeds when Pr(rate > p0) exceeds it.
    design : str
        The design taken: one of `DESIGNS`.
    weight : float
        Of the most patients against the expected ones in the admissible two-stage design: 0 optimal, 1 minimax.
    half_width : float
        What the interval of the design without a test may reach to either side, with a chance of `narrow`.
    narrow : float
    scenario : Scenario
        The patients being tried out.
    seed : int
        Of the simulated trials in the report.

    Examples
    --------
    >>> Bench(p0=0.30, p1=0.50).p0_origin
    'assumed'
    >>> Bench(p0=0.5, p1=0.3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: p1: got 0.3; allowed: a number above 0.5 and below 1. The rate worth finding has ...
    """

    title: str = ""
    protocol: str = _RECORD
    definition: str = _USUAL
    n: int = field(default_factory=lambda: load_protocol(_RECORD).n)
    p0: float = 0.30
    p1: float = 0.50
    alpha: float = 0.05
    power: float = 0.80
    p0_arms: tuple[str, ...] = ()
    p1_arms: tuple[str, ...] = ()
    p0_patients: Scenario | None = None
    p1_patients: Scenario | None = None
    prior_arms: tuple[str, ...] = ()
    prior_weight: float = 0.5
    cutoff: float = 0.95
    design: str = "single"
    weight: float = 0.5
    half_width: float = 0.15
    narrow: float = 0.80
    scenario: Scenario = field(default_factory=Scenario)
    seed: int = 1

    def __post_init__(self) -> None:
        def keep(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        keep("title", _check_title(self.title))
        keep("protocol", load_protocol(self.protocol).id)
        check_one_of("definition", self.definition, list_responses())
        check_one_of("design", self.design, DESIGNS)
        keep("n", check_whole("n", self.n, 4, MOST_PATIENTS))
        keep("p0", _inside("p0", self.p0))
        fix = "The rate worth finding has to exceed the rate without the drug."
        keep("p1", check_number("p1", self.p1, self.p0, 1, open_low=True, open_high=True, fix=fix))
        for name in ("alpha", "power", "cutoff", "narrow"):
            keep(name, _inside(name, getattr(self, name)))
        keep("half_width", check_number("half_width", self.half_width, 0.01, 0.49))
        for name in ("weight", "prior_weight"):
            keep(name, check_number(name, getattr(self, name), 0, 1))
        for name in ("p0_arms", "p1_arms", "prior_arms"):
            keys = getattr(self, name)
            if isinstance(keys, str) or not isinstance(keys, (tuple, list)):
                raise TrialsimError(name, keys, "keys of published arms, in a tuple")
            keep(name, tuple(keys))
            if keys:
                pool_arms(keys)
        for name in ("scenario", "p0_patients", "p1_patients"):
            value = getattr(self, name)
            if not isinstance(value, Scenario) and (value is not None or name == "scenario"):
                raise TrialsimError(name, value, "a Scenario")
        keep("seed", check_whole("seed", self.seed, 0, 2**32 - 1))

    @property
    def trial(self) -> TrialProtocol:
        """The protocol."""
        return load_protocol(self.protocol)

    @property
    def p0_pooled(self) -> Pooled | None:
        """The published arms that p0 is held against, taken together."""
        return pool_arms(self.p0_arms) if self.p0_arms else None

    @property
    def p1_pooled(self) -> Pooled | None:
        """The published arms that p1 is held against, taken together."""
        return pool_arms(self.p1_arms) if self.p1_arms else None

    @property
    def prior(self) -> Beta:
        """What the Bayesian design believes at the start: flat, or the published arms at their weight."""
        if not self.prior_arms:
            return Beta(1, 1)
        pooled = pool_arms(self.prior_arms)
        return prior_from_arm(pooled.responders, pooled.n, weight=self.prior_weight)

    @property
    def p0_origin(self) -> Origin:
        """Whether p0 is what the patients or the published arms give (rounded up), or assumed."""
        return self._origin("p0", self.p0, self.p0_patients, self.p0_pooled)

    @property
    def p1_origin(self) -> Origin:
        """Whether p1 is what the patients or the published arms give (rounded down), or assumed."""
        return self._origin("p1", self.p1, self.p1_patients, self.p1_pooled)

    def tuned(self, which: Literal["p0", "p1"]) -> bool:
        """Whether p0 or p1 is what the model of patients was tuned to give: an assumption then, not a finding.

        Examples
        --------
        >>> Bench().with_patients().tuned("p1")
        True
        """
        origin, scenario = (self.p0_origin, self.p0_patients) if which == "p0" else (self.p1_origin, self.p1_patients)
        if origin != "patients" or scenario is None:
            return False
        base = Scenario()
        if which == "p0":
            scenario, base = scenario.without_drug(), base.without_drug()
        return (scenario, self.protocol, self.definition) == (base, _RECORD, _USUAL)

    def patients_rate(self, which: Literal["p0", "p1"]) -> Estimate | None:
        """The rate of the patients that p0 or p1 was taken from; None where there are none."""
        scenario = self.p0_patients if which == "p0" else self.p1_patients
        if scenario is None:
            return None
        return patient_rate(scenario, self.protocol, self.definition, drug=which == "p1")

    def _origin(
        self, which: Literal["p0", "p1"], value: float, patients: Scenario | None, pooled: Pooled | None
    ) -> Origin:
        if patients is not None:
            rate = self.patients_rate(which)
            if rate is not None and abs(planning_rate(rate.value, which) - value) < 1e-9:
                return "patients"
        if pooled is not None and abs(planning_rate(pooled.rate, which) - value) < 1e-9:
            return "evidence"
        return "assumed"

    def with_evidence(self, which: Literal["p0", "p1"], keys: tuple[str, ...]) -> Bench:
        """Plan with the pooled rate of published arms, in whole percent, rounded in the cautious direction.

        Examples
        --------
        >>> from trialsim.facts.pooling import find_arms
        >>> arms = tuple(arm.key for arm in find_arms("IMACS-2004", weeks=(8, 12)) if arm.control)
        >>> Bench().with_evidence("p0", arms).p0
        0.2
        """
        rate = planning_rate(pool_arms(keys).rate, which)
        if which == "p0":
            return replace(self, p0=rate, p0_arms=keys, p0_patients=None)
        return replace(self, p1=rate, p1_arms=keys, p1_patients=None)

    def with_patients(self) -> Bench:
        """Plan with the rates of `scenario`, without and with the drug."""
        rates = [patient_rate(self.scenario, self.protocol, self.definition, drug=drug).value for drug in (False, True)]
        p0, p1 = planning_rate(rates[0], "p0"), planning_rate(rates[1], "p1")
        return replace(self, p0=p0, p1=p1, p0_patients=self.scenario, p1_patients=self.scenario)

    def changed(self) -> dict[str, object]:
        """The fields that differ from the start, with their values."""
        start = Bench()
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) != getattr(start, f.name)}

    def __repr__(self) -> str:
        return f"Bench({', '.join(f'{name}={value!r}' for name, value in self.changed().items())})"


def _inside(name: str, value: object) -> float:
    return check_number(name, value, 0, 1, open_low=True, open_high=True)


def _check_title(title: object) -> str:
    if not isinstance(title, str) or len(title) > 120 or not title.isprintable():
        raise TrialsimError("title", title, "one line of at most 120 characters")
    return title.strip()
