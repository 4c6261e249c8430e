"""Looks for errors that widgets swallowed: in the outputs of cells, and in the state that widgets leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def faults(notebook: Any) -> list[str]:
    """Return what went wrong in a notebook that was run with its widgets kept; empty when nothing did."""
    return [*_in_cells(notebook), *_in_widgets(notebook)]


def _in_cells(notebook: Any) -> Iterator[str]:
    for at, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                yield f"cell {at}: {output['ename']}: {output['evalue']}"
            if output["output_type"] == "stream" and output["name"] == "stderr":
                yield f"cell {at} wrote to stderr: {output['text']}"


def _in_widgets(notebook: Any) -> Iterator[str]:
    models = notebook["metadata"].get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for model in models.values():
        state = model.get("state", {})
        name = state.get("_anywidget_id") or model.get("model_name")
        if state.get("fault"):
            yield f"{name}: {state['fault']}"
        for output in state.get("outputs") or ():  # an Output widget keeps the error that its block raised
            if output.get("output_type") == "error":
                yield f"{name}: {output['ename']}: {output['evalue']}"
