"""Screening by hand: the learner judges ten candidates, then sees the protocol's verdicts, criterion by criterion."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import traitlets

from trialsim.errors import TrialsimError
from trialsim.facts.drugs import drugs
from trialsim.facts.protocol import TrialProtocol
from trialsim.lessons.talking import Talker, script
from trialsim.lessons.ten import ANSWERS, Patient, compare, deal
from trialsim.lessons.wording import gate_names, record

__all__ = ["ByHand"]

_HERE = Path(__file__).parent
_CSS: str = Talker._css  # what all widgets share; this one adds to it


class ByHand(Talker):
    """Ten candidates as notes, a verdict on each, and the comparison with the protocol.

    Parameters
    ----------
    number : int
        The learner's number; another one deals other patients.

    Attributes
    ----------
    answers : dict
        What the learner said, by letter: "in", "out" or "open".
    compared : dict
        What is on screen after a comparison: `summary`, and in `patients`, by letter, `agrees`, `text`,
        `misconception`, `criteria`.
    """

    _esm = script("by_hand.js")
    _css = _CSS + (_HERE / "by_hand.css").read_text(encoding="utf-8")

    spec = traitlets.Dict().tag(sync=True)
    number = traitlets.Int(1).tag(sync=True)
    patients: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    answers: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    compared = traitlets.Dict().tag(sync=True)

    def __init__(self, number: int = 1) -> None:
        dealt = deal(number)
        super().__init__(
            spec={"answers": [[key, words] for key, words in ANSWERS.items()], "criteria": _criteria(record())},
            number=number,
            patients=[_wired(one) for one in dealt],
        )

    def deal(self, number: object) -> None:
        """Take other patients; what was said of the ones before is gone."""
        dealt = deal(_whole(number))
        self.number = _whole(number)
        self.answers, self.compared = {}, {}
        self.patients = [_wired(one) for one in dealt]

    def compare(self, answers: dict[str, str]) -> dict[str, Any]:
        """Compare verdicts with the protocol's, keep both, and return what is shown."""
        dealt = deal(self.number)
        found = compare(dealt, answers)
        self.answers = dict(answers)
        agree = sum(one.agrees for one in found)
        criteria = {one.name: [[c.name, c.verdict, c.reason] for c in one.criteria] for one in dealt}
        self.compared = {
            "summary": _summary(agree, len(found), len(dealt)),
            "patients": {
                one.name: {
                    "agrees": one.agrees,
                    "text": one.text,
                    "misconception": one.misconception,
                    "criteria": criteria[one.name],
                }
                for one in found
            },
        }
        return self.compared

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "deal":
                self.deal(message["number"])
                return {"dealt": self.number}
            case "compare":
                return {"compared": self.compare(message["answers"])}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def __repr__(self) -> str:
        return f"Ten candidates to screen by hand (number {self.number})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the ten with their verdicts folded under them: what is read where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        blocks = [_folded(one) for one in deal(self.number)]
        return data | {"text/plain": repr(self), "text/markdown": "\n\n".join(blocks)}, metadata


def _whole(number: object) -> int:
    """A number as typed."""
    text = str(number).strip()
    if not text.isdecimal():
        raise TrialsimError("Your number", text, "a whole number", "Any number of your own: a seat, a birthday.")
    return int(text)


def _summary(agree: int, judged: int, of: int) -> str:
    if not judged:
        return "None is judged yet. Choose a verdict for at least one patient; a guess is welcome."
    rest = "" if judged == of else f" {of - judged} are not judged yet."
    return f"You and the protocol agree on {agree} of {judged}.{rest}"


def _criteria(protocol: TrialProtocol) -> list[list[str]]:
    """Every criterion as the record words it and as it is read here, and the two lists that one needs beside them."""
    rules = []
    for name, one in zip(gate_names(), protocol.criteria, strict=True):
        rule = protocol.condition(one).describe()
        rules.append([name, one.wording, f"Read here as: {rule}."])
    chosen = "; ".join(f"{one.question} {one.option.text} ({one.basis})" for one in protocol.readings)
    return [*rules, ["Unclear clauses", chosen + ".", ""], ["Drugs", _drugs(), ""]]


def _drugs() -> str:
    """Prednisone equivalents and the longest published washouts."""
    equal = [f"{one.name} {float(one.equals_5mg):g} mg" for one in drugs() if one.equals_5mg is not None]
    washed = [f"{one.name} {one.washout_longest} weeks" for one in drugs() if one.washout_longest]
    return f"5 mg of prednisone equal {', '.join(equal)}. Washed out after: {', '.join(washed)}."


def _wired(one: Patient) -> dict[str, Any]:
    return {"id": one.name, "facts": [list(fact) for fact in one.facts]}


def _folded(one: Patient) -> str:
    facts = "\n".join(f"- *{heading}*: {_plain(text)}" for heading, text in one.facts)
    why = "; ".join(f"{c.name}: {c.reason}" for c in one.decisive) if one.verdict != "in" else ""
    answer = f"Patient {one.name} {ANSWERS[one.verdict]}. {why}"
    return (
        f"**Patient {one.name}**\n\n{facts}\n\n"
        f"<details><summary>The protocol's verdict</summary>\n\n{_plain(answer)}\n\n</details>"
    )


def _plain(text: str) -> str:
    return escape(text, quote=False).replace("*", "\\*").replace("_", "\\_").replace("~", "\\~")
