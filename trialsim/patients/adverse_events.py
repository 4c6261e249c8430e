"""Adverse events by a week of the trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.patients import quantiles
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario

KINDS = ("infection", "herpes zoster", "infusion-related event", "other event")
_LAST = 12.0  # the week for which the scenario gives shares


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Who had which event, (n, 4) in the order of `KINDS`; its week, (n, 4); which was serious, (n, 4)."""

    happened: NDArray[np.bool_]
    week: NDArray[np.int64]
    serious: NDArray[np.bool_]

    def rows(self, rows: NDArray[np.intp]) -> Events:
        """The events of some patients."""
        return Events(self.happened[rows], self.week[rows], self.serious[rows])


def adverse_events(points: Points, scenario: Scenario, by_week: float = _LAST) -> Events:
    """The adverse events of the patients at `points` until a week.

    The shares of the scenario hold for week 12; by another week they are what a constant rate makes of them.
    """
    s = scenario
    named = np.array([_by(chance, by_week) for chance in (s.infection_event, s.zoster_event, s.infusion_event)])
    none_named = np.prod(1 - named)
    # What is left so that the share with any event comes out; the named ones alone may already exceed it.
    other = max(0.0, 1 - (1 - _by(s.any_event, by_week)) / none_named)
    shares = [*named, other]
    happened = np.stack(
        [quantiles.happens(points(f"event.{k}"), p) for k, p in zip(KINDS, shares, strict=True)], axis=-1
    )
    week = np.stack([1 + np.floor(by_week * points(f"event week.{k}")) for k in KINDS], axis=-1).astype(np.int64)
    # One of the events that happened is serious in as many patients as the scenario says.
    any_share = 1 - none_named * (1 - other)
    is_serious = quantiles.happens(
        points("serious"), min(1.0, _by(s.serious_event, by_week) / any_share) if any_share else 0.0
    )
    first = np.argmax(happened, axis=1)
    serious = np.zeros_like(happened)
    serious[np.arange(points.n), first] = is_serious
    return Events(happened, week, serious & happened)


def _by(share: float, week: float) -> float:
    """The share by a week of what happens to a share by week 12, at a constant rate."""
    return share if week == _LAST else 1 - (1 - share) ** (week / _LAST)
