"""Put the repository's address where OWNER/REPO stands, taken from the git remote:

    python3 binder/address.py                  from the remote `origin`
    python3 binder/address.py OWNER/REPO       from the command line

Standard library only. It says which files it changed; run again, it moves the address to the new one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("pyproject.toml", "CITATION.cff", "README.md", "CONTRIBUTING.md", ".github/ISSUE_TEMPLATE/config.yml")
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_REMOTE = re.compile(rf"^(?:https?://|ssh://|git@)[^/:]+[:/](?:\d+/)?({_NAME}/{_NAME}?)(?:\.git)?/?$")


def repository_of(remote: str) -> str | None:
    """The part OWNER/REPO of a remote's address, None where there is none in it.

    >>> repository_of("git@github.com:someone/trialsim.git"), repository_of("../elsewhere")
    ('someone/trialsim', None)
    """
    found = _REMOTE.match(remote.strip())
    return found[1].removesuffix(".git") if found else None


def put(repository: str, root: Path = ROOT) -> list[str]:
    """Write the address into every file that states it; return the files that changed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    now = project["urls"]["Repository"].removeprefix("https://github.com/")
    changed = []
    for name in FILES:
        path = root / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        pages = f"https://{now.split('/')[0].lower()}.github.io/{now.split('/')[1]}"
        moved = f"https://{repository.split('/')[0].lower()}.github.io/{repository.split('/')[1]}"
        new = text.replace(now, repository).replace(pages, moved)
        if new != text:
            path.write_text(new, encoding="utf-8", newline="\n")
            changed.append(name)
    return changed


def main(arguments: list[str]) -> str | None:
    """Put the address, or return why not."""
    if len(arguments) > 1:
        return "usage: python3 binder/address.py [OWNER/REPO]"
    if arguments:
        repository = arguments[0]
    else:
        asked = subprocess.run(["git", "-C", str(ROOT), "remote", "get-url", "origin"], capture_output=True, text=True)
        repository = repository_of(asked.stdout) or ""
    if not re.fullmatch(f"{_NAME}/{_NAME}", repository):
        return "no address found: set the git remote 'origin', or give OWNER/REPO"
    changed = put(repository)
    print(f"{repository}: {', '.join(changed) if changed else 'nothing to change'}")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
