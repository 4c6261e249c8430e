"""A learner's file: any work comes back from it, and whatever happens to the bytes, only a sentence is raised."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.exchange.class_work import read_class
from trialsim.exchange.work import LessonWork, Try, Work, join_work, read_work, write_work
from trialsim.facts.course import lessons
from trialsim.facts.misconceptions import misconceptions

NAMES = st.text(max_size=12)
NUMBERS = st.integers(0, 10**9)
TIMES = st.just("") | st.datetimes(datetime(2001, 1, 1), datetime(2900, 1, 1)).map(
    lambda time: time.replace(tzinfo=UTC).isoformat(timespec="seconds")
)
ENTERED = (
    st.text(max_size=30)
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1e9, 1e9, allow_nan=False)
    | st.lists(NAMES, max_size=4)
)
TRIES = st.builds(
    Try,
    ENTERED,
    st.sampled_from(["right", "close", "wrong"]),
    st.sampled_from(["", *misconceptions()]),
    st.none() | NUMBERS,
)
LESSONS = st.builds(
    LessonWork,
    began=TIMES,
    last=TIMES,
    seconds=st.integers(0, 10**7),
    predictions=st.dictionaries(NAMES, ENTERED, max_size=3),
    settings=st.dictionaries(NAMES, st.dictionaries(NAMES, st.none() | ENTERED, max_size=3), max_size=2),
    checks=st.dictionaries(NAMES, st.lists(TRIES, max_size=3).map(tuple), max_size=3),
    words=st.dictionaries(NAMES, st.text(max_size=60), max_size=2),
)
NUMBERED = st.sampled_from([lesson.number for lesson in lessons()])
WORKS = st.builds(Work, NAMES, NUMBERS, st.dictionaries(NUMBERED, LESSONS, max_size=3))


@settings(max_examples=40, deadline=None)
@given(WORKS)
def test_any_work_comes_back(work: Work) -> None:
    """What is written is read as it was, and written again as it stands."""
    text = write_work(work)
    assert read_work(text) == read_work(text.encode()) == work
    assert write_work(read_work(text)) == text


@settings(max_examples=60, deadline=None)
@given(WORKS, st.data())
def test_any_spoilt_bytes_are_read_or_refused(work: Work, data: Any) -> None:
    """Bytes cut out, put in or changed anywhere give a work that can be written, or a sentence."""
    content = write_work(work).encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    spoilt = content[:start] + data.draw(st.binary(max_size=12)) + content[end:]
    try:
        found = read_work(spoilt)
    except TrialsimError as refused:
        assert str(refused)
        return
    assert read_work(write_work(found)) == found


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inside: (
            st.lists(inside, max_size=3)
            | st.dictionaries(
                NUMBERED | st.sampled_from(["checks", "words", "settings", "answer", "verdict", "04-recall"]),
                inside,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_values_in_place_of_the_lessons(values: Any) -> None:
    """Whatever stands where the lessons should is read or refused."""
    content = json.dumps({"format": "trialsim work", "version": 1, "lessons": values})
    try:
        read_work(content)
    except TrialsimError as refused:
        assert str(refused).startswith("saved work")


@settings(max_examples=60, deadline=None)
@given(st.lists(WORKS, max_size=4))
def test_joining_loses_no_lesson(works: list[Work]) -> None:
    """Every lesson that any file holds is in the joined work, as one of the files has it."""
    both = join_work(*works)
    assert set(both.lessons) == {number for work in works for number in work.lessons}
    for number, lesson in both.lessons.items():
        assert lesson in [work.lessons[number] for work in works if number in work.lessons]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=80) | WORKS.map(lambda work: write_work(work).encode()), max_size=5))
def test_any_folder_is_read(files: list[bytes]) -> None:
    """Whatever files are in a folder, each that can be read counts for somebody, and each other has its sentence."""
    with tempfile.TemporaryDirectory() as folder:
        for at, content in enumerate(files):
            Path(folder, f"{at}.json").write_bytes(content)
        found = read_class(folder)
    assert len(found.learners) <= len(files)
    assert len(found.lessons) == len(found.lessons[["learner", "lesson"]].drop_duplicates())
    assert ((found.misconceptions["share"] > 0) & (found.misconceptions["share"] <= 1)).all()
    assert (found.misconceptions["still"] <= found.misconceptions["learners"]).all()
    assert (found.questions["first_try"] <= found.questions["solved"]).all()
    assert (found.questions["solved"] <= found.questions["tried"]).all()
    assert found._repr_html_() and repr(found)
