"""Published control groups, as lines to hold an assumed p0 against: which, and in what they differ from our trial."""

from __future__ import annotations

from functools import cache

import pandas as pd

from trialsim.design import response_interval
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.published_arms import response_arms
from trialsim.figures.published import PublishedRate

__all__ = ["control_arms", "distances", "published_rates", "studies"]

LATEST_WEEK = 24
"""Groups assessed later than this are left out: too far from week 12."""

_COUNTING = "3 of 6 measures improved"
_FAMILIES = {
    "IMACS-2004": _COUNTING,
    "NCT02971683": _COUNTING,
    "TIS-MINIMAL": "2016 score of 20 or more",
}
_OTHER_PATIENTS = {
    "dermatomyositis": "",
    "mixed myositis": "all myositis",
    "mixed with juveniles": "juveniles too",
    "no dermatomyositis": "no DM",
}
_SUBGROUPS = {"DM subgroup": ", DM part", "non-DM subgroup": ", other part"}


@cache
def _arms() -> pd.DataFrame:
    arms = response_arms()
    arms = arms[arms["control"] & arms["week"].le(LATEST_WEEK).fillna(False) & arms["definition"].isin(_FAMILIES)]
    arms = arms.assign(family=arms["definition"].map(_FAMILIES), study=arms["study"].str.split(" NCT").str[0])
    # The two families in the order of the table above; within each, the time of our trial first.
    rank = arms["family"].map({family: at for at, family in enumerate(dict.fromkeys(_FAMILIES.values()))})
    return arms.assign(rank=rank).sort_values(["rank", "week", "study"], kind="stable").reset_index(drop=True)


def control_arms() -> pd.DataFrame:
    r"""The groups on standard care that the picture shows, with their source: one row a group.

    Groups of one trial may share patients (a subgroup beside its whole arm). Left out are groups seen after week 24,
    the higher bands of the 2016 score, and outcomes that are no response of the disease.

    Examples
    --------
    >>> control_arms().columns.tolist()
    ['study', 'patients', 'week', 'rule', 'responded', '95\xa0% interval', 'status', 'source']
    """
    arms = _arms()
    limits = [response_interval(int(x), int(n)) for x, n in zip(arms["responders"], arms["n"], strict=True)]
    return pd.DataFrame(
        {
            "study": arms["study"],
            "patients": arms["population"],
            "week": arms["week"],
            "rule": arms["family"],
            "responded": [f"{x} of {n}" for x, n in zip(arms["responders"], arms["n"], strict=True)],
            "95\N{NO-BREAK SPACE}% interval": [
                f"{100 * low:.1f}\N{EN DASH}{100 * high:.1f}\N{NO-BREAK SPACE}%" for low, high in limits
            ],
            "status": arms["status"].str.lower(),
            "source": arms["source"],
        }
    )


@cache
def published_rates(protocol: TrialProtocol) -> tuple[PublishedRate, ...]:
    """The same groups as lines of a picture, each with what sets it apart from the trial of `protocol`."""
    rates = []
    for arm in _arms().itertuples():
        other_week = "" if arm.week == protocol.week else f"week {arm.week}"
        recalled = " (recalled)" if arm.status == "RECALLED" else ""
        who = f"{arm.study}{_SUBGROUPS.get(str(arm.population), '')}"
        differs = ", ".join(filter(None, [other_week, _OTHER_PATIENTS[str(arm.group)]]))
        x, n = int(str(arm.responders)), int(str(arm.n))
        label = f"{who} {x} of {n}{recalled}"
        part = str(arm.population) in _SUBGROUPS
        rates.append(PublishedRate(label, x / n, response_interval(x, n), differs or "the rule", str(arm.family), part))
    return tuple(rates)


def studies(rates: tuple[PublishedRate, ...]) -> tuple[PublishedRate, ...]:
    """The groups that may be counted: each study once and whole, and only those that count measures as our trial does.

    Examples
    --------
    >>> from trialsim.facts.protocol import load_protocol
    >>> [rate.label.split()[0] for rate in studies(published_rates(load_protocol("NCT04946669")))]
    ['RIM', 'ARTEMIS', 'ABA-P3']
    """
    return tuple(rate for rate in rates if rate.family == _COUNTING and not rate.part)


def distances(rates: tuple[PublishedRate, ...], p0: float) -> str:
    """How far from `p0` the studies that count measures lie, each once, with their intervals, in words."""
    told = []
    for rate in studies(rates):
        low, high = rate.interval
        points = 100 * (rate.rate - p0)
        told.append(
            f"{rate.label.split()[0]} {100 * rate.rate:.1f} % ({abs(points):.1f} points "
            f"{'below' if points < 0 else 'above'}; "
            f"95 % interval {100 * low:.1f} to {100 * high:.1f})"
        )
    return f"beside a p0 of {100 * p0:.0f} %, published studies that count measures: {', '.join(told)}"
