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


@pytest.mark.skipif(sys.platform != "linux", reason="what processes share is counted on Linux only")
@pytest.mark.parametrize(("name", "state"), MOST)
def test_a_lessons_memory(name: str, state: str, tmp_path: Path) -> None:
    """What is shared with other processes is counted by their number."""
    command = [sys.executable, "-c", RUN, str(NOTEBOOKS / f"{name}.ipynb")]
    session = {"JPY_SESSION_NAME": name} if state == "open" else {}
    variables = {key: value for key, value in os.environ.items() if key != "JPY_SESSION_NAME"} | session
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = float(done.stdout.splitlines()[-1])
    print(f"{name}, {state}: {found:.0f} MB")
    assert found < MOST[name, state]
