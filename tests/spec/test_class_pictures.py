"""The pictures of a class: every learner by name or every share, no colour without a second carrier, any script."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from trialsim.figures.class_work import (
    MAX_ROWS,
    Met,
    Progress,
    choices_picture,
    misconceptions_picture,
    numbers_picture,
    progress_picture,
)
from trialsim.figures.style import BLUE, ORANGE
from trialsim.figures.svg import Picture

LESSONS = ("00", "01")


def texts(picture: Picture) -> list[str]:
    """What is written in a picture."""
    root = ElementTree.fromstring(picture.alone(title="t"))
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_row_for_each_learner() -> None:
    """Each has a name and, of each lesson begun, how many questions are solved; finished and begun differ in form."""
    done = progress_picture([Progress("Ada", ((1, 1), None)), Progress("Bo", ((1, 1), (2, 3)))], LESSONS)
    assert {"Ada", "Bo", "00", "01", "1/1", "2/3"} <= set(texts(done))
    assert texts(done).count("1/1") == 2
    nothing = progress_picture([Progress("Ada", (None, None))], LESSONS)
    assert "1/1" not in texts(nothing) and done.layer.count(BLUE) > nothing.layer.count(BLUE)
    assert done.layer.count(ORANGE) > nothing.layer.count(ORANGE)


def test_forty_by_name_and_more_as_shares() -> None:
    """Up to forty names can be read; of more each lesson shows how many finished of those who began."""
    rows = [Progress(f"Learner {at}", ((at % 2, 1), None)) for at in range(MAX_ROWS)]
    assert "Learner 39" in texts(progress_picture(rows, LESSONS))
    shares = texts(progress_picture([*rows, Progress("One more", ((1, 1), (0, 3)))], LESSONS))
    assert "Learner 39" not in shares and {"21 of 41", "0 of 1", "finished", "begun"} <= set(shares)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("陈晓明", "陈晓明"),
        ("<script>a()</script>", "<script>a()</script>"),
        ("$x^2$ & Co", "$x^2$ & Co"),
        ("A" * 80, "A" * 24),
        ("Maria Teresa of Somewhere Else", "Maria Teresa of ..."),
        ("", ""),
    ],
)
def test_any_name_is_shown_as_text(name: str, shown: str) -> None:
    """A name in any script is written as it is, cut where it is long, and is never part of the picture's code."""
    picture = progress_picture([Progress(name, ((1, 1), None))], LESSONS)
    assert not shown or shown in texts(picture)
    assert "<script" not in picture.layer


def test_misconceptions_in_two_parts() -> None:
    """The bars grow with the number of learners; who has not solved it since stands apart by hatch and colour."""
    picture = misconceptions_picture([Met("One", 4, 1), Met("Two", 2, 0)], 8)
    assert {"One", "Two", "4", "2", "8", "who have"} <= set(texts(picture))
    assert "url(#" in picture.layer  # a hatch
    assert picture != misconceptions_picture([Met("One", 4, 2), Met("Two", 2, 0)], 8)


def test_what_was_found_stands_among_the_predictions() -> None:
    """A number gets a line with its words, a choice its name in bold; without it neither is there."""
    assert "found: 59" in texts(numbers_picture([60, 80, 80], "Successes", found=59))
    assert not [text for text in texts(numbers_picture([60, 80, 80], "Successes")) if "found" in text]
    assert "found: worse" in texts(choices_picture([("better", 5), ("worse", 1)], found="worse"))
    assert "worse" in texts(choices_picture([("better", 5), ("worse", 1)]))


@pytest.mark.parametrize("numbers", [[5], [0, 100], [2.5, 2.5], [-3, 1e9]])
def test_numbers_of_any_spread(numbers: list[float]) -> None:
    """One number, two far apart, the same twice: each gives a picture."""
    assert "Learners" in texts(numbers_picture(numbers, "Asked"))


def test_nobody_gives_an_empty_picture() -> None:
    """Before anything is handed in there are heads and axes."""
    assert "00" in texts(progress_picture([], LESSONS))
    assert "0" in texts(misconceptions_picture([], 0))
    assert "Learners" in texts(choices_picture([]))
