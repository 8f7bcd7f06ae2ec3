"""What is known of a unit on the day of choosing comes from the ledger, its reports and last year's result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.inspection.scene import Scene, finding

from cchc.clock import at
from cchc.criteria import CriteriaSets
from cchc.inspection.counts import typed_differently
from cchc.inspection.records import unit_records
from cchc.obligations import Obligation
from cchc.run import Run
from cchc.scores import pin_sets
from cchc.scores.outcomes import RankedUnit, put_ranking
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar

A, B, C = "30292", "30301", "30307"


def test_reports_tasks_open_orders_and_the_lowest_class_are_counted_by_unit(store, instance) -> None:
    scene = Scene.made(store, instance, [A])
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), finding(A, "Trễ hạn", "Xin lỗi"))
    scene.letters_of(at(date(2026, 4, 1), 9))
    run = replace(scene.run, as_of=at(date(2026, 4, 2), 9))
    for kind in ("Q1", "KH"):
        run.rounds.open(run.calendar.round(f"2026-{kind}"), at(date(2026, 3, 2), 9), "thu")
    due = at(date(2026, 3, 17), 17)
    run.ledger.open(
        [
            Obligation(f"2026-Q1/{B}/bao_cao", "2026-Q1", B, "bao_cao", "", "Báo cáo", due),
            Obligation(f"2026-KH/{B}/nhiem_vu/NV1", "2026-KH", B, "nhiem_vu", "NV1", "Việc", due),
        ],
        at(date(2026, 3, 2), 9),
        "thu",
    )
    known = unit_records(run)
    assert (known[A].open_orders, known[A].late_reports, known[A].overdue_tasks) == (2, 0, 0)
    assert (known[B].open_orders, known[B].late_reports, known[B].overdue_tasks) == (0, 1, 1)
    later = unit_records(Run(store, instance, at(date(2027, 2, 2), 9), "2027-KT"))
    assert (later[A].last_inspected, later[B].last_inspected) == (2026, None)
    assert later[A].exists_since == 2025


def test_the_lowest_class_of_the_last_edition_counts(store, instance) -> None:
    run = Run(store, instance, at(date(2026, 2, 2), 9), "2026-KT")
    round_ = Calendar.load().round("2025-CD")
    run.rounds.open(round_, at(date(2025, 12, 1), 9), "thu")
    one = CriteriaSets.load().get("xa-2026")
    lowest, best = one.settings.classes[-1].name, one.settings.classes[0].name

    def line(unit: str, edition: int, name: str) -> RankedUnit:
        return RankedUnit("2025-CD", "xa", edition, unit, Decimal(40), 1, name, "0" * 64)

    with store.write() as tx:
        pin_sets(tx, "2025-CD", {"xa": one}, run.as_of, actor="thu")
        put_ranking(tx, [line(A, 1, lowest), line(B, 1, lowest), line(C, 1, best)])
        put_ranking(tx, [line(A, 2, lowest), line(B, 2, best), line(C, 2, best)])
    known = unit_records(run)
    assert [known[unit].low_score for unit in (A, B, C)] == [True, False, False], "raised after an objection"


def test_late_dossiers_and_what_a_unit_types_are_set_against_what_is_known(reporting) -> None:
    unit, other = reporting.units[-1], reporting.units[-2]
    figures = {
        code: ReportedFigure(code, value=Decimal(value))
        for code, value in {"T06.5": 100, "T06.8": 6, "I.2.4": 0, "I.2.5": 0, "IV.6.2": 0}.items()
    }
    reporting.report(unit, figures, at(date(2026, 3, 12), 9))
    reporting.report(
        other, figures | {"T06.8": ReportedFigure("T06.8", value=Decimal(4))}, at(date(2026, 3, 12), 9)
    )
    scene = Scene.made(reporting.store, reporting.instance, [unit.code])
    delegated = finding(unit.code, "Không đủ điều kiện", "Bố trí người", topic="Phân cấp, phân quyền")
    scene.handed_in(finding(unit.code, "Thiếu sổ", "Lập sổ"), delegated)
    scene.letters_of(at(date(2026, 3, 5), 9))
    run = replace(scene.run, as_of=at(date(2026, 3, 20), 9))
    known = unit_records(run)
    assert (known[unit.code].late_dossiers, known[other.code].late_dossiers) == (1, 0), "from 5 % on"
    window = reporting.round_.window
    found = typed_differently(reporting.store, "2026-Q1", (window.first, window.last), run.as_of)
    assert [(one.unit_code, one.indicator, one.typed, one.known) for one in found] == [
        (unit.code, "I.2.4", Decimal(0), 2),
        (unit.code, "IV.6.2", Decimal(0), 1),
    ]
