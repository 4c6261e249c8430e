"""The first picture of the course: one patient, one slider, and a verdict that flips at one point of strength.

>>> first_patient_panel().view().sentence.split(". ")[0]
'Patient A, strength 75 of 150 after twelve weeks: not a responder'
>>> first_patient_panel().view(strength=76).sentence.split(". ")[0]
'Patient A, strength 76 of 150 after twelve weeks: a responder'
"""

from __future__ import annotations

from functools import cache

from trialsim.facts.responses import load_response
from trialsim.facts.worked_patients import worked_patient
from trialsim.figures.scales import Verdict, scales_picture
from trialsim.lessons.visits import scale_of
from trialsim.rules.assess import assess_patient
from trialsim.rules.response import count_rule
from trialsim.text import capital
from trialsim.widgets.controls import Slider
from trialsim.widgets.panel import Panel, State, Task, View

__all__ = ["first_patient_panel"]

_PATIENT, _RULE = "A", "IMACS-2004"
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six")


@cache
def first_patient_panel() -> Panel:
    """Patient A, her strength at week 12, and what the definition of 2004 says of her."""
    patient = worked_patient(_PATIENT)
    measured = int(patient.followup["MMT8"])
    label = f"Her strength at week 12 (MMT-8, {patient.mmt8_max} is full)"
    strength = Slider("strength", label, 50, patient.mmt8_max, 1, measured, unit="points")
    tasks = (
        Task("Give her one point more.", lambda state: state["strength"] == measured + 1),
        Task("Give her all her strength back.", lambda state: state["strength"] == patient.mmt8_max),
    )
    return Panel("Patient A before and after twelve weeks: a responder?", (strength,), _draw, tasks=tasks)


def _draw(state: State) -> View:
    patient = worked_patient(_PATIENT)
    followup = {**patient.followup, "MMT8": float(state["strength"])}
    found = assess_patient(patient.baseline, followup, _RULE, mmt8_max=patient.mmt8_max, enzyme_uln=patient.enzyme_uln)
    responder = found.responded is True
    rule = count_rule(load_response(_RULE))
    start = patient.baseline["MMT8"]
    change = 100 * (state["strength"] - start) / start
    improved, worse = float(rule.improved.percent), float(rule.worse.percent)
    strength = (
        f"her strength {'fell' if change < 0 else 'rose'} by {abs(change):.1f} %"
        if change
        else "her strength is as before"
    )
    count = len(found.improved)
    if responder:
        short = f"{count} of 6 better by {improved:g} % or more"
        why = f"{_NUMBERS[count]} of six measures are better by {improved:g} % or more, and {strength}"
        why += f", less than {worse:g} %." if change < 0 else "."
    else:
        short = f"strength fell by {-change:.1f} %: {worse:g} % or more is barred"
        why = f"{capital(strength)}, and the rule forbids a fall of {worse:g} % or more."
    answer = "a responder" if responder else "not a responder"
    sentence = (
        f"Patient {patient.id}, strength {state['strength']} of {patient.mmt8_max} after twelve weeks: {answer}. {why}"
    )
    scales = [scale_of(code, patient, followup[code]) for code in patient.baseline]
    keys = (("start", "before"), ("end", "week 12"))
    alt = f"Six measures at two visits, and the verdict: {answer}. {patient.story}"
    source = "The patient is made up (assumed). Rule: the definition of improvement of 2004. CK: upper limit 200 U/L."
    return View(scales_picture(scales, keys, Verdict(responder, short)), sentence, alt, source)
