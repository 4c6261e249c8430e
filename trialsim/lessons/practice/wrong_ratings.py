"""Wrong ratings of a vignette that may show an idea: for each measure the values that somebody who holds it enters.

An idea that is only likely is asked after, never told; a global so near to the range that a careful rater may set it
(two slips of one rater, assumed) is no sign of one.

>>> from trialsim.rules.vignettes import load_vignettes
>>> fourth = load_vignettes()[3]
>>> slips = rating_slips("PHGA", fourth, fourth.visits["Baseline"], "Why.")
>>> slips["5.5"].misconception, slips["5.5"].reply[:38], "2.9" in slips
('weak-means-active', 'Why. Was the idea “Weak means active”?', False)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import muscle_form
from trialsim.facts.misconceptions import load_misconception
from trialsim.facts.practice import practice_numbers
from trialsim.facts.raters import rating_errors
from trialsim.lessons.practice.dealing import MEASURES
from trialsim.rules.grid import from_grid
from trialsim.rules.instruments import haq_di, mmt8
from trialsim.rules.vignettes import Vignette, VignetteVisit
from trialsim.widgets.sheet import Slip

_Ideas = Mapping[float, str]


def rating_slips(code: str, vignette: Vignette, visit: VignetteVisit, why: str) -> dict[str, Slip]:
    """The replies to the wrong values of one measure, by entry; a value without one says nothing of an idea."""
    low, high = visit.expert[code]
    ideas = _IDEAS[code](vignette, visit)
    return {f"{value:g}": named_slip(why, idea) for value, idea in ideas.items() if not low <= value <= high}


def named_slip(why: str, idea: str) -> Slip:
    """A reply that names the idea after the reason."""
    misconception = load_misconception(idea)
    return Slip(f"{why} Was the idea “{misconception.name}”? {misconception.reply}", idea)


def _marks(code: str) -> list[float]:
    scale = measure(code)
    return [from_grid(code, at) for at in range(round(scale.low * scale.grid), round(scale.high * scale.grid) + 1)]


def _physician(vignette: Vignette, visit: VignetteVisit) -> _Ideas:
    (low, high), quiet = visit.expert["PHGA"], practice_numbers().hardly_active.value
    slip, mean = rating_errors()["PHGA"].within, mean_of_others(vignette, visit)
    found: dict[float, str] = {}
    near = {mark for mark in _marks("PHGA") if low - 2 * slip <= mark <= high + 2 * slip}
    if not low - 2 * slip <= mean <= high + 2 * slip:
        found |= {mark: "global-is-a-mean" for mark in _marks("PHGA") if abs(mark - mean) <= slip and mark not in near}
    if visit.laboratory["CK"] <= vignette.uln["CK"] and low > quiet:
        found |= {mark: "normal-ck-means-inactive" for mark in _marks("PHGA") if mark <= quiet}
    if visit.values["PHGA"] <= quiet and _weak(visit):
        found |= {mark: "weak-means-active" for mark in _marks("PHGA") if mark > high + 2 * slip}
    return found


def _extramuscular(vignette: Vignette, visit: VignetteVisit) -> _Ideas:
    """Of sums of organ lines, muscle that is carried in, and damage or a drug's doing that is taken for activity."""
    numbers, (_, high), slip = practice_numbers(), visit.expert["EMGA"], rating_errors()["EMGA"].within
    overall, of_overall = visit.values["PHGA"], visit.expert["PHGA"]
    found: dict[float, str] = {}
    if overall <= numbers.hardly_active.value:
        found |= {mark: "damage-is-activity" for mark in _marks("EMGA") if mark > high + 2 * slip}
    elif _weak(visit) and visit.values["EMGA"] < overall - numbers.organ_leads.value:
        counted = [mark for mark in _marks("EMGA") if of_overall[0] <= mark <= of_overall[1]]
        found |= {mark: "weakness-counts-twice" for mark in counted if mark > high}
    lines = list(visit.organs.values())
    return found | {round(mark, 1): "extramuscular-is-a-sum" for mark in (sum(lines), max(lines))}


def _strength(vignette: Vignette, visit: VignetteVisit) -> _Ideas:
    """Of a neck that counts twice, a side that is doubled, and grades of the MRC that are added up or doubled."""
    form = muscle_form()
    neck = sum(grade for grade in visit.grades.values() if isinstance(grade, int))
    sides = [(grade,) if isinstance(grade, int) else grade for grade in visit.grades.values()]
    mrc = sum(int(form.key[grade - form.lowest].mrc[0]) for both in sides for grade in both)
    totals = (mmt8(visit.grades) + neck, 2 * mmt8(visit.grades, sides="right"), mrc, 2 * mrc)
    return dict.fromkeys(map(float, totals), "neck-counts-once")


def _function(vignette: Vignette, visit: VignetteVisit) -> _Ideas:
    without = haq_di(visit.haq, aids=visit.aids, needs_help=visit.help, use_aids=False)
    return {without: "aid-lowers-haq"}


def _patient(vignette: Vignette, visit: VignetteVisit) -> _Ideas:
    return dict.fromkeys(_marks("PTGA"), "patient-must-be-corrected")


_IDEAS: Mapping[str, Callable[[Vignette, VignetteVisit], _Ideas]] = {
    "PHGA": _physician,
    "EMGA": _extramuscular,
    "PTGA": _patient,
    "MMT8": _strength,
    "HAQDI": _function,
}


def _weak(visit: VignetteVisit) -> bool:
    return visit.values["MMT8"] < measure("MMT8").high


def mean_of_others(vignette: Vignette, visit: VignetteVisit) -> float:
    """The mean of the five measures but the physician's, each as a share of its range, on the physician's scale."""
    shares = []
    for code in MEASURES:
        scale, value = measure(code), visit.values[code]
        if code == "ENZYME":
            multiple = next(each.range_multiple for each in enzymes() if each.code == vignette.enzyme)
            shares.append(min(value / (multiple * vignette.uln[vignette.enzyme]), 1))
        elif code != "PHGA":
            share = (value - scale.low) / (scale.high - scale.low)
            shares.append(1 - share if scale.higher_is_better else share)
    return fmean(shares) * measure("PHGA").high
