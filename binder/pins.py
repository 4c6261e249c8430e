"""Make the pins anew, after pyproject.toml has changed or to move to newer versions (needs uv and the test extra):

    python binder/pins.py           newest versions of everything
    python binder/pins.py --keep    the versions that are pinned now, and what is new

`constraints.txt` holds exact versions of everything, for any system and Python 3.11 or newer. `lab.txt` and `test.txt`
are the same versions with the hashes of their files: what the set-up installs, for the lessons and on top of it for the
tests. `requirements.txt` holds what Binder installs into its own image, with hashes, too: the dependencies, and what
builds the package, without the server, which the image brings. Where the image already has a package, its version is
kept, so that nothing of the image is replaced.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.util import find_spec
from pathlib import Path

BINDER = Path(__file__).resolve().parent
PYPROJECT = BINDER.parent / "pyproject.toml"
# Same versions whoever makes them, and nothing in the files that says from where.
OPTIONS = ["--quiet", "--python-version", "3.11", "--no-emit-index-url", "--no-header", "--no-annotate"]
BINDERS = ["--python-platform", "x86_64-manylinux_2_28", "--generate-hashes"]
# From 4.25 on it brings a grammar that costs every start of JupyterLab two seconds.
SLOW = ["jsonschema<4.25"]


def main(keep: bool) -> None:
    """Write all files of pins."""
    build = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]
    constraints = BINDER / "constraints.txt"
    given = "\n".join(build + SLOW)
    universal = ["--universal", str(PYPROJECT), "-"]
    # Versions that stand in the file that is written are kept, unless newer ones are asked for.
    compile_pins([*universal, "--all-extras", *([] if keep else ["--upgrade"])], constraints, given)

    same = [*universal, "--constraint", str(constraints), "--generate-hashes"]
    with tempfile.TemporaryDirectory() as folder:
        lab, everything = Path(folder) / "lab.txt", Path(folder) / "everything.txt"
        compile_pins([*same, "--extra", "lab"], lab, given)
        compile_pins([*same, "--all-extras"], everything, given)
        for_lessons, for_all = (packages(file.read_text(encoding="utf-8")) for file in (lab, everything))
    # The lines of the whole: what only some systems need for the lessons may be needed on all for the tests.
    wanted = set(map(name_of, for_lessons))
    for name, lessons in (("lab.txt", True), ("test.txt", False)):
        pins = {pin: hashes for pin, hashes in for_all.items() if (name_of(pin) in wanted) is lessons}
        text = "".join(f"{pin} \\\n" + " \\\n".join(hashes) + "\n" for pin, hashes in pins.items())
        (BINDER / name).write_text(text, encoding="utf-8")

    image = image_versions((BINDER / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-"))
    lines = constraints.read_text(encoding="utf-8").splitlines()
    ours = [pin for pin in lines if name_of(pin) not in image]
    kept = [f"{name}=={version}" for name, version in image.items()]
    with tempfile.TemporaryDirectory() as folder:
        limits = Path(folder) / "limits.txt"
        limits.write_text("\n".join(ours + kept), encoding="utf-8")
        compile_pins(
            [*BINDERS, "--constraint", str(limits), "--upgrade", str(PYPROJECT), "-"],
            BINDER / "requirements.txt",
            "\n".join(build),
        )


def compile_pins(arguments: list[str], target: Path, given: str = "") -> None:
    """Write the exact versions that satisfy the requirements to `target`."""
    command = ["uv", "pip", "compile", *OPTIONS, *arguments, "--output-file", str(target)]
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def packages(text: str) -> dict[str, list[str]]:
    """Return the lines of hashes of each pin in a file of pins."""
    lines = [line.removesuffix(" \\") for line in text.splitlines()]
    starts = [at for at, line in enumerate(lines) if not line.startswith(" ")]
    return {lines[at]: lines[at + 1 : end] for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)}


def name_of(pin: str) -> str:
    """Return the name of the package in a pin.

    >>> name_of("appnope==1.0.0 ; sys_platform == 'darwin'")
    'appnope'
    """
    return pin.split("==")[0]


def image_versions(python: str) -> dict[str, str]:
    """The packages of the Binder image for one version of Python, by their names on the package index."""
    spec = find_spec("repo2docker")
    if spec is None or spec.origin is None:
        sys.exit("repo2docker is not installed: run `python3 tests --version` first, and use the Python in .venv")
    lock = Path(spec.origin).parent / "buildpacks" / "conda" / f"environment.py-{python}-linux-64.lock"
    address = r"/(?P<name>[a-z0-9][^/]*)-(?P<version>\d+(?:\.\d+)*(?:\.post\d+)?)-[^-/]+\.(?:conda|tar\.bz2)"
    packages = re.findall(address, lock.read_text(encoding="utf-8"))
    return {re.sub("[-_.]+", "-", name).removesuffix("-base").lower(): version for name, version in packages}


if __name__ == "__main__":
    main(keep="--keep" in sys.argv[1:])
