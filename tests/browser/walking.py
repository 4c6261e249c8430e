"""Through a lesson with nothing but the keyboard: Tab, Shift and Tab, arrows, Space, Enter, and letters in boxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.everyone import ask
from tests.browser.real_lab import PATIENCE

MOST = 400
WORDS = "In my own words: <b>20</b> ≥ 10"
# What the keyboard does in a slider and in a list: one step, or one back where there is none.
STEPS = {"range": ("ArrowRight", "ArrowLeft"), "select-one": ("ArrowDown", "ArrowUp")}


@dataclass(slots=True)
class Walk:
    """What happened on the way.

    Attributes
    ----------
    stops : list of dict
        Where the focus was, in this order.
    faults : list of str
        What did not work.
    moved, committed, checked : int
        Pictures that followed a key, predictions committed, questions answered.
    """

    stops: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    moved: int = 0
    committed: int = 0
    checked: int = 0

    def expect(self, holds: bool, stop: dict[str, Any], what: str) -> None:
        """Write down what does not hold."""
        if not holds:
            self.faults.append(f"{stop['name']}: {what}")


def walk_forward(page: Any) -> Walk:
    """Tab from the first control to behind the last, and on the way do at each one what it is for."""
    walk = Walk()
    enter(page, walk)
    for _ in range(MOST):
        stop = ask(page, "focused")
        if stop is None:
            if not ask(page, "inNotebook"):
                return walk
            page.keyboard.press("Tab")  # Lab's own buttons at its active cell, which come and go
            continue
        walk.stops.append(stop)
        walk.expect(stop["outlined"], stop, "the focus is not visible")
        seen = stop["seen"] or comes(page, "everyone.focused()?.seen")
        walk.expect(seen, stop, "the focus is hidden or not on screen")
        walk.expect(stop["keepsKeys"], stop, "Lab takes its keys")
        use(page, walk, stop)
        walk.expect(ask(page, "inLesson"), stop, "the focus is lost with what it does")
        page.keyboard.press("Tab")
        after = ask(page, "focused")
        if after is not None and after["key"] == stop["key"]:
            walk.expect(False, stop, "the focus cannot leave")
            return walk
    walk.faults.append(f"still no end after {MOST} stops")
    return walk


def enter(page: Any, walk: Walk) -> None:
    """Bring the focus to the first control, and see that Shift and Tab leave it and Tab comes back."""
    first = ask(page, "stops")[0]
    ask(page, "focusFirst")
    page.keyboard.press("Shift+Tab")
    walk.expect(ask(page, "focused") is None, first, "Shift and Tab do not leave the lesson")
    page.keyboard.press("Tab")
    stop = ask(page, "focused")
    walk.expect(stop is not None and stop["key"] == first["key"], first, "Tab does not come back to it")


def passed(page: Any, key: str) -> list[int]:
    """From outside one end of the lesson to outside the other with one key, using nothing: the stops on the way."""
    seen: list[int] = []
    for _ in range(MOST):
        page.keyboard.press(key)
        stop = ask(page, "focused")
        if stop is not None:
            seen.append(stop["key"])
        elif seen and not ask(page, "inNotebook"):
            break
    return list(dict.fromkeys(seen))


def use(page: Any, walk: Walk, stop: dict[str, Any]) -> None:
    """Do with the native keys what the control is for, and see that something follows."""
    before = ask(page, "changes")
    kind = stop["kind"]
    if kind in STEPS:
        there, back = STEPS[kind]
        page.keyboard.press(there)
        if ask(page, "focused")["value"] == stop["value"]:
            page.keyboard.press(back)
        walk.expect(ask(page, "focused")["value"] != stop["value"], stop, "the arrow keys do not move it")
    elif kind == "radio":
        page.keyboard.press("ArrowDown" if stop["value"] else "Space")
        walk.expect(ask(page, "focused")["value"] is True, stop, "the keys choose nothing")
    elif kind == "checkbox":
        page.keyboard.press("Space")
        walk.expect(ask(page, "focused")["value"] is not stop["value"], stop, "Space does not switch it")
    elif kind == "summary":
        page.keyboard.press("Enter")
        now = ask(page, "focused")
        walk.expect(now is not None and now["open"] is not stop["open"], stop, "Enter does not unfold it")
        return
    elif kind == "textarea":
        page.keyboard.type(WORDS)
        walk.expect(WORDS in ask(page, "focused")["value"], stop, "it takes no text")
        return
    elif kind == "text" and not stop["value"]:
        page.keyboard.type("7")
        walk.expect(ask(page, "focused")["value"] == "7", stop, "it takes no text")
        return
    elif stop["button"]:
        press(page, walk, stop)
        return
    else:
        return
    if stop["explores"]:
        follow(page, walk, stop, before)


def press(page: Any, walk: Walk, stop: dict[str, Any]) -> None:
    """Press the buttons that commit, check and explore; those that save, load and forget are left alone."""
    before = ask(page, "changes")
    if stop["name"].endswith("· This is my guess"):
        forms = ask(page, "shutForms")
        page.keyboard.press("Enter")
        page.wait_for_function("forms => everyone.shutForms() < forms", arg=forms)
        walk.committed += 1
        walk.expect(comes(page, "everyone.inLesson()"), stop, "the focus is lost with the form")
    elif stop["name"].endswith("· Check my answer"):
        page.keyboard.press("Enter")
        page.wait_for_function("everyone.replied()")
        walk.checked += 1
    elif stop["explores"] and not stop["off"]:
        page.keyboard.press("Enter")
        follow(page, walk, stop, before)


def follow(page: Any, walk: Walk, stop: dict[str, Any], before: int) -> None:
    """Wait for the picture, or the sentence that says why there is none."""
    walk.expect(comes(page, f"everyone.changes() > {before}", PATIENCE), stop, "no picture followed")
    walk.moved += 1


def comes(page: Any, what: str, patience: float = 20_000) -> bool:
    """Whether something becomes true on the page before long."""
    try:
        page.wait_for_function(what, timeout=patience)
    except PlaywrightTimeout:
        return False
    return True
