"""What was declared as 'không phát sinh' against what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure

_LISTED_CELLS = 5  # cells that a sentence names before it only counts


class NothingContradicted(Rule):
    """'Không phát sinh' was chosen for the report or a section, yet figures other than 0 stand in it; or the
    systems know of cases; or words stand in a narrative section (the last two only warn)."""

    kind: Literal["nothing_contradicted"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        filled = view.filled
        warning = self.model_copy(update={"severity": Severity.WARNING})
        declared: dict[str, str | None] = {filled.nothing_cell: None} if filled.nothing_to_report else {}
        declared |= {cell: section for section, cell in filled.nothing_sections.items()}
        for cell, section in declared.items():
            # A section's box is about what the unit states: what a system states stays with it.
            own = [
                f
                for f in view.figures.values()
                if section is None or (_section(view, f.indicator) == section and not f.from_system)
            ]
            typed = [figure.cell for figure in own if figure.value and figure.typed]
            known = [f.indicator for f in own if (s := view.context.system.get(f.indicator)) and s.value]
            if typed:
                message = t("checks.messages.nothing_contradicted", count=len(typed), cells=_listed(typed))
                yield self._of_box(view.figures_sheet, cell, message)
            elif known:
                message = t("checks.messages.nothing_known", count=len(known), codes=_listed(known))
                yield warning._of_box(view.figures_sheet, cell, message)
        for section, cell in filled.nothing_narratives.items():
            if filled.narratives.get(section):
                message = t("checks.messages.nothing_written", cell=filled.narrative_cells.get(section, ""))
                yield warning._of_box(view.narratives_sheet, cell, message)

    def _of_box(self, sheet: str, cell: str, message: str) -> CheckFinding:
        return self.on_cell(sheet, cell, t("workbooks.answer_yes"), t("checks.expected.empty"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        number = next(one.code for one in situation.owed if str(one.kind) == "count")
        figures = {number: ReportedFigure(number, "5", Decimal(5), cell="A1")}
        yield Witness(figures, {"nothing_to_report": True, "nothing_cell": "A1"})


def _section(view: View, code: str) -> str | None:
    indicator = view.context.by_code.get(code)
    return indicator.section if indicator else None


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_LISTED_CELLS]) + (", …" if len(names) > _LISTED_CELLS else "")
