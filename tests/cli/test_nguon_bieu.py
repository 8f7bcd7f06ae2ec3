"""`./cchc nguon bieu-06` and `van-ban` on an installation of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from tests.sources.samples import export, row
from typer.testing import CliRunner

from cchc import clock
from cchc.cli.nguon import app
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import freeze_snapshot, land_file
from cchc.store import Store, upgrade
from cchc.units import UnitRegister

Run = Callable[..., Result]
LAST = date(2026, 3, 14)
Q1 = ("--tu", "2025-12-15", "--den", "2026-03-14")
OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Hình thức gửi", "Ký số", "Đơn vị ban hành")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An installation with a snapshot of the quarter and a later export that was not frozen."""
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    monkeypatch.delenv("CCHC_STORE_URL", raising=False)
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 3, 20), 9))
    instance, units = Instance(tmp_path), UnitRegister.load()
    store = upgrade(Store(instance.store_url))
    communes = units.on(LAST, ["xa"])[:2]
    rows = [
        row(f"H-{n}", Mã_đơn_vị=one.code, Đơn_vị_xử_lý=one.name, Trạng_thái="Đang xử lý")
        for n, one in enumerate(communes)
    ]
    document = {
        "Số": "1", "Ký hiệu": "CV-UBND", "Ngày văn bản": "05/01/2026", "Hình thức gửi": "Văn bản giấy",
        "Ký số": "Không", "Đơn vị ban hành": communes[0].name,
    }  # fmt: skip
    instance.export_drop.mkdir(parents=True)
    for name, content, day in (
        ("a.csv", export(rows), LAST),
        ("v.csv", export([document], header=OUT), LAST),
        (
            "b.csv",
            export([rows[0] | {"Trạng thái": "Đã xử lý xong", "Ngày kết thúc xử lý": "06/01/2026"}]),
            date(2026, 3, 16),
        ),
    ):
        if day > LAST:
            freeze_snapshot(store, instance, "one_stop", LAST, at(LAST, 18))
        path = instance.export_drop / name
        path.write_bytes(content)
        assert land_file(store, instance, path, units, at(day, 17)).rows_quarantined == 0
    store.close()
    return instance


@pytest.fixture
def run(home: Instance) -> Run:
    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, CchcError):
            raise result.exception
        return result

    return call


def total(path: Path) -> list[object]:
    """The line of the total: received, resolved, open."""
    sheet = load_workbook(io.BytesIO(path.read_bytes()), data_only=True).worksheets[0]
    (line,) = [row for row in sheet.iter_rows(values_only=True) if row[1] == "Tổng cộng"]
    return [line[2], line[6], line[10]]


def test_the_form_rests_on_the_snapshot_of_the_window_s_last_day(run: Run, home: Instance) -> None:
    result = run("bieu-06", "--cap", "xa", *Q1)
    assert result.exit_code == 0
    assert "bản chốt one_stop-2026-03-14" in result.output
    assert "Tổng số 2 hồ sơ: đã giải quyết 0 (quá hạn 0), đang giải quyết 2 (quá hạn 2)." in result.output
    assert "(102 đơn vị)" in result.output
    path = home.out / "bieu" / "bieu-06-xa-2025-12-15-2026-03-14.xlsx"
    assert total(path) == [2, 0, 2]
    before = path.read_bytes()
    run("bieu-06", "--cap", "xa", *Q1)
    assert path.read_bytes() == before


def test_what_had_landed_by_a_day_can_be_asked_for_instead(run: Run, home: Instance) -> None:
    out = home.root / "x.xlsx"
    for day, resolved in (("2026-03-15", 0), ("2026-03-16", 1)):
        result = run("bieu-06", *Q1, "--da-nhan-den", day, "--ra", str(out))
        assert "CHƯA CHỐT" in result.output
        assert total(out) == [2, resolved, 2 - resolved]


def test_a_window_without_snapshot_says_so_and_takes_what_has_landed(run: Run, home: Instance) -> None:
    result = run("bieu-06", "--tu", "2026-01-01", "--den", "2026-01-31")
    assert "chưa có bản chốt ngày 31/01/2026" in result.output
    assert "CHƯA CHỐT gồm 2 lần nhận" in result.output
    with pytest.raises(CchcError, match="Không có bản chốt ngày 31/01/2026"):
        run("bieu-06", "--tu", "2026-01-01", "--den", "2026-01-31", "--chot", "2026-01-31")
    result = run("bieu-06", "--tu", "2026-01-01", "--den", "2026-01-31", "--chot", "2026-03-14")
    assert "bản chốt one_stop-2026-03-14" in result.output


def test_one_unit_by_channel(run: Run, home: Instance) -> None:
    code = UnitRegister.load().on(LAST, ["xa"])[0].code
    out = home.root / "mot.xlsx"
    run("bieu-06", "--don-vi", code, *Q1, "--theo", "kenh", "--ra", str(out))
    names = [row[1] for row in load_workbook(out).worksheets[0].iter_rows(values_only=True)]
    assert "Trực tiếp" in names and "Tổng cộng" not in names


def test_the_document_table(run: Run, home: Instance) -> None:
    result = run("van-ban", "--cap", "xa", *Q1)
    assert "Gửi 1 văn bản, nhận 0." in result.output
    sheet = load_workbook(
        home.out / "bieu" / "van-ban-xa-2025-12-15-2026-03-14.xlsx", data_only=True
    ).worksheets[0]
    (line,) = [row for row in sheet.iter_rows(values_only=True) if row[1] == "Tổng cộng"]
    assert line[2:12] == (1, 1, 0, 0, None, None, None, None, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tu", "2026-03-14", "--den", "2026-03-13"), "ngày cuối trước ngày đầu"),
        ((*Q1, "--cap", "thon"), "Cho phép: so, huyen, xa"),
        ((*Q1, "--cap", "xa", "--don-vi", "30292"), "--don-vi hoặc --cap"),
        ((*Q1, "--don-vi", "khong-co"), "khong-co"),
        ((*Q1, "--don-vi", "tinh-an-giang"), "không phải là đơn vị báo cáo"),
        ((*Q1, "--chot", "2026-03-14", "--da-nhan-den", "2026-03-14"), "--chot hoặc --da-nhan-den"),
        ((*Q1, "--ra", "bieu.pdf"), "đuôi .xlsx"),
        ((*Q1, "--theo", "thang"), "linh-vuc, muc-do, kenh"),
        ((*Q1, "--da-nhan-den", "2026-03-01"), "Chưa nhận tệp nào"),
        ((*Q1, "--cap", "huyen"), "Không có đơn vị nào của cấp 'huyen' vào ngày 14/03/2026"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_allowed(
    run: Run, home: Instance, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CchcError, match=message):
        run("bieu-06", *arguments)
    assert not list(home.root.rglob("*.xlsx"))
