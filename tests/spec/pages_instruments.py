"""Reference pages of the classifications and the instruments."""

from __future__ import annotations

from tests.spec.markdown import listed, of_rows, page, plain, sources, table
from tests.spec.tables import rows
from trialsim.facts.classification import TENTHS, amyopathic_table, bohan_peter_table, eular_acr_table
from trialsim.facts.core_set import enzymes, measures
from trialsim.facts.drugs import drugs, washouts
from trialsim.facts.instruments import abatacept_plan, haq_form, mdaat_form, muscle_form
from trialsim.rules.instruments import abatacept_iv_weeks


# ---- classification --------------------------------------------------------------------------------------------------
def classification_page() -> str:
    """The three classifications, with their patients."""
    bohan, amyopathic, eular = bohan_peter_table(), amyopathic_table(), eular_acr_table()
    confirmed, offset, subgroups = amyopathic.confirmed, eular.probability.offset, eular.subgroups
    tree = f"{subgroups.text} ({subgroups.source}; {subgroups.basis})"
    levels = ("possible", "probable", "definite")
    needed = zip(levels, bohan.dermatomyositis, bohan.polymyositis, strict=True)
    points = [(f"onset from {age.years:g} years", *_tenths(age.tenths)) for age in eular.ages]
    points += [(item.label, *_tenths(item.tenths, item.group)) for item in eular.items.values()]
    borders = [(level.name, *_tenths(level.tenths), f"{level.probability:g}") for level in eular.levels]
    parts = [
        "In the tables of patients `?` is not known.",
        "## Bohan and Peter 1975",
        f"{plain(bohan.origin.source)} ({bohan.origin.basis}).",
        sources(bohan.origin.sources),
        "How many of the four muscle items (weakness, biopsy, enzymes, EMG) a level asks for:",
        table(["level", "with the rash: dermatomyositis", "without: polymyositis"], needed),
        _disagreements(bohan.origin.disagreements),
        of_rows(rows("bohan_peter_patients.csv")),
        "## Clinically amyopathic dermatomyositis",
        f"{plain(amyopathic.origin.source)} ({amyopathic.origin.basis}).",
        sources(amyopathic.origin.sources),
        listed(
            [
                f"Rash for at least {amyopathic.skin_months:g} months without weakness: amyopathic, or hypomyopathic "
                "with any muscle finding.",
                f"Confirmed from {confirmed.skin_months:g} months ({confirmed.source}; {confirmed.basis}; unverified).",
                f"Off unless asked for: {amyopathic.early_immunosuppression}; unverified.",
            ]
        ),
        _disagreements(amyopathic.origin.disagreements),
        of_rows(rows("amyopathic_patients.csv")),
        "## EULAR/ACR 2017",
        f"{plain(eular.origin.source)} ({eular.origin.basis}).",
        sources(eular.origin.sources),
        table(["item", "points without biopsy", "points with biopsy"], points),
        table(["level from", "score without biopsy", "score with biopsy", "probability"], borders),
        f"The probability is 1 / (1 + exp({offset[0]:g} - score)) without and 1 / (1 + exp({offset[1]:g} - "
        "score)) with biopsy: recalled, unverified. At the edges the two rules clash: a score of 7.5 is definite, its "
        "probability is not.",
        f"{plain(tree)}; unverified.",
        of_rows(rows("eular_acr_patients.csv")),
    ]
    return page("Which myositis is it: three classifications", *parts)


def _tenths(tenths: tuple[int, int], group: str = "") -> tuple[str, str]:
    without, with_biopsy = (f"{number / TENTHS:g}" for number in tenths)
    return ("" if group == "biopsy" else without), with_biopsy


def _disagreements(texts: tuple[str, ...]) -> str:
    return listed(f"Sources disagree: {text}" for text in texts)


# ---- instruments -----------------------------------------------------------------------------------------------------
def instruments_page() -> str:
    """How the measures are put together, units, doses and washouts."""
    parts = ["## The six core set measures", _core_set()]
    parts += ["## MMT-8", _mmt8(), of_rows(rows("mmt8_patients.csv"))]
    parts += ["## HAQ-DI", _haq(), of_rows(rows("haq_patients.csv"))]
    parts += ["## MDAAT", _mdaat(), of_rows(rows("myoact_patients.csv"))]
    parts += ["## Enzymes", _enzymes(), of_rows(rows("enzyme_patients.csv")), _units()]
    parts += ["## Prednisone equivalents", _steroids(), of_rows(rows("steroid_doses.csv"))]
    parts += ["## Abatacept into a vein", _abatacept(), of_rows(rows("abatacept_patients.csv"))]
    parts += ["## Washouts", _washouts()]
    return page("Instruments, units and doses", *parts)


def _core_set() -> str:
    lines = []
    for row in measures():
        high = "" if row.is_enzyme else f"{row.high:g}"
        lines.append((row.code, row.text, f"{row.low:g}", high, f"{row.step:g}", row.unit, row.better, row.basis))
    keys = dict.fromkeys(key for row in measures() for key in row.sources)
    columns = ["code", "measure", "from", "to", "step", "unit", "better", "basis"]
    return f"{table(columns, lines)}\n\n{sources(keys)}"


def _mmt8() -> str:
    form = muscle_form()
    once, each = (", ".join(name.replace("_", " ") for name in names) for names in (form.once, form.each_side))
    one_side = form.highest * (len(form.once) + len(form.each_side))
    both = form.highest * (len(form.once) + 2 * len(form.each_side))
    text = (
        f"Grades from {form.lowest} to {form.highest}: once {once}; on each side {each}. One side gives {one_side} at "
        f"most, both give {both}: because the neck counts once, one cannot be had from the other. Which side, if one: "
        "the form says the right unless it cannot be tested, another centre took the dominant one."
    )
    key = table(
        ["grade (Kendall)", "MRC", "what is felt"], [(grade.grade, grade.mrc, grade.felt) for grade in form.key]
    )
    return f"{text}\n\n{key}\n\n{sources(form.sources)}"


def _haq() -> str:
    form = haq_form()
    text = (
        f"The mean of the categories answered ({', '.join(form.categories)}), each 0 to {form.highest}. An aid or help "
        f"raises a category to {form.with_help}; the alternative index ignores both, and the two differ: state which. "
        f"At least {form.needed} categories must be answered ({form.needed_basis}, unverified)."
    )
    return f"{text}\n\n{sources(form.sources)}"


def _mdaat() -> str:
    form = mdaat_form()
    keys = dict.fromkeys([*form.sources, *(key for number in form.numbers for key in number.sources)])
    text = (
        "One form, several numbers. The record says MDAAT and not which; read here as the extramuscular global. Organ "
        f"systems outside muscle: {', '.join(form.organs)}."
    )
    return f"{text}\n\n{listed(number.describe() for number in form.numbers)}\n\n{sources(keys)}"


def _enzymes() -> str:
    lines = [(enzyme.code, enzyme.label, enzyme.range_multiple, enzyme.basis) for enzyme in enzymes()]
    text = (
        "The most abnormal enzyme at trial entry stands for the measure and is followed. No text seen fixes how "
        "abnormal is measured: by multiples of the upper limit of normal, or by the share of the 2016 range. Limits in "
        "the table of cases: CK 200, LDH 250, AST 40, ALT 40, aldolase 7.5 U/L. The order below settles ties in tables."
    )
    columns = ["code", "enzyme", "2016 range, times the limit", "basis of the range"]
    return f"{text}\n\n{table(columns, lines)}"


def _units() -> str:
    return of_rows(rows("enzyme_units.csv"), {"ukat_per_litre": "µkat/L", "units_per_litre": "U/L"})


def _steroids() -> str:
    lines = []
    for drug in drugs():
        if drug.equals_5mg is not None:
            lines.append((drug.name, f"{float(drug.equals_5mg):g}", drug.basis, drug.source, "yes"))
            others = [other for other in drug.other if other.what == "equals_5mg"]
            lines += [(drug.name, f"{float(other.value):g}", other.basis, other.source, "no") for other in others]
    return table(["drug", "mg that equal 5 mg of prednisone", "basis", "source", "taken here"], lines)


def _abatacept() -> str:
    plan = abatacept_plan()
    start, lines = "above 0", []
    for band in plan.bands:
        end = "" if band.end is None else f"{'to' if band.inclusive else 'below'} {band.end:g}"
        lines.append((start, end, band.dose_mg))
        start = "" if band.end is None else f"{'above' if band.inclusive else 'from'} {band.end:g}"
    weeks, planned = abatacept_iv_weeks(12), plan.schedule
    text = (
        f"Infusions at weeks {', '.join(map(str, planned.weeks))}, then every {planned.then_every} weeks: {len(weeks)} "
        f"of them before a visit at week 12 (weeks {', '.join(map(str, weeks))})."
    )
    notes = listed(f"Assumed: {note}" for note in plan.assumed)
    return f"{table(['kg', '', 'mg'], lines)}\n\n{text}\n\n{notes}\n\n{sources(plan.sources)}"


def _washouts() -> str:
    lines = [
        (washout.drug, washout.weeks, washout.basis, washout.source, "yes" if washout.taken else "no")
        for washout in washouts()
    ]
    text = "The record says only that a washout is completed. Lengths found, in weeks; the longest is taken by default:"
    return f"{text}\n\n{table(['drug', 'weeks', 'basis', 'source', 'taken here'], lines)}"
