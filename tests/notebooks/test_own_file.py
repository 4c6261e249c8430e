"""The reader's own file in the lesson: what Python answers, whatever arrives."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from trialsim.facts.own_tables import template
from trialsim.lessons.what_counts_as_response import own_patients
from trialsim.widgets.own_file import OwnFile


def sent(widget: OwnFile, content: object, **more: Any) -> list[dict[str, Any]]:
    """Answers to the message that the browser sends for a file."""
    answers: list[dict[str, Any]] = []
    widget.send = answers.append  # type: ignore[assignment, method-assign]
    message = {"id": "1", "kind": "read", "name": "mine.csv", "content": content, "week": "12", "options": {}}
    widget._answer(None, message | more, [])
    return answers


def coded(text: str) -> str:
    """Text as the browser sends a file."""
    return b64encode(text.encode()).decode()


def test_a_template_is_judged_under_every_definition() -> None:
    """The good rows, the verdicts and the reasons are on screen; the answer comes before the work."""
    own = own_patients()
    assert sent(own, coded(template("wide")))[0] == {"id": "1", "taken": True}
    assert own.loaded is not None and own.loaded.patients == ("EXAMPLE-1", "EXAMPLE-2")
    assert own.shown["summary"] == "mine.csv: 2 patients in 4 rows; nothing refused."
    titles = [table["title"] for table in own.shown["tables"]]
    assert titles == ["Verdicts under every definition", "The good rows", "Why: every patient and definition"]
    verdicts = own.shown["tables"][0]
    assert verdicts["columns"][1:3] == ["IMACS-2004", "NCT02971683"]
    assert verdicts["rows"][0][:2] == ["Responders", "1 of 2"] and verdicts["rows"][2][1] == "no response"
    assert (own.fault, repr(own)) == ("", "Your own patients: 2 patients in 4 rows; nothing refused")


def test_what_is_wrong_is_listed_beside_what_is_good() -> None:
    """A file with mistakes shows them by row and column, and the rest is judged."""
    own = own_patients()
    sent(own, coded(template("wide").replace("5.0,4.8", "50,4.8")))
    assert own.shown["tables"][0]["rows"][0][:3] == ["4", "PHGA", "50"]
    assert own.shown["tables"][1]["rows"][1][0] == "EXAMPLE-1"
    assert own.shown["tables"][-1]["title"] == "Rows set aside, as they came"


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (coded(""), {}, "mine.csv cannot be used. file: got an empty file"),
        (coded("x" * 2_000_001), {}, "got 2.0 MB; allowed: at most 2 MB"),
        ("no base64!", {}, "did not arrive whole"),
        (None, {}, "did not arrive whole"),
        (coded("SUBJID\nA"), {"week": "12a"}, "a whole number of weeks"),
        (coded("SUBJID\nA"), {"options": {"mmt8_max": "100"}}, "mmt8_max = 100"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(content: object, more: dict[str, Any], said: str) -> None:
    """Nothing that arrives is a fault of ours, and no older result stays on screen."""
    own = own_patients()
    sent(own, coded(template("wide")))
    sent(own, content, **more)
    assert said in own.shown["refused"] and "tables" not in own.shown
    assert own.fault == ""


def test_the_same_outcome_twice_is_shown_twice() -> None:
    """Every file changes what is shown, so that the browser hears of it."""
    own, seen = own_patients(), []
    own.observe(lambda change: seen.append(change["new"]), "shown")
    for _ in range(2):
        sent(own, coded(""))
    assert [bool(shown) for shown in seen] == [True, False, True]
