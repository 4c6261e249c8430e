"""What an enrolled patient is expected to show at the visit, measure by measure and definition by definition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.facts.core_set import measure
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import CountRule, ResponseDefinition, list_responses, load_response
from trialsim.patients.cohort import check_scenario
from trialsim.patients.disease import AMYOPATHIC, CLASSIC, HYPOMYOPATHIC
from trialsim.patients.readings import SCALES, Floats
from trialsim.patients.scenario import Scenario
from trialsim.power.chances import band_chances, measure_chances
from trialsim.power.expectation import response_chance
from trialsim.power.nets import Enrolled, enrolled_patients
from trialsim.rules.options import asked
from trialsim.trial.endpoint import Endpoint

PHENOTYPES = {"classic": CLASSIC, "hypomyopathic": HYPOMYOPATHIC, "amyopathic": AMYOPATHIC}


def response_profile(
    scenario: Scenario | None,
    protocol: TrialProtocol,
    definition: str | Path | ResponseDefinition | None = None,
    *,
    week: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Response under every definition, share improved and worse per measure, mean change: one pass over the patients.

    Parameters
    ----------
    scenario, protocol, week
        As in `response_probability`.
    definition : str, Path or ResponseDefinition, optional
        Whose improved and worse are given measure by measure; the protocol's primary outcome unless given.
    **options
        `enzyme`, `zero_baseline`, `normal_enzyme` as in `response_probability`; each holds for the definitions that
        have a place for it.

    Returns
    -------
    DataFrame
        One row a statistic and population: statistic ("response", "complete cases", "improved", "worse", "change"),
        of (a definition, or a measure), population ("all", "classic", "hypomyopathic", "amyopathic"), value,
        standard_error. Improved and worse are those of `definition` at a visit that takes place; under a score
        improved is to earn points, and nothing counts as worse. Change is the mean true change of a scale in its unit,
        positive when higher.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> table = response_profile(None, load_protocol("NCT04946669"))
    >>> row = table.query("statistic == 'response' and of == 'IMACS-2004' and population == 'all'")
    >>> round(float(row["value"].iloc[0]), 2)
    0.5
    """
    truth = check_scenario(scenario)
    if "missing_visit" in options:
        fix = "The table has both: missing counted as failure (response), and complete cases."
        raise TrialsimError("missing_visit", options["missing_visit"], "no such option here", fix)
    main = Endpoint.of(protocol, definition, week=week, **options)
    names = [name for name in list_responses() if name != main.definition.id]
    others = [
        Endpoint.of(protocol, definition, week=week, **asked(definition, options))
        for definition in map(load_response, names)
    ]
    statistics: dict[tuple[str, str, str], list[float]] = {}
    for enrolled in enrolled_patients(truth, protocol, main.week):
        parts = _statistics(enrolled, main, others)
        for population, inside in _populations(enrolled).items():
            weights = enrolled.weights * inside
            for (statistic, of), (numerator, denominator) in parts.items():
                total = weights @ denominator
                if total > 0:
                    statistics.setdefault((statistic, of, population), []).append(float(weights @ numerator / total))
    rows = [
        [*key, float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))]
        for key, values in statistics.items()
    ]
    return pd.DataFrame(rows, columns=["statistic", "of", "population", "value", "standard_error"])


def _populations(enrolled: Enrolled) -> dict[str, Floats]:
    everybody = {"all": np.ones(len(enrolled.weights))}
    return everybody | {name: (enrolled.entry.phenotype == k).astype(float) for name, k in PHENOTYPES.items()}


def _statistics(
    enrolled: Enrolled, main: Endpoint, others: list[Endpoint]
) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Numerator and denominator of each statistic, patient by patient."""
    present, everybody = 1 - enrolled.missing, np.ones_like(enrolled.missing)
    found: dict[tuple[str, str], tuple[Floats, Floats]] = {}
    for endpoint in (main, *others):
        chance = response_chance(enrolled, endpoint)
        found["response", endpoint.definition.id] = (chance * present, everybody)
        found["complete cases", endpoint.definition.id] = (chance * present, present)
    for statistic, chances in _by_measure(enrolled, main).items():
        for j, code in enumerate(main.definition.items):
            found[statistic, code] = (chances[:, j] * present, present)
    for j, code in enumerate(SCALES):
        better = enrolled.course.scales[:, j] - enrolled.entry.scales[:, j]
        sign: Callable[[Floats], Floats] = np.negative if measure(code).higher_is_better else np.positive
        found["change", code] = (sign(better) * present, present)
    return found


def _by_measure(enrolled: Enrolled, endpoint: Endpoint) -> dict[str, Floats]:
    """The chance of each measure to be improved, and to be worse, shape (n, items)."""
    patients = enrolled.entry, enrolled.baseline, enrolled.course
    if isinstance(endpoint.definition.rule, CountRule):
        chances = measure_chances(*patients, endpoint.definition, endpoint.options, endpoint.enzyme)
        return dict(zip(("improved", "worse"), chances, strict=True))
    return {"improved": 1 - band_chances(*patients, endpoint.definition, endpoint.enzyme)[:, :, 0]}
