"""`python3 binder/site OUT`: build the lessons as plain files that run in a browser, without any server.

Makes an environment of its own once (`.venv-site` beside `.venv`, exact versions with hashes), then the site in the
folder OUT. Served as plain files, OUT/index.html leads to every lesson. `--pyodide FOLDER` takes a Pyodide that was
unpacked there; without it the one for tests is fetched. Needs Python 3.11 and the network.
"""

import hashlib
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import bootstrap

PINS = os.path.join(bootstrap.HERE, "site", "requirements.txt")


def main(arguments):
    """Set up what is needed, once, and hand over to the builder."""
    folder = os.environ.get("TRIALSIM_SITE_VENV") or os.path.join(bootstrap.ROOT, ".venv-site")
    try:
        bootstrap.check_python(sys.version_info[:3], sys.executable)
        prepare(os.path.abspath(folder), shutil.which("uv"))
    except bootstrap.SetupError as problem:
        sys.exit("\n" + str(problem))
    except OSError as error:
        sys.exit("\n" + bootstrap.explain_os_error(error, folder))
    bootstrap.hand_over(os.path.abspath(folder), ["binder.site.build"], [os.path.abspath(arguments[0]), *arguments[1:]])


def prepare(folder, uv):
    """Make the environment, unless it is there with these pins."""
    with open(PINS, "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    python = bootstrap.python_of(folder)
    if bootstrap.read_stamp(folder).get("fingerprint") == wanted and bootstrap.is_healthy(python, None):
        return
    print("Setting up the builder in " + folder + " (once, about a minute) ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    bootstrap.make_environment(folder, None, disposable=True)
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "--no-compile"]
    bootstrap.run([*pip, "--no-deps", "--require-hashes", "--requirement", PINS], folder)
    bootstrap.write_stamp(folder, {"finished": True, "fingerprint": wanted})


if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
    sys.exit("usage: python3 binder/site OUT [--pyodide FOLDER]\n\n" + __doc__)
main(sys.argv[1:])
