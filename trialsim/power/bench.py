"""The investigator's bench: every assumption that a sample size rests on, in one object, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any

from trialsim.design import Beta, BetaMixture, prior_from_arm, robust_prior
from trialsim.errors import TrialsimError, check_kind, check_number, check_one_of, check_whole
from trialsim.facts.pooling import pool_arms, published_arm
from trialsim.facts.protocol import OUR_TRIAL, TrialProtocol, load_protocol
from trialsim.facts.records import Check, check_fields, number, whole
from trialsim.facts.responses import list_responses
from trialsim.patients.scenario import Scenario
from trialsim.power.rate import PlannedRate, RateName, patient_rate, planning_rate

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

MAX_PATIENTS = 200
"""How far a design is searched for: a single-arm trial of a rare disease will not be larger."""

RESCUE = {
    "": "not decided",
    "non_response": "counts as no response (composite strategy)",
    "as_observed": "is assessed like any other, whatever was added (treatment policy)",
}
"""What a patient with rescue, or with a raised glucocorticoid or immunosuppressant, counts as."""

STOPPED = {
    "": "not decided",
    "non_response": "counts as no response (composite strategy)",
    "as_observed": "is assessed like any other (treatment policy)",
}
"""What a patient who stops the drug before the assessment counts as."""

MAX_TEXT = 300
"""The longest reason, in characters."""

_FROM_PROTOCOL: Any = None
_SOME_LEFT = "It is the share of enrolled patients who will not be analysed; somebody has to be left."


def _line(longest: int) -> Check:
    def check(text: Any, where: str) -> str:
        if not isinstance(text, str) or len(text) > longest or not text.isprintable():
            raise TrialsimError(where, text, f"one line of at most {longest} characters")
        return text.strip()

    return check


def _one_of(names: Iterable[str]) -> Check:
    return lambda value, where: check_one_of(where, value, names)


def _keys(keys: Any, where: str) -> tuple[str, ...]:
    if not isinstance(keys, (tuple, list)) or not all(isinstance(key, str) for key in keys):
        raise TrialsimError(where, keys, "a list of keys of published arms")
    if keys:
        pool_arms(keys)
    return tuple(keys)


def _patients(value: Any, where: str) -> Scenario | None:
    return None if value is None else check_kind(where, value, Scenario, "a Scenario")


def _flag(value: Any, where: str) -> bool:
    return check_kind(where, value, bool, "True or False")


_Inside = Annotated[float, number(0, 1, open_low=True, open_high=True)]
_Share = Annotated[float, number(0, 1)]
_Arms = Annotated[tuple[str, ...], _keys]


@dataclass(frozen=True, slots=True)
class Bench:
    """Every assumption of a sample size; change it with `dataclasses.replace`.

    Parameters
    ----------
    title : str
        Name of the trial that is planned, for the report; one line, at most 120 characters.
    protocol : str, Path or TrialProtocol
        Who is enrolled and when response is read: id of a protocol, path of a file, or a protocol that was loaded.
    definition : str
        What counts as response; the primary outcome of the protocol unless given.
    n : int
        Patients at hand: what the designs of fixed size are given, 4 to 200. The size of the protocol unless given.
    p0, p1 : float
        The response rate without the drug and the one worth finding, 0 < p0 < p1 < 1, of enrolled patients.
    alpha, power : float
        The allowed chance of a false success and the wanted chance of success, between 0 and 1.
    sides : int
        1: only a rate above p0 can be shown. 2: half of alpha on each side; of the designs a single stage alone has it.
    loss : float
        The share of enrolled patients who are not analysed, at least 0 and below 1. At 0 everybody enrolled is, and a
        missing assessment counts as no response.
    p0_arms, p1_arms : tuple of str
        Keys of the published arms that p0 and p1 are held against (`trialsim.facts.pooling.find_arms`).
    p0_patients, p1_patients : Scenario, optional
        The assumed patients that p0 and p1 were computed from.
    p0_reason, p1_reason : str
        Why p0 and p1 were taken, for the report: one line each, at most 300 characters.
    rescue, stopped : str
        What a patient counts as who has rescue treatment or a raised glucocorticoid or immunosuppressant, and one who
        stops the drug, before the assessment: one of `RESCUE` and of `STOPPED`. The investigator's choice; the model of
        patients has neither.
    prior_arms, prior_weight : tuple of str, float
        Published arms that the Bayesian design starts from, and what each of their patients counts, 0 to 1.
    prior_flat : float
        How likely it is that these groups do not apply, 0 to 1: the weight of a flat prior beside theirs.
    prior_controls : bool
        Whether groups on standard care may be the prior of the treated: the belief that the drug adds nothing.
    cutoff : float
        The Bayesian design succeeds when Pr(rate > p0) exceeds it; a higher one is searched where it does not keep
        alpha.
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
    >>> Bench(p0=0.30, p1=0.50).rate("p0").origin
    'assumed'
    >>> Bench(p0=0.5, p1=0.3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: p1: got 0.3; allowed: a number above 0.5 and below 1. The rate worth finding has ...
    """

    title: Annotated[str, _line(120)] = ""
    protocol: str | Path | TrialProtocol = OUR_TRIAL
    definition: str = _FROM_PROTOCOL
    n: int = _FROM_PROTOCOL
    p0: _Inside = 0.30
    p1: float = 0.50
    alpha: _Inside = 0.05
    power: _Inside = 0.80
    sides: Annotated[int, whole(1, 2)] = 1
    loss: Annotated[float, number(0, 1, open_high=True, fix=_SOME_LEFT)] = 0.0
    p0_arms: _Arms = ()
    p1_arms: _Arms = ()
    p0_patients: Annotated[Scenario | None, _patients] = None
    p1_patients: Annotated[Scenario | None, _patients] = None
    p0_reason: Annotated[str, _line(MAX_TEXT)] = ""
    p1_reason: Annotated[str, _line(MAX_TEXT)] = ""
    rescue: Annotated[str, _one_of(RESCUE)] = ""
    stopped: Annotated[str, _one_of(STOPPED)] = ""
    prior_arms: _Arms = ()
    prior_weight: _Share = 0.5
    prior_flat: _Share = 0.0
    prior_controls: Annotated[bool, _flag] = False
    cutoff: _Inside = 0.95
    design: Annotated[str, _one_of(DESIGNS)] = "single"
    weight: _Share = 0.5
    half_width: Annotated[float, number(0.01, 0.49)] = 0.15
    narrow: _Inside = 0.80
    scenario: Annotated[Scenario, _patients] = field(default_factory=Scenario)
    seed: Annotated[int, whole(0, 2**32 - 1)] = 1
    trial: TrialProtocol = field(init=False, repr=False)

    def __post_init__(self) -> None:
        def keep(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        keep("trial", self.protocol if isinstance(self.protocol, TrialProtocol) else load_protocol(self.protocol))
        keep("protocol", _named(self.protocol, self.trial))
        definition = self.trial.primary.definition if self.definition is None else self.definition
        keep("definition", check_one_of("definition", definition, list_responses()))
        fix = "" if self.n is not None else f"The protocol enrols {self.trial.n}: say with n how many are at hand."
        keep("n", check_whole("n", self.trial.n if self.n is None else self.n, 4, MAX_PATIENTS, fix))
        check_fields(self)
        fix = "The rate worth finding has to exceed the rate without the drug."
        keep("p1", check_number("p1", self.p1, self.p0, 1, open_low=True, open_high=True, fix=fix))
        check_kind("scenario", self.scenario, Scenario, "a Scenario")

    def rate(self, name: RateName) -> PlannedRate:
        """The rate without the drug (``"p0"``) or the one worth finding (``"p1"``), with all that belongs to it."""
        check_one_of("rate", name, ("p0", "p1"))
        value, arms, patients, reason = (getattr(self, f"{name}{end}") for end in ("", "_arms", "_patients", "_reason"))
        return PlannedRate(name, value, arms, patients, reason, self.trial, self.definition)

    @property
    def rates(self) -> tuple[PlannedRate, PlannedRate]:
        """Both planned rates, p0 first."""
        return self.rate("p0"), self.rate("p1")

    @property
    def alpha_above(self) -> float:
        """The allowed chance to call the rate higher although it is p0: with two sides half of alpha."""
        return self.alpha / self.sides

    @property
    def prior(self) -> Beta | BetaMixture:
        """What the Bayesian design believes at the start: what the groups say, beside a flat prior where that is asked.

        Examples
        --------
        >>> arm = "Abatacept JDM | abatacept SC single arm | refractory JDM | IMACS DOI | week 12"
        >>> Bench(prior_arms=(arm,), prior_flat=0.2).prior
        0.8 x Beta(3.5, 3.5) + 0.2 x Beta(1, 1): mean 0.500
        """
        if not self.prior_arms or not self.prior_flat:
            return self.prior_of_groups
        return robust_prior(self.prior_of_groups, vague_weight=self.prior_flat)

    @property
    def prior_of_groups(self) -> Beta:
        """What the published arms say at their weight; flat without any."""
        if not self.prior_arms:
            return Beta(1, 1)
        pooled = pool_arms(self.prior_arms)
        return prior_from_arm(pooled.responders, pooled.n, weight=self.prior_weight)

    @property
    def control_prior(self) -> bool:
        """Whether groups on standard care are the prior of the treated, and nobody has said that this is meant."""
        return any(published_arm(key).control for key in self.prior_arms) and not self.prior_controls

    def with_evidence(self, which: RateName, keys: tuple[str, ...]) -> Bench:
        """Plan with the pooled rate of published arms, in whole percent, rounded in the cautious direction.

        Examples
        --------
        >>> from trialsim.facts.pooling import find_arms
        >>> arms = tuple(arm.key for arm in find_arms("IMACS-2004", weeks=(8, 12)) if arm.control)
        >>> Bench().with_evidence("p0", arms).p0
        0.2
        """
        rate = planning_rate(pool_arms(keys).rate, which)
        changes: dict[str, Any] = {which: rate, f"{which}_arms": keys, f"{which}_patients": None}
        return replace(self, **changes)

    def with_patients(self) -> Bench:
        """Plan with the rates of `scenario`, without and with the drug."""
        rates = [patient_rate(self.scenario, self.trial, self.definition, drug=drug).value for drug in (False, True)]
        p0, p1 = planning_rate(rates[0], "p0"), planning_rate(rates[1], "p1")
        return replace(self, p0=p0, p1=p1, p0_patients=self.scenario, p1_patients=self.scenario)

    def changed(self) -> dict[str, object]:
        """The fields that differ from the start, with their values."""
        own = {"n": self.trial.n, "definition": self.trial.primary.definition}
        values, start = self.values(), Bench().values() | own
        return {name: value for name, value in values.items() if value != start[name]}

    def values(self) -> dict[str, Any]:
        """What a bench is made of, by the names of its arguments."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.init}

    def __repr__(self) -> str:
        return f"Bench({', '.join(f'{name}={value!r}' for name, value in self.changed().items())})"


def _named(protocol: str | Path | TrialProtocol, trial: TrialProtocol) -> str | TrialProtocol:
    """How a bench names its protocol: by id, by path, or, where it was loaded elsewhere, by itself."""
    if isinstance(protocol, TrialProtocol):
        try:
            return trial.id if load_protocol(trial.id) == trial else protocol
        except TrialsimError:
            return protocol
    return str(protocol)
