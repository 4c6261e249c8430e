"""Counts lines of Python code by floor: no blank lines, no comments, no docstrings.

Run ``python -m tests.architecture.count_lines`` for the table; the same may be asked of another checkout's folder.
"""

from __future__ import annotations

import ast
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip


def code_lines(path: Path) -> int:
    """Lines of one file on which some code stands."""
    lines = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in _NO_CODE:
                lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(path.read_bytes())):
        is_text = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if is_text and isinstance(node, ast.Expr):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def floors(package: Path = ROOT / "trialsim") -> Counter[str]:
    """Code lines by floor: a folder of the package, or a file beside the folders."""
    found: Counter[str] = Counter()
    for path in sorted(package.rglob("*.py")):
        found[path.relative_to(package).parts[0]] += code_lines(path)
    return found


def main(arguments: list[str]) -> None:
    """Print the table."""
    found = floors(*(Path(argument) for argument in arguments[:1]))
    for floor, lines in found.most_common():
        print(f"{lines:7,}  {floor}")
    print(f"{found.total():7,}  together")


if __name__ == "__main__":
    main(sys.argv[1:])
