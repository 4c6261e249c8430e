"""A table of one's own: whatever the bytes, no row is lost and nothing but a sentence is raised."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trialsim.errors import TrialsimError
from trialsim.exchange.own_patients import OwnPatients, load_patients
from trialsim.safe_csv import guard, looks_like_formula, unguard

HEAD = "SUBJID,AVISITN,PHGA,PTGA,MMT8,HAQDI,EMGA,CK,CK_ULN"
CELLS = st.sampled_from(["", "0", "12", "5", "5.5", "50", "NA", "=1", "A", "B", "1,5", '"', '""', "-1", "ü", " 7 "])


def whole(own: OwnPatients) -> bool:
    """Every row is either good or set aside, and what is set aside has a reason."""
    wrong = set(own.refused["row"]) - {1}
    aside = set(own.set_aside["row"])
    return len(own.set_aside) <= own.rows and wrong <= aside and bool((own.set_aside["why set aside"] != "").all())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Arbitrary bytes give a table or a sentence."""
    try:
        own = load_patients(content)
    except TrialsimError:
        return
    assert whole(own)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=11), min_size=1, max_size=8))
def test_any_cells_are_judged_or_set_aside(rows: list[list[str]]) -> None:
    """Rows of odd cells are kept, and what is good can be judged."""
    try:
        own = load_patients("\n".join([HEAD, *(",".join(row) for row in rows)]).encode())
    except TrialsimError:
        return
    assert whole(own)
    if own.patients:
        assert len(own.verdicts()) == 8 * len(own.patients)


@given(st.text(max_size=12))
def test_guarded_text_comes_back(text: str) -> None:
    """What is written safely is never a formula, and comes back as it was."""
    assert not looks_like_formula(guard(text))
    assert unguard(guard(text)) == text
