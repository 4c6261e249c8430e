"""The criterion that surprises: a limit for ALT and AST, and whom it keeps out.

>>> limit_panel().view(limit="5").sentence.split(":")[0]
'Relaxing the ALT and AST limit from 2 to 5 x ULN lets in 5'
"""

from __future__ import annotations

from functools import cache

from trialsim.figures.forty import enzymes_picture
from trialsim.lessons.who_gets_in.criteria_wording import (
    LIMITS,
    change_words,
    limit_value,
    limit_words,
    multiples,
    named,
    record,
)
from trialsim.lessons.who_gets_in.forty_candidates import MANY, many_ck, many_eligible, share
from trialsim.lessons.who_gets_in.forty_panels import tokens_of, who_moved
from trialsim.widgets.controls import Button, Select
from trialsim.widgets.panel import Panel, State, Task, View

_GUESSES = {
    "liver": "mostly people with a sick liver",
    "muscle": "mostly people with very active muscle",
    "any": "people like those who are eligible",
}


@cache
def limit_panel() -> Panel:
    """ALT or AST against CK, with the limit as a control."""
    limits = {limit: limit_words(limit) + (" (as recorded)" if limit == "record" else "") for limit in LIMITS}
    return Panel(
        "Whom does the limit for ALT and AST keep out?",
        (
            Select("limit", "Limit for ALT and AST", limits),
            Button("draw", "New candidates", "The first candidates again"),
        ),
        _draw,
        prediction=Select("kept_out", f"Whom does the limit of {limit_words('record')} keep out?", _GUESSES),
        found=kept_out,
        tasks=(
            Task("Move the limit to 5. Whom does it let in?", lambda state: bool(state["limit"] == "5")),
            Task("Leave the limit out. What is their CK?", lambda state: bool(state["limit"] == "none")),
        ),
    )


def kept_out() -> str:
    """Whom the limit keeps out among the many: those with a higher, a lower or the same CK as the eligible.

    Examples
    --------
    >>> kept_out()
    'muscle'
    """
    eligible, out = many_ck()
    if out is None or abs(out.value - eligible.value) < 3 * out.standard_error:
        return "any"
    return "muscle" if out.value > eligible.value else "liver"


def _draw(state: State) -> View:
    limit, draw, guess = state["limit"], state["draw"], state["prediction"]
    tokens, (eligible, out) = tokens_of(draw, limit), many_ck(limit)
    changed = who_moved(draw, tokens, change_words(limit, "as read"))
    came = [token.ck for token in tokens if token.moved == "in"]
    if came:
        changed += f" The CK of those let in is {multiples(came)} x ULN."
    text = (
        f"Of {MANY:,} simulated candidates {100 * share(many_eligible(limit)).value:.1f} % are eligible, with a median "
        f"CK of {eligible.value:.2f} x ULN; "
    )
    alone = None if out is None else f"in those whom this limit alone keeps out it is {out.value:.1f} x ULN."
    text += alone or "nobody is kept out."
    said = "" if guess is None else f" You guessed: {_GUESSES[guess]}."
    kept = named([f"P{token.number:05d}" for token in tokens if token.alone]) or "nobody"
    errors = f"{eligible.standard_error:.2f}" + ("" if out is None else f" and {out.standard_error:.1f}")
    return View(
        enzymes_picture(
            tokens,
            limit=limit_value(limit),
            medians=(eligible.value, None if out is None else out.value),
            many=MANY,
            note="" if guess is None else f"you: {_GUESSES[guess]}",
        ),
        " ".join(filter(None, [changed, text])) + said,
        f"The ALT or AST limit alone keeps out {kept}; ALT or AST and CK rise together.",
        f"Criteria: registry record of {record().id}. Candidates: simulated; the shares of raised CK, AST and ALT and "
        "their correlations are read in published series, their spreads are assumed; a few livers raise ALT and AST by "
        f"themselves (share derived). Standard errors of the medians: {errors}.",
    )
