"""The instructor's page: its form, what it shows of the made-up class, and of classes that nobody would make up."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

import trialsim as ts
from tests.notebooks import example_class
from tests.notebooks.execute import run
from tests.notebooks.sweeping import sweep
from tests.notebooks.widget_state import faults
from trialsim.exchange.work import LessonWork, Try, Work, save_work
from trialsim.facts.course import lessons, whole_course
from trialsim.lessons import power_of_twenty, your_class
from trialsim.lessons.six_numbers.marks import KEPT, sheet_numbers

PAGE = example_class.FOLDER.parent / "your_class.ipynb"


@pytest.fixture(scope="module")
def made_up() -> Any:
    """The made-up class as it is committed."""
    return ts.read_class(example_class.FOLDER)


def cells(kind: str) -> list[Any]:
    """The cells of the page of one kind."""
    return [cell for cell in nbformat.read(PAGE, as_version=4).cells if cell.cell_type == kind]


def test_its_cells_are_short_and_folded() -> None:
    """Code cells are folded, at most three lines, without definitions, installs, filters or network."""
    for cell in cells("code"):
        assert len(cell.source.splitlines()) <= 3
        assert cell.metadata["jupyter"]["source_hidden"] is True
        assert not re.search(r"\bdef\b|\blambda\b|\bpip\b|warnings|^[!%]|https?:", cell.source)


def test_it_reads_where_no_kernel_runs() -> None:
    """It was executed from top to bottom, shows tables and pictures, and carries no address and no widget state."""
    code = cells("code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert {output.output_type for output in outputs} == {"execute_result"}
    kinds = [kind for output in outputs for kind in output.data]
    assert kinds.count("image/svg+xml") == 4 and kinds.count("text/html") == 5
    text = PAGE.read_text(encoding="utf-8")
    assert "widgets" not in nbformat.reads(text, as_version=4).metadata
    assert not re.search(r"0x[0-9a-f]{6,}|/(work|tmp|home|root|Users)/", text)


def test_its_links_lead_somewhere() -> None:
    """Every relative link names a file that is there; the guide is among them."""
    text = "\n".join(cell.source for cell in cells("markdown"))
    targets = {link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []
    assert "guide.md" in targets


def test_it_says_that_nobody_in_it_exists() -> None:
    """Names are marked as made up, the page says so, and so it says how to treat the files of real people."""
    text = "\n".join(cell.source for cell in cells("markdown"))
    assert "made up: nobody in it exists" in text and "delete them" in text and "nothing\n   anywhere" in text
    assert all(not who[0] or who[0].endswith("(made up)") for who in example_class.CLASS.values())


def test_no_widget_swallows_an_error() -> None:
    """Run from top to bottom, neither a cell nor the state of a widget holds a fault."""
    assert faults(run(PAGE, keep_widgets=True)) == []


def test_the_made_up_files_are_what_their_script_writes() -> None:
    """No more files than that, none of them older: else run `python -m tests.notebooks.example_class`."""
    committed = {file.name: file.read_text(encoding="utf-8") for file in example_class.FOLDER.glob("*.json")}
    version = re.compile(r'"trialsim": "[^"]*"')  # of the package that wrote them: says nothing of what they hold
    files = (committed, example_class.files())
    was, would_be = ({name: version.sub("", text) for name, text in each.items()} for each in files)
    assert was == would_be


def test_the_made_up_class_shows_what_there_is_to_see(made_up: Any) -> None:
    """Eight learners, two files with a fault, lessons finished, begun and untouched, misconceptions met and left."""
    assert len(made_up.learners) == 8 and "no_name" in made_up.learners
    assert [problem.split(",")[0].split(":")[0] for problem in made_up.problems] == [
        "hana_newer.json",
        "ivo_cut_off.json",
    ]
    overview = made_up.overview
    assert (overview["finished"] > 0).any() and (overview["began"] > overview["finished"]).any()
    assert (overview["began"] == 0).any()
    assert (made_up.misconceptions["still"] > 0).any() and (made_up.misconceptions["still"] == 0).any()
    known = {KEPT, *(name for lesson in whole_course() for name in lesson.checks)}
    assert set(made_up.questions["question"]) <= known


def test_every_control_at_both_ends_and_with_a_bad_value(made_up: Any) -> None:
    """Each control is moved over all that it can take; what it cannot take is refused by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for panel in your_class.panels(made_up):
            sweep(panel)


def test_sentences_tell_what_the_tables_hold(made_up: Any) -> None:
    """The sentence beside each picture is computed from the class."""
    progress, met, _, predicted = your_class.panels(made_up)
    assert "lesson 04 was begun by 7 and finished by 5" in progress.view().sentence
    assert "lesson 06" not in progress.view().sentence
    most = made_up.misconceptions.iloc[0]
    assert f'"{most["name"]}", by {most["learners"]} of 8 learners' in met.view().sentence
    assert met.view(lesson="06").sentence == "No misconception of this lesson was met."
    told = predicted.view(which="04 successes").sentence
    assert told.endswith("half of them 80 or more. Found: 59."), "nobody left the slider where it began"
    assert "The slider began at 3: committed there by 1." in predicted.view(which="03 respond_anyway").sentence
    stated = predicted.view(which="00 stated").sentence
    assert "8 learners predicted: from 5 to 14, half of them 9 or more. Found: 6." in stated
    above = (made_up.predictions.query("lesson == '00'")["value"] > 6).sum()
    assert 4 < above < 8, "the page says of most of them that they expected more than was found"
    (asked,) = (
        panel for panel in power_of_twenty.PLAN.predicted() if panel.prediction and panel.prediction.name == "one_more"
    )
    assert asked.prediction is not None and asked.found is not None
    found = asked.prediction.show(asked.found())
    assert "21" in found and f"Found: {found}." in predicted.view(which="04 one_more").sentence


def test_answers_stand_in_the_words_of_their_options(made_up: Any) -> None:
    """An instructor reads what the learner read, not the key of an option."""
    table = your_class.questions(made_up).frame.set_index("question")
    assert (
        table.loc["04-recall", "wrong answer"]
        == "The chance that this drug works at all is 71 %, before anyone is treated"
    )
    assert table.loc["00-recall", "wrong answer"].startswith("The dose of abatacept; ")
    assert set(table["median tries"]) <= {"1", "1.5", "2"}


def test_a_question_that_nobody_solved_has_no_median(tmp_path: Path) -> None:
    """An empty cell, not the name of a missing number."""
    lesson = LessonWork(checks={"04-recall": (Try("works", "wrong"),)})
    save_work(Work("Ada", 1, {"04": lesson}), tmp_path / "a.json")
    work = ts.read_class(tmp_path)
    table = your_class.questions(work)
    assert table.frame["median tries"].tolist() == [""]
    assert "nan" not in (table._repr_html_() + your_class.so_far(work)._repr_html_() + work._repr_html_()).lower()


def test_who_has_not_finished_is_counted_too(made_up: Any) -> None:
    """A class that ran out of time sees the questions that were tried and the minutes of everybody who began."""
    table = your_class.so_far(made_up).frame.set_index("lesson")
    begun = made_up.lessons[made_up.lessons["lesson"] == "05"]
    assert table.loc["05", ["began", "finished"]].tolist() == [1, 0]
    assert table.loc["05", "questions tried"] == table.loc["05", "questions solved"] == "1 of 3"
    assert table.loc["05", "minutes so far (median)"] == f"{begun['minutes'].median():g}" == "9"


@pytest.mark.parametrize(
    ("met", "still", "said"),
    [
        (4, 0, "all of them have solved"),
        (1, 0, "that one has solved"),
        (4, 4, "none of them has solved"),
        (1, 1, "that one has not solved"),
        (4, 1, "1 of them has not solved"),
        (4, 2, "2 of them have not solved"),
    ],
)
def test_who_has_not_solved_is_said_in_words(met: int, still: int, said: str, tmp_path: Path) -> None:
    """Of those who met the most frequent misconception, how many have solved such a question since."""
    wrong = Try("works", "wrong", "power-is-chance-it-works")
    for at in range(met):
        tries = (wrong,) if at < still else (wrong, Try("trials", "right"))
        save_work(Work(f"L{at}", at, {"04": LessonWork(checks={"04-recall": tries})}), tmp_path / f"{at}.json")
    _, found, *_ = your_class.panels(ts.read_class(tmp_path))
    assert f"; {said} such a question since." in found.view().sentence


def test_a_class_of_nobody(tmp_path: Path) -> None:
    """Before anybody hands in, every part of the page says so."""
    nobody = ts.read_class(tmp_path)
    progress, met, rated, predicted = your_class.panels(nobody)
    assert rated.view().sentence.startswith("Nobody has rated V1 yet")
    assert progress.view().sentence == "No file of a learner could be read yet."
    assert met.view().sentence == "No misconception was met."
    assert predicted.view().sentence == "Nobody has predicted anything yet."
    assert not len(your_class.questions(nobody).frame) and not len(your_class.each(nobody).frame)
    assert not len(your_class.so_far(nobody).frame)
    assert your_class.words(nobody).caption == "Nobody has written anything."
    save_work(Work("Ada"), tmp_path / "ada.json")
    (first, *_) = your_class.panels(ts.read_class(tmp_path))
    assert first.view().sentence == "Of 1 learner nobody has begun a lesson."


def test_work_that_no_lesson_can_have_made(tmp_path: Path) -> None:
    """Edited by hand but readable: what is off the scale is left out, unknown names and script are shown as text."""
    nasty = "<script>alert(1)</script>"
    edited = LessonWork(
        predictions={"successes": 1e9, "one_more": nasty, nasty: nasty},
        checks={"04-recall": (Try(nasty, "wrong"),), nasty: (Try([nasty], "wrong"),)},
        words={nasty: nasty},
    )
    save_work(Work(nasty, 1, {"04": edited}), tmp_path / "a.json")
    save_work(Work("Bo", 1, {"04": LessonWork(predictions={"successes": 70})}), tmp_path / "b.json")
    work = ts.read_class(tmp_path)
    *_, predicted = your_class.panels(work)
    said = {value: predicted.view(which=value).sentence for value in predicted.controls[0].values}
    assert said["04 successes"] == "1 learner predicted: 70. Found: 59. 1 could not be read."
    assert said["04 one_more"] == "No prediction could be read. 1 could not be read."
    tables = (your_class.questions(work), your_class.each(work), your_class.words(work))
    html = "".join(table._repr_html_() for table in tables) + work._repr_html_()
    pictures = "".join(panel.view().picture.alone(title="t") for panel in your_class.panels(work))
    assert "<script" not in html + pictures and "&lt;script" in html and "&lt;script" in pictures


def rater(tmp_path: Path, name: str, *visits: tuple[str, str], vignette: str = "V2") -> None:
    """Hand in the work of somebody who rated one patient at one visit or at both, all but the globals right."""
    found = {each.id: each for each in ts.load_vignettes()}[vignette]
    sheets = []
    for number, (physician, organs), visit in zip(sheet_numbers(vignette), visits, found.visits.values(), strict=False):
        values = {**visit.values, "ENZYME": found.enzyme, "PHGA": physician, "EMGA": organs}
        answer = [f"{code}: {values[code]}" for code in ("PHGA", "EMGA", "MMT8", "HAQDI", "ENZYME")]
        sheets.append(Try(answer, "wrong", "", number))
    work = LessonWork(checks={KEPT: tuple(sheets)})
    save_work(Work(name, 1, {"six_numbers": work}), tmp_path / f"{name}.json")


def test_everybodys_marks_beside_the_range_and_the_verdicts(tmp_path: Path) -> None:
    """Marks inside and outside are counted, the first of each sheet; verdicts are those of the package."""
    rater(tmp_path, "Ada", ("4.2", "4.2"), ("3.2", "3.2"))  # a response, as the author has it
    rater(tmp_path, "Bo", ("4.2", "4.2"), ("3.7", "3.2"))  # the physician global is no longer improved
    rater(tmp_path, "Cy", ("9", "4.2"))
    rater(tmp_path, "Di", ("42", "x"))
    view = your_class.ratings(ts.read_class(tmp_path)).panel.view(vignette="V2", definition="IMACS-2004")
    assert "V2: 4 of 5 marks of the physician global and 5 of 5 marks of the extramuscular global" in view.sentence
    assert (
        "1 of 2 learners who rated both visits come to another verdict than the author; 1 of 1 pairs" in view.sentence
    )
    assert "physician global, baseline: 4.2, 4.2, 9." in view.alt
    (panel,) = (panel for panel in your_class.panels(ts.read_class(tmp_path)) if "rate" in panel.title)
    assert panel.view(vignette="V2", definition="NCT04946669").sentence.endswith(
        "0 of 2 learners who rated both visits come to another verdict than the author; 0 of 1 pairs of them differ."
    )


def test_the_made_up_class_takes_damage_for_activity(made_up: Any) -> None:
    """V4, where little can improve: some marks lie above the range, and the verdict of two is another."""
    view = your_class.ratings(made_up).panel.view(vignette="V4", definition="TIS-MINIMAL")
    assert "4 learners who rated both visits" in view.sentence and "lie in the author's range" in view.sentence
    assert re.search(r"[1-4] of 4 learners", view.sentence)


def test_a_large_class_is_read_and_shown(tmp_path: Path) -> None:
    """Sixty learners: shares in place of names."""
    for at in range(60):
        checks = {name: (Try("x", "right"),) for name in lessons()[4].checks[: at % 4]}
        save_work(Work(f"Learner {at}", at, {"04": LessonWork(checks=checks)}), tmp_path / f"{at}.json")
    progress, *_ = your_class.panels(ts.read_class(tmp_path))
    view = progress.view()
    assert view.sentence == "Of 60 learners, lesson 04 was begun by 60 and finished by 15."
    assert "15 of 60" in view.picture.layer
