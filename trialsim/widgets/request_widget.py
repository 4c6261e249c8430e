"""What all parts of the kit share: they answer each message of the browser, and swallow no error.

Their inputs are native ones of our own. Predictions, checks and free text built of ipywidgets were put to the tests of
`tests/browser/test_lessons_for_everyone.py` and failed: the slider has no accessible name, radio buttons are 13 px
wide, the focus is not seen or gets lost, and JupyterLab takes keys for itself.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from trialsim.ahead import ONE_THREAD, in_turn
from trialsim.errors import TrialsimError

_HERE = Path(__file__).parent


def script(*names: str) -> str:
    """The browser's half of a widget: the parts that all share, then its own. Plain modules, no build step."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in ("request_widget.js", *names))


def style(*names: str) -> str:
    """What a widget looks like: as all of them, then its own."""
    return "".join((_HERE / file).read_text(encoding="utf-8") for file in ("request_widget.css", *names))


def is_live() -> bool:
    """Whether somebody has the page open: what is not in sight can wait there until it is asked for.

    A Jupyter server names the page in the environment of its kernel; a page without a server is always open. Anything
    else runs a notebook to be read later, where no kernel is, and gets all of it.
    """
    return ONE_THREAD or "JPY_SESSION_NAME" in os.environ


class RequestWidget(anywidget.AnyWidget):
    """A widget whose every message gets a reply: what was asked for, a sentence why not, or our own fault.

    Attributes
    ----------
    fault : str
        The traceback of the last error that is ours, or empty. It is shown in the browser, and stands in the widget's
        state, where tests look for it.
    place : str
        Where it stands in the course: under this name the browser keeps what has not reached the learner's file. Empty
        where nothing is kept.
    is_written : callable
        Says whether what was kept last is in that file; each reply tells it to the browser.
    """

    _css = style()

    fault = traitlets.Unicode("").tag(sync=True)
    place = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self.is_written: Callable[[], bool] = lambda: True
        super().__init__(**traits)
        self.on_msg(self._answer)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    @in_turn
    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the browser has changed; all that hangs on it follows before another message is answered."""
        super().set_state(sync_data)

    @in_turn
    def _answer(self, _: Any, message: Any, __: Any) -> None:
        asked = message.get("id") if isinstance(message, dict) else None
        self.send({"id": asked} | self._outcome(lambda: self._reply(message)))

    def _outcome(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What the work gives; or in words why it gives nothing."""
        try:
            return work() | {"written": self.is_written()}
        except TrialsimError as error:
            return {"refused": str(error)}
        except Exception as error:
            return self.record(error)

    def record(self, error: Exception) -> dict[str, Any]:
        """Keep the traceback in `fault`; give what the browser shows."""
        self.fault = "".join(traceback.format_exception(error))
        return {"fault": traceback.format_exception_only(error)[-1].strip()}

    def _static(self) -> dict[str, str]:
        """What is read beside its `repr` where no kernel runs, by MIME type."""
        return {}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self)} | self._static(), metadata

    def __repr__(self) -> str:
        return type(self).__name__
