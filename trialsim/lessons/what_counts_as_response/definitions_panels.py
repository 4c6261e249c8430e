"""One patient under every definition, and forty patients under them in pairs: the panels of lesson 02.

>>> definitions_panel().view(patient="A").sentence.split(".")[0]
'Patient A: 5 of the 8 definitions call this a response'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from trialsim.facts.core_set import measure, measure_names
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import list_responses, load_response
from trialsim.facts.worked_patients import WorkedPatient, worked_patient, worked_patients
from trialsim.figures.cohort_verdicts import flips_picture
from trialsim.figures.definitions import DefinitionRow, definitions_picture
from trialsim.figures.scales import scales_picture
from trialsim.lessons.visits import scale_of
from trialsim.lessons.what_counts_as_response.wordings_panels import FORTY, SEED, forty_patients
from trialsim.rules.assess import Assessment, assess_patient
from trialsim.rules.compare_table import compare_cohort
from trialsim.rules.total_improvement import total_improvement_score
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

__all__ = ["FIRST", "definitions_panel", "flips_panel", "situation_panel", "who_says_what"]

FIRST, _RECORD, _USUAL = "A", our_trial().primary.definition, "IMACS-2004"
_MOVED = {"phga": "PHGA", "ptga": "PTGA", "mmt": "MMT8"}
_ASSUMED = "The patients are made up (assumed), CK upper limit 200 U/L."


@cache
def definitions_panel() -> Panel:
    """The first panel: one patient, every definition."""
    count = len(list_responses())
    question = f"How many of {count} definitions call patient {FIRST} a responder?"
    asked = Slider("responding_definitions", question, 0, count, 1, 4)
    controls = (
        Select("patient", "Patient", {patient.id: patient.label for patient in worked_patients()}),
        Slider("phga", "Physician global at week 12, moved by", -3, 3, 0.1, 0, unit="cm", format=_moved_cm),
        Slider("mmt", "MMT-8 at week 12, moved by", -30, 30, 1, 0, unit="points", format=_moved_points),
        Slider("ptga", "Patient global at week 12, moved by", -3, 3, 0.1, 0, unit="cm", format=_moved_cm),
    )
    tasks = (
        Task(
            "Patient A: give her one point more strength. Whose verdict changes?",
            lambda s: s["patient"] == FIRST and s["mmt"] == 1,
        ),
        Task(
            "Patient C has a rash and full strength. Move the patient global by -0.2 cm.",
            lambda s: (s["patient"], s["phga"], s["mmt"], s["ptga"]) == ("C", 0, 0, -0.2),
        ),
        Task(
            "Choose G, then H. Who responds, and by what?",
            lambda s: (s["patient"], s["phga"], s["mmt"], s["ptga"]) == ("H", 0, 0, 0),
        ),
    )
    title = "One patient, every definition"
    return Panel(title, controls, _draw_definitions, prediction=asked, found=_found, tasks=tasks, afresh="patient")


def _found() -> int:
    """How many definitions call the first patient a responder, as she was."""
    return _responding(_judged(worked_patient(FIRST), worked_patient(FIRST).followup))


def _moved_cm(value: float) -> str:
    return f"{value:+g} cm" if value else "as it was"


def _moved_points(value: float) -> str:
    return f"{value:+g} points" if value else "as it was"


@cache
def situation_panel() -> Panel:
    """The first patient at two visits, without a verdict."""
    return Panel(f"Patient {FIRST}, before and after twelve weeks", (), _draw_situation)


def _draw_situation(_: State) -> View:
    patient = worked_patient(FIRST)
    scales = [scale_of(code, patient, patient.followup[code]) for code in patient.baseline]
    count = len(list_responses())
    return View(
        scales_picture(scales, (("start", "start of treatment"), ("end", "week 12"))),
        f"{patient.story} Did this patient respond? {count} published definitions answer.",
        f"Six measures at two visits. {patient.story}",
        f"{_ASSUMED} Scales: IMACS core set measures.",
    )


def _draw_definitions(state: State) -> View:
    patient, guess = worked_patient(state["patient"]), state["prediction"]
    followup, stopped = _moved(patient, state)
    score = total_improvement_score(patient.baseline, followup, **_options(patient))
    judged = _judged(patient, followup)
    rows = [
        DefinitionRow(
            name, found.responded, found.improved, found.worsened, found.reason, found.score,
            None if found.score is None else score.points,
        )
        for name, found in judged.items()
    ]  # fmt: skip
    said = {row.definition: f"{row.reason.replace(': ', ' (', 1)})" for row in rows}
    sentence = (
        f"Patient {patient.id}: {_calling(judged)} this a response. By the "
        f"definition of 2004: {said[_USUAL]}. By the record of our trial: {said[_RECORD]}. The 2016 score is "
        f"{score.score:g} of the {score.reachable:g} that this start allows ({_category(score.category)}). "
        f"Strength: {'one side' if patient.mmt8_max == 80 else 'both sides'}, {patient.mmt8_max} is full.{stopped}"
    )
    if any(state[name] for name in _MOVED):
        sentence += " Moved from what was measured; choose another patient, and the sliders go back."
    if guess is not None and not any(state[name] for name in _MOVED) and patient.id == FIRST:
        sentence += f" You guessed {guess:g}."
    note = "" if guess is None else f"you guessed {guess:g} for {FIRST}"
    return View(
        definitions_picture(rows, patient.baseline, followup, prediction=guess, note=note),
        sentence,
        who_says_what(rows),
        f"{_ASSUMED} Rules: " + "; ".join(_cited()),
    )


def _options(patient: WorkedPatient) -> dict[str, Any]:
    return {"mmt8_max": patient.mmt8_max, "enzyme_uln": patient.enzyme_uln}


def _judged(patient: WorkedPatient, followup: Mapping[str, float]) -> dict[str, Assessment]:
    """What every definition says of a patient."""
    return {name: assess_patient(patient.baseline, followup, name, **_options(patient)) for name in list_responses()}


def _responding(judged: Mapping[str, Assessment]) -> int:
    return sum(found.responded is True for found in judged.values())


def _calling(judged: Mapping[str, Assessment]) -> str:
    found = _responding(judged)
    return f"{found} of the {len(judged)} definitions call{'s' if found == 1 else ''}"


def _category(category: str) -> str:
    return "no improvement" if category == "none" else f"{category} improvement"


@cache
def _cited() -> tuple[str, ...]:
    """Where the rules come from, each source once."""
    short = {name: load_response(name).source.split(";")[0] for name in list_responses()}
    named: dict[str, list[str]] = {}
    for name, source in short.items():
        named.setdefault(source, []).append(f"{name} ({load_response(name).basis})")
    return tuple(f"{', '.join(names)}: {source}" for source, names in named.items())


def who_says_what(rows: list[DefinitionRow]) -> str:
    """The definitions by their verdict, in words."""
    groups = {answer: [row.definition for row in rows if row.responded is answer] for answer in (True, False, None)}
    words = {True: "Response", False: "No response", None: "Undecided"}
    return " ".join(f"{words[answer]} by {', '.join(names)}." for answer, names in groups.items() if names)


def _moved(patient: WorkedPatient, state: State) -> tuple[dict[str, float], str]:
    """The follow-up with the three measures moved, and what to say where a scale ended."""
    followup, stopped = dict(patient.followup), []
    for name, code in _MOVED.items():
        found = measure(code)
        high = patient.mmt8_max if code == "MMT8" else found.high
        wanted = round((followup[code] + state[name]) * found.grid) / found.grid
        followup[code] = min(max(wanted, found.low), high)
        if followup[code] != wanted:
            stopped.append(code)
    said = f" The scale of {measure_names(stopped)} ends there." if stopped else ""
    return followup, said


@cache
def flips_panel() -> Panel:
    """How often each two definitions disagree on the forty."""
    title = f"On how many of {FORTY} patients do two definitions disagree?"
    return Panel(title, (), _draw_flips, drawer="The same forty under all definitions, compared in pairs")


def _draw_flips(_: State) -> View:
    found = compare_cohort(forty_patients())
    names = list(found.flips.columns)
    counts = found.flips.to_numpy(dtype=int)
    pairs = [(int(counts[i, j]), names[i], names[j]) for i in range(len(names)) for j in range(i + 1, len(names))]
    most, first, second = max(pairs)
    responders = found.verdicts[names].sum()
    same = sum(count == 0 for count, _, _ in pairs)
    return View(
        flips_picture(found.flips, FORTY),
        f"Of the same {FORTY} patients {responders.min()} to {responders.max()} respond, by the definition. {first} "
        f"and {second} disagree on {most} of them; {same} of the {len(pairs)} pairs of definitions agree on everyone.",
        f"A square table of {len(names)} definitions. The largest disagreement is {most} of {FORTY} patients, between "
        f"{first} and {second}.",
        f"Forty virtual patients of the package's model, seed {SEED}, as in the game above; drug effect assumed.",
    )
