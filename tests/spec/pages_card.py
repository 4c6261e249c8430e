"""The reference page "IMACS in one view": six measures, the rule and the points on one page to print."""

from __future__ import annotations

from tests.spec.markdown import page, plain, sources, table
from trialsim.facts.core_set import measure
from trialsim.facts.measures_card import card_rows
from trialsim.facts.responses import load_response
from trialsim.rules.points import score_rule


def card_page() -> str:
    """The card."""
    rows = [
        (
            measure(row.code).label,
            plain(row.who),
            plain(row.question),
            _scale(row.code, row.ends),
            plain(row.pitfall),
        )
        for row in card_rows()
    ]
    known = table(
        ["measure", "how well known"],
        ((measure(row.code).label, plain(row.known)) for row in card_rows()),
    )
    found = score_rule(load_response("TIS-MINIMAL")).table
    points = [
        (
            measure(code).label,
            *(f"above {float(line):g} %: {float(one):g}" for line, one in zip(above, earned, strict=True)),
        )
        for code, above, earned in zip(found.items, found.above, found.points, strict=True)
    ]
    lines = ", ".join(f"{name} from {float(line):g}" for name, line in found.categories)
    return page(
        "IMACS in one view",
        "One page to print: *File*, *Print* in any browser.",
        table(["measure", "who", "question", "scale", "pitfall"], rows),
        f"**Response of 2004.** {plain(load_response('IMACS-2004').text)}",
        "**The 2016 score.** Change in percent of the range; what gets worse takes nothing off. "
        f"The points are added: {lines}.",
        table(["measure", "", "", "", ""], points),
        known,
        sources(dict.fromkeys(key for row in card_rows() for key in row.sources)),
    )


def _scale(code: str, ends: tuple[str, ...]) -> str:
    one = measure(code)
    better = "higher is better" if one.higher_is_better else "lower is better"
    if one.is_enzyme:
        return f"U/L; {better}"
    unit = "" if one.unit == "index" else f" {one.unit}"
    side = f" (one side to {one.one_side:g})" if one.one_side is not None else ""
    return f"{one.low:g} {ends[0]} to {one.high:g}{unit} {ends[1]}{side}; {better}"
