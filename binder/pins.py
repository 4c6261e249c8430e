"""Make the pins anew, after pyproject.toml has changed or to move to newer versions (needs uv and the test extra):

    python binder/pins.py

`constraints.txt` holds exact versions of everything, for any system and Python 3.11 or newer. `requirements.txt` holds
what Binder installs into its own image: the dependencies without the server, which the image brings. Where the image
already has a package, its version is kept, so that nothing of the image is replaced.
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
OPTIONS = ["--quiet", "--python-version", "3.11", "--no-emit-index-url", "--no-header", "--no-annotate", "--upgrade"]
# From 4.25 on it brings a grammar that costs every start of JupyterLab two seconds.
SLOW = ["jsonschema<4.25"]


def main() -> None:
    """Write both files."""
    build = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]
    constraints = BINDER / "constraints.txt"
    compile_pins(["--universal", "--all-extras", str(PYPROJECT), "-"], constraints, given="\n".join(build + SLOW))

    image = image_versions((BINDER / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-"))
    pins = constraints.read_text(encoding="utf-8").splitlines()
    ours = [pin for pin in pins if pin.split("==")[0] not in image]
    kept = [f"{name}=={version}" for name, version in image.items()]
    with tempfile.TemporaryDirectory() as folder:
        limits = Path(folder) / "limits.txt"
        limits.write_text("\n".join(ours + kept), encoding="utf-8")
        compile_pins(
            ["--python-platform", "x86_64-manylinux_2_28", "--constraint", str(limits), str(PYPROJECT)],
            BINDER / "requirements.txt",
        )


def compile_pins(arguments: list[str], target: Path, given: str = "") -> None:
    """Write the exact versions that satisfy the requirements to `target`."""
    done = subprocess.run(["uv", "pip", "compile", *OPTIONS, *arguments], input=given, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    target.write_text(done.stdout, encoding="utf-8")


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
    main()
