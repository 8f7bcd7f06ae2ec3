"""Minutes of a visit: a row of the team's workbook with what the letter after it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cchc.folding import folded
from cchc.office.sheets import cell_name
from cchc.texts import t, table
from cchc.workbooks.cells import Cells, day_of, plain_lines
from cchc.workbooks.grid import Grid

_FIRST_ROW = 5
COLUMNS = (
    "visit_id", "unit", "held_on", "place", "present", "documents", "sample", "results", "report", "report_day",
    "opinion", "agreed", "due",
)  # fmt: skip
_AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (12, 30, 13, 24, 34, 30, 34, 50, 18, 14, 34, 18, 14)
_OWN_WORDS = tuple(name for name in COLUMNS if name not in ("visit_id", "unit", "held_on"))
_DAYS = ("held_on", "report_day", "due")


@dataclass(frozen=True)
class MinutesRow:
    """What the minutes of a visit say. agreed: whether the unit agreed with them; None while there are none.

    place, present (both sides), documents (seen), sample (of dossiers, by their numbers), results (achieved), opinion
    (of the unit): free text. report, report_day: number and day of the team's report. due: one day for all orders of
    the letter.
    """

    visit_id: str
    unit_code: str
    held_on: date | None = None
    place: str = ""
    present: str = ""
    documents: str = ""
    sample: str = ""
    results: str = ""
    report: str = ""
    report_day: date | None = None
    opinion: str = ""
    agreed: bool | None = None
    due: date | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written but what the workbook was laid with."""
        return self.agreed is None and not any(getattr(self, name) for name in _OWN_WORDS)

    def is_other_than(self, other: MinutesRow) -> bool:
        """Whether it says something else; blanks, case and the way letters are written make no other words."""

        def words(row: MinutesRow) -> list[object]:
            told = [getattr(row, name) for name in _OWN_WORDS]
            return [row.held_on, *(folded(one) if isinstance(one, str) else one for one in told)]

        return words(self) != words(other)

    @property
    def payload(self) -> dict[str, Any]:
        """As an event keeps it."""
        told = {name: getattr(self, name) for name in COLUMNS if name not in ("visit_id", "unit", "agreed")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def minutes_from(
    visit_id: str, unit_code: str, payload: Mapping[str, Any], *, agreed: bool | None
) -> MinutesRow:
    """The row that an event keeps."""
    told = {name: payload.get(name) for name in COLUMNS if name not in ("visit_id", "unit", "agreed")}
    days: dict[str, Any] = {
        name: date.fromisoformat(str(told[name])) if told[name] else None for name in _DAYS
    }
    texts: dict[str, Any] = {name: str(value or "") for name, value in told.items() if name not in _DAYS}
    return MinutesRow(visit_id, unit_code, agreed=agreed, **days, **texts)


def write_minutes(
    book: Any,
    rows: Iterable[MinutesRow],
    units: Mapping[str, str],
    head: Any,
    styles: tuple[Any, Any, Any],
) -> None:
    """The sheet of minutes, a row a visit. styles: of locked, open and day cells."""
    locked, text_cell, day_cell = styles
    sheet = book.add_worksheet(t("inspection.sheet_minutes"))
    sheet.write(0, 1, t("inspection.minutes_title"))
    sheet.write(1, 1, t("inspection.minutes_hint"))
    heads = table("inspection.minutes_columns")
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.write(_FIRST_ROW - 2, column, heads[name], head)
        sheet.set_column(column, column, width, None, {"hidden": name == "visit_id"})
    last = _FIRST_ROW - 1
    for last, row in enumerate(rows, start=_FIRST_ROW - 1):
        for name, column in _AT.items():
            _write_cell(sheet, last, column, _shown(name, row, units), (locked, text_cell, day_cell), name)
    options = list(table("inspection.agreed").values())
    told = {"validate": "list", "source": options, "error_message": t("inspection.choose.agreed")}
    sheet.data_validation(_FIRST_ROW - 1, _AT["agreed"], max(last, _FIRST_ROW), _AT["agreed"], told)
    sheet.protect("", {"format_rows": True, "format_columns": True, "autofilter": True})
    sheet.freeze_panes(_FIRST_ROW - 1, 2)


def _shown(name: str, row: MinutesRow, units: Mapping[str, str]) -> Any:
    if name == "unit":
        return f"{row.unit_code} {units.get(row.unit_code, '')}".strip()
    if name == "agreed":
        return "" if row.agreed is None else table("inspection.agreed")["co" if row.agreed else "khong"]
    return getattr(row, name)


def _write_cell(
    sheet: Any, row: int, column: int, value: Any, styles: tuple[Any, Any, Any], name: str
) -> None:
    locked, text_cell, day_cell = styles
    own = locked if name in ("visit_id", "unit") else day_cell if name in _DAYS else text_cell
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), own)  # noqa: DTZ001 - a day of a sheet
    else:
        sheet.write_string(row, column, value or "", own)


def read_minutes(grid: Grid, allowed: set[str]) -> tuple[list[MinutesRow], list[str]]:
    """The rows of the sheet, those without a word of the unit as they are so far (`agreed` None), and its faults."""
    sheet = grid.sheet(t("inspection.sheet_minutes"))
    if sheet is None:
        return [], []
    cells, found, faults = Cells(sheet), list[MinutesRow](), list[str]()
    for row in range(_FIRST_ROW - 1, len(sheet.rows)):
        texts = {name: plain_lines(cells.text(row, column)) for name, column in _AT.items()}
        code = texts["unit"].partition(" ")[0]
        doubtful, cells.problems = [one.message for one in cells.problems], []
        if not any(texts.values()):
            continue
        if code not in allowed and not any(texts[name] for name in _OWN_WORDS):
            # Of a visit that fell away since the workbook was laid.
            found.append(MinutesRow(texts["visit_id"].upper(), code))
            continue
        faults += doubtful
        if code not in allowed or not texts["visit_id"]:
            cell = cell_name(row, _AT["unit"])
            faults.append(t("inspection.bad_visit", cell=cell, found=texts["unit"] or t("inspection.empty")))
        options = {folded(name): key for key, name in table("inspection.agreed").items()}
        agreed = options.get(folded(texts["agreed"]))
        if agreed is None and texts["agreed"]:
            names = "; ".join(table("inspection.agreed").values())
            cell = cell_name(row, _AT["agreed"])
            faults.append(t("inspection.bad_option", cell=cell, found=texts["agreed"], options=names))
        days: dict[str, Any] = {}
        for name in _DAYS:
            days[name] = cells.day(row, _AT[name], None) or day_of(texts[name])
            cells.problems.clear()
            if texts[name] and days[name] is None:
                faults.append(t("inspection.bad_day", cell=cell_name(row, _AT[name]), found=texts[name]))
        if texts["agreed"] and days["held_on"] is None and not texts["held_on"]:
            faults.append(t("inspection.empty_cell", cell=cell_name(row, _AT["held_on"])))
        words: dict[str, Any] = {
            name: texts[name] for name in COLUMNS if name not in (*_DAYS, "visit_id", "unit", "agreed")
        }
        said = None if agreed is None else agreed == "co"
        found.append(MinutesRow(texts["visit_id"].upper(), code, agreed=said, **words, **days))
    return found, faults
