"""Answers a question as somebody would who knows, who does not, and who has each of the ideas that it is there for."""

from __future__ import annotations

from typing import Any

from trialsim.facts.misconceptions import misconceptions
from trialsim.widgets.question import OneOf, Question


def every_reply(question: Question) -> tuple[Any, list[Any]]:
    """Hold a question to what all of them promise; its key, and the answer of each named idea.

    The computed key is right, nothing is empty, nonsense is refused, each named idea gets its own reply, every option
    of a choice is one or the other, and no text shows a gap.
    """
    key = question.key()
    assert question.reply(_sent(key)).verdict == "right"
    assert question.reply("").verdict == "empty"
    assert question.reply("no such answer").verdict == "refused"
    met = []
    for wrong in question.wrong:
        answer = wrong.answer(key) if callable(wrong.answer) else wrong.answer
        reply = question.reply(_sent(answer))
        assert (reply.verdict, reply.misconception) == ("wrong", wrong.misconception)
        assert reply.text == misconceptions()[wrong.misconception].reply
        met.append(answer)
    if isinstance(question.answer, OneOf):
        assert {key, *met} == set(question.answer.options), "every wrong option has a name"
    assert "{key}" not in question.say(question.worked) + question.say(question.right)
    return key, met


def _sent(answer: Any) -> Any:
    """As it comes from a page."""
    return sorted(answer) if isinstance(answer, frozenset) else answer
