"""`python3 tests`: set up what is needed, once, and run the tests."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "binder"))

import bootstrap

bootstrap.main(["lab", "test"], ["pytest"], sys.argv[1:])
