"""Compile every package of the site, once, by the site's own Pyodide: else each visitor's browser does it each time.

Run by `bytecode.mjs` inside Pyodide. Wheels keep their names; the lock file gets their new digests. What of others'
packages nothing here asks for goes: each file that a visitor unpacks takes about a millisecond. Of trialsim the sources
stay beside what was compiled: its readers may look at them.
"""

import gzip
import hashlib
import importlib.util
import io
import json
import tarfile
import warnings
import zipfile
from importlib import _bootstrap_external
from pathlib import Path

PLACE = Path("/site")
# Tests, data of examples, fonts for paper, what a compiler or JupyterLab's own builder would take.
NOT_NEEDED = {"tests", "sample_data", "afm", "pdfcorefonts", "include"}
NOT_NEEDED_SUFFIXES = {".pyi", ".h", ".c", ".pxd", ".pyx", ".a"}
# The kernel asks for these by name and does without: a completion that reads types, and connections that a page cannot
# make.
EMPTY = {"jedi", "ssl"}
OURS = "trialsim"
# Matplotlib reads the texts of its own help as it is imported, and writes others from them: half of its time.
WITHOUT_HELP = "matplotlib"
# The time of all cities, unpacked as pandas is imported: empty, Python's own UTC is taken.
CITIES = "dateutil-zoneinfo.tar.gz"
# trialsim takes `special` and `optimize`.
OF_SCIPY_NOT_NEEDED = {"cluster", "datasets", "fftpack", "integrate", "interpolate", "io", "misc", "ndimage", "odr"}
OF_SCIPY_NOT_NEEDED |= {"signal", "stats"}
# Pyodide loads every compiled part of a package with it, since a page's own thread could not do so later. Here Python
# runs in a thread of its own and loads a part when it is imported: most of SciPy's never are.
LOADER = "pyodide/_package_loader.py"
WHEN_IMPORTED = b"""

_dynlibs = get_dynlibs

def get_dynlibs(archive, suffix, target_dir):
    return [] if target_dir == SITE_PACKAGES else _dynlibs(archive, suffix, target_dir)
"""


def compiled(source: bytes, name: str, optimize: int) -> bytes:
    """What Python would keep of a source, never compared with it again."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    digest = importlib.util.source_hash(source)
    return bytes(_bootstrap_external._code_to_hash_pyc(code, digest, False))


def is_not_needed(path: Path) -> bool:
    """Whether nothing here asks for a file of somebody else's package."""
    top, *below = path.parts
    if top == "scipy" and below and below[0] in OF_SCIPY_NOT_NEEDED:
        return True
    if top == "tzdata" and len(below) > 2:  # the time of a city
        return True
    return top.endswith(".data") or path.suffix in NOT_NEEDED_SUFFIXES or not NOT_NEEDED.isdisjoint(path.parts)


def with_bytecode(archive: bytes, inside: str, keep_sources: bool, empty: bool = False) -> bytes:
    """A wheel, or the zip of the standard library, whose modules are compiled."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            path = Path(item.filename)
            if not keep_sources and is_not_needed(path):
                continue
            if empty and not path.parts[0].endswith(".dist-info"):
                continue
            data = no_files() if path.name == CITIES else old.read(item)
            if item.filename == LOADER and b"def get_dynlibs(" in data:
                data += WHEN_IMPORTED
            module = path.suffix == ".py" and not any(part.endswith((".data", ".dist-info")) for part in path.parts)
            if keep_sources or not module:
                new.writestr(item, data)
            if module:
                kept = importlib.util.cache_from_source(item.filename) if keep_sources else item.filename + "c"
                # The date of the source: the same site whenever it is built.
                code = compiled(data, inside + item.filename, 2 if path.parts[0] == WITHOUT_HELP else 0)
                new.writestr(zipfile.ZipInfo(kept, item.date_time), code, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def no_files() -> bytes:
    """An archive with nothing in it, the same whenever it is made."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w"):
        pass
    return gzip.compress(plain.getvalue(), mtime=0)


def main() -> None:
    """All wheels of the lock file, and the standard library."""
    warnings.simplefilter("ignore")
    place = PLACE / "pyodide-lock.json"
    lock = json.loads(place.read_text(encoding="utf-8"))
    major, minor, *_ = lock["info"]["python"].split(".")
    packages = f"/lib/python{major}.{minor}/site-packages/"
    for name, entry in lock["packages"].items():
        wheel = PLACE / entry["file_name"]
        if wheel.suffix == ".whl":
            made = with_bytecode(wheel.read_bytes(), packages, name == OURS, name in EMPTY)
            wheel.write_bytes(made)
            entry["sha256"] = hashlib.sha256(made).hexdigest()
    library = PLACE / "python_stdlib.zip"
    library.write_bytes(with_bytecode(library.read_bytes(), f"/lib/python{major}{minor}.zip/", False))
    place.write_text(json.dumps(lock), encoding="utf-8")


main()
