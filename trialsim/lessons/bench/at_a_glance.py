"""What the page of the bench says at once: the decision, the two distributions, and what breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from trialsim.design.wording import percent
from trialsim.errors import TrialsimError
from trialsim.figures.against import breaks_picture
from trialsim.figures.svg import Picture
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.randomised import phase_three, randomised_comparisons
from trialsim.power.side_by_side import TRUTHS, candidate, enrolled
from trialsim.report.beliefs import belief_of
from trialsim.report.pictures import arms_of, endings_figure
from trialsim.text import count

__all__ = ["Shown", "breaks", "decision", "origins", "randomised_first"]

_NONE = "\N{EN DASH}"
_WIDTH = "clamp(15rem, calc(130vh - 34rem), 34rem)"
"""A picture is as wide as its column, less on a low screen: what is assumed, follows and breaks it stays in sight."""
_FEWER = (0, -1, -2, -3, -4, -5)
"""Patients fewer than planned that are tried."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the page: numbers by name, a sentence, what draws its picture, and what that shows."""

    numbers: tuple[tuple[str, str], ...]
    sentence: str
    draw: Callable[[], Picture] | None
    alt: str

    def html(self, label: str) -> str:
        """What is said, as HTML."""
        tiles = "".join(
            '<div style="border:1px solid currentColor;border-radius:3px;padding:2px 6px">'
            f'<div style="font-size:0.8em;line-height:1.2">{escape(name)}</div>'
            f'<div style="font-weight:600;line-height:1.25">{escape(value)}</div></div>'
            for name, value in self.numbers
        )
        grid = "display:grid;grid-template-columns:repeat(3,1fr);gap:4px;margin-bottom:4px"
        return (
            f'<section aria-label="{escape(label)}" style="line-height:1.35;white-space:normal">'
            + (f'<div style="{grid}">{tiles}</div>' if tiles else "")
            + f'<p role="status" style="margin:0 0 4px">{escape(self.sentence)}</p></section>'
        )

    def drawn(self) -> str:
        """What is drawn, as HTML; empty where there is no picture."""
        if self.draw is None:
            return ""
        return f'<div style="max-width:{_WIDTH}">{self.draw().alone(alt=self.alt)}</div>'


def decision(bench: Bench) -> Shown:
    """What the design taken asks for and achieves, and how its trials end.

    Examples
    --------
    >>> dict(decision(Bench(loss=0.10)).numbers)["Enrolled"]
    '44'
    """
    taken = candidate(bench)
    if not taken.found:
        raise TrialsimError(
            "the design", DESIGNS[bench.design], "one that exists under these assumptions", taken.remark
        )
    chances = (f"{taken.attained_alpha:.4f}", f"{taken.power:.3f}") if taken.tested else (_NONE, _NONE)
    rule = taken.rule if taken.tested else "none: an interval alone"
    numbers = (
        ("Patients (n)", str(taken.n)), ("Enrolled", str(enrolled(bench, taken))), ("Success with", rule),
        ("Chance of a false success", chances[0]), ("Power", chances[1]),
        ("Expected size at p0", f"{taken.expected_n:.1f}" if taken.tested else str(taken.n)),
    )  # fmt: skip
    if not taken.tested:
        said = taken.remark
    else:
        short = "" if taken.power >= bench.power else f", fewer than the {count(bench.power)} wanted"
        said = (
            f"{count(taken.attained_alpha)} of 100 trials succeed if {percent(bench.p0)} respond, "
            f"{count(taken.power)} if {percent(bench.p1)} respond{short}."
        )
    alt = f"Responders at the end, at p0 and at p1. Success: {chances[0]} at p0, {chances[1]} at p1."
    return Shown(numbers, said, partial(endings_figure, bench, taken), alt)


def breaks(bench: Bench) -> Shown:
    """What is left where standard care is better than assumed, and with fewer patients.

    Examples
    --------
    >>> breaks(Bench()).sentence[:70]
    'If standard care truly gives 40 %, 38 of 100 trials of a drug that add'
    """
    taken = candidate(bench)
    if not taken.found:
        return Shown((), "No design, so nothing that could break.", None, "")
    if not taken.tested:
        return Shown((), "Nothing is tested, so nothing is promised that p0 could break.", None, "")
    false = [(truth, taken.success(truth, truth)) for truth in TRUTHS]
    near = [candidate(bench, more=more) for more in _FEWER]
    sizes = [(made.n - taken.n, made.success(bench.p1, bench.p0)) for made in near if made.tested]
    truth = next((rate for rate in TRUTHS if rate > bench.p0 + 0.05), TRUTHS[-1])
    chance, (fewer, power) = taken.success(truth, truth), sizes[-1]
    said = (
        f"If standard care truly gives {percent(truth)}, {count(chance)} of 100 trials of a drug that adds nothing "
        f"succeed; {count(bench.alpha_above)} were allowed. With {-fewer} patients fewer the power is {power:.2f}."
    )
    alt = "; ".join(f"{percent(rate)}: {100 * found:.0f} in 100" for rate, found in false)
    drawn = partial(breaks_picture, tuple(false), tuple(sizes), alpha=bench.alpha_above, wanted=bench.power)
    return Shown((), said, drawn, alt)


def origins(bench: Bench) -> str:
    """Where p0 and p1 come from, a line each, and what the randomised trial saw, as HTML."""
    lines = []
    for rate in bench.rates:
        names = "; ".join(arm.name for arm in arms_of(rate.arms))
        said = {"evidence": f"from {names}", "patients": "from patients of the model"}.get(rate.origin, "assumed")
        belief = belief_of(rate)
        lines.append(f"<b>{rate.name}</b> {escape(said)}{escape(': ' + belief.split(',')[0]) if belief else ''}")
    lines.append(f"Randomised, week {phase_three().treated.week}: {escape(phase_three().words)}")
    return '<div style="font-size:0.85em;line-height:1.3;white-space:normal">' + "<br>".join(lines) + "</div>"


def randomised_first(bench: Bench) -> str:
    """What the randomised trial of this drug saw, before anything else, and a warning where p1 rests on single arms.

    Examples
    --------
    >>> "22 of 40" in randomised_first(Bench()), "alert" in randomised_first(Bench())
    (True, False)
    """
    seen, rate = phase_three(), bench.rate("p1")
    said = f"<p><b>Randomised, this drug.</b> {escape(seen.sentence)}</p>"
    compared = {pair.treated.key for pair in randomised_comparisons(bench.definition)}
    single = [arm.name for arm in arms_of(rate.arms) if arm.key not in compared]
    if single:
        said += (
            '<p role="alert" style="border-left:4px solid #d55e00;padding-left:6px">p1 rests on groups without a '
            f"control group of their own ({escape('; '.join(single))}): what they saw is not what the drug adds.</p>"
        )
    return f'<div style="white-space:normal;line-height:1.35">{said}</div>'
