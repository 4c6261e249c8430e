"""Sweeps over assumptions: every combination, every definition, every design, wherever there are workers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from trialsim.errors import TrialsimError, check_executor, check_one_of
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.cohort import check_scenario
from trialsim.patients.scenario import Scenario
from trialsim.power.estimated_chance import ResponseChance
from trialsim.power.expectation import THREADS, response_probability
from trialsim.power.success import check_one_arm, power_of
from trialsim.trial.decision import needed_by_analysed
from trialsim.trial.endpoint import Endpoint

MAX_CELLS = 100_000
RESULTS = ("response_probability", "standard_error", "power", "power_standard_error")
_ENDS = ("definition", "design", *RESULTS)


class PowerDesign(Protocol):
    """A design that knows its power."""

    def power(self, p1: Any) -> Any:
        """Chance of success at a true response rate."""


class SweepStopped(TrialsimError):
    """A sweep that ended early; `done` holds the rows that were computed, ready for `sweep(..., done=...)`."""

    def __init__(self, where: str, got: object, allowed: str, fix: str, done: pd.DataFrame) -> None:
        super().__init__(where, got, allowed, fix)
        self.done = done


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of assumptions under one definition."""

    values: tuple[tuple[str, float], ...]
    definition: str

    def __str__(self) -> str:
        return ", ".join([*(f"{name} = {value:g}" for name, value in self.values), f"definition {self.definition}"])


def sweep(
    protocol: TrialProtocol,
    scenario: Scenario | None,
    over: Mapping[str, Sequence[float]],
    *,
    designs: Mapping[str, PowerDesign] | Sequence[PowerDesign],
    definitions: Sequence[str | Path | ResponseDefinition] | None = None,
    executor: Executor | None = None,
    done: pd.DataFrame | None = None,
    progress: bool = False,
    **options: Any,
) -> pd.DataFrame:
    """Response probability and power over a grid of assumptions.

    Parameters
    ----------
    protocol : TrialProtocol
        Who is eligible.
    scenario : Scenario
        All assumptions that are not varied.
    over : mapping of field to values
        Fields of `Scenario`; every combination is computed.
    designs : mapping of name to design, or sequence of designs
        Each of a single arm, and must know its `.power`; among complete cases power is the mean over the number
        analysed, so a design must know its boundary at each. An unnamed design goes by what it prints.
    definitions : sequence of str, Path or ResponseDefinition, optional
        Definitions of response; the protocol's primary outcome unless given.
    executor : concurrent.futures.Executor, optional
        Where cells are computed: a process pool, or a cluster's own. The numbers are the same wherever it is.
    done : DataFrame, optional
        Rows computed before, as this function or `load_sweep` gave them; they are not computed again.
    progress : bool
        Show a bar.
    **options
        As in `response_probability`.

    Returns
    -------
    DataFrame
        One row a combination, definition and design: the varied fields, definition, design, response_probability,
        standard_error, power, power_standard_error.

    Raises
    ------
    SweepStopped
        When it is interrupted, or a worker dies; the message names the cell, and `.done` holds what is finished.
    TrialsimError
        For a field that is no assumption, a value it cannot have, or too many cells.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> from trialsim.facts.protocol import load_protocol
    >>> table = sweep(load_protocol("NCT04946669"), None, {"drug_effect": [0.0, 0.2]}, designs=[single_stage(20, 0.3)])
    >>> table["power"].is_monotonic_increasing
    True
    """
    truth = check_scenario(scenario)
    named = _named(designs)
    endpoints = _endpoints(protocol, definitions, options)
    for design in named.values():
        if any(endpoint.missing_visit == "complete_cases" for endpoint in endpoints.values()):
            needed_by_analysed(design)  # refused before anything is computed
    cells = _cells(truth, over, list(endpoints))
    check_executor(executor)
    kept = {} if done is None else _kept(done, list(over), list(named))
    open_ = [cell for cell in cells if cell not in kept]
    finished = dict(kept)
    rules = {name: endpoint.definition for name, endpoint in endpoints.items()}
    jobs: list[_Job] = [
        (protocol, replace(truth, **dict(cell.values)), rules[cell.definition], options) for cell in open_
    ]
    running: Iterable[tuple[Cell, ResponseChance]] = zip(open_, _results(jobs, executor), strict=True)
    cell: Cell | None = open_[0] if open_ else None
    try:
        for position, (cell, estimate) in enumerate(_with_bar(running, len(open_)) if progress else running):
            finished[cell] = _rows(cell, estimate, named)
            cell = open_[position + 1] if position + 1 < len(open_) else None
    except TrialsimError:
        raise
    except BaseException as problem:
        rows = [row for cell in cells if cell in finished for row in finished[cell]]
        table = _table([*over], rows)
        raise SweepStopped(
            "sweep",
            f"{type(problem).__name__} at {cell}",
            "a sweep that runs to its end",
            f"{len(table)} rows are done: they are in .done, pass them as done= to go on.",
            table,
        ) from problem
    return _table(list(over), [row for cell in cells for row in finished[cell]])


_Job = tuple[TrialProtocol, Scenario, ResponseDefinition, Mapping[str, Any]]


def _compute(job: _Job) -> ResponseChance:
    protocol, scenario, definition, options = job
    return response_probability(scenario, protocol, definition, **options)


def _compute_alone(job: _Job) -> ResponseChance:
    """The same on one core: the executor's workers have the others."""
    token = THREADS.set(1)
    try:
        return _compute(job)
    finally:
        THREADS.reset(token)


def _results(jobs: list[_Job], executor: Executor | None) -> Iterator[ResponseChance]:
    if executor is None:
        yield from map(_compute, jobs)
        return
    futures: list[Future[ResponseChance]] = [executor.submit(_compute_alone, job) for job in jobs]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _with_bar(running: Iterable[tuple[Cell, ResponseChance]], total: int) -> Iterable[tuple[Cell, ResponseChance]]:
    from tqdm.auto import tqdm  # only where a bar is wanted

    bar: Iterable[tuple[Cell, ResponseChance]] = tqdm(running, total=total, desc="sweep", unit="cell")
    return bar


def _named(designs: Mapping[str, PowerDesign] | Sequence[PowerDesign]) -> dict[str, PowerDesign]:
    if hasattr(designs, "power") or not isinstance(designs, Iterable):
        raise TrialsimError("designs", designs, "a list of designs, or a mapping from names to designs")
    named = dict(designs) if isinstance(designs, Mapping) else {repr(design): design for design in designs}
    if not named:
        raise TrialsimError("designs", designs, "at least one design, as single_stage or find_two_stage gives it")
    for name, design in named.items():
        check_one_arm(design, f"designs[{name!r}]")
    return named


def _endpoints(
    protocol: TrialProtocol,
    definitions: Sequence[str | Path | ResponseDefinition] | None,
    options: Mapping[str, Any],
) -> dict[str, Endpoint]:
    """What is computed for each definition, by its id; refused here if it could not be."""
    if definitions is None:
        main = Endpoint.of(protocol, **options)
        return {main.definition.id: main}
    if isinstance(definitions, (str, Path, ResponseDefinition)) or not hasattr(definitions, "__len__"):
        raise TrialsimError("definitions", definitions, "a list of definitions")
    found = [Endpoint.of(protocol, definition, **options) for definition in definitions]
    ids = [endpoint.definition.id for endpoint in found]
    if not found or len(set(ids)) < len(ids):
        raise TrialsimError("definitions", definitions, "at least one definition, each once")
    return dict(zip(ids, found, strict=True))


def _cells(scenario: Scenario, over: Mapping[str, Sequence[float]], definitions: Sequence[str]) -> list[Cell]:
    if not isinstance(over, Mapping):
        raise TrialsimError("over", over, "a mapping from fields of Scenario to lists of values")
    given: Mapping[str, Any] = over
    for name, values in given.items():
        if isinstance(values, str) or not hasattr(values, "__len__"):
            raise TrialsimError(f"over[{name!r}]", values, "at least one value, in a list")
    count = math.prod(len(values) for values in over.values()) * len(definitions)
    if count > MAX_CELLS:
        fix = "Vary fewer assumptions at a time."
        raise TrialsimError("over", f"{count:,} combinations", f"at most {MAX_CELLS:,}", fix)
    known = [field.name for field in fields(scenario)]
    grid: list[list[tuple[str, float]]] = []
    for name, values in over.items():
        check_one_of("over", name, known)
        if not len(values):
            raise TrialsimError(f"over[{name!r}]", values, "at least one value, in a list")
        grid.append([(name, float(getattr(replace(scenario, **{name: value}), name))) for value in values])
    return [Cell(values, definition) for values in product(*grid) for definition in definitions]


def _rows(cell: Cell, estimate: ResponseChance, designs: Mapping[str, PowerDesign]) -> list[dict[str, Any]]:
    rows = []
    for name, design in designs.items():
        power = power_of(design, estimate)
        numbers = (estimate.value, estimate.standard_error, power.value, power.standard_error)
        rows.append({**dict(cell.values), **dict(zip(_ENDS, (cell.definition, name, *numbers), strict=True))})
    return rows


def _kept(done: pd.DataFrame, names: list[str], designs: list[str]) -> dict[Cell, list[dict[str, Any]]]:
    wanted = [*names, *_ENDS]
    if not isinstance(done, pd.DataFrame):
        raise TrialsimError("done", done, "the rows of a sweep, as sweep() or load_sweep() gave them")
    if list(done.columns) != wanted:
        fix = "Use the rows of a sweep over the same fields."
        raise TrialsimError("done", list(done.columns), f"the columns {wanted}", fix)
    kept: dict[Cell, list[dict[str, Any]]] = {}
    for row in done.to_dict("records"):
        cell = Cell(tuple((name, float(row[name])) for name in names), row["definition"])
        kept.setdefault(cell, []).append({str(key): value for key, value in row.items()})
    # A cell counts as done only with every design that is asked for now.
    return {
        cell: [next(row for row in rows if row["design"] == name) for name in designs]
        for cell, rows in kept.items()
        if set(designs) <= {row["design"] for row in rows}
    }


def _table(names: list[str], rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*names, *_ENDS])
