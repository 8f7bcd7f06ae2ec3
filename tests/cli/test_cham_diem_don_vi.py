"""./cchc cham-diem tinh-trang|phieu|lich-su|mo-lai as they are typed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.support.scored_year import COMMUNE, LOCKED, OPENED, ROUND, SILENT, reported
from typer.testing import CliRunner

from cchc import clock
from cchc.cli import app
from cchc.criteria import Appraisers
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import NumberUsed, ScoreEvent, Stage, append, file_state, set_for
from cchc.stages import score_opening
from cchc.store import Store


@pytest.fixture
def run(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    own = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(own)
    reported(own, COMMUNE, {"I.1.1": "10", "I.1.2": "8"})
    monkeypatch.setattr(clock, "now", lambda: LOCKED)
    monkeypatch.setattr("cchc.cli.don_doc.working_store", lambda _: store)
    monkeypatch.setenv("COLUMNS", "220")
    later = replace(own, as_of=LOCKED)
    score_opening.lock_files(later)
    score_opening.compute_block(later, [COMMUNE])
    return later


def typed(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["cham-diem", *words])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_the_state_of_a_round_names_its_moments_its_files_and_who_sent_nothing(run: Run) -> None:
    told = typed("tinh-trang", ROUND)
    assert "Hồ sơ: 122; đã nộp 0; đã khóa 122." in told
    assert "Khóa hồ sơ tự chấm" in told and "Họp Hội đồng" in told and "01/2027" in told
    assert "Chưa nộp (122):" in told


def test_a_sheet_shows_claim_computed_and_decision_beside_each_other_and_no_computed_as_decided(
    run: Run,
) -> None:
    version = set_for(run.store, ROUND, COMMUNE).version
    decided = ScoreEvent(
        ROUND, COMMUNE, "1.2.1", version, Stage.FIRST, Decimal("0.75"), False, "sửa", "tp1", LOCKED,
        (NumberUsed("x", Decimal(3), "so"),), "Chậm một báo cáo", "15/SNV",
    )  # fmt: skip
    with run.store.write() as tx:
        append(tx, [decided])
    told = typed("phieu", ROUND, COMMUNE)
    rows = {cells[0]: cells for line in told.splitlines() if len(cells := _cells(line)) > 5}
    assert rows["1.2.1"][-2] == "0,75"
    assert all(cells[-2] == "" for code, cells in rows.items() if code[:1].isdigit() and code != "1.2.1")
    past = typed("lich-su", ROUND, COMMUNE, "1.2.1")
    assert "thẩm định lần 1: 0,75; sửa (người ghi: tp1)" in past
    assert "Lý do: Chậm một báo cáo.\n    Căn cứ: 15/SNV" in past
    assert "x = 3 (so)" in past


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace("┃", "│").split("│")[1:-1]]


def test_a_file_is_opened_again_by_the_secretary_with_reason_and_document(run: Run) -> None:
    words = ("mo-lai", ROUND, SILENT, "--van-ban", "15/SNV", "--ly-do", "Thiếu tệp", "--nguoi")
    done = CliRunner().invoke(app, ["cham-diem", *words, "tp1"])
    assert "không phải thư ký" in str(done.exception)
    told = typed(*words, Appraisers.load().secretary.accounts[0])
    assert "29/12/2026" in told
    assert not file_state(run.store, ROUND, SILENT, LOCKED).is_locked


def test_a_round_that_is_not_open_says_what_to_do(run: Run) -> None:
    done = CliRunner().invoke(app, ["cham-diem", "phieu", "2027-CD", COMMUNE])
    assert "chưa mở" in str(done.exception)


def test_links_are_tried_by_command_and_told_by_what_came_of_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Không còn liên kết" in typed("lien-ket", ROUND)
    monkeypatch.setattr(
        "cchc.submissions.link_opening.open_links", lambda _, again: {"mo_duoc": 2, "chi_noi_bo": 1}
    )
    told = typed("lien-ket", ROUND)
    assert "liên kết mở được: 2" in told and "mạng nội bộ: 1" in told
