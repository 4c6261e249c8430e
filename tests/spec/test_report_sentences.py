"""Every sentence and every cell of a justification is read, for every design and every option that changes a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from trialsim.facts.pooling import find_arms
from trialsim.facts.protocol import list_protocols
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, MAX_PATIENTS, RESCUE, STOPPED, Bench
from trialsim.power.side_by_side import candidate, enrolled
from trialsim.report import tables
from trialsim.report.justification import limits
from trialsim.report.lines import reproduce
from trialsim.report.spirit import spirit_rows
from trialsim.report.words import missing, paragraph

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
TREATED = tuple(arm.key for arm in find_arms("IMACS-2004", weeks=(8, 24)) if arm.role == "abatacept")[:1]
ANSWERED: dict[str, Any] = {
    "p0_reason": "the rate of our own clinic, 2015 to 2020.", "p1_reason": "judged by five experts",
    "rescue": "non_response", "stopped": "as_observed", "title": "A trial",
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    "as it begins": {},
    "loss": {"loss": 0.13, "rescue": "as_observed"},
    "two sides": {"sides": 2, "alpha": 0.1},
    "answered": ANSWERED,
    "from evidence": {"p0": 0.21, "p0_arms": CONTROLS, "p1_arms": TREATED, "stopped": "non_response"},
    "a prior": {"prior_arms": TREATED, "prior_weight": 0.35, "cutoff": 0.9},
    "a robust prior": {"prior_arms": TREATED, "prior_flat": 0.3},
    "controls as prior": {"prior_arms": CONTROLS, "prior_controls": True},
    "strict": {"alpha": 0.025, "power": 0.9, "p0": 0.295, "p1": 0.505},
    "too close": {"p0": 0.5, "p1": 0.55},
    "far apart": {"p0": 0.02, "p1": 0.97, "n": 4},
    "unused": {"weight": 0.1, "half_width": 0.2, "narrow": 0.9, "cutoff": 0.8, "seed": 5},
    "from patients": {"p0_patients": Scenario(), "p1_patients": Scenario(missing_week12=0.0), "p1": 0.53, "loss": 0.2},
    "another trial": {"protocol": list_protocols()[0], "definition": "TIS-MAJOR", "n": 33},
}  # fmt: skip
_BROKEN = re.compile(
    r"\bNone\b(?! found)|\bnan\b|\binf\b|\bTrue\b(?! response)|\bFalse\b|[{}<]|(?<!p )(?<!rate )>|  |\(\)"
    r"| [,.;:)]|\.\.|,,|;;|;\.|\( |[,;:]$|\d\.\d{7}"
)
"""What no text of a report may hold: a value that is none, a gap, what a template left behind, a rate of ten digits."""

DEAR = ("from patients", "another trial")
"""Options that take seconds of integration."""


def cases(options: Iterable[str], *places: int) -> list[Any]:
    """Each design with each option; by default each option and each design once or more, all of them when asked for."""
    found = []
    for at, option in enumerate(options):
        for place, design in enumerate(DESIGNS):
            often = option not in DEAR and (place - at) % len(DESIGNS) in places
            found.append(pytest.param(design, option, marks=() if often else pytest.mark.slow))
    return found


def texts(bench: Bench) -> Iterator[str]:
    """All that the justification says, but for pictures and code."""
    yield paragraph(bench)
    yield from limits(bench)
    for table in tables.all_tables(bench):
        yield table.title
        for row in (table.header, *table.rows):
            assert len(row) == len(table.header)
            yield from row


@pytest.fixture(autouse=True)
def _without_beliefs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of the named beliefs take seconds: they are read where all is, and in the tests of the report."""
    if not request.node.get_closest_marker("slow"):
        monkeypatch.setattr(tables, "belief_rows", lambda bench: ())


@pytest.mark.parametrize(("design", "option"), cases(OPTIONS, 0))
def test_every_sentence_can_be_read(design: str, option: str) -> None:
    """No value that is none, no gap, no leftover of a template, whole sentences; what is missing is asked for."""
    bench = Bench(design=design, **OPTIONS[option])
    said = list(texts(bench))
    for text in said:
        assert text.strip() == text and text, text
        broken = _BROKEN.search(text.replace("p <= ", ""))
        assert not broken, f"{broken}: {text}"
        assert text.count("(") == text.count(")") and text.count("[") == text.count("]"), text
    for sentence in re.split(r"(?<=[^.]\.) (?=[A-Z\[])", said[0]):
        assert re.match(r"[A-Z\d\[]|p[01] ", sentence) and sentence.endswith((".", ".]")), sentence
    lacks = len(missing(bench))
    assert said[0].count("MISSING") == lacks
    assert ("MISSING" in " ".join(said)) == bool(lacks)


@pytest.mark.parametrize(("design", "option"), cases(("as it begins", "loss", "from evidence", "strict"), 0, 4))
def test_every_number_of_patients_is_the_designs(design: str, option: str) -> None:
    """Paragraph, assumptions, comparison of the designs and checklist name the same n, errors and rates."""
    bench = Bench(design=design, **OPTIONS[option])
    taken, text = candidate(bench), paragraph(bench)
    found = {table.title.split(",")[0]: table for table in tables.all_tables(bench)}
    rates = {row[0]: row[1] for row in found["Assumptions"].rows}
    (row,) = (row for row in found["Designs side by side"].rows if row[0].endswith("(taken)"))
    assert row[1] == str(taken.n) and f"{taken.n}" in text
    for name, value in (("without the drug (p0)", bench.p0), ("that is worth finding (p1)", bench.p1)):
        assert rates[f"Response rate {name}"] == f"{100 * value:g} %" and f"{100 * value:g} %" in text
    if taken.tested:
        assert row[3:5] == (f"{taken.attained_alpha:.4f}", f"{taken.power:.4f}")
        assert f"{taken.attained_alpha:.4f}" in text and f"{taken.power:.3f}" in text
    checklist = {row[0].split()[0]: row[2] for row in spirit_rows(bench)}
    assert f"{taken.n} patients analysed, {enrolled(bench, taken)} enrolled" in checklist["14"]
    lines = reproduce(bench)
    assert repr(taken.design) in lines.prints
    allowed = {taken.n, enrolled(bench, taken), taken.design.pauses_after, bench.n, MAX_PATIENTS}
    if design == "pilot":
        allowed |= {taken.design.n_control, taken.design.n_treated}
        allowed |= {int(many) for many in re.findall(r"takes (\d+) patients", text)}
    own = text.partition("p1 stands")[2]
    assert {int(many) for many in re.findall(r"(?<![\d.])(\d+) patients", own)} <= allowed | {
        int(bench.prior_of_groups.effective_n)
    }


def test_each_choice_of_the_estimand_is_said() -> None:
    """Every answer that can be given stands in the paragraph and in the table of the estimand, under its attribute."""
    for rescue in RESCUE:
        for stopped in STOPPED:
            bench = replace(Bench(), rescue=rescue, stopped=stopped)
            (table,) = (table for table in tables.all_tables(bench) if table.title.startswith("Estimand"))
            rows = dict(row[:2] for row in table.rows)
            five = ("Treatment", "Population", "Variable (endpoint)", "Population-level summary")
            assert all(rows[name] for name in five)
            for event, chosen, words in (("rescue", rescue, RESCUE), ("stopping", stopped, STOPPED)):
                (cell,) = (rows[name] for name in rows if name.startswith(f"Intercurrent event: {event}"))
                assert cell.startswith(words[chosen] if chosen else "[CHOICE MISSING]")
                assert (words[chosen] in paragraph(bench)) or not chosen
            assert ("still missing" in dict(row[::2] for row in spirit_rows(bench))["20c Who is analysed"]) == (
                not rescue or not stopped
            )


def test_what_does_not_belong_to_a_design_is_not_said_of_it() -> None:
    """No alpha and no power where nothing is tested, no prior twice, and a cut-off that is used where another is."""
    untested = list(texts(Bench(design="precision")))
    assert not [text for text in untested if re.search(r"alpha\)|\(power\)|alpha 0.025, one-sided|p0 40 %", text)]
    assert [text for text in texts(Bench()) if "(alpha)" in text or "alpha 0.025, one-sided" in text]
    for prior in ({}, {"prior_arms": TREATED}, {"prior_arms": TREATED, "prior_flat": 0.3}):
        bench = Bench(design="bayes", **prior)
        beliefs = [row[0].partition(": ")[2] for row in tables.prior_rows(bench)]
        assert len(set(beliefs)) == len(beliefs) and all(belief.count("Beta(1, 1)") < 2 for belief in beliefs)
        (cutoff,) = (row[1] for row in tables.all_tables(bench)[0].rows if row[0].startswith("Posterior"))
        used = candidate(bench).design.cutoff
        assert (
            (cutoff == "0.95") == (used == 0.95) and f"{used:g}" in cutoff and f"exceeds {used:g}" in paragraph(bench)
        )


def test_who_is_analysed_is_said_without_contradiction() -> None:
    """Whoever counts as no response needs no assessment; of two stages the loss may take fewer patients."""
    for rescue, stopped, counts in (("", "", 0), ("as_observed", "as_observed", 0), ("as_observed", "non_response", 1)):
        bench = Bench(loss=0.1, design="optimal", rescue=rescue, stopped=stopped)
        (estimand,) = (table for table in tables.all_tables(bench) if table.title.startswith("Estimand"))
        assert dict(row[:2] for row in estimand.rows)["Analysis set"].endswith("an event above") == bool(counts)
        text = paragraph(bench)
        assert text.count("is not analysed, unless counted as no response below.") == counts
        assert text.count("is not analysed.") == 1 - counts and "up to 52 patients are enrolled" in text
    assert "with a loss of 10 % 18 of them can be analysed." in paragraph(Bench(loss=0.1, design="at_hand"))
