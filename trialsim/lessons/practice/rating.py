"""Rating made-up patients: a chart and the sheets of a visit; then the numbers, each with a range and its reason.

The lesson has two sheets a patient, the first of them filled in whole, muscle by muscle and category by category. The
drill walks through all patients and visits, and asks at its easy level for the two judgements only.

>>> len(rating_of(10).boxes), [box.name for box in rating_of(20).boxes]
(28, ['MMT8', 'HAQDI', 'ENZYME', 'EMGA', 'PHGA'])
>>> [box.name for box in rating_sheet(70001).boxes], len(rating_sheet(70002).boxes)
(['EMGA', 'PHGA'], 6)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import haq_form, muscle_form
from trialsim.facts.practice import practice_numbers
from trialsim.facts.vignettes import VISITS
from trialsim.lessons.practice.entries import entry_problem, global_box, grade_problem
from trialsim.lessons.practice.wrong_ratings import named_slip, rating_slips
from trialsim.rules.vignettes import Vignette, VignetteVisit, load_vignettes
from trialsim.widgets.drill import MAX_CASES
from trialsim.widgets.sheet import Box, Cell, Key, Sheet, Slip

RATING_EDGES = ("mostly damage or drug", "an organ leads", "patient and physician apart")
FULL_SHEET = 10
"""The number of the sheet that is filled in whole: V1 at baseline."""
_EASY, _MEDIUM, _HARD = 1, 2, 3

_Rows = list[tuple[str, tuple[Cell, ...]]]


def rating_sheet(number: int) -> Sheet:
    """The drill: every visit of every vignette in turn, each learner from the first; the last digit is the level."""
    at = number // 10 % MAX_CASES % (len(load_vignettes()) * len(VISITS))
    return rating_of((at + 1) * 10 + (number % 10 or _EASY))


def rating_of(number: int) -> Sheet:
    """The sheet of one visit: 10 is V1 at baseline, 20 V1 at week 12; the last digit is the level, 0 the lesson.

    Easy asks for the two globals, medium for six numbers from graded muscles, hard from what the examiner felt; the
    lesson, which gives the patient's mark, for five.
    """
    at, level = number // 10 - 1, number % 10
    vignette, name = load_vignettes()[at // 2], VISITS[at % 2]
    visit, whole = vignette.visits[name], number == FULL_SHEET
    given = {
        "PTGA": "the patient's own mark, at the end of the chart",
        "MMT8": "the sum of the grades; the neck once",
        "HAQDI": "the mean of the categories; aids and help count",
        "ENZYME": f"U/L (upper limit): {_laboratory(vignette, VISITS[0])}",
        "EMGA": f"all but muscle; organ lines, cm: {_listed({organ: f'{cm:g}' for organ, cm in visit.organs.items()})}",
        "PHGA": "last: the chart, the laboratory and the sheets",
    }
    if name != VISITS[0]:
        given["ENZYME"] += f"; today: {_laboratory(vignette, name)}. The choice is made at baseline"
    left_out = {_EASY: ("PTGA", "MMT8", "HAQDI", "ENZYME"), 0: ("PTGA",)}.get(level, ())
    asked = [code for code in given if code not in left_out]
    keys = {code: _score_key(code, vignette, visit) for code in asked if code != "ENZYME"}
    boxes: dict[str, Cell] = {code: global_box(code) for code in ("PHGA", "EMGA")}
    boxes |= {"PTGA": Box("PTGA", measure("PTGA").label, unit=measure("PTGA").unit)}
    boxes |= {"MMT8": Box("MMT8", measure("MMT8").label, unit="points"), "HAQDI": Box("HAQDI", measure("HAQDI").label)}
    boxes["ENZYME"] = Box("ENZYME", "enzyme to follow", {enzyme.code: enzyme.label for enzyme in enzymes()})
    rows: _Rows = []
    for code in asked:
        rows += _muscle_rows(visit, keys, whole, level) if code == "MMT8" else []
        rows += _category_rows(visit, keys, whole) if code == "HAQDI" else []
        rows.append(("enzyme to follow" if code == "ENZYME" else measure(code).label, (given[code], boxes[code])))
    if "ENZYME" in asked:
        keys["ENZYME"] = _enzyme_key(vignette)
    own = f"the patient global is the patient's own: {visit.values['PTGA']:g} cm"
    whole_task = "Fill in the sheet: a grade for each muscle, a score for each category, and five numbers"
    task = {_EASY: f"Set the two globals of the physician; {own}.", 0: f"Give five numbers; the sixth, {own}."}.get(
        level, "Give the six numbers of this visit."
    )
    notes = [(f"{vignette.id}, made up for teaching; ranges of one author (assumed)", visit.text)]
    if level and name != VISITS[0]:
        notes.insert(0, ("At baseline", vignette.visits[VISITS[0]].text))
    if level == _EASY:
        strength, function = visit.values["MMT8"], visit.values["HAQDI"]
        notes += [("Scores", f"MMT-8 {strength:g} of 150, HAQ-DI {function:g}."), ("Enzymes", f"{given['ENZYME']}.")]
    return Sheet(
        f"{name}. {whole_task}; {own}." if whole else f"{name}. {task}",
        ("Measure", "From what", "Yours"),
        tuple(rows),
        keys,
        notes=tuple(notes),
        folded=(("What each grade of strength means, 0 to 10", _key_of_grades()),) if level in (0, _HARD) else (),
        edges=_edges(visit),
    )


def _edges(visit: VignetteVisit) -> frozenset[str]:
    numbers = practice_numbers()
    physician, organs, own = (visit.values[code] for code in ("PHGA", "EMGA", "PTGA"))
    met = (
        physician <= numbers.hardly_active.value,
        organs >= physician - numbers.organ_leads.value - 1e-9,
        abs(own - physician) >= numbers.apart.value - 1e-9,
    )
    return frozenset(edge for edge, is_met in zip(RATING_EDGES, met, strict=True) if is_met)


def _laboratory(vignette: Vignette, name: str) -> str:
    values = vignette.visits[name].laboratory
    return _listed({measure(code).label: f"{value:g} ({vignette.uln[code]:g})" for code, value in values.items()})


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _score_key(code: str, vignette: Vignette, visit: VignetteVisit) -> Key:
    low, high = visit.expert[code]
    why = f"The author's range is {low:g} to {high:g}" if low < high else f"The author's value is {low:g}"
    why = f"{why} (assumed): {vignette.reasons[code]}"
    slips, patient = rating_slips(code, vignette, visit, why), visit.values["PTGA"]
    if code in ("PHGA", "EMGA") and not low <= patient <= high:
        slips[f"{patient:g}"] = Slip(f"{why} That is the patient's own mark.")
    return Key((low, high), why, slips, partial(entry_problem, code))


def _enzyme_key(vignette: Vignette) -> Key:
    why, baseline = vignette.reasons["ENZYME"], vignette.visits[VISITS[0]].laboratory
    highest = max(baseline, key=lambda code: baseline[code])
    slips = {} if highest == vignette.enzyme else {highest: named_slip(why, "highest-number-is-most-abnormal")}
    return Key(vignette.enzyme, why, slips)


def _muscle_rows(visit: VignetteVisit, keys: dict[str, Key], whole: bool, level: int) -> _Rows:
    """What is known of each muscle; where all is filled in, a box for each side, its key in `keys`."""
    rows: _Rows = []
    for muscle, grade in visit.grades.items():
        name = muscle.replace("_", " ")
        sides = {"": grade} if isinstance(grade, int) else dict(zip(("left", "right"), grade, strict=True))
        boxes = []
        for side, right in sides.items() if whole else ():
            keys[f"{muscle} {side}".strip()] = _grade_key(right)
            boxes.append(Box(f"{muscle} {side}".strip(), name, unit=side))
        graded = ", ".join(f"{side} {right}".strip() for side, right in sides.items())
        rows.append((name, (graded if level == _MEDIUM else visit.felt[muscle], tuple(boxes) or "")))
    return rows


def _grade_key(grade: int) -> Key:
    form, room = muscle_form(), round(practice_numbers().accepted_grade.value)
    low, high = max(grade - room, form.lowest), min(grade + room, form.highest)
    found = form.key[grade - form.lowest]
    why = f"{grade}: {found.felt}. {low} to {high} is accepted (assumed)."
    mrc = Slip(f"{why} {found.mrc} is the grade of the MRC; this sheet takes 0 to {form.highest}.", "neck-counts-once")
    slips = {found.mrc: mrc} if found.mrc.isdecimal() and not low <= int(found.mrc) <= high else {}
    return Key((low, high), why, slips, grade_problem)


def _category_rows(visit: VignetteVisit, keys: dict[str, Key], whole: bool) -> _Rows:
    """The answer in each category of the HAQ; where all is filled in, a box for its score, its key in `keys`."""
    form, rows = haq_form(), []
    options = {str(score): str(score) for score in range(form.highest + 1)}
    for category, score in visit.haq.items():
        aided = " with an aid" * (category in visit.aids) + " with help" * (category in visit.help)
        if whole:
            right = max(score, form.with_help) if aided else score
            raised = f"{score}, raised to {right}: it is done with an aid or help."
            why = raised if right > score else f"{score} stays {score}."
            slips = {str(score): named_slip(why, "aid-lowers-haq")} if right > score else {}
            keys[category] = Key(str(right), why, slips)
        box = Box(category, f"HAQ, {category}", options) if whole else ""
        rows.append((f"HAQ: {category}", (f"{score}{aided}", box)))
    return list(rows)


def _key_of_grades() -> str:
    return "\n".join(f"{grade.grade}: {grade.felt} (MRC {grade.mrc})" for grade in muscle_form().key)
