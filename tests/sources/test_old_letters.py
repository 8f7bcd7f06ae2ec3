"""Exports whose texts are in letters of before Unicode, or wrapped as software wraps cells, give the same rows."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.sources.samples import HEADER, export, register, row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources.landing import Landing, land_file
from cchc.sources.preview import preview
from cchc.store import Store
from cchc_rehearsal.old_writing import WAYS, tcvn3, vni

RECEIVED = at(date(2026, 3, 14), 18)
ROWS = [
    row("H01-1", Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="06/01/2026", Kênh_thực_hiện="Trực tuyến"),
    row("H01-2", Trạng_thái="Đang xử lý", Mã_đơn_vị="", Đơn_vị_xử_lý="UBND phường Thử Ba"),
    row("H01-3", Lĩnh_vực="Đất đai", Mức_độ_DVC="Một phần"),
]
# What the three rows are, whatever letters they come in: channel, status, unit, field, level.
MEANT = [
    ("H01-1", 2, "30001", "ho tich", 4),
    ("H01-2", 1, "30003", "ho tich", 4),
    ("H01-3", 1, "30001", "dat dai", 3),
]


def land(store: Store, instance: Instance, content: bytes, name: str) -> Landing:
    instance.export_drop.mkdir(parents=True, exist_ok=True)
    path = instance.export_drop / name
    path.write_bytes(content)
    return land_file(store, instance, path, register(), RECEIVED)


def landed(store: Store, instance: Instance) -> list[tuple[object, ...]]:
    (one,) = store.query("sources.landings_known", source="one_stop", at="9999")
    found = duckdb.execute(
        "SELECT dossier_code, channel, unit, field_key, service_level FROM read_parquet(?, file_row_number = true) "
        "WHERE faults IS NULL ORDER BY file_row_number",
        [str(instance.data / one["parquet_path"])],
    )
    return found.fetchall()


def written(way: Callable[[str], str]) -> list[dict[str, str]]:
    return [{way(head): way(one.get(head, "")) for head in HEADER} for one in ROWS]


def as_csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({name: [one[name] for one in rows] for name in rows[0]}), out)
    return out.getvalue()


def content_of(rows: list[dict[str, str]], kind: str) -> bytes:
    if kind == "csv":
        return as_csv(rows).encode()
    if kind == "json":
        return json.dumps(rows).encode()
    return as_parquet(rows) if kind == "parquet" else as_xlsx(rows)


def as_xlsx(rows: list[dict[str, str]]) -> bytes:
    """Texts as they are: '=' at their beginning makes no formula of them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, cells in enumerate([list(rows[0]), *(list(one.values()) for one in rows)]):
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def test_the_rows_mean_what_is_awaited(store: Store, instance: Instance) -> None:
    assert land(store, instance, export(ROWS), "goc.csv").rows_accepted == len(ROWS)
    assert landed(store, instance) == MEANT


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "parquet"])
def test_an_export_in_old_letters_gives_the_same_rows(
    store: Store, instance: Instance, way: str, kind: str
) -> None:
    assert land(store, instance, content_of(written(WAYS[way]), kind), f"cu.{kind}").rows_accepted == len(
        ROWS
    )
    assert landed(store, instance) == MEANT


@pytest.mark.parametrize("way", [tcvn3, vni])
def test_a_csv_in_the_bytes_of_an_old_table_gives_the_same_rows(
    store: Store, instance: Instance, way: Callable[[str], str]
) -> None:
    assert land(store, instance, as_csv(written(way)).encode("latin-1"), "cu.csv").rows_accepted == len(ROWS)
    assert landed(store, instance) == MEANT


def test_old_cells_under_a_header_of_unicode_give_the_same_rows(store: Store, instance: Instance) -> None:
    rows = [{head: tcvn3(one.get(head, "")) for head in HEADER} for one in ROWS]
    assert land(store, instance, as_csv(rows).encode(), "cu.csv").rows_accepted == len(ROWS)
    assert landed(store, instance) == MEANT


def test_a_person_is_told_before_the_file_lands(instance: Instance) -> None:
    path = instance.data / "cu.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_csv(written(tcvn3)), encoding="utf-8")
    assert "TCVN3" in str(preview(path, register(), RECEIVED.date()).remark)
    path.write_bytes(export(ROWS))
    assert preview(path, register(), RECEIVED.date()).remark is None


WRAPPED: dict[str, Callable[[str], str]] = {
    "formula": lambda text: f'="{text}"' if text else "",
    "apostrophe": lambda text: f"'{text}" if text else "",
    "no width": lambda text: f"\u200b{text}\ufeff" if text else "",
    "blanks": lambda text: f"\u00a0{text}\u2007 " if text else "",
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "icelandic": lambda text: text.replace("Đ", "Ð").replace("đ", "ð"),
    "cyrillic": lambda text: text.replace("H", "\u041d").replace("T", "\u0422"),
}


@pytest.mark.parametrize("name", WRAPPED)
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "parquet"])
def test_wrapped_and_look_alike_cells_give_the_same_rows(
    store: Store, instance: Instance, name: str, kind: str
) -> None:
    content = content_of(written(WRAPPED[name]), kind)
    assert land(store, instance, content, f"la.{kind}").rows_accepted == len(ROWS)
    assert landed(store, instance) == MEANT


@pytest.mark.parametrize("name", WRAPPED)
def test_a_large_csv_with_such_cells_gives_the_same_rows(store: Store, instance: Instance, name: str) -> None:
    """Its cells are read without being bared at first."""
    rows = [one | {"Mã hồ sơ": f"H01-{number}"} for number in range(15_000) for one in ROWS[:1]]
    odd = [{key: WRAPPED[name](value) for key, value in one.items()} for one in rows]
    content = export(
        [*rows, *(one | {"Mã hồ sơ": WRAPPED[name](f"H02-{n}")} for n, one in enumerate(odd[:50]))]
    )
    landing = land(store, instance, content, "lon.csv")
    assert (landing.rows_read, landing.rows_accepted) == (15_050, 15_050)
