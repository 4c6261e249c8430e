"""What a referral letter says beyond muscle: lung, skin, joints, swallowing, cancer, heart, liver, women's facts.

Each is drawn by its coordinate with a chance that hangs on the phenotype, the antibody, age and how long the disease
has lasted. None of those that a rule asks for hangs on how severe the disease is, but for a normal CK.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import scipy
from numpy.typing import NDArray

from trialsim.facts.candidate_schema import candidate_schema
from trialsim.facts.population import load_population
from trialsim.patients import onset, quantiles
from trialsim.patients.disease import AtEntry
from trialsim.patients.points import Points
from trialsim.patients.scenario import Scenario
from trialsim.patients.treatments import GLUCOCORTICOID, PriorTreatments
from trialsim.rules.values import FactColumn, Values

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Letter(Protocol):
    """Candidates, as far as these facts ask of them."""

    points: Points
    scenario: Scenario
    at_entry: AtEntry
    treatments: PriorTreatments

    def fact(self, name: str) -> Values: ...

    def __len__(self) -> int: ...


Fact = Callable[[Any], Values]


def _odds(share: float | Floats, ratio: float | Floats) -> Floats:
    """The chance whose odds are so many times those of a share."""
    odds = share / (1 - share) * ratio
    return np.asarray(odds / (1 + odds))


def _has(c: Letter, antibody: str) -> Bools:
    return np.asarray(c.at_entry.antibody == onset.antibodies().index(antibody))


def _lung(c: Letter) -> Bools:
    return np.asarray(c.at_entry.lung != onset.CLEAR)


def _antibody(c: Letter) -> FactColumn:
    on_file = quantiles.happens(c.points("antibody on file"), c.scenario.antibody_on_file)
    return FactColumn(c.at_entry.antibody.astype(np.int32), on_file)


def _rapid(c: Letter) -> Bools:
    share = np.array([0.0, c.scenario.rp_ild_mda5, c.scenario.rp_ild_other])[c.at_entry.lung]
    return quantiles.happens(c.points("rapid lung"), share)


def _lung_function(c: Letter) -> Floats:
    """FVC, but for the weakness of the muscles of breathing."""
    s, z = c.scenario, quantiles.normal(c.points("fvc"))
    return np.where(_lung(c), s.fvc_ild + s.fvc_ild_sd * z, s.fvc_healthy + s.fvc_healthy_sd * z)


def _fvc(c: Letter) -> FactColumn:
    fvc = _lung_function(c) - c.scenario.fvc_per_mmt * c.at_entry.state("MMT8")
    return FactColumn.of("fvc_percent", np.rint(np.clip(fvc, c.scenario.fvc_lowest, c.scenario.fvc_highest)))


def _other_serious(c: Letter) -> FactColumn:
    """A severe lung, or something else that an investigator would not take along."""
    severe = _lung(c) & (_lung_function(c) < c.scenario.fvc_severe)
    return FactColumn(_rapid(c) | severe | quantiles.happens(c.points("other_serious"), c.scenario.other_serious_share))


def _gamma(u: Floats, mean: float | Floats, sd: float | Floats) -> Floats:
    shape = (mean / sd) ** 2
    return np.asarray(scipy.special.gammaincinv(shape, u) * mean / shape)


def _skin_activity(c: Letter) -> FactColumn:
    s, entry = c.scenario, c.at_entry
    # Where muscle is spared the skin is what both globals judge; in classic disease it is a part of the extramuscular.
    with_disease = np.where(entry.spared, s.cdasi_with_globals, s.cdasi_with_emga)
    severity = np.where(entry.spared, entry.severity("PHGA"), entry.severity("EMGA"))
    own = quantiles.normal(c.points("cdasi"))
    u = scipy.special.ndtr(with_disease * severity + np.sqrt(1 - with_disease**2) * own)
    mean = np.where(entry.spared, s.cdasi_spared, s.cdasi_classic)
    found = np.rint(np.minimum(_gamma(u, mean, s.cdasi_sd), s.cdasi_highest))
    return FactColumn.of("cdasi_activity", np.where(c.fact("rash").values, found, 0))


def _skin_damage(c: Letter) -> FactColumn:
    mean = c.scenario.cdasi_damage * np.sqrt(_years(c) / 3)
    found = _gamma(c.points("cdasi damage"), mean, mean * c.scenario.cdasi_damage_spread)
    return FactColumn.of("cdasi_damage", np.rint(np.minimum(found, candidate_schema().facts["cdasi_damage"].high or 0)))


def _years(c: Letter) -> Floats:
    return np.asarray(c.at_entry.since_onset / onset.WEEKS_A_YEAR)


def _dysphagia(c: Letter) -> FactColumn:
    s = c.scenario
    base = np.where(c.at_entry.spared, s.dysphagia_spared, s.dysphagia_classic)
    ratio = np.where(_has(c, "SAE"), s.dysphagia_sae, np.where(_has(c, "MDA5"), s.dysphagia_mda5, 1.0))
    ratio = np.where(_has(c, "TIF1"), s.dysphagia_tif1, ratio)
    return FactColumn(quantiles.happens(c.points("dysphagia"), _odds(base, ratio)))


def _arthritis(c: Letter) -> FactColumn:
    ratio = np.where(_has(c, "MDA5") | _has(c, "antisynthetase"), c.scenario.arthritis_lung_antibody, 1.0)
    ratio = ratio * np.where(_cancer(c), c.scenario.arthritis_cancer, 1.0)
    return FactColumn(quantiles.happens(c.points("arthritis"), _odds(c.scenario.arthritis_share, ratio)))


def _calcinosis(c: Letter) -> FactColumn:
    s = c.scenario
    base = np.where(_years(c) < 5, s.calcinosis_early, s.calcinosis_late)
    ratio = np.where(_has(c, "NXP2"), s.calcinosis_nxp2, np.where(_has(c, "TIF1"), s.calcinosis_tif1, 1.0))
    return FactColumn(quantiles.happens(c.points("calcinosis"), _odds(base, ratio)))


def _cancer(c: Letter) -> Bools:
    """Cancer, active or cured: with age, anti-TIF1, in men; less with lung disease."""
    s = c.scenario
    odds = np.log(s.cancer_share / (1 - s.cancer_share)) + s.cancer_age * (c.at_entry.age - 50)
    odds = odds + s.cancer_tif1 * _has(c, "TIF1") + s.cancer_men * ~c.at_entry.female - s.cancer_lung * _lung(c)
    return quantiles.happens(c.points("tumour"), scipy.special.expit(odds))


def _tumour(active: bool) -> Fact:
    def fact(c: Letter) -> FactColumn:
        now = quantiles.happens(c.points("tumour active"), c.scenario.cancer_active)
        return FactColumn(_cancer(c) & (now if active else ~now))

    return fact


def _abnormal_ecg(c: Letter) -> FactColumn:
    ratio = np.exp(c.scenario.ecg_age * (c.at_entry.age - 50))
    return FactColumn(quantiles.happens(c.points("abnormal_ecg"), _odds(c.scenario.ecg_share, ratio)))


def _significant_ecg(c: Letter) -> FactColumn:
    significant = quantiles.happens(c.points("significant_ecg"), c.scenario.ecg_significant)
    return FactColumn(c.fact("abnormal_ecg").values & significant)


def _statin(c: Letter) -> FactColumn:
    s = c.scenario
    share = np.interp(c.at_entry.age, (50, 60), (s.statin_young, s.statin_old))
    return FactColumn(quantiles.happens(c.points("statin"), share))


def _fatty_liver(c: Letter) -> FactColumn:
    """By weight for height; and more often than not where the liver raises the transaminases."""
    s = c.scenario
    bmi = quantiles.truncated_normal(c.points("bmi"), s.bmi_mean, s.bmi_sd, 14, 50)
    share = np.array([s.masld_thin, s.masld_usual, s.masld_overweight, s.masld_obese])[
        np.searchsorted((18.5, 23, 27.5), bmi, side="right")
    ]
    share = np.where(c.at_entry.liver_injury, np.maximum(share, s.masld_injury), share)
    return FactColumn(quantiles.happens(c.points("masld"), share))


def _anti_hbc(c: Letter) -> FactColumn:
    hbsag = c.fact("hbsag")
    ratio = np.exp(c.scenario.anti_hbc_age * (c.at_entry.age - 50))
    found = quantiles.happens(c.points("anti_hbc"), _odds(c.scenario.anti_hbc_share, ratio))
    return FactColumn(found | hbsag.values)


def steroid_myopathy(c: Letter) -> tuple[Bools, Bools]:
    """Whose weakness is mainly, and of whom it is suspected to be, from a high dose for long, if CK is normal."""
    s, t = c.scenario, c.treatments
    high = t.current(GLUCOCORTICOID) & (t.prednisone >= s.steroid_myopathy_dose)
    for_long = high & (t.weeks(GLUCOCORTICOID) > s.steroid_myopathy_weeks) & ~c.at_entry.spared
    u = c.points("steroid myopathy")
    return for_long & (u < s.steroid_myopathy), for_long & (u < s.steroid_myopathy_suspected)


def normal_ck(c: Letter) -> Bools:
    """Whose CK at baseline is not above the upper limit."""
    return np.asarray(c.at_entry.of("CK") <= c.at_entry.uln("CK"))


def one_of(c: Letter, name: str, share: float) -> NDArray[np.int32]:
    """Codes of a category that most candidates have none of."""
    categories = candidate_schema().facts[name].categories
    shares = load_population().shares[name].values
    codes = np.array([categories.index(word) for word in shares], dtype=np.int32)
    found = np.full(len(c), categories.index("none"), dtype=np.int32)
    has = np.flatnonzero(quantiles.happens(c.points(name), share))
    found[has] = codes[quantiles.category(c.points(f"which {name}")[has], shares)]
    return found


def other_myopathy(c: Letter, calm: Bools) -> FactColumn:
    """What else makes weak: a steroid myopathy where CK is `calm`, or one of the mimics."""
    found = one_of(c, "other_myopathy", c.scenario.other_myopathy_share)
    categories = candidate_schema().facts["other_myopathy"].categories
    # Inclusion body myositis is a disease of the second half of life.
    young = (found == categories.index("inclusion body myositis")) & (c.at_entry.age < 50)
    found[young] = categories.index("other")
    found[steroid_myopathy(c)[0] & calm] = categories.index("steroid myopathy")
    return FactColumn(found)


def _suspected(c: Letter) -> FactColumn:
    return FactColumn(steroid_myopathy(c)[1] & normal_ck(c))


def _past_menopause(c: Letter) -> Bools:
    s = c.scenario
    age = c.at_entry.age + np.where(c.treatments.induced, s.menopause_cyclophosphamide, 0)
    odds = s.menopause_slope * (age - s.menopause_age)
    past = quantiles.happens(c.points("menopause"), scipy.special.expit(odds)) | (c.at_entry.age > s.menopause_latest)
    return np.asarray(past & ~c.treatments.pregnant)


def _sterilised(c: Letter) -> Bools:
    return np.asarray(quantiles.happens(c.points("sterilised"), c.scenario.sterilised_share) & ~c.treatments.pregnant)


def _can_conceive(c: Letter) -> Bools:
    return np.asarray(
        c.at_entry.female & ~_past_menopause(c) & ~_sterilised(c) & (c.at_entry.age <= c.scenario.menopause_latest)
    )


def _lactating(c: Letter) -> FactColumn:
    lactating = quantiles.happens(c.points("lactation"), c.scenario.lactating_share) & (c.at_entry.age < 45)
    return FactColumn(_can_conceive(c) & ~c.treatments.pregnant & lactating)


def _contraception(c: Letter) -> FactColumn:
    none = quantiles.happens(c.points("contraception"), c.scenario.no_contraception)
    return FactColumn(~none, known=_can_conceive(c) & ~c.treatments.pregnant)


def _skin_biopsy(c: Letter) -> FactColumn:
    done = quantiles.happens(c.points("done.skin biopsy"), c.scenario.skin_biopsy_done)
    return FactColumn(quantiles.happens(c.points("item.skin biopsy"), c.scenario.skin_biopsy_positive), done)


FACTS: dict[str, Fact] = {
    "antibody": _antibody,
    "ild": lambda c: FactColumn(_lung(c)),
    "rp_ild": lambda c: FactColumn(_rapid(c)),
    "fvc_percent": _fvc,
    "other_serious": _other_serious,
    "cdasi_activity": _skin_activity,
    "cdasi_damage": _skin_damage,
    "dysphagia": _dysphagia,
    "arthritis": _arthritis,
    "calcinosis": _calcinosis,
    "tumour": _tumour(active=True),
    "past_tumour": _tumour(active=False),
    "abnormal_ecg": _abnormal_ecg,
    "significant_ecg": _significant_ecg,
    "statin": _statin,
    "masld": _fatty_liver,
    "anti_hbc": _anti_hbc,
    "hiv": lambda c: FactColumn(quantiles.happens(c.points("hiv"), c.scenario.hiv_share)),
    "overlap_disease": lambda c: FactColumn(one_of(c, "overlap_disease", c.scenario.overlap_share)),
    "other_myopathy": lambda c: other_myopathy(c, normal_ck(c)),
    "steroid_myopathy_suspected": _suspected,
    "pregnant": lambda c: FactColumn(c.treatments.pregnant),
    "lactating": _lactating,
    "contraception": _contraception,
    "postmenopausal": lambda c: FactColumn(_past_menopause(c), known=c.at_entry.female),
    "sterilised": lambda c: FactColumn(_sterilised(c), known=c.at_entry.female),
    "skin_biopsy": _skin_biopsy,
}
