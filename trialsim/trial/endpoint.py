"""What is asked of a trial, and what became of the enrolled: who came to the visit, who responded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import TrialsimError, check_one_of
from trialsim.facts.protocol import TrialProtocol, check_protocol
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.patients.attendance import attended, leaves_at
from trialsim.patients.improvement import shared_improvement
from trialsim.patients.items import check_enzyme, followed_enzyme, item_limits, item_readings
from trialsim.patients.points import some_of
from trialsim.patients.readings import upper_limits
from trialsim.patients.scenario import Scenario
from trialsim.patients.trajectory import AtVisit
from trialsim.patients.weeks import check_week
from trialsim.rules.judgement import judge
from trialsim.rules.options import MISSING_VISIT, ResponseOptions, refuse_idle
from trialsim.rules.patient_values import MOST_ABNORMAL
from trialsim.rules.response import YES
from trialsim.trial.enrolment import Enrolment, Part


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What counts as response, and when, with every choice that the definition leaves open."""

    definition: ResponseDefinition
    options: ResponseOptions
    enzyme: str
    missing_visit: str
    week: float

    @classmethod
    def of(
        cls,
        protocol: TrialProtocol,
        definition: str | Path | ResponseDefinition | None = None,
        *,
        enzyme: str = MOST_ABNORMAL,
        zero_baseline: str = "strict",
        normal_enzyme: str = "counts",
        missing: str = "undecided",
        missing_visit: str = "failure",
        week: float | None = None,
        mmt8_max: int = 150,
        enzyme_uln: None = None,
        **unknown: object,
    ) -> Endpoint:
        """The endpoint of a protocol, but for what is given: a definition, a week, options as in `assess_response`.

        Raises
        ------
        TrialsimError
            For an option that does not exist, or that could change nothing: of virtual patients every measure is known
            at a visit that takes place, MMT-8 is scored on both sides, and upper limits are part of the scenario.
        """
        primary = check_protocol(protocol).primary
        for name in unknown:
            check_one_of("option", name, _OPTIONS)
        if definition is None and not primary.definition:
            fix = f"The primary outcome of {protocol.id} names none."
            raise TrialsimError("definition", None, "the id of a definition", fix)
        rule = load_response(primary.definition if definition is None else definition)
        options = ResponseOptions(mmt8_max, zero_baseline, normal_enzyme, missing)
        refuse_idle(options, rule)
        _refuse_unmoved(options, enzyme_uln)
        if check_enzyme(enzyme) != MOST_ABNORMAL and "ENZYME" not in rule.items:
            fix = "It takes no single enzyme: those of its measures count each by itself, or none does."
            raise TrialsimError("enzyme", enzyme, f"{MOST_ABNORMAL!r} under {rule.id}", fix)
        return cls(rule, options, enzyme, check_one_of("missing_visit", missing_visit, MISSING_VISIT),
                   check_week("week", protocol.week if week is None else week))  # fmt: skip


_OPTIONS = ("enzyme", "zero_baseline", "normal_enzyme", "missing", "missing_visit", "week")


def _refuse_unmoved(options: ResponseOptions, enzyme_uln: object) -> None:
    """Raise for choices that matter in a table of one's own, and never among virtual patients."""
    usual = ResponseOptions()
    if options.mmt8_max != usual.mmt8_max:
        raise TrialsimError("mmt8_max", options.mmt8_max, f"{usual.mmt8_max}", "The model scores MMT-8 on both sides.")
    if options.missing != usual.missing:
        fix = "At a visit that takes place every measure is known; missing_visit says what becomes of the others."
        raise TrialsimError("missing", options.missing, repr(usual.missing), fix)
    if enzyme_uln is not None:
        fix = "Upper limits are those of the scenario: its fields that begin with uln_."
        raise TrialsimError("enzyme_uln", enzyme_uln, "None", fix)


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Of several replicates with n enrolled each, in order of enrolment, shape (count, n).

    Attributes
    ----------
    came, responded : array of bool
    number : array of int
        Which candidate of the trial each was, from 1.
    """

    came: NDArray[np.bool_]
    responded: NDArray[np.bool_]
    number: NDArray[np.int64]

    def first(self, treated: int) -> Responses:
        """The first patients of each trial."""
        return Responses(self.came[:, :treated], self.responded[:, :treated], self.number[:, :treated])


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What each of several trials reports, of those whom it treated; each shape (count,)."""

    screened: NDArray[np.int64]
    enrolled: NDArray[np.int64]
    analysed: NDArray[np.int64]
    missing: NDArray[np.int64]
    responders: NDArray[np.int64]


def counts(found: Responses, treated: NDArray[np.int64], missing_visit: str) -> Counts:
    """Count trials that ended after so many patients: nobody after the last was screened, enrolled or analysed."""
    inside = np.arange(found.came.shape[1]) < treated[:, np.newaxis]
    missing = (~found.came & inside).sum(axis=1)
    return Counts(
        screened=np.take_along_axis(found.number, treated[:, np.newaxis] - 1, axis=1)[:, 0],
        enrolled=treated,
        analysed=treated - missing if missing_visit == "complete_cases" else treated,
        missing=missing,
        responders=(found.responded & inside).sum(axis=1),
    )


def responses(enrolment: Enrolment, scenario: Scenario, endpoint: Endpoint) -> Responses:
    """Who came to the visit and who responded; a patient who did not come did not respond."""
    found = ((part.trial, part.number, *_of_part(part, scenario, endpoint)) for part in enrolment.parts)
    trial, number, came, responded = (np.concatenate(columns) for columns in zip(*found, strict=True))
    # Parts are batches, one after the other; within a trial the order of enrolment stays.
    order = np.argsort(trial, kind="stable")
    shape = (len(enrolment.screened), -1)
    return Responses(came[order].reshape(shape), responded[order].reshape(shape), number[order].reshape(shape))


def _of_part(part: Part, scenario: Scenario, endpoint: Endpoint) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    at_entry = part.candidates.at_entry
    improvement = shared_improvement(part.points, at_entry, scenario, endpoint.week)
    # Who leaves is settled by the course to week 12, whenever response is read.
    by_week_12 = improvement if endpoint.week == 12 else None
    came = attended(leaves_at(part.points, at_entry, scenario, by_week_12), endpoint.week)
    limits = upper_limits(scenario, at_entry.female)
    followed = followed_enzyme(at_entry, limits, endpoint.enzyme)
    baseline = item_readings(at_entry, endpoint.definition, followed)
    uln, multiple = item_limits(limits, endpoint.definition, followed)
    # Only who comes is read again.
    here = np.flatnonzero(came)
    visit = AtVisit(
        some_of(part.points, here), part.candidates.some(here).at_entry, improvement[here], scenario, endpoint.week
    )
    found = judge(
        baseline[here],
        item_readings(visit, endpoint.definition, followed[here]),
        endpoint.definition,
        endpoint.options,
        uln=uln[here],
        enzyme_multiple=multiple[here],
    )
    responded = np.zeros_like(came)
    responded[here] = found.response == YES
    return came, responded
