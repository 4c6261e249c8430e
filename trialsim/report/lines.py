"""The few lines of Python that give the numbers of a justification again, and what they print."""

from __future__ import annotations

from dataclasses import dataclass

from trialsim.design import BayesSingleArm, TwoArmPilot, interval_precision
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import Bench
from trialsim.power.side_by_side import Candidate, candidate

__all__ = ["Lines", "reproduce"]


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
        more, said = _design(bench, taken)
        lines += more
        prints += said
    for which, scenario in (("p0", bench.p0_patients), ("p1", bench.p1_patients)):
        rate = bench.patients_rate("p0" if which == "p0" else "p1")
        origin = bench.p0_origin if which == "p0" else bench.p1_origin
        if scenario is None or rate is None or origin != "patients":
            continue
        drug = "" if which == "p1" else ".without_drug()"
        made = f'ts.response_probability({_scenario(scenario)}{drug}, protocol, "{bench.definition}")'
        if not any(line.startswith("protocol") for line in lines):
            lines.append(f'protocol = ts.load_protocol("{bench.protocol}")')
        lines.append(f"print(round({made}.value, 3))  # {which}")
        prints.append(str(round(rate.value, 3)))
    return Lines("\n".join(lines), "\n".join(prints))


def _scenario(scenario: Scenario) -> str:
    changed = ", ".join(f"{name}={value!r}" for name, value in scenario.changed().items())
    return f"ts.Scenario({changed})"


def _design(bench: Bench, taken: Candidate) -> tuple[list[str], list[str]]:
    design, rates = taken.design, f"p0={bench.p0!r}, p1={bench.p1!r}, alpha={bench.alpha!r}, power={bench.power!r}"
    power = f"print(round(design.power({bench.p1!r}), 4))"
    if isinstance(design, TwoArmPilot):
        call = f"two_arm_pilot({design.n_control}, {design.n_treated}, alpha={bench.alpha!r})"
        lines = ["from trialsim.design import two_arm_pilot", f"design = {call}", "print(design)"]
        lines.append(f"print(round(design.power({bench.p0!r}, {bench.p1!r}), 4))")
        return lines, [repr(design), str(round(taken.power, 4))]
    if design is None:
        rate, half = f"{bench.p1!r}", f"{bench.half_width!r}"
        table = interval_precision(taken.n, [bench.p1], half_width=bench.half_width)
        return [
            "from trialsim.design import find_n_for_width, interval_precision",
            f"plan = find_n_for_width({rate}, {half}, chance={bench.narrow!r}, n_max=200)",
            "print(plan.n)",
            f'print(round(interval_precision(plan.n, [{rate}], half_width={half})["chance_narrow_enough"][0], 4))',
        ], [str(taken.n), str(round(float(table["chance_narrow_enough"].iloc[0]), 4))]
    if isinstance(design, BayesSingleArm):
        a, b = bench.prior
        call = f"ts.bayes_single_arm({design.n}, prior=({a!r}, {b!r}), p0={bench.p0!r}, cutoff={bench.cutoff!r})"
    elif taken.name == "at_hand":
        call = f"ts.single_stage({bench.n}, p0={bench.p0!r}, alpha={bench.alpha!r})"
    elif taken.name == "single":
        call = f"ts.find_single_stage({rates})"
    else:
        weight = f", weight={bench.weight!r}" if taken.name == "admissible" else ""
        call = f'ts.find_two_stage({rates}, criterion="{taken.name}"{weight})'
    return [f"design = {call}", "print(design)", power], [repr(design), str(round(taken.power, 4))]
