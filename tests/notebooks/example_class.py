"""The made-up class beside the instructor's page: `python -m tests.notebooks.example_class` writes its files.

Eight people who do not exist, a file that was cut off, and one of a newer version. What they answered is put to the
questions of the lessons, and to the sheets of six numbers, so verdicts and misconceptions are real.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trialsim.exchange.work import LessonWork, Try, Work, write_work
from trialsim.facts.vignettes import VISITS
from trialsim.lessons import start_here
from trialsim.lessons.power_of_twenty import questions as power_questions
from trialsim.lessons.practice.rating import rating_of
from trialsim.lessons.six_numbers.marks import KEPT, sheet_numbers
from trialsim.lessons.steroids_and_safety import questions as safety_questions
from trialsim.lessons.twelve_weeks import questions as twelve_questions
from trialsim.lessons.what_counts_as_response import questions as response_questions
from trialsim.lessons.who_gets_in import questions as screening_questions
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.question import Number, Question

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "instructors" / "example_class"
FIRST_DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

QUESTIONS: Mapping[str, Callable[[], Question]] = {
    "00-recall": start_here.record_question,
    "01-recall": screening_questions.recall_question,
    "01-diagnose": screening_questions.diagnose_question,
    "02-recall": response_questions.recall_question,
    "02-diagnose": response_questions.diagnose_question,
    "02-audit": response_questions.audit_question,
    "03-recall": twelve_questions.recall_question,
    "03-diagnose": twelve_questions.diagnose_question,
    "04-recall": power_questions.recall_question,
    "04-diagnose": power_questions.diagnose_question,
    "05-recall": safety_questions.recall_question,
}
VARIED: Mapping[str, Callable[[int], Question]] = {
    "01-apply": screening_questions.apply_question,
    "02-apply": response_questions.apply_question,
    "03-apply": twelve_questions.apply_question,
    "04-apply": power_questions.apply_question,
}

# Of each lesson: minutes, predictions, and the tries at each question; "r" is the right answer, "1" the first wrong one
# that has a name, "2" the second.
Done = tuple[int, Mapping[str, Any], Mapping[str, str]]


def _all(number: str, tries: str, minutes: int, **predictions: Any) -> Done:
    """A lesson; `tries` of recall, apply and diagnose (and audit), with a comma between them."""
    names = ("recall",) if number == "00" else ("recall", "apply", "diagnose", "audit")
    return (
        minutes,
        predictions,
        {f"{number}-{name}": tried for name, tried in zip(names, tries.split(","), strict=False)},
    )


CLASS: Mapping[str, tuple[str, int, Mapping[str, Done]]] = {
    "anna.json": (
        "Anna (made up)",
        3,
        {
            "00": _all("00", "r", 6, stated=8),
            "01": _all("01", "r,1r,r", 24, may_enter=22),
            "02": _all("02", "r,r,2r,r", 27, responding_definitions=4),
            "03": _all("03", "r,r,1r", 25, respond_anyway=2),
            "04": _all("04", "1r,r,r", 31, successes=75, one_more="better"),
            "05": _all("05", "r", 9, still_possible=5),
        },
    ),
    "bilal.json": (
        "Bilal (made up)",
        8,
        {
            "00": _all("00", "1r", 8, stated=12),
            "01": _all("01", "1r,r,1r", 29, may_enter=25),
            "02": _all("02", "2r,1r,r,r", 33, responding_definitions=6),
            "03": _all("03", "r,1r,1r", 30, respond_anyway=3),
            "04": _all("04", "2r,1r,1r", 38, successes=80, one_more="better"),
        },
    ),
    "chen.json": (
        "陈 (made up)",
        12,
        {
            "00": _all("00", "r", 5, stated=5),
            "01": _all("01", "r,r,r", 19, may_enter=12),
            "02": _all("02", "r,r,r,r", 21, responding_definitions=3),
            "03": _all("03", "r,r,r", 20, respond_anyway=5),
            "04": _all("04", "r,r,r", 22, successes=60, one_more="same"),
        },
    ),
    "dora.json": (
        "Dora (made up)",
        15,
        {
            "00": _all("00", "2r", 7, stated=14),
            "01": _all("01", "r,1r,3", 20, may_enter=30),
            "03": _all("03", "1r,r,r", 26, respond_anyway=1),
            "04": _all("04", "1,r,1r", 27, successes=90, one_more="better"),
        },
    ),
    "emre.json": (
        "Emre (made up)",
        15,
        {
            "00": _all("00", "1r", 6, stated=9),
            "04": _all("04", "1r,2r,3r", 35, successes=80, one_more="better"),
        },
    ),
    "farah.json": (
        "Farah (made up)",
        21,
        {
            "00": _all("00", "r", 5, stated=7),
            "01": _all("01", "r,r,2r", 23, may_enter=18),
            "02": _all("02", "1r,3r,r,1r", 30, responding_definitions=5),
            "04": _all("04", "r,1", 16, successes=70, one_more="worse"),
        },
    ),
    "goran.json": ("Goran (made up)", 7, {"00": _all("00", "1", 3, stated=11)}),
    "no_name.json": (
        "",
        7,
        {
            "00": _all("00", "r", 4, stated=9),
            "04": _all("04", "11r,r,r", 28, successes=85, one_more="better"),
        },
    ),
}


# Of V1 and V4 at both visits: the two globals; all else is right. Some take damage for activity, or take over the
# patient's mark.
Marks = tuple[str, str]
RATED: Mapping[str, Mapping[str, tuple[Marks, Marks]]] = {
    "anna.json": {"V1": (("6.5", "5"), ("2.4", "1.8")), "V4": (("1.6", "1"), ("1.5", "0.9"))},
    "bilal.json": {"V1": (("7", "6.5"), ("3", "2.5")), "V4": (("6.5", "3"), ("4.5", "2"))},
    "chen.json": {"V1": (("6.8", "4.8"), ("2.2", "1.5")), "V4": (("1.2", "0.8"), ("1.2", "0.8"))},
    "dora.json": {"V1": (("8.5", "7"), ("4", "3"))},
    "farah.json": {"V1": (("6.2", "5.5"), ("2.6", "2")), "V4": (("4", "1.5"), ("2.5", "1"))},
}

WORDS: Mapping[tuple[str, str], str] = {
    ("anna.json", "04"): "Say which rate without the drug you assume, and whose patients it was measured in.",
    ("chen.json", "04"): "State p0 with its source. I would ask for a control arm.",
    ("farah.json", "04"): "Add more patients.",
}
"""What some wrote to the committee, by file and lesson."""


def files() -> dict[str, str]:
    """The text of every file, by its name."""
    texts = {name: write_work(_work(name, *who)) for name, who in CLASS.items()}
    whole = json.loads(texts["goran.json"])
    newer = whole | {"version": whole["version"] + 1, "name": "Hana (made up)"}
    texts["hana_newer.json"] = json.dumps(newer, indent=2, ensure_ascii=False) + "\n"
    ivo = texts["bilal.json"].replace("Bilal", "Ivo")
    texts["ivo_cut_off.json"] = ivo[: ivo.index("02-recall")]
    return texts


def _work(file: str, name: str, number: int, done: Mapping[str, Done]) -> Work:
    made = {lesson: _lesson(lesson, number, *parts) for lesson, parts in done.items()}
    made |= {"six_numbers": _rated(number, RATED[file])} if file in RATED else {}
    said = {lesson: text for (of, lesson), text in WORDS.items() if of == file}
    written = {lesson: replace(made[lesson], words={"transfer": text}) for lesson, text in said.items()}
    return Work(name, number, made | written, learner=f"made-up-{file.removesuffix('.json')}")


def _lesson(
    lesson: str, number: int, minutes: int, predictions: Mapping[str, Any], tried: Mapping[str, str]
) -> LessonWork:
    began = FIRST_DAY + timedelta(days=int(lesson), minutes=number)
    return LessonWork(
        began=began.isoformat(),
        last=(began + timedelta(minutes=minutes)).isoformat(),
        seconds=60 * minutes,
        predictions=predictions,
        checks={name: tuple(_tries(name, number, tries)) for name, tries in tried.items()},
    )


def _rated(number: int, rated: Mapping[str, tuple[Marks, Marks]]) -> LessonWork:
    began = FIRST_DAY + timedelta(days=1, hours=2, minutes=number)
    minutes = 11 * len(rated)
    tries = [
        _sheet(vignette, case, at, marks)
        for vignette, visits in rated.items()
        for at, (case, marks) in enumerate(zip(sheet_numbers(vignette), visits, strict=True))
    ]
    last = (began + timedelta(minutes=minutes)).isoformat()
    return LessonWork(began=began.isoformat(), last=last, seconds=60 * minutes, checks={KEPT: tuple(tries)})


def _sheet(vignette: str, case: int, at: int, marks: Marks) -> Try:
    """A sheet with these two globals and all else right, put to the lesson, so that the verdict is its own."""
    sheet, values = rating_of(case), load_vignettes()[int(vignette[1:]) - 1].visits[VISITS[at]].values
    entries = dict(zip(("PHGA", "EMGA"), marks, strict=True))
    for box in sheet.boxes:
        right = sheet.keys[box.name].right
        usual = right if isinstance(right, str) else f"{values.get(box.name, sum(right) / 2):g}"
        entries.setdefault(box.name, usual)
    found = sheet.judge(entries)
    wrong = [mark for mark in found.values() if mark.verdict != "right"]
    answer = [f"{box.name}: {entries[box.name]}" for box in sheet.boxes]
    return Try(answer, "wrong" if wrong else "right", next((mark.misconception for mark in wrong), ""), case)


def _tries(name: str, number: int, tries: str) -> Iterator[Try]:
    varied = name in VARIED
    question = VARIED[name](number) if varied else QUESTIONS[name]()
    for tried in tries:
        key = question.key()
        wrong = None if tried == "r" else question.wrong[(int(tried) - 1) % len(question.wrong)].answer
        given = key if wrong is None else wrong(key) if callable(wrong) else wrong
        raw = f"{given:g}" if isinstance(question.answer, Number) else given
        raw = sorted(raw) if isinstance(raw, frozenset) else raw
        reply = question.reply(raw)
        yield Try(raw, reply.verdict, reply.misconception, number if varied else None)


def main() -> None:
    """Write the files; another file in the folder is left alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{FOLDER.name}/{name}")


if __name__ == "__main__":
    main()
