"""Reference pages of the patient model: every parameter, what it was tuned to, what it is held against."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tests.replication.calibration import load_published, load_targets
from tests.replication.calibration_tables import checked_against, tuned_to
from tests.replication.control_rate import control_rates
from tests.spec.markdown import listed, page, table
from trialsim.facts.no_effect import no_effects
from trialsim.facts.population import load_population
from trialsim.power.randomised import phase_three

_TUNED = ["quantity", "of", "in whom", "week", "target", "model", "tolerance", "unit", "met"]
_TUNED += ["basis", "source", "note"]
_CHECKED = ["quantity", "of", "week", "published", "interval", "model", "unit", "fits", "independent", "source", "note"]


def population_page() -> str:
    """Every parameter of the patient model, block by block."""
    population = load_population()
    parts = [
        "All patients of this workbook are synthetic, and these numbers make them. *Read*: in the source named; "
        "*recalled*: general knowledge, unverified; *derived*: arithmetic on facts; *assumed*: chosen here. The range "
        "is what sensitivity analyses vary. Sources are studies of `trialsim.evidence()` or keys of the list of "
        "sources; an assumed number may name what it leans on.",
    ]
    lasting = [f"{effect.label}: {effect.text} ({effect.basis})." for effect in no_effects().values()]
    parts += ["## No effect on response", "Not known to have none: the model gives them none.", listed(lasting)]
    columns = ["name", "parameter", "value", "plausible", "unit", "basis", "source", "note"]
    for block in dict.fromkeys(parameter.block for parameter in population.parameters.values()):
        parts += [
            f"## {block.replace('_', ' ').capitalize()}",
            table(
                columns,
                [
                    (
                        parameter.name,
                        parameter.label,
                        f"{parameter.value:g}",
                        f"{parameter.low:g} to {parameter.high:g}",
                        parameter.unit,
                        parameter.basis,
                        "; ".join(parameter.source),
                        parameter.note,
                    )
                    for parameter in population.parameters.values()
                    if parameter.block == block
                ],
            ),
        ]
    parts.append("## Shares")
    for shares in population.shares.values():
        parts.append(
            listed(
                [
                    f"{shares.label}: {_divided(shares.values)}. "
                    f"{shares.basis}; {'; '.join(shares.source) or 'no source'}."
                ]
            )
        )
    doses = [(dose.drug, _divided(dose.values), dose.unit, dose.basis) for dose in population.doses.values()]
    parts += ["## Usual doses", table(["drug", "dose", "unit", "basis"], doses)]
    return page("Parameters of the patient model", *parts)


def _divided(values: Mapping[str, float]) -> str:
    """The parts of a whole in words."""
    return ", ".join(f"{name} {100 * share:.1f} %" for name, share in values.items())


def calibration_page() -> str:
    """What the model was tuned to, and published numbers beside it, with which of them are independent."""
    tuned = [
        (
            row["label"],
            row["of"],
            row["population"],
            row["week"],
            f"{row['target']:.1f}",
            _one_decimal(row["model"]),
            f"{row['tolerance']:g}",
            row["unit"],
            "yes" if row["met"] else "NO",
            row["basis"],
            row["source"],
            row["note"],
        )
        for row in tuned_to().to_dict("records")
    ]
    checked = [
        (
            row["label"],
            row["of"],
            row["week"],
            _one_decimal(row["published"]),
            "" if math.isnan(row["low"]) else f"{_one_decimal(row['low'])} to {_one_decimal(row['high'])}",
            _one_decimal(row["model"]),
            row["unit"],
            {True: "yes", False: "NO"}.get(row["fits"], "no interval"),
            "yes" if row["independent"] else f"Not independent: {row['not_independent']}",
            row["source"],
            row["note"],
        )
        for row in checked_against().to_dict("records")
    ]
    parts = [
        "## Tuned to",
        "The model was adjusted until it gave these numbers; that it gives them says nothing in its favour.",
        table(
            _TUNED,
            tuned,
        ),
        "## Checked against",
        "Published numbers beside the model. Where one is not independent, a target or a parameter of the model was "
        "taken from it: that it fits is a check of consistency, not a validation. An interval is the 95 % "
        "Clopper-Pearson interval of a published count, or Newcombe's of a difference; what does not fit is shown as "
        "not fitting.",
        table(
            _CHECKED,
            checked,
        ),
    ]
    parts += ["## Phase 3", _phase_three(), "## Standard care at week 12", *_control()]
    return page("How the model stands to the literature", *parts)


def _phase_three() -> str:
    return (
        f"The phase 3 trial of abatacept (NCT02971683) did not meet its primary end point. In dermatomyositis: "
        f"{phase_three().sentence} It shows no benefit in dermatomyositis, and excludes none of up to 25 points. Its "
        "patients were weak at entry (MMT-8 of at most 135), and rescue counted as no response: of dermatomyositis "
        "without muscle disease it says nothing. The model's difference in the same patients stands in the table above."
    )


def _control() -> list[str]:
    rows = [
        (
            row["study"],
            row["population"],
            f"{row['responders']} of {row['n']}",
            "" if math.isnan(row["percent"]) else f"{row['at_week']}",
            "" if math.isnan(row["percent"]) else _one_decimal(row["projected"]),
            f"{_one_decimal(row['pooled'])} ({_one_decimal(row['low'])} to {_one_decimal(row['high'])})",
        )
        for row in control_rates().to_dict("records")
    ]
    return [
        "Published control groups that were judged by the rule of 2004, carried to week 12 by a constant hazard "
        "(assumed). *Pooled*: of all groups in the first row; in the others of all but that one.",
        table(["study", "in whom", "responders", "at week", "at week 12, %", "pooled at week 12, % (95 %)"], rows),
    ]


def calibration_rows() -> tuple[int, int]:
    """How many rows the two tables of that page have."""
    return len(load_targets()), len(load_published())


def _one_decimal(value: float) -> str:
    # Summed in another order on another machine, the last digits differ; the first decimal does not.
    return f"{round(value, 6):.1f}"
