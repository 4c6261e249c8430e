"""The floors of the house: imports run downwards, and each kind of work has its one place."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "trialsim"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Each room with the rooms that it may import from, besides itself, `errors` and `text`; of `a.b`, that module alone.
FLOORS = ("facts", "rules", "patients", "trial", "power")
BELOW = {room: set(FLOORS[:at]) for at, room in enumerate(FLOORS)}
BELOW |= {
    "errors": set(),
    "text": set(),
    "files": set(),
    "safe_csv": set(),
    "templating": set(),
    "design": set(),
    "figures": {"facts", "design"},
}
BELOW["trial"] |= {"design"}
BELOW["power"] |= {"design"}
BELOW["exchange"] = set(FLOORS) | {"design"}
BELOW["report"] = set(FLOORS) | {"design", "figures"}
# The kit could be another project's: it knows how a picture is made, and what is kept of a learner's work.
BELOW["widgets"] = {"figures", *(f"exchange.{name}" for name in ("work", "work_folder", "merge", "kept_values"))}
BELOW["lessons"] = set(BELOW) | {"report", "widgets"}
for room in ("facts", "exchange", "report"):
    BELOW[room] |= {"files", "safe_csv"}  # how a user's files are read and written
for room in ("facts", "report"):
    BELOW[room] |= {"templating"}
for room in BELOW:
    BELOW[room] |= {"ahead"}  # threads, or one
BELOW["ahead"] = set()
BELOW["__init__"] = set(BELOW) - {"widgets", "lessons"}  # nothing imports the widgets but the notebooks

WIDGETS = {"ipywidgets", "anywidget", "traitlets", "IPython", "ipykernel"}
READS_FACTS = {"tomllib", "importlib.resources", "pkgutil"}
TOUCHES_FILES = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv", "to_csv", "savefig"}
MAY_TOUCH_FILES = {"files", "safe_csv", "facts", "exchange", "report", "widgets", "lessons"}
# What numpy.random offers without a state that is shared by the whole process.
OWN_STATE = {"Generator", "SeedSequence", "BitGenerator", "PCG64", "PCG64DXSM", "Philox", "SFC64", "default_rng"}
DATA_FILES = {path.name for path in (PACKAGE / "data").rglob("*") if path.is_file()}

MAX_LOOSE = 6  # modules in lessons/ that belong to no lesson


def room_of(path: Path) -> str:
    """Return the room that a module stands in: a folder of the package or a module beside them."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that `source` imports, wherever in the file it does."""
    package = [*path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def faults_of(source: str, path: Path) -> list[str]:
    """Return what in `source` breaks the rules of the house, were it the module at `path`."""
    room, faults = room_of(path), []
    for line, name in imports_of(source, path):
        parts = name.split(".")
        allowed = {room, "errors", "text", *BELOW[room]}
        if parts[0] == "trialsim" and not allowed & {".".join(parts[1:2]), ".".join(parts[1:3])}:
            faults.append(f"line {line}: {room} may not import {name}")
        if parts[0] in WIDGETS and room not in {"widgets", "lessons"}:
            faults.append(f"line {line}: only widgets and lessons import {parts[0]}")
        if name.startswith("matplotlib.pyplot"):
            faults.append(f"line {line}: pyplot keeps its figures in a state shared by the whole process")
        if any(name == way or name.startswith(way + ".") for way in READS_FACTS) and room != "facts":
            faults.append(f"line {line}: only facts reads data, here {name}")
        if parts[0] == "random" or (parts[:2] == ["numpy", "random"] and len(parts) > 2 and parts[2] not in OWN_STATE):
            faults.append(f"line {line}: {name} draws from a state shared by the whole process")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"np.random", "numpy.random"}:
            if node.attr not in OWN_STATE:
                faults.append(f"line {node.lineno}: {ast.unparse(node)} draws from a state shared by the whole process")
        elif isinstance(node, ast.Call) and room not in MAY_TOUCH_FILES:
            called = ast.unparse(node.func).split(".")[-1]
            if called in TOUCHES_FILES:
                faults.append(f"line {node.lineno}: {room} may not touch files, here {called}()")
        elif isinstance(node, ast.Constant) and node.value in DATA_FILES and room != "facts":
            faults.append(f"line {node.lineno}: only facts reads data, here {node.value}")
    return faults


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_keeps_to_its_floor(path: Path) -> None:
    """Every module imports downwards only, and leaves widgets, data, files and shared randomness to their places."""
    faults = faults_of(path.read_text(encoding="utf-8"), path)
    assert faults == []


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("facts/a.py", "from trialsim.rules.grid import to_grid"),
        ("facts/a.py", "def f():\n    import trialsim.patients"),
        ("facts/a.py", "from ..lessons import explorer"),
        ("rules/a.py", "from trialsim import simulate_trial"),
        ("rules/a.py", "from trialsim.design import single_stage"),
        ("design/a.py", "from trialsim.facts import core_set"),
        ("figures/a.py", "from trialsim.power import chances"),
        ("figures/a.py", "from matplotlib import pyplot as plt"),
        ("figures/a.py", "import ipywidgets"),
        ("power/a.py", "from trialsim.report import justify"),
        ("report.py", "from trialsim.widgets.panel import Panel"),
        ("exchange/a.py", "from trialsim.widgets.panel import Panel"),
        ("widgets/a.py", "from trialsim.facts.course import lessons"),
        ("widgets/a.py", "from trialsim.rules import response"),
        ("widgets/a.py", "from trialsim.patients.cohort import generate_cohort"),
        ("widgets/a.py", "from trialsim.trial import simulate_trial"),
        ("widgets/a.py", "from trialsim.power.bench import Bench"),
        ("widgets/a.py", "from trialsim.design import single_stage"),
        ("widgets/a.py", "from trialsim.report.words import percent"),
        ("widgets/a.py", "from trialsim.exchange.session import read_bench"),
        ("widgets/a.py", "from trialsim.exchange import work_folder, session"),
        ("widgets/a.py", "from trialsim.lessons.start_here import PLAN"),
        ("widgets/a.py", "import trialsim"),
        ("__init__.py", "from trialsim.widgets.panel import Panel"),
        ("rules/a.py", "import tomllib"),
        ("trial.py", "from importlib import resources"),
        ("lessons/a.py", "(HERE / 'evidence.csv').read_text()"),
        ("patients/a.py", "open('patients.csv')"),
        ("patients/a.py", "import numpy as np\nnp.random.seed(1)"),
        ("patients/a.py", "import numpy as np\nnp.random.default_rng().normal()\nnp.random.normal()"),
        ("patients/a.py", "from numpy.random import normal"),
        ("patients/a.py", "import random"),
    ],
)
def test_each_rule_can_be_broken(where: str, source: str) -> None:
    """The check above finds each kind of fault in a module that has it."""
    assert faults_of(source, PACKAGE / where)


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("facts/a.py", "from importlib import resources\nimport tomllib\nfrom trialsim.errors import TrialsimError"),
        ("rules/a.py", "from .grid import to_grid\nfrom trialsim.facts import core_set"),
        ("trial.py", "from trialsim.design import single_stage\nfrom trialsim.patients.cohort import Cohort"),
        ("widgets/a.py", "import anywidget\nfrom trialsim.figures.svg import Picture\nfrom trialsim.errors import x"),
        ("widgets/a.py", "from trialsim.exchange.work import read_number\nfrom trialsim.exchange import work_folder"),
        ("lessons/a.py", "from trialsim.widgets.panel import Panel\nfrom trialsim.lessons.control_arms import studies"),
        ("lessons/a.py", "import anywidget\nfrom trialsim.figures.svg import Canvas\nfrom trialsim.trial import x"),
        ("patients/a.py", "import numpy as np\nnp.random.Generator(np.random.PCG64(np.random.SeedSequence(1)))"),
    ],
)
def test_rules_allow_what_they_should(where: str, source: str) -> None:
    """The check above has nothing to say of a module that keeps to its floor."""
    assert not faults_of(source, PACKAGE / where)


def test_no_room_without_a_floor() -> None:
    """Every folder and module of the package has its place in the order."""
    assert {room_of(path) for path in MODULES} <= set(BELOW)


def test_import_leaves_the_slow_and_the_widgets_out() -> None:
    """`import trialsim` warns of nothing and brings neither scipy.stats, nor pyplot, nor any widget.

    The first picture of the first lesson brings no pandas and nothing of SciPy: it is what a newcomer waits for.
    """
    unwanted = ["scipy.stats", "matplotlib.pyplot", "ipywidgets", "anywidget", "IPython"]
    code = f"import trialsim, sys; print([name for name in {unwanted} if name in sys.modules]);"
    code += "from trialsim.lessons import start_here; start_here.begin().explore('patient');"
    code += "print([name for name in ('pandas', 'scipy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["[]", "[]"]), done.stderr


def test_lessons_are_rooms() -> None:
    """Each lesson is a folder named as its notebook, and few modules stand loose beside them."""
    notebooks = {path.stem for path in (ROOT / "notebooks").rglob("*.ipynb")}
    numbered = {name[3:] for name in notebooks if name[:2].isdigit()}
    rooms = {path.parent.name for path in (PACKAGE / "lessons").glob("*/__init__.py")}
    assert numbered <= rooms <= numbered | notebooks
    assert len(list((PACKAGE / "lessons").glob("*.py"))) <= MAX_LOOSE


def test_a_part_of_the_kit_has_one_name() -> None:
    """The browser's half of a part is called as the part is; the Explorer has two files more, and
    several parts keep alike what is unsent and ask alike for a prediction."""
    kit = PACKAGE / "widgets"
    parts = {path.stem for path in kit.glob("*.py")}
    assert {path.stem for path in kit.iterdir() if path.suffix in {".js", ".css"}} - parts == {
        "guess",
        "picture",
        "unsent",
        "views",
    }
