"""Drills: the MMT-8 sheet, one side and both; the HAQ-DI sheet with aids; and which enzyme to follow.

>>> [box.name for box in strength_sheet(70001).boxes]
['both', 'right']
>>> len(function_sheet(70002).boxes), enzyme_sheet(70002).boxes[0].name
(9, 'follow')
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.instruments import haq_form, muscle_form
from trialsim.facts.practice import practice_numbers
from trialsim.lessons.practice.dealing import level_and_dice, pick
from trialsim.lessons.practice.entries import entry_problem
from trialsim.rules.enzymes import most_abnormal_enzyme
from trialsim.rules.instruments import haq_di, mmt8, ukat_to_units
from trialsim.widgets.sheet import Box, Key, Sheet, Slip

__all__ = ["ENZYME_EDGES", "FUNCTION_EDGES", "STRENGTH_EDGES", "enzyme_sheet", "function_sheet", "strength_sheet"]

STRENGTH_EDGES = ("sides differ", "doubling misleads", "grades of the MRC")
FUNCTION_EDGES = ("an aid raises", "an aid changes nothing", "a category is missing", "help raises")
ENZYME_EDGES = ("a tie", "all normal", "the highest number is not the most abnormal", "another unit")
_TIE = "tie"


def strength_sheet(number: int) -> Sheet:
    """Eight muscles: as grades, as what the examiner feels (medium), or with MRC grades (hard)."""
    level, dice = level_and_dice("strength", number)
    form, weak = muscle_form(), int(dice.integers(4, 9))
    grades: dict[str, int | tuple[int, int]] = {}
    for muscle in form.muscles:
        left = min(int(dice.integers(weak, weak + 4)), form.highest)
        if muscle in form.once:
            grades[muscle] = left
        else:
            uneven = dice.random() < 0.15 * level
            grades[muscle] = (left, min(max(left + pick(dice, (-1, 1)), 1), form.highest) if uneven else left)
    both, right = mmt8(grades), mmt8(grades, sides="right")
    neck = next(grades[muscle] for muscle in form.once)
    assert isinstance(neck, int)
    mrc = level == 3 and dice.random() < 0.6
    rows: list[tuple[str, tuple[str | Box, ...]]] = []
    for muscle in form.muscles:
        grade = grades[muscle]
        name = muscle.replace("_", " ")
        sides = (grade, grade) if isinstance(grade, int) else grade
        if level == 1:
            given = tuple(str(given_grade) for given_grade in sides)
        elif mrc:
            given = tuple(f"MRC {form.key[given_grade - form.lowest].mrc}" for given_grade in sides)
        else:
            given = tuple(form.key[given_grade - form.lowest].felt for given_grade in sides)
        rows.append((name, ("tested once", given[1]) if muscle in form.once else given))
    key_of_grades = "; ".join(f"{line.grade}: {line.felt} (MRC {line.mrc})" for line in form.key)
    total = Box("both", "both sides, 0 to 150")
    side = Box("right", "right side with the neck, 0 to 80")
    rows += [("Both sides, 0 to 150", ("", total)), ("Right side and neck, 0 to 80", ("", side))]
    reason = f"the neck {neck} counts once; left {both - right}, right {right - neck}"
    why_both = f"Both sides {both}: {reason}."
    slips = {
        str(both + neck): Slip(f"{why_both} You counted the neck twice.", "neck-counts-once"),
        str(2 * right): Slip(f"{why_both} One side doubled is not the total.", "neck-counts-once"),
    }
    slips.pop(str(both), None)
    low = {str(right - neck): Slip(f"The neck belongs to one side as well: {right - neck} + {neck} = {right}.")}
    of_one_side = partial(entry_problem, "MMT8", mmt8_max=round(measure("MMT8").one_side or 0))
    asymmetric = both - right != right - neck
    edges = {"doubling misleads"} if 2 * right != both else set()
    return Sheet(
        "Add the MMT-8, of both sides and of the right side.",
        ("Muscle", "Left", "Right"),
        tuple(rows),
        {
            "both": Key((both, both), why_both, slips, partial(entry_problem, "MMT8")),
            "right": Key((right, right), f"{right - neck} + neck {neck}.", low, of_one_side),
        },
        notes=(("The grades, Kendall 0 to 10", f"{key_of_grades}."),) if level > 1 else (),
        edges=frozenset(edges | ({"sides differ"} if asymmetric else set()) | ({STRENGTH_EDGES[2]} if mrc else set())),
    )


def function_sheet(number: int) -> Sheet:
    """Eight HAQ categories with aids and help: the score of each, and the index."""
    level, dice = level_and_dice("function", number)
    form = haq_form()
    found: dict[str, int | None] = {name: int(dice.integers(0, form.highest + 1)) for name in form.categories}
    missing = int(dice.integers(0, 3)) if level > 1 and dice.random() < 0.35 else 0
    for at in dice.permutation(len(found))[:missing]:
        found[form.categories[int(at)]] = None
    answered = [name for name, score in found.items() if score is not None]
    helped = [name for name in answered if dice.random() < 0.12 * level]
    aided = [name for name in answered if name not in helped and name != "activities" and dice.random() < 0.18 * level]
    index = haq_di(found, aids=aided, needs_help=helped)
    plain = haq_di(found, aids=aided, needs_help=helped, use_aids=False)
    rows: list[tuple[str, tuple[str | Box, ...]]] = []
    keys, sum_of = {}, 0
    edges: set[str] = set()
    options = {str(number): str(number) for number in range(form.highest + 1)} | {"none": "not answered"}
    for name, score in found.items():
        with_what = "aid" if name in aided else "help" if name in helped else ""
        rows.append((name, ("not answered" if score is None else str(score), with_what, Box(name, name, options))))
        if score is None:
            keys[name] = Key("none", "Not answered: it leaves the mean, it is not 0.", {"0": Slip("Missing is not 0.")})
            edges.add("a category is missing")
            continue
        raised = max(score, form.with_help) if with_what else score
        sum_of += raised
        if with_what:
            raises = "an aid raises" if with_what == "aid" else "help raises"
            edges.add(raises if raised > score else "an aid changes nothing")
        why = f"{score}, raised to {raised} by {with_what}." if raised > score else f"{score} stays {score}."
        slips = {} if raised == score else {str(score): Slip(f"{why} It is done with {with_what}.", "aid-lowers-haq")}
        keys[name] = Key(str(raised), why, slips)
    n = len(answered)
    whole = f"{sum_of} / {n} = {index:.4g}."
    slips = {
        f"{round(sum_of / len(found), 3):g}": Slip(f"{whole} You divided by {len(found)}; {n} were answered."),
        f"{plain:g}": Slip(f"{whole} You left out aids and help: that is the alternative index.", "aid-lowers-haq"),
    }
    close = 0.0 if n == len(found) else 0.006  # sevenths and sixths do not come out even
    slips = {entry: slip for entry, slip in slips.items() if abs(float(entry) - index) > close + 1e-9}
    keys["index"] = Key(
        (index - close, index + close), whole, slips, None if close else partial(entry_problem, "HAQDI")
    )
    rows.append(("HAQ-DI", ("", "", Box("index", "HAQ-DI, 0 to 3"))))
    return Sheet(
        "Score each category, then the HAQ-DI (two decimals or more where it does not come out even).",
        ("Category", "Answer", "Done with", "Score"),
        tuple(rows),
        keys,
        edges=frozenset(edges),
    )


def enzyme_sheet(number: int) -> Sheet:
    """Five enzymes at baseline: which is followed, by multiple of its own limit?"""
    level, dice = level_and_dice("enzyme", number)
    limits = {code: float(pick(dice, given)) for code, given in practice_numbers().upper_limits.values.items()}
    kind = pick(dice, ("plain", "plain", "tie", "normal", "trap", "trap")) if level > 1 else "plain"
    top = {"plain": 9.0, "tie": 5.0, "normal": 0.98, "trap": 2.2}[kind]
    # Multiples in fifths of a half: every limit times one of them is on the grid of the enzyme.
    found = {code: round(limits[code] * int(dice.integers(4, max(5, round(top * 10)))) / 10, 1) for code in limits}
    if kind == "trap":  # a high number that is a small multiple, a low number that is a large one
        found["LDH"] = round(limits["LDH"] * int(dice.integers(11, 18)) / 10, 1)
        small = pick(dice, ("AST", "ALT", "ALDOLASE"))
        found[small] = round(limits[small] * int(dice.integers(25, 60)) / 10, 1)
    if kind == "tie":
        pair = pick(dice, (("AST", "ALT"), ("LDH", "AST"), ("CK", "LDH"), ("CK", "ALT")))
        for code in pair:
            found[code] = limits[code] * 6
    multiples = {code: Fraction(str(found[code])) / Fraction(str(limits[code])) for code in found}
    best = max(multiples.values())
    leaders = [code for code, value in multiples.items() if value == best]
    right = _TIE if len(leaders) > 1 else most_abnormal_enzyme(found, limits)
    microkatal = level == 3 and dice.random() < 0.4
    unit, per = ("µkat/L", ukat_to_units(1)) if microkatal else ("U/L", 1)
    options = {enzyme.code: enzyme.label for enzyme in enzymes()} | {_TIE: "a tie: the protocol must order them"}
    rows = [
        (measure(code).label, (f"{found[code] / per:.4g} {unit}", f"{limits[code] / per:.4g} {unit}")) for code in found
    ]
    told = "; ".join(f"{measure(code).label} {float(value):.2f} ×" for code, value in multiples.items())
    why = f"Multiples of the limit: {told}."
    highest = max(found, key=lambda code: found[code])
    slips = {code: Slip(why) for code in options if code != right}
    if highest != right:
        slips[highest] = Slip(f"{why} The highest number is not the most abnormal.", "highest-number-is-most-abnormal")
    if right == _TIE:
        for code in leaders:
            slips[code] = Slip(f"{why} Two are equally abnormal: which one is followed is settled before the data.")
    cells = tuple((name, (*given, "")) for name, given in rows)
    edges = {"a tie"} if right == _TIE else set()
    edges |= {"all normal"} if best <= 1 else set()
    edges |= {ENZYME_EDGES[2]} if right not in (_TIE, highest) else set()
    return Sheet(
        "Which enzyme is followed from here, by multiple of its upper limit?",
        ("Enzyme", "Baseline", "Upper limit", "Your answer"),
        (*cells, ("Followed", ("", "", Box("follow", "enzyme that is followed", options)))),
        {"follow": Key(right, why, slips)},
        edges=frozenset(edges | ({"another unit"} if microkatal else set())),
    )
