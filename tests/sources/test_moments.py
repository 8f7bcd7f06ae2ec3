"""Days and hours as software writes them: read when they are certain, decided by column, shown by their shape."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.sources.samples import HEADER, export, register, row

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import Landing, land_file
from cchc.store import Store

RECEIVED = at(dt.date(2026, 3, 14), 18)


def land(store: Store, instance: Instance, content: bytes, name: str = "a.csv") -> Landing:
    instance.export_drop.mkdir(parents=True, exist_ok=True)
    path = instance.export_drop / name
    path.write_bytes(content)
    return land_file(store, instance, path, register(), RECEIVED)


def received(store: Store, instance: Instance) -> list[str]:
    (landed,) = store.query("sources.landings_known", source="one_stop", at="9999")
    found = duckdb.execute(
        "SELECT received_at::VARCHAR FROM read_parquet(?, file_row_number = true) "
        "WHERE faults IS NULL ORDER BY file_row_number",
        [str(instance.data / landed["parquet_path"])],
    )
    return [moment for (moment,) in found.fetchall()]


def reasons(store: Store, instance: Instance) -> list[str]:
    (landed,) = store.query("sources.landings_known", source="one_stop", at="9999")
    with Path(instance.data / landed["quarantine_path"]).open(encoding="utf-8-sig", newline="") as handle:
        return [line["Lý do"] for line in csv.DictReader(handle)]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("02/02/2026 8:30:00 SA", "2026-02-02 08:30:00"),
        ("02/02/2026 2:30:00 CH", "2026-02-02 14:30:00"),
        ("02/02/2026 12:05 SA", "2026-02-02 00:05:00"),
        ("02/02/2026 12:05 CH", "2026-02-02 12:05:00"),
        ("02/02/2026 14:30 CH", "2026-02-02 14:30:00"),
        ("02/02/2026 00:30:00 SA", "2026-02-02 00:30:00"),
        ("02/02/2026 2:30:00 PM", "2026-02-02 14:30:00"),
        ("02/02/2026 2:30:00PM", "2026-02-02 14:30:00"),
        ("02/02/2026 8:30 a.m.", "2026-02-02 08:30:00"),
        ("8:30 SA 02/02/2026", "2026-02-02 08:30:00"),
        ("2026-02-02 08:30:25.537", "2026-02-02 08:30:25"),
        ("2026-02-02 08:30:25,537", "2026-02-02 08:30:25"),
        ("2026-02-02 08:30:25.5370000", "2026-02-02 08:30:25"),
        ("02/02/2026 08:30:25.537", "2026-02-02 08:30:25"),
        ("2026-02-02T01:30:00.000Z", "2026-02-02 08:30:00"),
        ("2026-02-02T01:30:00Z", "2026-02-02 08:30:00"),
        ("2026-02-01T18:30:00.123456Z", "2026-02-02 01:30:00"),
        ("2026-02-02T08:30:00+07:00", "2026-02-02 08:30:00"),
        ("2026-02-02 08:30:00+07", "2026-02-02 08:30:00"),
        ("2026-02-02T08:30:00+0700", "2026-02-02 08:30:00"),
        ("2026-02-02 08:30:00 GMT+7", "2026-02-02 08:30:00"),
        ("2026-02-01 20:30:00-05:00", "2026-02-02 08:30:00"),
        ('="02/02/2026 08:30"', "2026-02-02 08:30:00"),
        ("'02/02/2026 08:30", "2026-02-02 08:30:00"),
        ("\u200b02/02/2026\u00a008:30\ufeff", "2026-02-02 08:30:00"),
        ("02/02/2026, 08:30:00", "2026-02-02 08:30:00"),
        ("2026/02/02 08:30", "2026-02-02 08:30:00"),
        ("02-Feb-2026 08:30:00", "2026-02-02 08:30:00"),
        ("Feb  2 2026  8:30AM", "2026-02-02 08:30:00"),
        ("02/02/26 08:30", "2026-02-02 08:30:00"),
        ("2-2-26", "2026-02-02 00:00:00"),
        ("46055.3541666667", "2026-02-02 08:30:00"),
        ("46055,3541666667", "2026-02-02 08:30:00"),
        ("02/02/2026", "2026-02-02 00:00:00"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_moment_is_read_as_software_writes_it(
    store: Store, instance: Instance, written: str, moment: str, kind: str
) -> None:
    one = row("H01-1", Ngày_tiếp_nhận=written, Ngày_nộp="")
    content = (
        export([one])
        if kind == "csv"
        else json.dumps([{head: one.get(head, "") for head in HEADER}]).encode()
    )
    landing = land(store, instance, content, f"a.{kind}")
    assert (landing.rows_read, landing.rows_accepted) == (1, 1)
    assert received(store, instance) == [moment]


def test_a_date_cell_with_a_fraction_of_a_second_is_read(store: Store, instance: Instance) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, form = book.add_worksheet("DS"), book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    sheet.write_row(0, 0, HEADER)
    cells = row("H01-1", Ngày_nộp="")
    for column, header in enumerate(HEADER):
        if header == "Ngày tiếp nhận":
            sheet.write_datetime(1, column, dt.datetime(2026, 2, 2, 8, 30, 25, 537000), form)
        else:
            sheet.write(1, column, cells.get(header, ""))
    book.close()
    land(store, instance, out.getvalue(), "a.xlsx")
    assert received(store, instance) == ["2026-02-02 08:30:25"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York"])
def test_a_parquet_moment_with_a_zone_is_turned_to_ours(store: Store, instance: Instance, zone: str) -> None:
    out, cells = io.BytesIO(), row("H01-1", Ngày_nộp="")
    moment = pa.array([dt.datetime(2026, 2, 2, 1, 30, 25, tzinfo=dt.UTC)], pa.timestamp("us", tz=zone))
    columns = {
        head: moment if head == "Ngày tiếp nhận" else pa.array([cells.get(head, "")]) for head in HEADER
    }
    pq.write_table(pa.table(columns), out)
    land(store, instance, out.getvalue(), "a.parquet")
    assert received(store, instance) == ["2026-02-02 08:30:25"]


def test_a_column_shows_that_the_month_is_first(store: Store, instance: Instance) -> None:
    written = ["2/28/2026 2:30:00 PM", "2/3/2026 8:00:00 AM", "1/13/2026 9:15:00 AM"]
    land(
        store,
        instance,
        export([row(f"H01-{n}", Ngày_tiếp_nhận=text, Ngày_nộp="") for n, text in enumerate(written)]),
    )
    assert received(store, instance) == ["2026-02-28 14:30:00", "2026-02-03 08:00:00", "2026-01-13 09:15:00"]


def test_the_whole_column_decides_not_its_beginning(store: Store, instance: Instance) -> None:
    written = ["2/3/2026"] * 1200 + ["2/28/2026", "2/27/2026"]
    land(
        store,
        instance,
        export([row(f"H01-{n}", Ngày_tiếp_nhận=text, Ngày_nộp="") for n, text in enumerate(written)]),
    )
    assert set(received(store, instance)) == {
        "2026-02-03 00:00:00",
        "2026-02-28 00:00:00",
        "2026-02-27 00:00:00",
    }


def test_one_odd_cell_does_not_turn_a_column_round(store: Store, instance: Instance) -> None:
    written = ["02/03/2026", "02/28/2026", "28/02/2026"]
    landing = land(
        store,
        instance,
        export([row(f"H01-{n}", Ngày_tiếp_nhận=text, Ngày_nộp="") for n, text in enumerate(written)]),
    )
    assert landing.rows_quarantined == 1
    assert received(store, instance) == ["2026-03-02 00:00:00", "2026-02-28 00:00:00"]
    assert "'02/28/2026'" in reasons(store, instance)[0]


def test_a_column_without_a_readable_day_is_one_finding_with_its_shape(
    store: Store, instance: Instance
) -> None:
    rows = [row(f"H01-{n}", Ngày_tiếp_nhận=f"ngày {n:02} Nguyễn Văn A 0912345678") for n in range(1, 6)]
    with pytest.raises(CchcError) as caught:
        land(store, instance, export(rows))
    said = str(caught.value)
    assert "'Ngày tiếp nhận' có 5 giá trị" in said
    assert "“aaaa ## aaaaaa aaa a ##########”" in said
    assert "Nguyễn" not in said
    assert "date_formats" in said


def test_a_masked_day_is_shown_by_its_shape(store: Store, instance: Instance) -> None:
    rows = [row("H01-1"), row("H01-2", Ngày_hẹn_trả="hẹn chị Lan 0912345678"), row("H01-3")]
    land(store, instance, export(rows))
    (reason,) = reasons(store, instance)
    assert "'aaa aaa aaa ##########'" in reason


def test_days_that_are_none_are_told_row_by_row(store: Store, instance: Instance) -> None:
    rows = [row("H01-1", Ngày_hẹn_trả="31/02/2026"), row("H01-2", Ngày_hẹn_trả="30/02/2026 08:30")]
    assert land(store, instance, export(rows)).rows_quarantined == 2
