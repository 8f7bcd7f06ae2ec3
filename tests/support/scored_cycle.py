"""A rehearsed round of scores as tests read it: from the tables and the published papers, not through the library."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta

import openpyxl
from docx import Document
from tests.support.rehearsed_year import Year, words_of

from cchc.clock import vn_date
from cchc.scoring.verifying import verify
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc_rehearsal.merging import INTO, MERGED, last_day

ROUND = "2026-CD"
EVENTS = {
    "extended", "unlocked", "late_waiting", "late_accepted", "late_refused", "locked", "explained", "reopened",
    "published", "objected", "adjusted",
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


def _of_kind(year: Year, kind: str) -> tuple[str, datetime, datetime, list[datetime]]:
    """Of the one unit to which that happened: its code, when, until when, and every moment at which it was locked."""
    (row,) = year.rows("SELECT * FROM score_file_events WHERE round_id = ? AND kind = ?", ROUND, kind)
    locks = year.rows(
        "SELECT at FROM score_file_events WHERE round_id = ? AND unit_code = ? AND kind = 'locked' ORDER BY at",
        ROUND, row["unit_code"],
    )  # fmt: skip
    until = datetime.fromisoformat(json.loads(row["detail"])["until"])
    return (
        row["unit_code"], datetime.fromisoformat(row["at"]), until,
        [datetime.fromisoformat(one["at"]) for one in locks],
    )  # fmt: skip


def _history(year: Year, unit: str) -> list[tuple[str, datetime]]:
    rows = year.rows(
        "SELECT kind, happened_at FROM obligation_events WHERE obligation_id = ? ORDER BY recorded_at, seq",
        f"{ROUND}/{unit}/tu_cham",
    )
    return [(row["kind"], datetime.fromisoformat(row["happened_at"])) for row in rows]


def _told(year: Year, unit: str, subject: str) -> int:
    rows = year.rows("SELECT 1 FROM mails WHERE unit_code = ? AND subject LIKE ?", unit, f"{subject}%")
    return len(rows)


def more_time(year: Year) -> list[str]:
    """What is wrong with the file of the unit that was given more time."""
    unit, _, until, locks = _of_kind(year, "extended")
    moments = Calendar.load().round(ROUND).moments
    came = [at for kind, at in _history(year, unit) if kind == "submitted"]
    right = {
        "locked once, after its own time": len(locks) == 1 and locks[0] >= until > moments["khoa"],
        "came behind the lock of the others, in its own time": bool(came)
        and moments["khoa"] < came[0] <= until,
        "waits for no decision": "rejected" not in dict(_history(year, unit)),
        "was told once": _told(year, unit, "Gia hạn nộp hồ sơ") == 1,
    }
    return [name for name, holds in right.items() if not holds]


def opened_again(year: Year) -> list[str]:
    """What is wrong with the file that was opened again."""
    unit, opened, until, locks = _of_kind(year, "unlocked")
    came = [at for kind, at in _history(year, unit) if kind == "submitted"]
    (counted,) = year.rows(
        "SELECT submission_id FROM counted_submissions WHERE obligation_id = ? AND counted_until IS NULL",
        f"{ROUND}/{unit}/tu_cham",
    )
    newest = year.rows(
        "SELECT submission_id FROM submissions WHERE obligation_id = ? ORDER BY received_at DESC",
        f"{ROUND}/{unit}/tu_cham",
    )
    right = {
        "locked, and locked again": len(locks) == 2 and locks[0] < opened < until <= locks[1],
        "sent before, and sent anew": len(came) == 2 and came[0] < opened < came[1] <= until,
        "the newer one counts": counted["submission_id"] == newest[0]["submission_id"],
        "was told once": _told(year, unit, "Mở lại hồ sơ") == 1,
    }
    return [name for name, holds in right.items() if not holds]


def of_the_merged(year: Year) -> list[str]:
    """What is wrong with the unit that was merged within the year."""
    units, folder = UnitRegister.load(), year.instance.out / "2026" / ROUND
    since = vn_date(last_day(2026) + timedelta(days=1))
    why = f"đã sáp nhập vào {units.get(INTO).name} từ {since}"
    paper = words_of(folder / "quyet-dinh-xep-hang-2026.docx")
    book = openpyxl.load_workbook(io.BytesIO((folder / "xep-hang-2026.xlsx").read_bytes()), read_only=True)
    cells = {str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    asked = year.rows("SELECT 1 FROM obligations WHERE round_id = ? AND unit_code = ?", ROUND, MERGED)
    judged = year.rows("SELECT 1 FROM score_events WHERE round_id = ? AND unit_code = ?", ROUND, MERGED)
    reported = year.rows("SELECT 1 FROM obligations WHERE obligation_id = ?", f"2026-NAM/{MERGED}/bao_cao")
    right = {
        "nothing is asked of it": not asked and not (folder / "bieu-mau" / f"{ROUND}_{MERGED}.xlsx").exists(),
        "nobody judges it": not judged,
        "it reported while it was there": len(reported) == 1,
        "the decision names it and where it went": why in paper and units.get(MERGED).name in paper,
        "so does the book": any(why in cell for cell in cells),
    }
    return [name for name, holds in right.items() if not holds]


def drafts(year: Year) -> tuple[set[int], set[int]]:
    """Numbers of the drafts of the first decision, and of those that were issued."""
    rows = year.rows(
        "SELECT draft, number FROM documents WHERE round_id = ? AND kind LIKE 'quyet_dinh_xep_hang%'"
        " AND kind NOT LIKE '%pdf'", ROUND,
    )  # fmt: skip
    return {row["draft"] for row in rows}, {row["draft"] for row in rows if row["number"]}


def verified(year: Year) -> tuple[int, list[str], int]:
    """Editions, what differs when they are computed again from the record, and how many computed values were tried."""
    store = Store(year.instance.store_url)
    try:
        found = verify(store, ROUND, 2026, "")
    finally:
        store.close()
    return len(found.editions), [one.told for one in found.differences], found.recomputed
