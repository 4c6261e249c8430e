"""Every reader on spoilt files: an object or a sentence, and nothing else; and what was accepted can be used."""

from __future__ import annotations

import json
import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

import trialsim as ts
from tests.attack.mutation import Counts, spoilt
from trialsim.exchange.session import bench_from_text, bench_to_text
from trialsim.exchange.work import LessonWork, Try, Work, load_work, read_work, save_work, write_work
from trialsim.exchange.work_folder import WorkFolder
from trialsim.facts.own_tables import template
from trialsim.lessons.practice import own_patient
from trialsim.lessons.practice.dealing import MEASURES
from trialsim.power.bench import DESIGNS
from trialsim.power.sweep import RESULTS
from trialsim.safe_csv import as_csv

DATA = Path(ts.__file__).parent / "data"


def own_table(file: Path) -> None:
    """Judged, shown, written and read again as it was."""
    own = ts.load_patients(file)
    assert len(own.set_aside) <= own.rows
    for table in (own.set_aside, own.refused):
        as_csv(table)
    assert own._repr_html_()
    if own.patients:
        own.verdicts(["IMACS-2004"])
        again = ts.load_patients(as_csv(own.assessments).encode())
        pd.testing.assert_frame_equal(again.assessments, own.assessments, check_exact=True)


def protocol(file: Path) -> None:
    """Read and shown."""
    assert repr(ts.load_protocol(file))


def response(file: Path) -> None:
    """Read and shown."""
    assert repr(ts.load_response(file))


def work(file: Path) -> None:
    """Read, written again and equal."""
    found = load_work(file)
    assert read_work(write_work(found)) == found


def bench(file: Path) -> None:
    """Read, written again and equal."""
    found = ts.load_bench(file)
    assert ts.load_bench(ts.save_bench(found, file.with_name("again.json"))) == found


def pasted(file: Path) -> None:
    """What was copied off the page, spoilt, and a spoilt bench under a check sum that holds; read, copied and equal."""
    text = file.read_bytes().decode(errors="replace")
    if not text.startswith("bench"):
        packed = urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
        text = f"bench1.{packed}.{zlib.crc32(packed.encode()):08x}"
    found = bench_from_text(text)
    assert bench_from_text(bench_to_text(found)) == found


def own_patient_form(file: Path) -> None:
    """The boxes of the form of one's own patient, a line each: always a reply."""
    lines = (line.partition("=") for line in file.read_bytes().decode(errors="replace").splitlines())
    assert own_patient().read({name: entry for name, _, entry in lines}).sentence


def sweep(file: Path) -> None:
    """Read; chances are chances; written again and equal."""
    found = ts.load_sweep(file)
    assert ((found[list(RESULTS)] >= 0) & (found[list(RESULTS)] <= 1)).all(axis=None)
    again = ts.load_sweep(ts.save_sweep(found, file.with_name("again.csv")))
    pd.testing.assert_frame_equal(again, found, check_exact=True)


def folder(file: Path) -> None:
    """A lesson that begins with this file, and an instructor who is handed it."""
    place = file.parent / "lessons"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    (place / "lesson_04.json").write_bytes(file.read_bytes())
    WorkFolder(place).read()
    WorkFolder(place).keep(Work(lessons={"04": LessonWork(words={"transfer": "mine"})}), "04", known={})
    assert WorkFolder(place).read().work.lessons["04"].words["transfer"] == "mine"
    found = ts.read_class(place)
    assert found._repr_html_() and repr(found)


def a_work() -> bytes:
    """All that a learner can do."""
    lesson = LessonWork(
        began="2026-11-23T09:00:00+00:00",
        last="2026-11-23T09:20:00+00:00",
        seconds=840,
        predictions={"guess": 80, "which": "drug", "sure": True},
        settings={"explorer": {"n": 21, "p0": 0.3, "show": ["a", "b"], "patients": {"background": 0.1}}},
        checks={"04-recall": (Try("works", "wrong", "power-is-chance-it-works"), Try(["b", "a"], "right", number=12))},
        words={"transfer": 'Ünïcode "quoted"\n第二行'},
    )
    return write_work(Work("Ada Löfgren", 12, {"04": lesson, "00": LessonWork()}, "0a1b2c3d4e5f6071")).encode()


def benches() -> list[bytes]:
    """One of each design, as its file."""
    from trialsim.exchange.session import write_bench
    from trialsim.power.bench import Bench

    return [write_bench(Bench(design=name)).encode() for name in DESIGNS]


def copied() -> list[bytes]:
    """Benches as they are copied off the page, and what such a text holds."""
    designs = [
        {"design": name, "p0_arms": [], "prior_weight": 0.5, "scenario": {"drug_effect": 0.1}} for name in DESIGNS
    ]
    return [bench_to_text(ts.Bench()).encode(), *(json.dumps(changed).encode() for changed in designs)]


def a_form() -> bytes:
    """A patient in the boxes of the form."""
    before = {"sides": "150", "enzyme": "CK", "limit": "200", "MMT8": "120", "HAQDI": "1.125", "ENZYME": "812.5"}
    names = [*list(before)[:3], *(f"{code} {visit}" for code in MEASURES for visit in ("before", "after"))]
    return "\n".join(f"{name}={before.get(name.split()[0], '5.5')}" for name in names).encode()


def a_sweep() -> bytes:
    """Two assumptions, two designs."""
    rows = [[0.1, 0.05, "IMACS-2004", "n = 20", 0.4, 0.0002, 0.25, 0.001], [0.2, 0.1, "TIS-MAJOR", "=x;y", 1, 0, 0, 0]]
    columns = ["drug_effect", "missing_week12", "definition", "design", *RESULTS]
    return as_csv(pd.DataFrame(rows, columns=columns)).encode()


KINDS: dict[str, tuple[str, Callable[[Path], None], Callable[[], list[bytes]]]] = {
    "own table": ("mine.csv", own_table, lambda: [template(kind).encode() for kind in ("wide", "long")]),
    "protocol": (
        "mine.toml",
        protocol,
        lambda: [template("protocol").encode(), (DATA / "protocols" / "nct04946669.toml").read_bytes()],
    ),
    "response": (
        "mine.toml",
        response,
        lambda: [template("response").encode(), (DATA / "responses" / "tis-major.toml").read_bytes()],
    ),
    "work": ("mine.json", work, lambda: [a_work()]),
    "bench": ("mine.json", bench, benches),
    "pasted": ("pasted.txt", pasted, copied),
    "own patient": ("form.txt", own_patient_form, lambda: [a_form()]),
    "sweep": ("mine.csv", sweep, lambda: [a_sweep()]),
    "folder": ("handed_in.json", folder, lambda: [a_work()]),
}
A_FEW = {"own patient": 8}
AN_HOUR = 15_000


def attacked(kind: str, times: int, place: Path) -> Counts:
    """Spoil a file of this kind in so many ways."""
    name, use, originals = KINDS[kind]
    wholes, counts, file = originals(), Counts(), place / name
    for original in wholes:
        file.write_bytes(original)
        use(file)  # it is one that is accepted
    for seed in range(times):
        file.write_bytes(spoilt(wholes[seed % len(wholes)], Random(f"{kind} {seed}")))
        counts.take(f"{kind}, seed {seed}", lambda: use(file))
    print(f"{kind}: {counts}")
    return counts


@pytest.mark.parametrize("kind", KINDS)
def test_spoilt_files(kind: str, tmp_path: Path) -> None:
    """A few ways to spoil each file."""
    attacked(kind, A_FEW.get(kind, 25), tmp_path).check()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_spoilt_files_for_an_hour(kind: str, tmp_path: Path) -> None:
    """As many as an hour holds: 135,000 in all."""
    attacked(kind, int(os.environ.get("TRIALSIM_ATTACKS", AN_HOUR)), tmp_path).check()


# Files that are worse than spoilt


NO_PLACES: list[object] = [
    None,
    3,
    2.5,
    b"x",
    "",
    "  ",
    "a\0b",
    Path("a\0b.toml"),
    "\ud800/x.json",
    ["x"],
    {},
    object(),
]
NO_PLACES += ["a" * 5000, "a" * 5000 + ".toml", "no/such/folder/mine.toml", "~none/x.toml"]
DEVICES = ["/dev/zero", "/dev/full", "/proc/self/mem", "/dev/stdin"] if os.path.exists("/dev/zero") else []


@pytest.fixture
def odd_places(tmp_path: Path) -> list[object]:
    """Paths that are none, and places of the test's own where no file is and none may come."""
    (tmp_path / "folder.toml").mkdir()
    places = [*NO_PLACES, tmp_path / "folder.toml"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
        (tmp_path / "zero.toml").symlink_to("/dev/zero")
        places += [tmp_path / "pipe.toml", tmp_path / "zero.toml"]
    return places


READERS: dict[str, Callable[[Any], object]] = {
    "load_patients": ts.load_patients,
    "load_protocol": ts.load_protocol,
    "load_response": ts.load_response,
    "load_work": load_work,
    "load_bench": ts.load_bench,
    "load_sweep": ts.load_sweep,
    "read_class": ts.read_class,
}


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_follows_what_is_no_file(reader: str, odd_places: list[object], tmp_path: Path) -> None:
    """None, a number, a NUL, a path of 5,000 letters, a folder, a pipe, a device: each a sentence, at once."""
    counts = Counts()
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    places = [*odd_places, *DEVICES, tmp_path / "loop.toml", tmp_path / "folder.toml" / "none.toml"]
    if reader != "read_class":  # a class may be in a folder
        places += ["/", ".", ".."]
    else:
        places.remove(tmp_path / "folder.toml")
    for place in places:
        counts.take(f"{reader}({place!r})"[:200], lambda place=place: READERS[reader](place))
    counts.check()
    assert counts.accepted == 0 and counts.slowest < 10


@pytest.mark.parametrize("reader", ["load_patients", "load_protocol", "load_response", "load_bench", "load_sweep"])
def test_a_file_without_end_is_not_read(reader: str, tmp_path: Path) -> None:
    """A gigabyte is refused by its size alone."""
    file = tmp_path / "large.toml"
    with file.open("wb") as opened:
        os.truncate(opened.fileno(), 10**9)
    with pytest.raises(ts.TrialsimError, match=r"large\.toml: got 1,000\.0 MB"):
        READERS[reader](file)


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/x.csv", "s3://bucket/x.csv", "file:///etc/passwd", "x.csv.gz"])
def test_a_sweep_is_a_file_on_this_machine(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is no file, and nothing that is packed is unpacked."""
    import bz2
    import gzip
    import lzma
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ts.TrialsimError, match="path"):
        ts.load_sweep(name)
    for ending, packed in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zip", bytes)):
        (tmp_path / f"x.csv.{ending}").write_bytes(packed(a_sweep() * 20))
        with pytest.raises(ts.TrialsimError):
            ts.load_sweep(tmp_path / f"x.csv.{ending}")


TOML = {
    "2,000 deep": "x = " + "[" * 2000,
    "tables 400 deep": "[" + ".".join("a" * 400) + "]\nb = 1",
    "conditions 400 deep": "when = " + "{all_of = [" * 400 + "]}" * 400,
    "5,000 digits": "n = " + "9" * 5000,
    "400 digits": "n = " + "9" * 400,
    "a key of 100,000 letters": "k" * 100_000 + " = 1",
    "a text of 100,000 letters": 'id = "' + "k" * 100_000 + '"',
    "a date": "id = 2026-11-28T10:00:00Z\nname = 10:00:00",
}


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_toml_is_bounded(text: str, tmp_path: Path) -> None:
    """Depth, digits and messages have an end, for a protocol and for a definition."""
    file = tmp_path / "mine.toml"
    for given in (text, text + "\n" + template("protocol"), template("response") + "\n" + text):
        file.write_text(given, encoding="utf-8")
        for read in (ts.load_protocol, ts.load_response):
            with pytest.raises(ts.TrialsimError) as caught:
                read(file)
            assert 0 < len(str(caught.value)) < 5_000


@pytest.mark.parametrize("name", ["acr_eular_2056", "../population", "/etc/passwd", "", "[]", "a\\u0000b"])
def test_a_definition_names_a_table_that_is_there(name: str, tmp_path: Path) -> None:
    """No file is looked for under a name out of a file."""
    file = tmp_path / "mine.toml"
    text = (DATA / "responses" / "tis-major.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('"acr_eular_2016"', f'"{name}"', 1), encoding="utf-8")
    with pytest.raises(ts.TrialsimError, match="acr_eular_2016"):
        ts.load_response(file)


def test_a_bench_that_names_another_file_reads_no_device(tmp_path: Path) -> None:
    """A path inside a bench's file is as bounded as one that is given."""
    file = ts.save_bench(ts.Bench(), tmp_path / "bench.json")
    for place in ("/dev/zero", "a" * 5000, "a" * 5000 + ".toml", "\\u0000.toml"):
        text = file.read_text(encoding="utf-8").replace('"NCT04946669"', f'"{place}"', 1)
        (tmp_path / "evil.json").write_text(text, encoding="utf-8")
        with pytest.raises(ts.TrialsimError):
            ts.load_bench(tmp_path / "evil.json")


class Odd:
    """Cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "got", [10**5000, Odd(), "x" * 10**6, "\x1b[31m\u202e"], ids=["digits", "odd", "long", "control"]
)
def test_a_message_can_always_be_shown(got: object) -> None:
    """Whatever came, whatever a file is called: the sentence is short and steers no terminal."""
    for error in (ts.TrialsimError("n", got, "less"), ts.TrialsimError(f"\x1b[2J{'x' * 9000}", 1, "less" * 9000)):
        said = str(error)
        assert len(said) < 5_000 and said.isprintable()


def test_options_of_a_table_are_checked() -> None:
    """A size that is no size does not switch the limit off."""
    for largest in (float("nan"), 10**30, "x", -1, 0, None.__class__):
        with pytest.raises(ts.TrialsimError, match="largest"):
            ts.load_patients(b"SUBJID,AVISITN,PHGA\nS1,0,5\n", largest=largest)  # type: ignore[arg-type]


# Writers


def writers() -> dict[str, Callable[[Any], object]]:
    """Everything that writes a file where the user says."""
    table = ts.load_patients(template("wide").encode()).assessments
    columns = ["drug_effect", "definition", "design", *RESULTS]
    rows = pd.DataFrame([[0.1, "IMACS-2004", "n = 20", 0.4, 0.0002, 0.25, 0.001]], columns=columns)
    return {
        "save_patients": lambda path: ts.save_patients(table, path),
        "save_template": ts.save_template,
        "save_bench": lambda path: ts.save_bench(ts.Bench(), path),
        "save_work": lambda path: save_work(Work(), path),
        "save_sweep": lambda path: ts.save_sweep(rows, path),
        "write_report": lambda path: ts.write_report(ts.Bench(), path),
    }


@pytest.mark.parametrize("writer", ["save_patients", "save_template", "save_bench", "save_work", "save_sweep"])
def test_no_writer_takes_what_is_no_place(writer: str, odd_places: list[object], tmp_path: Path) -> None:
    """None, a number, a NUL, a folder, a pipe or a device in the way: each a sentence, and nothing is changed."""
    counts = Counts()
    write = writers()[writer]
    for place in odd_places:
        counts.take(f"{writer}({place!r})"[:200], lambda place=place: write(place))
    counts.check()
    assert counts.accepted == 0
    assert {file.name for file in tmp_path.iterdir()} <= {"folder.toml", "pipe.toml", "zero.toml"}


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """A link where the file or an old draft of it would stand is replaced or left alone; what it leads to stays."""
    target = tmp_path / "target"
    for link in ("mine.csv", "mine.csv.part"):
        target.write_text("precious", encoding="utf-8")
        (tmp_path / link).symlink_to(target)
    file = ts.save_patients(pd.DataFrame({"a": [1]}), tmp_path / "mine.csv")
    assert not file.is_symlink() and file.read_text(encoding="utf-8") == "a\n1\n"
    assert target.read_text(encoding="utf-8") == "precious"
    dangling = tmp_path / "new.csv"
    dangling.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ts.TrialsimError, match="a new file"):
        ts.save_template(dangling)
    assert not (tmp_path / "elsewhere").exists()


def test_drafts_of_killed_programs_go(tmp_path: Path) -> None:
    """An old draft of a file goes with the next writing; a young one, which somebody may be writing, stays."""
    old, young = (tmp_path / f".mine.csv.{sign * 16}.part" for sign in "ab")
    for draft in (old, young):
        draft.write_text("cut o", encoding="utf-8")
    os.utime(old, (1_000_000, 1_000_000))
    ts.save_patients(pd.DataFrame({"a": [1]}), tmp_path / "mine.csv")
    assert {file.name for file in tmp_path.iterdir()} == {"mine.csv", young.name}
