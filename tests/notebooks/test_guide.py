"""The instructor's guide keeps pace with the course: its lessons, its minutes, its misconceptions, its numbers."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from trialsim.design import response_interval, single_stage, zero_events_bound
from trialsim.facts.course import Lesson, lessons
from trialsim.facts.glossary import glossary
from trialsim.facts.misconceptions import misconceptions
from trialsim.lessons import start_here

GUIDE = Path(__file__).resolve().parents[2] / "notebooks" / "instructors" / "guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
EVEN = " ".join(TEXT.split())

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)


def section(heading: str) -> str:
    """What stands under a heading, up to the next of its rank or a higher one."""
    level = heading.split()[0]
    (_, found) = TEXT.split(f"{heading}\n", 1)
    return re.split(rf"^#{{2,{len(level)}}} ", found, maxsplit=1, flags=re.MULTILINE)[0]


def plan(heading: str) -> list[tuple[int, int, int, str]]:
    """The rows of a plan: from, to, minutes, and what the column of lessons says."""
    rows = [line.strip("| ").split(" | ") for line in section(heading).splitlines() if re.match(r"\| \d", line)]
    return [(int(row[0]), int(row[1]), int(row[2]), row[3]) for row in rows]


@pytest.mark.parametrize(("heading", "total"), [("## Ninety minutes", 90), ("## Half a day", 240)])
def test_a_plan_adds_up(heading: str, total: int) -> None:
    """Row follows row without a gap, each as long as it says, and the last ends when the class does."""
    rows = plan(heading)
    assert [row[0] for row in rows] == [0, *(row[1] for row in rows[:-1])]
    assert all(last - first == minutes > 0 for first, last, minutes, _ in rows)
    assert sum(row[2] for row in rows) == total
    assert heading == "## Ninety minutes" or f"{total} minutes" in section(heading)


def test_a_whole_lesson_gets_its_time() -> None:
    """Half a day holds every lesson, each with no less than the minutes that the course file gives it."""
    whole = {cell.removesuffix(" whole"): minutes for *_, minutes, cell in plan("## Half a day") if "whole" in cell}
    assert list(whole) == [lesson.number for lesson in lessons()]
    assert [lesson.number for lesson in lessons() if whole[lesson.number] < lesson.minutes] == []


def test_the_rating_exercise_adds_up_and_names_its_page() -> None:
    """Forty-five minutes without a gap, two patients that the lesson has, and where the marks are seen."""
    part = section("## A rating exercise")
    rows = [[int(cell) for cell in row] for row in re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \|", part, re.MULTILINE)]
    assert [first for first, _, _ in rows] == [0, *(last for _, last, _ in rows[:-1])] and rows[-1][1] == 45
    assert all(last - first == minutes for first, last, minutes in rows)
    lesson = (GUIDE.parents[1] / "six_numbers.ipynb").read_text(encoding="utf-8")
    assert all(f'rate(lesson, \\"{name}\\")' in lesson for name in ("V1", "V4"))
    page = (GUIDE.parent / "your_class.ipynb").read_text(encoding="utf-8")
    assert "your_class.ratings(work)" in page and "How they rated the same patient" in part


def test_plans_name_lessons_that_are_there() -> None:
    """The column of lessons holds a number, with or without the word whole, or a dash."""
    cells = [cell for heading in ("## Ninety minutes", "## Half a day") for *_, cell in plan(heading)]
    known = {number + end for number in (lesson.number for lesson in lessons()) for end in ("", " whole")}
    assert set(cells) <= known | {"–"}


@every_lesson
def test_each_lesson_has_its_part(lesson: Lesson) -> None:
    """Idea, surprise, two or three questions with what a good answer contains, misconceptions."""
    part = section(f"### {lesson.number} {lesson.question}")
    assert "**Idea.**" in part and "**Surprise.**" in part and "*Misconceptions met here*" in part
    asked = re.split(r"^\d\. ", part.split("*To discuss*")[1].split("*Misconceptions")[0], flags=re.MULTILINE)[1:]
    assert 2 <= len(asked) <= 3 and all(
        re.search(r"\?.*good\s+answer\b.{60}", question, re.DOTALL) for question in asked
    )


@every_lesson
def test_each_misconception_stands_with_its_lesson(lesson: Lesson) -> None:
    """Those that the lesson treats, by name and in the order of the catalogue, each with something to ask."""
    part = section(f"### {lesson.number} {lesson.question}")
    found = re.findall(r"^- \[([^\]]+)\]\(\.\./reference/misconceptions\.md#([^)]+)\): \w+", part, re.MULTILINE)
    assert found == [(idea.name, idea.id) for idea in misconceptions().values() if idea.lesson == lesson.number]


def test_links_lead_somewhere() -> None:
    """Every file that is linked is there, and every anchor on the pages of words and of misconceptions."""
    links = re.findall(r"\]\(([^)\s#]+)(?:#([^)\s]+))?\)", TEXT)
    assert [page for page, _ in links if not (GUIDE.parent / page).is_file()] == []
    anchors = {"glossary.md": set(glossary()), "misconceptions.md": set(misconceptions())}
    assert [link for link in links if link[1] and link[1] not in anchors[Path(link[0]).name]] == []


def test_the_page_of_misconceptions_has_every_anchor() -> None:
    """The committed page can be entered at each of them."""
    page = (GUIDE.parents[1] / "reference" / "misconceptions.md").read_text(encoding="utf-8")
    assert re.findall(r'^### <a id="([^"]*)"></a>', page, re.MULTILINE) == list(misconceptions())


@pytest.mark.parametrize(
    "trouble",
    [
        *("kernel died", "picture does not move", "skipped the prediction", "Answers are lost", "Two lessons are open"),
        *("dark theme", "medical advice", "p1 = 50 % for a finding"),
    ],
)
def test_what_goes_wrong_has_an_answer(trouble: str) -> None:
    """Each trouble that is known of a class has a row of its own, with something to do."""
    rows = [line for line in section("## What goes wrong in class, and what to do").splitlines() if trouble in line]
    assert len(rows) == 1 and len(rows[0].split(" | ")[1].split()) >= 8


def test_the_record_is_counted_as_lesson_00_counts() -> None:
    """Of so many things asked for the record states so many; the words for both numbers are those of the picture."""
    panel = start_here.PLAN.panels["record"]()
    words = {6: "six", 33: "thirty-three"}
    asked, stated = words[int(panel.prediction.high)], words[panel.found()]
    assert f"Of {asked} things that a reviewer asks for" in EVEN
    assert f"the record states {stated}, and none of the {stated} tells when to call it a success" in EVEN
    assert f"{asked.capitalize()} things a reviewer asks for; how many are there" in EVEN


def test_a_whole_day_has_every_part_that_may_be_left_out() -> None:
    """The lessons with a part that begins with More are those that the whole day names."""
    (sentence,) = re.findall(r"With a whole day, add (.*?\.)\s", section("## Half a day"), re.DOTALL)
    texts = {lesson.number: (GUIDE.parents[1] / lesson.notebook).read_text(encoding="utf-8") for lesson in lessons()}
    assert re.findall(r"\((\d\d)\)", sentence) == [number for number, text in texts.items() if '"## More: ' in text]


def test_buttons_are_called_what_they_are_called() -> None:
    """What the guide tells people to press stands on the screen."""
    page = resources.files("trialsim").joinpath("widgets", "my_work.js").read_text(encoding="utf-8")
    for name in ("Your work in this lesson", "Save my work", "Load saved work", "Bring it back"):
        assert f"*{name}*" in EVEN and name in page
    assert "*My work*" not in EVEN


def test_numbers_are_those_of_the_package() -> None:
    """What the guide says of power, intervals and bounds is computed, not remembered."""
    power = {(n, p0): 100 * single_stage(n, p0).power(0.50) for n, p0 in ((20, 0.30), (21, 0.30), (20, 0.40))}
    assert f"power falls from {power[20, 0.30]:.0f} to {power[21, 0.30]:.0f} in 100" in EVEN
    useless = 100 * single_stage(20, 0.30).power(0.40)
    assert f"if 40 % respond without the drug, {useless:.0f} of 100 trials of a useless drug succeed" in EVEN
    assert f"Planned with 40 %, success takes {single_stage(20, 0.40).min_responders} responders" in EVEN
    assert f"responders, and the power is {power[20, 0.40]:.0f} in 100" in EVEN
    often = [100 * single_stage(n, 0.30).p_value(single_stage(20, 0.30).min_responders) for n in (20, 21)]
    assert f"in {often[0]:.1f} of 100 trials with 20 patients, and in {often[1]:.1f} with 21" in EVEN
    assert f"so {single_stage(21, 0.30).min_responders} are needed: power {power[21, 0.30]:.1f}" in EVEN
    assert f"succeeds in {power[20, 0.30]:.0f} of 100 cases" in EVEN
    low, high = response_interval(10, 20)
    assert f"its interval, {100 * low:.0f} to {100 * high:.0f} %" in EVEN
    assert f"still agrees with {100 * zero_events_bound(20):.0f} in 100" in EVEN
