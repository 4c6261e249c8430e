"""Pictures as SVG text, drawn by matplotlib in two parts: what stays, and what moves.

Axes and ticks are drawn once (`Picture.base`); for each state of a control only the moving artists are drawn again
(`Picture.layer`), with matplotlib's own SVG renderer. Base and layer together are the whole figure to the pixel, at a
twentieth of the time. A `Canvas` takes every moving artist off the axes again after drawing, so a picture depends on
nothing but what was painted.

>>> def lay_out(figure):
...     axes = figure.add_subplot()
...     axes.set(xlim=(0, 20), ylim=(0, 1), xlabel="Patients", ylabel="Chance")
...     return axes
>>> canvas = Canvas(lay_out)
>>> picture = canvas.picture(lambda axes: axes.plot([0, 20], [0.2, 0.9], zorder=3))
>>> "Patients" in picture.base, "Patients" in picture.layer
(True, False)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from io import StringIO
from typing import Any, Concatenate, Literal, ParamSpec

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

from trialsim.figures.style import RC
from trialsim.figures.svg_text import Picture, clean

__all__ = ["DRAWING", "Canvas", "Picture", "draw_whole", "drawing", "laid_out"]

DRAWING = threading.RLock()
"""Held while anything is drawn: one figure in two threads gives wrong pictures without an error, and matplotlib's
settings belong to the process."""

_Renderer: Any = RendererSVG  # its own annotations are missing
_MAX_LAID_OUT = 5000

_P = ParamSpec("_P")
_Layout = Literal["constrained", "none"]


@contextmanager
def drawing() -> Iterator[None]:
    """Hold the lock and the house's matplotlib settings: everything that makes or draws a figure stands inside."""
    with DRAWING:
        # matplotlib's own way copies and checks all 300 settings twice, which takes as long as drawing ten texts.
        settings: Any = matplotlib.rcParams
        ours = _checked_settings()
        before = {name: dict.__getitem__(settings, name) for name in ours}
        dict.update(settings, ours)
        try:
            yield
        finally:
            dict.update(settings, before)


@cache
def _checked_settings() -> dict[str, Any]:
    with matplotlib.rc_context(RC):
        return {name: matplotlib.rcParams[name] for name in RC}


class Canvas:
    """A figure laid out once, on which each state is painted, drawn and wiped off again.

    Parameters
    ----------
    lay_out : callable
        Takes the empty figure, puts axes with fixed limits, labels and all that never moves on it, and returns what
        `picture` hands to its painter (axes, or a tuple of them). Called at the first picture.
    width, height : float
        Size in inches; 72 points each.
    layout : {"constrained", "none"}
        "none" where `lay_out` gives every place itself.

    Notes
    -----
    A painter only adds artists. Moving artists lie above all that stays, in the order of their ``zorder``.
    """

    def __init__(
        self,
        lay_out: Callable[[Figure], Any],
        *,
        width: float = 7.2,
        height: float = 3.6,
        layout: _Layout = "constrained",
    ) -> None:
        self._lay_out, self._size, self._layout = lay_out, (width, height), layout
        self._figure: Figure | None = None
        self._handle: Any = None
        self._base = ""
        self._standing: frozenset[int] = frozenset()
        self._frame: tuple[object, ...] = ()

    def picture(self, paint: Callable[[Any], object]) -> Picture:
        """Return what `paint` adds, drawn over the axes.

        Raises
        ------
        RuntimeError
            When `paint` changed what should stay (limits, labels, titles): such a picture needs `draw_whole`.
        """
        with drawing():
            figure = self._ready()
            for axes in figure.axes:
                axes.set_prop_cycle(None)
            try:
                paint(self._handle)
                moving = [a for a in _artists(figure) if id(a) not in self._standing]
                if self._framing(figure) != self._frame:
                    raise RuntimeError("a painter changed limits, labels or titles of a canvas: use draw_whole")
                layer = _render(figure, sorted(moving, key=lambda a: a.get_zorder()), "l")
            finally:
                for artist in _artists(figure):
                    if id(artist) not in self._standing:
                        artist.remove()
        return Picture(self._size[0] * 72, self._size[1] * 72, self._base, layer)

    def _ready(self) -> Figure:
        if self._figure is None:
            figure = Figure(figsize=self._size, dpi=72)
            figure.set_layout_engine(self._layout)
            self._handle = self._lay_out(figure)
            for axes in figure.axes:
                axes.autoscale(False)
            self._base = _render(figure, None, "b")
            figure.set_layout_engine("none")
            # The artists live as long as the figure, so their ids stay theirs.
            self._standing = frozenset(id(artist) for artist in _artists(figure))
            self._frame = self._framing(figure)
            self._figure = figure
        return self._figure

    @staticmethod
    def _framing(figure: Figure) -> tuple[object, ...]:
        said = (Axes.get_xlabel, Axes.get_ylabel, Axes.get_title, partial(Axes.get_title, loc="left"))
        return tuple((*axes.get_xlim(), *axes.get_ylim(), *(text(axes) for text in said)) for axes in figure.axes)


def laid_out(
    *, width: float = 7.2, height: float = 3.6, layout: _Layout = "constrained"
) -> Callable[[Callable[Concatenate[Figure, _P], Any]], Callable[_P, Canvas]]:
    """Make of a function that lays out a figure one that gives its canvas, made once for each set of arguments.

    Parameters
    ----------
    width, height : float
        As for `Canvas`.
    layout : {"constrained", "none"}
        "none" where the function gives every place itself.

    Examples
    --------
    >>> @laid_out(height=2.0)
    ... def canvas(figure, longest):
    ...     return figure.add_subplot(xlim=(0, longest))
    >>> canvas(20) is canvas(20), canvas(20).picture(lambda axes: axes.axvline(3)).height
    (True, 144.0)
    """

    def of_function(lay_out: Callable[Concatenate[Figure, _P], Any]) -> Callable[_P, Canvas]:
        @lru_cache(maxsize=64)
        def made(*args: _P.args, **kwargs: _P.kwargs) -> Canvas:
            return Canvas(lambda figure: lay_out(figure, *args, **kwargs), width=width, height=height, layout=layout)

        return made  # type: ignore[return-value]

    return of_function


def draw_whole(lay_out: Callable[[Figure], object], *, width: float = 7.2, height: float = 3.6) -> Picture:
    """Return a picture all of which moves: for axes whose limits or ticks depend on the state.

    Examples
    --------
    >>> draw_whole(lambda figure: figure.add_subplot().set(xlim=(0, 5))).base
    ''
    """
    with drawing():
        figure = Figure(figsize=(width, height), dpi=72, layout="constrained")
        lay_out(figure)
        return Picture(width * 72, height * 72, "", _render(figure, None, "l"))


def _artists(figure: Figure) -> list[Artist]:
    """All artists directly on the figure and on its axes."""
    found = list(figure.get_children())
    for axes in figure.axes:
        found += axes.get_children()
    return found


def _render(figure: Figure, artists: list[Artist] | None, prefix: str) -> str:
    """Draw the whole figure, or only `artists`, as a fragment whose ids start with `prefix`."""
    out = StringIO()
    width, height = figure.get_size_inches() * 72
    renderer: Any = _Renderer(width, height, out, image_dpi=72, metadata={"Date": None})
    if artists is None:
        figure.draw(renderer)
    else:
        for artist in artists:
            if isinstance(artist, Text):
                _lay_out_once(artist)
            artist.draw(renderer)
    renderer.finalize()
    return clean(out.getvalue(), prefix)


_laid_out: dict[tuple[object, ...], Any] = {}


def _lay_out_once(text: Any) -> None:
    """Keep how a text is laid out: that is half of what drawing it costs, and does not depend on where it stands.

    matplotlib keeps it for one renderer only, and each picture has its own.
    """
    if text.get_wrap():
        return
    lay_out = text._get_layout
    key = (
        text.get_text(),
        hash(text.get_fontproperties()),
        text.get_horizontalalignment(),
        text.get_verticalalignment(),
        text._get_multialignment(),
        text.get_rotation(),
        text.get_rotation_mode(),
        text._linespacing,
        text.get_parse_math(),
    )

    def once(renderer: Any) -> Any:
        if key not in _laid_out:
            if len(_laid_out) >= _MAX_LAID_OUT:
                _laid_out.clear()
            _laid_out[key] = lay_out(renderer)
        return _laid_out[key]

    text._get_layout = once
