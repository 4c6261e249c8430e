"""The columns of the published numbers, declared once: for reading, for labels in figures, for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KINDS: Mapping[str, str] = {
    "arm": "the response of a treated group, control arms included, under some definition of response",
    "derived": "a projection or a pooling worked out from other rows; nobody was counted for it",
    "other": "everything else: baseline, laboratory, doses, safety, prevalence, reliability, single patients",
}

STATISTICS: Mapping[str, str] = {
    "percent": "share of n, in percent",
    "responders": "number of patients who met a definition of response",
    "count": "number of patients or of events, as the unit says",
    "mean": "mean",
    "median": "median",
    "value": "one measurement of one patient",
    "mean difference": "difference between the means of two arms",
    "percent change": "change from baseline, in percent of baseline",
    "rate": "events by time at risk",
    "estimate": "parameter of a fitted model",
    "range": "lowest of several coefficients; low and high hold the lowest and the highest",
    "lower bound": "only known to be above the value",
    "upper bound": "only known to be below the value",
    "icc": "intraclass correlation coefficient",
    "correlation": "Pearson correlation",
    "rank correlation": "Spearman correlation",
    "kappa": "Cohen's kappa",
    "srm": "standardised response mean",
    "cv": "coefficient of variation",
}

UNITS: Mapping[str, str] = {
    "%": "percent",
    "patients": "patients",
    "events": "events; one patient may have several",
    "points": "points of the instrument that the measure names",
    "index": "HAQ disability index, 0 to 3",
    "cm": "visual analogue scale, 0 to 10 cm",
    "U/L": "units per litre",
    "ukat/L": "microkatal per litre; 1 ukat/L is 60 U/L",
    "mg/day": "milligrams a day",
    "mg/kg/day": "milligrams per kilogram of body weight a day",
    "kg/m2": "kilograms per square metre",
    "years": "years",
    "weeks": "weeks",
    "days": "days",
    "drugs": "number of drugs",
    "measures": "number of core set measures",
    "1/week": "per week",
    "per 100 patient-years": "events per 100 patient-years",
    "per 1000 patient-years": "events per 1,000 patient-years",
    "dimensionless": "a pure number",
}

STATUSES: Mapping[str, str] = {
    "READ": "read in the source named",
    "RECALLED": "general knowledge, not checked against the source",
    "DERIVED": "worked out from numbers that were read",
    "ASSUMED": "our choice; nothing published was found",
}

DEFINITIONS: Mapping[str, str] = {
    "": "the row is no response, or its rule is none of those in data/responses",
    "IMACS-2004": "IMACS definition of improvement",
    "NCT02971683": "the same as the phase 3 trial of abatacept registered it; at week 24 also without rescue",
    "NCT04946669": "the primary outcome of this trial",
    "INFLIXIMAB-2008": "the infliximab pilot",
    "PRINTO-20": "juvenile rule",
    "TIS-MINIMAL": "total improvement score of at least 20",
    "TIS-MODERATE": "total improvement score of at least 40",
    "TIS-MAJOR": "total improvement score of at least 60",
}

# The note is a list, "; " between its parts. These beginnings have a fixed meaning; any other part is plain text.
INTERVAL_NOTES = ("interval 95 % CI", "interval IQR", "interval range")
SPREAD_NOTES = ("spread SD", "spread SE")
NOTE_BEGINNINGS: Mapping[str, str] = {
    "interval": "what low and high are; always there when they are",
    "spread": "what the spread is; always there when it is",
    "count empty:": "why a percentage comes without a number of patients",
    "conflict:": "where sources, or the figures within one, disagree",
    "recalled:": "the part of the row that was not checked against the source",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, a label for figures, what it means and what a cell may hold.

    Examples
    --------
    >>> COLUMNS["week"].label
    'Week'
    """

    name: str
    label: str
    meaning: str
    holds: Literal["text", "whole", "number"] = "text"
    required: bool = True
    vocabulary: Mapping[str, str] | None = None
    low: float = float("-inf")
    high: float = float("inf")


COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("study", "Study", "name of the study, with its registry number where it has one"),
        Column("year", "Year", "year of the report", "whole", low=1900, high=2100),
        Column("arm", "Arm", "treatment group; empty where nobody was treated by plan", required=False),
        Column("kind", "Kind", "what the row is", vocabulary=KINDS),
        Column("population", "Population", "who was studied"),
        Column("n", "Patients", "number of patients; empty where not stated", "whole", required=False, low=1, high=1e7),
        Column(
            "responders",
            "Responders",
            "number of the n patients who responded, or to whom the measure applies; worked out from a percentage "
            "where exactly one whole number rounds to it, otherwise empty",
            "whole",
            required=False,
            low=0,
            high=1e7,
        ),
        Column("measure", "Measure", "what was measured"),
        Column("definition", "Definition", "id of the definition of response", required=False, vocabulary=DEFINITIONS),
        Column("week", "Week", "weeks since the start of treatment; empty where none", "whole", False, low=0, high=520),
        Column("statistic", "Statistic", "what the value is", vocabulary=STATISTICS),
        Column("value", "Value", "the published number", "number"),
        Column("low", "Lower end", "lower end of the interval that the note names", "number", required=False),
        Column("high", "Upper end", "upper end of the interval that the note names", "number", required=False),
        Column("spread", "Spread", "SD or SE, as the note says", "number", required=False, low=0),
        Column("unit", "Unit", "unit of value, low, high and spread", vocabulary=UNITS),
        Column("note", "Note", "remarks, '; ' between them", required=False),
        Column("source", "Source", "what was read, or where the number comes from"),
        Column("status", "Status", "how well the number is known", vocabulary=STATUSES),
    )
}
