"""The tables of lesson 01, each in a drawer."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from trialsim.facts.population import load_population
from trialsim.lessons.who_gets_in.classification_panels import classification_table
from trialsim.lessons.who_gets_in.criteria_wording import record
from trialsim.lessons.who_gets_in.forty_candidates import MANY, Bools, many
from trialsim.widgets.table import Table


def disagreements() -> Table:
    """Those of the forty on whom the classifications disagree."""
    return Table(
        classification_table(),
        "Candidates whom one of the two takes as probable or definite and the other does not; the rash taken as "
        "Gottron's sign (assumed).",
        drawer="The candidates on whom they disagree",
    )


def unclear_clauses() -> Table:
    """Every clause of the record that can be read in more than one way, and how it is read here."""
    rows = [
        {
            "clause": reading.question,
            "read here": reading.option.text,
            "or": "; ".join(option.text for option in reading.options if option.name != reading.chosen),
            "why": reading.why,
        }
        for reading in record().readings
    ]
    caption = f"Unclear clauses of {record().id}. How they are read here: assumed."
    return Table(pd.DataFrame(rows), caption, drawer="Every unclear clause, and how it is read here")


def exact_beside_simulated() -> Table:
    """How many candidates an infection clause excludes by each reading: by probability, and counted.

    HBsAg and HCV antibody are independent in the model; PPD depends on T-SPOT. A test without result is not positive.
    """
    p = {name: parameter.value for name, parameter in load_population().parameters.items()}
    done = 1 - p["test_missing"]
    hbsag, hcv = p["hbsag_share"] * done, p["hcv_share"] * done
    tspot, ppd = p["tspot_share"], {True: p["ppd_if_tspot"] * done, False: p["ppd_if_not"] * done}
    exact = {
        "HBsAg or HCV antibody": 1 - (1 - hbsag) * (1 - hcv),
        "HBsAg and HCV antibody": hbsag * hcv,
        "PPD and T-SPOT": tspot * done * ppd[True],
        "PPD or T-SPOT": tspot * (done + (1 - done) * ppd[True]) + (1 - tspot) * ppd[False],
    }
    hbv, hcv_there, ppd_there, tspot_there = (
        _positive(name) for name in ("hbsag", "hcv_antibody", "ppd_positive", "tspot_positive")
    )
    counted = (hbv | hcv_there, hbv & hcv_there, ppd_there & tspot_there, ppd_there | tspot_there)
    frame = pd.DataFrame(
        {
            "by probability, %": [round(100 * value, 2) for value in exact.values()],
            f"counted in {MANY:,}, %": [round(100 * float(mask.mean()), 2) for mask in counted],
            "standard error": [round(100 * sqrt(value * (1 - value) / MANY), 2) for value in exact.values()],
        },
        index=pd.Index(list(exact), name="positive"),
    )
    return Table(
        frame,
        f"T-SPOT positive in {100 * tspot:g} % (read), PPD then in {100 * p['ppd_if_tspot']:g} % and otherwise in "
        f"{100 * p['ppd_if_not']:g} % (assumed); HBsAg in {100 * p['hbsag_share']:g} % (derived), HCV antibody in "
        f"{100 * p['hcv_share']:g} % (assumed); each test without a result in {100 * p['test_missing']:g} % (assumed).",
        drawer="Either test or both: how many each reading keeps out",
    )


def _positive(name: str) -> Bools:
    column = many().arrays.facts[name]
    return np.asarray(column.values, bool) & (True if column.known is None else column.known)
