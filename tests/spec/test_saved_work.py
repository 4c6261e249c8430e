"""A learner's work as a file: it comes back as it was, and every way to spoil the file gets a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.exchange.work import (
    MAX_WORK_BYTES,
    LessonWork,
    Try,
    Work,
    join_work,
    load_work,
    read_work,
    save_work,
    write_work,
)

LESSON = LessonWork(
    began="2026-11-23T09:00:00+00:00",
    last="2026-11-23T09:20:00+00:00",
    seconds=840,
    predictions={"guess": 80, "which": "drug", "sure": True},
    settings={"explorer": {"n": 21, "p0": 0.3, "show": ["a", "b"], "patients": {"background": 0.1}}},
    checks={
        "04-recall": (Try("works", "wrong", "power-is-chance-it-works"), Try("trials", "right")),
        "04-apply": (Try("10,5", "close", number=12), Try(["b", "a"], "wrong", number=12)),
        "04-diagnose": (),
    },
    words={"transfer": 'Ünïcode "quoted" <script>alert(1)</script>\n第二行'},
)
FULL = Work("Ada Löfgren", 12, {"04": LESSON, "00": LessonWork()})


WORKS = {"nothing": Work(), "full": FULL, "one lesson": Work(lessons={"06": LessonWork(seconds=1)})}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_comes_back_as_it_was(work: Work, tmp_path: Path) -> None:
    """Saved and loaded it is equal, and the same file is written again."""
    file = save_work(work, tmp_path / "mine.json")
    assert load_work(file) == work
    assert write_work(load_work(file)) == file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


def test_what_a_lesson_tells() -> None:
    """Solved is what has a right answer; a misconception is told once, in the order in which they were met."""
    met = replace(LESSON, checks=LESSON.checks | {"04-diagnose": (Try("x", "wrong", "power-is-chance-it-works"),)})
    assert met.solved == ("04-recall",)
    assert met.misconceptions == ("power-is-chance-it-works",)
    assert FULL.last == "2026-11-23T09:20:00+00:00" and Work().last == ""


def wrapped(**changes: Any) -> str:
    """The file with its outermost names changed."""
    return json.dumps(json.loads(write_work(FULL)) | changes)


def lesson(**changes: Any) -> str:
    """The file with some names of lesson 04 changed."""
    content = json.loads(write_work(FULL))
    content["lessons"]["04"] |= changes
    return json.dumps(content)


def tried(**changes: Any) -> str:
    """The file with one try that is changed."""
    return lesson(checks={"04-apply": [{"answer": "1", "verdict": "wrong"} | changes]})


def text(old: str, new: str) -> str:
    """The file with a piece of its text replaced."""
    whole = write_work(FULL)
    assert old in whole
    return whole.replace(old, new, 1)


SPOILT: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "no JSON"),
    "no JSON": ("not JSON", "no JSON"),
    "cut off": (write_work(FULL)[:400], "cut off"),
    "a list": ("[]", "names with their values"),
    "nothing": ("null", "names with their values"),
    "another kind": (wrapped(format="trialsim bench"), "format: got 'trialsim bench'"),
    "no kind": ("{}", "Save my work"),
    "newer": (wrapped(version=2), "newer trialsim"),
    "older": (wrapped(version=0), "changed by hand"),
    "version as text": (wrapped(version="1"), "changed by hand"),
    "version true": (wrapped(version=True), "changed by hand"),
    "unknown key": (wrapped(lesson={}), "Did you mean 'lessons'"),
    "no lessons": (wrapped(lessons=None), "lessons: got None"),
    "lessons a list": (wrapped(lessons=["04"]), "names with their values"),
    "unknown lesson": (wrapped(lessons={"99": {}}), "got '99'"),
    "lesson a text": (wrapped(lessons={"04": "all of it"}), "lesson 04: got 'all of it'"),
    "number negative": (wrapped(number=-1), "number: got -1"),
    "number broken": (wrapped(number=1.5), "number: got 1.5"),
    "number true": (wrapped(number=True), "number: got True"),
    "number huge": (wrapped(number=10**30), "number"),
    "number endless": (text('"number": 12', '"number": ' + "9" * 5000), "too long"),
    "name a number": (wrapped(name=7), "name: got 7"),
    "name too long": (wrapped(name="x" * 81), "at most 80 characters"),
    "key of a lesson": (lesson(word={}), "Did you mean 'words'"),
    "seconds negative": (lesson(seconds=-1), "seconds"),
    "seconds for ever": (lesson(seconds=10**9), "seconds"),
    "seconds as text": (lesson(seconds="12"), "seconds"),
    "no zone": (lesson(began="2026-11-23T09:00:00"), "began"),
    "no time": (lesson(last="yesterday"), "last: got 'yesterday'"),
    "time a number": (lesson(last=1795424400), "last"),
    "before all time": (lesson(began="0001-01-01T00:00:00+23:59"), "began"),
    "after all time": (lesson(last="9999-12-31T23:59:59-23:59"), "last"),
    "predictions a list": (lesson(predictions=[80]), "predictions"),
    "prediction a table": (lesson(predictions={"guess": {"a": 1}}), "guess"),
    "prediction nothing": (lesson(predictions={"guess": None}), "guess"),
    "prediction huge": (lesson(predictions={"guess": 10**200}), "guess"),
    "name of a prediction": (lesson(predictions={"g" * 81: 1}), "a name"),
    "settings a number": (lesson(settings={"explorer": 7}), "settings, explorer"),
    "settings too deep": (lesson(settings={"a": {"b": [[[[[[[1]]]]]]]}}), "deep"),
    "words a number": (lesson(words={"transfer": 7}), "transfer"),
    "too many words": (lesson(words={"transfer": "x" * 20_001}), "at most 20,000 characters"),
    "checks a list": (lesson(checks=[]), "checks"),
    "tries a table": (lesson(checks={"04-apply": {}}), "a list of at most 1,000 tries"),
    "too many tries": (lesson(checks={"04-apply": [{"answer": 1, "verdict": "wrong"}] * 1001}), "1,000 tries"),
    "try a text": (lesson(checks={"04-apply": ["right"]}), "try 1"),
    "key of a try": (tried(verdikt="right"), "Did you mean 'verdict'"),
    "no answer": (lesson(checks={"04-apply": [{"verdict": "right"}]}), "no answer"),
    "no verdict": (lesson(checks={"04-apply": [{"answer": 1}]}), "verdict: got None"),
    "unknown verdict": (tried(verdict="rihgt"), "Did you mean 'right'"),
    "unknown misconception": (tried(misconception="more-is-beter"), "an id of the catalogue"),
    "misconception a list": (tried(misconception=["more-is-better"]), "misconception"),
    "answer a table": (tried(answer={"a": 1}), "answer"),
    "answer of numbers": (tried(answer=[1, 2]), "answer"),
    "answer of many": (tried(answer=["a"] * 101), "answer"),
    "number of a try": (tried(number="12"), "number: got '12'"),
    "a key twice": (text('"seconds": 840', '"seconds": 840, "seconds": 1'), "two of them"),
    "not a number": (text('"guess": 80', '"guess": NaN'), "NaN"),
    "infinity": (text('"guess": 80', '"guess": -Infinity'), "Infinity"),
    "beyond infinity": (text('"guess": 80', '"guess": 1e999'), "too large"),
    "half a character": (text('"drug"', '"\\ud83d"'), "half of a character"),
    "nested": ("[" * 100_000, "nested too deeply"),
    "nested inside": (text('"guess": 80', '"guess": ' + "[" * 5000 + "]" * 5000), "nested too deeply"),
    "not UTF-8": (b"\xff\xfe{", "UTF-8"),
    "too large": (" " * (MAX_WORK_BYTES + 1), "far smaller"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "UTF-8"),
}


@pytest.mark.parametrize(("content", "says"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_in_words(content: str | bytes, says: str, tmp_path: Path) -> None:
    """Whatever was done to the file, the refusal names it, says what is wrong, and stays short."""
    file = tmp_path / "mine.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    for read in (lambda: read_work(content, "mine.json"), lambda: load_work(file)):
        with pytest.raises(TrialsimError) as caught:
            read()
        message = str(caught.value)
        assert message.startswith("mine.json") and says in message and len(message) < 800


def test_many_names_do_not_take_long() -> None:
    """A file full of names is refused at once, also where one stands twice."""
    many = {f"{at:06}": 0 for at in range(60_000)}
    for content in (json.dumps(many), json.dumps(many)[:-1] + ', "000007": 1}'):
        with pytest.raises(TrialsimError):
            read_work(content)


def test_times_of_any_zone_are_the_same_time() -> None:
    """A time of another zone, with fractions of a second, is read as UTC to the second."""
    found = read_work(lesson(began="2026-11-23T17:00:00.250+08:00", last="2026-11-23T09:20:00Z")).lessons["04"]
    assert (found.began, found.last) == (LESSON.began, LESSON.last)


def test_what_is_not_there_was_not_done() -> None:
    """A file that names a lesson and nothing in it is one in which nothing was done."""
    content = '{"format": "trialsim work", "version": 1, "lessons": {"03": {}}}'
    assert read_work(content) == Work(lessons={"03": LessonWork()})


def test_a_file_from_another_editor_is_read() -> None:
    """A byte order mark, other indentation and another order of the names change nothing."""
    content = json.loads(write_work(FULL))
    turned = {name: content[name] for name in reversed(content)}
    assert read_work("\ufeff".encode() + json.dumps(turned).encode()) == FULL


def test_a_name_cut_in_half_can_be_saved(tmp_path: Path) -> None:
    """Half of a character, as a field of limited length may leave it, does not cost the file."""
    assert load_work(save_work(Work("Ada \ud83d"), tmp_path / "mine.json")).name == "Ada ?"


def test_files_that_cannot_be_reached(tmp_path: Path) -> None:
    """A file that is not there, a folder in its place, and a place that cannot be written to get a sentence."""
    for bad in (tmp_path / "none.json", tmp_path):
        with pytest.raises(TrialsimError, match="path"):
            load_work(bad)
    with pytest.raises(TrialsimError, match="path"):
        save_work(Work(), tmp_path / "no folder" / "mine.json")
    assert not list(tmp_path.iterdir())


def test_joined_work_keeps_what_was_done_last() -> None:
    """Of each lesson the later file counts, whatever the order; a later file without a name takes none away."""
    old = Work("Ada", 7, {"04": LESSON, "05": LessonWork(last="2026-11-20T09:00:00+00:00", seconds=5)})
    new = Work("", 9, {"04": replace(LESSON, last="2026-11-24T09:00:00+00:00", seconds=900)})
    for both in (join_work(old, new), join_work(new, old)):
        assert (both.name, both.number) == ("Ada", 9)
        assert {number: done.seconds for number, done in both.lessons.items()} == {"04": 900, "05": 5}
    assert join_work() == Work() and join_work(old) == old
