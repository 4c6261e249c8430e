"""`python3 notebooks` and `python3 tests`: what they set up, when, and what they say where it cannot be done."""

from __future__ import annotations

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.notebooks import ours
from tests.notebooks.ours import described

ROOT = Path(__file__).resolve().parents[2]
ROOM = 10**9  # bytes free on a disk that is not full


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give a fresh copy of the module, at work on a copy of the project's set-up files."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "binder", project / "binder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", project / "binder" / "bootstrap.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv("TRIALSIM_VENV", raising=False)
    monkeypatch.setattr(module.shutil, "which", lambda name: None)  # whether this machine has uv makes no difference
    return module


@pytest.fixture
def steps(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record the installer's steps in place of running them; the step that makes an environment leaves a Python."""
    taken: list[list[str]] = []

    def take(command: list[str], folder: str) -> None:
        taken.append(command)
        if command[1:3] == ["-m", "venv"]:
            python = Path(bootstrap.python_of(folder))
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
            (Path(folder) / "pyvenv.cfg").touch()

    monkeypatch.setattr(bootstrap, "run", take)
    return taken


LAB, TEST = (os.path.join("binder", f"{extra}.txt") for extra in ("lab", "test"))


def kinds(steps: list[list[str]]) -> list[str]:
    """Return the steps in short: `venv`, or what was installed."""
    return ["venv" if "venv" in step else " ".join(part for part in step if part in (LAB, TEST, ".")) for step in steps]


# When something is installed


def test_first_start_makes_the_environment_and_the_second_does_nothing(bootstrap: Any, steps: Any) -> None:
    """The first start makes the environment and installs the pins; while nothing changes, the next one does nothing."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]
    assert "--require-hashes" in steps[1] and all("--no-deps" in step for step in steps[1:])
    steps.clear()
    bootstrap.prepare(folder, ["lab"], None)
    assert steps == []


def test_uv_is_used_where_there_is_one(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where uv is on the path, every step is uv's."""
    taken: list[list[str]] = []

    def take(command: list[str], folder: str) -> None:
        taken.append(command)
        os.makedirs(folder, exist_ok=True)

    monkeypatch.setattr(bootstrap, "run", take)
    bootstrap.prepare(os.path.join(bootstrap.ROOT, ".venv"), ["lab"], "/opt/uv")
    assert [command[0] for command in taken] == ["/opt/uv"] * 3


def test_tests_add_what_they_need_and_notebooks_need_no_more(bootstrap: Any, steps: Any) -> None:
    """`python3 tests` after `python3 notebooks` adds the test tools; the other way round nothing is installed."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    steps.clear()
    bootstrap.prepare(folder, ["lab", "test"], None)
    assert kinds(steps) == [LAB + " " + TEST, "."]
    steps.clear()
    bootstrap.prepare(folder, ["lab"], None)
    assert steps == []


def change(path: Path, old: str, new: str) -> None:
    """Replace text that must be in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "installs"),
    [
        ("binder/lab.txt", "anywidget==", "anywidget==9", True),
        ("binder/test.txt", "pytest==", "pytest==9", True),
        ("pyproject.toml", "anywidget>=", "anywidget>", True),
        ("pyproject.toml", "line-length = 120", "line-length = 119", False),
    ],
)
def test_installs_again_when_the_pins_change(
    bootstrap: Any, steps: Any, name: str, old: str, new: str, installs: bool
) -> None:
    """A changed pin or dependency is installed at the next start, in the same environment; a changed setting is not."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab", "test"], None)
    steps.clear()
    change(Path(bootstrap.ROOT) / name, old, new)
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ([LAB + " " + TEST, "."] if installs else [])


def test_interrupted_set_up_starts_afresh(
    bootstrap: Any, steps: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After Ctrl-C in the middle, the half-made environment is thrown away at the next start."""
    folder = os.path.join(bootstrap.ROOT, ".venv")

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "install", interrupted)
        with pytest.raises(SystemExit) as stopped:
            bootstrap.main(["lab"], ["jupyterlab"], [])
    assert stopped.value.code == 130
    assert "Run the same command again" in capsys.readouterr().err
    Path(folder, "half-made").touch()
    steps.clear()
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]
    assert not Path(folder, "half-made").exists()


def test_moved_project_makes_its_environment_anew(bootstrap: Any, steps: Any) -> None:
    """An environment whose folder was moved, with the project, is not usable and is made anew."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    stamp = Path(folder, bootstrap.STAMP)
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"folder": "/elsewhere/.venv"}))
    steps.clear()
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]


def test_python_that_went_away_makes_the_environment_anew(bootstrap: Any, steps: Any) -> None:
    """When the system's Python was replaced, so that the environment's no longer runs, it is made anew."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    os.remove(bootstrap.python_of(folder))
    steps.clear()
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]


def test_jupyter_is_set_for_this_environment_alone(bootstrap: Any, steps: Any) -> None:
    """Compressed pages, prompt replies and no news pop-up are settings inside the environment, not the user's own."""
    folder = Path(bootstrap.ROOT, ".venv")
    bootstrap.prepare(str(folder), ["lab"], None)
    server = json.loads((folder / "etc/jupyter/jupyter_server_config.json").read_text())
    page = json.loads((folder / "etc/jupyter/labconfig/page_config.json").read_text())
    assert server["ServerApp"]["tornado_settings"]["compress_response"] is True
    wanted = {"trialsim.widgets.nodelay": True, "trialsim.widgets.saved_page": True}
    assert server["ServerApp"]["jpserver_extensions"] == wanted
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_the_lessons_start_themselves_here(bootstrap: Any, steps: Any) -> None:
    """The extension stands where JupyterLab looks for it; where it or a setting changed it is copied, not installed."""
    folder = Path(bootstrap.ROOT, ".venv")
    bootstrap.prepare(str(folder), ["lab"], None)
    place = folder / "share/jupyter/labextensions/trialsim-lessons"
    assert json.loads((place / "package.json").read_text())["jupyterlab"]["_build"]["load"] == "static/remoteEntry.js"
    source = Path(bootstrap.EXTENSION, "static", "lessons.js")
    source.write_text(source.read_text() + "// changed\n")
    settings = Path(bootstrap.HERE, "jupyter_server_config.json")
    settings.write_text('{"ServerApp": {"changed": true}}')
    steps.clear()
    bootstrap.prepare(str(folder), ["lab"], None)
    assert (place / "static" / "lessons.js").read_text().endswith("// changed\n")
    assert "changed" in (folder / "etc/jupyter/jupyter_server_config.json").read_text()
    assert steps == []
    copied = (place / "static" / "lessons.js").stat().st_mtime_ns
    bootstrap.prepare(str(folder), ["lab"], None)
    assert (place / "static" / "lessons.js").stat().st_mtime_ns == copied  # once


@pytest.fixture
def lessons(bootstrap: Any, steps: Any) -> Path:
    """A folder with a lesson that is known as ours, whose lines end as on Windows, and notebooks that are not."""
    bootstrap.prepare(bootstrap.os.path.join(bootstrap.ROOT, ".venv"), ["lab"], None)
    folder = Path(bootstrap.ROOT, "notebooks")
    (folder / "instructors").mkdir(parents=True)
    known = {}
    for name in ("00_start_here.ipynb", "instructors/your_class.ipynb"):
        (folder / name).write_bytes(f'{{"of": "{name}",\r\n"cells": []}}'.encode())
        known[name] = described((folder / name).read_bytes())
    Path(bootstrap.EXTENSION, "static", "lessons.json").write_text(json.dumps(known))
    (folder / "from_a_colleague.ipynb").write_text('{"cells": [], "evil": true}')
    (folder / "linked.ipynb").symlink_to(folder / "00_start_here.ipynb")
    steps.clear()
    return folder


def test_our_lessons_are_trusted_once_and_nobody_elses(bootstrap: Any, steps: Any, lessons: Path) -> None:
    """Jupyter is told to trust what is ours byte for byte, at the first start only; a stranger's notebook never."""
    folder = bootstrap.os.path.join(bootstrap.ROOT, ".venv")
    for _ in range(2):
        bootstrap.trust(folder, str(lessons))
    ours = [str(lessons / "00_start_here.ipynb"), str(lessons / "instructors" / "your_class.ipynb")]
    assert [step[1:] for step in steps] == [["-m", "jupyter", "trust", *ours]]
    (lessons / "instructors" / "your_class.ipynb").write_text("{}")  # no longer ours
    steps.clear()
    bootstrap.trust(folder, str(lessons))
    assert [step[4:] for step in steps] == [ours[:1]]


def test_a_refusal_to_trust_does_not_stop_the_start(
    bootstrap: Any, lessons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lessons work all the same."""
    folder = bootstrap.os.path.join(bootstrap.ROOT, ".venv")

    def refuse(command: list[str], folder: str) -> None:
        raise bootstrap.SetupError("read-only")

    monkeypatch.setattr(bootstrap, "run", refuse)
    bootstrap.trust(folder, str(lessons))
    assert bootstrap.read_stamp(folder)["finished"]


def test_what_is_made_of_our_notebooks_is_as_it_would_be() -> None:
    """So are their first screens, in which nothing takes the focus. If not: python3 tests --regenerate ours."""
    made = ours.there(ours.TARGET)
    assert made == ours.files(ours.ours())
    for name, text in made.items():
        assert name == "lessons.json" or not re.search(r"<(a|summary|button|input|select|textarea|script)\b", text), (
            name
        )


# What a stranger's machine brings


@pytest.mark.parametrize(
    "stamp", ["[1]", "null", "3", '"x"', '{"finished": tr', "", "[" * 9000, "\x00", '{"finished": 1}']
)
def test_a_damaged_stamp_makes_the_environment_anew(bootstrap: Any, steps: Any, stamp: str) -> None:
    """Whatever stands in the stamp's place, the environment is made again, without a traceback."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    steps.clear()
    Path(folder, bootstrap.STAMP).write_text(stamp)
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]


@pytest.mark.parametrize("change", [{"extras": 3}, {"extras": None}, {"fingerprint": None}, {"folder": [1]}])
def test_a_stamp_with_odd_values_is_no_stamp(bootstrap: Any, steps: Any, change: dict[str, Any]) -> None:
    """A value of another kind does not stop the start; what has to be done is done."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    bootstrap.prepare(folder, ["lab"], None)
    steps.clear()
    stamp = Path(folder, bootstrap.STAMP)
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | change))
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps)[-2:] == [LAB, "."]


def test_two_at_once_take_turns(bootstrap: Any, steps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one set-up is at work another waits, and then finds everything done."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    at_work, most = [0], [0]
    install = bootstrap.install

    def slow(*arguments: Any) -> None:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        time.sleep(0.3)
        install(*arguments)
        at_work[0] -= 1

    monkeypatch.setattr(bootstrap, "install", slow)
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(bootstrap.prepare, folder, ["lab"], None) for _ in range(3)]:
            done.result()
    assert most == [1] and kinds(steps) == ["venv", LAB, "."]


def test_a_killed_set_up_holds_nobody_up(bootstrap: Any, steps: Any) -> None:
    """The lock's file may stay; the lock itself goes with the process."""
    folder = os.path.join(bootstrap.ROOT, ".venv")
    code = f"import sys; sys.path.insert(0, {bootstrap.HERE!r}); import bootstrap, os\n"
    code += f"with bootstrap.only_one({folder!r}):\n    os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    assert Path(folder + ".lock").exists()
    bootstrap.prepare(folder, ["lab"], None)
    assert kinds(steps) == ["venv", LAB, "."]


def test_variables_that_lead_elsewhere_are_left_out(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """PIP_USER, PIP_TARGET and their kin do not reach the installer; proxies and certificates do."""
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "UV_TARGET", "PYTHONPATH", "PIP_CERT", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "1")
    found = bootstrap.environment_for(None)
    assert not {"PIP_TARGET", "PIP_PREFIX", "UV_TARGET", "PYTHONPATH"} & set(found)
    assert (found["PIP_USER"], found["PIP_CERT"], found["HTTPS_PROXY"]) == ("0", "1", "1")


def test_a_dollar_in_the_path_stands_for_itself(bootstrap: Any) -> None:
    """The build tool replaces `$x` and `{x}` by variables: each is given, as the very text."""
    found = bootstrap.names_in("/home/$x/{y}/${z}/cost $5/$x}")
    assert found == {"x": "$x", "y": "{y}", "z": "{z}"}
    told = bootstrap.run([sys.executable, "-c", "import os; assert os.environ['x_y'] == '$x_y'"], "/home/$x_y")
    assert told is None


# What is said where it cannot be done


@pytest.mark.parametrize("name", ["binder/bootstrap.py", "notebooks/__main__.py", "tests/__main__.py"])
def test_old_python_can_read_what_tells_it_so(name: str) -> None:
    """Python 3.6 can read the files that say that it is too old."""
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_old_python_is_told_so(bootstrap: Any) -> None:
    """A Python that is too old is refused by version and path; a newer one on the path is named."""
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 .* this is Python 3\.10\.13 \(/usr/bin/py\)"):
        bootstrap.check_python((3, 10, 13), "/usr/bin/py")
    with pytest.raises(bootstrap.SetupError, match=r"write python3\.12 in place of python3"):
        bootstrap.check_python((3, 9, 2), "python3", which=lambda name: name in ("python3.11", "python3.12"))
    bootstrap.check_python((3, 11, 0), "python3")
    bootstrap.check_python((3, 14, 1), "python3")


def test_minimum_is_the_projects(bootstrap: Any) -> None:
    """The set-up and the project ask for the same Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=" + ".".join(map(str, bootstrap.MINIMUM))


def said(bootstrap: Any) -> str:
    """Start, and return what is said where that ends in words: not in a traceback, nor in success."""
    with pytest.raises(SystemExit) as stopped:
        bootstrap.main(["lab"], ["jupyterlab"], [])
    assert isinstance(stopped.value.code, str)  # which Python prints, exiting with 1
    return stopped.value.code


def test_missing_venv_is_told(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Python came without ensurepip, as on Debian, the package to install is named and nothing is left."""
    monkeypatch.setattr(bootstrap, "importlib", SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: None)))
    assert "sudo apt install python3-venv" in said(bootstrap)
    assert not os.path.exists(os.path.join(bootstrap.ROOT, ".venv"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "could not be written"),
        (errno.EROFS, "could not be written"),
        (errno.ENOTDIR, "TRIALSIM_VENV can name another folder"),
    ],
)
def test_failed_file_operation_is_told(
    bootstrap: Any, steps: Any, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """A full disk, a folder of somebody else's, a read-only disk: each is said in words."""

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(bootstrap, "configure_jupyter", fail)
    assert words in said(bootstrap)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("error: Failed to install: numpy\n  Caused by: No space left on device (os error 28)", "The disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "The disk is full"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3"
            "...>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'\n"
            "ERROR: No matching distribution found for setuptools==80.9.0",
            "there is no net",
        ),
        ("error: Request failed after 3 retries\n  Caused by: dns error: failed to lookup address", "there is no net"),
        ("WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.')'", "there is no net"),
        ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "certificate"),
        ("error: invalid peer certificate: UnknownIssuer", "certificate"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "not be written"),
        ("error: [WinError 5] Access is denied: 'python.exe'", "not be written"),
        ("error: metadata-generation-failed", "The last that the installer said:\n  error: metadata-generation-failed"),
    ],
)
def test_failed_installer_is_told(bootstrap: Any, printed: str, words: str) -> None:
    """What pip or uv print when they fail, on any system, becomes a reason and what to do."""
    code = f"import sys; print({printed!r}); sys.exit(1)"
    with pytest.raises(bootstrap.SetupError) as problem:
        bootstrap.run([sys.executable, "-c", code], bootstrap.ROOT)
    assert words in str(problem.value)
    assert "same command again" in str(problem.value)


def test_step_that_fails_silently_on_a_full_disk(bootstrap: Any) -> None:
    """Where the installer does not say why it failed but the disk has no room, the disk is what is named."""
    assert "The disk is full" in bootstrap.explain_output("returned non-zero exit status 1", room=0)
    assert "The disk is full" not in bootstrap.explain_output("returned non-zero exit status 1", room=ROOM)


def test_folder_in_the_way_is_left_alone(bootstrap: Any, steps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not an environment is neither used nor removed, whatever TRIALSIM_VENV says."""
    theirs = Path(bootstrap.ROOT, "thesis")
    theirs.mkdir()
    (theirs / "chapter.txt").touch()
    monkeypatch.setenv("TRIALSIM_VENV", str(theirs))
    assert "is in the way" in said(bootstrap)
    assert (theirs / "chapter.txt").exists()
    assert steps == []


# Handing over


def ready(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the set-up."""
    monkeypatch.setattr(bootstrap, "prepare", lambda *arguments: None)
    monkeypatch.setattr(bootstrap.os, "chdir", lambda folder: None)


def test_arguments_go_on_unchanged(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written after `python3 notebooks` reaches the program as it was written, after the program's own."""
    seen: list[Any] = []

    def become(*call: Any) -> None:
        seen.extend(call)
        raise SystemExit(0)  # the test's own process goes on

    ready(bootstrap, monkeypatch)
    monkeypatch.setenv("PYTHONHOME", "/another/python")
    folder = os.path.join(bootstrap.ROOT, ".venv")
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(bootstrap.os, "name", "posix")
        patched.setattr(bootstrap.os, "execve", become)
        bootstrap.main(["lab"], ["jupyterlab", "first.ipynb"], ["--port", "8899", "two words", ""])
    python, line, variables = seen
    assert python == os.path.join(folder, "bin", "python")
    assert line == [python, "-m", "jupyterlab", "first.ipynb", "--port", "8899", "two words", ""]
    assert variables["PATH"].split(os.pathsep)[0] == os.path.dirname(python)
    assert "PYTHONHOME" not in variables


def test_on_windows_the_exit_code_comes_back(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows the program runs below this one, whose exit code is the program's, also after Ctrl-C."""
    answers: list[Any] = [KeyboardInterrupt(), 3]

    class Program:
        def __init__(self, line: list[str], env: dict[str, str]) -> None:
            assert line[0].endswith("python.exe")

        def wait(self) -> int:
            answer = answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return int(answer)

    ready(bootstrap, monkeypatch)
    monkeypatch.setattr(bootstrap.subprocess, "Popen", Program)
    with monkeypatch.context() as patched, pytest.raises(SystemExit) as ended:
        patched.setattr(bootstrap.os, "name", "nt")
        bootstrap.main(["test"], ["pytest"], [])
    assert ended.value.code == 3
