"""Programs that are killed, two that write one file, a disk that is full or read-only: no file is lost or cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import trialsim as ts
from trialsim.exchange.work import LessonWork, Work, save_work
from trialsim.exchange.work_folder import WorkFolder
from trialsim.power.sweep import RESULTS
from trialsim.report import pages

ROOT = Path(__file__).resolve().parents[2]
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


def run(folder: Path, what: str, times: int) -> dict[str, Any]:
    """What `writing.py` found."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).with_name("writing.py")), str(folder), what, str(times)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@forks
def test_killed_writers_lose_nothing(tmp_path: Path) -> None:
    """At whatever moment a writer is killed, the file is whole."""
    assert run(tmp_path, "kill", 6)["lost"] == []


@forks
@pytest.mark.slow
def test_five_hundred_killed_writers_lose_nothing(tmp_path: Path) -> None:
    """The same, often enough to meet every moment."""
    assert run(tmp_path, "kill", 500)["lost"] == []


def both_are_there(found: dict[str, Any]) -> None:
    assert (found["bad"], found["failed"], found["missing"]) == ([], [], [])
    assert found["files"] == ["lesson_04.json"]


@forks
def test_two_kernels_in_one_lesson(tmp_path: Path) -> None:
    """No read finds a file that is cut, and at the end the words of both are there."""
    both_are_there(run(tmp_path, "together", 15))


@forks
@pytest.mark.slow
def test_two_kernels_in_one_lesson_a_thousand_times(tmp_path: Path) -> None:
    """A thousand writes each."""
    found = run(tmp_path, "together", 1000)
    both_are_there(found)
    assert found["reads"] > 1000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB, where the system lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("no disk can be mounted here")
    except OSError:
        pytest.skip("there is no program to mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def a_sweep() -> pd.DataFrame:
    """A sweep of one row."""
    columns = ["drug_effect", "definition", "design", *RESULTS]
    return pd.DataFrame([[0.1, "IMACS-2004", "n = 20", 0.4, 0.0002, 0.25, 0.001]], columns=columns)


WRITERS: dict[str, Callable[[Path], object]] = {
    "patients.csv": lambda path: ts.save_patients(pd.DataFrame({"a": range(40)}), path),
    "sweep.csv": lambda path: ts.save_sweep(pd.concat([a_sweep()] * 20), path),
    "bench.json": lambda path: ts.save_bench(ts.Bench(), path),
    "work.json": lambda path: save_work(Work("Ada"), path),
    "template.csv": ts.save_template,
    "my_work": lambda path: WorkFolder(path).keep(Work(lessons={"04": LessonWork()}), "04", known={}),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk(name: str, disk: Path) -> None:
    """The older file stays whole, nothing empty and no draft is left, and with room again it is written."""
    write, file = WRITERS[name], disk / name
    if name != "template.csv":
        write(file)
    before = {path.name: path.read_bytes() for path in sorted(disk.rglob("*")) if path.is_file()}
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as opened, pytest.raises(OSError):
        while True:
            opened.write(b"x" * 100)
    with pytest.raises(ts.TrialsimError, match=r"No space left|can be written"):
        write(file)
    assert {p.name: p.read_bytes() for p in sorted(disk.rglob("*")) if p.is_file() and p != filler} == before
    filler.unlink()
    write(file)
    assert file.exists()


@pytest.mark.parametrize("name", WRITERS)
def test_a_read_only_disk(name: str, disk: Path) -> None:
    """It is said that the disk is read-only, by every writer."""
    if name == "my_work":
        WRITERS[name](disk / name)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
    with pytest.raises(ts.TrialsimError, match="Read-only file system"):
        WRITERS[name](disk / name)


def test_a_lock_that_was_left_is_taken_away(tmp_path: Path) -> None:
    """A killed program's lock holds the next writer up for two seconds, not for ever."""
    (tmp_path / ".lesson_04.json.lock").touch()
    WorkFolder(tmp_path).keep(Work(lessons={"04": LessonWork()}), "04", known={})
    assert [file.name for file in tmp_path.iterdir()] == ["lesson_04.json"]


def test_a_report_in_whose_way_a_folder_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No draft stays, and the sentence says what is in the way."""
    for name in ("justify", "as_html", "as_markdown", "as_word"):
        monkeypatch.setattr(pages, name, lambda given: "a report")
    (tmp_path / "mine.md").mkdir()
    with pytest.raises(ts.TrialsimError, match="folder of that name"):
        ts.write_report(ts.Bench(p0=0.30, p1=0.50), tmp_path / "mine")
    assert {file.name for file in tmp_path.iterdir()} == {"mine.html", "mine.md"}
