"""How often another rater's week 12 changes the verdict: rates of the rater model, its laws, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import trialsim as ts
from trialsim.errors import TrialsimError
from trialsim.facts.raters import parse_raters, rating_errors
from trialsim.facts.reading import Section
from trialsim.patients.points import Streams
from trialsim.patients.raters import _Scorings

VIGNETTES = {each.id: each for each in ts.load_vignettes()}
QUESTIONS = [
    *((name, "fixed") for name in ("IMACS-2004", "NCT04946669", "TIS-MINIMAL", "TIS-MODERATE")),
    *((name, "vary") for name in ("IMACS-2004", "NCT04946669", "TIS-MINIMAL")),
]
# Worked out independently with 40,000 pairs of raters: verdicts that differ, in whole percent, with an error below 0.3.
PERCENT = {
    "V1": (0, 0, 0, 0, 0, 0, 0),
    "V2": (44, 0, 37, 0, 22, 22, 38),
    "V3": (33, 34, 3, 30, 24, 25, 7),
    "V4": (0, 0, 11, 0, 9, 8, 22),
    "V5": (27, 27, 0, 20, 21, 19, 2),
    "V6": (0, 0, 22, 20, 21, 21, 13),
    "V7": (40, 41, 22, 24, 31, 33, 14),
    "V8": (12, 12, 0, 18, 12, 12, 0),
}
ROUNDING, THEIR_ERROR = 0.5, 0.3


def flips(id: str, definition: str = "IMACS-2004", **options: Any) -> ts.Estimate:
    """How often the verdict on a vignette changes."""
    start, end = (VIGNETTES[id].visits[visit].values for visit in ("Baseline", "Week 12"))
    given = {"enzyme": VIGNETTES[id].enzyme, "enzyme_uln": VIGNETTES[id].uln, "seed": 1, **options}
    return ts.verdict_flips(start, end, definition, **given)


@pytest.mark.parametrize("id", PERCENT)
def test_rates_are_those_worked_out_elsewhere(id: str) -> None:
    """Within the rounding and the error of those rates and four standard errors of ours."""
    for (definition, others), percent in zip(QUESTIONS, PERCENT[id], strict=True):
        found = flips(id, definition, other_measures=others, n=40_000)
        allowed = ROUNDING + THEIR_ERROR + 4 * 100 * found.standard_error
        assert abs(100 * found.value - percent) <= allowed, (definition, others)


def test_one_rater_agrees_with_herself_more_often() -> None:
    """Her own level cancels; her slips do not."""
    for id in ("V2", "V3", "V7", "V8"):
        assert 0.02 < flips(id, raters="same").value < flips(id).value - 0.03


def test_it_hangs_on_the_seed_alone() -> None:
    """The same seed gives the same number, another one another, and more pairs keep those drawn before."""
    assert flips("V2") == flips("V2") != flips("V2", seed=2)
    few, many = Streams(3, 10), Streams(3, 1000)
    error = rating_errors()["PHGA"]
    assert (
        _Scorings(few, 150).read("PHGA", error, 42, "r", "v")
        == _Scorings(many, 150).read("PHGA", error, 42, "r", "v")[:10]
    ).all()


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [("PHGA", 50, 0.82), ("EMGA", 50, 0.89), ("MMT8", 100, 5.3), ("PTGA", 50, 1.0), ("PHGA", 12, 0.82 * 0.4**0.5)],
)
def test_one_reading_spreads_as_the_facts_say(code: str, value: int, expected: float) -> None:
    """Slip and level together; nearer than 3 cm to an end the error shrinks with the root of the distance."""
    read = _Scorings(Streams(5, 40_000), 150).read(code, rating_errors()[code], value, "a", "b")
    grid = 1 if code == "MMT8" else 10
    assert np.std(read) / grid == pytest.approx(expected, rel=0.04)
    assert np.mean(read) == pytest.approx(value, abs=0.3)


@pytest.mark.parametrize(("code", "value"), [("PHGA", 0), ("EMGA", 100), ("MMT8", 150), ("HAQDI", 0), ("PTGA", -1)])
def test_at_the_end_of_a_scale_nobody_errs(code: str, value: int) -> None:
    """Nor is anything read where nothing was measured."""
    assert (_Scorings(Streams(1, 100), 150).read(code, rating_errors()[code], value, "a", "b") == value).all()


def test_readings_stay_on_the_instrument() -> None:
    """HAQ-DI moves in its own eighths or sevenths, an enzyme on its logarithm; a strict rater is strict on both."""
    scorings = _Scorings(Streams(7, 20_000), 150)
    haq = rating_errors()["HAQDI"]
    assert (scorings.read("HAQDI", haq, 168, "a", "b") % 21 == 0).all()
    assert (scorings.read("HAQDI", haq, 5 * 24, "a", "b") % 24 == 0).all()
    spread = np.std(np.log(scorings.read("CK", rating_errors()["CK"], 10_000, "a", "b")))
    assert spread == pytest.approx(0.145, rel=0.03)
    physician, outside = (scorings._offset(rating_errors()[code], "a") for code in ("PHGA", "EMGA"))
    assert np.corrcoef(physician, outside)[0, 1] == pytest.approx(0.5, abs=0.03)


def test_one_side_has_its_own_spread() -> None:
    """Of 80 points the error is about half of that of 150."""
    read = _Scorings(Streams(5, 40_000), 80).read("MMT8", rating_errors()["MMT8"], 60, "a", "b")
    assert np.std(read) == pytest.approx((1.9**2 + 2.1**2) ** 0.5, rel=0.04)
    assert read.max() <= 80


def test_every_option_moves_the_number_or_is_refused() -> None:
    """What a definition leaves open, and what is missing."""
    start, end = (dict(VIGNETTES["V2"].visits[visit].values) for visit in ("Baseline", "Week 12"))
    known: dict[str, Any] = {"enzyme": "LDH", "seed": 1}
    open_end = {**end, "PTGA": None}
    undecided = ts.verdict_flips(start, open_end, **known)
    assert ts.verdict_flips(start, open_end, missing="not_counted", **known).value == 0 != undecided.value
    assert ts.verdict_flips(start, open_end, missing="non_responder", **known).value == 0
    two_worse = {**end, "HAQDI": 0.5, "ENZYME": 400}
    strict = ts.verdict_flips(start, two_worse, "PRINTO-20", **known)
    ignored = ts.verdict_flips(start, two_worse, "PRINTO-20", zero_baseline="ignore", **known)
    assert strict.value == 0 < ignored.value
    fallen = {**end, "PTGA": 5, "ENZYME": 100}
    counts = ts.verdict_flips(start, fallen, **known)
    never = ts.verdict_flips(start, fallen, normal_enzyme="never improves", enzyme_uln=250, **known)
    assert never.value == 0 < counts.value


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"raters": "both"}, "raters: got 'both'; allowed: 'another' or 'same'."),
        ({"other_measures": "all"}, "other_measures: got 'all'; allowed: 'fixed' or 'vary'."),
        ({"seed": -1}, "seed: got -1"),
        ({"seed": 1.5}, "seed: got 1.5"),
        ({"n": 0}, "n: got 0; allowed: a whole number from 1 to 1,000,000."),
        ({"definition": "IMACS"}, "definition: got 'IMACS'"),
        ({"mmt8_max": 100}, "mmt8_max: got 100"),
        ({"mmt8_max": 80}, "MMT8 at baseline: got 112"),
        ({"enzyme": "GGT"}, "enzyme: got 'GGT'"),
        ({"definition": "TIS-MAJOR", "enzyme_uln": None}, "enzyme_uln: got None"),
        ({"definition": "TIS-MAJOR", "zero_baseline": "ignore"}, "zero_baseline: got 'ignore'"),
        ({"definition": "NCT04946669-SEVEN", "other_measures": "vary"}, "other_measures: got 'vary'; allowed: 'fixed'"),
    ],
)
def test_bad_input_is_refused_in_words(options: dict[str, Any], message: str) -> None:
    """Each message names the argument, what came and what is allowed."""
    with pytest.raises(TrialsimError) as caught:
        flips("V1", **options)
    assert str(caught.value).startswith(message)


def test_a_value_in_millimetres_is_named() -> None:
    """As everywhere."""
    with pytest.raises(TrialsimError, match="looks like millimetres"):
        ts.verdict_flips({"PHGA": 68}, {"PHGA": 24}, seed=1)


def error(**changed: Any) -> dict[str, Any]:
    """An entry that can be read, but for what is changed."""
    good = {"within": 1, "between": 0.5, "unit": "cm", "ends": "none", "full_from": 0, "basis": "assumed", "source": []}
    return {**good, **changed}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (error(within=-1), "r.toml: PHGA.within: got -1"),
        (error(ends="top"), "r.toml: PHGA.ends: got 'top'"),
        (error(ends="high"), "r.toml: PHGA.full_from: got 0"),
        (error(full_from=3), "r.toml: PHGA.full_from: got 3"),
        (error(as_strict_as={"measure": "PHGA", "correlation": 0.5}), "r.toml: PHGA.as_strict_as.measure: got 'PHGA'"),
        (error(as_strict_as={"measure": "EMGA", "correlation": 2}), "r.toml: PHGA.as_strict_as.correlation: got 2"),
        (error(sd=1), "r.toml: PHGA: got unknown key 'sd'"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_path(entry: dict[str, Any], message: str) -> None:
    """The message says where in the file the mistake stands."""
    with pytest.raises(TrialsimError) as caught:
        parse_raters(Section({"PHGA": entry, "EMGA": error()}, "r.toml"))
    assert str(caught.value).startswith(message)
