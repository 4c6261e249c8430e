"""A panel that is no lesson: what the tests of the widgets are made on."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trialsim.errors import TrialsimError
from trialsim.figures.style import BLUE, ORANGE
from trialsim.figures.svg import Canvas
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.asking import Check
from trialsim.widgets.controls import Button, Checkbox, Select, Slider
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.frame import LessonPlan
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.question import Number, OneOf, Question, SeveralOf
from trialsim.widgets.request_widget import RequestWidget

__all__ = ["Check", "Echo", "Explorer", "apply", "choose", "panel", "plan", "recall"]


def lay_out(figure: Figure) -> Axes:
    """Axes that do not move."""
    axes = figure.add_subplot()
    axes.set(xlim=(0, 90), ylim=(0, 110), xlabel="Patients in the trial", ylabel="Trials in 100 that succeed")
    axes.grid(True)
    return axes


canvas = Canvas(lay_out)


def draw(state: State) -> View:
    """A bar as high as the trial is large, sixty patients, and the mark of the prediction."""
    n, height = state["n"], state["n"] + (5 if state["rule"] == "b" else 0)
    if n == 13:
        raise TrialsimError("Patients in the trial", 13, "any number but thirteen")
    if n == 14:
        raise ZeroDivisionError("fourteen is broken on purpose")

    def paint(axes: Axes) -> None:
        axes.bar([n], [height], width=2, color=BLUE, hatch="//" if state["hatched"] else "", zorder=3)
        axes.scatter(range(60), [(at * 37 * state["patients"]) % 97 for at in range(60)], s=9, color=ORANGE, zorder=3)
        axes.text(n, height + 1, f"{height}", ha="center", zorder=4)
        if state["prediction"] is not None:
            axes.axhline(state["prediction"], linestyle="--", zorder=4)
            axes.text(90, state["prediction"] + 1, "your prediction", ha="right", zorder=4)

    sentence = f"With {n} patients, {height} trials in 100 would succeed."
    return View(canvas.picture(paint), sentence, f"A bar at {n} patients reaches {height}.", "Assumed: a toy.")


panel = Panel(
    "What can twenty patients tell us?",
    (
        Slider("n", "Patients in the trial", 10, 80, 1, 20, unit="patients"),
        Select("rule", "Definition", {"a": "IMACS 2004", "b": "As registered"}),
        Checkbox("hatched", "Hatched bar"),
        Button("patients", "New patients", "The first patients again"),
    ),
    draw,
    prediction=Slider("guess", "Of 100 such trials, how many would succeed?", 0, 100, 5, 50, unit="trials"),
    found=lambda: 20,
)
plan = LessonPlan("00", panels={"toy": lambda: panel})
"""A lesson around it; the number is one that the course has."""

recall = Question(
    name="smallest",
    text="How many of 20 must respond?",
    answer=Number("Responders", 0, 20, close=2),
    key=lambda: 10,
    right="Ten is the first number that is rare enough.",
    hint="Look at the tail.",
    worked="From {key} on, the tail is below 5 %.",
    wrong=(wrong("alpha-is-spent-in-full", lambda key: key - 1),),
)
apply = Question(
    name="larger",
    text="Is a trial of 21 always better than one of 20?",
    answer=OneOf({"yes": "Yes", "no": "No"}),
    key=lambda: "no",
    right="The bar may rise.",
    hint="Responders are whole people.",
    worked="{key}: compare both.",
    wrong=(wrong("more-is-better", "yes"),),
)
choose = Question(
    name="falls",
    text="In which measures is a fall an improvement?",
    answer=SeveralOf({"PHGA": "Physician global", "MMT8": "Muscle strength", "HAQDI": "HAQ"}),
    key=lambda: {"PHGA", "HAQDI"},
    right="Only strength is better when higher.",
    hint="Which one counts strength?",
    worked="{key}.",
    wrong=(wrong("improvement-is-higher", {"MMT8"}),),
)


class Echo(RequestWidget):
    """The least that a control can do: say its value to Python and show what comes back."""

    _esm = """
    export default { render({ model, el }) {
      const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1000, value: 0 });
      range.id = "echo";
      range.setAttribute("data-lm-suppress-shortcuts", "true");
      const shown = document.createElement("output");
      range.addEventListener("input", () => model.send({ id: 1, value: Number(range.value) }));
      model.on("msg:custom", (message) => {
        shown.textContent = message.value;
        range.dispatchEvent(new CustomEvent("trialsim:shown", { bubbles: true, detail: String(message.value) }));
      });
      el.append(range, shown);
    } };
    """

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"value": message["value"]}
