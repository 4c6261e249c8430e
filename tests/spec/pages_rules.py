"""Reference pages of the protocol and of the definitions of response."""

from __future__ import annotations

from typing import Any

from tests.spec.markdown import YES, listed, of_rows, page, plain, sources, table
from tests.spec.tables import rows
from trialsim.facts.audit import published_cases, published_table
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.core_set import measures
from trialsim.facts.points_table import PointsTable
from trialsim.facts.protocol import TrialProtocol, load_protocol, our_trial
from trialsim.facts.responses import ResponseDefinition, ScoreRule, list_responses, load_response
from trialsim.facts.trial_protocol import Criterion, Example
from trialsim.rules.assess import Assessment, assess_patient
from trialsim.rules.audit import audit_cases, audit_table
from trialsim.rules.examples import judge

CODES = [item.code for item in measures()]


# ---- protocol --------------------------------------------------------------------------------------------------------
def protocol_page(id: str) -> str:
    """A protocol: what its record says, how it is read, worked patients for each criterion."""
    protocol = load_protocol(id)
    parts = [
        f"{plain(protocol.title)}. {protocol.n} patients, week {protocol.week}. {plain(protocol.source)}.",
        sources(protocol.sources),
        "## What the record states",
        table(["", "", "basis"], [(item.item, item.text, item.basis) for item in protocol.known]),
        "## What it does not state",
        table(["", ""], [(silence.item, silence.text) for silence in protocol.silences]),
        "## How ambiguous clauses are read",
        "Each is a switch: `protocol.with_reading(name, option)`. The first option is the one taken.",
    ]
    for reading in protocol.readings:
        options = sorted(reading.options, key=lambda option: option.name != reading.chosen)
        parts += [
            f"### {plain(reading.name)}",
            f"{plain(reading.question)} {plain(reading.why)} ({reading.basis})",
            table(["option", "meaning"], [(option.name, option.text) for option in options]),
        ]
    if protocol == our_trial():
        parts += ["## Failure of an earlier treatment, in both readings", of_rows(rows("failure_readings.csv"))]
    for title, group in (("Inclusion", protocol.inclusion), ("Exclusion", protocol.exclusion)):
        parts.append(f"## {title} criteria")
        for criterion in group:
            parts += _criterion(protocol, criterion)
    parts.append("## Outcomes")
    for outcome in (protocol.primary, *protocol.secondary):
        parts += [
            f"**{plain(outcome.label)}**, week {outcome.week}. {plain(outcome.text)}",
            listed(outcome.ambiguities),
        ]
    return page(f"{protocol.id}: the protocol as the record gives it", *parts)


def _criterion(protocol: TrialProtocol, criterion: Criterion) -> list[str]:
    notes = [f"Assumed: {a.what} = {a.value}; {a.why}." for a in criterion.assumed]
    notes += [f"Ambiguous: {text}" for text in criterion.ambiguities] + [
        f"Not stated: {text}" for text in criterion.silences
    ]
    met = "excludes" if criterion.category == "exclusion" else "met"
    examples = [
        (
            example.text,
            _known(example),
            _readings(example),
            YES[example.met],
            "; ".join(judge(protocol, criterion, example)[1]),
        )
        for example in criterion.examples
    ]
    return [
        f"### {criterion.id} {plain(criterion.label)}",
        f"{plain(criterion.wording)} ({criterion.basis}: {plain(criterion.source)})",
        f"Rule here: {plain(protocol.condition(criterion).describe())}.",
        listed(notes),
        table(["patient", "what is known", "reading", met, "why"], examples),
    ]


def _known(example: Example) -> str:
    facts = candidate_schema().facts
    known = [f"{facts[name].label}: {_value(value)}" for name, value in example.facts]
    known += [f"{code} {value:g} (limit {limit:g})" for code, value, limit in example.enzymes]
    known += [
        ", ".join(f"{key.replace('_', ' ')} {_value(value)}" for key, value in course) for course in example.courses
    ]
    return "; ".join(known)


def _value(value: object) -> str:
    return YES[value] if isinstance(value, bool) else str(value)


def _readings(example: Example) -> str:
    return "; ".join(f"{name}: {option}" for name, option in example.readings)


# ---- responses -------------------------------------------------------------------------------------------------------
def responses_page() -> str:
    """Every definition of response, with the patients it was tried on."""
    counted = rows("response_patients.csv")
    parts = [
        "A change of each measure is written as baseline → week 12. All patients are made up, except where a row says "
        "published. A gap is a measure that was not taken.",
        "## The patients",
        table(["", *CODES, "MMT-8 to", "why"], [_patient(row) for row in counted]),
    ]
    for name in list_responses(readings=True):
        definition = load_response(name)
        parts += _definition(definition)
        if not definition.scores and all(name in row for row in counted):
            judged = [(row, _assess(row, definition)) for row in counted]
            parts.append(
                table(
                    ["patient", "improved", "worse", "response", "reason"],
                    [
                        (row["id"], *_words(assessed), row[name].replace("?", YES[None]), assessed.reason)
                        for row, assessed in judged
                    ],
                )
            )
    parts += ["## What definitions leave open", _options()]
    return page("Definitions of response", *parts)


def _options() -> str:
    table_rows = [row | {"percent": row["percent"].replace("*", "")} for row in rows("option_patients.csv")]
    text = (
        "A measure that rises from 0, and an enzyme within normal limits (here a CK with a limit of 200 U/L), under "
        "the choices of `zero_baseline` and `normal_enzyme`; percent: + is better, empty where it does not exist or is "
        "not in question."
    )
    return f"{text}\n\n{of_rows(table_rows)}"


def _definition(definition: ResponseDefinition) -> list[str]:
    lines = definition.describe().splitlines()[1:]
    kept = [line for line in lines if not line.startswith("Assumed:")]
    examples = []
    for example in definition.examples:
        found = assess_patient(
            example.baseline, example.followup, definition, mmt8_max=example.mmt8_max, enzyme_uln=example.enzyme_uln
        )
        change = ", ".join(
            f"{c} {_number(v)} -> {_number(example.followup.get(c))}" for c, v in example.baseline.items()
        )
        examples.append((example.name, change, *_words(found), YES[example.response], found.reason))
    return [
        f"## {definition.id}: {plain(definition.label)}",
        listed(kept),
        listed(f"Assumed: {text}" for text in definition.assumed),
        sources(definition.sources),
        table(["worked example", "change", "improved", "worse", "response", "reason"], examples),
    ]


def _patient(row: dict[str, str]) -> list[str]:
    return [row["id"], *(row[code] for code in CODES), row["mmt8_max"], row["why"]]


def _visits(row: dict[str, str]) -> tuple[dict[str, float], dict[str, float]]:
    first, last = {}, {}
    for code in CODES:
        before, after = row[code].split("->")
        if before.strip():
            first[code] = float(before)
        if after.strip():
            last[code] = float(after)
    return first, last


def _assess(row: dict[str, str], definition: ResponseDefinition, **more: Any) -> Assessment:
    return assess_patient(*_visits(row), definition, mmt8_max=int(row["mmt8_max"]), **more)


def _words(assessment: Assessment) -> tuple[str, str]:
    return " ".join(assessment.improved) or "none", " ".join(assessment.worsened) or "none"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


# ---- score -----------------------------------------------------------------------------------------------------------
def score_page() -> str:
    """The points of the 2016 score, and the patients it was tried on."""
    rule = load_response("TIS-MINIMAL").rule
    assert isinstance(rule, ScoreRule)
    points = rule.table
    parts = [
        "An improvement earns points by its size in percent of the instrument's range; a measure that is worse earns "
        "nothing and costs nothing. A step is reached above its percentage, not at it.",
        sources(points.sources),
        listed(f"Assumed: {text}" for text in points.assumed),
        "## Points",
        table(["measure", "above (% of the range)", "points"], _bands(points)),
        table(
            ["category (adults)", "score of at least"],
            [(name, f"{float(least):g}") for name, least in points.categories],
        ),
        "## The patients",
        "Points in the order " + ", ".join(CODES) + "; reachable is the most that this patient could score.",
        table(
            ["", *CODES, "MMT-8 to", "enzyme, limit", "points", "score", "category", "reachable", "why"],
            [
                (
                    row["id"],
                    *(row[code] for code in CODES),
                    row["mmt8_max"],
                    f"{row['enzyme']} {row['enzyme_uln']}",
                    *(row[name] for name in ("points", "score", "category", "reachable", "why")),
                )
                for row in rows("score_patients.csv")
            ],
        ),
    ]
    return page("The total improvement score of 2016", *parts)


def _bands(points: PointsTable) -> list[tuple[str, str, str]]:
    return [
        (code, " / ".join(f"{float(line):g}" for line in above), " / ".join(f"{float(number):g}" for number in earned))
        for code, above, earned in zip(points.items, points.above, points.points, strict=True)
    ]


def audit_page() -> str:
    """Published verdicts, and what the rule printed with them gives."""
    cases, patients = audit_cases().reset_index(), audit_table().reset_index()
    return page(
        "Audit",
        "Two published patients: what the printed rule gives, and what was reported.",
        table(list(cases.columns), cases.to_numpy().tolist()),
        sources(dict.fromkeys(case.source for case in published_cases())),
        "A published table of patients. Its lists, its numbers and its verdicts are held against the rule it names. "
        "Where others have the extramuscular global it lists symptoms, and prints the global of nobody: an outcome "
        "that hangs on them cannot be checked, which is not to be wrong. " + " ".join(published_table().remarks),
        table(list(patients.columns), patients.to_numpy().tolist()),
        sources([published_table().source]),
    )
