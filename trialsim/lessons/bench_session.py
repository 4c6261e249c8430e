"""One bench behind several panels: what one of them changes, all others show."""

from __future__ import annotations

import threading
from typing import Any

from trialsim.errors import TrialsimError
from trialsim.lessons.asking import Prediction
from trialsim.lessons.bench_designs import belief_step, choice_step, designs_step
from trialsim.lessons.bench_evidence import evidence_step
from trialsim.lessons.bench_patients import patients_step, warm
from trialsim.lessons.bench_robustness import robustness_step
from trialsim.lessons.bench_steps import Step
from trialsim.lessons.explorer import Explorer
from trialsim.lessons.panel import State
from trialsim.lessons.takeaway import Takeaway
from trialsim.power.bench import Bench

__all__ = ["STEPS", "OpenBench"]

STEPS = (evidence_step, patients_step, designs_step, choice_step, belief_step, robustness_step)


class OpenBench:
    """A bench that is being worked on.

    Every method shows one panel; all of them hold the same assumptions, and moving one moves the others.

    Attributes
    ----------
    bench : Bench
        The assumptions as they stand. Set it, and every panel follows; a bench that a panel cannot show is refused.

    Examples
    --------
    >>> OpenBench(Bench(p0=0.25))
    The bench: p0 25 %, p1 50 %, alpha 0.05, power 0.8; taken: Single stage, exact.
    """

    def __init__(self, bench: Bench | None = None) -> None:
        self._shown: list[tuple[Step, Explorer]] = []
        self._takeaways: list[Takeaway] = []
        self._pushing = False
        self._bench = Bench()
        self.bench = bench or Bench()

    @property
    def bench(self) -> Bench:
        """The assumptions as they stand."""
        return self._bench

    @bench.setter
    def bench(self, bench: Bench) -> None:
        settings = {make: make().settings(bench) for make in STEPS}  # refused before anything is changed
        self._bench = bench
        self._pushing = True
        try:
            for step, explorer in self._shown:
                changed = {**explorer.settings, **next(settings[make] for make in STEPS if make() is step)}
                if changed != explorer.settings:
                    explorer.settings = changed
            for takeaway in self._takeaways:
                takeaway.show(bench)
        finally:
            self._pushing = False

    def evidence(self) -> Explorer:
        """Step 1: published groups."""
        return self._show(evidence_step())

    def patients(self) -> Explorer:
        """Step 2: p0 and p1 out of assumed patients. What its first move needs is computed meanwhile."""
        threading.Thread(target=warm, name="warm the bench", daemon=True).start()
        return self._show(patients_step())

    def designs(self) -> Explorer:
        """Step 3: every design side by side."""
        return self._show(designs_step())

    def choice(self) -> Explorer:
        """Step 3: the design to take."""
        return self._show(choice_step())

    def belief(self) -> Explorer:
        """Step 3: what the Bayesian design believes."""
        return self._show(belief_step())

    def predict(self) -> Prediction:
        """Ask what happens when p0 is wrong."""
        return Prediction(robustness_step().panel)

    def robustness(self, prediction: Prediction | None = None) -> Explorer:
        """Step 4: what happens when p0 is wrong; opens once `prediction` is committed."""
        return self._show(robustness_step(), prediction)

    def report(self) -> Takeaway:
        """Step 5: the justification, and the bench as a file."""
        takeaway = Takeaway(self._bench, self._put)
        self._takeaways.append(takeaway)
        return takeaway

    def _show(self, step: Step, prediction: Prediction | None = None) -> Explorer:
        explorer = Explorer(
            step.panel,
            prediction=prediction,
            act=lambda name, state: self._act(step, name, state),
            **step.settings(self._bench),
        )
        explorer.observe(lambda change: self._moved(step, change["new"]), "settings")
        self._shown.append((step, explorer))
        return explorer

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

    def _put(self, bench: Bench) -> None:
        self.bench = bench

    def __repr__(self) -> str:
        return Takeaway.summary(self._bench)
