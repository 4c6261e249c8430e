"""Questions measure: who does not read them, but takes the longest option, or always the same one, scores as chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from scipy.stats import binom

from trialsim.facts.course import whole_course
from trialsim.widgets.frame import LessonPlan, Varied
from trialsim.widgets.question import Number, OneOf, Question, SeveralOf

NUMBERS = range(12)
"""Of learners; each gets a case of their own where a question varies."""

PLANS: list[LessonPlan] = [import_module(f"trialsim.lessons.{lesson.slug}").PLAN for lesson in whole_course()]


@cache
def cases(plan_at: int, name: str) -> tuple[Question, ...]:
    """A question as each learner gets it; one that does not vary, once."""
    plan = PLANS[plan_at]
    numbers = NUMBERS if isinstance(plan.questions[name], Varied) else (0,)
    return tuple(plan.question(name, number) for number in numbers)


def items(kind: type) -> Iterator[tuple[Question, ...]]:
    """All items with this kind of answer."""
    for at, plan in enumerate(PLANS):
        for name in plan.questions:
            if isinstance(cases(at, name)[0].answer, kind):
                yield cases(at, name)


def test_tries_are_kept_under_the_name_of_the_question() -> None:
    """What a question is called is said by its lesson, without making it: some take seconds."""
    for at, plan in enumerate(PLANS):
        assert [cases(at, name)[0].name for name in plan.questions] == [plan.key(name) for name in plan.questions]


def options(question: Question) -> dict[str, str]:
    """What can be chosen."""
    answer: Any = question.answer
    return dict(answer.options)


def test_the_longest_option_is_right_as_often_as_chance() -> None:
    """A bot that takes the longest of several options is not right more often than nineteen of twenty guessers."""
    hits, chance, count = 0.0, 0.0, 0
    for asked in items(OneOf):
        for question in asked:
            shown = options(question)
            longest = max(shown, key=lambda option: len(shown[option]))
            hits += question.answer.same(longest, question.key()) / len(asked)
        chance += 1 / len(options(asked[0]))
        count += 1
    assert count >= 10
    assert hits <= binom.ppf(0.95, count, chance / count)


def test_one_option_is_not_always_right() -> None:
    """Where the case varies, a bot that always gives the same answer is right for half of the learners at most."""
    seen = 0
    for kind in (OneOf, Number):
        for asked in items(kind):
            if len(asked) > 1:
                seen += 1
                keys = Counter(question.key() for question in asked)
                assert keys.most_common(1)[0][1] <= len(asked) * 0.6, asked[0].name
    assert seen >= 5


def test_ticking_by_length_is_not_right() -> None:
    """Of several boxes neither all, nor the longer half, nor one alone is the answer."""
    found = list(items(SeveralOf))
    assert len(found) >= 2
    for (question,) in found:
        shown, key = options(question), question.key()
        longer = sorted(shown, key=lambda option: -len(shown[option]))[: (len(shown) + 1) // 2]
        for bot in (frozenset(shown), frozenset(longer)):
            assert not question.answer.same(bot, key), question.name


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.number)
def test_no_option_carries_a_number_in_brackets(plan: LessonPlan) -> None:
    """What the record says, or what a sum gives, does not stand behind the option that it makes right."""
    for name in plan.questions:
        question = plan.question(name)
        if not isinstance(question.answer, Number):
            assert not any(re.search(r"\([^)]*\d", text) for text in options(question).values()), question.name
