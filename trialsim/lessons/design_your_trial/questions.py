"""The checks of lesson 06. Their keys are computed by the designs and the published groups that the bench holds."""

from __future__ import annotations

from functools import cache, partial

from trialsim.errors import TrialsimError, check_whole
from trialsim.facts.pooling import PublishedArm, find_arms, pool_arms
from trialsim.lessons.wrong_answers import wrong
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.side_by_side import candidate
from trialsim.widgets.question import Number, OneOf, Question

__all__ = ["apply_question", "diagnose_question", "recall_question", "wholes_with_parts"]

_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"


def recall_question(bench: Bench | None = None) -> Question:
    """Which design is the cheapest when the drug adds nothing; on the bench as it begins unless given."""
    bench = bench or Bench()
    names = ("single", "minimax", "optimal")
    expected = {name: candidate(bench, name).expected_n for name in names}
    taken = candidate(bench, "optimal")
    listed = ", ".join(f"{DESIGNS[name].lower()} {expected[name]:.1f}" for name in names)
    return Question(
        name="06-recall",
        text="Three designs have the wanted power. Which treats fewest patients on average if the drug adds nothing?",
        answer=OneOf({name: DESIGNS[name] for name in names}),
        key=lambda: min(names, key=lambda name: expected[name]),
        right="It is built to stop early when there is nothing to find.",
        hint="Under Designs the filled part of a bar is the average.",
        worked=(
            f"On average, if {100 * bench.p0:g} % respond: {listed} patients. The optimal design stops with a "
            f"chance of {taken.stop_probability:.2f} after {taken.rule.split(',')[0].split(' of ')[-1]} patients."
        ),
        wrong=(
            wrong("fewest-at-most-is-fewest-on-average", "minimax"),
            wrong("stopping-early-costs-nothing-to-leave-out", "single"),
        ),
    )


@cache
def wholes_with_parts() -> tuple[tuple[PublishedArm, PublishedArm], ...]:
    """Published groups in pairs: one, and another that is a part of it under the same rule and at the same week.

    Examples
    --------
    >>> [(whole.n, part.n) for whole, part in wholes_with_parts()]
    [(73, 42), (73, 31), (75, 40), (75, 35)]
    """
    found = find_arms()
    return tuple((whole, part) for whole in found for part in found if part.key != whole.key and _holds(whole, part))


def _holds(whole: PublishedArm, part: PublishedArm) -> bool:
    same = ("study", "role", "week", "definition")
    if part.n >= whole.n or any(getattr(whole, name) != getattr(part, name) for name in same):
        return False
    try:
        pool_arms([whole.key, part.key])
    except TrialsimError:  # they share patients
        return True
    return False


def apply_question(number: int = 0) -> Question:
    """How many patients two published rows hold together; the learner's `number` picks the rows."""
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    pairs = wholes_with_parts()
    whole, part = pairs[number % len(pairs)]
    rate = "p0" if whole.control else "p1"
    return Question(
        name="06-apply",
        text=(
            f"For {rate} there are two published groups: {whole.name}, {whole.responders} of {whole.n}; and "
            f"{part.name}, {part.responders} of {part.n}. How many different patients do they hold together?"
        ),
        answer=Number("Different patients", 0, 1000),
        key=lambda: whole.n,
        right="The second group is a part of the first.",
        hint="Tick both under Evidence and read what is said.",
        worked=(
            f"The {part.n} of the second group are among the {whole.n} of the first: {{key}}. The bench refuses to add "
            "them up. Take one: the whole, or the part that looks like your patients."
        ),
        wrong=(
            wrong("subgroup-counted-twice", whole.n + part.n),
            wrong("subgroup-is-all-there-is", part.n),
        ),
    )


def diagnose_question(bench: Bench | None = None, truth: float = 0.40) -> Question:
    """Whether alpha bounds the false successes whatever standard care gives; on the bench as it begins unless given."""
    bench = bench or Bench()
    taken, larger = candidate(bench, "at_hand"), candidate(bench, "at_hand", more=bench.n)
    success = taken.success(truth)
    options = {
        "holds": f"True: {taken.rule} was chosen so that no more than {100 * bench.alpha:g} in 100 succeed by luck",
        "wrong": f"Not if standard care gives {100 * truth:g} %: then about {100 * success:.0f} in 100 succeed",
        "larger": "It would be true of a trial with twice the patients",
    }
    return Question(
        name="06-diagnose",
        text=(
            f"A colleague plans {bench.n} patients against p0 = {100 * bench.p0:g} % and says: {_OPEN}If the drug "
            f"adds nothing, at most {100 * bench.alpha:g} of 100 such trials succeed.{_CLOSE} What do you answer?"
        ),
        answer=OneOf(options),
        key=partial(_verdict, success > bench.alpha),
        right=(
            f"Alpha is kept at p0. At {100 * truth:g} % the boundary is reached {success / bench.alpha:.1f} times as "
            "often as was allowed."
        ),
        hint="Move what standard care truly gives, and watch the table.",
        worked=(
            f"{taken.rule} has a chance of {taken.attained_alpha:.3f} at {100 * bench.p0:g} % and of {success:.3f} at "
            f"{100 * truth:g} %. With {larger.n} patients it is {larger.success(truth):.3f}: worse, not better."
        ),
        wrong=(
            wrong("alpha-holds-whatever-the-truth", "holds"),
            wrong("more-patients-cure-a-wrong-p0", "larger"),
        ),
    )


def _verdict(exceeded: bool) -> str:
    return "wrong" if exceeded else "holds"
