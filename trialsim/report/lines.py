"""The few lines of Python that give the numbers of a justification again, and what they print."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.facts.protocol import TrialProtocol
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import Candidate, candidate, enrolled


@dataclass(frozen=True, slots=True)
class Lines:
    """Python, and the text that it prints."""

    code: str
    prints: str


def reproduce(bench: Bench) -> Lines:
    """The lines for the design taken and, where p0 or p1 came from patients, for these rates.

    Examples
    --------
    >>> print(reproduce(Bench()).code)
    import trialsim as ts
    design = ts.find_single_stage(p0=0.3, p1=0.5, alpha=0.05, power=0.8)
    print(design)
    print(round(design.power(0.5), 4))
    """
    taken = candidate(bench)
    lines, prints = ["import trialsim as ts"], []
    if taken.found:
        asked, value = _number(bench, taken)
        lines += [taken.python, "print(design)", f"print(round({asked}, 4))"]
        prints += [repr(taken.design), str(round(value, 4))]
        if bench.loss and taken.name not in ("at_hand", "pilot"):
            lines.append(f"print(ts.enrolled_for(design.n, {bench.loss!r}))  # enrolled")
            prints.append(str(enrolled(bench, taken)))
    for rate in bench.rates:
        if rate.patients is None or rate.modelled is None or rate.origin != "patients":
            continue
        drug = "" if rate.with_drug else ".without_drug()"
        made = f'ts.response_probability({_scenario(rate.patients)}{drug}, protocol, "{bench.definition}")'
        if not any(line.startswith("protocol") for line in lines):
            lines.append(f"protocol = {_protocol(bench)}")
        lines.append(f"print(round({made}.value, 3))  # {rate.name}")
        prints.append(str(round(rate.modelled.value, 3)))
    return Lines("\n".join(lines), "\n".join(prints))


def on_a_cluster(bench: Bench) -> str:
    """Return five lines that compute response and power over assumptions on the workers of a Dask cluster.

    The design is the one taken, or a single stage with the patients at hand where that one has no power by a rate of
    one arm; empty where there is neither.

    Examples
    --------
    >>> len(on_a_cluster(Bench()).splitlines())
    5
    """
    tried = (candidate(bench), candidate(bench, "at_hand"))
    taken = next((made for made in tried if made.tested and not made.design.controlled), None)
    if taken is None:
        return ""
    over = '{"drug_effect": [0.0, 0.1, 0.2], "missing_week12": [0.05, 0.15]}'
    asked = f"{_protocol(bench)}, {_scenario(bench.scenario)}, {over}, designs=[design]"
    return "\n".join(
        (
            "import trialsim as ts, dask.distributed",
            'client = dask.distributed.Client()  # of this machine; of a cluster: Client("tcp://its-scheduler:8786")',
            taken.python,
            f"table = ts.sweep({asked}, definitions=[{bench.definition!r}], executor=client.get_executor())",
            'ts.save_sweep(table, "sweep.csv")',
        )
    )


def _protocol(bench: Bench) -> str:
    named = bench.trial.id if isinstance(bench.protocol, TrialProtocol) else str(bench.protocol)
    return f"ts.load_protocol({named!r})"


def _number(bench: Bench, taken: Candidate) -> tuple[str, float]:
    """What a design is judged by: how to ask for it, and its value."""
    if not taken.tested:
        return "design.chance_narrow_enough", taken.design.chance_narrow_enough
    rates = f"{bench.p0!r}, {bench.p1!r}" if taken.design.controlled else f"{bench.p1!r}"
    return f"design.power({rates})", taken.power


def _scenario(scenario: Scenario) -> str:
    changed = ", ".join(f"{name}={value!r}" for name, value in scenario.changed().items())
    return f"ts.Scenario({changed})"
