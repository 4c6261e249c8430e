"""What takes long follows what is quick: worked out in pieces, between which the page answers, and marked as old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import ipywidgets

from trialsim.ahead import in_turn

__all__ = ["STYLE", "Pieces", "SlowPart"]

_PAUSE_S, _BREATH_S = 0.08, 0.005
_OLD = "trialsim-old"
STYLE = f"<style>.{_OLD} {{ opacity: 0.4; transition: opacity 0s 0.1s; }}</style>"
"""Goes into a part that is drawn later: only what takes over a tenth of a second is seen to be old."""


class Pieces:
    """Work on the loop that also answers the page: no thread is needed, so it is the same in a browser.

    Parameters
    ----------
    work : callable
        Does it; as a generator a step at a time, and what was moved meanwhile is answered between two steps.
    done : callable
        Called at the end, whether it came to its end or failed.
    """

    def __init__(self, work: Callable[[], Iterator[None] | None], done: Callable[[], None] = lambda: None) -> None:
        self._work, self._done = work, done
        self._waiting: asyncio.TimerHandle | None = None
        self._begun = 0

    @in_turn
    def start(self) -> bool:
        """Begin soon, and anew if it had begun; False where no loop runs, as in a script: then all is done at once."""
        self._begun += 1
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            for _ in self._work() or ():
                pass
            return False
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(_PAUSE_S, self._step, None, self._begun)
        return True

    @in_turn
    def _step(self, steps: Iterator[None] | None, begun: int) -> None:
        if begun != self._begun:  # it was begun anew in another thread, while this step waited for its turn
            return
        self._waiting, more = None, False
        try:
            steps = iter(self._work() or ()) if steps is None else steps
            for _ in steps:
                self._waiting, more = asyncio.get_running_loop().call_later(_BREATH_S, self._step, steps, begun), True
                break
        finally:
            if not more:
                self._done()


class SlowPart:
    """Parts of a page that are drawn when all that is quick has been sent; changes in a row are drawn once.

    Parameters
    ----------
    draw : callable
        Draws the parts, in pieces where it is a generator.
    parts : tuple of widget
        What is drawn.

    Attributes
    ----------
    boxes : tuple of VBox
        Each part in a box that is marked as old meanwhile: a part that is marked itself is rendered anew.
    """

    def __init__(self, draw: Callable[[], Iterator[None] | None], parts: tuple[ipywidgets.DOMWidget, ...]) -> None:
        self.boxes = tuple(ipywidgets.VBox([part]) for part in parts)
        self._pieces = Pieces(draw, self._unmark)

    def ask(self) -> None:
        """Draw soon; at once where nothing runs that could do it later, as in a script."""
        if self._pieces.start():
            for box in self.boxes:
                box.add_class(_OLD)

    def _unmark(self) -> None:
        for box in self.boxes:
            box.remove_class(_OLD)
