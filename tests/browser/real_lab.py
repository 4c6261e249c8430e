"""A real JupyterLab in a real browser, for the tests and the measurements of this folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.notebooks import ours

ROOT = Path(__file__).resolve().parents[2]
SERVER_SETTINGS = ROOT / "binder" / "jupyter_server_config.json"
EXTENSION = ROOT / "binder" / "lessons_extension"
TOKEN = "only-for-this-machine"
PATIENCE = 60_000
"""Milliseconds that a busy machine may take over what is expected; how fast it is, is measured elsewhere."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def browser_path() -> str | None:
    """The browser to drive: ``TRIALSIM_BROWSER``, or the first Chromium on the path; None where there is none."""
    return os.environ.get("TRIALSIM_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    import nbformat.v4 as v4

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells], metadata=kernel)
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{at}"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@contextmanager
def running_lab(
    folder: Path,
    home: Path,
    *,
    dark: bool = False,
    cwd_on_path: bool = True,
    lessons: Mapping[str, bytes] | None = None,
) -> Iterator[str]:
    """Run JupyterLab on `folder`, its settings in `home`; give its address.

    Modules beside the notebooks and this checkout can be imported by the kernels. Lessons are started by the extension
    of this checkout, whatever the environment has; `lessons` are the notebooks that it takes for ours.
    """
    port = free_port()
    place = home / "share" / "labextensions" / "trialsim-lessons"
    shutil.copytree(EXTENSION, place, dirs_exist_ok=True)
    if lessons is not None:
        ours.write(place / "static", lessons)
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")} | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PATH": str(home / "share"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *([str(folder)] if cwd_on_path else [])]),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--allow-root"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.port_retries=0"]
    command += [f"--config={SERVER_SETTINGS}", "--LabApp.expose_app_in_browser=True"]
    with (home / "lab.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", server, home / "lab.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def trust(path: Path, home: Path) -> None:
    """Sign a notebook for the Lab whose settings are in `home`, as running it there would."""
    environment = os.environ | {"JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_CONFIG_DIR": str(home / "config")}
    subprocess.run(
        [sys.executable, "-m", "jupyter", "trust", str(path)], env=environment, check=True, capture_output=True
    )


@contextmanager
def running_browser(profile: Path, *, width: int = 1280, height: int = 900, **more: Any) -> Iterator[Any]:
    """A browser context with a profile of its own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=browser_path(),
            args=list(FLAGS),
            headless=True,
            viewport={"width": width, "height": height},
            **more,
        )
        context.set_default_timeout(PATIENCE)
        try:
            yield context
        finally:
            context.close()


def open_notebook(page: Any, address: str, name: str) -> None:
    """Open one notebook and wait until its kernel rests."""
    page.goto(f"{address}/lab/tree/{name}?token={TOKEN}&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    # The bar below names the kernel's state only once it is connected; the dot above the notebook says idle before.
    page.locator(".jp-StatusBar-TextItem", has_text="| Idle").first.wait_for(timeout=90_000)
    page.wait_for_timeout(500)


def run_all(page: Any) -> None:
    """Run all cells and wait until the last is done and the kernel has rested for a second, as widgets ask it for more.

    Lab's own command is called, for it says when the last cell is done. The page does not: a cell whose code is folded
    shows no star, and on a busy machine the bar below still says idle for a while after the cells were sent.
    """
    page.evaluate(
        """() => {
          window.ranAll = false;
          void jupyterapp.commands.execute("notebook:run-all-cells").then(() => { window.ranAll = true; });
        }"""
    )
    page.wait_for_function("window.ranAll", timeout=180_000)
    kernel_rests(page, 1000)


def lesson_started(page: Any) -> None:
    """Wait until a lesson has started itself, nothing saved stands in the place of what is drawn, and Python rests."""
    page.locator("[data-lesson=ready]").wait_for(timeout=180_000)
    page.wait_for_function("document.querySelector('.ts-coming') === null")
    kernel_rests(page, 1000)


def kernel_rests(page: Any, milliseconds: int = 300) -> None:
    """Wait until Lab has called the kernel idle for so long."""
    page.evaluate("() => { window.restingSince = undefined; }")
    page.wait_for_function(
        """(milliseconds) => {
          const bar = [...document.querySelectorAll(".jp-StatusBar-TextItem")].map((item) => item.textContent);
          if (!bar.some((text) => text.endsWith("| Idle"))) window.restingSince = undefined;
          else window.restingSince ??= performance.now();
          return performance.now() - window.restingSince > milliseconds;
        }""",
        arg=milliseconds,
        timeout=180_000,
    )


def all_in_the_file(page: Any, *, but: int = 0) -> None:
    """Wait until Python has said that all of what was done here is written, but for so many answers nobody checked."""
    page.wait_for_function(
        "(but) => Object.keys(localStorage).filter((key) => key.startsWith('trialsim unsent')).length === but", arg=but
    )


def part(page: Any, label: str, *, last: bool = False) -> Any:
    """The first (or last) of our widgets whose name begins with `label`, scrolled to where it is seen."""
    found = page.locator(f'section.trialsim[aria-label^="{label}"]')
    found = found.last if last else found.first
    found.scroll_into_view_if_needed()
    return found


def at_rest(page: Any, parts: tuple[Any, ...]) -> list[dict[str, float]]:
    """Where the parts are once nothing moves any more."""
    before: list[dict[str, float]] = []
    for _ in range(100):
        now = [part.bounding_box() for part in parts]
        if now == before:
            return now
        before = now
        page.wait_for_timeout(300)
    raise AssertionError("the page still moves after half a minute")
