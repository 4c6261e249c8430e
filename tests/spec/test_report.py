"""The justification to take away: its numbers, its lines of Python, and that nothing in it can run."""

from __future__ import annotations

import base64
import contextlib
import io
import math
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from trialsim.errors import TrialsimError
from trialsim.facts.pooling import find_arms
from trialsim.facts.population import load_population
from trialsim.facts.responses import load_response
from trialsim.patients.scenario import Scenario
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.randomised import phase_three, randomised_comparisons
from trialsim.power.side_by_side import candidate, enrolled
from trialsim.report import as_html, as_markdown, as_word, justify, write_report
from trialsim.report.beliefs import BELIEF_HEADER, belief_rows, believed
from trialsim.report.lines import reproduce
from trialsim.report.rendering import rows_of
from trialsim.report.words import paragraph

CONTROLS = tuple(arm.key for arm in find_arms("IMACS-2004")[:3])
EVIDENCE = Bench(design="optimal").with_evidence("p0", CONTROLS)
HOSTILE = "</title><script>alert(1)</script> | `x` *y* [z](javascript:1) &amp; ![w](x)"
PATIENTS = Bench(p0_patients=Scenario(), p1_patients=replace(Scenario(), missing_week12=0.0), p1=0.53)
BENCHES = [*(Bench(design=design) for design in DESIGNS), EVIDENCE, PATIENTS, Bench(p0=0.5, p1=0.55)]
BELIEF = Bench(design="bayes", prior_arms=CONTROLS, prior_controls=True)
REASONS = Bench(p0_reason="our clinic, 2015 to 2020", p1_reason="judged by five experts", rescue="non_response")
BENCHES += [
    BELIEF,
    replace(BELIEF, prior_controls=False),
    replace(REASONS, stopped="as_observed"),
    Bench(design="admissible", weight=0.1),
    Bench(p0=0.295),
    *(Bench(design=design, loss=0.10) for design in DESIGNS),
    *(Bench(design=design, sides=2) for design in ("single", "at_hand", "optimal", "precision")),
]


@pytest.mark.parametrize("bench", BENCHES, ids=repr)
def test_the_lines_give_the_numbers_again(bench: Bench) -> None:
    """The lines of Python run as they stand, are few, and print what the report says they print."""
    lines = reproduce(bench)
    assert len(lines.code.splitlines()) <= 10
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(lines.code, "the report", "exec"), {})
    assert printed.getvalue().strip() == lines.prints.strip()
    sized = bench.design not in ("at_hand", "pilot") and bool(bench.loss)
    assert ("# enrolled" in lines.code) == sized
    taken = candidate(bench)
    if taken.tested:
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
    assert ("CHOICE MISSING" in text) == (not bench.rescue or not bench.stopped)
    assert "REASON MISSING" in text or (bench.p0_reason and bench.p1_reason)
    assert "Randomised (ABA-P3 NCT02971683, DM subgroup, week 24), 22 of 40" in text
    if taken.tested:
        assert f"{taken.power:.3f}" in text and ("n is not inflated for losses" in text) == (not bench.loss)
        sided = "one-sided" if bench.sides == 1 else f"two-sided, so {bench.alpha / 2:g} for a higher rate"
        assert f"{taken.attained_alpha:.4f} (allowed: {bench.alpha:g}, {sided})" in text
    else:
        assert "no hypothesis is tested" in text and "success" not in text.lower()


@pytest.mark.parametrize("bench", BENCHES, ids=repr)
def test_no_word_says_more_than_was_done(bench: Bench) -> None:
    """No verdict on evidence, no claim that patients were simulated, no choice that nobody made."""
    text = as_markdown(justify(bench)).replace("\\", "")
    for word in ("patient by patient", "compatible", "further", "medical advice", "ethics committee", "plausible are"):
        assert word not in text
    assert ("counts as no response (composite strategy); the model" in text) == (bench.rescue == "non_response")


@pytest.mark.parametrize("design", DESIGNS)
def test_a_loss_is_enrolled_for_and_said(design: str) -> None:
    """With a loss fewer are analysed than enrolled, and no sentence or table says that everybody is."""
    bench = Bench(design=design, loss=0.10)
    taken, many = candidate(bench), enrolled(bench, candidate(bench))
    text = as_markdown(justify(bench)).replace("\\", "")
    assert many == (20 if design in ("at_hand", "pilot") else math.ceil(taken.n / 0.9))
    assert f"10 %: {many} enrolled, {taken.n} analysed" in text and f"{many} " in paragraph(bench)
    for word in (f"{taken.n} patients are enrolled", "whatever the reason", "full analysis set", "of all enrolled"):
        assert word not in text
    assert "full analysis set" in as_markdown(justify(Bench(design=design)))


def test_the_power_that_is_left_when_the_lost_count() -> None:
    """44 enrolled at 10 % loss: 19 responders or more, each patient at 45 %."""
    left = scipy.stats.binom.sf(18, 44, 0.45)
    said = f"50 % would become 45.0 %, and with 19 or more of 44 the power would be {left:.2f}"
    assert said in paragraph(Bench(loss=0.10))


def test_two_sides_are_half_the_error_each() -> None:
    """47 patients, 21 or more: the smallest exact test with half of 5 % above p0; other designs refuse two sides."""
    taken = candidate(Bench(sides=2))
    size = next(n for n in range(1, 200) if scipy.stats.binom.sf(scipy.stats.binom.isf(0.025, n, 0.3), n, 0.5) >= 0.8)
    assert (taken.n, taken.design.min_responders) == (size, int(scipy.stats.binom.isf(0.025, size, 0.3)) + 1)
    assert "can only show a better rate" in candidate(Bench(sides=2), "optimal").remark
    assert "two-sided" in paragraph(Bench(sides=2)) and "one-sided" not in paragraph(Bench(sides=2))


def test_reasons_and_choices_are_the_investigators() -> None:
    """A reason that was given is printed, one that is missing is said to be; so is what a rescue counts as."""
    text = paragraph(REASONS)
    assert "is assumed to be 30 %. Reason: our clinic, 2015 to 2020." in text
    assert "Reason: judged by five experts." in text and "REASON MISSING" not in text
    assert "before that assessment counts as no response (composite strategy)." in text
    assert "stops the drug before it [CHOICE MISSING" in text
    treated = paragraph(replace(REASONS, rescue="as_observed"))
    assert "is assessed like any other, whatever was added (treatment policy)." in treated
    assert "REASON MISSING: why this gain" in paragraph(EVIDENCE) and "why 29 %" not in paragraph(EVIDENCE)


def test_randomised_differences_are_what_newcombe_gives() -> None:
    """The differences of published randomised comparisons, with the intervals that Newcombe's formula gives."""
    found = {(pair.treated.n, pair.control.n): pair for pair in randomised_comparisons("IMACS-2004")}
    assert found[40, 42].words == "+5.0 points (95 % interval -16.0 to +25.3, Newcombe)"
    assert found[10, 9].words == "+38.9 points (95 % interval -2.9 to +66.8, Newcombe)"
    for (n1, n2), pair in found.items():
        rates, limits = [], []
        for x, n in ((pair.treated.responders, n1), (pair.control.responders, n2)):
            rates.append(x / n)
            limits.append(scipy.stats.binomtest(x, n).proportion_ci(method="wilson"))
        low = np.sqrt((rates[0] - limits[0].low) ** 2 + (limits[1].high - rates[1]) ** 2)
        high = np.sqrt((limits[0].high - rates[0]) ** 2 + (rates[1] - limits[1].low) ** 2)
        difference = rates[0] - rates[1]
        assert tuple(pair.interval) == pytest.approx((difference - low, difference + high), abs=1e-9)


def test_each_named_belief_meets_the_design_taken() -> None:
    """33, 38 and 50 % respond under IMACS-2004, and the rule of 17 of 39 succeeds as the binomial says."""
    bench = Bench(definition="IMACS-2004")
    found = {belief.belief.name: belief for belief in believed(bench)}
    for name, rate in (("sceptical", 0.33), ("neutral", 0.38), ("hopeful", 0.50)):
        assert found[name].rate == pytest.approx(rate, abs=0.0015)
        assert found[name].standard_care == pytest.approx(0.30, abs=0.0015)
        assert found[name].success == pytest.approx(scipy.stats.binom.sf(16, 39, found[name].rate), abs=1e-12)
    rows = {row[0]: row[1:] for table in justify(bench).tables for row in table.rows if table.header == BELIEF_HEADER}
    assert rows["Hopeful (50 % under IMACS-2004)"][3].startswith("what two small studies found")
    (seen,) = (row for name, row in rows.items() if name.startswith("No belief"))
    assert "22 of 40" in seen[0] and "21 of 42" in seen[1] and phase_three().words in seen[3]
    untested = belief_rows(replace(bench, design="precision"))
    assert [row[3] for row in untested] == ["\N{EN DASH}"] * 4


def test_a_planned_rate_wears_the_name_of_its_belief() -> None:
    """50 % is the hopeful rate, wherever it comes from; 45 % has no name, nor has any rate without the drug."""
    assert "called hopeful, what two small studies found" in paragraph(Bench())
    assert "called hopeful" in paragraph(Bench().with_patients())
    assert "called neutral" in paragraph(Bench(p1=0.38)) and "called sceptical" in paragraph(Bench(p1=0.33))
    assert "called" not in paragraph(Bench(p0=0.33, p1=0.45))


def test_the_plan_of_the_brief() -> None:
    """p0 = 0.30, p1 = 0.50, power 0.80: 39 patients, 17 responders, and 0.38 if standard care gives 40 %."""
    text = paragraph(Bench(p0=0.30, p1=0.50, power=0.80))
    assert "39 patients are enrolled in one stage" in text
    assert "response rate of the treated is at most 30 % is rejected if 17 or more respond" in text
    assert "the chance of a success is 0.0500" in text and "the power is 0.832" in text
    assert "if standard care truly gave 40 %, the trial would succeed with a chance of 0.38" in text


def test_evidence_is_cited_and_compared() -> None:
    """A rate from published groups names them, their counts, their interval, and in what they differ."""
    text = paragraph(EVIDENCE)
    for part in ("taken to be 29 %", "53 of 184", "28.8 %", "22.4 % to 35.9 %", "differ from this trial", "Recalled"):
        assert part in text
    assumed = paragraph(replace(EVIDENCE, p0=0.45))
    assert "assumed to be 45 %" in assumed and "that is 16.2 points below p0." in assumed
    assert "that is 1.2 points below p0." in paragraph(replace(EVIDENCE, p0=0.30))
    beyond = "At 35.9 %, the upper limit of the published groups, that chance would be 0.20."
    assert beyond in paragraph(replace(EVIDENCE, p0=0.30))
    randomised = "At 50 %, as in the controls of the closest randomised comparison, at week 24, that chance would be "
    assert f"{randomised}0.83." in paragraph(Bench())
    assert randomised not in paragraph(Bench(p0=0.51, p1=0.7))


def test_groups_that_disagree_are_said_to() -> None:
    """Pooled groups whose rates do not fit together carry that into the paragraph, also as a prior."""
    said = "The groups disagree (20.6 and 50.0 %); the interval ignores differences between studies."
    apart = tuple(arm.key for arm in find_arms("IMACS-2004") if (arm.responders, arm.n) in ((21, 102), (21, 42)))
    bench = Bench().with_evidence("p0", apart)
    pooled = bench.rate("p0").pooled
    assert pooled is not None and (pooled.responders, pooled.n) == (42, 144)
    assert "(exact 95 % interval 21.9 % to 37.3 %)" in paragraph(bench) and said in paragraph(bench)
    prior = paragraph(Bench(design="bayes", prior_arms=apart, prior_controls=True))
    assert (
        said in prior and "patients on placebo or standard care (the belief that the drug adds nothing) (RIM" in prior
    )
    assert "disagree" not in paragraph(Bench().with_evidence("p0", apart[:1]))


def test_rates_that_the_model_was_tuned_to_are_assumed() -> None:
    """From the base case the rates are assumptions; from patients that were changed they are derived."""
    scenarios = (Scenario(), replace(Scenario(), missing_week12=0.1))
    tuned, changed = (Bench(definition="IMACS-2004", scenario=tried).with_patients() for tried in scenarios)
    assert [row[2] for row in justify(tuned).tables[0].rows[1:3]] == ["assumed", "assumed"]
    assert "assumed to be 30 %; the model of patients behind it was tuned to this rate" in paragraph(tuned)
    assert [row[2] for row in justify(changed).tables[0].rows[1:3]] == ["derived", "derived"]
    assert "tuned" not in paragraph(changed)
    other = Bench(definition="IMACS-2004", scenario=replace(Scenario(), drug_effect=0.3)).with_patients()
    assert tuple(rate.tuned for rate in other.rates) == (True, False)
    assert not Bench(definition="TIS-MODERATE").with_patients().rate("p0").tuned


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
    assert load_population().parameters["missing_week12"].label in labels


def test_what_is_put_in_begins_no_cell() -> None:
    """A label of a definition of one's own may have lines; each row of a table keeps its cells."""
    bench = Bench()
    said = {"bench": bench, "taken": candidate(bench), "enrolled": 20, "reviewers": 0.025, "patients": ()}
    rows = rows_of("assumptions.txt.jinja", said | {"rule": load_response("IMACS-2004")})
    lines = replace(load_response("IMACS-2004"), label="a\n--\n|b")
    found = rows_of("assumptions.txt.jinja", said | {"rule": lines})
    assert found[0][1].startswith("a -- |b: ") and found[0][2:] == rows[0][2:] and found[1:] == rows[1:]


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
    assert found.tags.count("svg") == 4 and found.tags.count("table") == len(justify(EVIDENCE).tables) == 12
    assert page == as_html(justify(replace(EVIDENCE, title=HOSTILE)))


def test_markdown_keeps_text_as_text() -> None:
    """What the user typed is escaped, tables keep their columns, and each picture is a whole SVG."""
    text = as_markdown(justify(replace(EVIDENCE, title=HOSTILE)))
    heading = text.splitlines()[0]
    assert not re.search(r"(?<!\\)[<>`*\[\]|]", heading)
    assert unescape(heading.removeprefix("# ").replace("\\", "")) == f"Sample size: {HOSTILE}"
    rows = [line for line in text.splitlines() if line.startswith("|")]
    columns = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert len(set(columns)) <= 8 and min(columns) == 3
    pictures = re.findall(r"data:image/svg\+xml;base64,([^)]+)\)", text)
    assert len(pictures) == 4
    for picture in pictures:
        ElementTree.fromstring(base64.b64decode(picture))


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(content: bytes) -> tuple[ElementTree.Element, list[str]]:
    """The body of a Word document, and its paragraphs as text; every part that is named is there and is XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    named = {part.get("PartName", "").removeprefix("/") for part in parts["[Content_Types].xml"]} - {""}
    assert named | {"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"} == set(parts)
    for folder, rels in (("", "_rels/.rels"), ("word/", "word/_rels/document.xml.rels")):
        assert all(folder + part.get("Target", "") in parts for part in parts[rels])
    styles = {style.get(WORD + "styleId") for style in parts["word/styles.xml"].iter(WORD + "style")}
    body = parts["word/document.xml"]
    assert {style.get(WORD + "val") for style in body.iter(WORD + "pStyle")} <= styles
    return body, ["".join(text.text or "" for text in line.iter(WORD + "t")) for line in body.iter(WORD + "p")]


def test_the_word_file_holds_all_that_is_said() -> None:
    """Every sentence and every cell, what was typed as text, and what is missing marked, nothing else."""
    found = justify(replace(EVIDENCE, title=HOSTILE))
    body, lines = read_word(as_word(found))
    cells = [cell for table in found.tables for row in (table.header, *table.rows) for cell in row]
    wanted = [found.title, found.note, found.paragraph, *cells, *found.limits, *found.references, *found.made_with]
    assert not [text for text in wanted if text not in lines]
    assert lines[0] == f"Sample size: {HOSTILE}"
    assert len(list(body.iter(WORD + "tbl"))) == len(found.tables)
    marked = [run for run in body.iter(WORD + "r") if run.find(f".//{WORD}highlight") is not None]
    texts = ["".join(text.text or "" for text in run.iter(WORD + "t")) for run in marked]
    assert texts and all(re.fullmatch(r"\[[A-Z]+ MISSING.*\]", text) for text in texts)
    assert as_word(found) == as_word(justify(replace(EVIDENCE, title=HOSTILE)))
    done = replace(REASONS, p0_reason="ours", stopped="as_observed")
    assert WORD + "highlight" not in {part.tag for part in read_word(as_word(justify(done)))[0].iter()}


def test_all_files_say_the_same(tmp_path: Path) -> None:
    """Paragraph, versions and seed stand in every file; writing again replaces them."""
    files = write_report(replace(EVIDENCE, seed=5), tmp_path / "mine")
    page, text = (file.read_text(encoding="utf-8") for file in files)
    word = "\n".join(read_word((tmp_path / "mine.docx").read_bytes())[1])
    assert paragraph(EVIDENCE) in Tags(page).text
    for part in ("numpy", "Python", "seed 5", "0.0483"):
        assert part in page and part in text.replace("\\", "") and part in word
    write_report(Bench(), tmp_path / "mine")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.docx", "mine.html", "mine.md"]
    with pytest.raises(TrialsimError, match="path"):
        write_report(Bench(), tmp_path / "none" / "mine")
    with pytest.raises(TrialsimError, match="bench"):
        write_report({}, tmp_path / "mine")  # type: ignore[arg-type]


def test_simulated_trials_agree() -> None:
    """In the check by simulation, exact and simulated lie within a few standard errors, for every design."""
    for bench in BENCHES:
        for table in justify(bench).tables:
            if table.title.startswith("Check of the arithmetic"):
                for row in table.rows:
                    exact, simulated, error = map(float, row[1:])
                    assert abs(exact - simulated) < 4.5 * max(error, 0.0002)
