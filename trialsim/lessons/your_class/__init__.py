"""The instructor's page: who finished what, which misconceptions were met, what was predicted, what was answered."""

from __future__ import annotations

from functools import cache

import pandas as pd

from trialsim.exchange.class_work import ClassWork
from trialsim.facts.course import lessons
from trialsim.figures.class_work import Met, Progress, misconceptions_picture, progress_picture
from trialsim.lessons.your_class.predictions_panels import SOURCE, people, plan_of, predictions_panel
from trialsim.lessons.your_class.ratings_panel import ratings_panel
from trialsim.widgets.controls import Select
from trialsim.widgets.explorer import Explorer
from trialsim.widgets.panel import Panel, State, View
from trialsim.widgets.question import Number, Question
from trialsim.widgets.table import Table

__all__ = ["each", "finished", "misconceptions", "panels", "predictions", "questions", "ratings", "so_far", "words"]

_MAX_BARS = 12
_NUMBERS = tuple(lesson.number for lesson in lessons())


def finished(work: ClassWork) -> Explorer:
    """Who finished which lesson."""
    return Explorer(_progress_panel(work))


def so_far(work: ClassWork) -> Table:
    """How far everybody who began a lesson has come in it, finished or not."""
    rows = []
    for number, of in work.lessons.groupby("lesson"):
        questions = int(of["questions"].sum())
        rows.append(
            {
                "lesson": number,
                "began": len(of),
                "finished": int(of["finished"].sum()),
                "questions tried": f"{of['questions_tried'].sum()} of {questions}",
                "questions solved": f"{of['questions_solved'].sum()} of {questions}",
                "minutes so far (median)": f"{of['minutes'].median():g}",
            }
        )
    columns = ["lesson", "began", "finished", "questions tried", "questions solved", "minutes so far (median)"]
    caption = "Everybody who began a lesson, finished or not. Questions: those of the lesson, times those who began it."
    return Table(pd.DataFrame(rows, columns=columns), caption)


def each(work: ClassWork) -> Table:
    """How far everybody came in each lesson, and how long it took."""
    frame = work.lessons.drop(columns=["file", "misconceptions", "questions"])
    frame["finished"] = ["yes" if done else "no" for done in frame["finished"]]
    frame.columns = [column.replace("_", " ") for column in frame.columns]
    return Table(frame, "One row a learner and lesson that was begun. Minutes: the time at work, long breaks left out.")


def misconceptions(work: ClassWork) -> Explorer:
    """Which misconceptions were met, and how often they were overcome."""
    return Explorer(_misconceptions_panel(work))


def predictions(work: ClassWork) -> Explorer:
    """What the class predicted, beside what was found."""
    return Explorer(predictions_panel(work))


def ratings(work: ClassWork) -> Explorer:
    """How the class rated the made-up patients, and how many verdicts differ."""
    return Explorer(ratings_panel(work))


def panels(work: ClassWork) -> tuple[Panel, ...]:
    """The panels of this page, for tests that move every control."""
    return (_progress_panel(work), _misconceptions_panel(work), ratings_panel(work), predictions_panel(work))


def questions(work: ClassWork) -> Table:
    """How the class fared with each question, and its most frequent wrong answer."""
    frame = work.questions.copy()
    asked = {name: question for number in frame["lesson"].unique() for name, question in _questions(number).items()}
    pairs = zip(frame["question"], frame["wrong_answer"], strict=True)
    frame["wrong_answer"] = [_as_shown(asked.get(name), answer) for name, answer in pairs]
    frame["median_tries"] = ["" if pd.isna(median) else f"{median:g}" for median in frame["median_tries"]]
    frame.columns = [column.replace("_", " ") for column in frame.columns]
    caption = (
        "The questions that were tried. First try: solved at once. Median tries: of those who solved it. A wrong "
        "answer is shown where at least two gave it to the same patient or trial."
    )
    return Table(frame, caption)


def words(work: ClassWork) -> Table:
    """What the learners wrote in words of their own, shown as text."""
    frame = work.words.drop(columns="place")
    return Table(frame, "What the learners wrote in their own words." if len(frame) else "Nobody has written anything.")


def _progress_panel(work: ClassWork) -> Panel:
    cells: dict[tuple[str, str], tuple[int, int]] = {
        (row["learner"], row["lesson"]): (row["questions_solved"], row["questions"])
        for row in work.lessons.to_dict("records")
    }
    rows = [Progress(learner, tuple(cells.get((learner, number)) for number in _NUMBERS)) for learner in work.learners]
    begun = [row for row in work.overview.to_dict("records") if row["began"]]
    order = Select("order", "Order", {"name": "By name", "least": "Least finished first"})

    def draw(state: State) -> View:
        shown = sorted(rows, key=_done) if state["order"] == "least" else rows
        parts = [
            f"lesson {row['lesson']} was begun by {row['began']} and finished by {row['finished'] or 'none'}"
            for row in begun
        ]
        if not work.learners:
            sentence = "No file of a learner could be read yet."
        elif not parts:
            sentence = f"Of {people(len(rows))} nobody has begun a lesson."
        else:
            sentence = f"Of {people(len(rows))}, " + "; ".join(parts) + "."
        first = f" {'First' if state['order'] == 'name' else 'Least finished'}: {shown[0].learner}." if shown else ""
        return View(progress_picture(shown, _NUMBERS), sentence, sentence + first, SOURCE)

    return Panel("Who finished what?", (order,), draw)


def _done(progress: Progress) -> tuple[int, int]:
    begun = [cell for cell in progress.lessons if cell is not None]
    return sum(solved >= of for solved, of in begun), sum(solved for solved, _ in begun)


def _misconceptions_panel(work: ClassWork) -> Panel:
    options = {"all": "All lessons"} | {other.number: f"{other.number} {other.question}" for other in lessons()}
    lesson = Select("lesson", "Treated in lesson", options)

    def draw(state: State) -> View:
        met = work.misconceptions
        if state["lesson"] != "all":
            met = met[met["lesson"] == state["lesson"]]
        rows = met.head(_MAX_BARS).to_dict("records")
        bars = [Met(f"{row['name']} ({row['lesson']})", row["learners"], row["still"]) for row in rows]
        if bars:
            most = rows[0]
            sentence = (
                f'Met most: "{most["name"]}", by {most["learners"]} of {people(len(work.learners))}; '
                f'{_since(most["learners"], most["still"])} such a question since. The idea: "{most["idea"]}"'
            )
            if len(met) > len(bars):
                sentence += f" Shown are {len(bars)} of {len(met)}."
        else:
            of = "" if state["lesson"] == "all" else " of this lesson"
            sentence = f"No misconception{of} was met."
        alt = " ".join([sentence, *(f"{bar.name}: {bar.learners}, {bar.still} unsolved." for bar in bars[1:])])
        return View(misconceptions_picture(bars, len(work.learners)), sentence, alt, SOURCE)

    return Panel("Which misconceptions were met?", (lesson,), draw)


def _since(met: int, still: int) -> str:
    """How many of those who met a misconception have solved such a question since, as the start of a clause."""
    if not still:
        return "all of them have solved" if met > 1 else "that one has solved"
    if still == met:
        return "none of them has solved" if met > 1 else "that one has not solved"
    return f"{still} of them {'has' if still == 1 else 'have'} not solved"


def _as_shown(question: Question | None, answer: str) -> str:
    """An answer in the words of its options, where it has options."""
    if question is None or isinstance(question.answer, Number):
        return answer
    return "; ".join(question.answer.options.get(part, part) for part in answer.split("; "))


@cache
def _questions(number: str) -> dict[str, Question]:
    plan = plan_of(number)
    return {question.name: question for question in map(plan.question, plan.questions)}
