"""What holds for all tests: long studies only where they are asked for; a notebook that changed names the cure."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked slow, unless the `-m` of the command speaks of it, or a test is named.

    An `-m "not slow"` among the project's own options would be undone by any other `-m`: the last one wins.
    """
    slow = [item for item in items if "slow" in item.keywords]
    for item in slow:
        item.add_marker(pytest.mark.timeout(3600))
    if "slow" in config.option.markexpr or any("::" in argument for argument in config.args):
        return
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if "slow" not in item.keywords]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Where a cell's output is not the committed one, say which line made it, and how it is made again."""
    report = yield
    cell = getattr(item, "cell", None)
    if report.failed and cell is not None:
        source = cell.source.strip()
        told = f"This output is not the committed one:\n\n    {source}\n\nIf the change is meant, look at it, then run"
        report.sections.append(("What to do", f"{told}: python3 tests --regenerate notebooks"))
    return report
