"""`./cchc nguon doi-chieu-chot`, `ho-so` and `tinh-trang` as somebody at a terminal gets them."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from tests.sources.samples import PLAIN, export
from typer.testing import CliRunner

from cchc.cli.nguon import app
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import freeze_snapshot, land_file
from cchc.store import Store, upgrade
from cchc.units import UnitRegister

CUT_OFF = date(2026, 3, 14)
LATE = PLAIN | {
    "Mã hồ sơ": "H01-1",
    "Mã đơn vị": "30292",
    "Đơn vị xử lý": "UBND phường Bình Đức",
    "Ngày tiếp nhận": "02/02/2026",
    "Ngày hẹn trả": "09/02/2026",
    "Ngày kết thúc xử lý": "10/02/2026",
    "Trạng thái": "Đã xử lý xong",
}
ROUND = ["doi-chieu-chot", "--dot", "2026-Q1", "--den", "2026-03-31"]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture
def rewritten(instance: Instance) -> Instance:
    """An installation with a frozen dossier whose end date was changed a week later."""
    store = upgrade(Store(instance.store_url))
    for day, row in ((CUT_OFF, LATE), (date(2026, 3, 20), LATE | {"Ngày kết thúc xử lý": "09/02/2026"})):
        path = instance.export_drop / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(export([row]))
        land_file(store, instance, path, UnitRegister.load(), at(day, 18))
        if day == CUT_OFF:
            freeze_snapshot(store, instance, "one_stop", CUT_OFF, at(day, 18))
    store.close()
    return instance


@pytest.mark.usefixtures("rewritten")
def test_the_comparison_shows_units_and_dossiers_with_the_effect() -> None:
    result = call(*ROUND)
    assert result.exit_code == 0
    for told in (
        "Một cửa điện tử: ảnh chụp ngày 14/03/2026, 1 tệp về sau; 1 thay đổi ở 1 mã, 1 đơn vị.",
        "UBND phường Bình Đức",
        "0,00 -> 100,00",
        "Ngày kết thúc bị đổi",
        "quá hạn -> đúng hạn",
        "2026-03-20.csv",
    ):
        assert told in result.output


@pytest.mark.usefixtures("rewritten")
def test_before_the_later_export_nothing_is_changed() -> None:
    assert "0 thay đổi" in call(*ROUND[:-1], "2026-03-19").output


@pytest.mark.usefixtures("rewritten")
def test_the_comparison_is_written_as_a_workbook_or_a_plain_list(tmp_path: Path) -> None:
    call(*ROUND, "--ra", str(tmp_path / "a.xlsx"))
    call(*ROUND, "--ra", str(tmp_path / "b.xlsx"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    call(*ROUND, "--ra", str(tmp_path / "a.csv"))
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][1:6] == [
        "H01-1",
        "Ngày kết thúc bị đổi",
        "10/02/2026",
        "09/02/2026",
        "quá hạn -> đúng hạn",
    ]
    with pytest.raises(CchcError, match=r"\.xlsx hoặc \.csv"):
        call(*ROUND, "--ra", str(tmp_path / "a.pdf"))


def test_a_round_without_a_window_or_a_snapshot_is_an_error_that_says_what_to_do(instance: Instance) -> None:
    with pytest.raises(CchcError, match="không có kỳ số liệu"):
        call("doi-chieu-chot", "--dot", "2026-KH")
    with pytest.raises(CchcError, match="Chạy 'Thu thập số liệu' của ngày chốt trước"):
        call(*ROUND)


@pytest.mark.usefixtures("rewritten")
def test_a_dossier_is_shown_export_by_export() -> None:
    output = call("ho-so", "h01-1", "--den", "2026-03-31").output
    assert output.index("10/02/2026") < output.index("09/02/2026", output.index("10/02/2026"))
    for told in ("lĩnh vực: Hộ tịch", "2026-03-14.csv", "2026-03-20.csv", "(Bản đang dùng)"):
        assert told in output
    assert "Giả Định" not in output
    with pytest.raises(CchcError, match="Không có dòng nào của 'H01-9'"):
        call("ho-so", "H01-9", "--den", "2026-03-31")


@pytest.mark.usefixtures("rewritten")
def test_the_standing_names_silent_sources_and_ends_with_1() -> None:
    result = call("tinh-trang", "--ngay", "2026-03-27")
    assert result.exit_code == 1
    for told in (
        "Một cửa điện tử: Không nhận được tệp nào từ tuần 23/03/2026 (1 tuần liền).",
        "Quản lý văn bản: Chưa từng nhận được tệp nào.",
        "23/03 - 29/03/2026",
        "không có tệp",
        "watch.yaml",
    ):
        assert told in result.output
