"""The frame of every lesson: predict, explore, check, say it in words, take away; and what was done is kept.

A lesson declares its panels and questions once; its notebook shows them by name, one line a cell::

    PLAN = LessonPlan(
        "04",
        panels={"decision": decision_panel},
        questions={"recall": recall_question, "apply": Varied(apply_question)},
        words="Which sentence do you ask them to add?",
    )

    lesson = PLAN.begin()
    lesson.predict("decision")      # step "Predict"
    lesson.explore("decision")      # step "Try it": opens when the prediction is committed
    lesson.check("recall")          # step "Check"
    lesson.in_words()               # step "Transfer"
    lesson.take_away()              # your guess and the answer; the file

Cells may run twice or out of order: a prediction belongs to the lesson, not to a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from trialsim.errors import TrialsimError, check_one_of
from trialsim.exchange.work import Try
from trialsim.exchange.work_folder import FOLDER, WorkFolder
from trialsim.widgets.asking import Check, Prediction
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.free_text import FreeText
from trialsim.widgets.my_work import Asked, MyWork
from trialsim.widgets.panel import Panel, State
from trialsim.widgets.progress_store import ProgressStore
from trialsim.widgets.question import Question
from trialsim.widgets.request_widget import RequestWidget

_WORDS = "transfer"
_Widget = TypeVar("_Widget", bound=RequestWidget)


@dataclass(frozen=True, slots=True)
class Varied:
    """A question that the learner's number picks, so that neighbours have different patients."""

    make: Callable[[int], Question]


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """What a lesson is made of.

    Parameters
    ----------
    number : str
        Its number in the course.
    panels : mapping of str to callable
        What makes each panel, by the name that the notebook calls it; in the order of the notebook.
    questions : mapping of str to callable or Varied
        What makes each question.
    words : str
        What the learner is asked to write in words of their own; empty where nothing is.
    """

    number: str
    panels: Mapping[str, Callable[[], Panel]]
    questions: Mapping[str, Callable[[], Question] | Varied] = field(default_factory=dict)
    words: str = ""

    def begin(self, folder: str | Path | None = None) -> OpenLesson:
        """Open the lesson with what was done in it before.

        Parameters
        ----------
        folder : path, optional
            Where the learner's work is kept; a folder beside the notebook unless given.
        """
        return OpenLesson(self, ProgressStore(self.number, WorkFolder(folder or Path.cwd() / FOLDER)))

    def all_panels(self) -> tuple[Panel, ...]:
        """Every panel, for whoever wants to try every control."""
        return tuple(make() for make in self.panels.values())

    def key(self, question: str) -> str:
        """Under which name the tries of a question are kept."""
        return f"{self.number}-{check_one_of('question', question, self.questions)}"

    def question(self, name: str, number: int = 0) -> Question:
        """One question as a learner with this number gets it."""
        made = self.questions[check_one_of("question", name, self.questions)]
        return made.make(number) if isinstance(made, Varied) else made()

    def predicted(self) -> Iterator[Panel]:
        """The panels that ask for a prediction; of those that share one, the first."""
        seen = set()
        for panel in self.all_panels():
            if panel.prediction is not None and panel.prediction.name not in seen:
                seen.add(panel.prediction.name)
                yield panel


class OpenLesson:
    """A lesson that somebody works on: shows its parts and keeps what is done in them.

    Attributes
    ----------
    plan : LessonPlan
    progress : ProgressStore
        What was done.
    """

    def __init__(self, plan: LessonPlan, progress: ProgressStore) -> None:
        self.plan, self.progress = plan, progress
        self._asked_above: set[str] = set()

    def my_work(self) -> MyWork:
        """One line that says how far the learner is; unfolded, it saves, loads and begins anew."""
        return self._my_work(folded=True)

    def take_away(self) -> MyWork:
        """What was predicted beside what was found, and the file to take along."""
        return self._my_work(folded=False)

    def predict(self, panel: str) -> Prediction:
        """Ask for a prediction, in a cell of its own.

        Raises
        ------
        TrialsimError
            When the lesson has no such panel.
        """
        asked = self._panel(panel)
        assert asked.prediction is not None
        key = asked.prediction.name
        self._asked_above.add(key)
        widget = self._placed(key, Prediction(asked, value=self._prediction(asked)))
        self._keep_prediction(asked, widget, "value")
        return widget

    def explore(self, panel: str, **given: Any) -> Explorer:
        """Show a panel; one that asks for a prediction opens when that is committed.

        Parameters
        ----------
        panel : str
            Its name in the plan.
        **given
            As for `show`.

        Raises
        ------
        TrialsimError
            When the lesson has no such panel.
        """
        return self.show(panel, self._panel(panel), **given)

    def show(
        self,
        name: str,
        panel: Panel,
        *,
        act: Callable[[str, State], str] | None = None,
        keeps: Collection[str] | None = None,
        **given: Any,
    ) -> Explorer:
        """Show a panel that is made on the spot; its settings are kept under `name`.

        Parameters
        ----------
        name : str
        panel : Panel
        keeps : collection of str, optional
            The controls that are kept here, where something else keeps the others; all of them unless given.
        act, **given
            As for `Explorer`.
        """
        prediction, asks = self._prediction(panel), True
        if panel.prediction is not None:
            asks = panel.prediction.name not in self._asked_above
        own = {control.name: control.default for control in panel.controls if keeps is None or control.name in keeps}
        start = {**given, **self._settings(name, panel, own)}
        try:
            explorer = Explorer(panel, prediction=prediction, asks=asks, act=act, **start)
        except TrialsimError as error:
            if start == given:
                raise
            # Each control was left where it may stand, but all of them together show nothing.
            self.progress.trouble(f"Lesson {self.plan.number}, kept settings were left out: {error}")
            explorer = Explorer(panel, prediction=prediction, asks=asks, act=act, **given)
        self._placed(name, explorer)
        self._keep_prediction(panel, explorer, "prediction")
        if own:

            def rested(change: Any) -> None:
                before, settings = ({control: change[when][control] for control in own} for when in ("old", "new"))
                if settings != before:  # what the panel is given may change while other settings are being loaded
                    self.progress.keep("settings", name, None if settings == own else settings)

            def adopt() -> None:
                wanted = {**explorer.settings, **own, **self._settings(name, panel, own)}
                if wanted != explorer.settings:
                    explorer.settings = wanted

            explorer.observe(rested, "settings")
            self.progress.watch(adopt)
        return explorer

    def check(self, question: str) -> Check:
        """Ask a question; one that varies takes the learner's number.

        Raises
        ------
        TrialsimError
            When the lesson has no such question.
        """
        key = self.plan.key(question)
        made = self.plan.questions[question]
        asked = made.make if isinstance(made, Varied) else made()
        number = self.progress.number
        widget = self._placed(key, Check(asked, tries=self._tries(key), number=number))
        widget.observe(lambda change: self._tried(key, change["new"]), "tries")
        self.progress.watch(lambda: widget.take(self._tries(key)))
        if isinstance(made, Varied):
            widget.observe(lambda change: self.progress.renumber(change["new"]), "number")
            self.progress.watch(lambda: setattr(widget, "number", self.progress.number))
        return widget

    def in_words(self) -> FreeText:
        """A box for an answer in the learner's own words."""
        widget = self._placed(_WORDS, FreeText(self.plan.words, value=self.progress.mine.words.get(_WORDS, "")))
        widget.observe(lambda change: self.progress.keep("words", _WORDS, change["new"] or None), "value")
        self.progress.watch(lambda: setattr(widget, "value", self.progress.mine.words.get(_WORDS, "")))
        return widget

    def _keep_prediction(self, panel: Panel, widget: RequestWidget, trait: str) -> None:
        """Keep what is committed in this trait of a widget, and show there what is committed elsewhere."""
        if panel.prediction is not None:
            key = panel.prediction.name
            widget.observe(lambda change: self.progress.keep("predictions", key, change["new"]), trait)
            self.progress.watch(lambda: setattr(widget, trait, self._prediction(panel)))

    def _placed(self, name: str, widget: _Widget) -> _Widget:
        """Let the browser keep under this name what has not reached the learner's file."""
        widget.place = f"{self.plan.number} {name}"
        widget.is_written = lambda: self.progress.written
        return widget

    def _my_work(self, *, folded: bool) -> MyWork:
        questions = [(self.plan.key(name), f"Question {at}") for at, name in enumerate(self.plan.questions, 1)]
        words = (_WORDS,) if self.plan.words else ()
        return MyWork(self.progress, self._predictions, questions, words, folded=folded)

    def _predictions(self) -> Iterator[Asked]:
        for panel in self.plan.predicted():
            assert panel.prediction is not None
            value = self._prediction(panel)
            if value is None:
                yield Asked(panel.prediction.label)
            else:
                assert panel.found is not None
                shown = panel.prediction.show
                yield Asked(panel.prediction.label, shown(value), shown(panel.found()))

    def _panel(self, name: str) -> Panel:
        return self.plan.panels[check_one_of("panel", name, self.plan.panels)]()

    def _prediction(self, panel: Panel) -> Any:
        """What was predicted, or None; what was kept and cannot be is said and left out."""
        if panel.prediction is None:
            return None
        try:
            return panel.read_prediction(self.progress.mine.predictions.get(panel.prediction.name))
        except TrialsimError as error:
            self.progress.trouble(f"Lesson {self.plan.number}, a kept prediction was left out: {error}")
            return None

    def _settings(self, name: str, panel: Panel, own: Collection[str]) -> dict[str, Any]:
        """Where the controls were left; as they begin where that cannot be."""
        kept = self.progress.mine.settings.get(name, {})
        try:
            state = panel.read(kept)
        except TrialsimError as error:
            self.progress.trouble(f"Lesson {self.plan.number}, kept settings were left out: {error}")
            return {}
        return {control: state[control] for control in kept if control in own}

    def _tries(self, key: str) -> list[dict[str, Any]]:
        return [asdict(tried) for tried in self.progress.mine.checks.get(key, ())]

    def _tried(self, key: str, tries: list[dict[str, Any]]) -> None:
        self.progress.keep("checks", key, tuple(Try(**tried) for tried in tries) or None)

    def __repr__(self) -> str:
        return f"Lesson {self.plan.number}."
