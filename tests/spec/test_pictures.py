"""Pictures: their colours can be told apart, their text is clean, and drawing leaves nothing behind."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import matplotlib
import pytest

from trialsim.figures.style import GREY, INK, RC, SERIES
from trialsim.figures.svg import Canvas, Picture, draw_whole

# JupyterLab's grounds: white, the dark theme's cells, the dark theme's raised areas.
GROUNDS = ("#ffffff", "#111111", "#212121")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def axes_with_room(figure: Any) -> Any:
    """Axes with fixed limits."""
    axes = figure.add_subplot()
    axes.set(xlim=(0, 10), ylim=(0, 10), xlabel="Weeks", title="One title")
    return axes


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", [*(series.colour for series in SERIES), GREY])
def test_marks_stand_out(colour: str, ground: str) -> None:
    """Every colour of marks has a contrast of 3 to 1 on the light and on the dark grounds of Lab."""
    assert contrast(colour, ground) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white is 21 to 1, and #767676 on white is the well-known 4.54 to 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colour_is_never_the_only_carrier() -> None:
    """No two groups share a marker, a hatch or a line."""
    for carrier in ("colour", "marker", "hatch", "line"):
        assert len({getattr(series, carrier) for series in SERIES}) == len(SERIES)


def test_ink_becomes_the_colour_of_the_text() -> None:
    """Axes, text and what matplotlib draws in black take the colour around them; no style and no version leaks out."""
    canvas = Canvas(axes_with_room)
    picture = canvas.picture(lambda axes: (axes.axhline(5, color="black"), axes.text(1, 1, "Twenty & more")))
    for part in (picture.base, picture.layer):
        assert "currentColor" in part
        for leak in (INK, "#000000", "<style", "metadata", "atplotlib", "font-family"):
            assert leak not in part
    assert "Twenty &amp; more" in picture.layer and "Weeks" in picture.base


def test_picture_alone_is_opaque_and_says_what_it_shows() -> None:
    """What is read without a kernel is one SVG on opaque white, with its title, its text alternative and its lines."""
    picture = Canvas(axes_with_room).picture(lambda axes: axes.plot([0, 9], [0, 9], marker="o"))
    document = picture.alone(title="Who & what?", lines=("A sentence. " * 20, "", "Assumed."), alt='A "line"')
    root = ElementTree.fromstring(document)
    assert root.attrib["aria-label"] == 'A "line"'
    text = " ".join("".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text"))
    assert text.startswith("Who & what?") and text.count("A sentence.") == 20 and "Assumed." in text
    assert root.attrib["width"] == "100%" and "height" not in root.attrib, "an image of it is cut where the paper ends"
    ground = root.find("{http://www.w3.org/2000/svg}rect")
    assert ground is not None and ground.attrib["style"] == "fill:#ffffff"


def test_same_painting_gives_the_same_picture() -> None:
    """A picture depends on what was painted, and on nothing that was painted before: no colour, no artist stays."""
    canvas = Canvas(axes_with_room)
    first = canvas.picture(lambda axes: axes.plot([0, 5], [0, 5]))
    canvas.picture(lambda axes: (axes.plot([1, 2], [3, 4], label="other"), axes.legend(), axes.bar([1], [2])))
    assert canvas.picture(lambda axes: axes.plot([0, 5], [0, 5])) == first


def test_painter_that_fails_leaves_nothing() -> None:
    """An error in the middle of a painting takes what was painted off again."""
    canvas = Canvas(axes_with_room)
    first = canvas.picture(lambda axes: axes.plot([0, 5], [0, 5]))

    def fails(axes: Any) -> None:
        axes.plot([1, 2], [3, 4])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        canvas.picture(fails)
    assert canvas.picture(lambda axes: axes.plot([0, 5], [0, 5])) == first


@pytest.mark.parametrize("change", [{"title": "Another"}, {"xlim": (0, 99)}, {"ylabel": "New"}])
def test_painter_may_not_change_what_stays(change: dict[str, Any]) -> None:
    """Limits, labels and titles stand in the base; a painter that changes them is refused."""
    with pytest.raises(RuntimeError, match="draw_whole"):
        Canvas(axes_with_room).picture(lambda axes: axes.set(**change))


def test_threads_do_not_mix_pictures() -> None:
    """Eight threads on one canvas draw what one thread draws."""
    canvas = Canvas(axes_with_room)

    def one(at: int) -> Picture:
        return canvas.picture(lambda axes: axes.plot([0, at / 10], [0, 5], marker="o"))

    alone = [one(at) for at in range(40)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(one, range(40))) == alone


def test_settings_of_the_reader_stay_and_do_not_matter() -> None:
    """Drawing leaves matplotlib's settings as they were, and does not depend on them."""
    plain = draw_whole(axes_with_room)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        picture = draw_whole(axes_with_room)
        assert dict(matplotlib.rcParams) == before
    assert picture.layer.count("<text") == plain.layer.count("<text")
    assert "#ff0000" not in picture.layer
    assert RC["svg.fonttype"] == "none"
