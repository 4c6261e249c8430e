"""Set up the environment once, then hand over to JupyterLab or to pytest. Standard library only.

`python3 notebooks` and `python3 tests` both come here. The environment is a folder `.venv` beside `notebooks/`
(or the folder that TRIALSIM_VENV names) with the exact files of `lab.txt` and `test.txt`, by their hashes. A stamp in
it says what was installed: while the pins and pyproject.toml stay as they are, starting again costs nothing.

This file must be understood by Python 3.6, so that an old Python can be told that it is too old.
"""

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(ROOT, "binder")
EXTENSION = os.path.join(HERE, "lessons_extension")
MINIMUM = (3, 11)
STAMP = "trialsim-setup.json"
# What leads to another Python's modules, or makes an installer install elsewhere, or something else.
FOREIGN = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
FOREIGN |= {"PIP_" + name for name in ("USER", "TARGET", "PREFIX", "ROOT", "PYTHON", "CONSTRAINT", "REQUIREMENT")}
FOREIGN |= {"PIP_" + name for name in ("EDITABLE", "DRY_RUN", "IGNORE_INSTALLED", "REQUIRE_HASHES", "NO_BINARY")}
FOREIGN |= {"UV_" + name for name in ("TARGET", "PREFIX", "SYSTEM_PYTHON", "PYTHON", "CONSTRAINT", "OVERRIDE")}
AGAIN = "Then run the same command again."
AFRESH = "Run the same command again to start it afresh."


class SetupError(Exception):
    """Why the environment cannot be set up, and what to do, in words for the person at the keyboard."""


def main(extras, command, arguments, lessons=None):
    """Make sure that the project and its `extras` are installed, then run `python -m command arguments` there.

    The notebooks in the folder `lessons` are the project's own: Jupyter is told to trust them.
    """
    try:
        check_python(sys.version_info[:3], sys.executable)
        folder = os.path.abspath(os.environ.get("TRIALSIM_VENV") or os.path.join(ROOT, ".venv"))
        try:
            prepare(folder, extras, shutil.which("uv"))
            if lessons:
                trust(folder, os.path.join(ROOT, lessons))
        except OSError as error:
            raise SetupError(explain_os_error(error, folder)) from None
    except SetupError as problem:
        sys.exit("\n" + str(problem))
    except KeyboardInterrupt:
        print("\nStopped before the set-up was complete. " + AFRESH, file=sys.stderr)
        sys.exit(130)
    hand_over(folder, command, arguments)


def check_python(version, executable, which=shutil.which):
    """Refuse a Python that is too old, and name a newer one where this machine has it."""
    if tuple(version) >= MINIMUM:
        return
    needed = ".".join(map(str, MINIMUM))
    message = f"trialsim needs Python {needed} or newer; this is Python {'.'.join(map(str, version))} ({executable})."
    newer = [name for name in (f"python3.{minor}" for minor in range(20, MINIMUM[1] - 1, -1)) if which(name)]
    if newer:
        raise SetupError(f"{message}\nThis machine has a newer one: write {newer[0]} in place of python3.")
    raise SetupError(f"{message}\nInstall a newer Python from python.org or with your system's packages. {AGAIN}")


def prepare(folder, extras, uv):
    """Bring the environment in `folder` up to date with the pins, or make it."""
    fingerprint, settings = fingerprint_of_pins(), fingerprint_of_settings()
    if is_complete(folder, extras, fingerprint) and read_stamp(folder).get("settings") == settings:
        return
    with only_one(folder):
        if not is_complete(folder, extras, fingerprint):  # the one that was waited for may have done it
            bring_up_to_date(folder, extras, uv, fingerprint)
        if read_stamp(folder).get("settings") != settings:
            configure_jupyter(folder)
            write_stamp(folder, dict(read_stamp(folder), settings=settings))


def is_usable(stamp, folder):
    """Whether what the stamp says is there, and was finished."""
    python = python_of(folder)
    unmoved = stamp.get("folder") == folder and stamp.get("python") == os.path.realpath(python)
    return bool(stamp.get("finished")) and unmoved and os.path.exists(python) and isinstance(stamp.get("extras"), list)


def is_complete(folder, extras, fingerprint):
    """Whether there is nothing to do."""
    stamp = read_stamp(folder)
    return (
        is_usable(stamp, folder)
        and stamp.get("fingerprint") == fingerprint
        and set(extras) <= set(map(str, stamp["extras"]))
    )


@contextlib.contextmanager
def only_one(folder):
    """Wait until no other set-up of `folder` is at work; the system frees the lock, however a set-up ends."""
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        file = open(folder + ".lock", "a", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError:  # beside it nothing can be written: without a lock, and what is wrong is said where it matters
        yield
        return
    with file:
        told = False
        while not locked(file):
            if not told:
                print("Another set-up of this environment is at work: waiting for it ...", flush=True)
            told = True
            time.sleep(0.2)
        yield  # closing the file frees it


def locked(file):
    """Take the lock of an open file, or say that another process has it."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True  # a system without locks
    except OSError as problem:
        # Where the disk offers no locks, a set-up goes on without.
        return problem.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def bring_up_to_date(folder, extras, uv, fingerprint):
    """Make or change the environment in `folder`."""
    stamp, python = read_stamp(folder), python_of(folder)
    usable = is_usable(stamp, folder)
    if usable:
        print("The pins or the parts asked for have changed: bringing the environment up to date ...", flush=True)
        extras = sorted(set(extras) | ({"lab", "test"} & set(map(str, stamp["extras"]))))
    else:
        print(f"Setting up trialsim in {folder} (once, about a minute) ...", flush=True)
    started = time.monotonic()
    if not usable and (stamp or not is_healthy(python, uv)):
        make_environment(folder, uv, disposable=bool(stamp) or folder == os.path.join(ROOT, ".venv"))
    # Until everything is in place the stamp says so: an environment left half made is thrown away the next time.
    write_stamp(folder, {"finished": False})
    install(folder, extras, uv)
    done = {"finished": True, "folder": folder, "python": os.path.realpath(python), "extras": list(extras)}
    write_stamp(folder, dict(done, fingerprint=fingerprint))
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)


def make_environment(folder, uv, disposable):
    """Make an empty virtual environment, in place of a damaged one if there is one."""
    if os.path.isdir(folder) and os.listdir(folder):
        if not (disposable and (os.path.exists(os.path.join(folder, "pyvenv.cfg")) or read_stamp(folder))):
            raise SetupError(
                f"{folder} is in the way: it is not a working Python environment, and it was not made here.\n"
                f"Move it away, or set TRIALSIM_VENV to another folder. {AGAIN}"
            )
        old = folder + ".old"  # moved aside whole: a removal that is interrupted leaves nothing half there
        shutil.rmtree(old, ignore_errors=True)
        os.rename(folder, old)
        shutil.rmtree(old, ignore_errors=True)
    if uv:
        return run([uv, "venv", "--quiet", "--python", sys.executable, folder], folder)
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "This Python came without its module for virtual environments.\n"
            "On Debian or Ubuntu: sudo apt install python3-venv\n"
            f"Elsewhere: install Python from python.org. {AGAIN}"
        )
    return run([sys.executable, "-m", "venv", folder], folder)


def install(folder, extras, uv):
    """Install what the project and its extras need, each file by its hash, and then the project itself, editable."""
    python = python_of(folder)
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "--no-compile"]
    if not uv:
        pip.append("--disable-pip-version-check")
    pip.append("--no-deps")  # the pins are complete
    pins = [part for extra in extras for part in ("--requirement", os.path.join("binder", extra + ".txt"))]
    run([*pip, "--require-hashes", *pins], folder)
    run([*pip, "--no-build-isolation", "--editable", "."], folder)


def configure_jupyter(folder):
    """Compressed pages, prompt replies, no news, lessons that start themselves, for this environment only."""
    for name, place in (("jupyter_server_config.json", ""), ("page_config.json", "labconfig")):
        target = os.path.join(folder, "etc", "jupyter", place)
        os.makedirs(target, exist_ok=True)
        shutil.copyfile(os.path.join(HERE, name), os.path.join(target, name))
    place = os.path.join(folder, "share", "jupyter", "labextensions", "trialsim-lessons")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(EXTENSION, place)


def trust(folder, lessons):
    """Let Jupyter show the saved pictures of our lessons before they are run; signed again only when they change.

    Ours are the notebooks that are, byte for byte, those of the list beside the extension. A notebook that somebody
    else put into the folder is not signed: what is saved in it stays inactive.
    """
    with open(os.path.join(EXTENSION, "static", "lessons.json"), encoding="utf-8") as file:
        ours = {lesson["sha256"] for lesson in json.load(file).values()}
    notebooks = []
    for place, _, names in sorted(os.walk(lessons)):
        for name in sorted(names):
            path = os.path.join(place, name)
            if name.endswith(".ipynb") and not os.path.islink(path) and digest_of(path) in ours:
                notebooks.append(path)
    digest = hashlib.sha256("".join(map(digest_of, notebooks)).encode()).hexdigest()
    stamp = read_stamp(folder)
    if not notebooks or stamp.get("trusted") == digest:
        return
    try:
        run([python_of(folder), "-m", "jupyter", "trust", *notebooks], folder)
    except SetupError:
        return  # the lessons work all the same: their pictures appear once they are run
    write_stamp(folder, dict(stamp, trusted=digest))


def digest_of(path):
    """The digest of a file's bytes, however its lines end."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


def run(command, folder):
    """Run one step of the set-up of `folder`; show what it does on a terminal, explain it where it fails."""
    said = []
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(names_in(folder), **environment_for(None)), universal_newlines=True, errors="replace",
    )  # fmt: skip
    show = sys.stdout.isatty()
    try:
        for line in process.stdout:
            said.append(line.rstrip())
            if show and said[-1].strip():
                print("\r  " + said[-1].strip()[:74].ljust(74), end="", flush=True)
    except BaseException:
        process.terminate()
        raise
    finally:
        process.stdout.close()
        failed = process.wait()
        if show:
            print("\r" + " " * 76 + "\r", end="", flush=True)
    if failed:
        room = shutil.disk_usage(folder if os.path.isdir(folder) else ROOT).free
        raise SetupError(explain_output("\n".join(said), room))


def names_in(folder):
    """Variables that stand for themselves: the build tool takes `$x` or `{x}` in a path for a variable of that name."""
    found = re.finditer(r"\$([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}", folder)
    return {match.group(1) or match.group(2): match.group(0) for match in found}


def explain_output(said, room):
    """Say in a sentence or two why an installer failed, judged by what it printed and the bytes free on the disk."""
    if room < 1_000_000:  # some steps fail of it without a word
        return f"{DISK_FULL} {AGAIN}"
    for pattern, message in CAUSES:
        if re.search(pattern, said):
            return f"{message} {AGAIN}"
    last = "\n".join("  " + line for line in said.splitlines()[-12:])
    return f"The set-up failed. The last that the installer said:\n{last}\n{AFRESH}"


def explain_os_error(error, folder):
    """Say what a failed file operation means for the person at the keyboard."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"{DISK_FULL} {AGAIN}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{NOT_WRITABLE} {AGAIN}\n({error})"
    return f"The environment in {folder} could not be made: {error}.\nTRIALSIM_VENV can name another folder."


DISK_FULL = (
    "The disk is full: the environment takes about 1 GB.\n"
    "Free some space, or set TRIALSIM_VENV to a folder on another disk."
)
CERTIFICATE = (
    "The packages could not be fetched: a certificate was not trusted, as happens behind the proxy of a hospital.\n"
    "Ask your IT department for its certificate file and set PIP_CERT and SSL_CERT_FILE to it."
)
NO_NETWORK = (
    "The packages could not be fetched: there is no network, or a proxy or firewall stands in between.\n"
    "Connect to the network (behind a proxy, set HTTPS_PROXY)."
)
NOT_WRITABLE = (
    "A file could not be written: this folder belongs to someone else or is read-only, or a file is in use.\n"
    "Put trialsim into a folder of your own, or set TRIALSIM_VENV to a folder that you may write to."
)
# What installers print, on any system, and what it means; the first that fits counts.
CAUSES = (
    (r"No space left on device|Errno 28|os error 28|not enough space on the disk|quota exceeded", DISK_FULL),
    (r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate|UnknownIssuer", CERTIFICATE),
    (
        r"NewConnectionError|NameResolutionError|[Nn]ame resolution|getaddrinfo failed|Name or service not known"
        r"|[Cc]onnection refused|Connection reset|RemoteDisconnected|[Nn]etwork is unreachable|ConnectTimeout"
        r"|Read timed out|ProxyError|dns error|tcp connect error|error sending request|Could not connect",
        NO_NETWORK,
    ),
    (r"Permission denied|Read-only file system|Errno 13|os error 13|Access is denied", NOT_WRITABLE),
)


def python_of(folder):
    """The path of the environment's Python."""
    return os.path.join(scripts_of(folder), "python.exe" if os.name == "nt" else "python")


def scripts_of(folder):
    """The folder of the environment's programs."""
    return os.path.join(folder, "Scripts" if os.name == "nt" else "bin")


def is_healthy(python, uv):
    """Whether `python` runs, is new enough and can install packages."""
    code = f"import sys{'' if uv else ', pip'}; sys.exit(sys.version_info < {MINIMUM})"
    try:
        return subprocess.call([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def fingerprint_of_pins():
    """A digest that changes when what has to be installed changes, or the project's place on the disk."""
    import tomllib  # not in the old Pythons that read this file only to be told so

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)
    wanted = {"root": ROOT, "project": project["project"], "build": project["build-system"]}
    for name in ("lab.txt", "test.txt"):
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            wanted[name] = file.read()
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()


def fingerprint_of_settings():
    """A digest that changes when Jupyter's settings or the lessons' extension do: those are copied, not installed."""
    wanted = {name: digest_of(os.path.join(HERE, name)) for name in ("page_config.json", "jupyter_server_config.json")}
    for place, _, names in sorted(os.walk(EXTENSION)):
        wanted.update((os.path.join(place, name)[len(HERE) :], digest_of(os.path.join(place, name))) for name in names)
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()


def read_stamp(folder):
    """What was installed in `folder`; empty where nothing was, or where the stamp cannot be read."""
    try:
        with open(os.path.join(folder, STAMP), encoding="utf-8") as file:
            stamp = json.load(file)
    except OSError:
        return {}
    except (ValueError, RecursionError):
        stamp = None
    return stamp if isinstance(stamp, dict) else {"finished": False}


def write_stamp(folder, stamp):
    """Leave word in `folder` of what is installed."""
    draft = os.path.join(folder, "{}.{}".format(STAMP, os.getpid()))
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(stamp, file)
    os.replace(draft, os.path.join(folder, STAMP))


def environment_for(folder):
    """The variables for a program: none that lead out of the environment, and `folder`'s programs first."""
    variables = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    variables["PIP_USER"] = "0"  # also where pip's own settings say otherwise
    if folder:
        variables["VIRTUAL_ENV"] = folder
        variables["PATH"] = scripts_of(folder) + os.pathsep + os.environ.get("PATH", "")
    return variables


def hand_over(folder, command, arguments):
    """Become `python -m command arguments` of the environment, in the project's folder."""
    python = python_of(folder)
    line = [python, "-m", *command, *arguments]
    os.chdir(ROOT)
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(python, line, environment_for(folder))
    process = subprocess.Popen(line, env=environment_for(folder))  # Windows cannot become another program
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:  # the program below got it too, and may want to ask or to tidy up
            continue
