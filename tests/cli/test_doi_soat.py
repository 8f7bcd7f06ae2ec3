"""`./cchc doi-soat` as somebody at a terminal gets it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cchc.cli import app
from cchc.clock import at, to_text
from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError
from cchc.figures.precedence import keep_precedence
from cchc.figures.reconciliation import put_precedence
from cchc.indicators import IndicatorRegister
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger
from cchc.paths import Instance
from cchc.store import Store, upgrade
from cchc.submissions.kept import ReceivedSubmission, put_submission
from cchc.texts import table
from cchc.workbooks.forms import FilledForm, Identity, ReportedFigure
from cchc.year import Calendar

ROUND, UNIT, OTHER = "2026-Q1", "30292", "30760"
SENT = at(date(2026, 3, 12), 9)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doi-soat", *arguments], catch_exceptions=False)


@pytest.fixture
def reported(instance: Instance) -> Instance:
    """Two units that reported, beside what the one-stop software says."""
    store = upgrade(Store(instance.store_url))
    round_ = Calendar.load().round(ROUND)
    RoundLedger(store).open(round_, round_.opens_at, "thu")
    given: dict[str, dict[str, tuple[str, str | None]]] = {
        UNIT: {"T06.1": ("120", "Hồ sơ liên thông"), "T06.8": ("3", None), "T06.5": ("101", None)},
        OTHER: {"T06.1": ("50", None)},
    }
    system = {UNIT: {"T06.1": "100", "T06.8": "3", "T06.5": "100"}, OTHER: {"T06.1": "80", "T06.8": "1"}}
    for unit, figures in given.items():
        owed = f"{ROUND}/{unit}/bao_cao"
        Ledger(store).open(
            [Obligation(owed, ROUND, unit, "bao_cao", "", "Báo cáo", round_.unit_due_at)], SENT, "thu"
        )
        filled = FilledForm(
            Identity("bao_cao", unit, ROUND),
            "b.xlsx",
            {
                code: ReportedFigure(code, raw=value, value=Decimal(value), explanation=why)
                for code, (value, why) in figures.items()
            },
        )
        with store.write() as tx:
            kept = put_submission(
                tx,
                instance,
                ReceivedSubmission(
                    obligation_id=owed,
                    content=unit.encode(),
                    file_name="b.xlsx",
                    received_at=SENT,
                    recorded_at=SENT,
                    channel="thu-muc",
                    filled=filled,
                    findings=[],
                    outcome="accepted",
                ),
            )
        for kind in (EventKind.submitted, EventKind.accepted):
            detail = {"submission_id": kept}
            Ledger(store).record(Event(owed, kind, SENT, SENT, "thu", detail=detail))
    with store.write() as tx:
        tx.execute(
            "sources.add_snapshot", snapshot_id="s", source="one_stop", cut_off="2026-03-14",
            frozen_at=to_text(SENT), sha256="0" * 64, path="x", row_count=1,
        )  # fmt: skip
        for unit, values in system.items():
            for code, value in values.items():
                tx.execute(
                    "sources.put_system_value", round_id=ROUND, unit_code=unit, indicator=code,
                    snapshot_id="s", value=value, numerator=None, denominator=None,
                )  # fmt: skip
    keep_precedence(store, ROUND, DocumentSettings.load().report, IndicatorRegister.load().all)
    store.close()
    return instance


@pytest.mark.usefixtures("reported")
def test_the_worst_difference_stands_first_with_both_figures_and_the_explanation() -> None:
    result = call(ROUND)
    assert result.exit_code == 0
    told = result.output
    assert told.index("phường Vĩnh Thông") < told.index(
        "Hồ sơ liên thông"
    )  # 30 off of 80 before 20 off of 100
    for part in ("Lệch trên ngưỡng", "Lệch trong ngưỡng", "100 (một cửa)", "80 (một cửa)"):
        assert part in told
    assert (
        "Đã đối soát 4 số liệu của 2 đơn vị có cả hai nguồn: 1 khớp, 1 lệch trong ngưỡng, 2 lệch trên ngưỡng"
        " ở 2 đơn vị (trong đó 1 đã có giải trình). Còn 1 số liệu hệ thống có mà đơn vị không ghi" in told
    )


@pytest.mark.usefixtures("reported")
def test_json_holds_every_line_with_exact_values() -> None:
    told = json.loads(call(ROUND, "--json").output)
    assert told["round"] == ROUND
    (line,) = [one for one in told["lines"] if (one["unit"], one["indicator"]) == (UNIT, "T06.1")]
    assert line | {"unit_name": ""} == {
        "unit": UNIT,
        "unit_name": "",
        "indicator": "T06.1",
        "reported": "120",
        "unit_value": "120",
        "one_stop_value": "100",
        "document_value": None,
        "catalogue_value": None,
        "has_gap": False,
        "settled": False,
        "difference": "20",
        "allowed": "2",
        "agreement": "above",
        "stance": None,
        "chosen": "one_stop",
        "chosen_value": "100",
        "explanation": "Hồ sơ liên thông",
    }
    assert {one["agreement"] for one in told["lines"]} == {"above", "small", "same", "unit_silent"}


@pytest.mark.usefixtures("reported")
def test_only_the_units_asked_for_are_shown_and_written(tmp_path: Path) -> None:
    file = tmp_path / "doi-soat.xlsx"
    result = call(ROUND, "--don-vi", UNIT, "--xlsx", str(file))
    assert "Vĩnh Thông" not in result.output and "doi-soat.xlsx" in result.output.replace("\n", "")
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert book.sheetnames == [*table("report.reconciliation.sheets").values()]
    codes = [row[1] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert codes[-3:] == ["T06.1", "T06.5", "T06.8"]


@pytest.mark.usefixtures("reported")
def test_an_unknown_unit_or_a_round_that_is_not_open_says_what_to_do() -> None:
    with pytest.raises(CchcError, match=r"“x1”.*don-vi danh-sach"):
        call(ROUND, "--don-vi", "x1")
    with pytest.raises(CchcError, match=r"2026-6T chưa mở.*\./cchc lich"):
        call("2026-6T")


@pytest.mark.usefixtures("reported")
def test_a_decision_about_an_indicator_that_does_not_exist_says_so() -> None:
    what = ("--lay", "mot-cua", "--don-vi", UNIT, "--chi-tieu", "T99.9")
    with pytest.raises(CchcError, match=r"Không có chỉ tiêu T99\.9"):
        call(ROUND, *what, "--ly-do", "Đã đối chiếu", "--nguoi-quyet-dinh", "An")


def test_what_belongs_to_a_decision_is_not_left_out_unsaid_without_one() -> None:
    for one in (("--chi-tieu", "T06.1"), ("--ly-do", "Đã đối chiếu"), ("--nguoi-quyet-dinh", "An")):
        with pytest.raises(CchcError, match=r"thêm --lay \(.*mot-cua.*\)"):
            call(ROUND, "--don-vi", UNIT, *one)


def test_a_round_that_nobody_reported_says_so(instance: Instance) -> None:
    store = upgrade(Store(instance.store_url))
    round_ = Calendar.load().round(ROUND)
    RoundLedger(store).open(round_, round_.opens_at, "thu")
    store.close()
    result = call(ROUND)
    assert result.exit_code == 0 and "Chưa có số liệu nào để đối soát" in result.output


def test_a_precedence_that_waits_for_the_next_consolidation_is_told(
    reported: Instance, change_config: Callable[[str, str, str], None]
) -> None:
    assert "quy định nguồn số liệu khác" not in call(ROUND).output
    change_config("documents.yaml", "  precedence_of: {}", "  precedence_of: {T06.8: [self]}")
    told = call(ROUND).output
    assert "ở 1 chỉ tiêu: T06.8." in told and "khi tổng hợp lại" in told
    assert json.loads(call(ROUND, "--json").output)["precedence_changed"] == ["T06.8"]
    store = Store(reported.store_url)
    with store.write() as tx:
        put_precedence(tx, ROUND, DocumentSettings.load().report, IndicatorRegister.load().all)
    store.close()
    assert "quy định nguồn số liệu khác" not in call(ROUND).output
    change_config("documents.yaml", "precedence_of: {T06.8: [self]}", "precedence_of: {}")
    assert "ở 1 chỉ tiêu: T06.8." in call(ROUND).output
