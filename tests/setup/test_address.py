"""The repository's address is put into every file that states it, and can be put again."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("address", ROOT / "binder" / "address.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/someone/trialsim.git", "someone/trialsim"),
        ("https://github.com/someone/trialsim/", "someone/trialsim"),
        ("git@github.com:some-one/trial.sim.git", "some-one/trial.sim"),
        ("ssh://git@example.org:22/someone/trialsim", "someone/trialsim"),
        ("../elsewhere", None),
        ("", None),
    ],
)
def test_an_address_is_read_from_a_remote(address: ModuleType, remote: str, repository: str | None) -> None:
    """Whichever way the remote is written; a folder is none."""
    assert address.repository_of(remote) == repository


def test_it_is_put_everywhere_and_can_move(address: ModuleType, tmp_path: Path) -> None:
    """Each file that states the address has the new one, and nothing of the old one is left."""
    for name in address.FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    stated = [name for name in address.FILES if "OWNER/REPO" in (ROOT / name).read_text(encoding="utf-8")]
    assert {"pyproject.toml", "CITATION.cff", "README.md"} <= set(stated)
    for before, now in (("OWNER/REPO", "someone/trialsim"), ("someone/trialsim", "another/sim")):
        assert address.put(now, tmp_path) == [name for name in address.FILES if name in stated]
        for name in stated:
            text = (tmp_path / name).read_text(encoding="utf-8")
            assert now in text and before not in text and before.split("/")[0].lower() + ".github.io" not in text
    assert address.put("another/sim", tmp_path) == []


def test_it_says_what_it_needs(address: ModuleType) -> None:
    """A name that is no repository is refused."""
    assert "OWNER/REPO" in address.main(["nothing"])
    assert "usage" in address.main(["a/b", "c/d"])
