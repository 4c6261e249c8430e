"""What makes a notebook ours, its bytes as committed and the code of its cells; and the first screen of each.

    python -m tests.notebooks.ours            writes lessons.json and first/ in binder/lessons_extension/static
    python -m tests.notebooks.ours --check    says whether they are what they would be

The set-up tells Jupyter to trust only notebooks whose bytes are these. The extension starts only notebooks whose code
cells are these, so that a copy which a learner saved still starts, and a stranger's does not.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.notebooks.first_screen import first_screen

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TARGET = ROOT / "binder" / "lessons_extension" / "static"


def ours() -> dict[str, bytes]:
    """The notebooks, by their paths in the folder of the lessons."""
    paths = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(NOTEBOOKS).as_posix(): path.read_bytes() for path in paths}


def described(notebook: bytes) -> dict[str, object]:
    """Digest and code of one notebook; how its lines end makes no difference."""
    text = notebook.replace(b"\r\n", b"\n")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return {"sha256": hashlib.sha256(text).hexdigest(), "code": ["".join(cell["source"]) for cell in cells]}


def files(notebooks: Mapping[str, bytes]) -> dict[str, str]:
    """What stands beside the extension when these notebooks are ours: path and text."""
    known = {name: described(notebook) for name, notebook in notebooks.items()}
    made = {"lessons.json": json.dumps(known, indent=1, ensure_ascii=False) + "\n"}
    for name, notebook in notebooks.items():
        made[f"first/{name.removesuffix('.ipynb')}.html"] = first_screen(json.loads(notebook))
    return made


def there(place: Path) -> dict[str, str]:
    """What stands there of these files."""
    paths = [place / "lessons.json", *sorted(path for path in (place / "first").rglob("*") if path.is_file())]
    return {path.relative_to(place).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def write(place: Path, notebooks: Mapping[str, bytes]) -> None:
    """Write the files, and nothing else stays."""
    shutil.rmtree(place / "first", ignore_errors=True)
    for name, text in files(notebooks).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Write the files, or check them."""
    if arguments == ["--check"]:
        return int(there(TARGET) != files(ours()))
    write(TARGET, ours())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
