"""The pictures of lesson six numbers: a scale for each measure, the verdicts on a vignette, and a second rater."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist
from typing import Any

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import muscle_form
from trialsim.facts.measures_card import card_rows
from trialsim.facts.misconceptions import load_misconception
from trialsim.facts.protocol import our_trial
from trialsim.facts.raters import rating_errors
from trialsim.facts.responses import CountRule, load_response
from trialsim.facts.vignettes import VISITS
from trialsim.figures.body import body_picture
from trialsim.figures.definitions import definitions_picture, rows_of
from trialsim.figures.style import BLUE, GREY, ORANGE
from trialsim.figures.svg import Picture, draw_whole
from trialsim.lessons.visits import points_earned
from trialsim.patients.raters import verdict_flips
from trialsim.rules.compare_table import compare_definitions
from trialsim.rules.vignettes import Vignette, load_vignette, load_vignettes
from trialsim.text import capital
from trialsim.widgets.controls import Select, Slider
from trialsim.widgets.panel import Panel, State, Task, View

__all__ = ["by_chance", "chance_panel", "flips_panel", "measures_panel", "verdicts_panel"]

_PAIRS, _SEED = 10_000, 20
_ASSUMED = "Vignettes and ranges: one author's, assumed. Errors of raters: partly read, partly assumed."


def _titles() -> dict[str, str]:
    return {vignette.id: f"{vignette.id} {vignette.title}" for vignette in load_vignettes()}


def measures_panel() -> Panel:
    """One scale at a time, with its two ends, the way that is better, and a patient at two visits."""
    rows = {row.code: row for row in card_rows()}
    first = load_vignettes()[0]

    def draw(state: State) -> View:
        code = state["measure"]
        scale, row = measure(code), rows[code]
        start, end = (first.visits[name].values[code] for name in VISITS)
        high = start * 1.25 if scale.is_enzyme else scale.high
        ends = (f"0\n{row.ends[0]}", f"{'U/L' if scale.is_enzyme else f'{high:g}'}\n{row.ends[1]}")

        def paint(figure: Any) -> None:
            figure.set_size_inches(7.2, 2.6)
            axes = figure.add_subplot()
            axes.set(xlim=(-0.12 * high, 1.12 * high), ylim=(-1.6, 1.9))
            axes.axis("off")
            axes.plot([0, high], [0, 0], color=GREY, linewidth=3, solid_capstyle="butt")
            for at, text in zip((0, high), ends, strict=True):
                axes.plot([at, at], [-0.18, 0.18], color=GREY, linewidth=3)
                axes.text(at, -0.35, text, ha="center", va="top")
            left, right = (0.3 * high, 0.7 * high) if scale.higher_is_better else (0.7 * high, 0.3 * high)
            axes.annotate("", (right, 1.45), (left, 1.45), arrowprops={"arrowstyle": "-|>", "linewidth": 2})
            axes.text(0.5 * high, 1.6, "better", ha="center", va="bottom")
            for value, colour, marker, text in ((start, ORANGE, "s", "before"), (end, BLUE, "o", "week 12")):
                axes.plot([value], [0], marker, color=colour, markersize=11)
                axes.text(value, 0.35, f"{text} {value:g}", ha="center", va="bottom")

        label = capital(scale.label)
        better = "higher" if scale.higher_is_better else "lower"
        sentence = f"{label}: rated by {row.who}. {row.question} The pitfall: {row.pitfall}"
        alt = f"A scale from {row.ends[0]} to {row.ends[1]}, {better} is better; V1 at {start:g}, week 12 at {end:g}."
        picture = draw_whole(paint)
        if code == "MMT8":
            told = {muscle: _both_visits(first, muscle) for muscle in muscle_form().muscles}
            picture = body_picture(
                told, f"Sum of both sides, {start:g} → {end:g} of {high:g} points; {better} is better."
            )
            alt += " " + "; ".join(f"{muscle.replace('_', ' ')} {' and '.join(said)}" for muscle, said in told.items())
        return View(picture, sentence, alt, f"{row.known} Marks: vignette V1, assumed.")

    options = {code: measure(code).label for code in rows}
    tasks = tuple(
        Task(f"Look at the {label}.", lambda state, code=code: state["measure"] == code)  # type: ignore[misc]
        for code, label in options.items()
        if code in ("MMT8", "HAQDI", "EMGA")
    )
    return Panel("One measure at a time", (Select("measure", "Measure", options),), draw, tasks=tasks)


def _both_visits(vignette: Vignette, muscle: str) -> tuple[str, ...]:
    """The grades of a muscle before and after, of each side that is tested."""
    start, end = (vignette.visits[name].grades[muscle] for name in VISITS)
    if isinstance(start, int) or isinstance(end, int):
        return (f"{start} → {end}",)
    return tuple(f"{before} → {after}" for before, after in zip(start, end, strict=True))


def verdicts_panel() -> Panel:
    """What every definition says of a vignette, at the middle of the ranges."""

    def draw(state: State) -> View:
        rated = load_vignette(state["vignette"])
        start, end = (rated.visits[name].values for name in VISITS)
        options: dict[str, Any] = {"enzyme": rated.enzyme, "enzyme_uln": rated.uln[rated.enzyme]}
        table = compare_definitions(start, end, **options)
        said = [bool(each) for each in table["response"]]
        sentence = f"{rated.id}: {said.count(True)} of {len(said)} definitions call this a response. {rated.teaches}"
        alt = "; ".join(f"{row.definition}: {row.reason}" for row in table.itertuples())
        rows = rows_of(table, points_earned(start, end, options))
        return View(definitions_picture(rows, start, end), sentence, alt, _ASSUMED)

    return Panel(
        "From six numbers to the verdicts",
        (Select("vignette", "Patient", _titles()),),
        draw,
        drawer="When you have rated V1: the verdict under each definition",
    )


def _of_hundred(share: int, square: str, dot: str, mine: Any = None) -> Picture:
    """A hundred marks in four rows, the first `share` of them squares; a line before the place that was predicted."""

    def paint(figure: Any) -> None:
        axes = figure.add_subplot()
        axes.set(xlim=(-0.7, 25), ylim=(-0.7, 5.2))
        axes.set_aspect("equal")
        axes.axis("off")
        looks = ((range(share), "s", ORANGE, 9, 0, square), (range(share, 100), "o", GREY, 6, 9, dot))
        for places, marker, colour, size, left, says in looks:
            x, y = [at % 25 for at in places], [3 - at // 25 for at in places]
            axes.plot([left, *x], [4.6, *y], marker, color=colour, markersize=size)
            axes.text(left + 0.6, 4.6, says, va="center")
        if mine is not None:
            at = int(mine)
            axes.plot([at % 25 - 0.5] * 2, [2.55 - at // 25, 3.45 - at // 25], color=BLUE, linewidth=2.5)
            axes.plot([17.5] * 2, [4.15, 5.05], color=BLUE, linewidth=2.5)
            axes.text(18, 4.6, f"your guess: {at}", va="center")

    return draw_whole(paint, width=7.2, height=1.9)


def by_chance(enzyme: str, percent: float) -> float:
    """The chance that an enzyme in health falls by so many percent, or more, between two visits.

    Each reading varies by the spread within a person that `data/raters.toml` gives, on the logarithm.

    Examples
    --------
    >>> round(by_chance("CK", 20), 3)
    0.138
    """
    spread = rating_errors()[enzyme].within * math.sqrt(2)
    return NormalDist(0, spread).cdf(math.log(1 - percent / 100))


def chance_panel() -> Panel:
    """Of 100 healthy people, in how many an enzyme falls far enough to count as improved."""
    rule = load_response("IMACS-2004").rule
    assert isinstance(rule, CountRule)
    line = float(rule.improved.percent)

    def draw(state: State) -> View:
        code = state["enzyme"]
        share, error = round(100 * by_chance(code, line)), rating_errors()[code]
        who = f"{measure(code).label} falls by {line:g} % or more between two visits"
        sentence = f"Nothing has changed, and {who} in {share} of 100 healthy people."
        sentence += f" Within one of them it varies by {100 * error.within:g} %."
        alt = f"{share} squares of 100 dots. {sentence}"
        known = f"Spread within a person: {error.basis}; in patients it is larger (recalled). The chance is derived."
        return View(_of_hundred(share, "falls by so much", "does not"), sentence, alt, known)

    options = {enzyme.code: enzyme.label for enzyme in enzymes()}
    return Panel("An enzyme in health", (Select("enzyme", "Enzyme", options),), draw)


@cache
def _flips(vignette: str, definition: str, raters: str) -> float:
    rated = load_vignette(vignette)
    start, end = (rated.visits[name].values for name in VISITS)
    found = verdict_flips(
        start,
        end,
        definition,
        raters=raters,
        seed=_SEED,
        n=_PAIRS,
        enzyme=rated.enzyme,
        enzyme_uln=rated.uln[rated.enzyme],
    )
    return float(found.value)


def flips_panel() -> Panel:
    """Of 100 pairs of raters, in how many the verdict turns."""
    rule = {"IMACS-2004": "IMACS 2004", our_trial().primary.definition: "Record of our trial"}
    raters = {"another": "Another rater at week 12", "same": "The same rater once more"}
    guess = Slider("flips", "Patient V2: of 100 pairs of raters, in how many does the verdict differ?", 0, 100, 1, 50)

    def draw(state: State) -> View:
        share = round(100 * _flips(state["vignette"], state["definition"], state["raters"]))

        who = "another rater scores week 12"
        if state["raters"] == "same":
            who = "the same rater scores week 12 once more"
        sentence = f"{state['vignette']}: where {who}, the verdict turns in {share} of 100 pairs, in our model."
        if state["prediction"] is not None and state["vignette"] == "V2":
            sentence += f" You guessed {state['prediction']}."
            if state["prediction"] == 0:
                sentence += f" {load_misconception('any-good-rater').reply}"
        alt = f"{share} squares of 100 dots. {sentence}"
        picture = _of_hundred(share, "verdicts differ", "same verdict", state["prediction"])
        return View(picture, sentence, alt, f"{_ASSUMED} {_PAIRS:,} simulated pairs.")

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
