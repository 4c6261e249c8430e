"""The assumed truth: every number that the model of patients takes, changed by `dataclasses.replace`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from trialsim.errors import check_one_of
from trialsim.facts.population import load_population
from trialsim.facts.scenarios import named_scenarios
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
    >>> print(replace(Scenario(), female_share=0.5, drug_effect=0.1).describe())
    Base case, but for:
    - Women: 0.5 (base case 0.73)
    - Improvement by the drug on top, by week 12, in those it touches: 0.1 (base case 0.223)
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
    height_low_women: float = _BASE["height_low_women"]
    height_low_men: float = _BASE["height_low_men"]

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
    spared_emga_sd: float = _BASE["spared_emga_sd"]
    emga_above_phga: float = _BASE["emga_above_phga"]
    mmt_deficit_mean: float = _BASE["mmt_deficit_mean"]
    mmt_deficit_sd: float = _BASE["mmt_deficit_sd"]
    haq_mean: float = _BASE["haq_mean"]
    haq_sd: float = _BASE["haq_sd"]
    amyopathic_haq_zero: float = _BASE["amyopathic_haq_zero"]
    amyopathic_haq_high: float = _BASE["amyopathic_haq_high"]
    pcs_mean: float = _BASE["pcs_mean"]
    pcs_sd: float = _BASE["pcs_sd"]
    pcs_lowest: float = _BASE["pcs_lowest"]
    pcs_highest: float = _BASE["pcs_highest"]
    pcs_easy_haq: float = _BASE["pcs_easy_haq"]
    pcs_lowest_easy: float = _BASE["pcs_lowest_easy"]

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
    ck_lowest: float = _BASE["ck_lowest"]
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
    gc_ratio_median: float = _BASE["gc_ratio_median"]
    gc_ratio_spread: float = _BASE["gc_ratio_spread"]
    gc_follows_state: float = _BASE["gc_follows_state"]

    # adverse events
    any_event: float = _BASE["any_event"]
    serious_event: float = _BASE["serious_event"]
    infection_event: float = _BASE["infection_event"]
    zoster_event: float = _BASE["zoster_event"]
    infusion_event: float = _BASE["infusion_event"]

    # history
    diagnosis_median: float = _BASE["diagnosis_median"]
    diagnosis_median_mda5: float = _BASE["diagnosis_median_mda5"]
    diagnosis_spread: float = _BASE["diagnosis_spread"]
    diagnosis_floor: float = _BASE["diagnosis_floor"]
    delay_classic: float = _BASE["delay_classic"]
    delay_amyopathic: float = _BASE["delay_amyopathic"]
    delay_mda5: float = _BASE["delay_mda5"]
    delay_spread: float = _BASE["delay_spread"]
    first_prompt_classic: float = _BASE["first_prompt_classic"]
    first_prompt_spared: float = _BASE["first_prompt_spared"]
    first_late_share: float = _BASE["first_late_share"]
    drugs_rate: float = _BASE["drugs_rate"]
    none_now: float = _BASE["none_now"]
    two_now: float = _BASE["two_now"]
    add_on_share: float = _BASE["add_on_share"]
    failed_weeks: float = _BASE["failed_weeks"]
    failed_spread: float = _BASE["failed_spread"]
    effective_weeks: float = _BASE["effective_weeks"]
    effective_spread: float = _BASE["effective_spread"]
    intolerance_share: float = _BASE["intolerance_share"]
    intolerance_early: float = _BASE["intolerance_early"]
    intolerance_weeks: float = _BASE["intolerance_weeks"]
    intolerance_late_weeks: float = _BASE["intolerance_late_weeks"]
    stable_weeks_median: float = _BASE["stable_weeks_median"]
    stable_weeks_spread: float = _BASE["stable_weeks_spread"]
    cyclophosphamide_ild: float = _BASE["cyclophosphamide_ild"]
    cyclophosphamide_none: float = _BASE["cyclophosphamide_none"]
    induction_shortest: float = _BASE["induction_shortest"]
    induction_usual: float = _BASE["induction_usual"]
    induction_longest: float = _BASE["induction_longest"]
    gc_none_classic: float = _BASE["gc_none_classic"]
    gc_none_spared: float = _BASE["gc_none_spared"]
    gc_before_diagnosis: float = _BASE["gc_before_diagnosis"]
    gc_restarted: float = _BASE["gc_restarted"]
    gc_intolerance: float = _BASE["gc_intolerance"]
    gc_dose_median: float = _BASE["gc_dose_median"]
    gc_dose_spread: float = _BASE["gc_dose_spread"]
    gc_stable_weeks: float = _BASE["gc_stable_weeks"]
    gc_stable_slope: float = _BASE["gc_stable_slope"]
    gc_stable_spread: float = _BASE["gc_stable_spread"]
    ivig_share: float = _BASE["ivig_share"]
    biologic_share: float = _BASE["biologic_share"]
    biologic_since: float = _BASE["biologic_since"]
    biologic_spread: float = _BASE["biologic_spread"]
    hcq_classic: float = _BASE["hcq_classic"]
    hcq_spared: float = _BASE["hcq_spared"]
    thalidomide_share: float = _BASE["thalidomide_share"]
    hcq_now: float = _BASE["hcq_now"]

    # organs
    ild_mda5: float = _BASE["ild_mda5"]
    ild_antisynthetase: float = _BASE["ild_antisynthetase"]
    ild_none: float = _BASE["ild_none"]
    ild_sae: float = _BASE["ild_sae"]
    ild_nxp2: float = _BASE["ild_nxp2"]
    ild_tif1: float = _BASE["ild_tif1"]
    ild_mi2: float = _BASE["ild_mi2"]
    rp_ild_mda5: float = _BASE["rp_ild_mda5"]
    rp_ild_other: float = _BASE["rp_ild_other"]
    antibody_on_file: float = _BASE["antibody_on_file"]
    ild_emga: float = _BASE["ild_emga"]
    fvc_ild: float = _BASE["fvc_ild"]
    fvc_ild_sd: float = _BASE["fvc_ild_sd"]
    fvc_healthy: float = _BASE["fvc_healthy"]
    fvc_healthy_sd: float = _BASE["fvc_healthy_sd"]
    fvc_per_mmt: float = _BASE["fvc_per_mmt"]
    fvc_lowest: float = _BASE["fvc_lowest"]
    fvc_highest: float = _BASE["fvc_highest"]
    fvc_severe: float = _BASE["fvc_severe"]
    cdasi_classic: float = _BASE["cdasi_classic"]
    cdasi_spared: float = _BASE["cdasi_spared"]
    cdasi_sd: float = _BASE["cdasi_sd"]
    cdasi_highest: float = _BASE["cdasi_highest"]
    cdasi_with_globals: float = _BASE["cdasi_with_globals"]
    cdasi_with_emga: float = _BASE["cdasi_with_emga"]
    cdasi_damage: float = _BASE["cdasi_damage"]
    cdasi_damage_spread: float = _BASE["cdasi_damage_spread"]
    dysphagia_classic: float = _BASE["dysphagia_classic"]
    dysphagia_spared: float = _BASE["dysphagia_spared"]
    dysphagia_tif1: float = _BASE["dysphagia_tif1"]
    dysphagia_sae: float = _BASE["dysphagia_sae"]
    dysphagia_mda5: float = _BASE["dysphagia_mda5"]
    arthritis_share: float = _BASE["arthritis_share"]
    arthritis_lung_antibody: float = _BASE["arthritis_lung_antibody"]
    arthritis_cancer: float = _BASE["arthritis_cancer"]
    calcinosis_early: float = _BASE["calcinosis_early"]
    calcinosis_late: float = _BASE["calcinosis_late"]
    calcinosis_nxp2: float = _BASE["calcinosis_nxp2"]
    calcinosis_tif1: float = _BASE["calcinosis_tif1"]
    damage_two_years: float = _BASE["damage_two_years"]
    damage_five_years: float = _BASE["damage_five_years"]
    menopause_age: float = _BASE["menopause_age"]
    menopause_slope: float = _BASE["menopause_slope"]
    menopause_latest: float = _BASE["menopause_latest"]
    menopause_cyclophosphamide: float = _BASE["menopause_cyclophosphamide"]
    sterilised_share: float = _BASE["sterilised_share"]
    pregnant_share: float = _BASE["pregnant_share"]
    lactating_share: float = _BASE["lactating_share"]
    no_contraception: float = _BASE["no_contraception"]
    statin_young: float = _BASE["statin_young"]
    statin_old: float = _BASE["statin_old"]
    masld_thin: float = _BASE["masld_thin"]
    masld_usual: float = _BASE["masld_usual"]
    masld_overweight: float = _BASE["masld_overweight"]
    masld_obese: float = _BASE["masld_obese"]
    masld_injury: float = _BASE["masld_injury"]
    liver_injury: float = _BASE["liver_injury"]
    liver_lowest: float = _BASE["liver_lowest"]
    liver_spread: float = _BASE["liver_spread"]
    liver_ast: float = _BASE["liver_ast"]
    ecg_share: float = _BASE["ecg_share"]
    ecg_significant: float = _BASE["ecg_significant"]
    ecg_age: float = _BASE["ecg_age"]
    cancer_share: float = _BASE["cancer_share"]
    cancer_active: float = _BASE["cancer_active"]
    cancer_age: float = _BASE["cancer_age"]
    cancer_tif1: float = _BASE["cancer_tif1"]
    cancer_men: float = _BASE["cancer_men"]
    cancer_lung: float = _BASE["cancer_lung"]
    anti_hbc_share: float = _BASE["anti_hbc_share"]
    anti_hbc_age: float = _BASE["anti_hbc_age"]
    hiv_share: float = _BASE["hiv_share"]
    steroid_myopathy: float = _BASE["steroid_myopathy"]
    steroid_myopathy_suspected: float = _BASE["steroid_myopathy_suspected"]
    steroid_myopathy_dose: float = _BASE["steroid_myopathy_dose"]
    steroid_myopathy_weeks: float = _BASE["steroid_myopathy_weeks"]
    other_myopathy_share: float = _BASE["other_myopathy_share"]
    skin_biopsy_done: float = _BASE["skin_biopsy_done"]
    skin_biopsy_positive: float = _BASE["skin_biopsy_positive"]

    # screening
    overlap_share: float = _BASE["overlap_share"]
    heart_failure_share: float = _BASE["heart_failure_share"]
    hypertension_share: float = _BASE["hypertension_share"]
    kidney_share: float = _BASE["kidney_share"]
    endocrine_share: float = _BASE["endocrine_share"]
    other_serious_share: float = _BASE["other_serious_share"]
    drug_eruption_share: float = _BASE["drug_eruption_share"]
    leucocytes_mean: float = _BASE["leucocytes_mean"]
    leucocytes_sd: float = _BASE["leucocytes_sd"]
    leucocytes_lowest: float = _BASE["leucocytes_lowest"]
    haemoglobin_mean: float = _BASE["haemoglobin_mean"]
    haemoglobin_sd: float = _BASE["haemoglobin_sd"]
    haemoglobin_lowest: float = _BASE["haemoglobin_lowest"]
    platelets_mean: float = _BASE["platelets_mean"]
    platelets_sd: float = _BASE["platelets_sd"]
    platelets_lowest: float = _BASE["platelets_lowest"]
    infection_share: float = _BASE["infection_share"]
    hbsag_share: float = _BASE["hbsag_share"]
    hcv_share: float = _BASE["hcv_share"]
    tspot_share: float = _BASE["tspot_share"]
    ppd_if_tspot: float = _BASE["ppd_if_tspot"]
    ppd_if_not: float = _BASE["ppd_if_not"]
    active_tb_share: float = _BASE["active_tb_share"]
    sputum_share: float = _BASE["sputum_share"]
    test_missing: float = _BASE["test_missing"]
    mental_share: float = _BASE["mental_share"]
    uncooperative_share: float = _BASE["uncooperative_share"]
    no_consent: float = _BASE["no_consent"]

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
        named = [belief.describe() for belief in named_scenarios().values() if belief.drug_effect == self.drug_effect]
        if named:
            changed.pop("drug_effect", None)
        if not changed:
            return "\n".join(["Base case: every assumption as in the published and assumed parameters.", *named])
        labels = load_population().parameters
        lines = [f"- {labels[name].label}: {value:g} (base case {_BASE[name]:g})" for name, value in changed.items()]
        return "\n".join([*named, "Base case, but for:", *lines])

    def __repr__(self) -> str:
        return f"Scenario({', '.join(f'{name}={value:g}' for name, value in self.changed().items())})"


def named_scenario(name: str) -> Scenario:
    """The assumed truth by what is believed of the drug.

    Parameters
    ----------
    name : {"sceptical", "neutral", "hopeful"}
        33, 38 or 50 % respond at week 12 under IMACS-2004, when 30 % respond without the drug. The hopeful one is
        `Scenario()` as it stands.

    Returns
    -------
    Scenario
        Its `describe` says what the belief comes from.

    Raises
    ------
    TrialsimError
        For another name.

    Examples
    --------
    >>> named_scenario("hopeful") == Scenario()
    True
    """
    known = named_scenarios()
    return Scenario(drug_effect=known[check_one_of("name", name, tuple(known))].drug_effect)
