"""Rating one made-up patient: a chart, what was felt and answered, five laboratory values; then six numbers."""

from __future__ import annotations

from trialsim.facts.core_set import enzymes, measure
from trialsim.facts.vignettes import VISITS
from trialsim.rules.vignettes import load_vignettes
from trialsim.widgets.drill import Drill
from trialsim.widgets.sheet import Box, Key, Sheet, Slip

__all__ = ["RATINGS", "rating_of"]


def rating_of(number: int) -> Sheet:
    """The sheet of one visit: number 10 is V1 at baseline, 20 is V1 at week 12, 30 is V2 at baseline."""
    at = number // 10 - 1
    vignette, name = load_vignettes()[at // 2], VISITS[at % 2]
    visit = vignette.visits[name]
    felt = "; ".join(f"{muscle.replace('_', ' ')}: {said}" for muscle, said in visit.felt.items())
    answers = ", ".join(
        f"{category} {score}{' with an aid' * (category in visit.aids)}{' with help' * (category in visit.help)}"
        for category, score in visit.haq.items()
    )
    laboratory = ", ".join(
        f"{measure(code).label} {value:g} ({vignette.uln[code]:g})" for code, value in visit.laboratory.items()
    )
    keys, rows = {}, []
    for code in ("PHGA", "EMGA", "MMT8", "HAQDI"):
        low, high = visit.expert[code]
        why = f"The author's {'range is' if low < high else 'value is'} {low:g}"
        why += f" to {high:g}" if low < high else ""
        mistaken = Slip(f"{why} (assumed). You took over the patient's mark: {vignette.reasons[code]}")
        patient = visit.values["PTGA"]
        slips = {f"{patient:g}": mistaken} if code in ("PHGA", "EMGA") and not low <= patient <= high else {}
        keys[code] = Key((low, high), f"{why} (assumed): {vignette.reasons[code]}", slips)
        unit = "" if measure(code).unit == "index" else measure(code).unit
        rows.append((measure(code).label, (Box(code, measure(code).label, unit=unit),)))
    options = {one.code: one.label for one in enzymes()}
    keys["ENZYME"] = Key(vignette.enzyme, vignette.reasons["ENZYME"])
    rows.append(("enzyme to follow", (Box("ENZYME", "enzyme to follow", options),)))
    return Sheet(
        f"{name}. Give five numbers; the sixth, the patient global, is the patient's own: {visit.values['PTGA']:g} cm.",
        ("Measure", "Yours"),
        tuple(rows),
        keys,
        notes=(
            (f"{vignette.id}, made up for teaching", visit.text),
            ("Felt on testing", f"{felt}."),
            ("HAQ, worst of each category", f"{answers}."),
            ("Enzymes at this visit, U/L (upper limit); the choice is made at baseline", f"{laboratory}."),
        ),
    )


class _Ratings:
    """The drill of all vignettes, and the numbers of the visits of each."""

    drill = Drill("rating-in-full", "Rate a patient", rating_of)

    def visits(self, vignette: str) -> tuple[int, int]:
        """The numbers of the two visits of a vignette."""
        at = [one.id for one in load_vignettes()].index(vignette)
        return (at * 2 + 1) * 10, (at * 2 + 2) * 10


RATINGS = _Ratings()
