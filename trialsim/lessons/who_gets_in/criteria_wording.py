"""One wording of the eleven criteria: the record's, with another limit for ALT and AST or one clause read otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol, our_trial
from trialsim.facts.trial_protocol import Criterion
from trialsim.facts.variation import limits_of, with_limit
from trialsim.patients.candidates import FACTS
from trialsim.rules.eligibility import needed_facts
from trialsim.text import capital, listed, some

LIVER_CRITERION = "EXCL03"
LIVER = ("ALT_xuln", "AST_xuln")
LIMITS: dict[str, float | None] = {"record": None, "3": 3, "5": 5, "none": None}
"""The limits a learner can try, in multiples of the upper limit of normal: the record's own, two wider ones, none."""

AS_READ = "as read"
"""Every unclear clause read as this workbook reads it."""

_MAX_NAMED = 6
_READINGS = {
    "bohan_peter_level": "the Bohan-Peter level",
    "amyopathic": "the amyopathic label after early treatment",
    "failure": "treatment failure",
    "steroid_equivalence": "the steroid dose",
    "washout": "the washout of biologics",
    "hepatitis": "the hepatitis clause",
    "tuberculosis": "the tuberculosis clause",
    "several_allergies": "several allergies",
    "skin_biopsy": "the skin biopsy",
    "drug_eruption": "a rash caused by a drug",
    "immunosuppressants": "the list of immunosuppressants",
    "intolerance": "the length of a treatment not tolerated",
    "steroid_intolerance": "intolerance of the steroid",
    "stable_immunosuppressant": "prior use of an immunosuppressant",
    "stable_steroid": "a stable steroid dose",
    "antisynthetase": "antisynthetase syndrome",
    "other_causes": "other causes of weakness",
    "steroid_myopathy": "steroid myopathy",
    "cancer_myopathy": "dermatomyositis with cancer",
    "liver_limit": "2 times higher than normal",
    "liver_source": "the source of ALT and AST",
    "ecg": "the abnormal ECG",
    "other_serious": "other serious diseases",
    "tumour": "a tumour",
    "anti_hbc": "anti-HBc",
    "hiv": "HIV",
    "reproductive_age": "reproductive age",
}
_GATES = {
    "INCL01": "dermatomyositis, adult",
    "INCL02": "refractory, on stable drugs",
    "INCL03": "biologics washed out",
    "INCL04": "consent",
    "EXCL01": "other rheumatic disease",
    "EXCL02": "other cause of weakness",
    "EXCL03": "organs; ALT or AST",
    "EXCL04": "infection, hepatitis, TB",
    "EXCL05": "pregnancy",
    "EXCL06": "several allergies",
    "EXCL07": "cannot cooperate",
}


@cache
def record() -> TrialProtocol:
    """The protocol of the record, read as this workbook reads it."""
    return our_trial()


@cache
def _recorded_limit() -> float:
    found = {limits_of(record(), LIVER_CRITERION)[name] for name in LIVER}
    if len(found) != 1:
        raise TrialsimError("limit", sorted(map(float, found)), "one limit for ALT and AST")
    return float(found.pop())


def limit_value(limit: str) -> float | None:
    """A limit in multiples of the upper limit of normal; None for no limit."""
    return _recorded_limit() if limit == "record" else LIMITS[limit]


def limit_words(limit: str) -> str:
    """A limit as the controls and the sentences name it.

    Examples
    --------
    >>> limit_words("record"), limit_words("none")
    ('2 x ULN', 'none')
    """
    value = limit_value(limit)
    return "none" if value is None else f"{value:g} x ULN"


@cache
def readings() -> dict[str, str]:
    """Every other reading of one clause, by ``name=option``, in words; the first is no change.

    A reading that asks for what the simulated candidates do not tell would leave everybody undecided: it is left out.
    """
    told = needed_facts(record()) | set(FACTS)
    other = {
        f"{reading.name}={option.name}": f"{_READINGS[reading.name].removeprefix('the ')}: {option.name}"
        for reading in record().readings
        for option in reading.options
        if option.name != reading.chosen and needed_facts(record().with_reading(reading.name, option.name)) <= told
    }
    return {AS_READ: "none: read as in this workbook", **other}


@cache
def worded(limit: str = "record", reading: str = AS_READ) -> TrialProtocol:
    """The protocol with that limit and that reading."""
    protocol = record()
    if reading != AS_READ:
        name, _, choice = reading.partition("=")
        protocol = protocol.with_reading(name, choice)
    if limit == "record":
        return protocol
    return with_limit(protocol, LIVER_CRITERION, LIVER, LIMITS[limit])


def change_words(limit: str, reading: str) -> str:
    """What is changed against the record as read here, in words; empty for nothing.

    Examples
    --------
    >>> change_words("5", AS_READ)
    'Relaxing the ALT and AST limit from 2 to 5 x ULN'
    """
    changes = []
    if limit == "none":
        changes.append(f"Leaving out the ALT and AST limit of {limit_words('record')}")
    elif limit != "record":
        changes.append(f"Relaxing the ALT and AST limit from {limit_value('record'):g} to {limit_words(limit)}")
    if reading != AS_READ:
        name, _, choice = reading.partition("=")
        chosen = next(reading.chosen for reading in record().readings if reading.name == name)
        changes.append(f"reading {_READINGS[name]} as {_quoted(choice)}, not {_quoted(chosen)},")
    return capital(" and ".join(changes))


def _quoted(text: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


def code(criterion: Criterion) -> str:
    """A criterion in two characters: I1 for INCL01, E3 for EXCL03."""
    return f"{criterion.id[0]}{int(criterion.id[4:])}"


@cache
def gate_names() -> tuple[str, ...]:
    """The criteria in protocol order, in few words.

    Examples
    --------
    >>> gate_names()[0]
    'I1 dermatomyositis, adult'
    """
    return tuple(f"{code(criterion)} {_GATES[criterion.id]}" for criterion in record().criteria)


def named(ids: Sequence[str]) -> str:
    """Candidates by name, as many as one can read."""
    return some(ids, _MAX_NAMED)


def multiples(values: Sequence[float]) -> str:
    """Multiples of an upper limit in the order of `named`, in two figures.

    Examples
    --------
    >>> multiples([9.1, 14.2])
    '9.1 and 14'
    """
    shown = [f"{value:.1f}" if value < 9.95 else f"{value:.0f}" for value in values[:_MAX_NAMED]]
    if len(values) > _MAX_NAMED:
        return ", ".join(shown) + " and so on"
    return listed(shown, "and")
