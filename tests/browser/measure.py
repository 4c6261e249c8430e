"""How fast the panels of the lessons are in the real JupyterLab: every control of every panel, near and far.

    python -m tests.browser.measure [--delay 120] [notebooks/04_power_of_twenty.ipynb ...]

Without a notebook every lesson is measured; ``toy`` is the panel of the tests. Panels and controls are found on the
page. With ``--delay`` everything is measured again with that many ms added on the way to the server and back.

A step is one key press: an arrow key on a slider, a choice or a select, the space bar on a switch, a button or one of
several boxes. Its time runs from the key (the space bar acts when let go) to the end of the frame that has the new
picture: the handlers, the wait for the frame's turn (60 a second; 8 ms on average), style, layout and paint. Columns:

step        everything is there: median / 90th percentile, ms
work        the same without the wait for the frame's turn: what the page worked, median, ms
held        a key held for 60 steps, or to the slider's end, 30 steps a second from the first, everything there: the
            pictures that were in a frame, of the steps
from focus  the same from the moment of focus, after another control was moved and the page rested: its range is not
            there, but the few pictures are that a page fetches while it rests; the median of three times
first       from there one step, pressed at once with the focus, median, ms
cold        the same with nothing there at all, and never drawn before: the worst that can happen, median, ms
echo        one step of a control that only goes to the kernel and back, in turn with the cold ones, median, ms
cold/echo   their ratio, the added delay taken off both

A number in bold with a cross misses its target: step at most 16 ms; held at least 95 %; from focus at least 83 %, and
of these the steps within the added delay may be lost; first at most 1.5 times the echo, and 3 times in lessons 03 and
06, which compute; the added delay counts once. How bad it can be, the last column tells.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.browser.distance import distant
from tests.browser.real_lab import ROOT, open_notebook, run_all, running_browser, running_lab, write_notebook
from tests.browser.stopwatch import REPEATS_A_SECOND, Control, Stopwatch, Times, middle

TOY = ("from tests.browser.toy_panel import *", "Explorer(panel)")
ECHO = "from tests.browser.toy_panel import Echo as _Echo\n_Echo()"
LESSONS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
STEP_MS = 16.0
HELD = 0.95
FROM_FOCUS = 0.83
COLD = 1.5
COLD_COMPUTED = 3.0
COMPUTING = ("03", "06")
HEIGHT = 1300
COLUMNS = ("step", "work", "held", "from focus", "first", "cold", "echo", "cold/echo")


def open_panels(page: Any) -> None:
    """Open every drawer and commit every prediction that is asked for, so that every panel opens."""
    page.locator("section.trialsim details").evaluate_all("(all) => all.forEach((drawer) => { drawer.open = true; })")
    shut = page.get_by_role("button", name="This is my guess")  # what is hidden has no role
    for left in range(shut.count(), 0, -1):
        asked = page.locator(".trialsim").filter(has=shut).first
        if asked.get_by_role("radio").count():
            asked.get_by_role("radio").first.check()
        elif asked.get_by_role("slider").count():
            asked.get_by_role("button", name="This is my guess").click()  # says only where the slider begins
        asked.get_by_role("button", name="This is my guess").click()
        shut.nth(left - 1).wait_for(state="detached")


def measure(page: Any, set_delay: Any, delays: Sequence[float]) -> Iterator[tuple[Control, list[Times]]]:
    """Time every control of the notebook that is open and has run, at each distance; panel by panel."""
    open_panels(page)
    watch = Stopwatch(page)
    controls = watch.controls()
    for panel in sorted({control.panel for control in controls}):
        row = [control for control in controls if control.panel == panel]
        found: dict[Control, list[Times]] = {control: [] for control in row}
        for delay in delays:
            set_delay(delay)
            for at, control in enumerate(row):
                others = [other for other in row if other is not control]
                found[control].append(watch.measure(control, others, moved_away=at == 0 and len(delays) > 1))
        yield from found.items()


def marked(text: str, good: bool) -> str:
    """The text as it stands in the table."""
    return text if good else f"**{text}** ✗"


def cells(times: Times, control: Control, delay: float, most: float) -> list[str]:
    """What one row says of one distance."""

    def share(count: int | None, least: float) -> str:
        return "–" if count is None else marked(f"{count} of {control.reach}", count >= least)

    lost = delay / 1000 * REPEATS_A_SECOND
    every = (times.step, times.work, times.first, times.cold, times.echo)
    step, work, first, cold, echo = (middle(found) for found in every)
    if step is None or first is None or cold is None or echo is None or times.missing:
        return [f"**{times.missing} steps gave no picture** ✗", *["–"] * 7]
    tail = statistics.quantiles(times.step, n=10, method="inclusive")[8]
    ratio = (cold - delay) / max(1.0, echo - delay)
    return [
        marked(f"{step:.1f} / {tail:.1f}", step <= STEP_MS),
        f"{work:.1f}",
        share(times.held, HELD * control.reach),
        share(times.from_focus, FROM_FOCUS * control.reach - lost),
        marked(f"{first:.0f}", first - delay <= most * (echo - delay)),
        f"{cold:.0f}",
        f"{echo:.0f}",
        f"{ratio:.2f}",
    ]


def _row(control: Control, found: Sequence[Times], delays: Sequence[float], most: float) -> str:
    values = "" if control.values is None else f"{control.values}"
    parts = [control.title, f"{control.label} ({control.kind})", values]
    for times, delay in zip(found, delays, strict=True):
        parts += cells(times, control, delay, most)
    return "| " + " | ".join(part.replace("|", "/") for part in parts) + " |"


def _head(delays: Sequence[float]) -> str:
    names = ["lesson: panel", "control", "values"]
    for delay in delays:
        far = f" +{delay:g}" if delay else ""
        names += [f"{name}{far}" for name in COLUMNS]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="every lesson unless given; 'toy' for the tests' panel")
    parser.add_argument("--delay", type=float, default=0, help="added network delay, there and back, ms")
    options = parser.parse_args(arguments)
    delays = (0.0, options.delay) if options.delay else (0.0,)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"{os.cpu_count()} cores; load average at the start {load}; times in ms; see the script for the columns\n")
    print(_head(delays), flush=True)
    began, missed = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folder, home = root / "notebooks", root / "home"
        folder.mkdir()
        home.mkdir()
        names = [_with_echo(path, folder) for path in options.notebooks or LESSONS]
        with (
            running_lab(folder, home) as near,
            running_browser(root / "profile", height=HEIGHT) as browser,
            distant(near) as way,
        ):
            for name in names:
                lesson = Path(name).stem
                most = COLD_COMPUTED if lesson.startswith(COMPUTING) else COLD
                way.delay_ms = 0.0
                page = browser.new_page()
                open_notebook(page, way.address if options.delay else near, name)
                run_all(page)
                for control, found in measure(page, lambda delay: setattr(way, "delay_ms", delay), delays):
                    row = _row(control, found, delays, most)
                    missed += row.count("✗")
                    print(f"| {lesson[:2]}: {row.removeprefix('| ')}", flush=True)
                page.close()
    print(f"\n{missed} numbers miss their target; {(time.monotonic() - began) / 60:.1f} minutes")


def _with_echo(path: Path, folder: Path) -> str:
    """Copy a notebook, or write the toy, and add the bare echo at its end; its name."""
    import nbformat

    if path.name == "toy":
        return write_notebook(folder / "toy.ipynb", *TOY, ECHO).name
    shutil.copy(path, folder / path.name)
    notebook = nbformat.read(folder / path.name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(ECHO))
    nbformat.write(notebook, folder / path.name)
    return path.name


if __name__ == "__main__":
    main()
