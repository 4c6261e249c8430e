"""The frame of a lesson: what is done in one place shows in all others, is kept, comes back, and can be taken back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.exchange.kept_values import MAX_NUMBER, MAX_WORDS
from trialsim.exchange.work import LessonWork, Work, load_work, read_work, write_work
from trialsim.exchange.work_folder import WorkFolder
from trialsim.lessons.power_of_twenty import PLAN
from trialsim.widgets.frame import LessonPlan, OpenLesson
from trialsim.widgets.progress_store import FIRST_NUMBER, ProgressStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the learner's work is kept."""
    return tmp_path / "my_work"


@pytest.fixture
def lesson(folder: Path) -> OpenLesson:
    """Lesson 04, nothing done."""
    return PLAN.begin(folder)


def answer_wrongly(lesson: OpenLesson) -> None:
    """Give the answer of somebody who takes power for the chance that the drug works."""
    lesson.check("recall").answer("works")


def test_a_prediction_opens_every_panel_that_shares_it(lesson: OpenLesson) -> None:
    """A prediction belongs to the lesson: explorers opened before and after show it, whatever the order of cells."""
    before = lesson.explore("decision")
    asked = lesson.predict("decision")
    after = lesson.explore("decision")
    assert before.spec["form"] and not after.spec["form"]
    asked.value = 70
    assert before.prediction == after.prediction == 70
    assert lesson.explore("decision").prediction == lesson.predict("decision").value == 70


def test_found_stays_hidden_until_predicted(lesson: OpenLesson) -> None:
    """What was found is told only to those who predicted."""
    shown = lesson.take_away()
    assert [row[1:] for row in shown.shown["predictions"]] == [["", ""], ["", ""]]
    lesson.predict("decision").value = 70
    assert [row[1:] for row in shown.shown["predictions"]] == [["70", "59"], ["", ""]]


def test_nothing_is_written_before_something_is_done(lesson: OpenLesson, folder: Path) -> None:
    """Opening a lesson and showing all of it leaves no file."""
    for name in PLAN.panels:
        lesson.explore(name)
    for name in PLAN.questions:
        lesson.check(name)
    lesson.in_words(), lesson.my_work(), lesson.take_away()
    assert not folder.exists()


def test_all_that_was_done_comes_back(lesson: OpenLesson, folder: Path) -> None:
    """A lesson that is opened again has its predictions, settings, answers with their replies, words and number."""
    lesson.predict("decision").value = 70
    lesson.explore("decision").settings = {"n": 21, "p0": 30, "p1": 50}
    answer_wrongly(lesson)
    lesson.check("apply").number = 12
    lesson.in_words().value = "<b>p0</b> \N{GREEK SMALL LETTER ALPHA}"
    again = PLAN.begin(folder)
    assert again.predict("decision").value == 70
    assert again.explore("decision").settings["n"] == 21
    assert again.explore("decision").first["view"]["sentence"].startswith("With 21 patients")
    assert again.check("recall").last["verdict"] == "wrong" and again.check("recall").last["hint"]
    assert again.check("apply").number == 12
    assert again.in_words().value == "<b>p0</b> \N{GREEK SMALL LETTER ALPHA}"


def test_settings_that_are_back_where_they_began_are_not_kept(lesson: OpenLesson) -> None:
    """A control moved and moved back leaves nothing to restore."""
    explorer = lesson.explore("decision")
    explorer.settings = {**explorer.settings, "n": 21}
    explorer.settings = {**explorer.settings, "n": 20}
    assert lesson.progress.mine.settings == {}


def test_a_panel_may_keep_some_of_its_controls_only(lesson: OpenLesson, folder: Path) -> None:
    """Controls that something else keeps are neither kept here nor touched when other work is loaded."""
    panel = PLAN.panels["decision"]()
    explorer = lesson.show("decision", panel, keeps=("p1",), n=30)
    explorer.settings = {**explorer.settings, "n": 40}
    assert lesson.progress.mine.settings == {}
    explorer.settings = {**explorer.settings, "p1": 60}
    assert dict(lesson.progress.mine.settings["decision"]) == {"p1": 60}
    lesson.my_work()._reply({"kind": "over"})
    assert (explorer.settings["n"], explorer.settings["p1"]) == (40, 50)
    lesson.my_work()._reply({"kind": "undo"})
    again = PLAN.begin(folder).show("decision", panel, keeps=("p1",), n=30)
    assert (again.settings["n"], again.settings["p1"]) == (30, 60)


def test_another_number_asks_another_question(lesson: OpenLesson) -> None:
    """With another number the question is another one, without the reply to the first; going back finds it again."""
    check = lesson.check("apply")
    first = check.spec["text"]
    check.answer("3")
    check.number = 12
    assert check.spec["text"] != first and check.last == {} and not check.solved
    check.number = FIRST_NUMBER
    assert check.spec["text"] == first and check.last["answer"] == "3"
    assert check._reply({"kind": "number", "number": " 12 "}) == {"number": 12}
    with pytest.raises(TrialsimError, match="Your number"):
        check._reply({"kind": "number", "number": "twelve"})


def test_ask_me_another_asks_another_each_time(lesson: OpenLesson) -> None:
    """Five presses, five other cases, each without the reply to the one before; from the last number it goes on."""
    check = lesson.check("apply")
    seen = [check.spec["text"]]
    for _ in range(5):
        check.answer("3")
        check._reply({"kind": "another"})
        assert check.spec["text"] != seen[-1] and check.last == {}
        seen.append(check.spec["text"])
    assert lesson.progress.number == check.number > FIRST_NUMBER
    check.number = MAX_NUMBER
    assert 0 <= check._reply({"kind": "another"})["number"] < MAX_NUMBER


def test_a_reply_says_whether_it_is_in_the_file(lesson: OpenLesson, folder: Path) -> None:
    """The browser forgets what was typed only when it is told so; each part is kept under a name of its own."""
    parts = [lesson.in_words(), lesson.check("recall"), lesson.predict("decision"), lesson.explore("decision")]
    assert len({part.place for part in parts[:3]}) == 3 and all(part.place.startswith("04 ") for part in parts)
    box, replies = parts[0], list[dict[str, Any]]()
    box.send = lambda content, buffers=None: replies.append(content)
    box._answer(box, {"id": 1, "kind": "write", "text": "mine"}, [])
    assert replies[-1]["written"] is True
    shutil.rmtree(folder)
    folder.write_text("in the way")
    box._answer(box, {"id": 2, "kind": "write", "text": "mine and more"}, [])
    assert replies[-1]["written"] is False and replies[-1]["kept"] == 13
    folder.unlink()
    box._answer(box, {"id": 3, "kind": "write", "text": "mine and much more"}, [])
    assert replies[-1]["written"] is True


def test_settings_can_be_brought_back(lesson: OpenLesson) -> None:
    """They are kept as if the controls had been moved; those that may not stand are refused."""
    explorer = lesson.explore("decision")
    assert explorer._reply({"kind": "rest", "settings": {"n": 21}}) == {"rested": True}
    assert explorer.settings["n"] == 21 and lesson.progress.mine.settings["decision"]["n"] == 21
    with pytest.raises(TrialsimError):
        explorer._reply({"kind": "rest", "settings": {"n": 10**9}})
    assert explorer.settings["n"] == 21


def test_start_over_and_take_it_back(lesson: OpenLesson, folder: Path) -> None:
    """Starting over empties every part that is on screen and the file; taking it back restores all."""
    asked, explorer, check = lesson.predict("decision"), lesson.explore("decision"), lesson.check("recall")
    asked.value = 70
    explorer.settings = {**explorer.settings, "n": 21}
    check.answer("works")
    mine = lesson.my_work()
    mine._reply({"kind": "over"})
    assert (asked.value, explorer.prediction, explorer.settings["n"]) == (None, None, 20)
    assert (check.tries, check.last) == ([], {})
    assert not (folder / "lesson_04.json").exists() and mine.shown["line"] == "Nothing yet."
    mine._reply({"kind": "undo"})
    assert (asked.value, explorer.settings["n"], len(check.tries)) == (70, 21, 1)
    assert load_work(folder / "lesson_04.json").lessons["04"].predictions == {"successes": 70}


def test_a_saved_file_loads_elsewhere(lesson: OpenLesson, tmp_path: Path) -> None:
    """The file of one session opens in another, in parts that are already on screen, and keeps the name."""
    lesson.predict("decision").value = 70
    answer_wrongly(lesson)
    mine = lesson.my_work()
    mine._reply({"kind": "name", "name": " Ada "})
    text = mine.shown["file"]["text"]
    other = PLAN.begin(tmp_path / "elsewhere")
    asked, there = other.predict("decision"), other.take_away()
    said = there._reply({"kind": "load", "name": "ada.json", "text": text})
    assert "lessons 04" in said["said"]
    assert asked.value == 70 and there.shown["name"] == "Ada"
    assert read_work(there.shown["file"]["text"]) == read_work(text)


def test_a_spoilt_file_leaves_all_as_it_was(lesson: OpenLesson) -> None:
    """A file that cannot be read is refused in words, and nothing changes."""
    lesson.predict("decision").value = 70
    mine = lesson.my_work()
    before = mine.shown
    with pytest.raises(TrialsimError, match=r"half\.json"):
        mine._reply({"kind": "load", "name": "half.json", "text": before["file"]["text"][:200]})
    assert mine.shown == before


def test_edited_values_are_left_out_and_named(lesson: OpenLesson) -> None:
    """What a file says and no control can show is left out with a sentence; the rest is taken."""
    edited = {"predictions": {"successes": 180}, "settings": {"decision": {"n": 21}, "one more": {"p1": 20}}}
    content = json.loads(write_work(lesson.progress.work)) | {"lessons": {"04": edited}}
    mine, explorer = lesson.my_work(), lesson.explore("decision")
    mine._reply({"kind": "load", "name": "edited.json", "text": json.dumps(content)})
    assert explorer.settings["n"] == 21 and explorer.prediction is None
    assert any("prediction was left out" in text and "180" in text for text in mine.shown["problems"])
    lesson.explore("one more")
    assert any("settings were left out" in text for text in mine.shown["problems"])


def test_a_broken_file_in_the_folder_is_named_and_set_aside(lesson: OpenLesson, folder: Path) -> None:
    """A lesson whose kept file is broken begins empty, says so, and does not write over that file."""
    answer_wrongly(lesson)
    file = folder / "lesson_04.json"
    file.write_text(file.read_text(encoding="utf-8")[:100], encoding="utf-8")
    again = PLAN.begin(folder)
    assert again.progress.mine.checks == {} and "lesson_04.json" in again.my_work().shown["problems"][0]
    answer_wrongly(again)
    assert (folder / "lesson_04.unreadable.json").exists() and load_work(file).lessons["04"].checks


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    """Where the folder cannot be made, work goes on, and the sentence says what to do."""
    (tmp_path / "my_work").write_text("a file in the way", encoding="utf-8")
    lesson = PLAN.begin(tmp_path / "my_work")
    lesson.predict("decision").value = 70
    shown = lesson.take_away().shown
    assert shown["predictions"][0][1] == "70" and "press Save my work" in shown["problems"][0]


def other_lesson(folder: Path) -> OpenLesson:
    """A lesson that is open at the same time."""
    return LessonPlan("05", panels=PLAN.panels, questions=PLAN.questions).begin(folder)


def saved(lesson: OpenLesson) -> Work:
    """What the learner gets who presses Save my work."""
    return read_work(lesson.take_away()._reply({"kind": "file"})["file"]["text"])


def test_two_lessons_at_once_keep_apart(lesson: OpenLesson, folder: Path) -> None:
    """Two lessons that are open at the same time write their own files, and a file saved from either holds both."""
    other = other_lesson(folder)
    lesson.predict("decision").value = 70
    other.predict("decision").value = 60
    lesson.predict("one more").value = "worse"
    for work in (WorkFolder(folder).read().work, saved(lesson), saved(other)):
        assert dict(work.lessons["04"].predictions) == {"successes": 70, "one_more": "worse"}
        assert dict(work.lessons["05"].predictions) == {"successes": 60}
        assert work.learner and work.learner == lesson.progress.work.learner == other.progress.work.learner


def test_two_lessons_at_once_share_name_and_number(lesson: OpenLesson, folder: Path) -> None:
    """A name given in one lesson reaches the other; a number picks the other's questions when it is opened again."""
    other = other_lesson(folder)
    other.my_work()._reply({"kind": "name", "name": "Ada"})
    other.check("apply").number = 14
    check = lesson.check("apply")
    check.answer("3")
    assert check.number == FIRST_NUMBER, "the question on screen changed while it was being answered"
    assert lesson.progress.work.name == "Ada"
    assert (saved(lesson).name, saved(lesson).number) == ("Ada", 14)
    assert PLAN.begin(folder).check("apply").number == 14


def test_what_is_forgotten_elsewhere_does_not_come_back(lesson: OpenLesson, folder: Path) -> None:
    """A lesson that was started over in its own tab is not in the file that is saved from another."""
    other = other_lesson(folder)
    other.predict("decision").value = 60
    lesson.predict("decision").value = 70
    other.progress.start_over()
    assert set(saved(lesson).lessons) == {"04"}


def test_taking_back_a_file_leaves_no_trace(lesson: OpenLesson, folder: Path) -> None:
    """Lessons that came with a loaded file go when that is taken back."""
    lesson.predict("decision").value = 70
    loaded = write_work(Work("Bo", 9, {"05": LessonWork(predictions={"guess": 1})}))
    mine = lesson.my_work()
    mine._reply({"kind": "load", "name": "bo.json", "text": loaded})
    assert set(WorkFolder(folder).read().work.lessons) == {"04", "05"}
    mine._reply({"kind": "undo"})
    assert set(WorkFolder(folder).read().work.lessons) == {"04"} and lesson.progress.work.name == ""


def test_breaks_are_not_counted_as_work(tmp_path: Path) -> None:
    """The time at work is the time between actions, without pauses of more than five minutes."""
    times = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=at) for at in (0, 40, 100, 4000, 4010))
    progress = ProgressStore("04", WorkFolder(tmp_path), clock=lambda: next(times))
    for value in range(5):
        progress.keep("predictions", "guess", value)
    assert progress.mine.seconds == 40 + 60 + 10
    assert progress.mine.began == "2026-01-01T00:00:00+00:00" and progress.mine.last == "2026-01-01T01:06:50+00:00"


def test_words_that_are_too_long_are_refused(lesson: OpenLesson) -> None:
    """More text than is kept is refused with its length; what was kept before stays."""
    box = lesson.in_words()
    assert box._reply({"text": "short"}) == {"kept": 5}
    with pytest.raises(TrialsimError, match=f"{MAX_WORDS + 1:,} characters"):
        box._reply({"text": "x" * (MAX_WORDS + 1)})
    assert lesson.progress.mine.words == {"transfer": "short"}


def test_unknown_parts_are_refused_in_words(lesson: OpenLesson) -> None:
    """A part that the lesson does not have is refused with the names of those that it has."""
    with pytest.raises(TrialsimError, match="'decision'"):
        lesson.explore("decisions")
    with pytest.raises(TrialsimError, match="'recall'"):
        lesson.check("recal")
