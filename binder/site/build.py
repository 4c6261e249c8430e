"""Build the site that needs no server: JupyterLite, the lessons, and a Pyodide whose lock file knows trialsim.

Run by `python3 binder/site OUT`, in an environment that has JupyterLite's builder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from binder.site.pyodide import add_packages, fetch, pyodide_for_tests

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
EXTENSION = ROOT / "binder" / "lessons_extension"
NOT_FOR_READERS = shutil.ignore_patterns("my_work", "my_class", "__pycache__", "*.py", ".ipynb_checkpoints")


def main(arguments: list[str] | None = None) -> None:
    """Build the site."""
    parser = argparse.ArgumentParser(prog="python3 binder/site", description=__doc__.split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="the folder to make; it is emptied first if a site was built there")
    parser.add_argument("--pyodide", type=Path, help="a folder with a complete Pyodide; fetched where none is given")
    given = parser.parse_args(arguments)
    out = given.out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "jupyter-lite.json").is_file():
        sys.exit(f"{out} holds something else. Name a new folder, or an earlier site.")
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        work = Path(folder)
        pyodide = given.pyodide or pyodide_for_tests(work / "pyodide")
        wheels = [trialsim_wheel(work), *fetch(pyodide, work / "wheels")]
        site = build_lite(work)
        add_packages(site, pyodide, wheels)
        configure(site)
        begin_early(site)
        write_first_page(site)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(site, out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.0f} MB. To try it: python3 -m http.server --directory {given.out}")


def trialsim_wheel(work: Path) -> Path:
    """The package as a wheel, built from a copy: building leaves its traces beside the sources."""
    copy = work / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "trialsim", copy / "trialsim", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(work / "ours"), str(copy)], check=True)
    return next((work / "ours").glob("trialsim-*.whl"))


def build_lite(work: Path) -> Path:
    """JupyterLite with our extension and the lessons, before it has a Python."""
    place = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "labextensions" / "trialsim-lessons"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(EXTENSION, place)
    contents, site = work / "contents", work / "site"
    shutil.copytree(ROOT / "notebooks", contents, ignore=NOT_FOR_READERS)
    for path in contents.rglob("*.ipynb"):
        path.write_text(json.dumps(joined(json.loads(path.read_text("utf-8")))), encoding="utf-8")
    command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", str(HERE), "--contents", str(contents)]
    command += ["--output-dir", str(site), "--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"JupyterLite could not be built:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return site


def joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with every text in one piece: elsewhere the server joins the lines, here there is none."""
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", ()):
            for holder in (output, output.get("data", {})):
                for key, value in holder.items():
                    if isinstance(value, list) and all(isinstance(line, str) for line in value):
                        holder[key] = "".join(value)
    return notebook


def configure(site: Path) -> None:
    """Tell JupyterLite where its Python is: in this site and nowhere else."""
    config = site / "jupyter-lite.json"
    told = json.loads(config.read_text(encoding="utf-8"))
    settings = told["jupyter-config-data"].setdefault("litePluginSettings", {})
    settings["@jupyterlite/pyodide-kernel-extension:kernel"] = {
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": json.loads((HERE / "start.json").read_text(encoding="utf-8")),
            "lockFileURL": "./static/pyodide/pyodide-lock.json",
        },
    }
    config.write_text(json.dumps(told, indent=1), encoding="utf-8")


def begin_early(site: Path) -> None:
    """Let a lesson's page show its beginning before it loads JupyterLab (see early.js of our extension)."""
    page = site / "lab" / "index.html"
    ours = "../extensions/trialsim-lessons/static/"
    lines = [f'<link rel="modulepreload" href="{ours}{name}.js">' for name in ("early", "first", "ours", "page")]
    lines.append(f'<script type="module">import {{ begin }} from "{ours}early.js"; begin();</script>')
    written = page.read_text(encoding="utf-8")
    head = '<meta charset="utf-8" />'
    if head not in written:
        sys.exit(f"JupyterLite's page is not what it was: {page} has no {head}")
    page.write_text(written.replace(head, "\n    ".join([head, *lines])), encoding="utf-8")


def write_first_page(site: Path) -> None:
    """The page that a visitor meets first: what this is, the lessons, how long it takes, where work is kept."""
    course = tomllib.loads((ROOT / "trialsim" / "data" / "course.toml").read_text(encoding="utf-8"))
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True)
    templates.filters["alone"] = alone
    templates.filters["page"] = lambda lesson: alone(notebook_of(lesson))
    size = sum(path.stat().st_size for path in (site / "static" / "pyodide").iterdir())
    megabytes = round(size / 1e6)
    page = templates.get_template("index.html.jinja")
    text = page.render(lessons=course["lesson"], rooms=course["room"], megabytes=megabytes)
    (site / "index.html").write_text(text, encoding="utf-8")


def notebook_of(lesson: dict[str, Any]) -> str:
    """The file of a lesson of the course: with its number in front, where it has one."""
    return "_".join(filter(None, (lesson.get("number"), lesson["slug"]))) + ".ipynb"


def alone(notebook: str) -> str:
    """The address of a notebook alone on its page."""
    return f"lab/index.html?path={quote(notebook)}&alone=yes"


if __name__ == "__main__":
    main()
