"""How long a reader waits: seconds from the address to a page that reads, and to a control that moves, without a click.

    python -m tests.browser.opening [--site FOLDER] [--times 5] [notebooks/04_power_of_twenty.ipynb ...]

Without ``--site`` pages are opened in JupyterLab, which runs already; with it, in the site that ``binder/site`` built
in FOLDER, each first visit with a browser that was never there, then a second. All pages unless some are named.
Medians; columns:

reads       the first text of the page is on screen: the beginning that is laid over it, or the notebook itself
control     the first slider, choice, box or button of ours is there and takes the focus
ready       the page says that it is ready
work        what browser, server and kernel worked until then, seconds of a core: steadier on a busy machine
MB          what the server sent on the first visit, as it lies on the disk
packed      the same from a host that compresses, MB (gzip)
tab         the memory of the greatest process of the browser, MB (PSS)
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import shutil
import statistics
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import psutil

from tests.browser.everyone import close_kernels
from tests.browser.real_lab import ROOT, TOKEN, running_browser, running_lab

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
READS = ":is(.ts-first h1, .jp-RenderedMarkdown):visible"
CONTROL = "section.trialsim :is(input, select, textarea, button):enabled:visible"
PATIENCE_MS = 300_000


class Counting(http.server.SimpleHTTPRequestHandler):
    """A server of plain files that remembers what it sends."""

    sent: ClassVar[list[Path]] = []

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send, and remember."""
        self.sent.append(Path(source.name))
        super().copyfile(source, outputfile)


@contextlib.contextmanager
def plain_files(folder: Path) -> Iterator[str]:
    """Serve the site; its address."""
    handler = functools.partial(Counting, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def visit(context: Any, address: str) -> dict[str, float]:
    """Open one page in a tab of its own and take the time."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    began, worked = time.monotonic(), work()
    found: dict[str, float] = {}

    def reached(what: str) -> None:
        found[what] = time.monotonic() - began

    page.goto(address, wait_until="commit")
    page.locator(READS).first.wait_for()
    reached("reads")
    control = page.locator(CONTROL).first
    control.wait_for()
    control.focus()
    reached("control")
    page.locator("[data-lesson=ready]").wait_for()
    reached("ready")
    found["work"] = work() - worked
    found["tab"] = greatest_process()
    page.close()
    return found


def work() -> float:
    """Seconds of a core that all processes below this one have worked."""
    seconds = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            seconds += sum(process.cpu_times()[:2])
    return seconds


def greatest_process() -> float:
    """The memory of the greatest process of a page, MB."""
    sizes = [0.0]
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "--type=renderer" in process.cmdline():
                sizes.append(process.memory_full_info().pss / 1e6)
    return max(sizes)


def in_lab(names: Sequence[str], times: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each lesson in a Lab that runs, with a new kernel each time."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        shutil.copytree(ROOT / "notebooks", root / "notebooks")
        (root / "home").mkdir()
        with (
            running_lab(root / "notebooks", root / "home") as lab,
            running_browser(root / "profile", width=1280, height=800) as context,
        ):
            for name in names:
                found = []
                for _ in range(times):
                    found.append(visit(context, f"{lab}/doc/tree/{quote(name)}?token={TOKEN}"))
                    close_kernels(lab)
                yield name, middles(found)


def on_the_site(folder: Path, names: Sequence[str], times: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each lesson twice, in a browser that was never there."""
    with plain_files(folder) as site:
        for name in names:
            address = f"{site}/lab/index.html?path={quote(name)}&alone=yes"
            first, second = [], []
            for _ in range(times):
                with (
                    tempfile.TemporaryDirectory() as profile,
                    running_browser(Path(profile), width=1280, height=800) as context,
                ):
                    Counting.sent.clear()
                    first.append(visit(context, address))
                    sent = [path.read_bytes() for path in Counting.sent]
                    first[-1]["MB"] = sum(map(len, sent)) / 1e6
                    first[-1]["packed"] = sum(len(zlib.compress(data)) for data in sent) / 1e6
                    second.append(visit(context, address))
            yield f"{name}, first visit", middles(first)
            yield f"{name}, second visit", middles(second)


def middles(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """The median of each column."""
    return {what: statistics.median(row[what] for row in found) for what in found[0]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="every page unless given")
    parser.add_argument("--site", type=Path, help="the folder of the built site; without it, JupyterLab")
    parser.add_argument("--times", type=int, default=5, help="visits of each kind")
    options = parser.parse_args(arguments)
    names = [path.name for path in options.notebooks or LESSONS]
    load = ", ".join(f"{part:.1f}" for part in psutil.getloadavg())
    print(f"{psutil.cpu_count()} cores; load at the start {load}; medians of {options.times}; seconds and MB\n")
    columns = ("reads", "control", "ready", "work", "MB", "packed", "tab")
    print(f"| page | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}", flush=True)
    rows = on_the_site(options.site, names, options.times) if options.site else in_lab(names, options.times)
    for name, row in rows:
        said = (f"{row[what]:.1f}" if what in row else "–" for what in columns)
        print(f"| {name} | {' | '.join(said)} |", flush=True)


if __name__ == "__main__":
    main()
