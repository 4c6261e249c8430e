"""What asks the learner: a prediction before the picture opens, and checks after it.

Questions and answers are shown as text, never as HTML.

A lesson ties them to what it keeps (`frame.py`); alone, a check is given a `Question`, and `Check.tries` holds every
answer with its verdict and the misconception it met::

    Check(question)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from trialsim.exchange.kept_values import MAX_NUMBER
from trialsim.exchange.work import read_number
from trialsim.text import in_markdown
from trialsim.widgets.panel import Panel
from trialsim.widgets.question import Number, Question, Reply, SeveralOf
from trialsim.widgets.request_widget import RequestWidget, is_live, script

MAX_LOOKED_AT = 50
"""Numbers that are tried for another case; two in a row seldom have the same."""

_OPENINGS = {"right": "Right.", "close": "Close.", "wrong": "Not yet.", "empty": "", "refused": ""}


class Prediction(RequestWidget):
    """The question of a panel that asks for a prediction, in a cell of its own.

    Attributes
    ----------
    value
        What the learner committed to, or None.
    found : str
        The answer, to be shown beside it; empty as long as nothing is committed.
    """

    _esm = script("unsent.js", "guess.js", "asking.js")

    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Any(None, allow_none=True).tag(sync=True)
    found = traitlets.Unicode("").tag(sync=True)

    def __init__(self, panel: Panel, *, value: Any = None) -> None:
        if panel.prediction is None:
            raise ValueError(f"the panel {panel.title!r} asks for no prediction")
        self.panel, self._asked = panel, panel.prediction
        super().__init__(spec={"asks": "prediction", "control": self._asked.wire()}, value=panel.read_prediction(value))
        self._committed()

    @traitlets.observe("value")
    def _committed(self, _: Any = None) -> None:
        found = self.panel.found
        self.found = "" if self.value is None or found is None else self._asked.show(found())

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["kind"] == "read":
            return {"value": self._asked.read(message["text"])}
        self.value = self._asked.read(message["value"])
        return {"committed": self.value}

    def __repr__(self) -> str:
        return f"Guess first. {self._asked.label}"

    def _static(self) -> dict[str, str]:
        ends = self._asked.values
        shown = [self._asked.show(value) for value in (ends if len(ends) <= 5 else (ends[0], ends[-1]))]
        between = " / ".join(shown) if len(ends) <= 5 else " to ".join(shown)
        text = f"**Guess first.** {in_markdown(self._asked.label)} *({in_markdown(between)})*"
        return {"text/markdown": text}


class Check(RequestWidget):
    """One question with unlimited tries, a hint after the first wrong answer, and a worked answer after the second.

    Parameters
    ----------
    question : Question or callable
        The question; or what makes it out of the learner's number, so that neighbours get different patients. The
        learner can then change the number.
    tries : list of dict, optional
        What was answered before.
    number : int, optional
        The learner's number; used with a callable only.

    Attributes
    ----------
    tries : list of dict
        Each try: ``answer``, ``verdict``, ``misconception`` (an id, or empty), ``number`` (the learner's, or None where
        the question is the same for all). Empty and refused answers are none.
    last : dict
        What is on screen: the last answer and the reply to it, and hint and worked answer where they are due.
    value
        The last answer, or None.
    """

    _esm = script("unsent.js", "asking.js")

    spec = traitlets.Dict().tag(sync=True)
    tries: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    last = traitlets.Dict().tag(sync=True)
    value = traitlets.Any(None, read_only=True)
    number: traitlets.Int[int | None, int | None] = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        question: Question | Callable[[int], Question],
        *,
        tries: list[dict[str, Any]] | None = None,
        number: int = 0,
    ) -> None:
        self._make = None if isinstance(question, Question) else question
        self.question = question if isinstance(question, Question) else question(number)
        if not self._waits():
            self.question.key()  # a key that cannot be computed fails here, in the cell, not at the first answer
        super().__init__(spec=_wired(self.question), number=number if self._make else None, tries=list(tries or []))
        self.last = self._again()

    def _waits(self) -> bool:
        """Whether the answer is worked out only when somebody gives one."""
        return self.question.slow and is_live()

    @property
    def solved(self) -> bool:
        """Whether a right answer was given to this question."""
        return any(tried["verdict"] == "right" for tried in self._here())

    def _here(self) -> list[dict[str, Any]]:
        return [tried for tried in self.tries if tried.get("number") == self.number]

    @traitlets.observe("last")
    def _told(self, change: Any) -> None:
        self.set_trait("value", change["new"].get("answer"))

    @traitlets.observe("number")
    def _renumbered(self, change: Any) -> None:
        if self._make is None or change["old"] in (None, traitlets.Undefined):
            return
        self.question = self._make(change["new"])
        self.last = {}  # no answer to another question stands beside the new one
        self.spec = _wired(self.question)
        self.last = self._again()

    def take(self, tries: list[dict[str, Any]]) -> None:
        """Show other tries than those on screen: loaded ones, or none."""
        if tries != self.tries:
            self.tries = list(tries)
            self.last = self._again()

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "answer":
                return {"judged": self.answer(message["answer"])}
            case "number":
                self.number = read_number(message["number"])
                return {"number": self.number}
            case "another":
                self.number = self._another()
                return {"number": self.number}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def _another(self) -> int:
        """The next number whose case is not the one on screen."""
        assert self._make is not None and self.number is not None
        following = [(self.number + step) % (MAX_NUMBER + 1) for step in range(1, MAX_LOOKED_AT + 1)]
        return next((number for number in following if _wired(self._make(number)) != self.spec), following[0])

    def answer(self, raw: Any) -> dict[str, Any]:
        """Judge one try, keep it, and return what is shown."""
        reply = self.question.reply(raw)
        if reply.verdict not in ("empty", "refused"):
            kept = {
                "answer": raw,
                "verdict": reply.verdict,
                "misconception": reply.misconception,
                "number": self.number,
            }
            self.tries = [*self.tries, kept]
        self.last = self._said(raw, reply)
        return self.last

    def _again(self) -> dict[str, Any]:
        """What the last try was told; nothing where there is none."""
        tried = self._here()
        return self._said(tried[-1]["answer"], self.question.reply(tried[-1]["answer"])) if tried else {}

    def _said(self, raw: Any, reply: Reply) -> dict[str, Any]:
        wrong = sum(tried["verdict"] != "right" for tried in self._here())
        return {
            "answer": raw,
            "verdict": reply.verdict,
            "text": f"{_OPENINGS[reply.verdict]} {reply.text}".strip(),
            "hint": self.question.say(self.question.hint) if wrong >= 1 and not self.solved else "",
            "worked": self.question.say(self.question.worked) if wrong >= 2 or self.solved else "",
        }

    def __repr__(self) -> str:
        question = self.question
        options = "" if isinstance(question.answer, Number) else " / ".join(question.answer.options.values())
        if self._waits():
            return "\n".join(filter(None, [question.text, options]))
        answer = question.answer.show(question.key())
        return "\n".join(filter(None, [question.text, options, f"Answer: {answer}. {question.say(question.worked)}"]))

    def _static(self) -> dict[str, str]:
        """Add the question with its answer folded under it: what is read where no kernel runs."""
        question = self.question
        shown = () if isinstance(question.answer, Number) else question.answer.options.values()
        options = [f"- {in_markdown(option)}" for option in shown]
        if self._waits():
            return {"text/markdown": "\n\n".join([f"**{in_markdown(question.text)}**", "\n".join(options)])}
        answer = in_markdown(question.answer.show(question.key()))
        folded = (
            f"<details><summary>Answer</summary>\n\n**{answer}** {in_markdown(question.say(question.right))}\n\n"
            f"{in_markdown(question.say(question.worked))}\n\n</details>"
        )
        parts = [f"**{in_markdown(question.text)}**", "\n".join(options), folded]
        return {"text/markdown": "\n\n".join(filter(None, parts))}


def _wired(question: Question) -> dict[str, Any]:
    answer = question.answer
    spec: dict[str, Any] = {"asks": "check", "text": question.text, "label": answer.label, "slow": question.slow}
    if isinstance(answer, Number):
        return spec | {"kind": "number", "unit": answer.unit}
    kind = "several" if isinstance(answer, SeveralOf) else "one"
    return spec | {"kind": kind, "options": [[value, shown] for value, shown in answer.options.items()]}
