"""The bench on one screen: what is assumed, what follows, what breaks it, and tabs with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from trialsim.ahead import in_turn
from trialsim.errors import TrialsimError
from trialsim.facts.scenarios import named_scenarios
from trialsim.lessons.bench.at_a_glance import Shown, breaks, decision, origins, randomised_first
from trialsim.lessons.bench.fields import fields
from trialsim.lessons.bench.numbers_tab import sizes_html, sizes_in_pieces, solved_html
from trialsim.lessons.bench.pooled import pooled_html
from trialsim.lessons.bench.share import Share
from trialsim.power.bench import Bench
from trialsim.widgets.slow_part import STYLE, SlowPart

if TYPE_CHECKING:
    from trialsim.lessons.bench.open_bench import OpenBench

__all__ = ["BenchPage"]

_TABS = {
    "Evidence": ("evidence",),
    "Patients": ("patients",),
    "Designs": ("designs", "belief"),
    "Table": ("table",),
    "Safety": ("safety",),
    "Report": ("report",),
    "Share and compare": (),
}
"""Each tab with the steps that it shows."""

_COLUMNS = "repeat(auto-fit, minmax(min(14.5rem, 100%), 1fr))"
_HEIGHT = "max(calc(100vh - 9rem), 34rem)"
"""One screen, but for what stands above and below; on a lower one the tabs begin in sight and end below it."""
_LATER = "<p role='status'>Computing ... the first picture of this tab takes a few seconds.</p>"
_SHUT = "<p>The bench opens when you have made your guess above.</p>"


class BenchPage(ipywidgets.VBox):  # type: ignore[misc]
    """The page of an open bench.

    What is in sight follows at once; a tab that is not in sight follows when it is opened.

    Parameters
    ----------
    session : OpenBench
    shut : callable, optional
        Whether the page stays shut: in a lesson, until a prediction is committed.

    Attributes
    ----------
    inputs : dict of str to widget
        The fields of what is assumed, by name.
    problem : HTML
        Why the last change cannot be; the last good state stays.
    """

    def __init__(self, session: OpenBench, shut: Callable[[], bool] = lambda: False) -> None:
        self._session, self._shut, self._filling = session, shut, False
        self._picked: tuple[str, ...] = ()
        self.inputs = {field.name: field.make() for field in fields()}
        self.problem, self._where = ipywidgets.HTML(), ipywidgets.HTML()
        self._decision, self._breaks = ipywidgets.HTML(), ipywidgets.HTML()
        self._beliefs, self._pooled = ipywidgets.HTML(), ipywidgets.HTML()
        self._solved, self._table = ipywidgets.HTML(), ipywidgets.HTML()
        self._pictures = (ipywidgets.HTML(), ipywidgets.HTML())
        self._later = SlowPart(self._draw, self._pictures)
        self._later_table = SlowPart(self._fill_table, (self._table,))
        self._later_pooled = SlowPart(self._fill_pooled, (self._pooled,))
        self._undo = ipywidgets.Button(description="Undo", tooltip="Take the last change back")
        self._undo.on_click(lambda _: self._say(session.undo()))
        self.share, self._made = Share(session), set[int]()
        self._rooms = [ipywidgets.VBox([ipywidgets.HTML(_LATER)]) for _ in _TABS]
        self._tab = ipywidgets.Tab(
            children=self._rooms, layout=ipywidgets.Layout(flex="1 1 12rem", min_height="12rem", margin="0")
        )
        self._tab.titles = tuple(_TABS)
        self._waits, self._strip = ipywidgets.HTML(_SHUT), self._above()
        super().__init__([])
        for field in fields():
            self.inputs[field.name].observe(lambda change, name=field.name: self._moved(name, change["new"]), "value")
        self._tab.observe(lambda _: self._wait(), "selected_index")
        session.follow(self._show)
        self._wait()
        self.unlock()

    def unlock(self) -> None:
        """Show the page, or that it waits for a prediction."""
        wanted: tuple[ipywidgets.Widget, ...] = (self._waits,) if self._shut() else (self._strip, self._tab)
        if getattr(self, "children", ()) != wanted:
            self.layout.min_height = "0" if self._shut() else _HEIGHT
            self.set_trait("children", wanted)

    def _above(self) -> ipywidgets.Box:
        pair = ipywidgets.Layout(display="grid", grid_template_columns="1fr 1fr", grid_gap="0 4px")
        box = self.inputs
        numbers = ipywidgets.Box([box[name] for name in ("p0", "p1", "alpha", "power", "loss", "n")], layout=pair)
        left = ipywidgets.VBox(
            [
                box["protocol"],
                box["definition"],
                numbers,
                box["sides"],
                box["design"],
                self._undo,
                self.problem,
                self._where,
            ]
        )
        grid = ipywidgets.Layout(
            display="grid", grid_template_columns=_COLUMNS, grid_gap="0 1rem", flex="none", overflow="hidden"
        )
        said = zip((self._decision, self._breaks), self._later.boxes, strict=True)
        return ipywidgets.Box([left, *(ipywidgets.VBox(part) for part in said)], layout=grid)

    def _tab_of(self, names: tuple[str, ...]) -> ipywidgets.Widget:
        if not names:
            self.share.refresh()
            return self.share.box
        if names == ("evidence",):
            panel = self._session.explore("evidence")
            panel.observe(lambda change: self._pool(change["new"]["picked"]), "settings")
            self._pool(panel.settings["picked"])
            return ipywidgets.VBox([self._beliefs, ipywidgets.HBox(self._named()), panel, *self._later_pooled.boxes])
        if names == ("table",):
            self._table.value = _LATER
            side = ipywidgets.Layout(display="flex", flex_flow="row wrap", grid_gap="0 1.5rem")
            (table,) = self._later_table.boxes
            table.layout.flex, table.layout.min_width = "1 1 28rem", "0"
            return ipywidgets.Box([self._solved, table], layout=side)
        if names == ("report",):
            report, self._reported = self._session.report(), self._session.bench
            self._later_report = SlowPart(report.refresh, (report,))
            return ipywidgets.VBox(self._later_report.boxes)
        made = [self._session.explore(name) for name in names]
        return made[0] if len(made) == 1 else ipywidgets.VBox(made)

    @in_turn
    def _pool(self, picked: Sequence[str]) -> None:
        """Show what the groups that are ticked, or were used, come to without each of them."""
        self._picked = tuple(picked)
        self._later_pooled.ask()

    def _fill_pooled(self) -> None:
        self._pooled.value = pooled_html(self._session.bench, self._picked)

    def _named(self) -> list[ipywidgets.Button]:
        """A button for each named belief about the drug: plan with its p1."""
        made = []
        for name, belief in named_scenarios().items():
            said, wide = f"{name}: p1 = {belief.response:g} %", ipywidgets.Layout(width="auto")
            button = ipywidgets.Button(description=said, tooltip=belief.describe(), layout=wide)
            button.on_click(lambda _, rate=belief.response: self._believe(rate / 100))
            made.append(button)
        return made

    def _believe(self, rate: float) -> None:
        try:
            self._session.bench = replace(self._session.bench, p1=rate, p1_arms=(), p1_patients=None)
        except TrialsimError as error:
            self._say(f"{error} Lower p0 first.", wrong=True)

    @in_turn
    def _wait(self) -> None:
        """Make the tab that is in sight, if it is seen for the first time; the others wait."""
        at = self._tab.selected_index or 0
        seen = list(_TABS.values())[at]
        if at not in self._made:
            self._made.add(at)
            self._rooms[at].children = [self._tab_of(seen)]
        self._session.wait([name for names in _TABS.values() for name in names if name not in seen or name == "report"])

    @in_turn
    def _moved(self, name: str, shown: Any) -> None:
        """A field was changed: everything follows, or a sentence says why it cannot."""
        if self._filling:
            return
        field = next(field for field in fields() if field.name == name)
        try:
            self._session.bench = field.change(self._session.bench, shown)
        except TrialsimError as error:
            self._say(f"{error} The page shows the last state that could be.", wrong=True)

    def _show(self) -> None:
        """Show the bench as it stands."""
        bench = self._session.bench
        self._filling = True
        try:
            for field in fields():
                _put(self.inputs[field.name], field.show(bench))
        finally:
            self._filling = False
        self._say("")
        self._where.value, self._beliefs.value = origins(bench), randomised_first(bench)
        self._decision.value = _shown(decision, bench, "The decision")
        self._breaks.value = _shown(breaks, bench, "What breaks it")
        seen = list(_TABS.values())[self._tab.selected_index or 0]
        if seen == ():
            self.share.refresh()
        self._later.ask()
        if seen == ("evidence",):
            self._later_pooled.ask()
        if seen == ("report",) and bench != self._reported:
            self._reported = bench
            self._later_report.ask()
        if seen == ("table",):
            self._solved.value = solved_html(bench)
            self._later_table.ask()

    def _draw(self) -> None:
        """Draw what the page shows at once."""
        for widget, make in zip(self._pictures, (decision, breaks), strict=True):
            try:
                widget.value = STYLE + make(self._session.bench).drawn()
            except TrialsimError:  # the sentence above says why
                widget.value = ""

    def _fill_table(self) -> Iterator[None]:
        yield from sizes_in_pieces(self._session.bench)
        self._table.value = STYLE + sizes_html(self._session.bench)

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        mark = "border-left:4px solid #d55e00;padding-left:6px;" if wrong else ""
        self.problem.value = (
            f'<p role="{"alert" if wrong else "status"}" style="{mark}white-space:normal;line-height:1.35;margin:0">'
            f"{escape(sentence)}</p>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        found = super()._repr_mimebundle_(**kwargs) or {}
        data = found[0] if isinstance(found, tuple) else found
        shown = decision(Bench())
        assert shown.draw is not None
        lines = ("; ".join(f"{name}: {value}" for name, value in shown.numbers), shown.sentence)
        picture = shown.draw().alone(title="The bench as it begins", lines=lines, alt=shown.alt)
        return data | {"text/plain": repr(self), "image/svg+xml": picture}

    def __repr__(self) -> str:
        return f"The bench as it begins\n{decision(Bench()).sentence}"


def _shown(make: Callable[[Bench], Shown], bench: Bench, label: str) -> str:
    """What a part of the page says, or the sentence why there is none."""
    try:
        return make(bench).html(label)
    except TrialsimError as error:
        return f'<p role="alert" style="white-space:normal">{escape(error.fix or str(error))}</p>'


def _put(widget: Any, value: Any) -> None:
    """Set a field; a choice that it does not have, such as a protocol of one's own, joins it."""
    if isinstance(widget, ipywidgets.Dropdown) and value not in [option for _, option in widget.options]:
        widget.options = (*widget.options, (str(value), value))
    if widget.value != value:
        widget.value = value
