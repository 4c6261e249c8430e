"""Patients of one's own that were read: what can be judged of them under each definition, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from trialsim.exchange.own_cells import ENZYMES
from trialsim.facts.responses import ResponseDefinition
from trialsim.rules.assess import Definition, load_definitions
from trialsim.rules.assess_table import assess_response
from trialsim.text import counted

_MAX_SHOWN = 20
_NO_LIMIT = "cannot be computed: the enzyme's upper limit of normal is not given"
_TYPES = {
    "response": "boolean",
    "n_improved": "Int64",
    "n_worsened": "Int64",
    "mmt_worsened": "boolean",
    "score": "Float64",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OwnPatients:
    """Patients of one's own, as the rules take them, and all that they could not take.

    A patient is judged whole or not at all: where one row is wrong, the patient's other rows are set aside with it.

    Attributes
    ----------
    assessments : DataFrame
        The patients without any mistake: one row a patient, visit and measure, as :func:`trialsim.assess_response`
        takes it. Columns ``SUBJID, AVISIT, AVISITN, PARAMCD, PARAM, AVAL, ANRHI``.
    refused : DataFrame
        What is wrong, one row a cell: ``row`` (line of the file), ``column, got, allowed, fix``.
    set_aside : DataFrame
        Every row that is not among the assessments, its cells as they came, with ``row`` and ``why set aside``.
    notes : tuple of str
        What was noticed of the file as a whole.
    rows : int
        Rows of the file under its header.
    week, mmt8_max : int
        As given to :func:`load_patients`.
    """

    assessments: pd.DataFrame
    refused: pd.DataFrame
    set_aside: pd.DataFrame
    notes: tuple[str, ...]
    rows: int
    week: int
    mmt8_max: int

    @property
    def patients(self) -> tuple[str, ...]:
        """The ids that can be judged, in the order of the file."""
        return tuple(self.assessments["SUBJID"].unique())

    def wide(self) -> pd.DataFrame:
        """The good rows, one a visit, with a column for each measure and each upper limit that is there."""
        visits = self.assessments[["SUBJID", "AVISIT", "AVISITN"]].drop_duplicates()
        for code in dict.fromkeys(self.assessments["PARAMCD"]):
            found = self.assessments[self.assessments["PARAMCD"] == code].set_index(["SUBJID", "AVISITN"])
            columns = {code: found["AVAL"]}
            if code in ENZYMES and found["ANRHI"].notna().any():
                columns[f"{code}_ULN"] = found["ANRHI"]
            visits = visits.join(pd.DataFrame(columns), on=["SUBJID", "AVISITN"])
        return visits.reset_index(drop=True)

    def verdicts(self, definitions: Iterable[Definition] | None = None, **options: Any) -> pd.DataFrame:
        """Every patient under every definition.

        Parameters
        ----------
        definitions : iterable of str, Path or ResponseDefinition, optional
            None: all of :func:`trialsim.list_responses`.
        **options
            As for :func:`trialsim.assess_response`.

        Returns
        -------
        DataFrame
            One row a patient and definition: ``SUBJID, definition, response`` (nullable)``, n_improved, n_worsened,
            mmt_worsened, reason, score``. A score of a patient whose enzyme has no upper limit is missing, and the
            reason says so.
        """
        chosen = load_definitions(definitions)
        settled = {"week": self.week, "mmt8_max": self.mmt8_max, **options}
        columns = ["SUBJID", "definition", "response", "n_improved", "n_worsened", "mmt_worsened", "reason", "score"]
        tables = [self._under(rule, settled).assign(definition=rule.id) for rule in chosen if self.patients]
        if not tables:
            return pd.DataFrame(columns=columns).astype(_TYPES)
        whole = pd.concat([part.reindex(columns=columns).astype(_TYPES) for part in tables])
        return whole.reset_index(drop=True)

    def _under(self, definition: ResponseDefinition, options: Mapping[str, Any]) -> pd.DataFrame:
        lacking = self._without_limit() if definition.scores and options.get("enzyme_uln") is None else set()
        table = self.assessments[~self.assessments["SUBJID"].isin(lacking)]
        gap = pd.DataFrame({"SUBJID": [who for who in self.patients if who in lacking]}).assign(reason=_NO_LIMIT)
        judged = [assess_response(table, definition, **options)] if len(table) else []
        return pd.concat([*judged, gap] if len(gap) else judged)

    def _without_limit(self) -> set[str]:
        table = self.assessments
        start = table[(table["AVISITN"] == 0) & table["PARAMCD"].isin(ENZYMES)]
        return set(start.loc[start["ANRHI"].isna(), "SUBJID"])

    def summary(self) -> str:
        """What became of the file, in a sentence."""
        good = self.rows - len(self.set_aside)
        sentence = f"{counted(len(self.patients), 'patient')} in {counted(good, 'row')}"
        if not len(self.refused):
            return f"{sentence}; nothing refused"
        problems = counted(len(self.refused), "problem")
        return f"{sentence}; {problems}, {counted(len(self.set_aside), 'row')} set aside"

    def __repr__(self) -> str:
        return f"OwnPatients({self.summary()})"

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(self.summary())}.</p>"]
        parts += [f"<p>{escape(note)}</p>" for note in self.notes]
        tables = [("What is wrong", self.refused), ("Good rows", self.wide()), ("Set aside", self.set_aside)]
        for title, table in tables:
            if len(table):
                more = f" (the first {_MAX_SHOWN} of {len(table):,})" if len(table) > _MAX_SHOWN else ""
                body = table.head(_MAX_SHOWN).to_html(index=False, border=0, na_rep="")
                parts.append(body.replace("<thead>", f"<caption>{title}{more}</caption><thead>", 1))
        return "".join(parts)
