"""The justification to take away: its numbers, its lines of Python, and that nothing in it can run."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.pooling import find_arms
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.side_by_side import candidate
from trialsim.report import as_html, as_markdown, justify, write_report
from trialsim.report.lines import reproduce
from trialsim.report.words import paragraph

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
EVIDENCE = Bench(design="optimal").with_evidence("p0", CONTROLS)
HOSTILE = "</title><script>alert(1)</script> | `x` *y* [z](javascript:1) &amp; ![w](x)"
PATIENTS = Bench(p0_patients=Scenario(), p1_patients=replace(Scenario(), missing_week12=0.0), p1=0.53)
BENCHES = [*(Bench(design=design) for design in DESIGNS), EVIDENCE, PATIENTS, Bench(p0=0.5, p1=0.55)]
BENCHES += [Bench(design="bayes", prior_arms=CONTROLS), Bench(design="admissible", weight=0.1), Bench(p0=0.295)]


@pytest.mark.parametrize("bench", BENCHES, ids=repr)
def test_the_lines_give_the_numbers_again(bench: Bench) -> None:
    """The lines of Python run as they stand, are few, and print what the report says they print."""
    lines = reproduce(bench)
    assert len(lines.code.splitlines()) <= 10
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(lines.code, "the report", "exec"), {})
    assert printed.getvalue().strip() == lines.prints.strip()
    taken = candidate(bench)
    if taken.found and taken.design is not None:
        assert str(round(taken.power, 4)) in lines.prints and repr(taken.design) in lines.prints


@pytest.mark.parametrize("bench", BENCHES, ids=repr)
def test_the_paragraph_stands_alone(bench: Bench) -> None:
    """One paragraph with the outcome, both rates, the size, the rule, both errors, and what happens if p0 is wrong."""
    text, taken = paragraph(bench), candidate(bench)
    assert "\n" not in text and "week 12" in text and "  " not in text
    assert f"{100 * bench.p0:g} %" in text and f"{100 * bench.p1:g} %" in text
    if not taken.found:
        assert taken.remark in text
        return
    assert str(taken.n) in text and "added nothing" in text
    assert "rescue, or a raised steroid or immunosuppressant" in text
    assert "exact 95 % interval" in text or "Koyama" in text
    if taken.tested:
        assert f"{taken.power:.3f}" in text and "had no assessment (failures)" in text
    else:
        assert "no hypothesis is tested" in text and "success" not in text.lower().replace("successes", "")


def test_the_plan_of_the_brief() -> None:
    """p0 = 0.30, p1 = 0.50, power 0.80: 39 patients, 17 responders, and 0.38 if standard care gives 40 %."""
    text = paragraph(Bench(p0=0.30, p1=0.50, power=0.80))
    assert "39 patients are enrolled in one stage" in text
    assert "The hypothesis that the response rate is at most 30 % is rejected if 17 or more respond" in text
    assert "the chance of this is 0.0500" in text and "the power is 0.832" in text
    assert "if standard care truly gave 40 %, the trial would succeed with a chance of 0.38" in text


def test_evidence_is_cited_and_compared() -> None:
    """A rate from published groups names them, their counts, their interval, and in what they differ."""
    text = paragraph(EVIDENCE)
    for part in ("taken to be 29 %", "53 of 184", "28.8 %", "22.4 % to 35.9 %", "differ from this trial", "Recalled"):
        assert part in text
    assumed = paragraph(replace(EVIDENCE, p0=0.45))
    assert "assumed to be 45 %" in assumed and "not compatible" in assumed
    assert "which is compatible with it" in paragraph(replace(EVIDENCE, p0=0.30))


def test_groups_that_disagree_are_said_to() -> None:
    """Pooled groups whose rates do not fit together carry that into the paragraph, also as a prior."""
    said = "The groups disagree (20.6 and 50.0 %); the interval ignores differences between studies."
    apart = tuple(arm.key for arm in find_arms("IMACS-2004") if (arm.responders, arm.n) in ((21, 102), (21, 42)))
    bench = Bench().with_evidence("p0", apart)
    assert bench.p0_pooled is not None and (bench.p0_pooled.responders, bench.p0_pooled.n) == (42, 144)
    assert "(exact 95 % interval 21.9 % to 37.3 %)" in paragraph(bench) and said in paragraph(bench)
    prior = paragraph(Bench(design="bayes", prior_arms=apart))
    assert said in prior and "patients on placebo or standard care (RIM" in prior
    assert "disagree" not in paragraph(Bench().with_evidence("p0", apart[:1]))


def test_rates_that_the_model_was_tuned_to_are_assumed() -> None:
    """From the base case the rates are assumptions; from patients that were changed they are derived."""
    scenarios = (Scenario(), replace(Scenario(), missing_week12=0.1))
    tuned, changed = (Bench(scenario=one).with_patients() for one in scenarios)
    assert [row[2] for row in justify(tuned).tables[0].rows[1:3]] == ["assumed", "assumed"]
    assert "assumed to be 30 %; the model of patients behind it was tuned to this rate" in paragraph(tuned)
    assert [row[2] for row in justify(changed).tables[0].rows[1:3]] == ["derived", "derived"]
    assert "tuned" not in paragraph(changed)
    other = Bench(scenario=replace(Scenario(), drug_effect=0.3)).with_patients()
    assert (other.tuned("p0"), other.tuned("p1")) == (True, False)
    assert not Bench(definition="TIS-MODERATE").with_patients().tuned("p0")


def test_two_stages_pause() -> None:
    """The expected size is said to need a pause after the first stage, of so many patients as the design has."""
    bench = Bench(design="optimal")
    text, design = paragraph(bench), candidate(bench).design
    assert f"Enrolment pauses until the last of the first {design.n1} patients has reached week 12" in text  # type: ignore[union-attr]


def test_two_arms_say_what_they_cost() -> None:
    """Beside Fisher's power stand that of Boschloo's test and the size that the wanted power takes."""
    text = paragraph(Bench(design="pilot"))
    assert "Boschloo's exact test would reach 0.214 with the same patients (0.040 if 30 %" in text
    assert "By Fisher's test a power of 0.8 takes 168 patients, 84 in each arm." in text
    assert "takes more than 200 patients" in paragraph(Bench(design="pilot", p0=0.5, p1=0.55))


def test_every_assumption_has_a_basis_and_a_source() -> None:
    """No cell of the table of assumptions is empty, and each basis is one of the four words."""
    for bench in BENCHES:
        table = justify(bench).tables[0]
        for row in table.rows:
            assert all(cell.strip() for cell in row) and row[2] in ("read", "recalled", "derived", "assumed"), row
    labels = [row[0] for row in justify(PATIENTS).tables[0].rows]
    assert "No week 12 visit" in labels


class Tags(HTMLParser):
    """Collects tags, attributes and visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_needs_nothing_and_runs_nothing() -> None:
    """No script, no handler, no address that is fetched; what the user typed stays text; the pictures are inside."""
    page = as_html(justify(replace(EVIDENCE, title=HOSTILE)))
    found = Tags(page)
    assert not {"script", "iframe", "object", "embed", "link", "img", "foreignobject", "a", "base"} & set(found.tags)
    for name, value in found.attributes:
        assert not name.startswith("on")
        if name in ("src", "href", "xlink:href"):
            assert str(value).startswith("#")
    assert "url(" not in re.sub(r"url\(#", "", page)
    assert HOSTILE in found.text
    assert found.tags.count("svg") == 4 and found.tags.count("table") == 5
    assert page == as_html(justify(replace(EVIDENCE, title=HOSTILE)))


def test_markdown_keeps_text_as_text() -> None:
    """What the user typed is escaped, tables keep their columns, and each picture is a whole SVG."""
    text = as_markdown(justify(replace(EVIDENCE, title=HOSTILE)))
    heading = text.splitlines()[0]
    assert not re.search(r"(?<!\\)[<>`*\[\]|]", heading)
    assert unescape(heading.removeprefix("# ").replace("\\", "")) == unescape(f"Sample size: {HOSTILE}")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    columns = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert len(set(columns)) <= 5 and min(columns) >= 5
    pictures = re.findall(r"data:image/svg\+xml;base64,([^)]+)\)", text)
    assert len(pictures) == 4
    for picture in pictures:
        ElementTree.fromstring(base64.b64decode(picture))


def test_both_files_say_the_same(tmp_path: Path) -> None:
    """Paragraph, versions and seed stand in both files; writing again replaces them."""
    files = write_report(replace(EVIDENCE, seed=5), tmp_path / "mine")
    page, text = (file.read_text(encoding="utf-8") for file in files)
    assert paragraph(EVIDENCE) in Tags(page).text
    for part in ("numpy", "Python", "seed 5", "0.0483"):
        assert part in page and part in text.replace("\\", "")
    write_report(Bench(), tmp_path / "mine")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.html", "mine.md"]
    with pytest.raises(TrialsimError, match="path"):
        write_report(Bench(), tmp_path / "none" / "mine")
    with pytest.raises(TrialsimError, match="bench"):
        write_report({}, tmp_path / "mine")  # type: ignore[arg-type]


def test_simulated_trials_agree() -> None:
    """In the check by simulation, exact and simulated lie within a few standard errors, for every design."""
    for bench in BENCHES:
        for table in justify(bench).tables:
            if table.title.startswith("Check by"):
                for row in table.rows:
                    exact, simulated, error = map(float, row[1:])
                    assert abs(exact - simulated) < 4.5 * max(error, 0.0002)
