"""One bench behind several panels: what one of them changes, all others show, and the lesson keeps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from trialsim.ahead import compute_ahead, in_turn
from trialsim.errors import TrialsimError, check_one_of
from trialsim.exchange.session import pack, unpack
from trialsim.lessons.bench.bench_report import BenchReport, summary
from trialsim.lessons.bench.designs_step import belief_step, designs_step
from trialsim.lessons.bench.evidence_step import evidence_step
from trialsim.lessons.bench.page import BenchPage
from trialsim.lessons.bench.patients_step import patients_step
from trialsim.lessons.bench.robustness_step import robustness_step
from trialsim.lessons.bench.safety_step import safety_step
from trialsim.lessons.bench.steps import BENCH, Step
from trialsim.power.bench import Bench
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.frame import OpenLesson
from trialsim.widgets.panel import State
from trialsim.widgets.takeaway import Takeaway

__all__ = ["MAX_UNDO", "STEPS", "OpenBench"]

MAX_UNDO = 200
"""Changes that can be taken back."""

STEPS: Mapping[str, Callable[[], Step]] = MappingProxyType(
    {
        "evidence": evidence_step,
        "patients": patients_step,
        "designs": designs_step,
        "belief": belief_step,
        "safety": safety_step,
        "robustness": robustness_step,
    }
)
"""What makes each step of the bench, by name, from the top to the bottom."""


class OpenBench:
    """The bench of a lesson that somebody works on.

    All its panels hold the same assumptions, and moving one moves the others. The lesson keeps the bench as a whole,
    and of each panel only what belongs to that panel alone.

    Parameters
    ----------
    lesson : OpenLesson
        What shows the panels, and keeps the bench.

    Attributes
    ----------
    bench : Bench
        The assumptions as they stand. Set it, and every panel follows; a bench that a panel cannot show is refused.

    Examples
    --------
    >>> import tempfile
    >>> from trialsim.lessons.bench import begin
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     bench = OpenBench(begin(folder))
    ...     bench.bench = Bench(p0=0.25)
    ...     OpenBench(begin(folder))
    The bench: p0 25 %, p1 50 %, alpha 0.05, power 0.8; taken: Single stage, exact.
    """

    def __init__(self, lesson: OpenLesson) -> None:
        self._lesson = lesson
        self._shown: list[tuple[str, Explorer]] = []
        self._takeaways: list[Takeaway] = []
        self._followers: list[Callable[[], None]] = []
        self._waiting: frozenset[str] = frozenset()
        self._before: list[Bench] = []
        self._pushing = False
        self._bench = Bench()
        lesson.progress.watch(self._adopt)

    @property
    def bench(self) -> Bench:
        """The assumptions as they stand."""
        return self._bench

    @bench.setter
    @in_turn
    def bench(self, bench: Bench) -> None:
        before = self._bench
        self._push(bench)
        if before != bench:
            self._before = [*self._before, before][-MAX_UNDO:]
        self._keep(bench)

    @in_turn
    def undo(self) -> str:
        """Take the last change back; a sentence on what stands now."""
        if not self._before:
            return "Nothing to take back."
        self._push(self._before.pop())
        self._keep(self._bench)
        return f"Taken back. {summary(self._bench)}"

    def follow(self, show: Callable[[], None]) -> None:
        """Call `show` after every change, before anything else follows."""
        self._followers.append(show)

    @in_turn
    def wait(self, names: Collection[str]) -> None:
        """Let these steps (and ``"report"``) wait until they are seen; the others show the bench as it stands."""
        self._waiting = frozenset(names)
        self._push(self._bench)

    def _keep(self, bench: Bench) -> None:
        self._lesson.progress.keep("settings", BENCH, None if bench == Bench() else pack(bench))

    def explore(self, step: str) -> Explorer:
        """Show the panel of one step.

        Parameters
        ----------
        step : str
            One of `STEPS`.

        Raises
        ------
        TrialsimError
            When the bench has no such step.
        """
        opened = STEPS[check_one_of("step", step, STEPS)]()
        if opened.ahead is not None:
            compute_ahead(opened.ahead, f"compute ahead: {step}")
        explorer = self._open(step, opened)
        explorer.observe(lambda change: self._moved(opened, change["new"]), "settings")
        self._shown.append((step, explorer))
        return explorer

    def report(self) -> Takeaway:
        """The justification, and the bench as a file."""
        takeaway = Takeaway(BenchReport(lambda: self._bench, lambda bench: setattr(self, "bench", bench)))
        self._takeaways.append(takeaway)
        return takeaway

    def page(self, shut: Callable[[], bool] = lambda: False) -> BenchPage:
        """Everything on one screen; `shut` says whether it waits for a prediction."""
        found = BenchPage(self, shut)
        self._lesson.progress.watch(found.unlock)
        return found

    def _open(self, name: str, step: Step) -> Explorer:
        def show(bench: Bench) -> Explorer:
            act = None if step.act is None else lambda action, state: self._act(step, action, state)
            return self._lesson.show(name, step.panel, act=act, keeps=step.own, **step.settings(bench))

        try:
            return show(self._bench)
        except TrialsimError:
            # The bench that was kept has no such picture, as when no design fits: the browser says why, over the first.
            explorer = show(Bench())
            explorer.settings = {**explorer.settings, **step.settings(self._bench)}
            return explorer

    def _push(self, bench: Bench) -> None:
        """Let every panel show a bench."""
        settings = {name: make().settings(bench) for name, make in STEPS.items()}  # refused before anything is changed
        self._bench, self._pushing = bench, True
        try:
            for show in self._followers:
                show()
            for name, explorer in self._shown:
                if name in self._waiting:
                    continue
                changed = {**explorer.settings, **settings[name]}
                if changed != explorer.settings:
                    explorer.settings = changed
            for takeaway in self._takeaways if "report" not in self._waiting else ():
                takeaway.refresh()
        finally:
            self._pushing = False

    def _adopt(self) -> None:
        """Show the bench that the lesson keeps: another one was loaded, or the lesson began anew."""
        kept = self._lesson.progress.mine.settings.get(BENCH)
        bench = Bench()
        try:
            bench = bench if kept is None else unpack(kept, f"lesson {self._lesson.plan.number}")
            if bench != self._bench:
                self._push(bench)
        except TrialsimError as error:
            self._lesson.progress.trouble(f"The kept bench was left out: {error}")
            self._push(Bench())

    def _moved(self, step: Step, settings: dict[str, Any]) -> None:
        """A control of one panel came to rest: all others follow. What cannot be is said beside that control."""
        if self._pushing:
            return
        try:
            self.bench = step.change(self._bench, step.panel.read(settings))
        except TrialsimError:
            return

    def _act(self, step: Step, name: str, state: State) -> str:
        assert step.act is not None
        changed, said = step.act(step.change(self._bench, state), name, state)
        self.bench = changed
        return said

    def __repr__(self) -> str:
        return summary(self._bench)
