"""A protocol with one limit moved or left out: what changes, what stays, what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest

from trialsim.errors import TrialsimError
from trialsim.facts.protocol import TrialProtocol, load_protocol
from trialsim.facts.variation import limits_of, with_limit
from trialsim.patients.cohort import generate_cohort
from trialsim.rules.eligibility import screen

LIVER = ("ALT_xuln", "AST_xuln")


@pytest.fixture
def protocol() -> TrialProtocol:
    """The protocol of the record."""
    return load_protocol("NCT04946669")


def test_only_the_named_limits_move(protocol: TrialProtocol) -> None:
    """The named limits take the new value, the others of the criterion and all other criteria stay."""
    moved = with_limit(protocol, "EXCL03", LIVER, 2.5)
    before, after = limits_of(protocol, "EXCL03"), limits_of(moved, "EXCL03")
    assert {name: float(after[name]) for name in LIVER} == dict.fromkeys(LIVER, 2.5)
    assert all(after[name] == before[name] for name in before if name not in LIVER)
    assert [criterion for criterion in moved.criteria if criterion.id != "EXCL03"] == [
        criterion for criterion in protocol.criteria if criterion.id != "EXCL03"
    ]
    assert limits_of(protocol, "EXCL03") == before, "the protocol given is as it was"


def test_description_names_the_change(protocol: TrialProtocol) -> None:
    """The description says which limit was changed, so that no one takes it for the record's."""
    text = with_limit(protocol, "EXCL03", LIVER, 5).describe()
    assert "limit of ALT and AST = 5 x ULN; changed to see what the limit does" in " ".join(text.split())
    assert "limit of ALT = none" in " ".join(with_limit(protocol, "EXCL03", ["ALT_xuln"], None).describe().split())


def test_wider_limits_keep_whoever_was_eligible(protocol: TrialProtocol) -> None:
    """Each wider limit admits all whom a narrower one admits; the recorded limit put in again changes nobody."""
    cohort = generate_cohort(300, seed=4)
    eligible = [
        set(screen(cohort, with_limit(protocol, "EXCL03", LIVER, limit)).eligible) for limit in (1, 2, 3, 5, None)
    ]
    assert all(narrow < wide for narrow, wide in pairwise(eligible))
    assert eligible[1] == set(screen(cohort, protocol).eligible)


def test_readings_survive(protocol: TrialProtocol) -> None:
    """A changed reading and a changed limit do not disturb each other."""
    both = with_limit(protocol.with_reading("hepatitis", "both"), "EXCL03", LIVER, 5)
    other = with_limit(protocol, "EXCL03", LIVER, 5).with_reading("hepatitis", "both")
    assert both == other


def test_limit_inside_another_condition_moves(protocol: TrialProtocol) -> None:
    """A limit deep inside a criterion moves, too: the age of contraception."""
    moved = with_limit(protocol, "EXCL05", ["AGE"], 45)
    assert "at most 45 years" in moved.condition(moved.criterion("EXCL05")).describe()


@pytest.mark.parametrize(
    ("criterion", "facts", "limit", "said"),
    [
        ("EXCL99", LIVER, 3, "criterion: got 'EXCL99'"),
        ("EXCL03", ["CK_xuln"], 3, "fact: got 'CK_xuln'"),
        ("EXCL03", ["tumour"], 3, "fact: got 'tumour'"),
        ("EXCL03", [], 3, "facts"),
        ("EXCL03", LIVER, -1, "limit: got -1"),
        ("EXCL03", LIVER, "3", "limit: got '3'"),
        ("EXCL03", LIVER, float("nan"), "limit"),
        ("EXCL04", ["AGE"], 3, "fact: got 'AGE'"),
    ],
)
def test_bad_changes_are_refused(
    protocol: TrialProtocol, criterion: str, facts: list[str], limit: object, said: str
) -> None:
    """A criterion or limit that is not there, and a limit that is no number, are refused with their names."""
    with pytest.raises(TrialsimError) as caught:
        with_limit(protocol, criterion, facts, limit)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_nothing_left_is_refused(protocol: TrialProtocol) -> None:
    """Leaving out the only comparison of a criterion is refused."""
    from dataclasses import replace

    criterion = protocol.criterion("INCL01")
    alone = replace(criterion, when=criterion.when.parts[0])  # type: ignore[union-attr]
    small = replace(protocol, criteria=(alone,))
    with pytest.raises(TrialsimError, match="nothing is left of INCL01"):
        with_limit(small, "INCL01", ["AGE"], None)
