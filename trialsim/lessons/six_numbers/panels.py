"""The pictures of lesson six numbers: a scale for each measure, the verdicts on a vignette, and a second rater."""

from __future__ import annotations

from functools import cache
from typing import Any

from trialsim.facts.core_set import measure
from trialsim.facts.measures_card import card_rows
from trialsim.facts.protocol import our_trial
from trialsim.facts.vignettes import VISITS
from trialsim.figures.definitions import definitions_picture, rows_of
from trialsim.figures.style import BLUE, GREY, ORANGE
from trialsim.figures.svg import draw_whole
from trialsim.patients.raters import verdict_flips
from trialsim.rules.assess import compare_definitions
from trialsim.rules.vignettes import Vignette, load_vignettes
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

__all__ = ["flips_panel", "measures_panel", "verdicts_panel"]

_PAIRS, _SEED = 10_000, 20
_ASSUMED = "Vignettes and ranges: one author's, assumed. Errors of raters: partly read, partly assumed."


def _titles() -> dict[str, str]:
    return {one.id: f"{one.id} {one.title}" for one in load_vignettes()}


def _vignette(state: State) -> Vignette:
    return next(one for one in load_vignettes() if one.id == state["vignette"])


def measures_panel() -> Panel:
    """One scale at a time, with its two ends, the way that is better, and a patient at two visits."""
    rows = {row.code: row for row in card_rows()}
    first = load_vignettes()[0]

    def draw(state: State) -> View:
        code = state["measure"]
        one, row = measure(code), rows[code]
        start, end = (first.visits[name].values[code] for name in VISITS)
        high = start * 1.25 if one.is_enzyme else one.high
        ends = (f"0\n{row.ends[0]}", f"{'U/L' if one.is_enzyme else f'{high:g}'}\n{row.ends[1]}")

        def paint(figure: Any) -> None:
            figure.set_size_inches(7.2, 2.6)
            axes = figure.add_subplot()
            axes.set(xlim=(-0.12 * high, 1.12 * high), ylim=(-1.6, 1.9))
            axes.axis("off")
            axes.plot([0, high], [0, 0], color=GREY, linewidth=3, solid_capstyle="butt")
            for at, text in zip((0, high), ends, strict=True):
                axes.plot([at, at], [-0.18, 0.18], color=GREY, linewidth=3)
                axes.text(at, -0.35, text, ha="center", va="top")
            left, right = (0.3 * high, 0.7 * high) if one.higher_is_better else (0.7 * high, 0.3 * high)
            axes.annotate("", (right, 1.45), (left, 1.45), arrowprops={"arrowstyle": "-|>", "linewidth": 2})
            axes.text(0.5 * high, 1.6, "better", ha="center", va="bottom")
            for value, colour, marker, text in ((start, ORANGE, "s", "before"), (end, BLUE, "o", "week 12")):
                axes.plot([value], [0], marker, color=colour, markersize=11)
                axes.text(value, 0.35, f"{text} {value:g}", ha="center", va="bottom")

        label = one.label[:1].upper() + one.label[1:]
        better = "higher" if one.higher_is_better else "lower"
        sentence = f"{label}: rated by {row.who}. {row.question} The pitfall: {row.pitfall}"
        alt = f"A scale from {row.ends[0]} to {row.ends[1]}, {better} is better; V1 at {start:g}, week 12 at {end:g}."
        return View(draw_whole(paint), sentence, alt, f"{row.known} Marks: vignette V1, assumed.")

    options = {code: measure(code).label for code in rows}
    tasks = tuple(
        Task(f"Look at the {label}.", lambda state, code=code: state["measure"] == code)  # type: ignore[misc]
        for code, label in options.items()
        if code in ("MMT8", "HAQDI", "EMGA")
    )
    return Panel("One measure at a time", (Select("measure", "Measure", options),), draw, tasks=tasks)


def verdicts_panel() -> Panel:
    """What every definition says of a vignette, at the middle of the ranges."""

    def draw(state: State) -> View:
        one = _vignette(state)
        start, end = (one.visits[name].values for name in VISITS)
        table = compare_definitions(start, end, enzyme=one.enzyme, enzyme_uln=one.uln[one.enzyme])
        said = [bool(each) for each in table["response"]]
        sentence = f"{one.id}: {said.count(True)} of {len(said)} definitions call this a response. {one.teaches}"
        alt = "; ".join(f"{row.definition}: {row.reason}" for row in table.itertuples())
        return View(definitions_picture(rows_of(table), start, end), sentence, alt, _ASSUMED)

    return Panel(
        "From six numbers to the verdicts",
        (Select("vignette", "Patient", _titles()),),
        draw,
        drawer="When you have rated V1: the verdict under each definition",
    )


@cache
def _flips(vignette: str, definition: str, raters: str) -> float:
    one = next(each for each in load_vignettes() if each.id == vignette)
    start, end = (one.visits[name].values for name in VISITS)
    found = verdict_flips(
        start, end, definition, raters=raters, seed=_SEED, n=_PAIRS, enzyme=one.enzyme, enzyme_uln=one.uln[one.enzyme]
    )
    return float(found.value)


def flips_panel() -> Panel:
    """Of 100 pairs of raters, in how many the verdict turns."""
    rule = {"IMACS-2004": "IMACS 2004", our_trial().primary.definition: "Record of our trial"}
    raters = {"another": "Another rater at week 12", "same": "The same rater once more"}
    guess = Slider("flips", "Patient V2: of 100 pairs of raters, in how many does the verdict differ?", 0, 100, 1, 50)

    def draw(state: State) -> View:
        share = round(100 * _flips(state["vignette"], state["definition"], state["raters"]))

        def paint(figure: Any) -> None:
            figure.set_size_inches(7.2, 2.8)
            axes = figure.add_subplot()
            axes.set(xlim=(-0.7, 25), ylim=(-0.7, 3.7))
            axes.set_aspect("equal")
            axes.axis("off")
            for at in range(100):
                turned = at < share
                marker, colour = ("s", ORANGE) if turned else ("o", GREY)
                axes.plot([at % 25], [3 - at // 25], marker, color=colour, markersize=9 if turned else 6)
            if state["prediction"] is not None:
                mine = int(state["prediction"])
                axes.plot([mine % 25 - 0.5] * 2, [2.55 - mine // 25, 3.45 - mine // 25], color=BLUE, linewidth=2.5)

        who = "another rater scores" if state["raters"] == "another" else "the same rater scores once more"
        sentence = f"{state['vignette']}: where {who} week 12, the verdict turns in {share} of 100 pairs, in our model."
        if state["prediction"] is not None and state["vignette"] == "V2":
            sentence += f" You said {state['prediction']}."
        alt = f"{share} squares of 100 dots. {sentence}"
        return View(draw_whole(paint), sentence, alt, f"{_ASSUMED} {_PAIRS:,} simulated pairs.")

    controls = (
        Select("vignette", "Patient", _titles(), default="V2"),
        Select("definition", "Definition", rule),
        Select("raters", "Who scores", raters),
    )
    tasks = (
        Task("Find a patient whose verdict never turns.", lambda state: state["vignette"] in ("V1", "V4", "V6")),
        Task("Let the same rater score again.", lambda state: state["raters"] == "same"),
    )
    return Panel(
        "The same patient, a second rater",
        controls,
        draw,
        prediction=guess,
        found=lambda: round(100 * _flips("V2", "IMACS-2004", "another")),
        tasks=tasks,
        cost=60,
    )
