"""Which myositis is it: Bohan and Peter 1975, and clinically amyopathic dermatomyositis.

Each rule is one kernel on arrays of three-valued truth; the public functions give it one patient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_kind, check_number
from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.classification import amyopathic_table, bohan_peter_table
from trialsim.rules.truth import FALSE, TRUE, UNKNOWN, Truth, from_optional

LEVELS = candidate_schema().facts["bohan_peter"].categories
CADM_LABELS = candidate_schema().facts["cadm"].categories
MUSCLE_ITEMS = ("weakness", "biopsy", "enzymes", "emg")
MONTHS_PER = candidate_schema().facts["skin_months"].per
MONTHS_NEEDED = int(amyopathic_table().skin_months * MONTHS_PER)


@dataclass(frozen=True, slots=True)
class BohanPeter:
    """A classification by Bohan and Peter.

    `level` is what is reached with the items known to be true, `points` how many of the four muscle items these are;
    `could_be` every level still open when items that are not known are settled; `disease` is "dermatomyositis" with the
    rash, "polymyositis" without, None when unknown.
    """

    level: str
    disease: str | None
    could_be: tuple[str, ...]
    reason: str
    points: int


@dataclass(frozen=True, slots=True)
class AmyopathicLabel:
    """A label of the amyopathic spectrum.

    `label` is "undecided" when `could_be` holds more than one; `provisional` is True between 6 and 24 months of an
    amyopathic label, False from 24 months, None for every other label. The split at 24 months is unverified.
    """

    label: str
    provisional: bool | None
    could_be: tuple[str, ...]
    reason: str


def bohan_peter_range(muscle: tuple[Truth, ...], disease: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The lowest and the highest level that the muscle items allow, as places in `LEVELS`.

    Parameters
    ----------
    muscle : four arrays of truth
        Weakness, biopsy, enzymes, EMG.
    disease : {"dermatomyositis", "polymyositis"}
    """
    sure, possible = np.zeros(np.shape(muscle[0]), np.int8), np.zeros(np.shape(muscle[0]), np.int8)
    for item in muscle:
        sure += item == TRUE
        possible += item != FALSE
    needed: tuple[int, ...] = getattr(bohan_peter_table(), disease)
    level_of = np.searchsorted(needed, np.arange(len(muscle) + 1), side="right").astype(np.uint8)
    return level_of[sure], level_of[possible]


def dermatomyositis_levels(rash: Truth, muscle: tuple[Truth, ...]) -> NDArray[np.uint8]:
    """The levels of dermatomyositis still possible, as bits in the order of `LEVELS`."""
    low, high = bohan_peter_range(muscle, "dermatomyositis")
    bits = (np.uint8(2) << high) - (np.uint8(1) << low)
    without_rash = np.uint8(1)  # the level "none"
    return np.where(rash == TRUE, bits, np.where(rash == FALSE, without_rash, bits | without_rash))


def amyopathic_labels(long: Truth, weakness: Truth, enzymes: Truth, tests: tuple[Truth, ...]) -> NDArray[np.uint8]:
    """The labels still possible, as bits in the order of `CADM_LABELS`.

    A test (EMG, biopsy, MRI) that was not done adds no evidence and leaves nothing open: the definition asks for an
    abnormal one. Weakness, enzymes and the duration of skin disease, when unknown, leave open what they could decide.

    Parameters
    ----------
    long : array of truth
        Whether the skin disease has lasted long enough, `MONTHS_NEEDED` or more.
    weakness, enzymes : arrays of truth
    tests : arrays of truth
        EMG, biopsy, MRI.
    """
    abnormal = enzymes == TRUE
    for test in tests:
        abnormal = abnormal | (test == TRUE)
    can_be_normal, can_be_abnormal = ~abnormal, abnormal | (enzymes == UNKNOWN)
    can_be_long, can_be_short = long != FALSE, long != TRUE
    strong, weak = weakness != TRUE, weakness != FALSE
    bits = np.zeros(np.shape(weakness), np.uint8)
    for label, attainable in {
        "classic": weak & can_be_abnormal,
        "hypomyopathic": strong & can_be_long & can_be_abnormal,
        "amyopathic": strong & can_be_long & can_be_normal,
        "premyopathic": strong & can_be_short & can_be_normal,
        "none": (weak & can_be_normal) | (strong & can_be_short & can_be_abnormal),
    }.items():
        bits |= attainable.astype(np.uint8) << np.uint8(CADM_LABELS.index(label))
    return bits


def bohan_peter(
    *, weakness: bool | None, biopsy: bool | None, enzymes: bool | None, emg: bool | None, rash: bool | None
) -> BohanPeter:
    """Classify one patient by Bohan and Peter 1975.

    Parameters
    ----------
    weakness, biopsy, enzymes, emg, rash : bool or None
        Symmetric proximal weakness, biopsy of myositis, raised muscle enzymes, myopathic EMG, dermatomyositis rash;
        None is not known.

    Raises
    ------
    TrialsimError
        If an item is anything but True, False or None.

    Notes
    -----
    Other myopathies must have been excluded first. Source: Bohan and Peter 1975 as tabulated in later reviews
    (``data/classification/bohan_peter.toml``).

    Examples
    --------
    >>> found = bohan_peter(weakness=True, biopsy=None, enzymes=True, emg=True, rash=True)
    >>> found.level, found.points
    ('definite', 3)
    """
    items = dict(zip(MUSCLE_ITEMS, (weakness, biopsy, enzymes, emg), strict=True))
    muscle = tuple(_truth(name, value) for name, value in items.items())
    given_rash = _truth("rash", rash)
    dm, pm = (bohan_peter_range(muscle, disease) for disease in ("dermatomyositis", "polymyositis"))
    lows = {True: [dm[0]], False: [pm[0]], None: [dm[0], pm[0]]}[rash]
    highs = {True: [dm[1]], False: [pm[1]], None: [dm[1], pm[1]]}[rash]
    low, high = min(int(each[0]) for each in lows), max(int(each[0]) for each in highs)
    disease = {TRUE: "dermatomyositis", FALSE: "polymyositis"}.get(given_rash[0])
    true = [name for name, value in items.items() if value]
    missing = [name for name, value in items.items() if value is None]
    parts = [
        {True: "rash", False: "no rash", None: "rash not known"}[rash],
        f"{len(true)} of 4 muscle items" + (f" ({', '.join(true)})" if true else ""),
    ]
    if missing:
        parts.append(f"not known: {', '.join(missing)}")
    if high > low:
        parts.append(f"could still be {' or '.join(LEVELS[low + 1 : high + 1])}")
    return BohanPeter(LEVELS[low], disease, LEVELS[low : high + 1], "; ".join(parts), len(true))


def cadm(
    *,
    skin_months: float | None,
    weakness: bool | None,
    enzymes: bool | None,
    emg: bool | None = None,
    biopsy: bool | None = None,
    mri: bool | None = None,
    early_immunosuppression: bool | None = None,
    early_immunosuppression_bars: bool = False,
) -> AmyopathicLabel:
    """Place one patient with the skin disease of dermatomyositis in the amyopathic spectrum.

    Parameters
    ----------
    skin_months : float or None
        Months since the skin disease began, in steps of 0.1.
    weakness, enzymes : bool or None
        Proximal weakness; any raised muscle enzyme. None is not known.
    emg, biopsy, mri : bool or None
        Abnormal or not; None is not done, which adds no evidence.
    early_immunosuppression : bool or None
        Two months or more of systemic immunosuppression within the first six months of skin disease.
    early_immunosuppression_bars : bool
        Whether that bars the label, as recalled from Sontheimer's criteria and unverified: off unless asked for.

    Raises
    ------
    TrialsimError
        If an item is anything but True, False or None, or the duration is no duration.

    Notes
    -----
    Source: Gerami et al. 2006 (``data/classification/cadm.toml``). Labels: "amyopathic", "hypomyopathic",
    "premyopathic", "classic", "none" and, with the bar, "barred".

    Examples
    --------
    >>> cadm(skin_months=6, weakness=False, enzymes=True).label
    'hypomyopathic'
    """
    tests = tuple(_truth(name, value) for name, value in (("emg", emg), ("biopsy", biopsy), ("mri", mri)))
    early = _truth("early_immunosuppression", early_immunosuppression)[0]
    check_kind("early_immunosuppression_bars", early_immunosuppression_bars, bool, "True or False")
    limits = candidate_schema().facts["skin_months"]
    months = 0.0 if skin_months is None else check_number("skin_months", skin_months, 0, limits.high or 0)
    steps = int(np.floor(months * MONTHS_PER + 1e-6))  # a part of a step does not reach a border
    long = np.array([from_optional(None if skin_months is None else steps >= MONTHS_NEEDED)])
    bits = amyopathic_labels(long, _truth("weakness", weakness), _truth("enzymes", enzymes), tests)
    could_be = tuple(label for place, label in enumerate(CADM_LABELS) if bits[0] >> place & 1)
    label = could_be[0] if len(could_be) == 1 else "undecided"
    reason = _amyopathic_reason(skin_months, weakness, enzymes, {"EMG": emg, "biopsy": biopsy, "MRI": mri})
    if early_immunosuppression_bars and label in ("amyopathic", "hypomyopathic") and early != FALSE:
        label, could_be = ("barred", ("barred",)) if early == TRUE else ("undecided", (label, "barred"))
        reason += "; early immunosuppression " + ("bars the label" if early == TRUE else "not known") + " (unverified)"
    provisional = None
    if label == "amyopathic":
        confirmed = amyopathic_table().confirmed.skin_months
        provisional = months < confirmed
        reason += f"; {'provisional until' if provisional else 'confirmed at'} {confirmed:g} months (unverified)"
    return AmyopathicLabel(label, provisional, could_be, reason)


def _amyopathic_reason(
    months: float | None, weakness: bool | None, enzymes: bool | None, tests: dict[str, bool | None]
) -> str:
    needed = amyopathic_table().skin_months
    abnormal = [name for name, value in ({"enzymes": enzymes} | tests).items() if value]
    parts = [
        "duration of skin disease not known"
        if months is None
        else f"skin disease for {months:g} months ({'at least' if months >= needed else 'under'} {needed:g})",
        {True: "weakness", False: "no weakness", None: "weakness not known"}[weakness],
        f"abnormal: {', '.join(abnormal)}" if abnormal else "no abnormal muscle test",
    ]
    if enzymes is None:
        parts.append("enzymes not known")
    return "; ".join(parts)


def _truth(name: str, value: bool | None) -> Truth:
    if value is not None and not isinstance(value, (bool, np.bool_)):
        raise TrialsimError(name, value, "True, False or None (not known)")
    return np.array([from_optional(value)])
