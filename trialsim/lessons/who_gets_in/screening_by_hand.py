"""Screening by hand: the learner judges five candidates, and sees the protocol's verdict on each, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.drugs import drugs
from trialsim.facts.protocol import TrialProtocol
from trialsim.lessons.who_gets_in.criteria_wording import gate_names, record
from trialsim.lessons.who_gets_in.five_candidates import ANSWERS, compare, deal, read_answers
from trialsim.text import in_markdown
from trialsim.widgets.by_hand import ByHand, Card, Compared, Deck, Kept
from trialsim.widgets.frame import OpenLesson

_FIVE = "five by hand"
"""Where the verdicts on the five are kept among the settings of the lesson."""


def by_hand(lesson: OpenLesson) -> ByHand:
    """Five candidates for the learner to judge against the criteria; the learner's number deals them.

    Parameters
    ----------
    lesson : OpenLesson
        This lesson, begun: it keeps the verdicts.
    """
    progress = lesson.progress

    def kept() -> Kept:
        try:
            return five_by_hand().read_kept(progress.mine.settings.get(_FIVE, {}))
        except TrialsimError as error:
            progress.trouble(f"Lesson {lesson.plan.number}, kept verdicts were left out: {error}")
            return {}

    widget = ByHand(five_by_hand(), progress.number, kept=kept())
    widget.observe(lambda change: progress.keep("settings", _FIVE, change["new"] or None), "kept")
    widget.observe(lambda change: progress.renumber(change["new"]), "number")
    progress.watch(lambda: widget.take(progress.number, kept()))
    return widget


@cache
def five_by_hand() -> Deck:
    """Five candidates to be judged against the criteria of the record.

    Examples
    --------
    >>> five_by_hand().read_kept({"7": {"said": {"A": "in"}}})
    {'7': {'said': {'A': 'in'}}}
    """
    return Deck(
        title="Screen five candidates by hand",
        card="Patient",
        answers=ANSWERS,
        marks={"in": "\u25cf passes", "out": "\u25a0 keeps out", "open": "\u25c6 not known"},
        accepting="in",
        rules=_criteria(record()),
        labels={
            "deal": "Deal five patients for this number",
            "rules": "The eleven criteria, and how they are read here",
            "points": "All criteria",
            "compare": "Compare with the protocol",
        },
        deal=deal,
        compare=_compare,
        read=read_answers,
        static=lambda number: "\n\n".join(_folded(card) for card in deal(number)),
    )


def _compare(dealt: tuple[Card, ...], answers: Mapping[str, str]) -> tuple[tuple[Compared, ...], str]:
    found = compare(dealt, answers)
    return found, _summary(sum(each.agrees for each in found), len(found), len(dealt))


def _summary(agree: int, judged: int, of: int) -> str:
    rest = "" if judged == of else f" {of - judged} are not compared yet."
    return f"You and the protocol agree on {agree} of {judged}.{rest}"


def _criteria(protocol: TrialProtocol) -> list[list[str]]:
    """Every criterion as the record words it and as it is read here, and the two lists that one needs beside them."""
    rules = []
    for name, criterion in zip(gate_names(), protocol.criteria, strict=True):
        rule = protocol.condition(criterion).describe()
        rules.append([name, criterion.wording, f"Read here as: {rule}."])
    chosen = "; ".join(f"{reading.question} {reading.option.text} ({reading.basis})" for reading in protocol.readings)
    return [*rules, ["Unclear clauses", chosen + ".", ""], ["Drugs", _drugs(), ""]]


def _drugs() -> str:
    """Prednisone equivalents and the longest published washouts."""
    equal = [f"{drug.name} {float(drug.equals_5mg):g} mg" for drug in drugs() if drug.equals_5mg is not None]
    washed = [f"{drug.name} {drug.washout.longest} weeks" for drug in drugs() if drug.washout]
    return f"5 mg of prednisone equal {', '.join(equal)}. Washed out after: {', '.join(washed)}."


def _folded(card: Card) -> str:
    facts = "\n".join(f"- *{heading}*: {in_markdown(text)}" for heading, text in card.facts)
    why = "; ".join(f"{c.name}: {c.reason}" for c in card.decisive) if card.verdict != "in" else ""
    answer = f"Patient {card.name} {ANSWERS[card.verdict]}. {why}"
    return (
        f"**Patient {card.name}**\n\n{facts}\n\n"
        f"<details><summary>The protocol's verdict</summary>\n\n{in_markdown(answer)}\n\n</details>"
    )
