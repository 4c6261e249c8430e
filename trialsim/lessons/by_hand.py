"""Screening by hand: the learner judges ten candidates, then sees the protocol's verdicts, criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import traitlets

from trialsim.errors import TrialsimError
from trialsim.exchange.work import read_number
from trialsim.facts.drugs import drugs
from trialsim.facts.protocol import TrialProtocol
from trialsim.lessons.talking import Talker, script
from trialsim.lessons.ten import ANSWERS, Patient, compare, deal, read_answers
from trialsim.lessons.wording import gate_names, record
from trialsim.text import in_markdown

__all__ = ["ByHand", "Kept", "read_kept"]

_HERE = Path(__file__).parent
_CSS: str = Talker._css  # what all widgets share; this one adds to it


Kept = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By the learner's number: what they said, and what they had said when they compared; each by letter."""


class ByHand(Talker):
    """Ten candidates as notes, a verdict on each, and the comparison with the protocol.

    Parameters
    ----------
    number : int
        The learner's number; another one deals other patients.
    kept : mapping, optional
        Verdicts that were given before, as `kept` holds them.

    Attributes
    ----------
    kept : dict
        By number: ``said``, the verdicts by letter ("in", "out" or "open"), and ``compared``, those that were compared
        with the protocol. Going back to a number finds its verdicts again.
    answers : dict
        The verdicts on the patients on screen.
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
    kept = traitlets.Dict()

    def __init__(self, number: int = 1, *, kept: Kept | None = None) -> None:
        deal(number)  # a number that is none fails here
        spec = {"answers": [[key, words] for key, words in ANSWERS.items()], "criteria": _criteria(record())}
        super().__init__(spec=spec, number=number, kept=read_kept(kept or {}))
        self._show()

    def deal(self, number: object) -> None:
        """Take other patients; what was said of the ones before is found again with their number."""
        self.take(read_number(number), self.kept)

    def take(self, number: int, kept: Kept) -> None:
        """Show the patients of this number with these verdicts."""
        if number != self.number or kept != self.kept:
            self.kept = dict(kept)
            self.number = number
            self._show()

    def say(self, answers: object) -> None:
        """Keep the verdicts so far."""
        self._keep(said=read_answers(answers))

    def compare(self, answers: object) -> dict[str, Any]:
        """Compare verdicts with the protocol's, keep both, and return what is shown."""
        said = read_answers(answers)
        self._keep(said=said, compared=said)
        self.compared = self._compare(said)
        return self.compared

    def _keep(self, **changes: dict[str, str]) -> None:
        here = {key: one for key, one in {**self._here(), **changes}.items() if one}
        rest = {number: one for number, one in self.kept.items() if number != str(self.number)}
        self.answers = changes["said"]
        self.kept = rest | ({str(self.number): here} if here else {})

    def _here(self) -> Mapping[str, Mapping[str, str]]:
        found: Mapping[str, Mapping[str, str]] = self.kept.get(str(self.number), {})
        return found

    def _show(self) -> None:
        here = self._here()
        self.answers = dict(here.get("said", {}))
        self.compared = self._compare(here["compared"]) if "compared" in here else {}
        self.patients = [_wired(one) for one in deal(self.number)]

    def _compare(self, answers: Mapping[str, str]) -> dict[str, Any]:
        dealt = deal(self.number)
        found = compare(dealt, answers)
        agree = sum(one.agrees for one in found)
        criteria = {one.name: [[c.name, c.verdict, c.reason] for c in one.criteria] for one in dealt}
        return {
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

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "deal":
                self.deal(message["number"])
                return {"dealt": self.number}
            case "say":
                self.say(message["answers"])
                return {"said": len(self.answers)}
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


def read_kept(raw: object) -> dict[str, dict[str, dict[str, str]]]:
    """Verdicts by number, as a file holds them.

    Raises
    ------
    TrialsimError
        For a number, a patient or a verdict that is none.

    Examples
    --------
    >>> read_kept({"7": {"said": {"A": "in"}}})
    {'7': {'said': {'A': 'in'}}}
    """
    if not isinstance(raw, Mapping):
        raise TrialsimError("screening by hand", raw, "verdicts by number")
    found = {}
    for number, one in raw.items():
        if not isinstance(one, Mapping) or not set(one) <= {"said", "compared"}:
            raise TrialsimError(f"screening by hand, number {number}", one, "what was said, and what was compared")
        found[str(read_number(number))] = {part: read_answers(answers) for part, answers in one.items()}
    return found


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
    washed = [f"{one.name} {one.washout.longest} weeks" for one in drugs() if one.washout]
    return f"5 mg of prednisone equal {', '.join(equal)}. Washed out after: {', '.join(washed)}."


def _wired(one: Patient) -> dict[str, Any]:
    return {"id": one.name, "facts": [list(fact) for fact in one.facts]}


def _folded(one: Patient) -> str:
    facts = "\n".join(f"- *{heading}*: {in_markdown(text)}" for heading, text in one.facts)
    why = "; ".join(f"{c.name}: {c.reason}" for c in one.decisive) if one.verdict != "in" else ""
    answer = f"Patient {one.name} {ANSWERS[one.verdict]}. {why}"
    return (
        f"**Patient {one.name}**\n\n{facts}\n\n"
        f"<details><summary>The protocol's verdict</summary>\n\n{in_markdown(answer)}\n\n</details>"
    )
