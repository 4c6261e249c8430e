"""Press and hold the keys of one control in a real page, and take the time of the pictures."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPT = (Path(__file__).parent / "stopwatch.js").read_text(encoding="utf-8")
STEPS = 60
REPEATS_A_SECOND = 30
PRESSES = 12
ROUNDS = 7
HOLDS = 3
FIRSTS = 3
DOWN_MS = 40  # for how long a finger holds a key down, at least
PATIENCE_MS = 6000
FETCH_MS = 15_000
OPENING_S = 30
FRESH = ("slider", "button", "select")  # controls with values enough for every round
EXPECT = "([patience, focus]) => { stopwatch.expect(patience); if (focus !== null) stopwatch.focus(focus); }"
_FRAME = 1 / 60


@dataclass(frozen=True, slots=True)
class Control:
    """One row of controls of one panel, as it was found on the page."""

    panel: int
    at: int
    title: str
    label: str
    kind: str
    values: int | None

    @property
    def reach(self) -> int:
        """How many steps a held key can make, at most 60; 0 where a key held does nothing."""
        return min(STEPS, (self.values or 1) - 1) if self.kind == "slider" else 0


@dataclass(slots=True)
class Times:
    """What was measured of one control at one distance: ms, pictures of a key held, and steps that gave no picture."""

    step: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    echo: list[float] = field(default_factory=list)
    held: int | None = None
    from_focus: int | None = None
    missing: int = 0


class Stopwatch:
    """The stopwatch in a page whose panels are open and which has the bare echo."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.evaluate(SCRIPT)
        self._chance = random.Random(1)

    def controls(self) -> list[Control]:
        """Every control of every panel, in the order of the page."""
        end = time.monotonic() + OPENING_S
        while True:
            found = [
                Control(panel, at, box["title"], row["label"], row["kind"], row["values"])
                for panel, box in enumerate(self.page.evaluate("stopwatch.panels()"))
                for at, row in enumerate(box["controls"])
            ]
            shut = [control for control in found if control.kind is None]
            if not shut:
                return found
            if time.monotonic() > end:
                raise RuntimeError(f"no control can be seen in {shut[0].title!r}: {shut[0].label!r}")
            self.page.wait_for_timeout(200)

    def measure(self, control: Control, others: Sequence[Control], *, moved_away: bool = False) -> Times:
        """Take all the times of one control; `others` are the other controls of its panel.

        With `moved_away` the way to the kernel has changed since, and the panel learns it first.
        """
        times = Times()
        self.page.evaluate("panel => stopwatch.look(panel)", control.panel)
        if moved_away:
            self._forget(distance=True)
            self.settle()
        self._first(control, others, times)
        self._cold(control, others, times)
        if control.reach:
            self._hold(control, others, times)
        self._warm(control, times)
        return times

    def settle(self, *, rest: bool = False) -> bool:
        """Wait until all that the panel asked for is there; with `rest`, also what it fetches when it rests."""
        return bool(self.page.evaluate("([patience, rest]) => stopwatch.settled(patience, rest)", [FETCH_MS, rest]))

    def _press(self, key: str, focus: int | None = None) -> dict[str, float] | None:
        """Press a key once, at once after giving control `focus` the focus; what the next picture took."""
        # At any point of a frame: the answer to the last press came at the end of one.
        time.sleep(self._chance.random() * 2 * _FRAME)
        self.page.evaluate(EXPECT, [PATIENCE_MS, focus])
        # The space bar acts when it is let go; down, it has a frame of its own.
        self.page.keyboard.press(key, delay=DOWN_MS * (1 + self._chance.random()) if key == "Space" else 0)
        return self.page.evaluate("stopwatch.coming")  # type: ignore[no-any-return]

    def _look(self, control: Control) -> dict[str, Any]:
        return self.page.evaluate("at => stopwatch.control(at).stands", control.at)  # type: ignore[no-any-return]

    def _focus(self, control: Control) -> None:
        self.page.evaluate("at => stopwatch.focus(at)", control.at)

    def _step(self, control: Control) -> dict[str, float] | None:
        stands = self._look(control)
        return self._press(stands["key"] if stands["left"] else "Home", control.at)

    def _echo(self) -> float | None:
        came = self._press("ArrowRight", -1)
        return came and came["step"]

    def _home(self, control: Control) -> None:
        if self._look(control)["at"]:
            self._press("Home", control.at)

    def _forget(self, **how: bool) -> None:
        self.page.evaluate("how => stopwatch.forget(how)", how)

    def _rest(self, others: Sequence[Control]) -> None:
        """Come to where somebody stands who has moved another control and looked at its picture."""
        self._move_another(others)
        self._forget(rest=True)
        self.settle(rest=True)

    def _cold(self, control: Control, others: Sequence[Control], times: Times) -> None:
        """One step with nothing fetched, and never drawn before either: another control has moved since."""
        if control.kind == "slider" and self._look(control)["left"] <= ROUNDS:
            self._home(control)
        for _ in range(ROUNDS):
            self._move_another(others)
            self._forget()
            echo = self._echo()
            came = self._step(control)
            if came and echo:
                times.cold.append(came["step"])
                times.echo.append(echo)
            else:
                times.missing += 1

    def _first(self, control: Control, others: Sequence[Control], times: Times) -> None:
        """One step after a rest: its range is not there, but what the page fetches while it rests is."""
        if control.kind == "slider" and self._look(control)["left"] <= FIRSTS:
            self._home(control)
        for _ in range(FIRSTS):
            self._rest(others)
            came = self._step(control)
            if came:
                times.first.append(came["step"])
            else:
                times.missing += 1

    def _move_another(self, others: Sequence[Control]) -> None:
        """Move the control beside that has the most to move to, so that what comes next was never drawn before."""
        other = max(others, key=lambda beside: (beside.kind in FRESH, beside.values or 1000), default=None)
        if other is not None:
            stands = self._look(other)
            self._focus(other)
            self.page.keyboard.press(stands["key"] if stands["left"] else "Home")

    def _hold(self, control: Control, others: Sequence[Control], times: Times) -> None:
        from_focus = []
        for _ in range(HOLDS):
            self._home(control)
            self._rest(others)
            from_focus.append(self._held(control))
        times.from_focus = statistics.median_low(from_focus)
        self._home(control)
        self.settle()
        times.held = self._held(control)

    def _held(self, control: Control) -> int:
        self.page.evaluate("stopwatch.clear()")
        self._focus(control)
        for _ in range(control.reach):
            next_press = time.perf_counter() + 1 / REPEATS_A_SECOND
            self.page.keyboard.down("ArrowRight")
            time.sleep(max(0.0, next_press - time.perf_counter()))  # what is late does not hurry the next
        self.page.keyboard.up("ArrowRight")
        self.page.wait_for_timeout(250)
        seen = int(self.page.evaluate("stopwatch.seen()"))
        self.settle()
        return seen

    def _warm(self, control: Control, times: Times) -> None:
        """Single steps, everything there: two on and two back for a slider, onwards for the others."""
        if control.kind == "slider":
            self._home(control)
        for at in range(PRESSES):
            stands = self.page.evaluate("([at, patience]) => stopwatch.ready(at, patience)", [control.at, FETCH_MS])
            key = stands["key"] if stands["left"] else "Home"
            if control.reach > 1:
                key = ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft")[at % 4]
            came = self._press(key)
            if came:
                times.step.append(came["step"])
                times.work.append(came["work"])
            else:
                times.missing += 1


def middle(times: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return statistics.median(times) if times else None
