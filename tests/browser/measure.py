"""How fast the explorers are in a real browser: every slider of the notebooks named, near and far from the kernel.

    python -m tests.browser.measure [--delay 120] [notebooks/04_power_of_twenty.ipynb ...]

Without a notebook the toy panel of the tests is measured. A step is one press of an arrow key; its time runs from the
key to the frame that shows the new picture. Columns:

step        the slider's range is there: median and 90th percentile, ms
held        pictures drawn of 60 steps with the key held, range there
from focus  the same, held from the moment of focus, nothing there
cold        range not there: one step, median and 90th percentile, ms
echo        the bare echo of one control through the kernel and back, taken in turn with the cold steps, ms
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.browser.real_lab import free_port, open_notebook, run_all, running_browser, running_lab, write_notebook

STEPS = 60
REPEAT_MS = 30
TOY = ("from tests.browser.toy_panel import *", "Explorer(panel)")
ECHO = "from tests.browser.toy_panel import Echo as _Echo\n_Echo()"
WATCH = """() => {
  window.shown = new Set();
  window.times = [];
  let pressed = 0;
  document.addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
  document.addEventListener("trialsim:shown", (event) => {
    window.shown.add(event.detail);
    const from = pressed;
    // After the frame that has the picture: a message posted in a frame's callback comes when the frame is done.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.times.push(performance.now() - from);
      port2.postMessage(0);
    });
  });
}"""


@contextmanager
def distant(address: str, delay_ms: float) -> Iterator[str]:
    """An address from which the server seems `delay_ms` further away, there and back."""
    if not delay_ms:
        yield address
        return
    host, port = address.removeprefix("http://").split(":")
    here, loop = free_port(), asyncio.new_event_loop()

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                when, data = await due.get()
                await asyncio.sleep(max(0.0, when - loop.time()))
                if not data:
                    target.close()
                    return
                target.write(data)

        delivering = asyncio.create_task(deliver())
        data = b"-"
        while data:
            try:
                data = await source.read(65536)
            except OSError:
                data = b""
            due.put_nowait((loop.time() + delay_ms / 2000, data))
        await delivering

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        with suppress(asyncio.CancelledError):
            await asyncio.gather(carry(reader, there_writer), carry(there_reader, writer), return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", here), loop).result(10)
    try:
        yield f"http://127.0.0.1:{here}"
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def open_panels(page: Any) -> None:
    """Commit every prediction that is asked for, so that every panel opens."""
    for shut in page.get_by_role("button", name="Commit my prediction").all():
        if not shut.is_visible():
            continue
        form = page.locator(".trialsim").filter(has=shut).last
        option = form.get_by_role("radio")
        if option.count() and option.first.is_visible():
            option.first.check()
        shut.click()
        page.wait_for_timeout(800)


def press(page: Any, key: str) -> float | None:
    """Press a key once; the milliseconds until its picture is in a frame, or None when none came."""
    page.evaluate("window.times = []")
    page.keyboard.press(key)
    try:
        page.wait_for_function("window.times.length > 0", timeout=5000, polling="raf")
    except Exception:
        return None
    return float(page.evaluate("window.times[0]"))


def hold(page: Any, key: str) -> int:
    """Hold a key for 60 steps; the number of pictures that were drawn."""
    page.evaluate("window.shown = new Set()")
    for _ in range(STEPS):
        page.keyboard.down(key)
        page.wait_for_timeout(REPEAT_MS)
    page.keyboard.up(key)
    page.wait_for_timeout(1500)
    return int(page.evaluate("window.shown.size"))


def rest_cold(page: Any, slider: Any, key: str) -> None:
    """Bring a slider to one end, forget all pictures, and take the focus away."""
    slider.press(key)
    page.wait_for_timeout(2000)
    slider.evaluate("""node => {
      node.blur();
      node.dispatchEvent(new CustomEvent("trialsim:forget", { bubbles: true }));
    }""")
    page.wait_for_timeout(200)


def measure_slider(page: Any, slider: Any) -> dict[str, Any]:
    """Time one slider in all the ways of the table."""
    cold, echo = [], []
    for at in range(10):
        rest_cold(page, slider, ("Home", "End")[at % 2])
        page.locator("#echo").focus()
        echo.append(press(page, "ArrowRight"))
        slider.focus()
        cold.append(press(page, ("ArrowRight", "ArrowLeft")[at % 2]))
    rest_cold(page, slider, "Home")
    slider.focus()
    from_focus = hold(page, "ArrowRight")
    slider.press("Home")
    page.wait_for_timeout(3000)
    held = hold(page, "ArrowRight")
    slider.press("Home")
    page.wait_for_timeout(500)
    step = [press(page, ("ArrowRight", "ArrowLeft")[at % 4 // 2]) for at in range(24)]
    reach = min(STEPS, int(slider.get_attribute("max")))
    return {
        "cold": came(cold),
        "echo": came(echo),
        "from focus": from_focus,
        "held": held,
        "step": came(step),
        "reach": reach,
    }


def came(times: Sequence[float | None]) -> list[float]:
    """The times of the pictures that came."""
    return [time for time in times if time is not None]


def measure(page: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Time every slider of the notebook that is open and has run."""
    page.evaluate(WATCH)
    open_panels(page)
    boxes = page.locator(".trialsim").filter(has=page.locator(".trialsim-picture"))
    for at in range(boxes.count()):
        box = boxes.nth(at)
        box.scroll_into_view_if_needed()
        sliders = box.locator(".trialsim-controls").get_by_role("slider")
        for which in range(sliders.count()):
            slider = sliders.nth(which)
            name = box.get_attribute("aria-label") + " · " + slider.evaluate("node => node.labels[0].textContent")
            yield name, measure_slider(page, slider)


def shown(times: Sequence[float]) -> str:
    """Median and 90th percentile."""
    if len(times) < 2:
        return "-"
    return f"{statistics.median(times):.0f} / {statistics.quantiles(times, n=10, method='inclusive')[8]:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one table for each distance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--delay", type=float, default=120, help="added network delay, there and back, ms")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folder, home = root / "notebooks", root / "home"
        folder.mkdir()
        home.mkdir()
        names = [_with_echo(path, folder) for path in options.notebooks]
        names = names or [write_notebook(folder / "toy.ipynb", *TOY, ECHO).name]
        with running_lab(folder, home) as near, running_browser(root / "profile", height=3000) as browser:
            for delay in (0.0, options.delay):
                print(f"\nadded delay {delay:g} ms\n")
                print("| slider | step, ms | held | held from focus | cold, ms | echo, ms |\n|---|---|---|---|---|---|")
                with distant(near, delay) as address:
                    for name in names:
                        page = browser.new_page()
                        open_notebook(page, address, name)
                        run_all(page)
                        for slider, found in measure(page):
                            _print(f"{Path(name).stem}: {slider}", found)
                        page.close()


def _print(name: str, found: dict[str, Any]) -> None:
    reach = found.get("reach", "")
    counts = [f"{found[key]} of {reach}" if key in found else "-" for key in ("held", "from focus")]
    step, cold, echo = (shown(found.get(key, ())) for key in ("step", "cold", "echo"))
    print(f"| {name} | {step} | {' | '.join(counts)} | {cold} | {echo} |", flush=True)


def _with_echo(path: Path, folder: Path) -> str:
    """Copy a notebook and add the bare echo at its end."""
    import nbformat

    shutil.copy(path, folder / path.name)
    notebook = nbformat.read(folder / path.name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(ECHO))
    nbformat.write(notebook, folder / path.name)
    return path.name


if __name__ == "__main__":
    main()
