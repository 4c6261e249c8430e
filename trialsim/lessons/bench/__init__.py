"""The investigator's bench: every assumption of a sample size and all that follows, on one page.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     page(folder)
The bench as it begins
5 of 100 trials succeed if 30 % respond, 83 if 50 % respond.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from trialsim.lessons.bench.open_bench import STEPS, OpenBench
from trialsim.lessons.bench.page import BenchPage
from trialsim.lessons.bench.steps import Step
from trialsim.widgets.frame import LessonPlan
from trialsim.widgets.panel import Panel

__all__ = ["PLAN", "STEPS", "BenchPage", "OpenBench", "begin", "page", "panels"]


def _panel_of(make: Callable[[], Step]) -> Panel:
    return make().panel


panels = {name: partial(_panel_of, make) for name, make in STEPS.items()}
PLAN = LessonPlan("06", panels=panels)
begin = PLAN.begin


def page(folder: str | Path | None = None) -> BenchPage:
    """Open the bench as it was left; it is kept with the work of lesson 06, which teaches with it."""
    found = OpenBench(begin(folder)).page()
    found.add_class("trialsim-bench")  # the page has the width of the screen
    return found
