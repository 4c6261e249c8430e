"""`python3 notebooks`: set up what is needed, once, and open JupyterLab on the first lesson."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "binder"))

import bootstrap

FIRST = os.path.join("notebooks", "00_start_here.ipynb")
bootstrap.main(["lab"], ["jupyterlab", FIRST], sys.argv[1:], lessons="notebooks")
