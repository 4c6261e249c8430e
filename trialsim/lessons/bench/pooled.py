"""Under the published groups: p0 without each of them in turn, and the prior at a discount beside a robust one."""

from __future__ import annotations

from trialsim.errors import TrialsimError
from trialsim.lessons.bench.html_table import html_table
from trialsim.power.bench import Bench
from trialsim.report.pooled import LEFT_OUT_HEADER, left_out_rows, prior_header, prior_rows

_NOTHING = "<p>Tick two groups or more: here stands what p0 and the size become without each of them.</p>"


def pooled_html(bench: Bench, picked: tuple[str, ...]) -> str:
    """Both tables as HTML; `picked` are the groups that are ticked.

    Examples
    --------
    >>> "Tick two groups or more" in pooled_html(Bench(), ())
    True
    """
    try:
        rows = left_out_rows(bench, picked or bench.p0_arms)
    except TrialsimError:  # groups that share patients: the panel says so
        rows = ()
    title = "The groups together as p0, and without each of them"
    shown = html_table(rows, LEFT_OUT_HEADER, title) if rows else _NOTHING
    if bench.prior_arms and (priors := prior_rows(bench)):
        title = (
            f"The Bayesian design with the prior as planned, a patient of its groups counting {bench.prior_weight:g}, "
            "and with others; robust: half that prior, half a flat one"
        )
        shown += html_table(priors, prior_header(bench), title)
    return f'<div style="line-height:1.35">{shown}</div>'
