"""What Python holds after all cells of a lesson: how many learners a server of so much memory takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
MOST = {
    ("04_power_of_twenty", "open"): 130,
    ("06_design_your_trial", "open"): 140,
    ("06_design_your_trial", "whole"): 210,
}
"""In MB, about a tenth above what was measured: of a page that is open, and of one that is worked out whole."""
RUN = """
import ast, gc, sys
import nbformat, psutil
from IPython.core.formatters import DisplayFormatter
shown, names = DisplayFormatter(), {"__name__": "__main__"}
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    if cell.cell_type == "code":
        tree = ast.parse(cell.source)
        value = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if value is not None:
            shown.format(eval(compile(ast.Expression(value.value), "cell", "eval"), names))
gc.collect()
print(psutil.Process().memory_full_info().pss / 1e6)
"""


LIBRARIES = """
import anywidget, nbformat, numpy, pandas, psutil, scipy.special
import matplotlib.figure, matplotlib.backends.backend_svg
from IPython.core.formatters import DisplayFormatter
print(psutil.Process().memory_full_info().pss / 1e6)
"""
MAX_OF_OURS = 30
"""MB of lesson 04 above the libraries that every lesson with a table and a picture needs."""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what processes share is counted on Linux only")


def megabytes(place: Path, code: str, *arguments: str, **more: str) -> float:
    """What a process that runs this holds; what it shares with other processes is counted by their number."""
    variables = {key: value for key, value in os.environ.items() if key != "JPY_SESSION_NAME"} | more
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=place, env=variables, capture_output=True)
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(("name", "state"), MOST)
def test_a_lessons_memory(name: str, state: str, tmp_path: Path) -> None:
    """Of a page as it opens, and of one whose pictures and tables are all worked out."""
    session = {"JPY_SESSION_NAME": name} if state == "open" else {}
    found = megabytes(tmp_path, RUN, str(NOTEBOOKS / f"{name}.ipynb"), **session)
    print(f"{name}, {state}: {found:.0f} MB")
    assert found < MOST[name, state]


def test_most_of_a_lessons_memory_is_libraries(tmp_path: Path) -> None:
    """How much of lesson 04 is ours: what is above numpy, pandas, matplotlib and the rest."""
    libraries = megabytes(tmp_path, LIBRARIES)
    found = megabytes(tmp_path, RUN, str(NOTEBOOKS / "04_power_of_twenty.ipynb"))
    print(f"libraries {libraries:.0f} MB, lesson 04 {found:.0f} MB")
    assert found - libraries < MAX_OF_OURS
