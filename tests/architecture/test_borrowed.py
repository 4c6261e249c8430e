"""What the pictures borrow from the inside of matplotlib is there, and does what we take it to do.

`figures/svg.py` draws eleven times faster with it than by public ways. Where a new matplotlib changes one of these,
this names it; the pictures themselves would only look a little different. The weekly workflow runs it on the newest.
"""

from __future__ import annotations

import inspect
from io import StringIO
from typing import Any

import matplotlib
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from trialsim.figures.style import RC

NEEDED = ("_get_layout", "_get_multialignment", "_linespacing")


@pytest.fixture
def text() -> Any:
    """A text of two lines in a figure."""
    return Figure(figsize=(3, 2)).text(0.2, 0.5, "12 of 20\nresponded")


@pytest.mark.parametrize("name", NEEDED)
def test_a_text_has_what_is_borrowed(text: Any, name: str) -> None:
    """Each private name that the layout cache uses is still there."""
    assert hasattr(text, name)


def test_the_layout_takes_a_renderer_and_does_not_depend_on_the_place(text: Any) -> None:
    """It may be kept under the text and its fonts, and set where the text will be."""
    renderer = RendererSVG(216, 144, StringIO(), image_dpi=72)
    assert list(inspect.signature(text._get_layout).parameters) == ["renderer"]
    box, lines, *_ = text._get_layout(renderer)
    text.set_position((0.7, 0.1))
    moved, moved_lines, *_ = text._get_layout(renderer)
    assert box.size == pytest.approx(moved.size)
    assert [line[0] for line in lines] == [line[0] for line in moved_lines] == ["12 of 20", "responded"]


def test_settings_can_be_put_past_the_check_and_back() -> None:
    """The settings are a dict below their checks: what is set that way is what drawing reads."""
    settings: Any = matplotlib.rcParams
    assert isinstance(settings, dict)
    before = dict.__getitem__(settings, "font.size")
    try:
        dict.update(settings, {"font.size": 7.5})
        assert matplotlib.rcParams["font.size"] == 7.5
    finally:
        dict.update(settings, {"font.size": before})
    assert set(RC) <= set(settings)


def test_the_renderer_can_be_told_to_leave_out_the_date() -> None:
    """Two pictures of one state are the same bytes."""
    out = StringIO()
    RendererSVG(72, 72, out, image_dpi=72, metadata={"Date": None}).finalize()
    assert "dc:date" not in out.getvalue()
