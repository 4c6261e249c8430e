"""The checks of lesson 02. Their keys are what the rules say of the patients in the questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from trialsim.errors import check_whole
from trialsim.facts.audit import published_cases
from trialsim.facts.core_set import measure
from trialsim.facts.protocol import our_trial
from trialsim.facts.responses import CountRule, load_response
from trialsim.lessons.what_counts_as_response.wordings_panels import Wording
from trialsim.lessons.wrong_answers import wrong
from trialsim.patients.cohort import follow, generate_cohort
from trialsim.patients.scenario import Scenario
from trialsim.rules.assess import assess_patient
from trialsim.rules.audit import audit_cases, by_printed_rule
from trialsim.text import capital
from trialsim.widgets.question import Number, OneOf, Question

__all__ = ["another_patient", "apply_question", "audit_question", "diagnose_question", "recall_question"]

_USUAL, _RECORD = "IMACS-2004", our_trial().primary.definition
_FALLS = {"scale": (8.0, 6.0), "line": (5.0, 4.0), "short": (6.0, 4.9)}
"""Falls of the physician global in cm, before and after: past the line, on it, and short of it."""


def recall_question() -> Question:
    """In whom "more than" and "at least" disagree."""
    rule = load_response(_USUAL).rule
    assert isinstance(rule, CountRule)
    line = f"{float(rule.improved.percent):g} %"

    def improved(option: str, name: str) -> bool:
        start, end = _FALLS[option]
        return "PHGA" in assess_patient({"PHGA": start}, {"PHGA": end}, name, missing="not_counted").improved

    def key() -> str:
        return next((fall for fall in _FALLS if improved(fall, _USUAL) != improved(fall, _RECORD)), "same")

    sums = "; ".join(f"from {start:g} to {end:g} cm {100 * (start - end) / start:.3g} %"
                     for start, end in _FALLS.values())  # fmt: skip
    return Question(
        name="02-recall",
        text=f"The definition of 2004 asks for a fall of at least {line}, the record of our trial for more than "
        f"{line}. The physician global of three patients fell. In whom do the two disagree?",
        answer=OneOf(
            {fall: f"It fell from {start:.1f} to {end:.1f} cm" for fall, (start, end) in _FALLS.items()}
            | {"same": "In nobody: they mean the same"}
        ),
        key=key,
        right=f"That is exactly {line} of the start: at least {line}, and not more.",
        hint="Divide each fall by its own start. Which one lies exactly on the line?",
        worked=f"Each fall in percent of its start: {sums}. “At least” and “more than” differ only at exactly {line}.",
        wrong=(
            wrong("absolute-for-relative", "scale"),
            wrong("any-better-counts", "short"),
            wrong("at-least-is-more-than", "same"),
        ),
    )


class Candidate(NamedTuple):
    """A virtual patient as a check shows it: values by code, and which enzyme is followed, with its upper limit."""

    subject: str
    baseline: Mapping[str, float]
    followup: Mapping[str, float]
    enzyme: str
    uln: float

    def improved(self, wording: Wording) -> int:
        """How many measures count as improved under a wording."""
        found = assess_patient(
            self.baseline, self.followup, wording.definition(), enzyme=self.enzyme, enzyme_uln=self.uln
        )
        return len(found.improved)

    @property
    def better(self) -> int:
        """How many moved the right way, by however little."""
        return sum(self._rose(code) == measure(code).higher_is_better for code in self._moved)

    @property
    def risen(self) -> int:
        """How many went up."""
        return sum(self._rose(code) for code in self._moved)

    @property
    def _moved(self) -> list[str]:
        return [code for code in self.baseline if self.baseline[code] != self.followup[code]]

    def _rose(self, code: str) -> bool:
        return self.followup[code] > self.baseline[code]

    def told(self) -> str:
        """The two visits in a line."""
        parts = []
        for code, start in self.baseline.items():
            found = measure(code)
            name = measure(self.enzyme).label if code == "ENZYME" else found.label
            parts.append(found.with_unit(f"{name} {start:g} → {self.followup[code]:g}"))
        return "; ".join(parts)


@cache
def another_patient(number: int = 0) -> Candidate:
    """The virtual patient that a learner's number picks: one whom the usual mistakes would count differently.

    Examples
    --------
    >>> another_patient(7).subject != "" and another_patient(7) != another_patient(8)
    True
    """
    number = check_whole("number", number, 0, 10**9, "Any number of your own: a seat, a day of birth.")
    for seed in range(number, number + 1000):
        for patient in _candidates(seed):
            right = patient.improved(Wording())
            wrong = [patient.improved(Wording(range=True)), patient.better, patient.risen]
            if 1 <= right <= 5 and len({right, *wrong}) == 4:
                return patient
    raise AssertionError("no instructive patient in a thousand cohorts")


def _candidates(seed: int) -> list[Candidate]:
    cohort = follow(generate_cohort(40, seed=seed), Scenario(), seed=seed)
    table = cohort.assessments[cohort.assessments["AVISITN"].isin((0, 12))]
    values = table.pivot(index="SUBJID", columns=["AVISITN", "PARAMCD"], values="AVAL")
    limits = table[table["AVISITN"] == 0].pivot(index="SUBJID", columns="PARAMCD", values="ANRHI")
    found = []
    for subject in values.dropna().index:
        visits = {week: values.loc[subject, week] for week in (0, 12)}
        scales = ("PHGA", "PTGA", "MMT8", "HAQDI")
        multiples = visits[0][["CK", "ALDOLASE", "LDH", "AST", "ALT"]] / limits.loc[subject]
        enzyme = str(multiples.idxmax())
        start, end = (
            {
                **{code: float(visit[code]) for code in scales},
                "ENZYME": float(visit[enzyme]),
                "EMGA": float(visit["EMGA"]),
            }
            for visit in visits.values()
        )
        found.append(Candidate(str(subject), start, end, enzyme, float(limits.loc[subject, enzyme])))
    return found


def apply_question(number: int = 0) -> Question:
    """How many measures of another patient count as improved."""
    patient = another_patient(number)
    usual = assess_patient(patient.baseline, patient.followup, _USUAL, enzyme=patient.enzyme, enzyme_uln=patient.uln)
    key = patient.improved(Wording())
    slips = {
        "any-better-counts": (patient.better, "all that got better: only a fifth of the start counts"),
        "absolute-for-relative": (
            patient.improved(Wording(range=True)),
            "percent of the scale: 2004 asks for the start",
        ),
        "improvement-is-higher": (patient.risen, "what rose: only muscle strength is better when it is higher"),
    }
    near = [text for answer, text in slips.values() if abs(answer - key) == 1]
    return Question(
        name="02-apply",
        text=f"Another patient: {patient.told()}. How many of the six measures count as improved by the definition of "
        "2004?",
        answer=Number("Measures improved", 0, 6, close=1),
        key=lambda: key,
        right=("1 measure reaches 20 % of its" if key == 1 else f"{key} measures reach 20 % of their")
        + f" own start. {capital(usual.reason)}.",
        hint="Work out 20 % of each start first, then look whether the change reaches it, and in which direction.",
        worked=" ".join(usual.findings),
        # One too many or too few may be a slip of any kind: what it would be is said as an if.
        wrong=tuple(wrong(name, answer) for name, (answer, _) in slips.items() if abs(answer - key) > 1),
        close=" ".join(
            [
                "One too many or one too few. Is one of them just short of, or just over, 20 % of its start?",
                *(f"If you counted {text}." for text in near),
            ]
        ),
    )


def diagnose_question(start: int = 130, end: int = 150) -> Question:
    """A claim about strength that starts too high to improve by a fifth."""
    baseline, followup = {"MMT8": start}, {"MMT8": end}
    found = assess_patient(baseline, followup, _USUAL, missing="not_counted")
    percent, full = found.pct_improved["MMT8"] or 0.0, round(measure("MMT8").high)
    highest = max(
        value
        for value in range(1, full + 1)
        if assess_patient({"MMT8": value}, {"MMT8": full}, _USUAL, missing="not_counted").improved
    )

    def key() -> str:
        return "holds" if found.improved else "ceiling"

    return Question(
        name="02-diagnose",
        text=f"A colleague says: “Her MMT-8 rose from {start} to {end}. That is {end - start} points and full "
        "strength, so strength is one of the three measures that count in 2004.” What do you answer?",
        answer=OneOf(
            {
                "holds": f"It follows: {end - start} points better is {end - start} % better, the limit of the rule",
                "full": "It follows: nobody can do better than full strength, so it must count",
                "ceiling": "It does not follow: the gain is less than a fifth of her own start",
                "clause": "It does not follow: the definition of 2004 leaves muscle strength out",
            }
        ),
        key=key,
        right=f"{end - start} points are {percent:.1f} % of {start}. From above {highest} no gain reaches 20 %.",
        hint="Divide the gain by her own start. Then ask what the most would have been.",
        worked=f"100 × ({end} − {start}) / {start} = {percent:.1f} %. The scale ends at {full}, so a start above "
        f"{highest} can never gain 20 %.",
        wrong=(
            wrong("points-are-percent", "holds"),
            wrong("best-possible-counts", "full"),
            wrong("clause-removes-strength", "clause"),
        ),
    )


def audit_question() -> Question:
    """Which published verdict does not follow from the printed rule and the printed values."""
    cases = published_cases()

    def key() -> str:
        wrong = [case.id for case in cases if by_printed_rule(case).responded != case.reported]
        return "both" if len(wrong) == len(cases) else "neither" if not wrong else wrong[0]

    sums = audit_cases().to_dict("index")
    return Question(
        name="02-audit",
        text="Apply the definition of 2004 to both published patients in the table above. Whose reported verdict "
        "does not follow from the printed values?",
        answer=OneOf(
            {
                **{case.id: f"Case {case.id}" for case in cases},
                "both": "Both",
                "neither": "Neither: both verdicts follow",
            }
        ),
        key=key,
        right="By the printed rule both responded; one was reported as not having reached it. The page gives no "
        "reason. A condition that was not printed may have decided, such as a second visit: we do not know.",
        hint="Count for each: how many improved by 20 % or more, how many worse by 25 % or more. Is strength worse?",
        worked=" ".join(
            f"Case {case}: improved {found['improved']}; worse {found['worse']}. By the printed rule "
            f"{found['printed rule']}, reported as {found['reported']}."
            for case, found in sums.items()
        ),
        wrong=(
            wrong("one-worse-vetoes", "A"),
            wrong("reported-follows-rule", "neither"),
            wrong("printed-values-decide-nothing", "both"),
        ),
    )
