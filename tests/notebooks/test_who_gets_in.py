"""Lesson 01: its surprises, its panels at every end, its checks, the five patients, its prose."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import nbformat
import numpy as np
import pandas as pd
import pytest

from tests.notebooks.replying import every_reply
from tests.notebooks.sweeping import sweep
from trialsim.errors import TrialsimError
from trialsim.exchange.work import write_work
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.core_set import core_set
from trialsim.facts.misconceptions import misconceptions
from trialsim.facts.variation import limits_of
from trialsim.lessons import who_gets_in as lesson
from trialsim.lessons.who_gets_in.activity_panels import activity_panel, least_ill
from trialsim.lessons.who_gets_in.candidate_panels import candidate_panel
from trialsim.lessons.who_gets_in.classification_panels import SKIN_ONLY, classification_panel, classify
from trialsim.lessons.who_gets_in.criteria_wording import LIMITS, gate_names, limit_value, readings, record, worded
from trialsim.lessons.who_gets_in.five_candidates import ANSWERS, compare, deal
from trialsim.lessons.who_gets_in.forty_candidates import (
    FIRST_SEED,
    SIZE,
    ck_multiples,
    forty,
    many,
    many_ck,
    many_eligible,
    median,
    muscle_is_well,
    out_by_limit_alone,
    scale,
    screened,
    verdicts,
)
from trialsim.lessons.who_gets_in.forty_panels import forty_panel
from trialsim.lessons.who_gets_in.limit_panels import kept_out, limit_panel
from trialsim.lessons.who_gets_in.patient_facts import MAX_CHART_WORDS, chart_words, facts_of
from trialsim.lessons.who_gets_in.questions import new_candidate
from trialsim.lessons.who_gets_in.screening_by_hand import five_by_hand
from trialsim.patients.cohort import Cohort, generate_cohort
from trialsim.rules.classification import bohan_peter, cadm
from trialsim.rules.eligibility import needed_facts, screen
from trialsim.widgets.by_hand import ByHand
from trialsim.widgets.panel import Panel
from trialsim.widgets.question import Question

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "01_who_gets_in.ipynb"


def shown(word: str, sentence: str) -> list[str]:
    """The candidates that a sentence names after a word."""
    found = re.search(rf"{word} \d+: ((?:P\d{{5}}(?:, )?)+)", sentence)
    return found[1].split(", ") if found else []


# ---- the surprises ---------------------------------------------------------------------------------------------------
def test_the_limit_keeps_out_the_most_active_muscle() -> None:
    """Those whom the limit for ALT and AST alone keeps out have many times the CK of the eligible."""
    enters, out = many_ck()
    assert out is not None and limit_panel().found is kept_out and kept_out() == "muscle"
    assert out.value - 4 * out.standard_error > 3 * (enters.value + 4 * enters.standard_error)
    ck, alone = ck_multiples(forty().arrays), out_by_limit_alone()
    enter = np.array([verdict == "in" for verdict in verdicts(screened())])
    assert np.median(ck[alone]) > 3 * np.median(ck[enter])
    assert f"keeps out it is {out.value:.1f} x ULN" in limit_panel().view().sentence


def test_the_guess_about_the_limit_stands_in_its_picture() -> None:
    """Above the axes, where the picture has room for it."""
    picture = limit_panel().view(prediction="liver").picture
    found = re.search(r' y="([-\d.]+)"[^>]*>you: mostly', picture.layer)
    assert found and 9 < float(found[1]) < picture.height


def test_relaxing_the_limit_names_who_comes_in() -> None:
    """Each wider limit lets more of the forty in, and the sentence names exactly those, with their CK."""
    before = set(screened().eligible)
    sizes = []
    for limit in ("3", "5", "none"):
        came = [subjid for subjid in screened(1, limit).eligible if subjid not in before]
        sentence = limit_panel().view(limit=limit).sentence
        assert shown("lets in", sentence) == came
        ck = ck_multiples(forty().arrays)[[int(subjid[1:]) - 1 for subjid in came]]
        assert all(f"{value:.1f}" in sentence for value in ck)
        sizes.append(len(came))
    assert 0 < sizes[0] < sizes[1] <= sizes[2]
    shares = [many_eligible(limit).sum() for limit in ("record", "3", "5", "none")]
    assert shares == sorted(set(shares)), "among the many each wider limit lets more in; few are above 5 x ULN"


def test_nobody_is_asked_to_be_ill() -> None:
    """One of the forty is eligible without any muscle disease; so do some of the many."""
    place = least_ill()
    assert place is not None and muscle_is_well(forty())[place]
    assert forty().ids[place] in screened().eligible
    assert scale(forty(), "PHGA")[place] < 2
    assert f"{forty().ids[place]} is eligible" in activity_panel().view().sentence
    share = muscle_is_well(many())[many_eligible()].mean()
    assert 0.05 < share < 0.15
    assert f"{100 * share:.1f} % of those who are eligible" in activity_panel().view().sentence


@pytest.mark.parametrize(("reading", "word"), [("tuberculosis=either", "shuts out"), ("hepatitis=both", "lets in")])
def test_things_to_try_move_somebody(reading: str, word: str) -> None:
    """The two readings that the text proposes move somebody of the first forty, one way only."""
    now, then = set(screened().eligible), set(screened(1, "record", reading).eligible)
    moved = now - then if word == "shuts out" else then - now
    assert moved and not (then - now if word == "shuts out" else now - then)
    assert set(shown(word, forty_panel().view(reading=reading).sentence)) == moved


def test_first_forty_have_someone_undecided() -> None:
    """Among the first forty somebody cannot be decided, and the sentence says at which criterion."""
    n_open = verdicts(screened()).count("open")
    assert n_open
    places = ", ".join([r"P\d{5} at [IE]\d"] * n_open)
    said = rf"{n_open} cannot be decided: a result is missing \({places}\)"
    assert re.search(said, forty_panel().view().sentence)


# ---- the panels ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("panel", lesson.PLAN.all_panels(), ids=lambda panel: panel.title)
def test_every_control_at_its_ends(panel: Panel) -> None:
    """Every control moves to both ends, changes what is shown, and refuses bad values in words."""
    views = sweep(panel)
    assert all("assumed" in view.source.lower() for view in views)


@pytest.mark.parametrize("reading", readings())
@pytest.mark.parametrize("limit", LIMITS)
def test_every_wording_is_counted_as_the_engine_counts(limit: str, reading: str) -> None:
    """Counts in the sentence are those of the screening, and so are those among the many."""
    screening = screened(2, limit, reading)
    if limit == "record":
        sentence = forty_panel().view(reading=reading, draw=2).sentence
        assert f"{len(screening.eligible)} of these {SIZE} are eligible" in sentence
    if reading == "as read":
        among_many = f"{100 * many_eligible(limit).mean():.1f} % are eligible"
        assert among_many in limit_panel().view(limit=limit, draw=2).sentence
    assert screening.attrition["n_after"].iloc[-1] == len(screening.eligible)
    some = many().only(many().ids[:500].tolist())
    assert many_eligible(limit, reading)[:500].sum() == len(screen(some, worded(limit, reading)).eligible)


def test_prediction_stays_in_the_picture() -> None:
    """What was predicted stands in every later picture and in the sentence."""
    view = forty_panel().view(prediction=25, reading="hepatitis=both")
    assert "you: 25 eligible" in view.picture.layer and "(you guessed 25)" in view.sentence
    assert "You guessed: mostly people with a sick liver" in limit_panel().view(prediction="liver", limit="5").sentence


def test_candidates_keep_their_places() -> None:
    """Another wording moves no number: the picture's standing part is the same."""
    panel = forty_panel()
    assert panel.view().picture.base == panel.view(reading="hepatitis=both", draw=3).picture.base


def test_draw_without_anyone_let_in_is_said() -> None:
    """Where a reading moves nobody of the forty, the sentence says so."""
    for reading in readings():
        for draw in range(1, 4):
            if reading != "as read" and screened(draw, "record", reading).eligible == screened(draw).eligible:
                assert "moves none of these" in forty_panel().view(reading=reading, draw=draw).sentence
                return
    pytest.fail("every reading moves somebody in every draw")


def test_card_tells_what_decided() -> None:
    """The card begins with somebody whom only ALT or AST keeps out; with no limit, the same one is eligible."""
    panel = candidate_panel()
    first = panel.default["who"]
    assert out_by_limit_alone()[first - 1]
    assert re.search(r"is not eligible, because of E3 .*A[LS]T [\d.]+ x ULN is above 2", panel.view().sentence)
    assert "is eligible: all 4 inclusion criteria" in panel.view(limit="none").sentence
    unsure = verdicts(screened()).index("open") + 1
    assert "until the result is there" in panel.view(who=unsure).sentence
    assert all(name in panel.view().alt for name in gate_names())


def test_asking_for_activity_counts_who_is_left() -> None:
    """A requirement leaves those who meet it, a value on the line included."""
    enters = np.array([verdict == "in" for verdict in verdicts(screened())])
    mmt8 = scale(forty(), "MMT8")
    for asked in (110, 135, 145):
        left = int((enters & (mmt8 <= asked)).sum())
        assert f"would leave {left} of the {enters.sum()} eligible" in activity_panel().view(mmt8=asked).sentence
    assert activity_panel().view(phga=6.0).sentence.startswith("Asking for a physician global of at least 6 cm")


def test_classifications_are_the_rules() -> None:
    """Levels and labels of the forty are those of the rules, and INCL01 takes exactly what the record says."""
    first_gate = {row.SUBJID: row.met for row in screened().verdicts.query("IETESTCD == 'INCL01'").itertuples()}
    for patient in classify():
        if not patient.unsure:
            assert first_gate[patient.subjid] == (
                patient.bohan_peter in ("probable", "definite") or patient.skin_and_muscle in SKIN_ONLY
            )
    disagree = lesson.disagreements().frame
    assert not disagree.empty
    assert set(disagree["candidate"]) == {
        patient.subjid
        for patient in classify()
        if (patient.bohan_peter in ("probable", "definite")) != (patient.eular_acr in ("probable", "definite"))
    }


def test_one_more_skin_sign_moves_the_amyopathic() -> None:
    """With Gottron's sign alone some amyopathic patients are missed by EULAR/ACR; with heliotrope as well none is."""

    def missed(signs: str) -> int:
        return sum(
            patient.skin_and_muscle in SKIN_ONLY and patient.eular_acr not in ("probable", "definite")
            for patient in classify(1, signs)
        )

    assert missed("sign") > 0 == missed("both")
    clash = classification_panel().view(signs="gottron")
    assert "Score and probability give" in clash.sentence
    changed = classification_panel().view(signs="gottron", rule="probability")
    assert changed.picture != clash.picture
    source = classification_panel().view().source
    assert "unverified" in source and "assumed" in source.lower()


# ---- exact and simulated --------------------------------------------------------------------------------------------
def test_simulation_agrees_with_probability() -> None:
    """The counted shares of the infection clauses lie within four standard errors of the computed ones."""
    table = lesson.exact_beside_simulated().frame
    exact, counted, error = (table[column] for column in table.columns)
    assert ((exact - counted).abs() <= 4 * error + 0.01).all()


def test_by_either_test_about_a_third_would_go() -> None:
    """As the reply to one positive test and the reason for the reading say: a third, by probability."""
    table = lesson.exact_beside_simulated().frame
    assert table.loc["PPD or T-SPOT", "by probability, %"] == pytest.approx(100 / 3, abs=2)
    (why,) = (reading.why for reading in record().readings if reading.name == "tuberculosis")
    assert "by either test about a third of the simulated candidates" in why
    assert "either, about a third of the candidates here" in misconceptions()["one-test-is-both"].reply


def test_standard_error_of_a_median() -> None:
    """Medians of many samples spread as the standard error of one says."""
    draws = np.random.Generator(np.random.PCG64(1)).lognormal(size=(400, 301))
    medians = [median(row) for row in draws]
    spread = np.std([estimate.value for estimate in medians])
    assert np.mean([estimate.standard_error for estimate in medians]) == pytest.approx(spread, rel=0.15)


# ---- the checks ------------------------------------------------------------------------------------------------------
def questions() -> list[Question]:
    """All questions, the second as several learners get it."""
    numbers = [lesson.PLAN.question("apply", number) for number in range(9)]
    return [lesson.PLAN.question("recall"), lesson.PLAN.question("diagnose"), *numbers]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_checks_reply(question: Question) -> None:
    """The computed key is right, nothing is empty, nonsense is refused, and each named idea gets its own reply."""
    every_reply(question)
    assert {misconceptions()[wrong.misconception].lesson for wrong in question.wrong} == {"01"}


def test_all_misconceptions_of_the_lesson_can_be_met() -> None:
    """Each misconception filed under lesson 01 is behind some wrong answer of the checks."""
    met = {wrong.misconception for question in questions() for wrong in question.wrong}
    assert met == {key for key, idea in misconceptions().items() if idea.lesson == "01"}


def test_apply_has_three_kinds_of_candidates() -> None:
    """Neighbours get different candidates, and the three verdicts all occur; a number that is none is refused."""
    picked = [new_candidate(number) for number in range(9)]
    assert len({patient.subjid for patient in picked}) == 9
    assert not {patient.subjid for patient in picked} & set(forty().ids), (
        "a new candidate has the name of one of the forty"
    )
    assert [patient.verdict for patient in picked[:3]] == ["open", "in", "out"]
    with pytest.raises(TrialsimError, match="number"):
        lesson.PLAN.question("apply", -1)


def test_apply_key_is_the_screening() -> None:
    """The key of a new candidate is what `screen` says of that candidate's whole record."""
    for number in range(6):
        candidate = new_candidate(number)
        screening = screen(many().only([candidate.subjid]), record())
        assert (candidate.subjid in screening.eligible) == (candidate.verdict == "in")


# ---- five by hand ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", range(12))
def test_five_are_dealt(number: int) -> None:
    """Every number deals five different patients: one or two are eligible, one cannot be decided, the rest fail."""
    dealt = deal(number)
    found = [patient.verdict for patient in dealt]
    assert len({patient.name for patient in dealt}) == len({patient.facts for patient in dealt}) == 5
    assert found.count("in") == 1 + number % 2 and found.count("open") == 1
    failing = [patient.decisive[0].name for patient in dealt if patient.verdict == "out"]
    assert len(set(failing)) == len(failing) >= 2
    assert all(len(patient.points) == 11 for patient in dealt)
    assert all(chart_words(patient.facts) <= MAX_CHART_WORDS for patient in dealt if patient.verdict != "open")


def test_neighbours_have_different_patients() -> None:
    """No two of the first numbers share a patient."""
    facts = [patient.facts for number in range(8) for patient in deal(number)]
    assert len(set(facts)) == len(facts)


def test_agreement_and_disagreement_are_explained() -> None:
    """Who agrees is told why; who differs gets the decisive criterion, and the idea that may be behind it."""
    patients = deal(1)
    right = compare(patients, {patient.name: patient.verdict for patient in patients})
    assert all(verdict.agrees and not verdict.misconception for verdict in right)
    everyone_in = {
        patient.name: found
        for patient, found in zip(patients, compare(patients, dict.fromkeys("ABCDE", "in")), strict=True)
    }
    for patient in patients:
        found = everyone_in[patient.name]
        assert found.agrees == (patient.verdict == "in")
        if not found.agrees:
            assert all(point.name in found.text and point.reason in found.text for point in patient.decisive)
    met = {found.misconception for found in everyone_in.values()}
    assert {"unknown-is-no", "liver-enzymes-mean-liver"} <= met
    unsure = compare(patients, dict.fromkeys("ABCDE", "open"))
    assert "unknown-decides-nothing" in {verdict.misconception for verdict in unsure}


@pytest.mark.parametrize(
    ("answers", "said"), [({"F": "in"}, "patient: got 'F'"), ({"A": "perhaps"}, "verdict on patient A: got 'perhaps'")]
)
def test_five_refuse_what_is_no_verdict(answers: dict[str, str], said: str) -> None:
    """A patient that was not dealt and a verdict that is none are refused in words."""
    with pytest.raises(TrialsimError, match=re.escape(said)):
        compare(deal(1), answers)


def test_widget_deals_compares_and_refuses() -> None:
    """The widget keeps what was said by number, finds it again, and refuses a number that is none."""
    widget = ByHand(five_by_hand(), 3)
    replies: list[Any] = []
    widget.send = lambda content, buffers=None: replies.append(content)  # type: ignore[method-assign]
    widget._answer(widget, {"id": 0, "kind": "say", "answers": {"A": "in"}}, [])
    assert widget.answers == {"A": "in"} and widget.compared == {} and replies[-1]["said"] == 1
    widget._answer(widget, {"id": 1, "kind": "compare", "answers": {"A": "in", "B": "out"}, "card": "B"}, [])
    assert list(replies[-1]["compared"]["cards"]) == ["B"], "the reply to one gives away another"
    assert replies[-1]["compared"]["summary"].endswith("4 are not compared yet.")
    widget._answer(widget, {"id": 1, "kind": "compare", "answers": {"A": "in", "B": "out"}, "card": "A"}, [])
    assert sorted(replies[-1]["compared"]["cards"]) == ["A", "B"]
    assert widget.answers == {"A": "in", "B": "out"}
    seen = widget.compared
    widget._answer(widget, {"id": 2, "kind": "compare", "answers": {"A": "in", "B": "out"}, "card": "C"}, [])
    assert "verdict on patient C: got none" in replies[-1]["refused"] and widget.compared == seen
    widget._answer(widget, {"id": 3, "kind": "deal", "number": " 4 "}, [])
    assert (replies[-1]["dealt"], widget.number, widget.answers, widget.compared) == (4, 4, {}, {})
    assert list(widget.kept) == ["3"]
    for bad in ("x", "", "-1", "1.5", "99999999999"):
        widget._answer(widget, {"id": 4, "kind": "deal", "number": bad}, [])
        assert "Your number" in replies[-1]["refused"] and widget.number == 4
    for kind in ("say", "compare"):
        widget._answer(widget, {"id": 5, "kind": kind, "answers": {"A": "perhaps"}, "card": "A"}, [])
        assert "verdict on patient A" in replies[-1]["refused"]
    widget.deal(3)
    assert widget.answers == {"A": "in", "B": "out"} and widget.compared == seen
    assert widget.fault == ""


def test_verdicts_are_kept_by_the_lesson(tmp_path: Path) -> None:
    """What was said of the five comes back with the lesson; one number deals them and picks the new candidate."""
    first = lesson.begin(tmp_path)
    widget, check = lesson.by_hand(first), first.check("apply")
    widget.say({"A": "in", "C": "open"})
    widget.compare({"A": "in", "C": "open"}, "A")
    widget.say({"A": "out", "C": "open"})
    again = lesson.by_hand(lesson.begin(tmp_path))
    assert again.answers == {"A": "out", "C": "open"} and again.compared == widget.compared != {}
    check.number = 12
    assert widget.number == 12 and widget.answers == {} and widget.compared == {}
    widget.deal(7)
    assert check.number == 7 and widget.answers == {"A": "out", "C": "open"}
    first.my_work()._reply({"kind": "over"})
    assert widget.answers == widget.compared == widget.kept == {}
    assert lesson.by_hand(lesson.begin(tmp_path)).answers == {}
    first.my_work()._reply({"kind": "undo"})
    assert widget.answers == {"A": "out", "C": "open"} and widget.fault == ""


@pytest.mark.parametrize(
    "edited",
    [
        {"7": {"said": {"F": "in"}}},
        {"7": {"said": {"A": "yes"}}},
        {"7": {"said": 1}},
        {"7": {"A": "in"}},
        {"7": 3},
        {"x": {}},
    ],
)
def test_edited_verdicts_are_left_out_and_named(tmp_path: Path, edited: dict[str, Any]) -> None:
    """Verdicts that nobody can have given are left out with a sentence, and the five are there all the same."""
    opened = lesson.begin(tmp_path)
    content = json.loads(write_work(opened.progress.work)) | {"lessons": {"01": {"settings": {"five by hand": edited}}}}
    widget = lesson.by_hand(opened)
    opened.my_work()._reply({"kind": "load", "name": "edited.json", "text": json.dumps(content)})
    assert widget.answers == {} and len(widget.cards) == 5
    assert any("kept verdicts were left out" in text for text in opened.progress.problems)


def test_found_is_what_the_sentence_says(tmp_path: Path) -> None:
    """The number that a prediction is held against is that of the first picture, and told only to who predicted."""
    opened = lesson.begin(tmp_path)
    assert opened.take_away().shown["predictions"][0][2] == ""
    opened.predict("forty").value = 25
    row, other = opened.take_away().shown["predictions"]
    assert other[2] == ""
    assert row[1] == "25" and f"{row[2]} of these {SIZE} are eligible" in forty_panel().view().sentence


def test_a_chart_is_read_in_half_a_minute() -> None:
    """Over 400 candidates a chart has at most 90 words in the median, and none has more than 120."""
    cohort = generate_cohort(400, seed=500_001)
    lengths = [chart_words(facts_of(cohort, str(subjid))) for subjid in cohort.ids]
    assert np.median(lengths) <= 90 and max(lengths) <= 120


def edited_chart(at: int = 0, course: str = "", **values: Any) -> str:
    """The chart of a candidate with some values set: of the candidate, or of all courses with one kind of drug."""
    cohort = generate_cohort(8, seed=9)
    subjects, courses = cohort.subjects.copy(), cohort.prior_treatments.copy()
    subjid = subjects["SUBJID"].iloc[at]
    for name, value in values.items():
        table, rows = (courses, courses["kind"] == course) if course else (subjects, subjects["SUBJID"] == subjid)
        assert rows.any()
        table[name] = table[name].astype(object)
        table.loc[rows, name] = value
    changed = SimpleNamespace(subjects=subjects, assessments=cohort.assessments, prior_treatments=courses)
    return repr(facts_of(cast(Cohort, changed), str(subjid)))


def test_every_fact_that_a_criterion_needs_changes_the_chart() -> None:
    """No fact was left out for brevity: each one that the criteria ask for makes another chart, a missing one too."""
    cohort = generate_cohort(2_000, seed=9).subjects
    other = {"significant_ecg": {"abnormal_ecg": True}, "contraception": {"SEX": "F", "postmenopausal": False}}
    female = {key: {"SEX": "F"} for key in ("pregnant", "lactating", "sterilised", "postmenopausal")}
    for name in sorted(needed_facts(record())):
        fact = candidate_schema().facts.get(name)
        if fact is None or name not in cohort or fact.kind != "boolean":
            continue
        beside = (other | female).get(name, {})
        values: list[Any] = [True, False, *([None] if cohort[name].isna().any() else [])]
        assert len({edited_chart(**{name: value}, **beside) for value in values}) == len(values), name
    for name, found in {
        "SEX": ("F", "M"), "AGE": (17, 18, 55, 56), "weight_kg": (50.0, 50.1), "skin_months": (5.9, 6.0, 30.0),
        "drug_allergies": (0, 1, 2), "overlap_disease": ("none", "other"), "other_myopathy": ("none", "genetic"),
    }.items():  # fmt: skip
        assert len({edited_chart(**{name: value}, rash=True) for value in found}) == len(found), name
    limits = {name: float(limit) for name, limit in limits_of(record(), "EXCL03").items()}
    for name in ("leucocytes", "haemoglobin_g_l", "platelets"):
        charts = {edited_chart(**{name: value}) for value in (3 * limits[name], limits[name], limits[name] - 0.1)}
        assert len(charts) == 3, name


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        ("glucocorticoid", "dose", (50.0, 60.0)),
        ("glucocorticoid", "weeks", (12, 13)),
        ("glucocorticoid", "intolerance", (True, False)),
        ("immunosuppressant", "weeks", (12, 13)),
        ("immunosuppressant", "weeks_since_last", (4, 20)),
        ("immunosuppressant", "stable_weeks", (13, 14)),
        ("immunosuppressant", "n_improved", (2, 3)),
        ("immunosuppressant", "n_worsened", (2, 3)),
        ("immunosuppressant", "intolerance", (True, False)),
        ("biologic", "weeks_since_last", (4, 40)),
    ],
)
def test_every_course_tells_what_the_criteria_ask_of_its_drug(kind: str, name: str, values: tuple[Any, ...]) -> None:
    """What decides about a course stands in the chart of somebody who had one."""
    beside = {"intolerance": False} if name.startswith("n_") else {}
    assert any(
        len({edited_chart(at, kind, **{name: value}, **beside) for value in values}) == len(values) for at in range(8)
    )


def test_every_time_has_its_unit() -> None:
    """Months are called months, with a rash and without one; courses stand under a heading that says weeks."""
    assert re.search(r"Rash for \d+ months; ", edited_chart(rash=True, skin_months=20.0))
    assert "No rash; diagnosed 44 months ago; " in edited_chart(rash=False, diagnosis_months=44.0)
    assert "'Treatment, weeks'" in edited_chart()


def test_notes_hold_what_a_clinic_would_tell() -> None:
    """Findings, allergies and other diseases of a candidate stand in the notes, and what is normal does not."""
    labels = {"tumour": "tumour", "hbsag": "hbsag[^;.]* positive", "abnormal_ecg": "abnormal ecg"}
    cohort = generate_cohort(60, seed=9)
    for row in cohort.subjects.to_dict("records"):
        notes = " ".join(text for _, text in facts_of(cohort, str(row["SUBJID"])))
        for name, label in labels.items():
            if row[name] is True:
                assert re.search(label, notes.lower())
        assert (f"past allergies to drugs: {row['drug_allergies']}" in notes.lower()) == bool(row["drug_allergies"])
        for name in ("overlap_disease", "other_myopathy"):
            assert row[name] == "none" or str(row[name]) in notes
        assert (f"ILD, FVC {row['fvc_percent']} %" in notes) == (row["ild"] is True)
        unnamed = pd.isna(row["antibody"]) or row["antibody"] == "none"
        assert unnamed or f"antibody {row['antibody']}" in notes
        for name, words in (("dysphagia", "dysphagia"), ("statin", "takes a statin"), ("calcinosis", "calcinosis")):
            assert (words in notes.lower()) == (row[name] is True)
        if row["SEX"] == "F":
            assert ("not past the menopause" in notes) == (row["postmenopausal"] is False)


# ---- the notebook ----------------------------------------------------------------------------------------------------
def notebook() -> Any:
    """The notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def prose() -> str:
    """All Markdown of the notebook, on one line."""
    return " ".join("\n".join(cell.source for cell in notebook().cells if cell.cell_type == "markdown").split())


def test_notebook_screens_the_same_forty() -> None:
    """The call that the text shows makes the forty of the pictures."""
    assert f"ts.generate_cohort({SIZE}, seed={FIRST_SEED})" in prose()
    assert forty().subjects.equals(generate_cohort(SIZE, seed=FIRST_SEED).subjects)


def test_prose_agrees_with_the_package() -> None:
    """Numbers that the prose states are what the package computes."""
    text = prose()
    assert len(record().inclusion) == 4 and len(record().exclusion) == 7 and limit_value("record") == 2
    first = candidate_panel().default["who"] - 1
    against = screened().matrix[first] != np.array([2] * 4 + [0] * 7)
    assert against.sum() == 1 and "AST" in candidate_panel().view().sentence
    share = re.search(r"would leave (\d+) % of those", activity_panel().view(mmt8=135).sentence)
    assert share is not None and f"about {share[1]} of 100 of those who are eligible" in text
    assert 40 < int(share[1]) < 60, "twice as many people have to be screened"
    for true, level in ((1, "possible"), (2, "probable"), (3, "definite")):
        items = dict.fromkeys(("weakness", "enzymes", "emg", "biopsy")[:true], True)
        none = dict.fromkeys(("weakness", "enzymes", "emg", "biopsy")[true:], False)
        assert bohan_peter(rash=True, **items, **none).level == level
    assert cadm(skin_months=6, weakness=False, enzymes=False).label == "amyopathic"
    assert cadm(skin_months=5.9, weakness=False, enzymes=False).label == "premyopathic"
    described = record().describe()
    assert "80 g/L" in described and "13 weeks" in described
    full = dict(zip(core_set()["code"], core_set()["high"], strict=True))["MMT8"]
    amyopathic = [i for i, patient in enumerate(classify()) if patient.skin_and_muscle == "amyopathic"]
    assert full == 150 and (scale(forty(), "MMT8")[amyopathic] > 135).all(), "the floor shuts the amyopathic out"


def test_order_of_criteria_changes_no_verdict() -> None:
    """As the prose says: in another order other counts, and the same last line."""
    protocol = record()
    turned = replace(protocol, criteria=tuple(reversed(protocol.criteria)))
    there, back = screen(forty(), protocol), screen(forty(), turned)
    assert there.eligible == back.eligible
    assert there.attrition["n_after"].iloc[-1] == back.attrition["n_after"].iloc[-1]
    assert there.attrition["n_after"].tolist() != back.attrition["n_after"].tolist()


def test_answers_are_named_alike_everywhere() -> None:
    """The three verdicts have the same words in the check and in the five."""
    assert set(lesson.PLAN.question("apply").answer.options) == set(ANSWERS)
