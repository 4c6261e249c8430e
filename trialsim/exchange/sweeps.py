"""Results of a sweep on disk: a CSV that a later sweep goes on from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from trialsim.errors import TrialsimError
from trialsim.files import write_whole
from trialsim.power.sweep import RESULTS

_ENDS = ["definition", "design", *RESULTS]


def save_sweep(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write the rows of a sweep to a CSV; every number comes back to the last digit.

    The file is written beside its name first and then put in its place, so a full disk leaves the old one whole.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame([[0.1, "IMACS-2004", "n = 20", 0.4, 0.0002, 0.25, 0.001]], columns=["drug_effect", *_ENDS])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_sweep(save_sweep(frame, folder + "/sweep.csv")).equals(frame)
    True
    """
    _check(frame, "frame")
    return write_whole(path, frame.to_csv(index=False, lineterminator="\n"))


def load_sweep(path: str | Path) -> pd.DataFrame:
    """Read the rows of a sweep from a CSV, for `sweep(..., done=...)`.

    Raises
    ------
    TrialsimError
        If the file cannot be read or is none that `save_sweep` wrote; the message names row and column.

    Examples
    --------
    >>> load_sweep("no-such-file.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    trialsim.errors.TrialsimError: path: got 'no-such-file.csv'; allowed: a file that can be read. No such file ...
    """
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False)
    except OSError as problem:
        raise TrialsimError("path", str(path), "a file that can be read", f"{problem.strerror}.") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as problem:
        raise TrialsimError("path", str(path), "a CSV that save_sweep wrote", f"The reader says: {problem}.") from None
    _check(text, Path(path).name)
    columns: dict[str, object] = {}
    for name in text.columns:
        if name in ("definition", "design"):
            columns[name] = text[name]
            continue
        numbers = pd.to_numeric(text[name], errors="coerce").to_numpy(dtype=np.float64)
        (wrong,) = np.nonzero(~np.isfinite(numbers))
        if len(wrong):
            row = int(wrong[0])
            raise TrialsimError(f"{Path(path).name} row {row + 2}, column {name}", text[name].iloc[row], "a number")
        # Parsed by Python's own float: the last digit counts, because a value names its cell.
        columns[name] = [float(value) for value in text[name]]
    return pd.DataFrame(columns)


def _check(frame: pd.DataFrame, where: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TrialsimError(where, frame, "a table of results", "Use what sweep() returned.")
    if list(frame.columns[-len(_ENDS) :]) != _ENDS:
        raise TrialsimError(
            where, list(frame.columns), f"varied fields, then {', '.join(_ENDS)}", "Use what sweep() returned."
        )
