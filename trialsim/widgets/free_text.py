"""An answer in the learner's own words: kept as it is typed, shown as text, judged by nobody but the reader."""

from __future__ import annotations

from typing import Any

import traitlets

from trialsim.errors import TrialsimError
from trialsim.exchange.kept_values import MAX_WORDS
from trialsim.widgets.request_widget import RequestWidget, script


class FreeText(RequestWidget):
    """A box to write in.

    Parameters
    ----------
    asks : str
        What to write, in a few words; labels the box.
    value : str
        What was written before.

    Attributes
    ----------
    value : str
        What is written, of any script, at most `MAX_WORDS` characters.
    """

    _esm = script("unsent.js", "free_text.js")

    asks = traitlets.Unicode().tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)

    def __init__(self, asks: str, *, value: str = "") -> None:
        super().__init__(asks=asks, value=value)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        text = message["text"]
        if not isinstance(text, str) or len(text) > MAX_WORDS:
            got = f"{len(text):,} characters"
            fix = "What is beyond stays in the box, but is not kept."
            raise TrialsimError(self.asks, got, f"at most {MAX_WORDS:,}", fix)
        self.value = text
        return {"kept": len(text)}

    def __repr__(self) -> str:
        return f"{self.asks} Write it down before you open the answer below."

    def _static(self) -> dict[str, str]:
        """Add what to do where no kernel runs."""
        text = f"*{self.asks} Write it down, on paper if nothing runs here, before you open the answer below.*"
        return {"text/markdown": text}
