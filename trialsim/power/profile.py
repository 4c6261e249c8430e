"""What an enrolled patient is expected to show at week 12, measure by measure and definition by definition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from trialsim.facts.core_set import measure
from trialsim.facts.protocol import TrialProtocol, check_protocol
from trialsim.facts.responses import list_responses, load_response
from trialsim.patients.cohort import check_scenario
from trialsim.patients.disease import AMYOPATHIC, CLASSIC, HYPOMYOPATHIC, SCALES
from trialsim.patients.items import check_enzyme
from trialsim.patients.scenario import Scenario
from trialsim.power.chances import measure_chances
from trialsim.power.expectation import Enrolled, Floats, enrolled_patients, response_chance
from trialsim.rules.options import ResponseOptions
from trialsim.rules.patient_values import MOST_ABNORMAL

PHENOTYPES = {"classic": CLASSIC, "hypomyopathic": HYPOMYOPATHIC, "amyopathic": AMYOPATHIC}


def response_profile(
    scenario: Scenario | None,
    protocol: TrialProtocol,
    *,
    enzyme: str = MOST_ABNORMAL,
    zero_baseline: str = "strict",
    normal_enzyme: str = "counts",
) -> pd.DataFrame:
    """Response under every definition, share improved and worse per measure, mean change: one pass over the patients.

    Parameters
    ----------
    scenario, protocol
        As in `response_probability`.
    enzyme, zero_baseline, normal_enzyme : str
        As in `response_probability`.

    Returns
    -------
    DataFrame
        One row a statistic and population: statistic ("response", "complete cases", "improved", "worse", "change"),
        of (a definition, or a measure), population ("all", "classic", "hypomyopathic", "amyopathic"), value,
        standard_error. Improved and worse are those of IMACS-2004 at a visit that takes place; change is the mean true
        change of a scale in its unit, positive when higher.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> table = response_profile(None, load_protocol("NCT04946669"))
    >>> row = table.query("statistic == 'response' and of == 'IMACS-2004' and population == 'all'")
    >>> round(float(row["value"].iloc[0]), 2)
    0.5
    """
    truth = check_scenario(scenario)
    check_protocol(protocol)
    options = ResponseOptions(zero_baseline=zero_baseline, normal_enzyme=normal_enzyme)
    check_enzyme(enzyme)
    statistics: dict[tuple[str, str, str], list[float]] = {}
    for enrolled in enrolled_patients(truth, protocol):
        parts = _statistics(enrolled, options, enzyme)
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
    enrolled: Enrolled, options: ResponseOptions, enzyme: str
) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Numerator and denominator of each statistic, patient by patient."""
    present, one = 1 - enrolled.missing, np.ones_like(enrolled.missing)
    found: dict[tuple[str, str], tuple[Floats, Floats]] = {}
    for name in list_responses():
        chance = response_chance(enrolled, load_response(name), options, enzyme)
        found["response", name] = (chance * present, one)
        found["complete cases", name] = (chance * present, present)
    imacs = load_response("IMACS-2004")
    improved, worse = measure_chances(enrolled.entry, enrolled.baseline, enrolled.course, imacs, options, enzyme)
    for j, code in enumerate(imacs.items):
        found["improved", code] = (improved[:, j] * present, present)
        found["worse", code] = (worse[:, j] * present, present)
    for j, code in enumerate(SCALES):
        better = enrolled.course.scales[:, j] - enrolled.entry.scales[:, j]
        sign: Callable[[Floats], Floats] = np.negative if measure(code).higher_is_better else np.positive
        found["change", code] = (sign(better) * present, present)
    return found
