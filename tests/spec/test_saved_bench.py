"""A bench as a file: it comes back as it was, and every way to spoil the file gets a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialsim.errors import TrialsimError
from trialsim.exchange.session import MAX_BENCH_BYTES, load_bench, read_bench, save_bench, write_bench
from trialsim.facts.pooling import find_arms
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, Bench

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
FULL = Bench(
    title='Ünïcode "quoted"',
    definition="NCT04946669",
    n=24,
    p0=0.29,
    p1=0.501,
    p0_arms=CONTROLS,
    prior_arms=CONTROLS[:1],
    p1_patients=replace(Scenario(), background=0.12),
    scenario=replace(Scenario(), natural_fluctuation=0.2),
    design="optimal",
)


@pytest.mark.parametrize("bench", [Bench(), FULL, *(Bench(design=design) for design in DESIGNS)], ids=repr)
def test_comes_back_as_it_was(bench: Bench, tmp_path: Path) -> None:
    """Saved and loaded it is equal, and the same file is written again."""
    file = save_bench(bench, tmp_path / "mine.json")
    assert load_bench(file) == bench
    assert write_bench(load_bench(file)) == file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


def spoilt(**changes: Any) -> str:
    """The file of a full bench with some fields of the bench changed."""
    content = json.loads(write_bench(FULL))
    content["bench"] |= changes
    return json.dumps(content)


def without(name: str) -> str:
    """The file without one field of the bench."""
    content = json.loads(write_bench(FULL))
    del content["bench"][name]
    return json.dumps(content)


def wrapped(**changes: Any) -> str:
    """The file with its outermost names changed."""
    return json.dumps(json.loads(write_bench(FULL)) | changes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSON"),
        ("not JSON", "no JSON"),
        (write_bench(FULL)[:300], "cut off"),
        ("[]", "names with their values"),
        ("null", "names with their values"),
        ("{}", "format"),
        (wrapped(format="another"), "format"),
        (wrapped(version=0), "changed by hand"),
        (wrapped(version=True), "changed by hand"),
        (wrapped(version="1"), "changed by hand"),
        (wrapped(version=2), "newer trialsim"),
        (wrapped(bench=[]), "names with their values"),
        (wrapped(more=1), "more"),
        (spoilt(p0=0.9), "p1: got 0.501; allowed: a number above 0.9"),
        (spoilt(p0="0.3"), "p0"),
        (spoilt(p0=None), "p0"),
        (spoilt(alpha=0), "alpha"),
        (spoilt(n=20.5), "n"),
        (spoilt(design="optimum"), "Did you mean 'optimal'"),
        (spoilt(p00=0.3), "Did you mean 'p0'"),
        (spoilt(p0_arms="RIM"), "a list of keys"),
        (spoilt(p0_arms=[1]), "a list of keys"),
        (spoilt(p0_arms=["no such arm"]), "published arm"),
        (spoilt(p0_arms=list(CONTROLS[:1] * 2)), "without a common patient"),
        (spoilt(scenario=None), "names with their values"),
        (spoilt(scenario={"backgroun": 0.1}), "Did you mean 'background'"),
        (spoilt(scenario={"background": "much"}), "background"),
        (spoilt(scenario={"missing_week12": 2}), "missing_week12"),
        (spoilt(title="<b>\n"), "title"),
        (without("power"), "no power"),
        (write_bench(FULL).replace('"p0": 0.29', '"p0": NaN'), "NaN"),
        (write_bench(FULL).replace('"p0": 0.29', '"p0": 0.29, "p0": 0.2'), "two of them"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe{", "UTF-8"),
        (" " * (MAX_BENCH_BYTES + 1), "far smaller"),
    ],
)
def test_a_spoilt_file_is_refused_in_words(text: str | bytes, says: str, tmp_path: Path) -> None:
    """Whatever was done to the file, the refusal names it and says what is wrong."""
    for read in (lambda: read_bench(text, "mine.json"), lambda: load_bench(written(tmp_path, text))):
        with pytest.raises(TrialsimError) as caught:
            read()
        assert says in str(caught.value) and "mine.json" in str(caught.value).replace("saved bench", "mine.json")


def written(folder: Path, text: str | bytes) -> Path:
    """A file of this content."""
    file = folder / "mine.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_files_that_cannot_be_reached(tmp_path: Path) -> None:
    """A file that is not there, a folder in its place, and a place that cannot be written to get a sentence."""
    for bad in (tmp_path / "none.json", tmp_path):
        with pytest.raises(TrialsimError, match="path"):
            load_bench(bad)
    with pytest.raises(TrialsimError, match="path"):
        save_bench(Bench(), tmp_path / "no folder" / "mine.json")
    with pytest.raises(TrialsimError, match="bench"):
        save_bench({}, tmp_path / "mine.json")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_file_from_another_editor_is_read() -> None:
    """A byte order mark, other indentation and another order of the names change nothing."""
    content = json.loads(write_bench(FULL))
    turned = {name: content["bench"][name] for name in reversed(content["bench"])}
    assert read_bench("\ufeff".encode() + json.dumps(content | {"bench": turned}).encode()) == FULL
