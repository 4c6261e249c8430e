"""One virtual trial, patient by patient, and what it would report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from trialsim.design import Interval, TwoStage, TwoStageAnalysis, response_interval, two_stage_analysis
from trialsim.errors import check_whole
from trialsim.facts.protocol import TrialProtocol
from trialsim.facts.responses import ResponseDefinition
from trialsim.patients.candidates import generate_candidates
from trialsim.patients.change import SteroidChange, measure_changes_table, steroid_change
from trialsim.patients.cohort import Cohort, check_scenario, followed
from trialsim.patients.points import Replicate, check_seed
from trialsim.patients.recruitment import recruited
from trialsim.patients.scenario import Scenario
from trialsim.rules.assess_table import assess_response
from trialsim.rules.eligibility import Screening, screen
from trialsim.trial.decision import CountingDesign, check_counting_design, decide, needed_by_analysed
from trialsim.trial.endpoint import Endpoint, Responses, responses
from trialsim.trial.enrolment import enrol
from trialsim.trial.many import MAX_TRIALS


@dataclass(frozen=True, eq=False)
class Trial:
    """One virtual trial.

    Attributes
    ----------
    protocol, scenario, endpoint, design
        What was asked for; `design` is None where nobody decides.
    seed, replicate : int
        Which trial it is.
    cohort : Cohort
        All candidates that were screened until the trial was full, or stopped; in order.
    patients : Cohort
        Those of them who were enrolled: a trial that stopped early has no others.
    found : Responses
        Who of them came and who responded.
    success : bool or None
        The decision by the design; None without one.
    treated : int
        Patients treated when the trial ended: fewer than planned after an early stop.
    """

    protocol: TrialProtocol
    scenario: Scenario
    endpoint: Endpoint
    design: CountingDesign | None
    seed: int
    replicate: int
    cohort: Cohort
    patients: Cohort
    found: Responses
    success: bool | None
    treated: int

    @property
    def screened(self) -> int:
        """Candidates screened until the trial was full, or stopped."""
        return len(self.cohort)

    @property
    def eligible(self) -> int:
        """Screened candidates who are eligible."""
        return len(self.screening.eligible)

    @property
    def enrolled(self) -> int:
        """Patients enrolled."""
        return len(self.patients)

    @property
    def missing(self) -> int:
        """Enrolled patients without the visit at which response is read."""
        return int((~self.found.came).sum())

    @property
    def analysed(self) -> int:
        """Patients in the analysis: all enrolled, or those who came where only complete cases count."""
        return self.enrolled - self.missing if self.endpoint.missing_visit == "complete_cases" else self.enrolled

    @property
    def responders(self) -> int:
        """Patients who responded."""
        return int(self.found.responded.sum())

    @property
    def response_rate(self) -> float | None:
        """Responders among the analysed; None if nobody was analysed."""
        return self.responders / self.analysed if self.analysed else None

    @cached_property
    def two_stage(self) -> TwoStageAnalysis | None:
        """The analysis that allows for the stop, after a two-stage design; None after any other."""
        if not isinstance(self.design, TwoStage):
            return None
        return two_stage_analysis(self.design, self.responders, self.treated)

    @property
    def interval(self) -> Interval | None:
        """The interval of the response rate: 95 % Clopper-Pearson; after two stages that of `two_stage`, 90 %."""
        if self.two_stage is not None:
            return self.two_stage.interval
        return response_interval(self.responders, self.analysed) if self.analysed else None

    @cached_property
    def screening(self) -> Screening:
        """Verdicts and attrition of all screened candidates."""
        return screen(self.cohort, self.protocol)

    @cached_property
    def responses(self) -> pd.DataFrame:
        """One row an enrolled patient: SUBJID, counts, response and the reason, as `assess_response` gives it."""
        asked = self.endpoint
        options = {**asdict(asked.options), "enzyme": asked.enzyme, "missing_visit": asked.missing_visit}
        return assess_response(self.patients.assessments, asked.definition, week=asked.week, **options)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Paired change of each measure with its 95 % interval."""
        return measure_changes_table(self.patients)

    @cached_property
    def steroid_change(self) -> SteroidChange:
        """Change of the glucocorticoid dose of the enrolled."""
        return steroid_change(self.patients)

    @property
    def adverse_events(self) -> pd.DataFrame:
        """One row an event of an enrolled patient: SUBJID, event, serious, week."""
        return self.patients.adverse_events

    def summary(self) -> str:
        """The trial in plain words, as a report would begin."""
        events = self.adverse_events
        lines = [
            f"{self.protocol.id}, virtual trial {self.replicate} of seed {self.seed}. Synthetic, no real patients.",
            f"Screened {self.screened}, eligible {self.eligible}, enrolled {self.enrolled}, "
            f"without week {self.endpoint.week:g} {self.missing}, analysed {self.analysed}.",
            self._rate(),
            self._decision(),
            f"{self.steroid_change!r}.",
            f"Adverse events in {events['SUBJID'].nunique()} of {self.enrolled} patients, "
            f"serious in {events.loc[events['serious'], 'SUBJID'].nunique()}.",
        ]
        return "\n".join(lines)

    def _rate(self) -> str:
        what = f"Response by {self.endpoint.definition.id} at week {self.endpoint.week:g}"
        if self.interval is None or self.response_rate is None:
            return f"{what}: nobody was analysed."
        policy = "no visit counts as no response" if self.endpoint.missing_visit == "failure" else "complete cases"
        limits = f"{100 * self.interval.low:.0f} to {100 * self.interval.high:.0f} %"
        if self.two_stage is None:
            how = f"95 % interval {limits}, Clopper-Pearson"
        else:
            how = (
                f"without the bias of stopping {100 * self.two_stage.umvue:.0f} %, {100 * self.two_stage.level:g} % "
                f"interval {limits} in the order of Koyama and Chen"
            )
        return f"{what}: {self.responders} of {self.analysed} ({100 * self.response_rate:.0f} %, {how}; {policy})."

    def _decision(self) -> str:
        if self.design is None:
            return "Decision: none, because no design was given; the record names no p0 and no alpha."
        if isinstance(self.design, TwoStage) and self.treated < self.design.n:
            needed = self.design.continue_at
            return f"Decision: stopped after {self.treated} patients, with fewer than {needed} responders."
        needed = self.design.min_responders
        if self.endpoint.missing_visit == "complete_cases":
            needed = int(needed_by_analysed(self.design)[self.analysed])
        reached = "reached" if self.success else "not reached"
        return f"Decision: {needed} responders were needed of {self.analysed}; {reached}."

    def __repr__(self) -> str:
        return self.summary()


def simulate_trial(
    protocol: TrialProtocol,
    scenario: Scenario | None,
    *,
    seed: int,
    design: CountingDesign | None = None,
    definition: str | Path | ResponseDefinition | None = None,
    replicate: int = 0,
    **options: Any,
) -> Trial:
    """Simulate one trial: screening until it is full, the weeks of the protocol, analysis, decision.

    Parameters
    ----------
    protocol : TrialProtocol
        Who is eligible, and how many patients unless `design` says otherwise.
    scenario : Scenario
        The assumed truth.
    seed, replicate : int
        Which trial: replicate k is row k of `simulate_trials` with the same arguments.
    design : optional
        Decides success; without one there is no decision, because the record names no p0 and no alpha.
    definition : optional
        What counts as response; the protocol's primary outcome unless given.
    **options
        As in `response_probability`: enzyme, zero_baseline, normal_enzyme, missing_visit, week.

    Returns
    -------
    Trial
        With tables of everybody screened and enrolled; `.summary()` is its report in words.

    Raises
    ------
    TrialsimError
        For a scenario in which the trial never fills up, or an argument that cannot be used.

    Examples
    --------
    >>> from trialsim.design import single_stage
    >>> from trialsim.facts.protocol import load_protocol
    >>> trial = simulate_trial(load_protocol("NCT04946669"), Scenario(), seed=1, design=single_stage(20, 0.30))
    >>> trial.enrolled, trial.responders >= 10 if trial.success else trial.responders < 10
    (20, True)
    """
    truth = check_scenario(scenario)
    key = check_seed(seed)
    number = check_whole("replicate", replicate, 0, MAX_TRIALS - 1)
    endpoint = Endpoint.of(protocol, definition, **options)
    if design is not None:
        check_counting_design(design)
    n = protocol.n if design is None else design.n
    found = responses(enrol(protocol, truth, n, seed=key, first=number, count=1), truth, endpoint)
    success, treated = (None, n) if design is None else _decided(design, found, endpoint.missing_visit)
    found = found.first(treated)
    points = Replicate(key, number, int(found.number[0, -1]))
    candidates = generate_candidates(points, truth)
    cohort = Cohort(key, truth, candidates, followed(points, candidates, truth, endpoint.week))
    referred = cohort.ids[recruited(candidates.readings, truth)]
    enrolled = cohort.only(set(screen(cohort, protocol).eligible) & set(referred))
    return Trial(protocol, truth, endpoint, design, key, number, cohort, enrolled, found, success, treated)


def _decided(design: CountingDesign, found: Responses, missing_visit: str) -> tuple[bool, int]:
    success, treated = decide(design, found, missing_visit)
    return bool(success[0]), int(treated[0])
