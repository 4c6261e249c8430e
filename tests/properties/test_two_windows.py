"""Two windows, two kernels, one lesson: what was done in either is in the file, and no clock or limit takes it away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.exchange.merge import ELSEWHERE, merge_lesson
from trialsim.exchange.work import MAX_TRIES, LessonWork, Try, load_work
from trialsim.exchange.work_folder import Found, WorkFolder
from trialsim.widgets.progress_store import ProgressStore

ITEMS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3), max_size=4)
TEXTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["w", "x", "y", "z"]), max_size=4)
TRIED = st.lists(st.sampled_from(["1", "2"]).map(lambda text: Try(text, "wrong")), max_size=3).map(tuple)
LESSONS = st.builds(
    LessonWork,
    seconds=st.integers(0, 9),
    predictions=ITEMS,
    words=TEXTS,
    checks=st.dictionaries(st.sampled_from("ab"), TRIED, max_size=2),
)


@settings(max_examples=200, deadline=None)
@given(LESSONS, LESSONS, LESSONS)
def test_nothing_of_either_is_lost(base: LessonWork, mine: LessonWork, theirs: LessonWork) -> None:
    """Each text, prediction and try that is new on one side is there; what nobody touched stays."""
    merged, twice = merge_lesson(base, mine, theirs)
    for name, text in mine.words.items():
        if text != base.words.get(name):
            assert merged.words[name] == text
    for name, text in theirs.words.items():
        if text != base.words.get(name):
            assert text in (merged.words.get(name), merged.words.get(name + ELSEWHERE))
    for name, value in theirs.predictions.items():
        if mine.predictions.get(name) == base.predictions.get(name):
            assert merged.predictions[name] == value
    for name, value in mine.predictions.items():
        if value != base.predictions.get(name):
            assert merged.predictions[name] == value
    assert set(twice) == {merged.words[name] for name in merged.words if name.endswith(ELSEWHERE)}
    assert merge_lesson(base, base, theirs) == (theirs, ())
    same, _ = merge_lesson(base, mine, base)
    assert (same.words, same.predictions) == (mine.words, mine.predictions)


@given(TRIED, TRIED, TRIED)
def test_tries_follow_each_other(before: tuple[Try, ...], here: tuple[Try, ...], there: tuple[Try, ...]) -> None:
    """Tries at one question in two windows all count."""
    lessons = [LessonWork(checks={"q": tries}) for tries in (before, before + here, before + there)]
    assert merge_lesson(*lessons)[0].checks["q"] == before + there + here


def two(folder: Path) -> list[ProgressStore]:
    """One lesson, open in two windows."""
    return [ProgressStore("04", WorkFolder(folder)) for _ in range(2)]


def test_two_windows_keep_each_others_work(tmp_path: Path) -> None:
    """Words, predictions, settings and tries of both are in the file and in what either of them saves."""
    first, second = two(tmp_path)
    for at in range(20):
        first.keep("words", f"first {at}", "a")
        second.keep("words", f"second {at}", "b")
        second.keep("checks", "04-recall", (*second.mine.checks.get("04-recall", ()), Try("works", "wrong")))
        first.keep("checks", "04-recall", (*first.mine.checks.get("04-recall", ()), Try("trials", "right")))
    kept = load_work(tmp_path / "lesson_04.json").lessons["04"]
    assert (len(kept.words), len(kept.checks["04-recall"])) == (40, 40)
    for window in (first, second):
        saved = window.all_work().lessons["04"]
        assert (dict(saved.words), dict(saved.checks)) == (dict(kept.words), dict(kept.checks))
        assert window.problems == ()


def test_two_texts_in_one_place_are_both_kept_and_said(tmp_path: Path) -> None:
    """Where both windows write the same answer, the later stands in its place, the other beside it."""
    first, second = two(tmp_path)
    for at in range(10):
        first.keep("words", "transfer", f"first {at}")
        second.keep("words", "transfer", f"second {at}")
    words = load_work(tmp_path / "lesson_04.json").lessons["04"].words
    assert dict(words) == {"transfer": "second 9", "transfer" + ELSEWHERE: "first 9"}
    assert "open in another window" in second.problems[0] and "'first 9'" in second.problems[-1]


@pytest.mark.parametrize("year", [1, 1970, 1999, 3000, 3001, 9999])
def test_a_wrong_clock_costs_nothing(year: int, tmp_path: Path) -> None:
    """Whatever year the machine believes in, what was written before stays, and what is written now is read again."""
    ProgressStore("04", WorkFolder(tmp_path)).keep("words", "transfer", "precious")
    wrong = ProgressStore("04", WorkFolder(tmp_path), clock=lambda: datetime(year, 6, 1, tzinfo=UTC))
    for value in (70, 80):
        wrong.keep("predictions", "guess", value)
    again = ProgressStore("04", WorkFolder(tmp_path))
    assert again.problems == () and dict(again.mine.words) == {"transfer": "precious"}
    assert again.mine.predictions == {"guess": 80}
    assert [file.name for file in tmp_path.iterdir()] == ["lesson_04.json"]


def test_files_set_aside_are_numbered(tmp_path: Path) -> None:
    """A second and a third unreadable file leave the first where it is."""
    folder = WorkFolder(tmp_path)
    for at in range(3):
        (tmp_path / "lesson_04.json").write_text(f"broken {at}", encoding="utf-8")
        ProgressStore("04", folder).keep("predictions", "guess", at)
    aside = sorted(tmp_path.glob("*unreadable*"), key=lambda file: (len(file.name), file.name))
    assert [file.read_text(encoding="utf-8") for file in aside] == ["broken 0", "broken 1", "broken 2"]
    folder.forget("04")
    assert len(list(tmp_path.iterdir())) == 3


UNREADABLE: dict[str, dict[str, Any]] = {
    "a prediction that is no number": {"predictions": {"guess": 10**12}},
    "a text too long": {"words": {"transfer": "x" * 30_000}},
    "more than a file may hold": {"words": {f"place {at}": "x" * 19_000 for at in range(60)}},
}


@pytest.mark.parametrize("parts", UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_not_be_read_back_is_not_written(parts: dict[str, Any], tmp_path: Path) -> None:
    """The older file stays, nothing is set aside, and the lesson says that this is not kept."""
    progress = ProgressStore("04", WorkFolder(tmp_path))
    progress.keep("words", "transfer", "precious")
    for part, values in parts.items():
        for name, value in values.items():
            progress.keep(part, name, value)  # type: ignore[arg-type]
    assert "not kept beside the notebook" in progress.problems[0]
    assert load_work(tmp_path / "lesson_04.json").lessons["04"].words["transfer"]
    assert [file.name for file in tmp_path.iterdir()] == ["lesson_04.json"]


def test_tries_without_end_are_kept_to_the_last(tmp_path: Path) -> None:
    """Somebody who tries a thousand times loses the first tries, not the lesson."""
    progress = ProgressStore("04", WorkFolder(tmp_path))
    progress.keep("checks", "04-recall", tuple(Try(str(at), "wrong") for at in range(MAX_TRIES + 5)))
    tries = load_work(tmp_path / "lesson_04.json").lessons["04"].checks["04-recall"]
    assert (len(tries), tries[-1].answer) == (MAX_TRIES, str(MAX_TRIES + 4))


def test_a_file_that_cannot_be_opened_stays_where_it_is(tmp_path: Path) -> None:
    """A folder, and so anything that is no readable file, in the lesson's place is not moved away."""
    (tmp_path / "lesson_04.json").mkdir()
    progress = ProgressStore("04", WorkFolder(tmp_path))
    progress.keep("predictions", "guess", 70)
    assert "folder of that name" in progress.problems[0] and (tmp_path / "lesson_04.json").is_dir()
    assert [file.name for file in tmp_path.iterdir()] == ["lesson_04.json"]


def test_two_threads_of_one_lesson_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab hands a slider's messages to a second thread: what comes to rest there and an answer are both kept."""
    progress, read = ProgressStore("04", WorkFolder(tmp_path)), WorkFolder.read
    reading, answered = Event(), Event()

    def slowly(folder: WorkFolder) -> Found:
        found = read(folder)
        if not reading.is_set():
            reading.set()
            answered.wait(0.3)  # an answer that has to wait its turn is not given meanwhile
        return found

    monkeypatch.setattr(WorkFolder, "read", slowly)

    def answer() -> None:
        assert reading.wait(10)
        progress.keep("checks", "04-recall", (Try("works", "wrong"),))
        answered.set()

    with ThreadPoolExecutor() as threads:
        slider = threads.submit(progress.keep, "settings", "decision", {"n": 21})
        threads.submit(answer).result()
        slider.result()
    kept = load_work(tmp_path / "lesson_04.json").lessons["04"]
    assert progress.mine == kept
    assert (dict(kept.settings), len(kept.checks)) == ({"decision": {"n": 21}}, 1)
