"""The count of code lines counts code, and nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.count_lines import code_lines, floors

SOURCE = '''"""A module."""

import math  # one


def area(radius: float) -> float:
    """Two.

    >>> area(0)
    0.0
    """
    # none
    words = """three
    four, and a text that is used is code"""
    return len(words) * math.pi * (
        radius**2
    )
'''


def test_only_code_is_counted(tmp_path: Path) -> None:
    """Blank lines, comments and docstrings do not count; a statement counts with all its lines."""
    (tmp_path / "rules").mkdir()
    for name in ("errors.py", "rules/area.py", "rules/again.py"):
        (tmp_path / name).write_text(SOURCE, encoding="utf-8")
    assert code_lines(tmp_path / "errors.py") == 7
    assert floors(tmp_path) == {"errors.py": 7, "rules": 14}
