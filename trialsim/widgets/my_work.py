"""The learner's own work on screen: predicted beside found, what is answered, and the one file that keeps it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets

from trialsim.exchange.kept_values import MAX_NAME
from trialsim.exchange.work import MAX_WORK_BYTES, LessonWork, Try, Work, read_work, write_work
from trialsim.exchange.work_folder import FOLDER
from trialsim.widgets.progress_store import ProgressStore
from trialsim.widgets.request_widget import RequestWidget, script

WORK_FILE = "my_work.json"
"""What the saved work is called when it is downloaded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One prediction: the question, what was predicted and what was found, as they are shown.

    Both are empty as long as nothing was predicted: nobody shall find the answer here first.
    """

    question: str
    predicted: str = ""
    found: str = ""


class MyWork(RequestWidget):
    """What was done in a lesson, with buttons that save it, load it and begin anew.

    Parameters
    ----------
    progress : ProgressStore
        What was done.
    predictions : callable
        Gives an `Asked` for each prediction of the lesson, as things stand.
    questions : sequence of (str, str)
        The key and the heading of each question of the lesson.
    words : sequence of str
        The keys of the answers in one's own words.
    folded : bool
        Whether it begins as one line.
    """

    _esm = script("unsent.js", "my_work.js")

    folded = traitlets.Bool(False).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        progress: ProgressStore,
        predictions: Any,
        questions: Sequence[tuple[str, str]],
        words: Sequence[str] = (),
        *,
        folded: bool = False,
    ) -> None:
        self._progress, self._predictions = progress, predictions
        self._questions, self._words = tuple(questions), tuple(words)
        super().__init__(folded=folded, shown=self._now())
        progress.watch(self._refresh)

    def _refresh(self) -> None:
        self.shown = self._now()

    def _now(self) -> dict[str, Any]:
        progress, mine = self._progress, self._progress.mine
        asked: list[Asked] = list(self._predictions())
        return {
            "lesson": progress.lesson,
            "name": progress.work.name,
            "longest": MAX_NAME,
            "largest": MAX_WORK_BYTES,
            "last": mine.last,
            "line": self._line(mine, asked),
            "predictions": [[prediction.question, prediction.predicted, prediction.found] for prediction in asked],
            "questions": [[heading, _how(mine.checks.get(key, ()))] for key, heading in self._questions],
            "problems": list(progress.problems),
            "undoable": progress.undoable,
            "place": FOLDER,
            "file": self._file(progress.work),
        }

    @staticmethod
    def _file(work: Work) -> dict[str, str]:
        return {"name": WORK_FILE, "text": write_work(work)}

    def _line(self, mine: LessonWork, asked: Sequence[Asked]) -> str:
        if not mine.last:
            return "Nothing yet."
        solved = sum(key in mine.solved for key, _ in self._questions)
        parts = []
        if asked:
            parts.append(f"{sum(bool(prediction.predicted) for prediction in asked)} of {len(asked)} guesses made")
        if self._questions:
            parts.append(f"{solved} of {len(self._questions)} questions solved")
        if self._words:
            written = sum(bool(mine.words.get(key)) for key in self._words)
            parts.append("your own words written" if written else "your own words not written yet")
        return ", ".join(parts) + "."

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        progress = self._progress
        match message["kind"]:
            case "file":
                return {"file": self._file(progress.all_work())}
            case "name":
                progress.call(message["name"].strip())
                return {"said": "Your name goes into the file." if progress.work.name else "The file bears no name."}
            case "load":
                work = read_work(message["text"], message["name"])
                progress.put(work)
                lessons = ", ".join(sorted(work.lessons)) or "none"
                return {"said": f"Loaded {message['name']}: lessons {lessons}. What this lesson holds is shown above."}
            case "over":
                progress.start_over()
                return {"said": "This lesson begins anew. You can take that back."}
            case "undo":
                progress.undo()
                return {"said": "Back to what was there before."}
        raise ValueError(f"unknown message: {message['kind']!r}")

    def __repr__(self) -> str:
        return "Your work in this lesson: guesses, answers and settings, kept as you go."

    def _static(self) -> dict[str, str]:
        """Add what stands here where no kernel runs: what will be compared."""
        if self.folded:
            text = "*In the running notebook your work is kept as you go: guesses, answers, settings.*"
        else:
            rows = [f"- {prediction.question}" for prediction in self._predictions()]
            text = "*In the running notebook this holds your guesses beside the answers.*"
            text = "\n".join([text, "", *rows]) if rows else text
        return {"text/markdown": text}


def _how(tries: Sequence[Try]) -> str:
    """How somebody fared with one question."""
    if not tries:
        return "not tried"
    at = next((k for k, attempt in enumerate(tries, 1) if attempt.verdict == "right"), None)
    if at is None:
        return f"open after {len(tries)} {'try' if len(tries) == 1 else 'tries'}"
    return "right at once" if at == 1 else f"right at try {at}"
