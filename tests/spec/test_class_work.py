"""The files of a class as tables: every learner counts once, every spoilt file is named, the rest is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import trialsim as ts
from trialsim.exchange import class_files
from trialsim.exchange.work import LessonWork, Try, Work, save_work, write_work
from trialsim.facts.course import lessons

CHECKS = {lesson.number: lesson.checks for lesson in lessons()}
WRONG = Try("works", "wrong", "power-is-chance-it-works")
RIGHT = Try("trials", "right")


def hand_in(folder: Path, name: str, work: Work) -> None:
    """Put the file of a learner into a folder."""
    save_work(work, folder / name)


def lesson(number: str = "04", seconds: int = 600, **checks: Any) -> dict[str, LessonWork]:
    """One lesson in which the questions `recall`, `apply`, ... were tried so."""
    tried = {f"{number}-{name}": tuple(tries) for name, tries in checks.items()}
    return {number: LessonWork(last="2026-11-02T09:00:00+00:00", seconds=seconds, checks=tried)}


def finished(number: str) -> dict[str, LessonWork]:
    """A lesson with every question solved at once."""
    return {number: LessonWork(seconds=930, checks=dict.fromkeys(CHECKS[number], (RIGHT,)))}


def test_one_row_a_learner_and_lesson(tmp_path: Path) -> None:
    """Finished is who solved every question of the lesson; minutes are seconds over 60."""
    hand_in(tmp_path, "a.json", Work("Ada", 1, finished("04") | lesson("05", recall=[WRONG, RIGHT])))
    hand_in(tmp_path, "b.json", Work("", 7, {"04": LessonWork(predictions={"successes": 80})}))
    found = ts.read_class(tmp_path)
    assert found.learners == ("Ada", "b") and found.problems == ()
    columns = ["learner", "file", "lesson", "predictions", "questions_tried", "questions_solved", "questions", "tries"]
    assert found.lessons[columns].values.tolist() == [
        ["Ada", "a.json", "04", 0, 3, 3, 3, 3],
        ["Ada", "a.json", "05", 0, 1, 1, 3, 2],
        ["b", "b.json", "04", 1, 0, 0, 3, 0],
    ]
    rest = found.lessons[["misconceptions", "minutes", "finished"]].values.tolist()
    assert rest == [[0, 15.5, True], [1, 10.0, False], [0, 0.0, False]]
    assert found.predictions.values.tolist() == [["b", "04", "successes", 80]]
    overview = found.overview.set_index("lesson")
    assert overview.loc["04", ["began", "finished", "median_minutes"]].tolist() == [2, 1, 15.5]
    assert overview["began"].sum() == 3 and len(overview) == len(lessons())


def test_misconceptions_are_counted_by_learner(tmp_path: Path) -> None:
    """Who met an idea twice counts once; the share is of those who were asked; solved since, or not."""
    hand_in(tmp_path, "a.json", Work("Ada", 1, lesson(recall=[WRONG, WRONG, RIGHT])))
    hand_in(tmp_path, "b.json", Work("Bo", 1, lesson(recall=[RIGHT, WRONG])))
    hand_in(tmp_path, "c.json", Work("Cy", 1, lesson(recall=[RIGHT], apply=[Try("1", "wrong", "p0-is-known")])))
    hand_in(tmp_path, "d.json", Work("Di", 1, lesson(recall=[])))
    found = ts.read_class(tmp_path).misconceptions
    columns = ["misconception", "lesson", "learners", "share", "still"]
    assert found[columns].values.tolist() == [
        ["power-is-chance-it-works", "04", 2, 0.667, 1],
        ["p0-is-known", "04", 1, 1.0, 1],
    ]
    assert found["name"][0] == "Power is the chance that the drug works" and "80 %" in found["idea"][0]


def test_one_row_a_question(tmp_path: Path) -> None:
    """How many tried and solved it, at once or after how many tries, and what most answered wrongly."""
    nine = [Try("9", "close", number=number) for number in (1, 2)]
    hand_in(tmp_path, "a.json", Work("Ada", 1, lesson(recall=[RIGHT, WRONG], apply=nine[:1])))
    hand_in(tmp_path, "b.json", Work("Bo", 1, lesson(recall=[WRONG, WRONG, RIGHT], apply=nine[1:])))
    hand_in(tmp_path, "c.json", Work("Cy", 1, lesson(recall=[Try(["b", "a"], "wrong")])))
    found = ts.read_class(tmp_path).questions
    assert found.astype(object).where(found.notna(), None).values.tolist() == [
        ["04", "04-recall", 3, 2, 1, 2.0, "works", 2],
        # nine for one trial and nine for another are two answers
        ["04", "04-apply", 2, 0, 0, None, "", 0],
    ]


def test_words_are_listed_as_written(tmp_path: Path) -> None:
    """What learners wrote stands in a table; nothing written is no row."""
    hand_in(tmp_path, "a.json", Work("Ada", 1, {"04": LessonWork(words={"transfer": "State p0.", "more": " \n"})}))
    assert ts.read_class(tmp_path).words.values.tolist() == [["Ada", "04", "transfer", "State p0."]]


def test_every_spoilt_file_gets_a_sentence_and_stops_nothing(tmp_path: Path) -> None:
    """Cut off, of another kind, newer, edited, empty, not text: each is named, and the rest is read."""
    good = write_work(Work("Ada", 1, finished("00")))
    newer = json.dumps(json.loads(good) | {"version": 2})
    spoilt = {
        "bench.json": '{"format": "trialsim bench", "version": 1}',
        "cut.json": good[: len(good) // 2],
        "edited.json": good.replace("right", "wright"),
        "empty.json": "",
        "newer.json": newer,
        "picture.json": "\x89PNG",
        "twice.json": good.replace('"name": "Ada"', '"name": "Ada", "name": "Bo"'),
    }
    for name, content in spoilt.items():
        (tmp_path / name).write_text(content, encoding="latin-1")
    (tmp_path / "z.JSON").write_text(good, encoding="utf-8")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / ".hidden.json").write_text("{")
    found = ts.read_class(tmp_path)
    assert found.learners == ("Ada",)
    assert [problem.split(",")[0].split(":")[0] for problem in found.problems] == sorted(spoilt)
    assert "newer trialsim" in found.problems[4]


def test_what_cannot_be_opened_is_named_without_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that nobody may read gets a sentence with its name, not with the folders it lies in."""
    hand_in(tmp_path, "a.json", Work("Ada"))

    def refuse(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    (problem,) = ts.read_class(tmp_path).problems
    assert problem.startswith("a.json") and "Permission denied" in problem and str(tmp_path) not in problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A link that leads nowhere and a pipe, which would never end, are no files."""
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.json")
    assert ts.read_class(tmp_path).learners == ()


def test_a_name_that_does_not_end_in_json_is_said(tmp_path: Path) -> None:
    """A file that a mail program renamed is not lost in silence; of many only some are named."""
    for at in range(7):
        (tmp_path / f"{at}.json.txt").write_text("{}")
    assert ts.read_class(tmp_path).problems == (
        "No file in this folder has a name that ends in .json.",
        "Not read, because the name does not end in .json: "
        "0.json.txt, 1.json.txt, 2.json.txt, 3.json.txt, 4.json.txt and 2 more.",
    )


def test_files_of_one_learner_are_joined(tmp_path: Path) -> None:
    """Files that one learner's work went into are one person's; the later work of a lesson and the last name count."""
    late = LessonWork(last="2026-11-09T09:00:00+00:00", seconds=1200)
    hand_in(tmp_path, "1.json", Work("Ada", 3, lesson("04"), learner="a1"))
    hand_in(tmp_path, "2.json", Work(" Ada  Li ", None, {"04": late, "05": late}, learner="a1"))
    found = ts.read_class(tmp_path)
    assert found.lessons[["learner", "file", "lesson", "minutes"]].values.tolist() == [
        ["Ada Li", "1.json, 2.json", "04", 20.0],
        ["Ada Li", "1.json, 2.json", "05", 20.0],
    ]
    assert found.problems == ("1.json, 2.json: the work of one learner (Ada Li), taken together.",)


def test_namesakes_stay_apart(tmp_path: Path) -> None:
    """Equal names and numbers join nobody, and no name is nobody else's: whose work began apart is told apart."""
    hand_in(tmp_path, "1.json", Work("Ada", 7, lesson("04"), learner="a1"))
    hand_in(tmp_path, "2.json", Work("ada", 7, lesson("04", seconds=1), learner="a2"))
    hand_in(tmp_path, "3.json", Work("", 7, lesson("04", seconds=2)))
    hand_in(tmp_path, "4.json", Work("", 7, lesson("04", seconds=3)))
    found = ts.read_class(tmp_path)
    assert found.learners == ("3", "4", "Ada (1.json)", "ada (2.json)")
    (said,) = found.problems
    assert said.startswith("2 learners are called Ada, and their work began apart: taken as different people.")


def test_a_copy_counts_once(tmp_path: Path) -> None:
    """The same file under two names is one learner; two who have done nothing are two."""
    for name in ("my_work.json", "my_work (1).json"):
        hand_in(tmp_path, name, Work("", 7, lesson("04")))
    hand_in(tmp_path, "x.json", Work("", 7))
    hand_in(tmp_path, "y.json", Work("", 7))
    found = ts.read_class(tmp_path)
    assert found.learners == ("my_work (1)", "x", "y") and len(found.lessons) == 1
    assert found.problems == ("my_work.json holds the same as my_work (1).json: counted once.",)


@pytest.mark.parametrize("folder", ["no such folder", None, 7.5, "nul\0"])
def test_no_folder_gets_a_sentence(folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no folder is refused in words."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ts.TrialsimError, match="folder that can be read"):
        ts.read_class(folder)


def test_an_empty_folder_gives_empty_tables_of_the_same_form(tmp_path: Path) -> None:
    """Before anybody hands in, every table has its columns and types, and can be shown."""
    empty = ts.read_class(tmp_path)
    hand_in(tmp_path, "a.json", Work("Ada", 1, lesson(recall=[WRONG, WRONG, RIGHT])))
    full = ts.read_class(tmp_path)
    for name in ("lessons", "misconceptions", "questions", "predictions", "words", "overview"):
        assert getattr(empty, name).dtypes.tolist() == getattr(full, name).dtypes.tolist(), name
    assert empty.learners == () and "0 learners" in repr(empty) and "0 learners" in empty._repr_html_()


def test_more_files_than_a_class_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with very many files only the first are read, and that is said."""
    monkeypatch.setattr(class_files, "MAX_FILES", 2)
    for name in ("a", "b", "c"):
        hand_in(tmp_path, f"{name}.json", Work(name))
    found = ts.read_class(tmp_path)
    assert found.learners == ("a", "b") and found.problems == ("There are 3 files; the first 2 of them were read.",)


NASTY = '<script>alert("1")</script> & $x^2$\n\u202egnp.\x00'


def test_a_name_is_text_and_nothing_else(tmp_path: Path) -> None:
    """Script, formulas and signs that turn the line around in a name, a file name or an answer are shown as text."""
    work = lesson(recall=[Try(NASTY, "wrong"), Try("x", "wrong")])
    hand_in(tmp_path, "<b>.json", Work(NASTY, 1, work))
    hand_in(tmp_path, "<i>.json", Work(NASTY, 2, work))
    (tmp_path / "<u>.json").write_text("{")
    found = ts.read_class(tmp_path)
    html = found._repr_html_() + found.questions._repr_html_() + found.lessons._repr_html_()
    for tag in ("<script", "<b>", "<i>", "<u>", "\u202e", "\x00"):
        assert tag not in html
    assert "&lt;script&gt;" in html and "tex2jax_ignore" in html
    assert found.learners[0].startswith('<script>alert("1")</script> & $x^2$ gnp. (')


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """The folder is as it was, and read twice it gives the same."""
    hand_in(tmp_path, "a.json", Work("Ada", 1, finished("04")))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert repr(ts.read_class(tmp_path)) == repr(ts.read_class(str(tmp_path)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
