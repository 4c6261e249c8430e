"""Rating one made-up patient: a chart, what was felt and answered, five laboratory values; then six numbers.

The first sheet is filled in whole, muscle by muscle and category by category; the later ones ask for the scores.

>>> len(rating_of(10).boxes), [box.name for box in rating_of(20).boxes]
(28, ['PHGA', 'EMGA', 'MMT8', 'HAQDI', 'ENZYME'])
"""

from __future__ import annotations

from functools import partial

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import haq_form, muscle_form
from trialsim.facts.practice import practice_numbers
from trialsim.facts.vignettes import VISITS
from trialsim.lessons.practice.entries import entry_problem, global_box, grade_problem
from trialsim.rules.vignettes import Vignette, VignetteVisit, load_vignettes
from trialsim.widgets.drill import Drill
from trialsim.widgets.sheet import Box, Cell, Key, Sheet, Slip

__all__ = ["FULL_SHEET", "rating_drill", "rating_of"]

FULL_SHEET = 10
"""The number of the sheet that is filled in whole: V1 at baseline."""

_Rows = list[tuple[str, tuple[Cell, ...]]]


def rating_drill() -> Drill:
    """The drill of all vignettes."""
    return Drill("rating-in-full", "Rate a patient", rating_of)


def rating_of(number: int) -> Sheet:
    """The sheet of one visit: number 10 is V1 at baseline, 20 is V1 at week 12, 30 is V2 at baseline."""
    at = number // 10 - 1
    vignette, name = load_vignettes()[at // 2], VISITS[at % 2]
    visit, whole = vignette.visits[name], number == FULL_SHEET
    laboratory = ", ".join(
        f"{measure(code).label} {value:g} ({vignette.uln[code]:g})" for code, value in visit.laboratory.items()
    )
    keys = {code: _score_key(code, vignette, visit) for code in ("PHGA", "EMGA", "MMT8", "HAQDI")}
    keys["ENZYME"] = _enzyme_key(vignette)
    boxes: dict[str, Cell] = {code: global_box(code) for code in ("PHGA", "EMGA")}
    boxes |= {"MMT8": Box("MMT8", measure("MMT8").label, unit="points"), "HAQDI": Box("HAQDI", measure("HAQDI").label)}
    boxes["ENZYME"] = Box("ENZYME", "enzyme to follow", {enzyme.code: enzyme.label for enzyme in enzymes()})
    names = {code: measure(code).label for code in keys} | {"ENZYME": "enzyme to follow"}
    notes = [(f"{vignette.id}, made up for teaching", visit.text)]
    rows: _Rows = []
    if whole:
        muscles, categories = _muscle_rows(visit, keys), _category_rows(visit, keys)
        given = {
            "PHGA": "all of the chart, the laboratory, and the sheets below",
            "EMGA": "all but muscle",
            "MMT8": "the sum of the grades; the neck once",
            "HAQDI": "the mean of the categories",
            "ENZYME": laboratory,
        }
        for code in names:
            rows += muscles if code == "MMT8" else categories if code == "HAQDI" else []
            rows.append((names[code], (given[code], boxes[code])))
        notes.append(("Grades of strength", f"{_key_of_grades()}."))
    else:
        rows = [(names[code], (boxes[code],)) for code in names]
        felt = "; ".join(f"{muscle.replace('_', ' ')}: {said}" for muscle, said in visit.felt.items())
        answers = ", ".join(f"{category} {_answer(visit, category)}" for category in visit.haq)
        notes += [
            ("Felt on testing", f"{felt}."),
            ("HAQ, worst of each category", f"{answers}."),
            ("Enzymes at this visit, U/L (upper limit); the choice is made at baseline", f"{laboratory}."),
        ]
    own = f"the patient global is the patient's own: {visit.values['PTGA']:g} cm"
    task = "Fill in the sheet: a grade for each muscle, a score for each category, then five numbers"
    return Sheet(
        f"{name}. {task}; {own}." if whole else f"{name}. Give five numbers; the sixth, {own}.",
        ("Measure", "From what", "Yours") if whole else ("Measure", "Yours"),
        tuple(rows),
        keys,
        notes=tuple(notes),
    )


def _score_key(code: str, vignette: Vignette, visit: VignetteVisit) -> Key:
    low, high = visit.expert[code]
    why = f"The author's {'range is' if low < high else 'value is'} {low:g}"
    why += f" to {high:g}" if low < high else ""
    patient = visit.values["PTGA"]
    taken_over = Slip(f"{why} (assumed). You took over the patient's mark: {vignette.reasons[code]}")
    slips = {f"{patient:g}": taken_over} if code in ("PHGA", "EMGA") and not low <= patient <= high else {}
    return Key((low, high), f"{why} (assumed): {vignette.reasons[code]}", slips, partial(entry_problem, code))


def _enzyme_key(vignette: Vignette) -> Key:
    why, baseline = vignette.reasons["ENZYME"], vignette.visits[VISITS[0]].laboratory
    highest = max(baseline, key=lambda code: baseline[code])
    named = Slip(f"{why} The highest number is not the most abnormal.", "highest-number-is-most-abnormal")
    return Key(vignette.enzyme, why, {} if highest == vignette.enzyme else {highest: named})


def _muscle_rows(visit: VignetteVisit, keys: dict[str, Key]) -> _Rows:
    """A box for each side of each muscle; its key goes into `keys`."""
    rows: _Rows = []
    for muscle, grade in visit.grades.items():
        name = muscle.replace("_", " ")
        sides = {"": grade} if isinstance(grade, int) else dict(zip(("left", "right"), grade, strict=True))
        boxes = []
        for side, right in sides.items():
            keys[f"{muscle} {side}".strip()] = _grade_key(right)
            boxes.append(Box(f"{muscle} {side}".strip(), name, unit=side))
        rows.append((name, (visit.felt[muscle], tuple(boxes))))
    return rows


def _grade_key(grade: int) -> Key:
    form, room = muscle_form(), round(practice_numbers().accepted_grade.value)
    low, high = max(grade - room, form.lowest), min(grade + room, form.highest)
    found = form.key[grade - form.lowest]
    why = f"{grade}: {found.felt}. {low} to {high} is accepted (assumed)."
    mrc = Slip(f"{why} {found.mrc} is the grade of the MRC; this sheet takes 0 to {form.highest}.", "neck-counts-once")
    slips = {found.mrc: mrc} if found.mrc.isdecimal() and not low <= int(found.mrc) <= high else {}
    return Key((low, high), why, slips, grade_problem)


def _category_rows(visit: VignetteVisit, keys: dict[str, Key]) -> _Rows:
    """A score for each category of the HAQ, with aids and help counted; its key goes into `keys`."""
    form, rows = haq_form(), []
    options = {str(grade): str(grade) for grade in range(form.highest + 1)}
    for category, score in visit.haq.items():
        helped = category in visit.aids or category in visit.help
        right = max(score, form.with_help) if helped else score
        why = (
            f"{score}, raised to {right}: it is done with an aid or help."
            if right > score
            else f"{score} stays {score}."
        )
        slips = {str(score): Slip(why, "aid-lowers-haq")} if right > score else {}
        keys[category] = Key(str(right), why, slips)
        rows.append((f"HAQ: {category}", (_answer(visit, category), Box(category, f"HAQ, {category}", options))))
    return list(rows)


def _answer(visit: VignetteVisit, category: str) -> str:
    with_aid = " with an aid" * (category in visit.aids) + " with help" * (category in visit.help)
    return f"{visit.haq[category]}{with_aid}"


def _key_of_grades() -> str:
    return "; ".join(f"{grade.grade}: {grade.felt} (MRC {grade.mrc})" for grade in muscle_form().key)
