"""How long `import trialsim` takes beside the libraries that it cannot do without."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

ROUNDS = 9
CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds_to_import(modules: str) -> float:
    """Return how long a fresh process takes to import `modules`."""
    done = subprocess.run([sys.executable, "-c", CODE.format(modules)], check=True, capture_output=True, text=True)
    return float(done.stdout)


def test_import_costs_little_more_than_numpy_and_pandas() -> None:
    """`import trialsim` takes at most 1.3 times as long as importing numpy and pandas, in fresh processes."""
    seconds_to_import("trialsim")  # compiled modules and the disk's cache are there for both
    pairs = [(seconds_to_import("trialsim"), seconds_to_import("numpy, pandas")) for _ in range(ROUNDS)]
    ratio = median(ours / theirs for ours, theirs in pairs)
    print(f"\nimport trialsim: {ratio:.2f} times numpy and pandas ({min(theirs for _, theirs in pairs):.2f} s)")
    assert ratio <= 1.3
