"""What the tests ask of a lesson on behalf of everybody: in both themes, at any width, with and without motion.

Lab's own shell is left out: its faults are not ours.
"""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image

from tests.browser.real_lab import TOKEN

SCRIPT = (Path(__file__).parent / "everyone.js").read_text(encoding="utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SERIOUS = ("serious", "critical")
# Lab's page has a body without height that hides what overflows, so that axe takes every text for hidden. Shown in full
# length on a body that hides nothing, all of the lesson is looked at; to be sure, a pale line is planted at its end.
# Text inside the pictures is looked at below: axe does not see what is behind it. A wide table scrolls sideways in the
# box that Lab puts round an output. In this browser the keyboard gets there, which axe does not know: here it is tried.
AXE = """async (tags) => {
  const body = document.body.style;
  const planted = document.createElement("p");
  planted.textContent = "A line that nobody can read";
  planted.style.cssText = "color: #808080; background: #909090";
  [...document.querySelectorAll(".jp-Notebook .jp-MarkdownOutput")].at(-1).append(planted);
  body.overflow = "visible";
  const found = await axe.run(
    { include: [[".jp-Notebook .jp-MarkdownOutput"], [".jp-Notebook .jp-OutputArea-output"]],
      exclude: [[".jp-InternalAnchorLink"], [{ fromShadowDom: [".trialsim-picture", "svg"] }]] },
    { runOnly: tags, resultTypes: ["violations"] });
  body.overflow = "";
  planted.remove();
  const reached = (node) => {
    const box = document.querySelector(node.target.at(-1));
    box.focus();
    return box.matches(".jp-OutputArea-output") && document.activeElement === box;
  };
  const known = (rule, node) => rule.id === "scrollable-region-focusable" && reached(node);
  const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join("; ");
  return found.violations.flatMap((rule) =>
    rule.nodes.filter((node) => !known(rule, node)).map((node) =>
      [rule.impact, rule.id, node.html.slice(0, 160), why(node).slice(0, 200)]));
}"""


def ask(page: Any, what: str, *values: Any) -> Any:
    """Ask the page one of the questions of everyone.js."""
    return page.evaluate(f"everyone.{what}({', '.join(map(json.dumps, values))})")


def begin_anew(page: Any, folder: Path, name: str, source: Path) -> None:
    """Copy a lesson into an empty folder, and let the browser forget what it kept of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(source / name, folder / name)
    page.add_init_script("""
      for (const one of Object.keys(localStorage)) if (one.startsWith("trialsim")) localStorage.removeItem(one);
    """)


def close_kernels(address: str, begins: str = "") -> None:
    """End the kernels of the notebooks whose path begins so; all of them unless it is said."""

    def call(path: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(f"{address}/api/sessions{path}", method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())

    for session in json.loads(call("")):
        if session["path"].startswith(begins):
            call(f"/{session['id']}", "DELETE")


def choose_theme(page: Any, name: str) -> None:
    """Choose Settings, Theme, as a reader does."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Theme").first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
    page.wait_for_function("document.querySelectorAll('.jp-LabShell').length && !document.querySelector('.lm-Menu')")


def resize(page: Any, width: int, height: int) -> None:
    """Give the page a size, and wait until it is laid out."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@contextmanager
def all_on_screen(page: Any, width: int) -> Iterator[None]:
    """The whole lesson at once, however long it is."""
    # Cells that come on screen are laid out, and may turn out longer than Lab had guessed.
    length = 0
    for _ in range(20):
        if length >= (needed := ask(page, "height") + 300):
            break
        length = needed
        resize(page, width, length)
        ask(page, "toTop")
    else:
        raise AssertionError("the page grows with its screen")
    yield
    resize(page, 1280, 900)


def open_all(page: Any) -> None:
    """Commit every prediction that is still asked for, and unfold whatever is folded."""
    for _ in range(20):
        left = ask(page, "shutForms")
        if not left:
            break
        commit = page.get_by_role("button", name="This is my guess").locator("visible=true").first
        asked = commit.locator("xpath=ancestor::section[1]")
        option = asked.get_by_role("radio").locator("visible=true")
        if option.count():
            option.first.check()
        elif asked.get_by_role("slider").locator("visible=true").count():
            commit.click()  # nobody moved it: the first press only says where it begins
        commit.click()
        page.wait_for_function("left => everyone.shutForms() < left", arg=left)
    ask(page, "unfold")
    # A drawer of lesson 02 takes twenty seconds of a core.
    page.wait_for_function("everyone.settled()", timeout=240_000)


def broken_rules(page: Any) -> list[str]:
    """What axe finds serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE, list(WCAG))
    ours = [broken for broken in found if "A line that nobody can read" not in broken[2]]
    assert len(ours) == len(found) - 1, "axe did not look at the end of the lesson"
    return [" · ".join(broken) for broken in ours if broken[0] in SERIOUS]


# ---- text in pictures ------------------------------------------------------------------------------------------------


def luminance(colours: Any) -> Any:
    """Relative luminance as WCAG 2.2 defines it; colours are 0 to 255 in the last axis."""
    parts = np.asarray(colours, dtype=float) / 255
    parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return parts @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: Any, other: Any) -> Any:
    """Contrast ratio as WCAG 2.2 defines it."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def pale_writing(page: Any) -> list[str]:
    """The texts in pictures with less than 4.5 to 1 against most of what is drawn behind their letters.

    A picture with its texts and one without show where the letters are, and what is behind them. A line may cross a
    text, so the median counts.
    """
    for _ in range(3):
        pictures = ask(page, "writing")
        written = [pixels(page, drawn["box"]) for drawn in pictures]
        ask(page, "hideWriting", True)
        bare = [pixels(page, drawn["box"]) for drawn in pictures]
        ask(page, "hideWriting", False)
        if ask(page, "writing") == pictures:
            break  # otherwise a sentence has come meanwhile, and all below it has moved
    pale = [] if any(drawn["texts"] for drawn in pictures) else ["no picture holds a text"]
    for picture, full, empty in zip(pictures, written, bare, strict=True):
        for text in picture["texts"]:
            x, y, width, height = (round(number) for number in text["box"])
            part = (slice(max(0, y), y + height), slice(max(0, x), x + width))
            ground = empty[part][(full[part] != empty[part]).any(axis=-1)].astype(float)
            *ink, opacity = rgba(text["colour"])
            opacity *= text["opacity"]
            seen = contrast(opacity * np.array(ink) + (1 - opacity) * ground, ground)
            if not len(ground):
                pale.append(f"{picture['where']} · {text['says']!r} cannot be seen")
            elif np.median(seen) < 4.5:
                pale.append(f"{picture['where']} · {text['says']!r} has a contrast of {np.median(seen):.1f}")
    return pale


def pixels(page: Any, box: list[float]) -> Any:
    """What is on screen in a box: rows, columns, three colours of 0 to 255."""
    x, y, width, height = box
    shot = page.screenshot(clip={"x": x, "y": y, "width": width, "height": height})
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"))


def rgba(css: str) -> tuple[float, ...]:
    """Red, green, blue (0 to 255) and opacity (0 to 1) of a computed colour."""
    numbers = [float(number) for number in css[css.index("(") + 1 : -1].replace(",", " ").replace("/", " ").split()]
    return (*numbers, 1.0) if len(numbers) == 3 else tuple(numbers)
