"""`python3 notebooks`: set up what is needed, once, and open the first lesson, alone on its page."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "binder"))

import bootstrap

# Lab's page of one document; the whole JupyterLab is one click away from there.
OPEN = ["--ServerApp.root_dir=notebooks", "--LabApp.default_url=/doc/tree/00_start_here.ipynb"]
bootstrap.main(["lab"], ["jupyterlab", *OPEN], sys.argv[1:], lessons="notebooks")
