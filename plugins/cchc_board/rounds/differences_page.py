"""Page 'Chênh lệch' of a round: figures of units that differ from those of the systems, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.errors import CchcError
from cchc.figures.reconciliation import Agreement, ReconciliationLine, worst_first
from cchc.texts import t
from cchc.year import Round
from cchc_board.desk import RequestView

SHOWN = 100  # lines of one page; the workbook has them all


@dataclass(frozen=True)
class DifferencesPage:
    """What the template shows. count: of all that differ; compared: of all that could be held against a system."""

    round: Round
    lines: list[ReconciliationLine]
    count: int
    compared: int


def differences_page(desk: RequestView, round_id: str) -> DifferencesPage:
    """CchcError for a round that is not open."""
    round_, lines = compared(desk, round_id)
    differing = [one for one in lines if one.agreement is Agreement.ABOVE]
    held = sum(one.system_value is not None and one.unit_value is not None for one in lines)
    return DifferencesPage(round_, worst_first(differing)[:SHOWN], len(differing), held)


def compared(desk: RequestView, round_id: str) -> tuple[Round, list[ReconciliationLine]]:
    """Figures of the viewer's units beside those of the systems as known at the moment shown. CchcError as the page."""
    # Heavy, and every process of Airflow loads the plugin.
    from cchc.figures.facts import reconciliation_of
    from cchc.indicators import IndicatorRegister

    round_ = desk.calendar.round(round_id)
    if desk.store is None or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    lines = reconciliation_of(desk.store, round_, desk.units, IndicatorRegister.load(), desk.as_of)
    return round_, [one for one in lines if desk.sees(one.unit.code)]
