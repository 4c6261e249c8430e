"""The weeks at which patients are seen, and what a visit is called."""

from __future__ import annotations

from typing import Any

from trialsim.errors import check_number

# The weeks at which everybody is seen, as far as a trial goes; a protocol may add one of its own between them.
WEEKS = (4, 8, 12, 24, 52)
MIN_WEEK, MAX_WEEK = WEEKS[0], WEEKS[-1]
# The week for which the scenario's numbers hold, and at which the course is drawn first.
USUAL_WEEK = 12.0


def check_week(where: str, week: Any) -> float:
    """Return a week at which the course can be read, or raise.

    Examples
    --------
    >>> check_week("week", 24)
    24.0
    """
    return check_number(
        where,
        week,
        MIN_WEEK,
        MAX_WEEK,
        fix=f"Before week {MIN_WEEK} nobody is seen, and after week {MAX_WEEK} no control group of this disease was.",
    )


def visit_name(week: float) -> str:
    """What the visit at a week is called.

    Examples
    --------
    >>> visit_name(0), visit_name(12)
    ('Baseline', 'Week 12')
    """
    return f"Week {week:g}" if week else "Baseline"


def visits_until(week: float) -> tuple[float, ...]:
    """The weeks at which a patient is seen who is followed to a week: the usual ones, and that week.

    Examples
    --------
    >>> visits_until(16)
    (4, 8, 12, 16)
    """
    return (*(planned for planned in WEEKS if planned < week), int(week) if week == int(week) else week)
