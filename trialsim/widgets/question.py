"""A question to the learner, its computed key, and the reply to each answer: pure, so that tests ask it directly.

>>> question = Question(
...     name="smallest", text="How many of 20 must respond?", answer=Number("Responders", 0, 20),
...     key=lambda: 10, right="The chance of 10 or more is below 5 %, of 9 or more it is not.",
...     hint="Look at the last bar in colour.", worked="{key} is the first number whose tail is rare enough.",
...     wrong=(Wrong("all-is-spent", lambda key: key - 1, "Look at the tail from 9 on."),))
>>> question.reply("9").misconception
'all-is-spent'
>>> question.reply("10").verdict, question.reply(" ").verdict, question.reply("21").verdict
('right', 'empty', 'refused')
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trialsim.errors import TrialsimError

Verdict = Literal["empty", "refused", "close", "wrong", "right"]


@dataclass(frozen=True, slots=True)
class Number:
    """The answer is a number.

    Parameters
    ----------
    label, low, high, unit : str, float, float, str
        What it is, its range, its unit.
    within : float
        How far from the key still is right; exact unless given.
    close : float
        How far from the key is close, but not right.
    """

    label: str
    low: float
    high: float
    unit: str = ""
    within: float = 0.0
    close: float = 0.0

    def read(self, raw: object) -> float | None:
        """The number that was typed; None for nothing."""
        text = str(raw).strip().removesuffix(self.unit).removesuffix("%").strip().replace(",", ".")
        if not text:
            return None
        allowed = f"a number from {self.low:g} to {self.high:g}{' ' + self.unit if self.unit else ''}"
        try:
            number = float(text)
        except ValueError:
            raise TrialsimError(self.label, raw, allowed) from None
        if not self.low <= number <= self.high:
            raise TrialsimError(self.label, raw, allowed)
        return number

    def same(self, given: Any, key: Any) -> bool:
        """Whether `given` answers as `key` does."""
        return bool(abs(given - key) <= self.within + 1e-9 * max(1.0, abs(key)))

    def near(self, given: Any, key: Any) -> bool:
        """Whether `given` is close to `key`."""
        return bool(abs(given - key) <= self.close + 1e-9 * max(1.0, abs(key)))

    def show(self, value: Any) -> str:
        """A value as the learner would say it, to as many decimals as count."""
        decimals = 0 if float(value).is_integer() else max(0, math.ceil(-math.log10(self.within))) if self.within else 4
        return f"{value:.{decimals}f}" + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class OneOf:
    """The answer is one of a few options (value to what is shown)."""

    options: Mapping[str, str]
    label: str = "Choose one"

    def read(self, raw: object) -> str | None:
        """The option that was chosen; None for none."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, str) and raw in self.options:
            return raw
        raise TrialsimError(self.label, raw, "one of: " + "; ".join(self.options.values()))

    def same(self, given: Any, key: Any) -> bool:
        """Whether `given` answers as `key` does."""
        return bool(given == key)

    def near(self, given: Any, key: Any) -> bool:
        """One option is never close to another."""
        return False

    def show(self, value: Any) -> str:
        """The option as it is shown."""
        return self.options[value]


@dataclass(frozen=True, slots=True)
class SeveralOf:
    """The answer is any number of the options; close is one too many or one too few."""

    options: Mapping[str, str]
    label: str = "Choose all that apply"

    def read(self, raw: object) -> frozenset[str] | None:
        """The options that were chosen; None for none at all."""
        chosen: list[Any] = list(raw) if isinstance(raw, (list, tuple, set, frozenset)) else [raw] if raw else []
        for option in chosen:
            if not isinstance(option, str) or option not in self.options:
                raise TrialsimError(self.label, option, "among: " + "; ".join(self.options.values()))
        return frozenset(chosen) or None

    def same(self, given: Any, key: Any) -> bool:
        """Whether `given` answers as `key` does."""
        return bool(frozenset(given) == frozenset(key))

    def near(self, given: Any, key: Any) -> bool:
        """Whether one option is too many or missing."""
        return len(frozenset(given) ^ frozenset(key)) == 1

    def show(self, value: Any) -> str:
        """The options as they are shown, in their order."""
        return "; ".join(shown for option, shown in self.options.items() if option in value)


Answer = Number | OneOf | SeveralOf


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that a thinking person would give, and the misconception behind it.

    Parameters
    ----------
    misconception : str
        Its id, kept with the try.
    answer : value or callable
        The answer itself, or a function of the key that gives it.
    reply : str
        What is said to it.
    """

    misconception: str
    answer: Any
    reply: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to one answer; `misconception` is its id, or empty."""

    verdict: Verdict
    text: str
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One item of a check.

    Parameters
    ----------
    name : str
        Its key in what is saved.
    text : str
        The question.
    answer : Number, OneOf or SeveralOf
        What kind of answer it takes.
    key : callable
        Computes the right answer; called at each try, so it may depend on what is on screen.
    right : str or callable
        Why it is right. In this and the next four, ``{key}`` stands for the key as shown.
    hint : str
        Offered after the first wrong answer.
    worked : str or callable
        The way to the answer; offered after the second, and always after the right one.
    wrong : tuple of Wrong
        Wrong answers that have a name.
    close : str
        What is said to a close answer; by default what fits the kind of answer.
    otherwise : str
        What is said to any other; by default how many ticks are right, and that there is a hint.
    slow : bool
        Whether the key takes over half a second: on an open page it is then worked out when somebody answers.
    """

    name: str
    text: str
    answer: Answer
    key: Callable[[], Any]
    right: str | Callable[[], str]
    hint: str
    worked: str | Callable[[], str]
    wrong: tuple[Wrong, ...] = ()
    close: str = ""
    otherwise: str = ""
    slow: bool = False

    def reply(self, raw: object) -> Reply:
        """Judge what was typed or chosen."""
        try:
            given = self.answer.read(raw)
        except TrialsimError as error:
            return Reply("refused", str(error))
        if given is None:
            return Reply("empty", "Nothing is entered yet. A guess is welcome: there is no limit on tries.")
        key = self.key()
        if self.answer.same(given, key):
            return Reply("right", self.say(self.right))
        for wrong in self.wrong:
            if self.answer.same(given, wrong.answer(key) if callable(wrong.answer) else wrong.answer):
                return Reply("wrong", wrong.reply, wrong.misconception)
        if self.answer.near(given, key):
            return Reply("close", self.say(self.close or _close(self.answer)))
        return Reply("wrong", self.say(self.otherwise or _otherwise(self.answer, given, key)))

    def say(self, text: str | Callable[[], str]) -> str:
        """`text`, or what gives it, with the key as it is shown in place of ``{key}``."""
        text = text if isinstance(text, str) else text()
        return text.replace("{key}", self.answer.show(self.key()))


def _otherwise(answer: Answer, given: Any, key: Any) -> str:
    """What is said to any other answer: of several boxes how many are right."""
    hint = "Open the hint below, or try again."
    if not isinstance(answer, SeveralOf):
        return hint
    right = len(frozenset(given) & frozenset(key))
    return f"Right ticks: {right}; wrong ticks: {len(given) - right}; missing: {len(key) - right}. {hint}"


def _close(answer: Answer) -> str:
    """What fits an answer that is close: a number is worked out in steps, boxes are ticked."""
    if isinstance(answer, SeveralOf):
        return "One tick too many, or one missing."
    return "But not it. Look once more at the last step."
