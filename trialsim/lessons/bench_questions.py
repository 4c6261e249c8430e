"""The checks of lesson 06. Their keys are computed by the designs and the published groups that the bench holds."""

from __future__ import annotations

from functools import partial

from trialsim.errors import TrialsimError
from trialsim.facts.pooling import find_arms, pool_arms
from trialsim.lessons.question import Number, OneOf, Question, Wrong
from trialsim.power.bench import DESIGNS, Bench
from trialsim.power.side_by_side import candidate

__all__ = ["apply_question", "diagnose_question", "recall_question"]

_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"


def recall_question(bench: Bench) -> Question:
    """Which design is the cheapest when the drug adds nothing."""
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
        hint="In the picture of step 3 the filled part of a bar is the average.",
        worked=(
            f"On average, if {100 * bench.p0:g} % respond: {listed} patients. The optimal design stops with a "
            f"chance of {taken.stop_probability:.2f} after {taken.rule.split(',')[0].split(' of ')[-1]} patients."
        ),
        wrong=(
            Wrong("fewest-at-most-is-fewest-on-average", "minimax"),
            Wrong("stopping-early-costs-nothing-to-leave-out", "single"),
        ),
    )


def apply_question() -> Question:
    """How many patients two published rows hold together."""
    found = [arm for arm in find_arms("IMACS-2004", week=24) if arm.control]
    whole = max(found, key=lambda arm: arm.n)
    part = next(arm for arm in found if arm.group == "dermatomyositis")
    try:
        pool_arms([whole.key, part.key])
        together = whole.n + part.n
    except TrialsimError:  # they share patients, so the larger row holds all of them
        together = whole.n
    return Question(
        name="06-apply",
        text=(
            f"For p0 you find two rows: {whole.name}, {whole.responders} of {whole.n}; and {part.name}, "
            f"{part.responders} of {part.n}. How many different patients do they hold together?"
        ),
        answer=Number("Patients", 0, 1000, unit="patients"),
        key=lambda: together,
        right="The second row is a part of the first.",
        hint="Tick both in step 1 and read what is said.",
        worked=(
            f"The {part.n} with dermatomyositis are among the {whole.n}: {{key}}. The bench refuses to add them up. "
            "Take one row: the whole, or the part that looks like your patients."
        ),
        wrong=(
            Wrong("subgroup-counted-twice", whole.n + part.n),
            Wrong("subgroup-is-all-there-is", part.n),
        ),
    )


def diagnose_question(bench: Bench, truth: float = 0.40) -> Question:
    """Whether alpha bounds the false successes whatever standard care gives."""
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
            f"Alpha is kept at p0. At {100 * truth:g} % it is reached by luck {success / bench.alpha:.1f} "
            "times as often as was allowed."
        ),
        hint="Move what standard care truly gives in step 4, and watch the table.",
        worked=(
            f"{taken.rule} has a chance of {taken.attained_alpha:.3f} at {100 * bench.p0:g} % and of {success:.3f} at "
            f"{100 * truth:g} %. With {larger.n} patients it is {larger.success(truth):.3f}: worse, not better."
        ),
        wrong=(
            Wrong("alpha-holds-whatever-the-truth", "holds"),
            Wrong("more-patients-cure-a-wrong-p0", "larger"),
        ),
    )


def _verdict(exceeded: bool) -> str:
    return "wrong" if exceeded else "holds"
