"""The server's extension that leaves no widget in a saved page whose model will be gone."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest
from jupyter_server.extension.utils import get_metadata
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager, FileContentsManager

from tests.browser.real_lab import SERVER_SETTINGS
from tests.browser.toy_panel import Check, Explorer, panel, recall
from trialsim.widgets import saved_page

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def a_live_page() -> Any:
    """A notebook as JupyterLab saves it: each widget with its view, and what is read of it without a kernel."""
    made = []
    for widget in (Explorer(panel, prediction=50), Check(recall)):
        data, _ = widget._repr_mimebundle_()
        made.append(v4.new_code_cell("shown", outputs=[v4.new_output("display_data", data=data)]))
    made.append(v4.new_code_cell("print(1)", outputs=[v4.new_output("stream", text="1\n")]))
    return v4.new_notebook(cells=made)


def save(folder: Path, content: Any, kind: Any = FileContentsManager) -> Any:
    """Write it through a server's own manager of files, with the extension loaded; give the file."""
    manager = kind(root_dir=str(folder))
    saved_page._load_jupyter_server_extension(SimpleNamespace(contents_manager=manager))
    given = {"type": "notebook", "format": "json", "content": content}
    done = manager.save(given, "/page.ipynb")
    if asyncio.iscoroutine(done):
        with ThreadPoolExecutor(1) as beside:  # a browser test before this one leaves a loop in this thread
            beside.submit(asyncio.run, done).result()
    return nbformat.read(folder / "page.ipynb", as_version=4)


def outputs(notebook: Any) -> list[dict[str, Any]]:
    """The data of every output."""
    return [output.get("data", {}) for cell in notebook["cells"] for output in cell["outputs"]]


def test_it_is_named_in_the_servers_settings() -> None:
    """The server finds the one point of the extension, in the module that its settings name."""
    module, points = get_metadata(saved_page.__name__)
    assert (module, points) == (saved_page, [{"module": saved_page.__name__}])
    settings = json.loads(SERVER_SETTINGS.read_text(encoding="utf-8"))
    assert settings["ServerApp"]["jpserver_extensions"][saved_page.__name__] is True


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", [FileContentsManager, AsyncFileContentsManager])
def test_a_live_page_is_saved_as_it_is_read(kind: Any, tmp_path: Path) -> None:
    """No view is left, and all else is: the text, the picture, what was printed."""
    live = a_live_page()
    assert sum(VIEW in data for data in outputs(live)) == 2
    wanted = [{name: data[name] for name in data if name != VIEW} for data in outputs(live)]
    found = save(tmp_path, live, kind)
    assert outputs(found) == wanted
    assert all("text/plain" in data for data in outputs(found)[:2])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_view_whose_model_is_saved_stays(tmp_path: Path) -> None:
    """Who saves the state of widgets gets them back."""
    live = a_live_page()
    first, second = (data[VIEW]["model_id"] for data in outputs(live)[:2])
    live["metadata"]["widgets"] = {STATE: {"state": {first: {}}}}
    found = outputs(save(tmp_path, live))
    assert found[0][VIEW]["model_id"] == first and VIEW not in found[1] and second != first


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_other_files_are_left_alone(tmp_path: Path) -> None:
    """A text of that name, and a model without content."""
    manager = FileContentsManager(root_dir=str(tmp_path))
    saved_page._load_jupyter_server_extension(SimpleNamespace(contents_manager=manager))
    manager.save({"type": "file", "format": "text", "content": VIEW}, "/a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == VIEW
    saved_page._without_gone_widgets(model={"type": "notebook", "content": None}, path="x", contents_manager=manager)
