"""`python3 tests`: set up what is needed, once, and run the tests on two cores; with arguments, those they name.

python3 tests                 everything but the long studies, as .ci/run does
python3 tests --fast          what one runs after each edit: rules, statistics and walls, in under a minute
python3 tests --lint          ruff, its format, mypy
python3 tests --coverage      the fast tests, and which lines of the package they leave out
python3 tests --regenerate    write again what is generated: reference pages, minutes, notebooks
python3 tests --lowest        the fast tests with the oldest versions that the project claims to work with
python3 tests -m slow         the long studies
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "binder"))

import bootstrap

PYTEST = ["pytest", "-p", "tests.plugin"]
# Benchmarks are never run side by side.
ALL = ["--numprocesses=2", "--benchmark-disable"]
FAST = [*ALL, "tests/architecture", "tests/spec", "tests/properties", "tests/independent"]
COVERAGE = [*FAST, "--cov=trialsim", "--cov-report=term:skip-covered"]

WAYS = {
    "--fast": [*PYTEST, *FAST],
    "--coverage": [*PYTEST, *COVERAGE],
    "--lint": ["tests.lint"],
    "--regenerate": ["tests.regenerate"],
    "--lowest": ["tests.lowest"],
}

asked = sys.argv[1:]
if not asked:
    command = [*PYTEST, *ALL]
elif asked[0] in WAYS:
    command = WAYS[asked[0]] + asked[1:]
else:
    command = PYTEST + asked
bootstrap.main(["lab", "test"], command[:1], command[1:])
