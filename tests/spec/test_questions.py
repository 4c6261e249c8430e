"""Checks: what is replied to each kind of answer, and the catalogue of misconceptions behind it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.browser.toy_panel import apply, choose, recall
from trialsim.errors import TrialsimError
from trialsim.facts.misconceptions import load_misconception, misconceptions, read_misconceptions
from trialsim.facts.reading import Section
from trialsim.lessons.wrong_answers import wrong
from trialsim.widgets.asking import Check
from trialsim.widgets.question import Number, OneOf, Question, SeveralOf


@pytest.mark.parametrize(
    ("question", "answer", "verdict", "misconception"),
    [
        (recall, "10", "right", ""),
        (recall, " 10,0 ", "right", ""),
        (recall, "9", "wrong", "alpha-is-spent-in-full"),
        (recall, "12", "close", ""),
        (recall, "3", "wrong", ""),
        (recall, "", "empty", ""),
        (recall, "ten", "refused", ""),
        (recall, "nan", "refused", ""),
        (recall, "-1", "refused", ""),
        (recall, "1e400", "refused", ""),
        (apply, "no", "right", ""),
        (apply, "yes", "wrong", "more-is-better"),
        (apply, "", "empty", ""),
        (apply, "perhaps", "refused", ""),
        (choose, ["HAQDI", "PHGA"], "right", ""),
        (choose, ["MMT8"], "wrong", "improvement-is-higher"),
        (choose, ["PHGA"], "close", ""),
        (choose, [], "empty", ""),
        (choose, ["CK"], "refused", ""),
    ],
)
def test_reply(question: Question, answer: Any, verdict: str, misconception: str) -> None:
    """Each answer gets its verdict, words, and the misconception that it shows."""
    reply = question.reply(answer)
    assert (reply.verdict, reply.misconception) == (verdict, misconception)
    assert reply.text
    if misconception:
        assert reply.text == load_misconception(misconception).reply


def test_a_close_answer_is_told_what_is_close() -> None:
    """Boxes are told of one tick, numbers of the last step; a question may say it in words of its own."""
    parts = {"name": "x", "text": "x", "right": "r", "hint": "h", "worked": "w"}
    ticks = Question(answer=SeveralOf({"a": "a", "b": "b", "c": "c"}), key=lambda: frozenset("ab"), **parts)
    number = Question(answer=Number("n", 0, 9, close=1), key=lambda: 5, **parts)
    assert ticks.reply(["a"]).text == ticks.reply(["a", "b", "c"]).text == "One tick too many, or one missing."
    assert "last step" in number.reply("4").text
    assert replace(number, close="Nearly {key}.").reply("4").text == "Nearly 5."


_POINTS_BACK = re.compile(r"(It|They|This|These|Those|That(?! the trial)|Only if|On average it)\b")


def test_a_reply_stands_without_its_idea() -> None:
    """The idea is never shown beside the answer, so no reply begins with a word that points back to it."""
    assert [idea.id for idea in misconceptions().values() if _POINTS_BACK.match(idea.reply)] == []


def test_key_is_computed_at_each_try() -> None:
    """What is on screen may change between two tries; the key and the words follow."""
    screen = {"n": 20}
    question = Question(
        "n", "How many?", Number("Patients", 1, 99), lambda: screen["n"], "{key}.", "Look.", "It says {key}."
    )
    check = Check(question)
    assert check.answer("21")["verdict"] == "wrong"
    screen["n"] = 21
    last = check.answer("21")
    assert last["verdict"] == "right" and last["text"] == "Right. 21." and last["worked"] == "It says 21."


def test_hint_then_worked_answer() -> None:
    """The hint comes after the first wrong answer, the worked one after the second; empty answers do not count."""
    check = Check(apply)
    last = check.answer("")
    assert (last["hint"], last["worked"], check.tries) == ("", "", [])
    last = check.answer("yes")
    assert last["hint"] and not last["worked"]
    last = check.answer("yes")
    assert last["hint"] and last["worked"]
    last = check.answer("no")
    assert check.solved and last["worked"] and not last["hint"]
    assert [tried["misconception"] for tried in check.tries] == ["more-is-better", "more-is-better", ""]


def test_static_reading_shows_text_as_text() -> None:
    """Without a kernel the question and its folded answer are read, marks of HTML and Markdown as they stand."""
    question = Question(
        "x", "Is p < p0 *or* <b>not</b>?", OneOf({"a": "yes_or_no", "b": "b"}), lambda: "a", "r", "h", "w"
    )
    data, _ = Check(question)._repr_mimebundle_()
    assert r"Is p &lt; p0 \*or\* &lt;b&gt;not&lt;/b&gt;?" in data["text/markdown"]
    assert "<details><summary>Answer</summary>" in data["text/markdown"]
    assert "Answer: yes_or_no." in data["text/plain"]


def test_a_slow_key_waits_for_an_answer_where_somebody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """On an open page a key that takes long is worked out at the first answer; a page to be read later holds it."""
    asked: list[int] = []
    slow = Question(
        "x", "Which?", OneOf({"a": "this", "b": "that"}), lambda: asked.append(1) or "a", lambda: "So it is.", "h",
        lambda: "Because {key}.", slow=True,
    )  # fmt: skip
    monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    check = Check(slow)
    data, _ = check._repr_mimebundle_()
    assert not asked and "Which?" in data["text/markdown"] and "Answer" not in data["text/markdown"] + repr(check)
    assert check.answer("a")["text"] == "Right. So it is." and check.last["worked"] == "Because this."
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert "Because this." in Check(slow)._repr_mimebundle_()[0]["text/markdown"]


def test_unknown_misconception_is_refused() -> None:
    """A question cannot name a misconception that the catalogue does not have."""
    with pytest.raises(TrialsimError, match="Did you mean 'more-is-better'"):
        Question("x", "x", SeveralOf({"a": "a"}), lambda: {"a"}, "r", "h", "w", wrong=(wrong("more-is-beter", "a"),))


def test_catalogue_is_complete() -> None:
    """Every misconception has a name of its own, an idea, and a reply that is more than a denial."""
    found = misconceptions()
    assert len({idea.name for idea in found.values()}) == len(found) >= 15
    assert {idea.lesson for idea in found.values()} >= {"01", "02", "03", "04", "05"}
    assert all(len(idea.reply.split()) >= 20 for idea in found.values())


GOOD = {"name": "n", "idea": "i", "reply": "r", "lesson": "01"}


@pytest.mark.parametrize(
    ("catalogue", "path"),
    [
        ({"a": GOOD | {"replay": "r"}}, "own.toml: a: got unknown key 'replay'"),
        ({"a": {"name": "n"}}, "own.toml: a.idea: got nothing"),
        ({"a": GOOD | {"lesson": "99"}}, "own.toml: a.lesson: got '99'"),
        ({"A b": GOOD}, "own.toml: A b"),
        ({"a": "text"}, "own.toml: a: got 'text'"),
    ],
)
def test_mistake_in_the_catalogue_is_named(catalogue: dict[str, Any], path: str) -> None:
    """A mistake in the file is refused with its path."""
    with pytest.raises(TrialsimError, match=re.escape(path)):
        read_misconceptions(Section(catalogue, "own.toml"), ("01",))
