"""A lesson as it is only read: what stands open on its page."""

from __future__ import annotations

import re
from typing import Any


def open_text(lesson_notebook: Any) -> str:
    """What is open on the page that is only read: prose, questions and tables without what is folded away."""
    shown = []
    for cell in lesson_notebook.cells:
        if cell.cell_type == "markdown":
            shown.append(cell.source)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            shown.append(data.get("text/html") or data.get("image/svg+xml") or data.get("text/markdown") or "")
    return "\n".join(re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL) for text in shown)
