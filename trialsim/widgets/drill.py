"""Drills: sheets without end, a mark on every box, how many of the last five were right, easier and harder.

A case is named by one whole number, of which the last digit is its level: it can be kept, and dealt again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from trialsim.errors import check_one_of, check_whole
from trialsim.text import in_markdown
from trialsim.widgets.form import Followed
from trialsim.widgets.request_widget import RequestWidget, script, style
from trialsim.widgets.sheet import Box, Sheet

LEVELS = {1: "easy", 2: "medium", 3: "hard"}
LAST, WANTED = 5, 3
MAX_KEPT = 300
"""Cases that are kept of one drill; older ones are forgotten."""

MAX_CASES = 1000
"""Places of a learner's cases; after that they come again."""

_MAX_LEARNER = 100_000


_NOT_YET = {"empty": "are still to be filled in", "refused": "cannot be: the reason stands under the box"}
"""What keeps a case from being judged, and how it is said."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One kind of task.

    Parameters
    ----------
    name : str
        Its key in what is kept.
    label : str
        As it is chosen.
    deal : callable
        The number of a case to its sheet; the last digit is the level.
    """

    name: str
    label: str
    deal: Callable[[int], Sheet]


def case_number(learner: int, at: int, level: int) -> int:
    """The number of a learner's case: the same learner at the same place gets the same one.

    Examples
    --------
    >>> case_number(7, 0, 2), case_number(7, 1, 2)
    (70002, 70012)
    """
    return ((learner % _MAX_LEARNER) * MAX_CASES + at % MAX_CASES) * 10 + check_whole("level", level, 1, 3)


class Drills(RequestWidget):
    """Choose a drill, fill in its sheet, see every box marked, take the next case.

    Parameters
    ----------
    drills : sequence of Drill
    title : str
        Heads the widget.
    tries : mapping of str to list of dict, optional
        What was done before, by drill: ``answer``, ``verdict``, ``misconception``, ``number`` of the case.
    learner : int
        Whose cases these are.
    queue : sequence of (str, int), optional
        Drill and number of the cases to be dealt, one after the other, in place of an endless row.
    follow : callable, optional
        What was done of the drill on screen to what follows from it, shown under the sheet after each check.

    Attributes
    ----------
    tries : dict
        As the parameter; the first check of a case counts, later ones are practice.
    kind, level : str, int
        The drill and the level on screen.
    value : dict
        The case on screen: ``kind``, ``number``, and ``marks`` once it was checked.
    """

    _esm = script("unsent.js", "sheet.js", "drill.js")
    _css = style("drill.css")

    spec = traitlets.Dict().tag(sync=True)
    case = traitlets.Dict().tag(sync=True)
    marked = traitlets.Dict().tag(sync=True)
    told = traitlets.Dict().tag(sync=True)
    follows = traitlets.Dict().tag(sync=True)
    kind = traitlets.Unicode("").tag(sync=True)
    level = traitlets.Int(2).tag(sync=True)
    tries = traitlets.Dict()
    value = traitlets.Dict()

    def __init__(
        self,
        drills: Sequence[Drill],
        title: str,
        *,
        tries: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        learner: int = 7,
        queue: Sequence[tuple[str, int]] | None = None,
        follow: Callable[[Sequence[Mapping[str, Any]]], Followed] | None = None,
    ) -> None:
        self._follow = follow
        self._drills = {drill.name: drill for drill in drills}
        self._checked = False
        self._learner, self._queue, self._at = learner, None if queue is None else list(queue), 0
        wired = [[drill.name, drill.label] for drill in drills] if queue is None else []
        first = queue[0][0] if queue else next(iter(self._drills))
        kept = {name: [dict(each) for each in given] for name, given in (tries or {}).items()}
        super().__init__(spec={"title": title, "drills": wired}, tries=kept, kind=first)
        self._deal()

    @property
    def sheet(self) -> Sheet:
        """The sheet on screen."""
        return self._sheet

    def choose(self, kind: str) -> None:
        """Take another drill."""
        self.kind, self._at = check_one_of("drill", kind, self._drills), 0
        self._deal()

    def step(self, by: int) -> None:
        """Make it easier (-1) or harder (1); at the ends it stays."""
        self.level = min(max(self.level + by, min(LEVELS)), max(LEVELS))
        self._deal()

    def next_case(self) -> None:
        """Deal the next case."""
        self._at += self._queue is not None or not self._checked
        self._deal()

    def check(self, entries: Mapping[str, object]) -> dict[str, Any]:
        """Mark every box, keep the first complete check of this case, and return what is shown."""
        marks = self._sheet.judge(entries)
        verdicts = [mark.verdict for mark in marks.values()]
        whole, right = not {"empty", "refused"} & set(verdicts), verdicts.count("right")
        if whole and not self._checked:
            self._checked = True
            idea = next((mark.misconception for mark in marks.values() if mark.misconception), "")
            entered = [f"{name}: {str(entries[name]).strip()[:40]}" for name in marks]
            verdict = "right" if right == len(marks) else "wrong"
            this = {"answer": entered, "verdict": verdict, "misconception": idea, "number": self._number}
            self.tries = {**self.tries, self.kind: [*self.tries.get(self.kind, []), this][-MAX_KEPT:]}
        if not whole:
            said = " ".join(
                f"{verdicts.count(verdict)} of {len(marks)} {words}."
                for verdict, words in _NOT_YET.items()
                if verdict in verdicts
            )
        elif right == len(marks):
            said = "Right, all of it."
        else:
            said = f"{right} of {len(marks)} are right. The others say why not: mend them, or take the next case."
        worked = "; ".join(f"{box.label}: {self._sheet.shown(box.name)}" for box in self._sheet.boxes)
        self.marked = {
            "marks": {name: asdict(mark) for name, mark in marks.items()},
            "text": said,
            "verdict": "right" if right == len(marks) else "wrong" if whole else "",
            "worked": f"{worked}." if whole else "",
        }
        self.value = {**self.value, "marks": {name: mark.verdict for name, mark in marks.items()}}
        self._tell()
        return dict(self.marked)

    def take(self, tries: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Go on from other tries than those known here: loaded ones, or none."""
        given = {name: [dict(each) for each in each_of] for name, each_of in tries.items()}
        if given != self.tries:
            self.tries = given
            self._tell()

    def tally(self, kind: str) -> tuple[int, int, int]:
        """Of the last five cases: how many were right, how many there were; and the streak without a wrong one."""
        right = [each["verdict"] == "right" for each in self.tries.get(kind, [])]
        streak = next((at for at, each in enumerate(reversed(right)) if not each), len(right))
        return sum(right[-LAST:]), len(right[-LAST:]), streak

    def _deal(self) -> None:
        if self._queue is not None:
            self.kind, self._number = self._queue[min(self._at, len(self._queue) - 1)]
        else:
            tries = self.tries.get(self.kind, [])
            done = [each["number"] // 10 % MAX_CASES for each in tries if each["number"] is not None]
            self._number = case_number(self._learner, max(done, default=-1) + 1 + self._at, self.level)
        self._sheet = self._drills[self.kind].deal(self._number)
        self._checked = False
        self.marked = {}
        self.value = {"kind": self.kind, "number": self._number}
        self.case = self._sheet.wire() | {"number": self._number, "kind": self.kind}
        self._tell()

    def _tell(self) -> None:
        if self._follow is not None:
            self.follows = self._follow(self.tries.get(self.kind, [])).wire()
        right, of, streak = self.tally(self.kind)
        if self._queue is not None:
            at, of = self._at + 1, len(self._queue)
            self.told = {"tally": f"Card {at} of {of}.", "more": at < of}
            return
        said = f"{right} of the last {of} right" if of else f"{WANTED} of {LAST} right is the aim"
        aim = " (aim reached: try harder ones)" if right >= WANTED and self.level < max(LEVELS) else ""
        self.told = {"tally": f"{said}{aim}; right in a row: {streak}; {LEVELS[self.level]} cases.", "more": True}

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["kind"]:
            case "look":
                return {"problems": self._sheet.refused(message["entries"])}
            case "check":
                return {"marked": self.check(message["entries"])}
            case "next":
                self.next_case()
            case "choose":
                self.choose(message["drill"])
            case "step":
                self.step(int(message["by"]))
            case other:
                raise ValueError(f"unknown message: {other!r}")
        return {"dealt": True}

    def __repr__(self) -> str:
        return f"{self.spec['title']}: {self._drills[self.kind].label}. {self._sheet.text}"

    def _static(self) -> dict[str, str]:
        """Add the case on screen, or all of a queue that is followed, each with its answers folded under it."""
        sheets = [self._sheet]
        if self._follow is not None and self._queue is not None:
            sheets = [self._drills[kind].deal(number) for kind, number in self._queue]
        return {"text/markdown": "\n\n".join(part for made in sheets for part in _read_only(made))}


def _read_only(made: Sheet) -> list[str]:
    """A sheet for where no kernel runs, in paragraphs of Markdown; a box is a row of dots."""
    heads = "| " + " | ".join(in_markdown(head) or " " for head in made.columns) + " |"
    rule = "|" + "---|" * len(made.columns)
    rows = []
    for name, cells in made.rows:
        shown = [
            in_markdown(c) if isinstance(c, str) else "…" if isinstance(c, Box) else " ".join("…" for _ in c)
            for c in cells
        ]
        rows.append("| " + " | ".join([in_markdown(name), *shown]) + " |")
    notes = [f"*{in_markdown(head)}*: {in_markdown(text)}" for head, text in made.notes]
    for head, text in made.folded:
        lines = "\n".join(f"- {in_markdown(line)}" for line in text.splitlines())
        notes.append(f"<details><summary>{in_markdown(head)}</summary>\n\n{lines}\n\n</details>")
    right = "; ".join(f"{box.label}: {made.shown(box.name)}" for box in made.boxes)
    folded = f"<details><summary>Answer</summary>\n\n{in_markdown(right)}\n\n</details>"
    return [f"**{in_markdown(made.text)}**", *notes, "\n".join([heads, rule, *rows]), folded]
