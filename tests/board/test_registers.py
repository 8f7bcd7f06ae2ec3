"""Page 'Danh mục': every list is read whole, searched, as of a day, and taken away as it is shown."""

from __future__ import annotations

import html
import io
from typing import get_args

import openpyxl
import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK

from cchc.chasing.ladder import Trigger
from cchc.documents.form import DocumentSettings, Witness
from cchc.paths import Instance
from cchc.texts import table
from cchc.year import Product
from cchc_board.desk import RequestView, open_desk
from cchc_board.registers.lists import LISTS
from cchc_board.registers.registers_page import EVER, list_page, list_table

LARGEST = 120_000  # bytes of a page


@pytest.fixture
def desk(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> RequestView:
    """An installation in which nothing was recorded: the lists come from files."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    return open_desk("2026-03-20")


@pytest.mark.parametrize("code", LISTS)
def test_every_list_has_its_page_of_a_bearable_size_and_a_cell_a_column(
    desk: RequestView, browser: TestClient, code: str
) -> None:
    answer = browser.get(f"/danh-muc/{code}?ngay=2026-03-20")
    assert answer.status_code == 200 and len(answer.content) < LARGEST
    page = list_page(desk, code)
    assert page.entries
    assert {len(one.cells) for one in page.entries} == {len(page.shown.heads)}
    assert html.escape(page.entries[-1].cells[0], quote=False) in answer.text.replace("&#34;", '"')


def test_the_page_names_every_list_with_what_holds_on_the_day(desk: RequestView, browser: TestClient) -> None:
    shown = browser.get("/danh-muc?ngay=2026-03-20").text
    assert all(f'href="/danh-muc/{code}?ngay=2026-03-20"' in shown for code in LISTS)
    assert 'href="/nguoi-dung"' in shown
    assert browser.get("/danh-muc/khong-co").status_code == 404


def test_a_unit_is_listed_while_it_exists_and_found_without_accents(
    desk: RequestView, browser: TestClient
) -> None:
    old, new = "UBND huyện U Minh Thượng", "UBND phường Bình Đức"
    assert old not in (now := browser.get("/danh-muc/don-vi?ngay=2026-03-20").text) and new in now
    assert old in (then := browser.get("/danh-muc/don-vi?ngay=2025-06-01").text) and new not in then
    ever = browser.get(f"/danh-muc/don-vi?ngay=2026-03-20&hieu-luc={EVER}&tim=u minh").text
    assert old in ever and new not in ever and "đến 30/06/2025" in ever
    assert 'href="/don-vi/h-u-minh-thuong"' in ever
    nothing = browser.get("/danh-muc/don-vi", params={"tim": ATTACK}).text
    assert ATTACK not in nothing and "Không có dòng nào khớp" in nothing


def test_an_indicator_says_who_gives_it_and_its_reason_stands_in_the_file(
    desk: RequestView, browser: TestClient
) -> None:
    shown = browser.get("/danh-muc/chi-tieu?ngay=2026-03-20&tim=I.1.1").text
    assert "từng đơn vị (Sở, ban, ngành, UBND cấp xã)" in shown and "UBND cấp huyện" not in shown
    lines = browser.get("/danh-muc/chi-tieu/danh-sach.csv?ngay=2026-03-20&tim=I.1.1").text.splitlines()
    assert lines[0].endswith("Đơn vị tính;Lý do;Hiệu lực") and "từ 01/07/2025" in lines[1]
    assert "cộng kế hoạch của các đơn vị" in lines[1]


@pytest.mark.parametrize("code", LISTS)
def test_a_list_as_a_workbook_is_the_list(desk: RequestView, browser: TestClient, code: str) -> None:
    answer = browser.get(f"/danh-muc/{code}/danh-sach.xlsx?ngay=2026-03-20")
    name = f'attachment; filename="danh-muc-{code}-2026-03-20.xlsx"'
    assert answer.headers["content-disposition"] == name
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    table_ = list_table(list_page(desk, code))
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [row[0] for row in table_.rows]
    assert [one.value for one in sheet[1]] == list(table_.columns)


def test_a_line_that_no_mail_reaches_says_so_and_units_are_counted_on_the_day(desk: RequestView) -> None:
    lines = {one.cells[0]: one.cells[1] for one in list_page(desk, "noi-nhan").entries}
    assert lines["UBND tỉnh (b/c)"].startswith("chưa có hộp thư")
    assert lines["UBND các xã, phường, đặc khu"].startswith("102 đơn vị")
    assert lines["Bộ Nội vụ"] == "vanthu@bonoivu.example"


def test_every_kind_of_document_product_witness_and_trigger_has_its_word() -> None:
    assert set(DocumentSettings.load().documents) <= set(table("board_registers.documents"))
    assert set(table("board_registers.products")) == {str(one) for one in Product}
    assert set(table("board_registers.witnesses")) == set(get_args(Witness))
    when = set(table("board_registers.when"))
    assert {str(one) for one in Trigger} - {"due"} | {"before_due", "on_due", "after_due"} == when
