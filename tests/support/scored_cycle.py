"""A rehearsed round of scores as tests read it: from the tables and the published papers, not through the library."""

from __future__ import annotations

import io

import openpyxl
from docx import Document
from tests.support.rehearsed_year import Year

from cchc.scoring.verifying import verify
from cchc.store import Store
from cchc.units import UnitRegister

ROUND = "2026-CD"
EVENTS = {
    "late_waiting", "late_accepted", "late_refused", "locked", "explained", "reopened", "published", "objected",
    "adjusted",
}  # fmt: skip
"""What happens in the round of a rehearsed year beside what happens in every one."""
BY_PEOPLE = "('tham_dinh_1', 'tham_dinh_2', 'hoi_dong', 'kien_nghi')"


def undecided(year: Year) -> list[tuple[str, str]]:
    """(unit, criterion) of what stands in the record without a person's decision."""
    rows = year.rows(
        "SELECT DISTINCT unit_code, criterion FROM score_events WHERE round_id = ? EXCEPT"
        f" SELECT unit_code, criterion FROM score_events WHERE round_id = ? AND stage IN {BY_PEOPLE}",
        ROUND, ROUND,
    )  # fmt: skip
    return [(row["unit_code"], row["criterion"]) for row in rows]


def silent_above(year: Year) -> list[tuple[str, str]]:
    """(silent unit, unit that reported and scored itself) of one list where the silent one ranks before the other."""
    silent = {unit for (round_id, unit), entry in year.truth.items()
              if round_id == "2026-NAM" and entry["manner"] == "im-lang"}  # fmt: skip
    quiet = {unit for (round_id, unit), entry in year.truth.items()
             if round_id == ROUND and entry["manner"] == "im-lang"}  # fmt: skip
    ranked = year.rows(
        "SELECT list, unit_code, rank FROM rankings WHERE round_id = ? AND rank IS NOT NULL", ROUND
    )
    assert silent and silent <= quiet
    return [
        (one["unit_code"], other["unit_code"])
        for one in ranked
        if one["unit_code"] in silent
        for other in ranked
        if other["list"] == one["list"] and other["unit_code"] not in quiet and one["rank"] < other["rank"]
    ]


def published_ranks(year: Year) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Rank by name of unit: in the workbook, in the decision, and in the record of edition 1."""
    folder = year.instance.out / "2026" / ROUND
    book = openpyxl.load_workbook(io.BytesIO((folder / "xep-hang-2026.xlsx").read_bytes()), read_only=True)
    in_book: dict[str, str] = {}
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        head = next((place for place, row in enumerate(rows) if "Hạng" in row and "Thẩm định 1" in row), None)
        if head is not None:
            rank, name = rows[head].index("Hạng"), rows[head].index("Đơn vị")
            in_book |= {
                str(row[name]): str(row[rank]) for row in rows[head + 1 :] if isinstance(row[rank], int)
            }
    in_decision = {
        row.cells[1].text: row.cells[0].text
        for table in Document(str(folder / "quyet-dinh-xep-hang-2026.docx")).tables
        if table.rows[0].cells[0].text == "Hạng"
        for row in table.rows[1:]
        if row.cells[0].text.isdigit()
    }
    units = UnitRegister.load()
    kept = year.rows(
        "SELECT unit_code, rank FROM rankings WHERE round_id = ? AND edition = 1 AND rank IS NOT NULL", ROUND
    )
    return in_book, in_decision, {units.get(row["unit_code"]).name: str(row["rank"]) for row in kept}


def happened(year: Year) -> set[str]:
    """Kinds of what happened to units' files in the round."""
    return {
        row["kind"]
        for row in year.rows("SELECT DISTINCT kind FROM score_file_events WHERE round_id = ?", ROUND)
    }


def verified(year: Year) -> tuple[int, list[str], int]:
    """Editions, what differs when they are computed again from the record, and how many computed values were tried."""
    store = Store(year.instance.store_url)
    try:
        found = verify(store, ROUND, 2026, "")
    finally:
        store.close()
    return len(found.editions), [one.told for one in found.differences], found.recomputed
