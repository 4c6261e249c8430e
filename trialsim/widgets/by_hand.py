"""Cases on cards, to be judged by hand: a verdict on each, compared with the right one, point by point.

Who is dealt, what may be said and what is right is handed over, as a `Deck`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import traitlets

from trialsim.errors import TrialsimError, Words
from trialsim.exchange.work import read_number
from trialsim.widgets.request_widget import RequestWidget, script, style

Kept = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By the learner's number: what they said, and what they had said when they compared; each by the name of a card."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of one case: its name, the verdict on it, the reason."""

    name: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Card:
    """One case: its notes as headings with texts, the right verdict, and the points that lead to it."""

    name: str
    facts: tuple[tuple[str, str], ...]
    verdict: str
    points: tuple[Point, ...]

    @property
    def decisive(self) -> tuple[Point, ...]:
        """The points that made the verdict."""
        return tuple(point for point in self.points if point.verdict == self.verdict)


@dataclass(frozen=True, slots=True)
class Compared:
    """One card compared: whether the learner agrees, in a sentence, and the misconception that may be behind it."""

    name: str
    agrees: bool
    text: str
    misconception: str


@dataclass(frozen=True, slots=True)
class Deck:
    """What is judged, and in which words.

    Parameters
    ----------
    title : str
        Heads the widget.
    card : str
        What a card is: ``"Patient"``.
    answers : mapping of str to str
        The verdicts there are, and how each is shown.
    marks : mapping of str to str
        How a point with each of these verdicts is marked.
    accepting : str
        The verdict of a point that decides nothing.
    rules : sequence
        Name, wording and reading of each rule, to be unfolded.
    labels : mapping of str to str
        What stands on the rest: ``"deal"``, ``"rules"``, ``"points"``, ``"compare"``.
    deal : callable
        The learner's number to the cards.
    compare : callable
        Cards and verdicts by name to `Compared`, and the whole in a sentence.
    read : callable
        Checks verdicts that came from outside; raises `TrialsimError`.
    static : callable
        The learner's number to the Markdown that is read where no kernel runs.
    """

    title: str
    card: str
    answers: Mapping[str, str]
    marks: Mapping[str, str]
    accepting: str
    rules: Sequence[Sequence[str]]
    labels: Mapping[str, str]
    deal: Callable[[int], tuple[Card, ...]]
    compare: Callable[[tuple[Card, ...], Mapping[str, str]], tuple[tuple[Compared, ...], str]]
    read: Callable[[object], dict[str, str]]
    static: Callable[[int], str]

    def wire(self) -> dict[str, Any]:
        """What the browser needs to show it."""
        return {
            "title": self.title,
            "card": self.card,
            "answers": [list(answer) for answer in self.answers.items()],
            "marks": dict(self.marks),
            "accepting": self.accepting,
            "rules": [list(rule) for rule in self.rules],
            "labels": dict(self.labels),
        }

    def read_kept(self, raw: object) -> dict[str, dict[str, dict[str, str]]]:
        """Verdicts by number, as a file holds them.

        Raises
        ------
        TrialsimError
            For a number, a card or a verdict that is none.
        """
        if not isinstance(raw, Mapping):
            raise TrialsimError(self.title, raw, "verdicts by number")
        found = {}
        for number, deal in raw.items():
            if not isinstance(deal, Mapping) or not set(deal) <= {"said", "compared"}:
                raise TrialsimError(f"{self.title}, number {number}", deal, "what was said, and what was compared")
            found[str(read_number(number))] = {part: self.read(answers) for part, answers in deal.items()}
        return found


class ByHand(RequestWidget):
    """The cards as notes, a verdict on each, and the comparison.

    Parameters
    ----------
    deck : Deck
    number : int
        The learner's number; another one deals other cards.
    kept : mapping, optional
        Verdicts that were given before, as `kept` holds them.

    Attributes
    ----------
    kept : dict
        By number: ``said``, the verdicts by card, and ``compared``, those that were compared. Going back to a number
        finds its verdicts again.
    answers, value : dict
        The verdicts on the cards on screen.
    compared : dict
        What is on screen after a comparison: `summary`, and in `cards`, by name, `agrees`, `text`, `misconception`,
        `points`.
    """

    _esm = script("by_hand.js")
    _css = style("by_hand.css")

    spec = traitlets.Dict().tag(sync=True)
    number = traitlets.Int(1).tag(sync=True)
    cards: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    answers: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    compared = traitlets.Dict().tag(sync=True)
    kept = traitlets.Dict()
    value = traitlets.Dict()

    def __init__(self, deck: Deck, number: int = 1, *, kept: Kept | None = None) -> None:
        deck.deal(number)  # a number that is none fails here
        self._deck = deck
        super().__init__(spec=deck.wire(), number=number, kept=deck.read_kept(kept or {}))
        traitlets.dlink((self, "answers"), (self, "value"))
        self._show()

    def deal(self, number: object) -> None:
        """Take other cards; what was said of the ones before is found again with their number."""
        self.take(read_number(number), self.kept)

    def take(self, number: int, kept: Kept) -> None:
        """Show the cards of this number with these verdicts."""
        if number != self.number or kept != self.kept:
            self.kept = dict(kept)
            self.number = number
            self._show()

    def say(self, answers: object) -> None:
        """Keep the verdicts so far."""
        self._keep(said=self._deck.read(answers))

    def compare(self, answers: object, card: str) -> dict[str, Any]:
        """Compare the verdict on one card with the right one, keep all that was said, and return what is shown.

        Raises
        ------
        TrialsimError
            For a card that was not dealt, or that has no verdict yet.
        """
        said = self._deck.read(answers)
        if card not in said:
            name = f"verdict on {self._deck.card.lower()} {card}"
            raise TrialsimError(name, Words("none"), "one of: " + ", ".join(self._deck.answers.values()))
        compared = {**self._here().get("compared", {}), card: said[card]}
        self._keep(said=said, compared=compared)
        self.compared = self._compare(compared)
        return self.compared

    def _keep(self, **changes: dict[str, str]) -> None:
        here = {key: found for key, found in {**self._here(), **changes}.items() if found}
        rest = {number: deal for number, deal in self.kept.items() if number != str(self.number)}
        self.answers = changes["said"]
        self.kept = rest | ({str(self.number): here} if here else {})

    def _here(self) -> Mapping[str, Mapping[str, str]]:
        found: Mapping[str, Mapping[str, str]] = self.kept.get(str(self.number), {})
        return found

    def _show(self) -> None:
        here = self._here()
        self.answers = dict(here.get("said", {}))
        self.compared = self._compare(here["compared"]) if "compared" in here else {}
        dealt = self._deck.deal(self.number)
        self.cards = [{"id": card.name, "facts": [list(fact) for fact in card.facts]} for card in dealt]

    def _compare(self, answers: Mapping[str, str]) -> dict[str, Any]:
        dealt = self._deck.deal(self.number)
        found, summary = self._deck.compare(dealt, answers)
        points = {card.name: [list(astuple(point)) for point in card.points] for card in dealt}
        cards = {each.name: asdict(each) | {"points": points[each.name]} for each in found}
        return {"summary": summary, "cards": cards}

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "deal":
                self.deal(message["number"])
                return {"dealt": self.number}
            case "say":
                self.say(message["answers"])
                return {"said": len(self.answers)}
            case "compare":
                return {"compared": self.compare(message["answers"], str(message["card"]))}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def __repr__(self) -> str:
        return f"{self._deck.title} (number {self.number})"

    def _static(self) -> dict[str, str]:
        """Add the cards with their verdicts folded under them: what is read where no kernel runs."""
        return {"text/markdown": self._deck.static(self.number)}
