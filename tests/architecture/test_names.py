"""Names say what they hold: a variable of a loop is never just ``one``."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.test_imports import ROOT

SOURCES = [path for folder in ("trialsim", "tests", "binder") for path in sorted((ROOT / folder).rglob("*.py"))]


_MAY_BE = re.compile(r"\b(?:for|lambda)\b[\w\s,()*]*\bone\b")  # prose as well: only what may be one is parsed


def unnamed(source: str) -> list[int]:
    """The lines of `source` on which a loop, a comprehension or a lambda calls its variable ``one``."""
    lines = []
    for node in ast.walk(ast.parse(source)) if _MAY_BE.search(source) else ():
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            if "one" in {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}:
                lines.append(node.target.lineno)
        elif isinstance(node, ast.Lambda) and "one" in {argument.arg for argument in node.args.args}:
            lines.append(node.lineno)
    return sorted(lines)


def test_variables_of_loops_say_what_they_hold() -> None:
    """In the package, the tests and the scripts that set the lessons up."""
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in SOURCES for line in unnamed(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "name the variable after what it holds: patient, arm, row"


@pytest.mark.parametrize(
    "source",
    ["for one in rows: pass", "x = [one for one in rows]", "x = {k: v for k, (one, v) in rows}", "f = lambda one: one"],
)
def test_such_a_variable_is_found(source: str) -> None:
    """A loop, a comprehension, a part of a tuple and a lambda."""
    assert unnamed(source) == [1]
    assert unnamed(source.replace("one", "row")) == []
