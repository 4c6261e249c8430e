"""Processes that write a user's files and are killed in the middle, or write the same file: run as a program.

    python tests/attack/writing.py FOLDER kill TIMES       kill writers at random moments
    python tests/attack/writing.py FOLDER together WRITES  two writers of one lesson, and a reader

It prints what was found. Processes are forked, so that five hundred of them do not import the package each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd

import trialsim as ts
from trialsim.exchange.work import LessonWork, Work, load_work, save_work
from trialsim.exchange.work_folder import WorkFolder
from trialsim.facts.own_tables import template
from trialsim.files import read_local_file, write_whole
from trialsim.power.sweep import RESULTS

Writer = Callable[[int], object]
Reader = Callable[[], object]


def kinds(folder: Path) -> dict[str, tuple[Writer, Reader]]:
    """How each kind of file is written, ever differently, and read; the report's text is as long as a report."""
    columns = ["drug_effect", "definition", "design", *RESULTS]
    table = ts.load_patients(template("long").encode()).assessments

    def sweep(at: int) -> object:
        rows = [[k / 100, "IMACS-2004", f"n = {at}", 0.4, 0.0002, 0.25, 0.001] for k in range(60)]
        return ts.save_sweep(pd.DataFrame(rows, columns=columns), folder / "sweep.csv")

    def patients(at: int) -> object:
        return ts.save_patients(table.assign(SUBJID=f"S{at}"), folder / "patients.csv")

    def report(at: int) -> object:
        return write_whole(folder / "report.html", f"{at}\n" * 60_000)

    def whole_report() -> object:
        lines = set(read_local_file(folder / "report.html", 10**7, "report").split(b"\n")) - {b""}
        assert len(lines) == 1
        return lines

    def lesson(at: int) -> object:
        work = Work(lessons={"04": LessonWork(words={"transfer": f"{at} " * 900})})
        return WorkFolder(folder / "my_work").keep(work, "04", known={})

    return {
        "work": (
            lambda at: save_work(Work(name=f"Ada {at}"), folder / "work.json"),
            lambda: load_work(folder / "work.json"),
        ),
        "lesson": (lesson, lambda: load_work(folder / "my_work" / "lesson_04.json")),
        "bench": (
            lambda at: ts.save_bench(ts.Bench(title=f"bench {at}"), folder / "bench.json"),
            lambda: ts.load_bench(folder / "bench.json"),
        ),
        "sweep": (sweep, lambda: ts.load_sweep(folder / "sweep.csv")),
        "patients": (patients, lambda: ts.load_patients(folder / "patients.csv").patients[0]),
        "report": (report, whole_report),
    }


def child(work: Callable[[], None]) -> int:
    """A process that does this and ends."""
    number = os.fork()
    if number == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return number


def kill(folder: Path, times: int) -> dict[str, object]:
    """Kill writers at random moments; afterwards each file is whole, and can be written again."""
    lost: list[str] = []
    chance = Random(1)
    all_kinds = kinds(folder)
    for write, _ in all_kinds.values():
        write(0)
    for at in range(times):
        name = list(all_kinds)[at % len(all_kinds)]
        write, read = all_kinds[name]

        def forever(write: Writer = write) -> None:
            for value in range(1, 10**6):
                write(value)

        number = child(forever)
        time.sleep(chance.uniform(0, 0.06))
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        try:
            read()
        except Exception as problem:
            lost.append(f"{name}: {problem!r}")
            write(0)
    for write, read in all_kinds.values():  # a lock or a draft that was left holds nobody up for long
        write(0)
        read()
    return {"kills": times, "lost": lost}


def together(folder: Path, writes: int) -> dict[str, object]:
    """Two kernels in one lesson write as often; this process reads on and on."""
    from trialsim.widgets.progress_store import ProgressStore

    def window(who: str) -> Callable[[], None]:
        def work() -> None:
            progress = ProgressStore("04", WorkFolder(folder / "my_work"))
            for at in range(writes):
                progress.keep("words", f"{who} {at % 50}", f"{at} " * 200)
            if progress.problems:
                print(progress.problems, file=sys.stderr)
                os._exit(2)

        return work

    file = folder / "my_work" / "lesson_04.json"
    numbers = [child(window(who)) for who in ("first", "second")]
    reads, bad, ended = 0, [], dict[int, int]()
    while len(ended) < 2:
        for number in numbers:
            if number not in ended:
                found, status = os.waitpid(number, os.WNOHANG)
                if found:
                    ended[number] = status
        if file.exists():
            reads += 1
            try:
                load_work(file)
            except Exception as problem:
                bad.append(repr(problem))
    words = load_work(file).lessons["04"].words
    last = {f"{who} {at % 50}": f"{at} " * 200 for who in ("first", "second") for at in range(writes)}
    return {
        "reads": reads,
        "bad": bad,
        "failed": [status for status in ended.values() if status],
        "missing": [name for name, text in last.items() if words.get(name) != text],
        "files": sorted(found.name for found in file.parent.iterdir()),
    }


if __name__ == "__main__":
    place, what, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    print(json.dumps({"kill": kill, "together": together}[what](place, count)))
