"""The numbers of a report, recomputed with scipy from its words alone: what a statistician would do with a pen."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import scipy.stats
from scipy.stats.contingency import odds_ratio

from trialsim.design import two_arm_pilot, two_stage_analysis
from trialsim.facts.pooling import find_arms
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.side_by_side import candidate
from trialsim.report.words import paragraph

TREATED = tuple(arm.key for arm in find_arms("IMACS-2004", week=12) if arm.role == "abatacept")
PLANS = [(0.30, 0.50, 0.05, 0.80), (0.20, 0.40, 0.025, 0.80), (0.29, 0.45, 0.10, 0.90), (0.10, 0.30, 0.05, 0.90)]
binom = scipy.stats.binom


def found(pattern: str, text: str) -> list[float]:
    """The numbers in the first place of `text` that looks like `pattern`; NUMBER stands for one."""
    match = re.search(pattern.replace("NUMBER", r"([-+]?\d+(?:\.\d+)?)"), text)
    assert match, f"no {pattern!r} in {text!r}"
    return [float(group) for group in match.groups()]


def clopper_pearson(x: int, n: int, level: float) -> tuple[float, float]:
    """Both limits in percent."""
    limits = scipy.stats.binomtest(x, n).proportion_ci(confidence_level=level, method="exact")
    return 100 * limits.low, 100 * limits.high


def two_stage_success(n1: int, on: int, n: int, needed: int, rate: float) -> float:
    """The chance of going on and of enough responders in the end, summed over the first stage."""
    first = np.arange(on, n1 + 1)
    return float((binom.pmf(first, n1, rate) * binom.sf(needed - 1 - first, n - n1, rate)).sum())


def fisher_success(controls: int, treated: int, alpha: float, p0: float, p1: float) -> float:
    """The chance of a one-sided Fisher p of at most alpha, table by table."""
    total = 0.0
    for x, y in product(range(controls + 1), range(treated + 1)):
        p_value = scipy.stats.hypergeom.sf(y - 1, controls + treated, x + y, treated)
        if p_value <= alpha * (1 + 1e-10):
            total += float(binom.pmf(x, controls, p0) * binom.pmf(y, treated, p1))
    return total


def single(text: str, p0: float, p1: float, alpha: float) -> dict[str, tuple[float, float]]:
    """What the report of one stage prints, beside what its rule gives."""
    n, needed = map(int, found(r"NUMBER patients are enrolled.*? is rejected if NUMBER or more respond", text))
    level, low, high = found(r"exact two-sided NUMBER % interval .*?: NUMBER % to NUMBER %\)", text)
    low95, high95 = found(r"at the same result \(NUMBER % to NUMBER %\)", text) if alpha != 0.025 else (low, high)
    limits, wider = clopper_pearson(needed, n, level / 100), clopper_pearson(needed, n, 0.95)
    return {
        "level": (level, 100 * (1 - 2 * alpha)),
        "low": (low, limits[0]),
        "high": (high, limits[1]),
        "low 95": (low95, wider[0]),
        "high 95": (high95, wider[1]),
        **common(text, lambda rate, _: float(binom.sf(needed - 1, n, rate)), p0, p1),
    }


def two_stages(text: str, p0: float, p1: float, alpha: float) -> dict[str, tuple[float, float]]:
    """What the report of two stages prints, beside what its rule gives."""
    n1, on, n, needed = map(
        int,
        found(
            r"NUMBER patients are treated first; if fewer than NUMBER of them.*?goes on to NUMBER patients\..*?"
            r"rejected if NUMBER or more of all",
            text,
        ),
    )
    never = found(r"never stopped would succeed with a chance of NUMBER", text)[0]
    early, mean = found(r"stops early with a chance of NUMBER and takes NUMBER patients", text)
    stop = float(binom.cdf(on - 1, n1, p0))
    estimate, plain, p_value, level, low, _, low95, _ = found(
        r"estimate NUMBER, plain NUMBER, p = NUMBER, NUMBER % interval NUMBER % to NUMBER %, 95 % interval NUMBER % to "
        r"NUMBER %",
        text,
    )
    first = np.arange(max(on, needed - n + n1), min(n1, needed) + 1)
    ways = scipy.special.comb(n1, first) * scipy.special.comb(n - n1, needed - first)
    unbiased = float((ways * first / n1).sum() / ways.sum())

    def lower(tail: float) -> float:
        return 100 * scipy.optimize.brentq(
            lambda rate: two_stage_success(n1, on, n, needed, rate) - tail, 1e-6, 1 - 1e-6
        )

    return {
        "never stopped": (never, float(binom.sf(needed - 1, n, p0))),
        "early": (early, stop),
        "mean": (mean, n1 + (1 - stop) * (n - n1)),
        "estimate": (estimate, unbiased),
        "plain": (plain, needed / n),
        "p": (p_value, two_stage_success(n1, on, n, needed, p0)),
        "low": (low, lower((1 - level / 100) / 2)),
        "low 95": (low95, lower(0.025)),
        **common(text, lambda rate, _: two_stage_success(n1, on, n, needed, rate), p0, p1),
    }  # fmt: skip


def bayes(text: str, p0: float, p1: float, alpha: float) -> dict[str, tuple[float, float]]:
    """What the report of a Bayesian design prints, beside what its prior gives."""
    n, a, b = found(r"NUMBER patients are enrolled.*?Beta\(NUMBER, NUMBER\)", text)
    cutoff, needed, sure, less = found(
        r"exceeds NUMBER, which takes NUMBER or more responders: the probability is then NUMBER, and NUMBER with one",
        text,
    )
    level, low, high = found(r"equal tails\) of NUMBER %.*?: NUMBER % to NUMBER %\)", text)
    few, many = 0.0, n
    if "No result would contradict this prior." not in text:
        few, many = found(r"fewer than NUMBER or more than NUMBER responders", text)
    after = scipy.stats.beta(a + needed, b + n - needed)
    foreseen = scipy.stats.betabinom(int(n), a, b)
    credible = [100 * after.ppf(q) for q in (1 - cutoff, cutoff)]
    x = np.arange(int(n) + 1)
    agree = x[2 * np.minimum(foreseen.cdf(x), foreseen.sf(x - 1)) >= 0.05 - 1e-12]
    assert less <= cutoff < sure + 5e-4
    return {
        "sure": (sure, after.sf(p0)),
        "less": (less, scipy.stats.beta.sf(p0, a + needed - 1, b + n - needed + 1)),
        "level": (level, 100 * (2 * cutoff - 1)),
        "low": (low, credible[0]),
        "high": (high, credible[1]),
        "few": (few, agree[0]),
        "many": (many, agree[-1]),
        **common(text, lambda rate, _: float(binom.sf(needed - 1, n, rate)), p0, p1),
    }


def two_arms(text: str, p0: float, p1: float, alpha: float) -> dict[str, tuple[float, float]]:
    """What the report of two arms prints, beside what Fisher's test gives."""
    controls, treated = map(int, found(r"randomised, NUMBER to standard care and NUMBER to", text))
    y, x, difference, low, high = found(
        r"with NUMBER of \d+ treated and NUMBER of \d+ controls it is NUMBER points \(NUMBER to NUMBER\)", text
    )
    level = found(r"two-sided NUMBER % interval \(Newcombe", text)[0] / 100
    rates, limits = (y / treated, x / controls), []
    for k, n in ((y, treated), (x, controls)):
        limits.append(scipy.stats.binomtest(int(k), n).proportion_ci(confidence_level=level, method="wilson"))
    down = np.hypot(rates[0] - limits[0].low, limits[1].high - rates[1])
    up = np.hypot(limits[0].high - rates[0], rates[1] - limits[1].low)
    return {
        "difference": (difference, 100 * (rates[0] - rates[1])),
        "low": (low, 100 * (rates[0] - rates[1] - down)),
        "high": (high, 100 * (rates[0] - rates[1] + up)),
        **common(text, lambda rate, other: fisher_success(controls, treated, alpha, other, rate), p0, p1),
    }


def common(text: str, success: Callable[[float, float], float], p0: float, p1: float) -> dict[str, tuple[float, float]]:
    """What every report of a test prints."""
    both = r"the chance of a (?:success|rejection) is NUMBER \(allowed.*?(?:power is|it is) NUMBER \(wanted"
    false, power = found(both, text)
    truth = found(r"standard care truly gave NUMBER %", text)[0] / 100
    wrong = found(r"truly gave [\d.]+ %.*?(?:chance of|success would be) NUMBER", text)[0]
    lost = found(r"and the power would be NUMBER", text)[0]
    return {
        "false success": (false, success(p0, p0)),
        "power": (power, success(p1, p0)),
        "wrong p0": (wrong, success(truth, truth)),
        "lost": (lost, success(0.9 * p1, 0.9 * p0)),
    }


READERS = {"at_hand": single, "single": single, "pilot": two_arms, "bayes": bayes}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "precision"])
def test_every_number_can_be_had_from_the_words(design: str, plan: tuple[float, float, float, float]) -> None:
    """Ten numbers and more of each paragraph are those that scipy gives for the rule that the paragraph states."""
    p0, p1, alpha, power = plan
    text = paragraph(Bench(design=design, p0=p0, p1=p1, alpha=alpha, power=power))
    numbers = READERS.get(design, two_stages)(text, p0, p1, alpha)
    assert len(numbers) >= 7
    for name, (printed, computed) in numbers.items():
        decimals = 4 if name in ("false success", "never stopped", "p") else 3 if printed < 1 else 1
        decimals = 2 if name in ("wrong p0", "lost") else decimals
        assert printed == pytest.approx(computed, abs=0.5000001 * 10.0**-decimals), (name, text)


def test_numbers_of_an_informative_prior() -> None:
    """The same for a prior of published groups that were treated."""
    bench = Bench(design="bayes", prior_arms=TREATED, prior_weight=0.4)
    for name, (printed, computed) in bayes(paragraph(bench), 0.3, 0.5, 0.05).items():
        assert printed == pytest.approx(computed, abs=0.051 if printed > 1 else 0.0051), name


def test_numbers_of_an_interval() -> None:
    """The width that an interval is expected to have, and the chance that it is narrow enough."""
    text = paragraph(Bench(design="precision"))
    n, expected, half, chance = found(
        r"NUMBER patients are enrolled.*?reach NUMBER points to either side, and at most NUMBER with a chance of "
        r"NUMBER",
        text,
    )
    limits = np.array([clopper_pearson(x, int(n), 0.95) for x in range(int(n) + 1)])
    widths, weights = (limits[:, 1] - limits[:, 0]) / 2, binom.pmf(np.arange(n + 1), n, 0.5)
    assert expected == pytest.approx(weights @ widths, abs=0.051)
    assert chance == pytest.approx(weights @ (widths <= half), abs=0.0051)
    lower = found(r"exceed 30 % with a chance of NUMBER", text)[0]
    assert lower == pytest.approx(binom.pmf(np.arange(n + 1), n, 0.4) @ (limits[:, 0] > 30), abs=0.0051)


RATES = [(p0, round(p0 + gain, 2)) for p0 in (0.05, 0.1, 0.2, 0.3, 0.4, 0.55) for gain in (0.15, 0.2, 0.3)]


@pytest.mark.parametrize("alpha", [0.025, 0.05, 0.10])
@pytest.mark.parametrize(("p0", "p1"), RATES)
def test_the_interval_named_with_the_test_agrees_with_it(p0: float, p1: float, alpha: float) -> None:
    """Success if and only if the interval of the level that the report names excludes p0 (fault F6)."""
    bench = Bench(p0=p0, p1=p1, alpha=alpha)
    for name in ("at_hand", "single", "optimal", "minimax", "admissible", "bayes"):
        taken = candidate(bench, name)
        if not taken.found:
            continue
        design, text = taken.design, " ".join(taken.design.sentences(alpha))
        x = np.arange(design.n + 1)
        if name == "bayes":
            level = 2 * design.cutoff - 1
            low = scipy.stats.beta.ppf((1 - level) / 2, 1 + x, 1 + design.n - x)
            assert ((low > p0) == (x >= design.min_responders)).all()
            continue
        level = found(r"two-sided NUMBER % interval", text)[0] / 100
        if name in ("at_hand", "single"):
            low = scipy.stats.beta.ppf((1 - level) / 2, np.maximum(x, 1), design.n - np.maximum(x, 1) + 1)
            assert ((low >= p0 - 1e-9) & (x > 0)).tolist() == (x >= design.min_responders).tolist()
            continue
        for k in (design.min_responders - 1, design.min_responders):
            limits = two_stage_analysis(design, k, design.n, level=level).interval
            assert (limits.low >= p0 - 1e-5) == (k >= design.min_responders), (name, level, k)
        stopped = two_stage_analysis(design, design.continue_at - 1, design.n1, level=level).interval
        assert stopped.low < p0


@pytest.mark.parametrize(("control", "treated", "alpha"), [(10, 10, 0.05), (8, 12, 0.05), (12, 12, 0.025)])
def test_the_odds_ratio_agrees_with_fisher(control: int, treated: int, alpha: float) -> None:
    """The exact conditional interval of the odds ratio excludes 1 exactly when the one-sided test rejects."""
    needed = two_arm_pilot(control, treated, alpha).min_treated_responders()
    for x, y in product(range(0, control + 1, 2), range(0, treated + 1)):
        table = [[y, treated - y], [x, control - x]]
        low = odds_ratio(table).confidence_interval(confidence_level=1 - 2 * alpha).low
        assert (low >= 1 - 1e-9) == (y >= needed[x]), (x, y)
