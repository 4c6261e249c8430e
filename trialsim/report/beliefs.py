"""What the design taken does under each named belief about the drug, and which of them a planned rate is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialsim.design.wording import percent
from trialsim.facts.scenarios import NamedScenario, named_scenarios
from trialsim.patients.scenario import named_scenario
from trialsim.power.bench import Bench
from trialsim.power.randomised import phase_three
from trialsim.power.rate import PlannedRate, patient_rate, patient_rate_in_pieces
from trialsim.power.side_by_side import candidate

BELIEF_HEADER = ("Belief about the drug", "With the drug", "Without", "Chance of success", "What it comes from")
"""What stands in each column of `belief_rows`."""

_RULE = "IMACS-2004"
"""The rule under which a belief has its rate (`NamedScenario.response`)."""

_NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Believed:
    """A named belief in the trial of a bench.

    Attributes
    ----------
    belief : NamedScenario
    rate, standard_care : float
        The share of its enrolled patients that respond with and without the drug, by the rule of the bench.
    success : float, optional
        The chance that the design taken succeeds; None where it tests nothing or does not exist.
    """

    belief: NamedScenario
    rate: float
    standard_care: float
    success: float | None


def believed(bench: Bench) -> tuple[Believed, ...]:
    """Return each named belief with what the design taken does under it.

    Examples
    --------
    >>> [(each.belief.name, round(each.success, 2)) for each in believed(Bench(definition="IMACS-2004"))]
    [('sceptical', 0.11), ('neutral', 0.29), ('hopeful', 0.83)]
    """
    taken, found = candidate(bench), []
    for name, belief in named_scenarios().items():
        scenario = named_scenario(name)
        without, treated = (
            patient_rate(scenario, bench.trial, bench.definition, drug=drug).value for drug in (False, True)
        )
        success = taken.success(treated, without) if taken.tested else None
        found.append(Believed(belief, treated, without, success))
    return tuple(found)


def beliefs_in_pieces(bench: Bench) -> Iterator[None]:
    """Work out what the named beliefs ask of the model of patients, a step at a time: they are quick afterwards."""
    for name in named_scenarios():
        for drug in (False, True):
            yield from patient_rate_in_pieces(named_scenario(name), bench.trial, bench.definition, drug=drug)


def belief_rows(bench: Bench) -> tuple[tuple[str, ...], ...]:
    """The same as texts, under `BELIEF_HEADER`; what the randomised trial saw comes last."""
    rows = [
        (
            f"{each.belief.name.capitalize()} ({each.belief.response:g} % under {_RULE})",
            percent(each.rate, 1), percent(each.standard_care, 1),
            _NONE if each.success is None else f"{each.success:.3f}",
            f"{each.belief.reason} ({each.belief.basis}; {', '.join(each.belief.source)})",
        )
        for each in believed(bench)
    ]  # fmt: skip
    seen = phase_three()
    treated, control = seen.treated, seen.control
    rows.append(
        (
            f"No belief: {treated.study}, {treated.population}, week {treated.week}",
            f"{percent(treated.rate, 1)} ({treated.responders} of {treated.n})",
            f"{percent(control.rate, 1)} ({control.responders} of {control.n})",
            _NONE,
            f"randomised: {seen.words} ({treated.status.lower()}; {treated.source})",
        )
    )
    return tuple(rows)


def belief_of(rate: PlannedRate) -> str:
    """Return the named belief whose rate a trial is planned with, as a clause; empty for any other rate.

    Examples
    --------
    >>> belief_of(Bench().rate("p1"))[:47]
    'hopeful, what two small studies found: 10 of 20'
    """
    if not rate.with_drug:
        return ""
    for name, belief in named_scenarios().items():
        named = rate.patients == named_scenario(name) if rate.origin == "patients" else None
        if named or (named is None and abs(rate.value - belief.response / 100) < 1e-9):
            return f"{name}, {belief.reason}"
    return ""
