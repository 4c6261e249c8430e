"""Build the Binder image of the committed tree without docker, then run lesson 00 in it.

Asks repo2docker for the Dockerfile, makes an environment with the very versions of Binder's own image, runs the
Dockerfile's own RUN lines (the pins, then postBuild), checks that every package is content with the others, and
executes the first lesson there:

    python binder/emulate.py

Needs git, the project's test extra, and Python of the version in runtime.txt.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pins import image_versions

ROOT = Path(__file__).resolve().parent.parent
LESSON = "notebooks/00_start_here.ipynb"
SERVER = ("jupyterlab", "notebook", "jupyter-server", "jupyterhub", "ipykernel", "ipywidgets", "nbconvert")


def main() -> None:
    """Build, check, execute."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="binder-") as folder:
        home, image = Path(folder) / "home", Path(folder) / "image"
        home.mkdir()  # on Binder the repository is the home folder
        archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], check=True, capture_output=True).stdout
        subprocess.run(["tar", "--extract", "--directory", str(home)], input=archive, check=True)
        lines, entry = read_dockerfile(ask_repo2docker(home))
        make_image(image, home, Path(folder) / "image.txt")
        for line in lines:
            step(line, home, image)
        step("pip check", home, image)
        executed = f"jupyter nbconvert --to notebook --execute --stdout {LESSON} > {shlex.quote(folder)}/executed.ipynb"
        step(f"{entry} {executed}".strip(), home, image)
    print(f"Binder: {LESSON} ran in the image's own versions; {time.monotonic() - started:.0f} s in all", flush=True)


def ask_repo2docker(tree: Path) -> str:
    """Return the Dockerfile that Binder would build for this tree."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--config", os.devnull]
    # Binder itself turns away a repository without an environment file; so does this.
    command += ["--Repo2Docker.default_buildpack=None", str(tree)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"repo2docker refuses this repository:\n{done.stderr[-2000:]}")
    return done.stdout


def read_dockerfile(dockerfile: str) -> tuple[list[str], str]:
    """Return the RUN lines that concern this repository, and the start script where there is one."""
    version = python_version().split(".")[1]
    if f"environment-2epy-2d3-2e{version}" not in dockerfile:
        sys.exit(f"Binder would not take Python 3.{version}, which binder/runtime.txt asks for")
    ours = dockerfile.split("ENV CONDA_DEFAULT_ENV", 1)[1]
    lines = re.findall(r"^RUN (.+)$", ours, re.MULTILINE)
    for needed in ("requirements.txt", "postBuild"):
        if not any(needed in line for line in lines):
            sys.exit(f"Binder would not use binder/{needed}:\n" + "\n".join(lines))
    entry = re.search(r'^ENV R2D_ENTRYPOINT="(.+)"', ours, re.MULTILINE)
    return lines, entry.group(1) if entry else ""


def make_image(image: Path, home: Path, limits: Path) -> None:
    """Make an environment with the server as Binder's image has it."""
    python = shutil.which(f"python{python_version()}")
    if sys.version.startswith(python_version() + "."):
        python = sys.executable
    if python is None:
        sys.exit(f"The emulated image needs Python {python_version()}, as binder/runtime.txt says")
    versions = image_versions(python_version())
    limits.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()), encoding="utf-8")
    subprocess.run([python, "-m", "venv", str(image)], check=True)
    wanted = [f"{name}=={versions[name]}" for name in SERVER if name in versions]
    step(shlex.join(["pip", "install", "--quiet", "--constraint", str(limits), *wanted]), home, image)


def python_version() -> str:
    """Return the version that binder/runtime.txt asks for, such as 3.11."""
    return (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")


def step(command: str, home: Path, image: Path) -> None:
    """Run one line as Binder's build does: by the shell, in the repository, with its variables."""
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP", "http"))}
    variables |= {
        "HOME": str(home),
        "REPO_DIR": str(home),
        "KERNEL_PYTHON_PREFIX": str(image),
        "NB_PYTHON_PREFIX": str(image),
        "NB_USER": "jovyan",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{image}/bin:/usr/bin:/bin",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_PROGRESS_BAR": "off",
    }
    print("+", command, flush=True)
    started = time.monotonic()
    if subprocess.run(command, shell=True, cwd=home, env=variables, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"Binder's build would fail at: {command}")
    print(f"  {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
