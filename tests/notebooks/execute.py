"""Run notebooks and keep their outputs as they are committed: two runs give the same bytes.

    python -m tests.notebooks.execute notebooks/*.ipynb            writes what changed
    python -m tests.notebooks.execute --check notebooks/*.ipynb    says what would change

What a widget leaves in an output is a reference to a kernel that is gone: where a notebook is only read, Lab would show
"Error displaying widget" in place of the picture. So that reference is dropped, and the picture and the text that the
widget gives beside it stay. Run again, the cell shows the widget.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path, *, keep_widgets: bool = False, open_page: bool = False) -> nbformat.NotebookNode:
    """Run one notebook in its own folder and return it; the file stays as it is.

    With `keep_widgets` the state of all widgets and the references to them stay, for those who inspect them. It runs to
    be read later, or as an `open_page` does, where what is shut waits.
    """
    notebook = nbformat.read(path, as_version=4)
    with_package = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent.resolve())}},
        store_widget_state=keep_widgets,
        record_timing=False,
    )
    kept = {name: value for name, value in os.environ.items() if name != "JPY_SESSION_NAME"}
    opened = {"JPY_SESSION_NAME": path.name} if open_page else {}
    client.execute(env={**kept, **opened, "PYTHONPATH": with_package})
    return notebook if keep_widgets else settled(notebook)


def settled(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from run to run and what refers to widgets that are gone."""
    notebook.metadata.pop("widgets", None)
    if "language_info" in notebook.metadata:
        notebook.metadata.language_info.pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            for part in ("data", "metadata"):
                output.get(part, {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a notebook would change")
    options = parser.parse_args(arguments)
    changed = 0
    for path in options.notebooks:
        text = nbformat.writes(run(path)) + "\n"
        same = text == path.read_text(encoding="utf-8")
        changed += not same
        if not (same or options.check):
            path.write_text(text, encoding="utf-8")
        print(f"{path}: {'as it was' if same else 'would change' if options.check else 'written'}")
    return int(bool(changed) and options.check)


if __name__ == "__main__":
    sys.exit(main())
