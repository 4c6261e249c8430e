"""Week 12 of the enrolled: who came, who responded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trialsim.errors import check_one_of
from trialsim.facts.protocol import TrialProtocol, check_protocol
from trialsim.facts.responses import ResponseDefinition, load_response
from trialsim.patients.course import AtVisit, attended, leaves_at, shared_improvement
from trialsim.patients.disease import upper_limits
from trialsim.patients.items import check_enzyme, followed_enzyme, item_limits, item_readings
from trialsim.patients.points import some_of
from trialsim.patients.scenario import Scenario
from trialsim.rules.judgement import judge
from trialsim.rules.options import MISSING_VISIT, ResponseOptions
from trialsim.rules.patient_values import MOST_ABNORMAL
from trialsim.rules.response import YES
from trialsim.trial.enrolment import Enrolment, Part


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What counts as response, with every choice that the definition leaves open."""

    definition: ResponseDefinition
    options: ResponseOptions
    enzyme: str
    missing_visit: str

    @classmethod
    def of(
        cls,
        protocol: TrialProtocol,
        definition: str | Path | ResponseDefinition | None,
        *,
        enzyme: str = MOST_ABNORMAL,
        zero_baseline: str = "strict",
        normal_enzyme: str = "counts",
        missing: str = "undecided",
        missing_visit: str = "failure",
    ) -> Endpoint:
        """The endpoint by a definition, the protocol's own if it is None, and options as in `assess_response`."""
        return cls(
            load_response(check_protocol(protocol).primary.definition if definition is None else definition),
            ResponseOptions(zero_baseline=zero_baseline, normal_enzyme=normal_enzyme, missing=missing),
            check_enzyme(enzyme),
            check_one_of("missing_visit", missing_visit, MISSING_VISIT),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Of several replicates with n enrolled each, in order of enrolment, shape (count, n)."""

    came: NDArray[np.bool_]
    responded: NDArray[np.bool_]

    @property
    def n_missing(self) -> NDArray[np.int64]:
        """Enrolled patients without week 12, shape (count,)."""
        return np.asarray((~self.came).sum(axis=1))


def responses(enrolment: Enrolment, scenario: Scenario, endpoint: Endpoint) -> Responses:
    """Who came to week 12 and who responded; a patient who did not come did not respond."""
    found = ((part.trial, *_of_part(part, scenario, endpoint)) for part in enrolment.parts)
    trial, came, responded = (np.concatenate(columns) for columns in zip(*found, strict=True))
    # Parts are batches, one after the other; within a trial the order of enrolment stays.
    order = np.argsort(trial, kind="stable")
    shape = (len(enrolment.screened), -1)
    return Responses(came[order].reshape(shape), responded[order].reshape(shape))


def _of_part(part: Part, scenario: Scenario, endpoint: Endpoint) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    at_entry = part.candidates.at_entry
    improvement = shared_improvement(part.points, at_entry, scenario, 12)
    came = attended(leaves_at(part.points, at_entry, scenario, improvement), 12)
    limits = upper_limits(scenario, at_entry.female)
    followed = followed_enzyme(at_entry, limits, endpoint.enzyme)
    baseline = item_readings(at_entry, endpoint.definition, followed)
    uln, multiple = item_limits(limits, endpoint.definition, followed)
    # Only who comes is read again.
    here = np.flatnonzero(came)
    week12 = AtVisit(some_of(part.points, here), part.candidates.some(here).at_entry, improvement[here], scenario, 12)
    found = judge(
        baseline[here],
        item_readings(week12, endpoint.definition, followed[here]),
        endpoint.definition,
        endpoint.options,
        uln=uln[here],
        enzyme_multiple=multiple[here],
    )
    responded = np.zeros_like(came)
    responded[here] = found.response == YES
    return came, responded
