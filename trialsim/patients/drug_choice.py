"""Which immunosuppressants a candidate was given: what is common, what goes together, what harms no child."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from trialsim.facts.drugs import choice_of, drug_names
from trialsim.facts.population import load_population
from trialsim.patients import onset
from trialsim.patients.disease import AtEntry
from trialsim.patients.histories import MAX_IMMUNOSUPPRESSANTS, Bools, Immunosuppression, Ints
from trialsim.patients.points import Points

_NONE = -1


def chosen_drugs(points: Points, at_entry: AtEntry, suppression: Immunosuppression, pregnant: Bools) -> Ints:
    """Drugs in order of the record: those taken now come first; what is taken together is of different groups."""
    population = load_population().shares
    with_lung = at_entry.lung != onset.CLEAR
    names = list(population["immunosuppressant"].values)
    tables = [population[f"immunosuppressant{suffix}"].values for suffix in ("", "_spared", "_ild")]
    weights = np.array([[table[name] for name in names] for table in tables])
    mine = weights[np.where(with_lung, 2, np.where(at_entry.spared, 1, 0))]
    keys = np.log(np.stack([points(f"immunosuppressant.{name}") for name in names], axis=1)) / mine
    choices = [choice_of(name) for name in names]
    groups = np.unique([choice.group for choice in choices], return_inverse=True)[1]
    harmful = np.array([not choice.in_pregnancy for choice in choices])
    # What harms a child comes later for a pregnant woman.
    order = np.argsort(-np.where(pregnant[:, None] & harmful, keys - 1e6, keys), axis=1, kind="stable")
    _part(order, groups, suppression, pregnant[:, None] & harmful[order])
    codes = drug_codes(names)[order[:, :MAX_IMMUNOSUPPRESSANTS]]
    return np.where(suppression.induction, drug_names().index("cyclophosphamide"), codes)


def _part(order: Ints, groups: Ints, suppression: Immunosuppression, harmful: Bools) -> None:
    """Put drugs in another order where two of the same group would be taken together."""
    courses, induction = suppression.courses, suppression.induction
    start, end = courses.start, courses.end
    for place in range(1, MAX_IMMUNOSUPPRESSANTS):
        before = slice(0, place)
        together = (end[:, before] < start[:, [place]]) & (end[:, [place]] < start[:, before])
        together &= ~induction[:, before] & ~induction[:, [place]]
        rows = np.flatnonzero(together.any(axis=1))
        taken = np.where(together[rows], groups[order[rows, before]], _NONE)
        allowed = (groups[order[rows]][:, :, None] != taken[:, None, :]).all(axis=2)
        allowed &= ~(harmful[rows] & (end[rows, place] == 0)[:, None])
        allowed[:, before] = False
        rows, chosen = rows[allowed.any(axis=1)], allowed.argmax(axis=1)[allowed.any(axis=1)]
        rows, chosen = rows[chosen > place], chosen[chosen > place]
        picked, of_harm = order[rows], harmful[rows]
        places = np.arange(order.shape[1])
        # The one that is chosen comes to this place, those between move on by one.
        source = np.where(places == place, chosen[:, None], places - ((places > place) & (places <= chosen[:, None])))
        order[rows] = np.take_along_axis(picked, source, axis=1)
        harmful[rows] = np.take_along_axis(of_harm, source, axis=1)


def drug_codes(names: Iterable[str]) -> Ints:
    """The codes of drugs by their names."""
    known = drug_names()
    return np.array([known.index(name) for name in names])
