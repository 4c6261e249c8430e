"""`python3 tests`: set up what is needed, once, and run the tests on two cores; with arguments, those they name."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "binder"))

import bootstrap

# A file stays with one worker, so that its browser and its Lab are started once. Benchmarks are never run side by side.
ALL = ["--numprocesses=2", "--dist=loadfile", "--benchmark-disable"]

bootstrap.main(["lab", "test"], ["pytest"], sys.argv[1:] or ALL)
