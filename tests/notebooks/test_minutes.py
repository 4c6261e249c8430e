"""The minutes of the lessons follow from what stands in them, by the rule of the course file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest

from tests.notebooks import minutes
from tests.notebooks.minutes import Work, counted, in_box, panels_of, parts, words
from trialsim.errors import TrialsimError
from trialsim.facts.course import Lesson, Pace, lessons, pace, parse_course, rooms
from trialsim.facts.reading import Section, read_file
from trialsim.figures.svg import draw_whole
from trialsim.lessons.practice.rating import rating_of
from trialsim.lessons.six_numbers.marks import sheet_numbers
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, View

RULE = Pace(words_a_minute=180, seconds_a_control=20, seconds_a_check=60, basis="assumed")

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


@every_lesson
def test_the_course_says_the_minutes_of_the_rule(lesson: Lesson) -> None:
    """If it does not: python -m tests.notebooks.minutes --write, then the box under the lesson's title."""
    work = counted(lesson)
    rule = (work.main.minutes(pace()), work.more.minutes(pace()))
    assert (lesson.minutes, lesson.minutes_more) == rule == in_box(lesson)


def test_what_a_room_says_is_the_rule_too() -> None:
    """A room that names minutes names those of the rule; boxes of a rated patient are controls."""
    named = [room for room in rooms() if in_box(room)[0] is not None]
    assert [room.slug for room in named] == ["six_numbers"] and minutes.wrong() == []
    boxes = sum(len(rating_of(number).boxes) for name in ("V1", "V4") for number in sheet_numbers(name))
    asked = sum(len(panel.controls) + (panel.prediction is not None) for panel in panels_of(named[0]).values())
    assert counted(named[0]).main.controls == asked + boxes


@every_lesson
def test_every_panel_is_counted(lesson: Lesson) -> None:
    """No panel of a lesson is missed because its title is not found in what the notebook shows."""
    asked = sum(len(panel.controls) + (panel.prediction is not None) for panel in panels_of(lesson).values())
    assert counted(lesson).main.controls + counted(lesson).more.controls == asked > 0


@every_lesson
def test_every_check_is_counted(lesson: Lesson) -> None:
    """As many cells ask a question as the course has checks for the lesson."""
    assert counted(lesson).main.checks + counted(lesson).more.checks == len(lesson.checks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("## 3. Manipulate", 2),
        ("**Three** things, *at* `most`: 4", 5),
        ("see [the page of power](reference/glossary.md#power) there", 6),
        ("<details><summary>A model answer</summary>\n\nTwo are defensible.</details>", 6),
        ("59.5 % of 1,000 patients' well-known AST/ALT", 6),
        ("- one\n- two | three", 3),
    ],
)
def test_what_counts_as_a_word(text: str, expected: int) -> None:
    """Words and numbers do; marks, tags and addresses do not."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (Work(), 0),
        (Work(words=1), 1),
        (Work(words=180), 1),
        (Work(words=181), 2),
        (Work(controls=3), 1),
        (Work(controls=4), 2),
        (Work(checks=3), 3),
        (Work(words=90, controls=3, checks=1), 3),
    ],
)
def test_minutes_are_rounded_up(work: Work, expected: int) -> None:
    """180 words, three controls or one check make a minute, and a minute begun is a minute."""
    assert work.minutes(RULE) == expected


def a_lesson() -> tuple[list[Any], dict[str, Panel]]:
    """A notebook with a panel, a check and an optional part."""
    view = View(draw_whole(lambda figure: figure.add_subplot().bar([0], [1])), "One bar.", "A bar.")
    slider = Slider("n", "Patients", 1, 9, 1, 5)
    panel = Panel("How many?", (slider,), lambda _: view, prediction=Slider("guess", "Guess", 1, 9, 1, 5))
    picture = v4.new_output("display_data", {"text/plain": "How many?\nOne bar.", "image/svg+xml": "<svg>words</svg>"})
    question = v4.new_output("display_data", {"text/markdown": "**Is it?**\n\n- Yes\n- No", "text/plain": "Check"})
    html = "<table><caption>Two words</caption><tr><td>not these</td></tr></table>"
    table = v4.new_output("display_data", {"text/html": html, "text/plain": "no"})
    cells = [
        v4.new_markdown_cell("# One two\n\n## Predict\n\nthree"),
        v4.new_code_cell("lesson.explore('n')  # no words", outputs=[picture]),
        v4.new_markdown_cell("## More: four\n\nfive"),
        v4.new_code_cell("lesson.check('recall')", outputs=[question]),
        v4.new_code_cell("table()", outputs=[table]),
        v4.new_markdown_cell("six\n\n## Take away\n\nseven"),
    ]
    return cells, {panel.title: panel}


def test_more_is_counted_by_itself() -> None:
    """Text, panels and checks under a heading that begins with More stand apart, until the next heading."""
    found = list(parts(*a_lesson()))
    main, more = (sum((work for optional, work in found if optional is wanted), Work()) for wanted in (False, True))
    assert main == Work(words=4 + 4 + 3, controls=2, checks=0)
    assert more == Work(words=3 + 4 + 2 + 1, controls=0, checks=1)


def test_the_course_file_is_written_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the minutes change, and the file can be read again; what is printed names every lesson."""
    copy = tmp_path / "course.toml"
    before = minutes.COURSE.read_text(encoding="utf-8")
    copy.write_text(re.sub(r"^(minutes\w* =) \d+$", r"\1 999", before, flags=re.MULTILINE), encoding="utf-8")
    monkeypatch.setattr(minutes, "COURSE", copy)
    assert minutes.main(["--write"]) == 0
    written, rule, _ = parse_course(read_file(copy))
    assert [lesson.minutes for lesson in written] == [counted(lesson).main.minutes(rule) for lesson in lessons()]
    assert [lesson.minutes_more for lesson in written] == [counted(lesson).more.minutes(rule) for lesson in lessons()]
    same = [re.sub(r"(?m)^(minutes\w* =) \d+$", r"\1", text) for text in (before, copy.read_text(encoding="utf-8"))]
    assert same[0] == same[1]


def test_what_is_wrong_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A box and an entry that say something else are named, each with what the rule gives."""
    monkeypatch.setattr(minutes, "in_box", lambda lesson: (999, 0))
    assert minutes.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert all(f"{lesson.notebook}, box under the title: 999 and 0 more" in said for lesson in lessons())
    assert minutes.main(["--now"]) == 2


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({}, "own.toml: pace.words_a_minute: got nothing"),
        ({"words_a_minute": 0}, "own.toml: pace.words_a_minute: got 0; allowed: "),
        ({"seconds_a_check": -1}, "own.toml: pace.seconds_a_check: got -1; allowed: "),
        ({"words_a_minute": 180.5}, "own.toml: pace.words_a_minute: got 180.5; allowed: a whole number"),
        ({"basis": "guessed"}, "own.toml: pace.basis: got 'guessed'"),
        ({"words": 180}, "own.toml: pace: got unknown key 'words'"),
    ],
)
def test_a_broken_pace_is_refused_with_its_path(rule: dict[str, Any], place: str) -> None:
    """The message says where in the file the mistake stands."""
    good = {"words_a_minute": 180, "seconds_a_control": 20, "seconds_a_check": 60, "basis": "assumed"}
    with pytest.raises(TrialsimError) as caught:
        parse_course(Section({"pace": {**good, **rule} if rule else {}, "lesson": []}, "own.toml"))
    assert str(caught.value).startswith(place)
