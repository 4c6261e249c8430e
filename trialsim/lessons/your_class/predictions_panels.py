"""What a class predicted, beside what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from statistics import median
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.exchange.class_tables import shown
from trialsim.exchange.class_work import ClassWork
from trialsim.facts.course import whole_course
from trialsim.figures.class_work import choices_picture, numbers_picture
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.frame import LessonPlan
from trialsim.widgets.panel import Panel, State, View

__all__ = ["SOURCE", "people", "plan_of", "predictions_panel"]

SOURCE = "The files in the folder; nothing else was read, and nothing was sent anywhere."


def predictions_panel(work: ClassWork) -> Panel:
    """What the class predicted, one prediction at a time, beside what was found."""
    made: dict[str, list[Any]] = {}
    options: dict[str, str] = {}
    for row in work.predictions.sort_values(["lesson", "prediction"]).to_dict("records"):
        key = f"{row['lesson']} {row['prediction']}"
        made.setdefault(key, []).append(row["value"])
        options[key] = f"{row['lesson']}: {_label(row['lesson'], row['prediction'])}"
    which = Select("which", "Prediction", options) if len(options) > 1 else None

    def draw(state: State) -> View:
        key = state["which"] if which else next(iter(made), "")
        if not key:
            return View(choices_picture([]), "Nobody has predicted anything yet.", "No predictions.", SOURCE)
        number, _, name = key.partition(" ")
        return _spread(_predicted(number).get(name), made[key])

    return Panel("What did they predict?", (which,) if which else (), draw)


def _spread(panel: Panel | None, values: list[Any]) -> View:
    """How the predictions of a class spread; one that cannot have been made in the lesson is left out."""
    if panel is None or panel.prediction is None:
        counts = Counter(shown(value) for value in values).most_common()
        sentence = f"{people(len(values))} predicted; most often {counts[0][0]}."
        return View(choices_picture(counts), sentence, sentence, SOURCE)
    control, known = panel.prediction, list(_readable(panel, values))
    found = panel.found() if panel.found is not None else None
    left_out = f" {len(values) - len(known)} could not be read." if len(known) < len(values) else ""
    if not known:
        return View(choices_picture([]), f"No prediction could be read.{left_out}", "No predictions.", SOURCE)
    told = "" if found is None else f" Found: {control.show(found)}."
    if isinstance(control, Slider):
        low, middle, high = (control.show(value) for value in (min(known), median(known), max(known)))
        spread = f"from {low} to {high}, half of them {middle} or more" if low != high else low
        sentence = f"{people(len(known))} predicted: {spread}.{told}{_unmoved(control, known)}{left_out}"
        picture = numbers_picture(known, control.label, found=found)
        return View(picture, sentence, f"{control.label} {sentence}", SOURCE)
    times = Counter(known)
    counts = [(control.show(value), times[value]) for value in control.values]
    listed = "; ".join(f"{text}, {count}" for text, count in counts)
    sentence = f"{people(len(known))} predicted. {listed}.{told}{left_out}"
    picture = choices_picture(counts, found=None if found is None else control.show(found))
    return View(picture, sentence, f"{control.label} {sentence}", SOURCE)


def _unmoved(control: Slider, known: list[Any]) -> str:
    """A slider may be committed where it stood, so how many have that number is said: they may not have thought."""
    count = known.count(control.default)
    return f" The slider began at {control.show(control.default)}: committed there by {count}." if count else ""


def _readable(panel: Panel, values: list[Any]) -> Iterator[Any]:
    for value in values:
        try:
            yield panel.read_prediction(value)
        except TrialsimError:
            continue


@cache
def plan_of(number: str) -> LessonPlan:
    """The plan of a lesson."""
    slug = next(room.slug for room in whole_course() if room.number == number)
    plan: LessonPlan = import_module(f"trialsim.lessons.{slug}").PLAN
    return plan


@cache
def _predicted(number: str) -> dict[str, Panel]:
    return {panel.prediction.name: panel for panel in plan_of(number).predicted() if panel.prediction is not None}


def _label(number: str, name: str) -> str:
    panel = _predicted(number).get(name)
    return panel.prediction.label if panel is not None and panel.prediction is not None else name


def people(count: int) -> str:
    """So many learners."""
    return f"{count:,} learner" if count == 1 else f"{count:,} learners"
