"""`python3 tests --lowest`: the fast tests with the oldest versions that pyproject.toml claims to work with.

Makes an environment of its own in a temporary folder (a few minutes, and the network); nothing else changes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LOWEST = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)>=(?P<version>[0-9.]+)")
TESTS = ["tests/architecture", "tests/spec", "tests/properties", "tests/independent"]
# What has to be there to run these tests, at whatever version fits.
TOOLS = ["hypothesis", "nbval", "pytest", "pytest-benchmark", "pytest-timeout", "pytest-xdist"]


def lowest() -> list[str]:
    """Each dependency at its lower bound.

    >>> [pin for pin in lowest() if pin.startswith("numpy")]
    ['numpy==2.2']
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [_LOWEST.match(line) for line in project["dependencies"]]
    assert all(found), "a dependency has no lower bound"
    return [f"{bound['name']}=={bound['version']}" for bound in found if bound]


def main() -> int:
    """Install and test; the exit code of pytest, or of pip where the bounds do not go together."""
    with tempfile.TemporaryDirectory(prefix="lowest-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        print("with " + ", ".join(lowest()), flush=True)
        extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
        tools = [line for line in extra["test"] if any(re.match(rf"{name}[\[>]", line) for name in (*TOOLS, "dask"))]
        install = [python, "-m", "pip", "install", "--quiet", "nbclient", "nbconvert", *tools, *lowest()]
        if failed := subprocess.run(install, cwd=ROOT).returncode:
            return failed
        if failed := subprocess.run([python, "-m", "pip", "check"], cwd=ROOT).returncode:
            return failed
        variables = {**os.environ, "PYTHONPATH": str(ROOT)}
        # The oldest matplotlib warns of what today's pyparsing calls deprecated.
        command = [python, "-m", "pytest", "-p", "tests.plugin", "-W", "default::DeprecationWarning"]
        command += ["-n", "2", "--benchmark-disable", *TESTS]
        return subprocess.run(command, cwd=ROOT, env=variables).returncode


if __name__ == "__main__":
    sys.exit(main())
