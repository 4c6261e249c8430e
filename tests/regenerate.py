"""`python3 tests --regenerate`: write again what is generated, and say what changed.

    python3 tests --regenerate              all of it, in the order in which one needs the other
    python3 tests --regenerate pages        notebooks/reference/*.md: a fact, a rule or a table of cases changed
    python3 tests --regenerate notebooks    the outputs of all notebooks: a picture, a text or a number in them changed
    python3 tests --regenerate minutes      the minutes in the course file: the words of a lesson changed
    python3 tests --regenerate ours         the list of our lessons, and the first screen of each: any notebook changed
    python3 tests --regenerate pins         binder/*.txt: pyproject.toml changed (needs uv and the network)

The pins are made only where they are asked for by name.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
STEPS = {
    "pages": ["-m", "tests.spec.pages"],
    "minutes": ["-m", "tests.notebooks.minutes", "--write"],
    "notebooks": ["-m", "tests.notebooks.execute", *NOTEBOOKS],
    "ours": ["-m", "tests.notebooks.ours"],
    "pins": ["binder/pins.py"],
}
# Lesson 00 shows the minutes of the others, so it is run after they are counted.
ALL = ("pages", "notebooks", "minutes", "notebooks", "ours")


def main(asked: Sequence[str]) -> int:
    """Run the generators that are asked for; stop at the first that fails."""
    unknown = [name for name in asked if name not in STEPS]
    if unknown:
        print(f"there is no generator '{unknown[0]}'; there are: {', '.join(STEPS)}", file=sys.stderr)
        return 2
    for name in asked or ALL:
        print(f"== {name}", flush=True)
        if failed := subprocess.run([sys.executable, *STEPS[name]], cwd=ROOT).returncode:
            return failed
    return subprocess.run(["git", "status", "--short"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
