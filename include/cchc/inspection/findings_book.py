"""The inspection team's workbook: one row a finding, known by the number in its hidden first column."""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.files import freeze_zip
from cchc.folding import folded
from cchc.inspection.findings import FindingKind, Gravity, InspectionFinding, KnownFinding, TeamOrder
from cchc.inspection.minutes import MinutesRow, read_minutes, write_minutes
from cchc.inspection.visits import Visit
from cchc.office.sheets import cell_name
from cchc.texts import t, table, vietnamese_order
from cchc.workbooks.cells import Cells, day_of, plain_lines
from cchc.workbooks.grid import Grid, Sheet

FIRST_ROW = 5  # below title, hint, blank row and header
_MOST_ROWS = 400
COLUMNS = (
    "finding_id", "unit", "topic", "content", "severity", "evidence", "order", "responsible", "due", "note", "kind",
    "visit",
)  # fmt: skip
AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (14, 30, 20, 46, 13, 28, 50, 26, 18, 20, 18, 14)


class FindingsRefused(CchcError):
    """The workbook has faulty rows; the message lists each with its cell."""


@dataclass(frozen=True)
class RowOfTeam:
    """A row as it was read. row: of the sheet, from 0. visit: its number, '' where the team left it out."""

    row: int
    finding: InspectionFinding
    visit: str = ""


@dataclass(frozen=True)
class TeamBook:
    """What the team handed in."""

    rows: tuple[RowOfTeam, ...]
    minutes: tuple[MinutesRow, ...] = ()


def build_findings_workbook(
    title: str,
    units: Mapping[str, str],
    findings: Iterable[InspectionFinding],
    as_of: datetime,
    topics: Sequence[str] = (),
    minutes: Iterable[MinutesRow] = (),
    visits: Mapping[str, str] | None = None,
) -> bytes:
    """The team's workbook, empty or with what is known. units: the codes that may be named, to their names; topics: the
    fields to choose from; minutes: a row a visit; visits: finding -> its visit. Column A is hidden and locked: it holds
    the numbers of the findings.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": title, "created": as_of.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#D9E2EC", "text_wrap": True})
    open_cell = {"border": 1, "text_wrap": True, "valign": "top", "locked": False}
    text_cell, day_cell = (
        book.add_format(open_cell),
        book.add_format({**open_cell, "num_format": "dd/mm/yyyy"}),
    )
    locked = book.add_format({"border": 1, "valign": "top", "font_color": "#666666"})
    sheet = book.add_worksheet(t("inspection.sheet_findings"))
    sheet.write(0, 1, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 1, t("inspection.findings_hint"))
    heads = table("inspection.findings_columns")
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.write(FIRST_ROW - 2, column, heads[name], head)
        own = locked if name == "finding_id" else day_cell if name == "due" else text_cell
        sheet.set_column(column, column, width, own, {"hidden": name == "finding_id"})
    row = FIRST_ROW - 1
    for finding in findings:
        _write_row(sheet, row, finding, units, (locked, text_cell, day_cell))
        sheet.write_string(row, AT["visit"], (visits or {}).get(finding.finding_id, ""), text_cell)
        row += 1
    names = _list_sheet(book, units, topics)
    choices: dict[str, object] = {
        "unit": f"='{names}'!$A$1:$A${max(len(units), 1)}",
        "severity": list(table("inspection.severity").values()),
        "kind": list(table("inspection.kind").values()),
    }
    if topics:
        choices["topic"] = f"='{names}'!$B$1:$B${len(topics)}"
    for name, source in choices.items():
        # A field may be one that is not listed; unit, severity and kind may not.
        kind = {"validate": "list", "source": source, "error_type": "warning" if name == "topic" else "stop"}
        kind["error_message"] = t(f"inspection.choose.{name}")
        sheet.data_validation(FIRST_ROW - 1, AT[name], FIRST_ROW + _MOST_ROWS, AT[name], kind)
    sheet.protect("", {"insert_rows": True, "format_rows": True, "format_columns": True, "autofilter": True})
    sheet.freeze_panes(FIRST_ROW - 1, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    write_minutes(book, minutes, units, head, (locked, text_cell, day_cell))
    book.close()
    return freeze_zip(buffer.getvalue())


def _list_sheet(book: Any, units: Mapping[str, str], topics: Sequence[str]) -> str:
    name = t("inspection.sheet_units")
    lists = book.add_worksheet(name)
    lists.set_column(0, 1, 50)
    for line, (code, unit) in enumerate(sorted(units.items(), key=lambda one: vietnamese_order(one[1]))):
        lists.write_string(line, 0, f"{code} {unit}")
    for line, topic in enumerate(topics):
        lists.write_string(line, 1, topic)
    return name


def _write_row(
    sheet: Any, row: int, finding: InspectionFinding, units: Mapping[str, str], styles: tuple[Any, Any, Any]
) -> None:
    locked, text_cell, day_cell = styles
    dues = [one.due for one in finding.orders]
    single = len(set(dues)) == 1
    bodies = [one.responsible for one in finding.orders]
    written = {
        "unit": f"{finding.unit_code} {units.get(finding.unit_code, '')}".strip(),
        "topic": finding.topic,
        "content": finding.content,
        "severity": table("inspection.severity")[finding.severity],
        "evidence": finding.evidence,
        "order": "\n".join(one.text for one in finding.orders),
        "responsible": bodies[0] if len(set(bodies)) == 1 else "\n".join(one or "-" for one in bodies),
        "note": finding.note,
        "kind": table("inspection.kind")[finding.kind],
    }
    sheet.write_string(row, AT["finding_id"], finding.finding_id, locked)
    for name, text in written.items():
        sheet.write_string(row, AT[name], text, text_cell)
    if single and dues[0]:
        sheet.write_datetime(row, AT["due"], datetime(dues[0].year, dues[0].month, dues[0].day), day_cell)  # noqa: DTZ001 - a day of a sheet
    elif any(dues):
        sheet.write_string(row, AT["due"], "\n".join(vn_date(due) if due else "-" for due in dues), text_cell)


def read_findings_workbook(content: bytes, file_name: str, allowed: Iterable[str]) -> TeamBook:
    """The team's workbook as it says it; what a row says of its number is not looked up here.

    Each line of the cell 'Yêu cầu' is an order; bodies and days are one for all lines, or one a line. Raises NotAForm
    for what is no workbook that can be read, FindingsRefused listing every faulty cell: an unknown or unchosen unit, an
    empty finding or order, letters that cannot be read for sure, a day that is no date, a word of no list. Nothing is
    taken from a faulty workbook.
    """
    grid, codes = Grid(content, file_name, t("inspection.advice")), set(allowed)
    sheet = grid.sheet(t("inspection.sheet_findings"))
    if sheet is None:
        raise FindingsRefused(t("inspection.no_sheet", file=file_name, sheet=t("inspection.sheet_findings")))
    head = Cells(sheet).text(FIRST_ROW - 2, 0)
    if folded(head or "") != folded(table("inspection.findings_columns")["finding_id"]):
        raise FindingsRefused(t("inspection.old_form", file=file_name))
    reader = _Rows(sheet, codes)
    rows = list(reader.read())
    minutes, faults = read_minutes(grid, codes)
    if faults := [*reader.faults, *faults]:
        raise FindingsRefused(
            t("inspection.refused", file=file_name, count=len(faults), list="\n".join(faults))
        )
    return TeamBook(tuple(rows), tuple(minutes))


class _Rows:
    """Reads the rows and gathers the faults."""

    def __init__(self, sheet: Sheet, allowed: set[str]) -> None:
        self.sheet, self.allowed, self.cells = sheet, allowed, Cells(sheet)
        self.faults: list[str] = []

    def read(self) -> Iterator[RowOfTeam]:
        for row in range(FIRST_ROW - 1, len(self.sheet.rows)):
            texts = {name: plain_lines(self.cells.text(row, column)) for name, column in AT.items()}
            if not any(
                texts[name] for name in ("unit", "content", "order", "due", "evidence", "responsible")
            ):
                self.cells.problems.clear()
                continue
            # Letters that nobody can be sure of must not reach a unit.
            self.faults += [one.message for one in self.cells.problems]
            self.cells.problems.clear()
            yield RowOfTeam(row, self._finding(row, texts), texts["visit"].upper())

    def _finding(self, row: int, texts: Mapping[str, str]) -> InspectionFinding:
        code = texts["unit"].partition(" ")[0]
        if code not in self.allowed:
            found = code or t("inspection.empty")
            self._fault("bad_unit", row, "unit", found=found)
        for name in ("content", "order"):
            if not texts[name]:
                self._fault("empty_cell", row, name)
        return InspectionFinding(
            code,
            texts["content"],
            self._orders(row, texts),
            texts["finding_id"].upper(),
            texts["topic"],
            Gravity(self._option(row, "severity", texts, Gravity.ORDINARY)),
            texts["evidence"],
            texts["note"],
            FindingKind(self._option(row, "kind", texts, FindingKind.DEFICIENCY)),
        )

    def _orders(self, row: int, texts: Mapping[str, str]) -> tuple[TeamOrder, ...]:
        wanted = _lines(texts["order"])
        bodies = self._spread(row, "responsible", _lines(texts["responsible"]), len(wanted))
        days = self._days(row, texts["due"], len(wanted))
        return tuple(TeamOrder(*one) for one in zip(wanted, bodies, days, strict=True))

    def _spread(self, row: int, name: str, found: list[str], count: int) -> list[str]:
        """One for all orders, or one for each."""
        if len(found) <= 1:
            return (found or [""]) * count
        if len(found) != count:
            self._fault("lines_differ", row, name, found=len(found), orders=count)
            return [""] * count
        return ["" if one == "-" else one for one in found]

    def _days(self, row: int, text: str, count: int) -> list[date | None]:
        lines = _lines(text)
        if len(lines) <= 1:
            day = self.cells.day(row, AT["due"], None)
            self.cells.problems.clear()  # told below, in the words of this workbook
            if day is None:
                day = day_of(text)
            if text and day is None:
                self._fault("bad_day", row, "due", found=text)
            return [day] * count
        found: list[date | None] = []
        for one in self._spread(row, "due", lines, count):
            found.append(day_of(one) if one else None)
            if one and found[-1] is None:
                self._fault("bad_day", row, "due", found=one)
        return found

    def _option(self, row: int, name: str, texts: Mapping[str, str], default: str) -> str:
        text = texts[name]
        if not text:
            return default
        options = table(f"inspection.{name}")
        for key, shown in options.items():
            if folded(text) in (folded(shown), folded(key)):
                return key
        self._fault("bad_option", row, name, found=text, options="; ".join(options.values()))
        return default

    def _fault(self, key: str, row: int, name: str, **values: object) -> None:
        self.faults.append(t(f"inspection.{key}", cell=cell_name(row, AT[name]), **values))


def _lines(text: str | None) -> list[str]:
    return [line for line in plain_lines(text).splitlines() if line]


def visits_of_rows(
    rows: Sequence[RowOfTeam], known: Sequence[KnownFinding], visits: Sequence[Visit], file_name: str
) -> dict[int, str]:
    """The visit of each row (of the sheet): as it is known, else as the team says, else the only one of its unit that
    no conclusion stands on. FindingsRefused when the team must say which. visits: those of the workbook."""
    standing = {one.finding_id: one.visit_id for one in known}
    own = {one.visit_id: one for one in visits}
    found, faults = dict[int, str](), list[str]()
    for one in rows:
        unit = one.finding.unit_code
        mine = [visit for visit in visits if visit.unit_code == unit]
        open_ = [visit for visit in mine if not visit.is_concluded] or mine[-1:]
        named = standing.get(one.finding.finding_id) or one.visit
        if named and (named not in own or own[named].unit_code != unit):
            names = ", ".join(visit.visit_id for visit in mine) or t("inspection.empty")
            cell = cell_name(one.row, AT["visit"])
            faults.append(t("inspection.bad_visit_of_row", cell=cell, found=named, unit=unit, visits=names))
        elif not named and len(open_) > 1:
            names = ", ".join(visit.visit_id for visit in open_)
            cell = cell_name(one.row, AT["visit"])
            faults.append(t("inspection.which_visit", cell=cell, unit=unit, visits=names))
        else:
            found[one.row] = named or (open_[0].visit_id if open_ else "")
    if faults:
        raise FindingsRefused(
            t("inspection.refused", file=file_name, count=len(faults), list="\n".join(faults))
        )
    return found


def refuse_strange_numbers(
    rows: Sequence[RowOfTeam], known: Sequence[KnownFinding], file_name: str, given: Container[int] = ()
) -> None:
    """FindingsRefused when a row's number is of nobody, of another unit, or stands there twice; when the words of an
    issued finding were changed; when a row without a number says what a known one says. given: rows that have their
    numbers by this very file, which a run that died did not write back."""
    by_id, faults, seen = {one.finding_id: one for one in known}, list[str](), dict[str, int]()
    said = {one.finding.words: one for one in known}
    for row in rows:
        finding, cell = row.finding, cell_name(row.row, AT["finding_id"])
        number = finding.finding_id
        if not number:
            if row.row not in given and (same := said.get(finding.words)) is not None:
                faults.append(t("inspection.number_lost", row=row.row + 1, id=same.finding_id))
            continue
        if number in seen:
            faults.append(t("inspection.number_twice", cell=cell, id=number, other=seen[number] + 1))
            continue
        seen[number] = row.row
        standing = by_id.get(number)
        if standing is None:
            faults.append(t("inspection.number_unknown", cell=cell, id=number))
        elif standing.unit_code != finding.unit_code:
            faults.append(t("inspection.number_of_another", cell=cell, id=number, unit=standing.unit_code))
        elif standing.is_issued and standing.finding.words != finding.words:
            faults.append(issued_already(standing))
    if faults:
        raise FindingsRefused(
            t("inspection.refused", file=file_name, count=len(faults), list="\n".join(faults))
        )


def issued_already(one: KnownFinding) -> str:
    """Why an issued order is not changed by the way."""
    return t(
        "inspection.issued_already", id=one.finding_id, letter=one.letter_label, day=short_day(one.letter_day)
    )


def short_day(day: date | None) -> str:
    """`05/5/2026`, as letters write the day of another one."""
    if day is None:
        return ""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
