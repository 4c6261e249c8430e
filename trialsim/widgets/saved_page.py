"""Server extension: a page that is saved with live widgets refers to no model that will be gone.

JupyterLab saves a widget as a name under which the kernel knows it, and beside it what the widget gives to read without
one. On another day the name leads nowhere, and "Error displaying widget: model not found" stands where the picture was.
Before a notebook is written the name goes and the picture stays, unless the widget's state is saved with it.

It is named in ``jupyter_server_config.json``. As an extension it can fail without stopping the server.
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []

_VIEW = "application/vnd.jupyter.widget-view+json"
_STATE = "application/vnd.jupyter.widget-state+json"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Look at every notebook before it is written."""
    server.contents_manager.register_pre_save_hook(_without_gone_widgets)


def _without_gone_widgets(model: dict[str, Any], **_: Any) -> None:
    """Take the views out of a notebook whose models it does not hold."""
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict):
        return
    saved = content.get("metadata", {}).get("widgets", {}).get(_STATE, {}).get("state", {})
    for cell in content.get("cells", ()):
        for output in cell.get("outputs", ()):
            view = output.get("data", {}).get(_VIEW)
            if view is not None and view.get("model_id") not in saved:
                del output["data"][_VIEW]
