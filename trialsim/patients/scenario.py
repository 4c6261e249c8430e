"""The assumed truth: every number that the model of patients takes, changed by `dataclasses.replace`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from trialsim.facts.population import load_population
from trialsim.patients.correlation import severity_factor

_BASE: Mapping[str, float] = {name: p.value for name, p in load_population().parameters.items()}


@dataclass(frozen=True, slots=True)
class Scenario:
    """The assumed truth about the patients and what twelve weeks do to them.

    Every field has its base case, unit, plausible range, basis and source in `data/population.toml`;
    `describe` prints those that differ from it, `load_population().describe()` all of them.

    Raises
    ------
    TrialsimError
        If a value is impossible: a share outside 0 to 1, a negative spread, correlations that cannot hold together.

    Examples
    --------
    >>> from dataclasses import replace
    >>> print(replace(Scenario(), female_share=0.5).describe())
    Base case, but for:
    - Women: 0.5 (base case 0.73)
    """

    # demographics
    age_mean: float = _BASE["age_mean"]
    age_sd: float = _BASE["age_sd"]
    female_share: float = _BASE["female_share"]
    bmi_mean: float = _BASE["bmi_mean"]
    bmi_sd: float = _BASE["bmi_sd"]
    height_women: float = _BASE["height_women"]
    height_men: float = _BASE["height_men"]
    height_sd: float = _BASE["height_sd"]
    skin_months_median: float = _BASE["skin_months_median"]
    skin_months_spread: float = _BASE["skin_months_spread"]

    # phenotype
    amyopathic_share: float = _BASE["amyopathic_share"]
    hypomyopathic_share: float = _BASE["hypomyopathic_share"]
    classic_weakness: float = _BASE["classic_weakness"]
    classic_enzymes: float = _BASE["classic_enzymes"]
    classic_emg: float = _BASE["classic_emg"]
    classic_biopsy: float = _BASE["classic_biopsy"]
    hypomyopathic_test: float = _BASE["hypomyopathic_test"]
    emg_done: float = _BASE["emg_done"]
    biopsy_done: float = _BASE["biopsy_done"]
    mri_done: float = _BASE["mri_done"]
    rash_share: float = _BASE["rash_share"]

    # entry
    phga_mean: float = _BASE["phga_mean"]
    phga_sd: float = _BASE["phga_sd"]
    phga_floor: float = _BASE["phga_floor"]
    ptga_mean: float = _BASE["ptga_mean"]
    ptga_sd: float = _BASE["ptga_sd"]
    emga_mean: float = _BASE["emga_mean"]
    emga_sd: float = _BASE["emga_sd"]
    mmt_deficit_mean: float = _BASE["mmt_deficit_mean"]
    mmt_deficit_sd: float = _BASE["mmt_deficit_sd"]
    haq_mean: float = _BASE["haq_mean"]
    haq_sd: float = _BASE["haq_sd"]
    amyopathic_haq_zero: float = _BASE["amyopathic_haq_zero"]
    amyopathic_haq_high: float = _BASE["amyopathic_haq_high"]
    pcs_mean: float = _BASE["pcs_mean"]
    pcs_sd: float = _BASE["pcs_sd"]

    # entry correlations
    r_phga_emga: float = _BASE["r_phga_emga"]
    r_phga_ptga: float = _BASE["r_phga_ptga"]
    r_ptga_haq: float = _BASE["r_ptga_haq"]
    r_mmt_haq: float = _BASE["r_mmt_haq"]
    r_phga_mmt: float = _BASE["r_phga_mmt"]
    r_phga_haq: float = _BASE["r_phga_haq"]
    r_ptga_mmt: float = _BASE["r_ptga_mmt"]
    r_ptga_emga: float = _BASE["r_ptga_emga"]
    r_mmt_emga: float = _BASE["r_mmt_emga"]
    r_haq_emga: float = _BASE["r_haq_emga"]
    r_ck_mmt: float = _BASE["r_ck_mmt"]
    r_ck_haq: float = _BASE["r_ck_haq"]
    r_ck_phga: float = _BASE["r_ck_phga"]
    r_ck_ptga: float = _BASE["r_ck_ptga"]
    r_ck_emga: float = _BASE["r_ck_emga"]
    r_ck_aldolase: float = _BASE["r_ck_aldolase"]
    r_ck_ldh: float = _BASE["r_ck_ldh"]
    r_ck_ast: float = _BASE["r_ck_ast"]
    r_ck_alt: float = _BASE["r_ck_alt"]
    pcs_with_haq: float = _BASE["pcs_with_haq"]
    pcs_with_ptga: float = _BASE["pcs_with_ptga"]

    # enzymes
    ck_median: float = _BASE["ck_median"]
    ck_spread: float = _BASE["ck_spread"]
    aldolase_median: float = _BASE["aldolase_median"]
    aldolase_spread: float = _BASE["aldolase_spread"]
    ldh_median: float = _BASE["ldh_median"]
    ldh_spread: float = _BASE["ldh_spread"]
    ast_median: float = _BASE["ast_median"]
    ast_spread: float = _BASE["ast_spread"]
    alt_median: float = _BASE["alt_median"]
    alt_spread: float = _BASE["alt_spread"]
    healthy_median: float = _BASE["healthy_median"]
    healthy_spread: float = _BASE["healthy_spread"]
    healthy_high: float = _BASE["healthy_high"]
    hypomyopathic_low: float = _BASE["hypomyopathic_low"]
    hypomyopathic_rise: float = _BASE["hypomyopathic_rise"]
    uln_ck_men: float = _BASE["uln_ck_men"]
    uln_ck_women: float = _BASE["uln_ck_women"]
    uln_aldolase: float = _BASE["uln_aldolase"]
    uln_ldh: float = _BASE["uln_ldh"]
    uln_ast: float = _BASE["uln_ast"]
    uln_alt: float = _BASE["uln_alt"]

    # measurement error
    phga_error: float = _BASE["phga_error"]
    ptga_error: float = _BASE["ptga_error"]
    emga_error: float = _BASE["emga_error"]
    mmt_error: float = _BASE["mmt_error"]
    haq_error: float = _BASE["haq_error"]
    pcs_error: float = _BASE["pcs_error"]
    ck_error: float = _BASE["ck_error"]
    aldolase_error: float = _BASE["aldolase_error"]
    ldh_error: float = _BASE["ldh_error"]
    ast_error: float = _BASE["ast_error"]
    alt_error: float = _BASE["alt_error"]

    # selection
    entry_correlation: float = _BASE["entry_correlation"]
    referral_flare: float = _BASE["referral_flare"]
    entry_phga_min: float = _BASE["entry_phga_min"]

    # change
    background: float = _BASE["background"]
    background_weeks: float = _BASE["background_weeks"]
    drug_effect: float = _BASE["drug_effect"]
    drug_spread: float = _BASE["drug_spread"]
    untouched_share: float = _BASE["untouched_share"]
    drug_rate: float = _BASE["drug_rate"]
    natural_fluctuation: float = _BASE["natural_fluctuation"]
    entry_share: float = _BASE["entry_share"]
    fluctuation_memory: float = _BASE["fluctuation_memory"]
    phga_loading: float = _BASE["phga_loading"]
    ptga_loading: float = _BASE["ptga_loading"]
    emga_loading: float = _BASE["emga_loading"]
    haq_loading: float = _BASE["haq_loading"]
    mmt_loading: float = _BASE["mmt_loading"]
    enzyme_loading: float = _BASE["enzyme_loading"]
    pcs_loading: float = _BASE["pcs_loading"]
    pcs_own_spread: float = _BASE["pcs_own_spread"]
    own_spread: float = _BASE["own_spread"]
    enzyme_own_spread: float = _BASE["enzyme_own_spread"]
    enzyme_calm_spread: float = _BASE["enzyme_calm_spread"]
    open_label_optimism: float = _BASE["open_label_optimism"]

    # missing
    missing_week12: float = _BASE["missing_week12"]
    missing_for_lack: float = _BASE["missing_for_lack"]
    missing_later: float = _BASE["missing_later"]

    # steroids
    gc_dose_median: float = _BASE["gc_dose_median"]
    gc_dose_spread: float = _BASE["gc_dose_spread"]
    gc_ratio_median: float = _BASE["gc_ratio_median"]
    gc_ratio_spread: float = _BASE["gc_ratio_spread"]
    gc_follows_state: float = _BASE["gc_follows_state"]

    # adverse events
    any_event: float = _BASE["any_event"]
    serious_event: float = _BASE["serious_event"]
    infection_event: float = _BASE["infection_event"]
    zoster_event: float = _BASE["zoster_event"]
    infusion_event: float = _BASE["infusion_event"]

    # screening
    no_glucocorticoid: float = _BASE["no_glucocorticoid"]
    immunosuppressants: float = _BASE["immunosuppressants"]
    course_weeks_median: float = _BASE["course_weeks_median"]
    course_weeks_spread: float = _BASE["course_weeks_spread"]
    stable_weeks_median: float = _BASE["stable_weeks_median"]
    stable_weeks_spread: float = _BASE["stable_weeks_spread"]
    intolerance_share: float = _BASE["intolerance_share"]
    biologic_share: float = _BASE["biologic_share"]
    biologic_weeks: float = _BASE["biologic_weeks"]
    biologic_weeks_spread: float = _BASE["biologic_weeks_spread"]
    overlap_share: float = _BASE["overlap_share"]
    other_myopathy_share: float = _BASE["other_myopathy_share"]
    tumour_share: float = _BASE["tumour_share"]
    heart_failure_share: float = _BASE["heart_failure_share"]
    hypertension_share: float = _BASE["hypertension_share"]
    ecg_share: float = _BASE["ecg_share"]
    kidney_share: float = _BASE["kidney_share"]
    endocrine_share: float = _BASE["endocrine_share"]
    other_serious_share: float = _BASE["other_serious_share"]
    drug_eruption_share: float = _BASE["drug_eruption_share"]
    leucocytes_mean: float = _BASE["leucocytes_mean"]
    leucocytes_sd: float = _BASE["leucocytes_sd"]
    haemoglobin_mean: float = _BASE["haemoglobin_mean"]
    haemoglobin_sd: float = _BASE["haemoglobin_sd"]
    platelets_mean: float = _BASE["platelets_mean"]
    platelets_sd: float = _BASE["platelets_sd"]
    infection_share: float = _BASE["infection_share"]
    hbsag_share: float = _BASE["hbsag_share"]
    hcv_share: float = _BASE["hcv_share"]
    tspot_share: float = _BASE["tspot_share"]
    ppd_if_tspot: float = _BASE["ppd_if_tspot"]
    ppd_if_not: float = _BASE["ppd_if_not"]
    active_tb_share: float = _BASE["active_tb_share"]
    sputum_share: float = _BASE["sputum_share"]
    test_missing: float = _BASE["test_missing"]
    pregnant_share: float = _BASE["pregnant_share"]
    lactating_share: float = _BASE["lactating_share"]
    no_contraception: float = _BASE["no_contraception"]
    mental_share: float = _BASE["mental_share"]
    uncooperative_share: float = _BASE["uncooperative_share"]
    no_consent: float = _BASE["no_consent"]
    early_treatment: float = _BASE["early_treatment"]

    def __post_init__(self) -> None:
        parameters = load_population().parameters
        for field in fields(self):
            object.__setattr__(self, field.name, parameters[field.name].check(getattr(self, field.name)))
        severity_factor(self)  # raises if the correlations cannot hold together

    def without_drug(self) -> Scenario:
        """The same patients under standard care alone."""
        return replace(self, drug_effect=0.0)

    def only(self, *blocks: str) -> Scenario:
        """The base case with the fields of some blocks of the model as they are here; equal where the others differ."""
        parameters = load_population().parameters
        return Scenario(**{name: value for name, value in self.changed().items() if parameters[name].block in blocks})

    def changed(self) -> dict[str, float]:
        """The fields that differ from the base case, with their values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != _BASE[f.name]}

    def describe(self) -> str:
        """What differs from the base case, a line each."""
        changed = self.changed()
        if not changed:
            return "Base case: every assumption as in the published and assumed parameters."
        labels = load_population().parameters
        lines = [f"- {labels[name].label}: {value:g} (base case {_BASE[name]:g})" for name, value in changed.items()]
        return "\n".join(["Base case, but for:", *lines])

    def __repr__(self) -> str:
        return f"Scenario({', '.join(f'{name}={value:g}' for name, value in self.changed().items())})"
