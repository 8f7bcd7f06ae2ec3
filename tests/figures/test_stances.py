"""What units say of figures that their forms showed, from the file to the list of differences, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.figures.test_reconciliation import figure, share, systems
from tests.support.reports import Reporting

from cchc.checks import Rules
from cchc.figures.consolidate import owed_indicators
from cchc.figures.reconciliation import Agreement, ReconciliationLine, evidence, reconcile, worst_first
from cchc.indicators import IndicatorRegister
from cchc.report.reconciliation_book import rows, summary
from cchc.sources import ONE_STOP
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.shown import Shown, ShownBy, Stance


def shown(code: str, system: str, own: str | None = None, reason: str | None = None) -> ReportedFigure:
    """A row whose form showed the system's figure."""
    said = ReportedFigure(code) if own is None else figure(code, own, explanation=reason)
    return replace(said, cell="I12", shown=Shown(ShownBy.SYSTEM, Decimal(system)))


def lines(reporting: Reporting, days_later: int = 0) -> dict[tuple[str, str], ReconciliationLine]:
    found, owed = owed_indicators(reporting.round_, reporting.units, IndicatorRegister.load())
    moment = reporting.round_.unit_due_at + timedelta(days=days_later)
    known = evidence(reporting.store, "2026-Q1", moment)
    listed = reconcile(found, owed, reporting.units, known, Decimal("0.05"), Rules.load(), "Q1")
    return {(line.unit.code, line.indicator.code): line for line in listed}


def test_a_confirmation_is_neither_silence_nor_a_figure_of_the_unit(reporting: Reporting) -> None:
    body, silent, *_ = reporting.units
    reporting.report(body, {"T06.1": shown("T06.1", "90"), "I.1.1": figure("I.1.1", "7")})
    final = {(unit.code, "T06.1"): figure("T06.1", "100") for unit in (body, silent)}
    systems(reporting, ONE_STOP, final, when=reporting.round_.unit_due_at - timedelta(days=1))
    found = lines(reporting)
    confirmed, missing = found[body.code, "T06.1"], found[silent.code, "T06.1"]
    assert (confirmed.agreement, confirmed.stance) == (Agreement.CONFIRMED, Stance.CONFIRMED)
    assert (confirmed.unit_value, confirmed.system_value, confirmed.gap) == (None, 100, None)
    assert (missing.agreement, missing.stance) == (Agreement.UNIT_SILENT, None)
    assert "xác nhận 1 số, không đồng ý 0 số" in summary(list(found.values()))


def test_a_dispute_is_kept_with_what_was_shown_and_stands_before_other_differences(
    reporting: Reporting,
) -> None:
    body, other, *_ = reporting.units
    reason = "Phần mềm chưa cập nhật."
    reporting.report(body, {"T06.1": shown("T06.1", "90", "120", reason)})
    reporting.report(other, {"T06.1": figure("T06.1", "900")})
    final = {(unit.code, "T06.1"): figure("T06.1", "100") for unit in (body, other)}
    systems(reporting, ONE_STOP, final, when=reporting.round_.unit_due_at - timedelta(days=1))
    found = lines(reporting)
    disputed = found[body.code, "T06.1"]
    assert (disputed.agreement, disputed.disputed, disputed.explanation) == (Agreement.ABOVE, True, reason)
    assert [line.unit.code for line in worst_first(found.values())] == [body.code, other.code]
    (row,) = (row for row in rows([disputed]))
    assert "Không đồng ý: Lệch trên ngưỡng" in row
    with reporting.store.read() as tx:
        kept = tx.connection.exec_driver_sql(
            "SELECT indicator, shown_by, stance, value FROM shown_figures"
        ).all()
    assert [tuple(one) for one in kept] == [("T06.1", "system", "disputed", "90")]


def test_what_a_unit_says_holds_until_its_next_version(reporting: Reporting) -> None:
    body, *_ = reporting.units
    due = reporting.round_.unit_due_at
    final = {(body.code, "T06.1"): figure("T06.1", "100"), (body.code, "T06.R"): share("T06.R", 9, 10)}
    systems(reporting, ONE_STOP, final, when=due - timedelta(days=3))
    reporting.report(
        body, {"T06.1": shown("T06.1", "100", "120", "Đang rà soát.")}, when=due - timedelta(days=2)
    )
    reporting.report(body, {"T06.1": shown("T06.1", "100")}, when=due + timedelta(days=1))
    assert lines(reporting)[body.code, "T06.1"].stance is Stance.DISPUTED
    assert lines(reporting, days_later=2)[body.code, "T06.1"].stance is Stance.CONFIRMED
