"""The reference page of the made-up patients on whom rating is learned, and of how far two raters differ on them."""

from __future__ import annotations

from tests.spec.markdown import YES, listed, page, plain, table
from trialsim.facts.core_set import measures
from trialsim.facts.raters import rating_errors
from trialsim.facts.responses import list_responses
from trialsim.rules.assess import assess_patient
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.rules.vignettes import Vignette, load_vignettes


def vignettes_page() -> str:
    """Each vignette with its charts, sheets, ranges and verdicts."""
    about = (
        "Made up for teaching (*assumed*): nobody had this disease or these values. The ranges are one author's view "
        "of what trained raters would accept, not a panel's, and no clinician has reviewed them yet. Verdicts are "
        "those at the middle of the ranges, MMT-8 of 150."
    )
    return page(
        "Patients to learn rating on", about, *(_vignette(vignette) for vignette in load_vignettes()), _raters()
    )


def _vignette(vignette: Vignette) -> str:
    parts = [f"## {vignette.id}: {plain(vignette.title)}"]
    for name, visit in vignette.visits.items():
        haq = [
            f"{category} {score}{' with aid' * (category in visit.aids)}{' with help' * (category in visit.help)}"
            for category, score in visit.haq.items()
        ]
        enzymes = [
            f"{code} {value:g} ({value / vignette.uln[code]:.2f} x ULN)" for code, value in visit.laboratory.items()
        ]
        grades = ((muscle.replace("_", " "), grade, visit.felt[muscle]) for muscle, grade in visit.grades.items())
        parts += [
            f"### {vignette.id}, {name}",
            plain(visit.text),
            table(["muscle", "grade (left, right)", "felt"], grades),
            listed(
                [
                    f"HAQ-DI: {', '.join(haq)}",
                    f"Enzymes, U/L: {', '.join(enzymes)}",
                    f"Organ scales, cm: {', '.join(f'{organ} {value:g}' for organ, value in visit.organs.items())}",
                ]
            ),
        ]
    parts += [
        _measures(vignette),
        listed([f"Activity: {vignette.activity}", f"Not activity: {vignette.damage}", vignette.teaches]),
    ]
    return "\n\n".join([*parts, _verdicts(vignette)])


def _measures(vignette: Vignette) -> str:
    rows = []
    for measure in measures():
        cells = []
        for visit in vignette.visits.values():
            low, high = visit.expert[measure.code]
            cells.append(f"{visit.values[measure.code]:g}" + (f" ({low:g} to {high:g})" if low < high else ""))
        label = f"{measure.label} ({vignette.enzyme})" if measure.is_enzyme else measure.label
        rows.append((label, *cells, vignette.reasons[measure.code]))
    return table(["measure", *vignette.visits, "why"], rows)


def _verdicts(vignette: Vignette) -> str:
    start, end = (visit.values for visit in vignette.visits.values())
    score = total_improvement_score(start, end, enzyme=vignette.enzyme, enzyme_uln=vignette.uln)
    said = [
        f"{id} {YES[assess_patient(start, end, id, enzyme=vignette.enzyme, enzyme_uln=vignette.uln).responded]}"
        for id in list_responses()
    ]
    return plain(f"Response: {', '.join(said)}. Score of 2016: {score.score:g}, {score.category}.")


def _raters() -> str:
    rows = []
    for error in rating_errors().values():
        source = "; ".join(error.source)
        rows.append(
            (error.code, f"{error.within:g}", f"{error.between:g}", error.unit, error.basis, source, error.note)
        )
    columns = ["measure", "one reading", "between raters", "unit", "basis", "source", "note"]
    about = (
        "Standard deviations: of the slip of one reading, and of a rater's own level, which cancels if one scores both "
        "visits. Near the ends of a scale errors shrink to nothing. `trialsim.verdict_flips` computes with them."
    )
    return "\n\n".join(["## How far two readings differ", about, table(columns, rows)])
