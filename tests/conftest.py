"""Brings in the project's own habits of testing wherever a test of this folder runs."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load them once, also where the command line loaded them already."""
    config.pluginmanager.import_plugin("tests.plugin")
