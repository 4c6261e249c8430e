"""A further definition of response costs one file: nothing else in the package or its tests has to be told of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FURTHER = """
id = "AT-LEAST-TWO"
order = 9
label = "Two of six, made up for a test"
text = "At least 2 of 6 measures improved by at least 30 %; at most 1 worse by at least 25 %."
source = "made up"
basis = "recalled"
items = ["PHGA", "PTGA", "MMT8", "HAQDI", "ENZYME", "EMGA"]

[rule]
kind = "count"
improved = { percent = { at_least = 30, of = "baseline" }, measures = { at_least = 2 } }
worse = { percent = { at_least = 25, of = "baseline" }, measures = { at_most = 1 } }

[[example]]
name = "two are enough"
baseline = { PHGA = 6, PTGA = 6, MMT8 = 100, HAQDI = 1, ENZYME = 500, EMGA = 3 }
followup = { PHGA = 3, PTGA = 3, MMT8 = 100, HAQDI = 1, ENZYME = 500, EMGA = 3 }
improved = ["PHGA", "PTGA"]
worsened = []
response = true
"""
CONCERNED = (
    "tests/spec/test_response_tables.py",
    "tests/spec/test_own_patients.py",
    "tests/spec/test_definitions_picture.py",
    "tests/independent/test_response_second_implementation.py",
    "tests/properties/test_response_kernel.py",
    "tests/notebooks/test_what_counts_as_response.py",
)


@pytest.mark.slow
def test_one_more_definition_is_one_more_file(tmp_path: Path) -> None:
    """With one more TOML file beside the others, all that judges, counts and compares definitions still holds."""
    for folder in ("trialsim", "tests", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "trialsim" / "data" / "responses" / "at-least-two.toml").write_text(FURTHER, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *CONCERNED]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    told = "import trialsim as ts; print(ts.list_responses()[-1])"
    shown = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert shown.stdout.strip() == "AT-LEAST-TWO", shown.stderr
