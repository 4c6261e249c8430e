"""What makes a notebook ours: its bytes as committed, and the code of its cells.

    python -m tests.notebooks.ours            writes binder/lessons_extension/static/lessons.json
    python -m tests.notebooks.ours --check    says whether it is what it would be

The set-up tells Jupyter to trust only notebooks whose bytes are these. The extension starts only notebooks whose code
cells are these, so that a copy which a learner saved still starts, and a stranger's does not.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TARGET = ROOT / "binder" / "lessons_extension" / "static" / "lessons.json"


def ours() -> dict[str, dict[str, object]]:
    """Digest and code of each notebook, by its path in the folder of the lessons."""
    paths = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(NOTEBOOKS).as_posix(): described(path.read_bytes()) for path in paths}


def described(notebook: bytes) -> dict[str, object]:
    """Digest and code of one notebook; how its lines end makes no difference."""
    text = notebook.replace(b"\r\n", b"\n")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return {"sha256": hashlib.sha256(text).hexdigest(), "code": ["".join(cell["source"]) for cell in cells]}


def written() -> str:
    """The file as it should be."""
    return json.dumps(ours(), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it."""
    if arguments == ["--check"]:
        return int(TARGET.read_text(encoding="utf-8") != written())
    TARGET.write_text(written(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
