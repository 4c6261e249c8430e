"""Lesson 06: what would you run instead? The investigator's bench, and the checks around it.

>>> by_hand().loc["all trials"].tolist()
[100.0, 100.0]
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from trialsim.design import TwoStage, outcome_table
from trialsim.facts.responses import load_response
from trialsim.lessons.bench import BenchPage, OpenBench, panels
from trialsim.lessons.design_your_trial.questions import apply_question, diagnose_question, recall_question
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.randomised import phase_three
from trialsim.power.side_by_side import candidate
from trialsim.report.beliefs import BELIEF_HEADER, belief_of, belief_rows, beliefs_in_pieces
from trialsim.report.pictures import endings_figure
from trialsim.report.simulated import TRIALS, simulated_success
from trialsim.text import count, in_100
from trialsim.widgets.frame import LessonPlan, OpenLesson, Varied
from trialsim.widgets.later import Later, Steps
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.table import Table

__all__ = [
    "PLAN",
    "begin",
    "believed_table",
    "bench_page",
    "by_hand",
    "counted_too",
    "exact_beside_simulated",
    "open_bench",
]


def open_bench(lesson: OpenLesson) -> OpenBench:
    """Open the bench of a lesson that was begun, as it was left."""
    return OpenBench(lesson)


def bench_page(lesson: OpenLesson, bench: OpenBench) -> BenchPage:
    """The page of the bench, shut until the prediction of the lesson is committed."""
    return bench.page(lambda: "successes_at_wrong_p0" not in lesson.progress.mine.predictions)


def counted_too(bench: Bench | None = None) -> Table:
    """What `exact_beside_simulated` gives, in a drawer."""
    caption = f"Chance of success at p1, computed exactly and counted in {TRIALS:,} simulated trials."
    return Table(exact_beside_simulated(bench), caption, drawer="The same counted in simulated trials")


def by_hand(bench: Bench | None = None) -> pd.DataFrame:
    """The two-stage design by hand: where its trials end, of 100 at p0 and of 100 at p1.

    Examples
    --------
    >>> by_hand().loc["all trials"].tolist()
    [100.0, 100.0]
    """
    taken = bench or Bench()
    design = candidate(taken, "optimal").design
    assert isinstance(design, TwoStage)
    columns = {}
    for name, rate in (("p0", taken.p0), ("p1", taken.p1)):
        table = outcome_table(design, rate)
        early, success = table["n_observed"] == design.n1, table["success"]
        chances = [float(table.loc[which, "probability"].sum()) for which in (early, ~early & ~success, success)]
        columns[f"of 100 trials, if {100 * rate:g} % respond ({name})"] = [
            100 * value for value in (*chances, sum(chances))
        ]
    rows = [
        f"fewer than {design.continue_at} of {design.n1} respond: stop",
        f"fewer than {design.min_responders} of {design.n} respond: no success",
        f"{design.min_responders} or more of {design.n} respond: success",
        "all trials",
    ]
    return pd.DataFrame(columns, index=pd.Index(rows, name="optimal two-stage design")).round(1)


def exact_beside_simulated(bench: Bench | None = None) -> pd.DataFrame:
    """The chance of success of each kind of design, computed exactly and counted in simulated trials."""
    taken = bench or Bench()
    rows = {}
    for name in ("single", "optimal", "pilot"):
        design = candidate(taken, name)
        found = simulated_success(design, taken.p1, taken.p0, seed=taken.seed)
        rows[design.label] = {
            "exact": round(design.power, 4),
            f"simulated ({TRIALS:,} trials)": round(found.value, 4),
            "standard error": round(found.standard_error, 4),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("success at p1")


def believed_table(bench: Bench | None = None) -> Later:
    """What the design taken does under each named belief about the drug, beside what the randomised trial saw."""
    taken = bench or Bench()
    return Later("The design you took, under each belief about the drug", lambda: _believed_table(taken))


def _believed_table(taken: Bench) -> Steps:
    yield from beliefs_in_pieces(taken)
    frame = pd.DataFrame(belief_rows(taken), columns=list(BELIEF_HEADER))
    caption = (
        f"{DESIGNS[taken.design]}, under each named belief about the drug. Response at week {taken.trial.week} by "
        f"{load_response(taken.definition).label}, from the model of patients: assumed."
    )
    return Table(frame, caption)


@cache
def _situation_panel() -> Panel:
    return Panel("The trial of the record, if p0 were 30 % and p1 50 %", (), _draw_situation)


def _draw_situation(_: State) -> View:
    bench = Bench(design="at_hand")
    taken, protocol = candidate(bench), bench.trial
    return View(
        endings_figure(bench, taken),
        f"With {taken.n} patients success would take {taken.rule}: {count(taken.power)} trials in 100 would reach it "
        f"if {100 * bench.p1:g} % respond. The record names no p0, no p1 and no alpha. What would you run instead?",
        f"Responders at the end: {in_100(taken.attained_alpha)} trials in 100 succeed at p0, {in_100(taken.power)} "
        "at p1.",
        f"{protocol.n} patients: registry record of {protocol.id}. Assumed: p0, a one-sided alpha of {bench.alpha:g}, "
        f"and p1 ({belief_of(bench.rate('p1'))}). Randomised since: {phase_three().sentence}",
    )


PLAN = LessonPlan(
    "06",
    panels={"situation": _situation_panel, "robustness": panels["robustness"]},
    questions={"recall": recall_question, "apply": Varied(apply_question), "diagnose": diagnose_question},
    words="Which design would you run, and what do you promise the ethics committee?",
)
begin = PLAN.begin
