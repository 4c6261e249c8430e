"""Benchmarks run when asked for by name, `python3 tests tests/benchmarks`: on a busy machine they say little."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder out unless the command names it or something in it."""
    named = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.invocation_params.args]
    asked = any(path == HERE or HERE in path.parents for path in named)
    return None if asked else True
