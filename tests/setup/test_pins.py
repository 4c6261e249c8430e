"""The pins, the Binder files and the facts that more than one file states agree with each other."""

from __future__ import annotations

import fnmatch
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
SERVER = {"jupyterlab", "notebook", "jupyter-server", "jupyterhub", "ipykernel", "nbclassic", "jupyterlab-server"}
MACHINES = [
    {"sys_platform": system, "os_name": kind, "python_version": short, "python_full_version": f"{short}.0"}
    for system, kind in (("linux", "posix"), ("darwin", "posix"), ("win32", "nt"))
    for short in ("3.11", "3.12", "3.13", "3.14")
]


def read(name: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def hashed(name: str) -> dict[str, list[str]]:
    """Return the hashes of every pin in a file that has them, by the line of the pin."""
    found: dict[str, list[str]] = {}
    for line in read(name).replace("\\\n", "").splitlines():
        pin, *hashes = line.split(" --hash=")
        found[pin.strip()] = [text.strip() for text in hashes]
    return found


def pins(name: str, machine: dict[str, str]) -> dict[str, str]:
    """Return the versions that a file of pins gives on a machine, by package."""
    wanted = [Requirement(line) for line in hashed(name)]
    kept = [pin for pin in wanted if pin.marker is None or pin.marker.evaluate(machine)]
    versions = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in kept}
    assert len(versions) == len(kept), "a package is pinned twice on one machine"
    return versions


@pytest.mark.parametrize("name", ["binder/constraints.txt", "binder/requirements.txt"])
def test_pins_are_exact_and_name_no_host(name: str) -> None:
    """Every line, its hashes apart, is one package at one version: no address, no option, no comment."""
    for line in hashed(name):
        assert re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z0-9_ '.<>=!()]+)?", line, re.IGNORECASE), line


@pytest.mark.parametrize("name", ["binder/lab.txt", "binder/test.txt", "binder/requirements.txt"])
def test_every_pin_of_the_set_up_has_its_hashes(name: str) -> None:
    """A file that is not the one that was pinned is not installed; and no line names a host."""
    found = hashed(name)
    assert found
    for pin, hashes in found.items():
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes), pin
    assert "://" not in read(name)


def test_the_hashed_pins_are_the_pins() -> None:
    """What is installed for the lessons, and on top of it for the tests, is together what constraints.txt names."""
    lab, test = hashed("binder/lab.txt"), hashed("binder/test.txt")
    assert sorted([*lab, *test]) == sorted(read("binder/constraints.txt").splitlines())
    assert "jupyterlab" in {pin.split("==")[0] for pin in lab} and "pytest" in {pin.split("==")[0] for pin in test}


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda machine: f"{machine['sys_platform']}-{machine['python_version']}"
)
def test_pins_of_the_laptop_satisfy_the_project(machine: dict[str, str]) -> None:
    """On every system and Python, each dependency and extra has a pinned version that the project accepts."""
    versions = pins("binder/constraints.txt", machine)
    for line in PROJECT["dependencies"] + EXTRAS + PYPROJECT["build-system"]["requires"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line


def test_pins_of_binder_satisfy_the_project_and_leave_the_server_alone() -> None:
    """Binder gets every dependency, and what builds the package, as the project wants them, and keeps its server."""
    versions = pins("binder/requirements.txt", MACHINES[0])
    for line in PROJECT["dependencies"] + PYPROJECT["build-system"]["requires"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line
    assert not SERVER & set(versions)


def test_binder_computes_with_the_versions_of_the_laptop() -> None:
    """The packages that compute and draw have the same version on Binder as in the tests."""
    binder, laptop = (pins(f"binder/{name}.txt", MACHINES[0]) for name in ("requirements", "constraints"))
    for name in ("numpy", "scipy", "pandas", "matplotlib", "anywidget"):
        assert binder[name] == laptop[name]


def test_binder_runs_what_it_should() -> None:
    """Binder takes the Python of the tests, and can run postBuild."""
    assert read("binder/runtime.txt").strip() == "python-3.11"
    if os.name != "nt":
        assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_every_file_of_the_package_is_shipped() -> None:
    """No file in the package is of a kind that the built package would leave out."""
    shipped = [*PYPROJECT["tool"]["setuptools"]["package-data"]["*"], "*.py"]
    files = [path for path in (ROOT / "trialsim").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    forgotten = [path for path in files if not any(fnmatch.fnmatch(path.name, pattern) for pattern in shipped)]
    assert not forgotten


def test_one_version_and_one_address() -> None:
    """CITATION.cff, the changelog and the README's links name the version and the repository of pyproject.toml."""
    version, address = PROJECT["version"], PROJECT["urls"]["Repository"]
    repository = address.removeprefix("https://github.com/")
    citation, readme = read("CITATION.cff"), read("README.md")
    assert f"\nversion: {version}\n" in citation
    assert f'\nrepository-code: "{address}"\n' in citation
    assert f"\n## [{version}]" in read("CHANGELOG.md")
    badge = f"https://mybinder.org/v2/gh/{repository}/v{version}?urlpath=doc/tree/notebooks/00_start_here.ipynb"
    assert badge in readme
