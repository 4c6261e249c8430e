"""Compile every package of the site, once, by the site's own Pyodide: else each visitor's browser does it each time.

Run by `bytecode.mjs` inside Pyodide. Wheels keep their names; the lock file gets their new digests. Tests of others'
packages, data of their examples and what of SciPy trialsim never imports go. Of trialsim the sources stay beside what
was compiled: its readers may look at them.
"""

import hashlib
import importlib.util
import io
import json
import warnings
import zipfile
from importlib import _bootstrap_external
from pathlib import Path

PLACE = Path("/site")
NOT_NEEDED = {"tests", "sample_data"}
OURS = "trialsim"
# trialsim takes `special` and `optimize`. Every compiled part that is here is loaded, used or not.
OF_SCIPY_NOT_NEEDED = {"cluster", "datasets", "fftpack", "integrate", "interpolate", "io", "misc", "ndimage", "odr"}
OF_SCIPY_NOT_NEEDED |= {"signal", "stats"}


def compiled(source: bytes, name: str) -> bytes:
    """What Python would keep of a source, never compared with it again."""
    code = compile(source, name, "exec", dont_inherit=True)
    digest = importlib.util.source_hash(source)
    return bytes(_bootstrap_external._code_to_hash_pyc(code, digest, False))


def is_not_needed(top: str, *below: str) -> bool:
    """Whether nothing here asks for a file of somebody else's package."""
    if top == "scipy" and below and below[0] in OF_SCIPY_NOT_NEEDED:
        return True
    return not NOT_NEEDED.isdisjoint((top, *below))


def with_bytecode(archive: bytes, inside: str, keep_sources: bool) -> bytes:
    """A wheel, or the zip of the standard library, whose modules are compiled."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            path = Path(item.filename)
            if not keep_sources and is_not_needed(*path.parts):
                continue
            data = old.read(item)
            module = path.suffix == ".py" and not any(part.endswith((".data", ".dist-info")) for part in path.parts)
            if keep_sources or not module:
                new.writestr(item, data)
            if module:
                kept = importlib.util.cache_from_source(item.filename) if keep_sources else item.filename + "c"
                # The date of the source: the same site whenever it is built.
                new.writestr(
                    zipfile.ZipInfo(kept, item.date_time), compiled(data, inside + item.filename), zipfile.ZIP_DEFLATED
                )
    return out.getvalue()


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
            made = with_bytecode(wheel.read_bytes(), packages, name == OURS)
            wheel.write_bytes(made)
            entry["sha256"] = hashlib.sha256(made).hexdigest()
    library = PLACE / "python_stdlib.zip"
    library.write_bytes(with_bytecode(library.read_bytes(), f"/lib/python{major}{minor}.zip/", False))
    place.write_text(json.dumps(lock), encoding="utf-8")


main()
