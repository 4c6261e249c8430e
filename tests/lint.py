"""`python3 tests --lint`: ruff, its format and mypy, all three even where one fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])


def main() -> int:
    """Run the checks; 1 where one of them found something."""
    found = [check for check in CHECKS if subprocess.run([sys.executable, "-m", *check], cwd=ROOT).returncode]
    for check in found:
        print(f"found something: {' '.join(check)}", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
