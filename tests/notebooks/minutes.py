"""How many minutes a lesson takes, by the rule in the course file: `python -m tests.notebooks.minutes`.

Without an argument it prints a table; `--write` writes `minutes` and `minutes_more` into the course file; `--check`
says where the course file, or the box under a lesson's title, says something else.

What is counted, in the lesson as it is committed:

- words: of Markdown cells, model answers that are folded away included, without the marks of Markdown and the addresses
  of links; and of what the cells show, where it is prose: the title and the sentence of a panel, predictions and
  questions with their options, answers that are folded away, captions of tables. Numbers are words. Code, the cells of
  tables and the labels in pictures are not: they are looked up, and the seconds for a control or a check hold for that.
- controls: of every panel that is shown, with one more where it asks for a prediction; boxes of the sheets on which a
  patient is rated. Boxes of the three cards before a lesson are not counted.
- checks: cells that ask a question. An answer in the learner's own words counts by the words of its question only.

What stands under a heading that begins with *More* is optional and counted by itself. A room beside the lessons has no
minutes in the course file; where its box names some, they follow from the same rule.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import nbformat

from trialsim.facts.course import Lesson, Pace, Room, lessons, pace, whole_course
from trialsim.widgets.panel import Panel

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
COURSE = Path(str(resources.files("trialsim").joinpath("data", "course.toml")))

_CHECK = re.compile(r"\bcheck(_\w+)?\(")
_RATING = re.compile(r"\.rate\(")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,/][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Work:
    """What a part of a lesson asks of its reader."""

    words: int = 0
    controls: int = 0
    checks: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(self.words + other.words, self.controls + other.controls, self.checks + other.checks)

    def minutes(self, rule: Pace) -> int:
        """How long that takes, in whole minutes, rounded up."""
        reading = 60 * self.words / rule.words_a_minute
        seconds = reading + rule.seconds_a_control * self.controls + rule.seconds_a_check * self.checks
        return math.ceil(round(seconds / 60, 6))


@dataclass(frozen=True, slots=True)
class Counted:
    """One lesson: what everybody reads, and what stands under More."""

    main: Work
    more: Work


def words(text: str) -> int:
    """The words of a text, marks of Markdown and HTML and addresses of links left out."""
    shown = re.sub(r"\]\([^)]*\)", "] ", text)
    shown = re.sub(r"<!--.*?-->|</?[a-zA-Z][^>]*>", " ", shown, flags=re.DOTALL)
    return len(_WORD.findall(unescape(shown)))


def panels_of(lesson: Lesson | Room) -> Mapping[str, Panel]:
    """The panels of a lesson by their titles, whether it has a plan or lists them itself."""
    module = import_module(f"trialsim.lessons.{lesson.slug}")
    found: tuple[Panel, ...] = module.PLAN.all_panels() if hasattr(module, "PLAN") else module.panels()
    return {panel.title: panel for panel in found}


def _shown(output: Any, panels: Mapping[str, Panel]) -> Work:
    """What one output asks of its reader."""
    data = output.get("data", {})
    plain = data.get("text/plain", "")
    title = plain.splitlines()[0] if plain else ""
    if title in panels:
        panel = panels[title]
        return Work(words(plain), len(panel.controls) + (panel.prediction is not None))
    if "text/markdown" in data:
        return Work(words(data["text/markdown"]))
    if "text/html" in data:
        captions = re.findall(r"<caption>(.*?)</caption>", data["text/html"], re.DOTALL)
        return Work(sum(words(caption) for caption in captions))
    return Work(words(plain or output.get("text", "")))


def parts(cells: list[Any], panels: Mapping[str, Panel]) -> Iterator[tuple[bool, Work]]:
    """Each cell: whether it is optional, and what it asks."""
    optional = False
    for cell in cells:
        if cell.cell_type == "markdown":
            for piece in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
                if piece.startswith("## "):
                    optional = piece.startswith("## More")
                yield optional, Work(words(piece))
        else:
            yield optional, Work(checks=bool(_CHECK.search(cell.source)))
            for output in cell.outputs:
                boxes = str(output.get("data", {}).get("text/markdown", "")).count("…")
                yield optional, Work(controls=boxes if _RATING.search(cell.source) else 0)
                yield optional, _shown(output, panels)


@cache
def counted(lesson: Lesson | Room) -> Counted:
    """What a lesson as it is committed asks of its reader."""
    found = list(parts(nbformat.read(FOLDER / lesson.notebook, as_version=4).cells, panels_of(lesson)))
    main, more = (sum((work for optional, work in found if optional is wanted), Work()) for wanted in (False, True))
    return Counted(main, more)


def in_box(lesson: Lesson | Room) -> tuple[int | None, int]:
    """The minutes that the box under a lesson's title names: for all, and for the parts that begin with More."""
    box = nbformat.read(FOLDER / lesson.notebook, as_version=4).cells[0].source
    named = re.search(r"(\d+) minutes", box)
    more = re.search(r"(\d+) more", box)
    return int(named[1]) if named else None, int(more[1]) if more else 0


def wrong() -> list[str]:
    """Where the course file or a box says something else than the rule."""
    found = []
    for lesson in whole_course():
        rule = (counted(lesson).main.minutes(pace()), counted(lesson).more.minutes(pace()))
        if isinstance(lesson, Lesson) and (lesson.minutes, lesson.minutes_more) != rule:
            named = f"{lesson.minutes} and {lesson.minutes_more} more"
            found.append(f"course.toml, lesson {lesson.number}: {named}; {_say(rule)}")
        names_some = isinstance(lesson, Lesson) or in_box(lesson)[0] is not None
        if names_some and in_box(lesson) != rule:
            named = "{} and {} more".format(*in_box(lesson))
            found.append(f"{lesson.notebook}, box under the title: {named}; {_say(rule)}")
    return found


def _say(rule: tuple[int, int]) -> str:
    return f"the rule gives {rule[0]} minutes" + (f", and {rule[1]} more" if rule[1] else "")


def write() -> None:
    """Write the minutes into the course file; nothing else in it changes."""
    text = COURSE.read_text(encoding="utf-8")
    head, *entries = text.split("[[lesson]]\n")
    for at, (lesson, entry) in enumerate(zip(lessons(), entries, strict=True)):
        work = counted(lesson)
        entry = re.sub(r"^minutes = \d+$", f"minutes = {work.main.minutes(pace())}", entry, flags=re.MULTILINE)
        more = f"minutes_more = {work.more.minutes(pace())}"
        entries[at] = re.sub(r"^minutes_more = \d+$", more, entry, flags=re.MULTILINE)
    COURSE.write_text("[[lesson]]\n".join([head, *entries]), encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Print, write or check the minutes."""
    if arguments not in ([], ["--write"], ["--check"]):
        print("usage: python -m tests.notebooks.minutes [--write|--check]", file=sys.stderr)
        return 2
    if arguments == ["--check"]:
        found = wrong()
        print("\n".join(found) or "The course file and every box say what the rule gives.")
        return 1 if found else 0
    if arguments:
        write()
    print(f"{'lesson':30} {'words':>6} {'controls':>8} {'checks':>6} {'minutes':>7}")
    for lesson in lessons():
        for name, work in ((lesson.slug, counted(lesson).main), ("  more", counted(lesson).more)):
            if work != Work():
                print(f"{name:30} {work.words:6} {work.controls:8} {work.checks:6} {work.minutes(pace()):7}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
