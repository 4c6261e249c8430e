"""What asks the learner: a prediction before the picture opens, and checks after it.

Questions and answers are shown as text, never as HTML.

A prediction asked in its own cell opens the explorer in the next one::

    guess = Prediction(panel)
    guess                                    # step "Predict"
    Explorer(panel, prediction=guess)        # step "Manipulate"

A check is given a `Question`; `Check.tries` holds every answer with its verdict and the misconception it met::

    Check(question)
"""

from __future__ import annotations

from html import escape
from typing import Any

import traitlets

from trialsim.lessons.panel import Panel
from trialsim.lessons.question import Number, Question, SeveralOf
from trialsim.lessons.talking import Talker, script

__all__ = ["Check", "Prediction"]

_OPENINGS = {"right": "Right.", "close": "Close.", "wrong": "Not yet.", "empty": "", "refused": ""}


class Prediction(Talker):
    """The question of a panel that asks for a prediction, in a cell of its own.

    Attributes
    ----------
    value
        What the learner committed to, or None.
    """

    _esm = script("asking.js")

    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, panel: Panel, *, value: Any = None) -> None:
        if panel.prediction is None:
            raise ValueError(f"the panel {panel.title!r} asks for no prediction")
        self.panel, self._asked = panel, panel.prediction
        super().__init__(spec={"asks": "prediction", "control": self._asked.wire()}, value=panel.read_prediction(value))

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] == "read":
            return {"value": self._asked.read(message["text"])}
        self.value = self._asked.read(message["value"])
        return {"committed": self.value}

    def __repr__(self) -> str:
        return f"Predict first. {self._asked.label}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        ends = self._asked.values
        shown = [self._asked.show(value) for value in (ends if len(ends) <= 5 else (ends[0], ends[-1]))]
        between = " / ".join(shown) if len(ends) <= 5 else " to ".join(shown)
        text = f"**Predict first.** {_plain(self._asked.label)} *({_plain(between)})*"
        return data | {"text/plain": repr(self), "text/markdown": text}, metadata


class Check(Talker):
    """One question with unlimited tries, a hint after the first wrong answer, and a worked answer after the second.

    Attributes
    ----------
    tries : list of dict
        Each try: ``answer``, ``verdict``, ``misconception`` (an id, or empty). Empty and refused answers are none.
    last : dict
        What is on screen: the last reply, and hint and worked answer where they are due.
    """

    _esm = script("asking.js")

    spec = traitlets.Dict().tag(sync=True)
    tries: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    last = traitlets.Dict().tag(sync=True)

    def __init__(self, question: Question, *, tries: list[dict[str, Any]] | None = None) -> None:
        self.question = question
        super().__init__(spec=_wired(question), tries=list(tries or []), last={})
        question.key()  # a key that cannot be computed fails here, in the cell, not at the first answer

    @property
    def solved(self) -> bool:
        """Whether a right answer was given."""
        return any(one["verdict"] == "right" for one in self.tries)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] != "answer":
            raise ValueError(f"unknown message: {message['kind']!r}")
        return {"judged": self.answer(message["answer"])}

    def answer(self, raw: Any) -> dict[str, Any]:
        """Judge one try, keep it, and return what is shown."""
        reply = self.question.reply(raw)
        if reply.verdict not in ("empty", "refused"):
            kept = {"answer": raw, "verdict": reply.verdict, "misconception": reply.misconception}
            self.tries = [*self.tries, kept]
        wrong = sum(one["verdict"] != "right" for one in self.tries)
        self.last = {
            "verdict": reply.verdict,
            "text": f"{_OPENINGS[reply.verdict]} {reply.text}".strip(),
            "hint": self.question.say(self.question.hint) if wrong >= 1 and not self.solved else "",
            "worked": self.question.say(self.question.worked) if wrong >= 2 or self.solved else "",
        }
        return self.last

    def __repr__(self) -> str:
        question = self.question
        options = "" if isinstance(question.answer, Number) else " / ".join(question.answer.options.values())
        answer = question.answer.show(question.key())
        return "\n".join(filter(None, [question.text, options, f"Answer: {answer}. {question.say(question.worked)}"]))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the question with its answer folded under it: what is read where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        question = self.question
        shown = () if isinstance(question.answer, Number) else question.answer.options.values()
        options = [f"- {_plain(option)}" for option in shown]
        answer = _plain(question.answer.show(question.key()))
        folded = (
            f"<details><summary>Answer</summary>\n\n**{answer}** {_plain(question.say(question.right))}\n\n"
            f"{_plain(question.say(question.worked))}\n\n</details>"
        )
        parts = [f"**{_plain(question.text)}**", "\n".join(options), folded]
        return data | {"text/plain": repr(self), "text/markdown": "\n\n".join(filter(None, parts))}, metadata


def _wired(question: Question) -> dict[str, Any]:
    answer = question.answer
    spec: dict[str, Any] = {"asks": "check", "text": question.text, "label": answer.label}
    if isinstance(answer, Number):
        return spec | {"kind": "number", "unit": answer.unit}
    kind = "several" if isinstance(answer, SeveralOf) else "one"
    return spec | {"kind": kind, "options": [[value, shown] for value, shown in answer.options.items()]}


def _plain(text: str) -> str:
    """Text that Markdown and HTML show as it stands."""
    shown = escape(text, quote=False)
    for mark in ("\\", "*", "_", "`", "[", "]", "#", "$", "|", "~"):
        shown = shown.replace(mark, "\\" + mark)
    return shown
