"""Reading a group's workbook: every fault with its cell; what a row means for the points is said by `scoring`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cchc.errors import CchcError
from cchc.folding import folded
from cchc.office.sheets import cell_name
from cchc.texts import t, table
from cchc.workbooks.appraisal_book import CHOICES, COLUMNS, mark_of
from cchc.workbooks.cells import Cells
from cchc.workbooks.grid import Grid, Sheet

_LOOKED_AT = 20  # rows from the top in which the head is looked for
_SHOWN = 40  # faults that are told one by one
_UNNEEDED = {
    "unit_name",
    "criterion_name",
    "max_points",
    "claim",
    "computed",
    "numbers",
    "evidence",
    "explanation",
}
_UNNEEDED |= {"proposal"}


class AppraisalRefused(CchcError):
    """The workbook has faults; the message names each with its cell, and nothing of it was kept."""


@dataclass(frozen=True)
class WrittenDecision:
    """One row that somebody wrote a decision into. `places`: the cell of each column, for whoever finds a fault."""

    unit: str
    criterion: str
    choice: str
    points: Decimal | None
    reason: str
    source: str
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenAppraisal:
    """A workbook as it was read. decisions: of rows that were touched; untouched and left: how many others stand in it.
    faults: what is wrong, each with its cell."""

    round_id: str
    group: str
    turn: int
    decisions: tuple[WrittenDecision, ...]
    untouched: int
    left: int
    faults: tuple[str, ...]


def refuse(file_name: str, faults: tuple[str, ...]) -> AppraisalRefused:
    """The refusal of a whole workbook, which lists its faults."""
    listed = [f"- {one}" for one in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        listed.append(t("workbooks.appraisal.more", count=len(faults) - _SHOWN))
    return AppraisalRefused(
        t("workbooks.appraisal.refused", file=file_name, count=len(faults), list="\n".join(listed))
    )


def read_appraisal_book(content: bytes, file_name: str) -> WrittenAppraisal:
    """What a filled workbook says. Rows may be sorted, hidden or removed: a row that is gone stays as it is.

    Raises NotAForm for what is no workbook, AppraisalRefused for one that is not a group's.
    """
    name = t("workbooks.sheets.appraisal")
    sheet = Grid(content, file_name, t("workbooks.appraisal.advice")).sheet(name)
    if sheet is None:
        raise AppraisalRefused(t("workbooks.appraisal.no_sheet", file=file_name, sheet=name))
    cells = Cells(sheet)
    head, header, columns = _found(cells, file_name)
    faults: list[str] = []
    decisions: list[WrittenDecision] = []
    seen: dict[tuple[str, str], str] = {}
    untouched = left = 0
    for row in range(header + 1, len(sheet.rows)):
        unit, criterion = (cells.raw(row, columns[name]) or "" for name in ("unit", "criterion"))
        if not unit and not criterion:
            continue
        places = {name: cell_name(row, column) for name, column in columns.items()}
        before = seen.setdefault((unit, criterion), places["criterion"])
        if before != places["criterion"]:
            values = {"cell": places["criterion"], "unit": unit, "criterion": criterion, "other": before}
            faults.append(t("workbooks.appraisal.twice", **values))
            continue
        one, wrong = _decision(cells, sheet, row, columns, places)
        if wrong:
            faults += wrong
        elif cells.raw(row, columns["mark"]) == mark_of(one.choice, one.points, one.reason, one.source):
            untouched += bool(one.choice)
            left += not one.choice
        elif one.choice:
            decisions.append(one)
        else:
            faults.append(t("workbooks.appraisal.taken_back", cell=places["choice"]))
    faults += [one.message for one in cells.problems]
    round_id, group, turn = head
    return WrittenAppraisal(round_id, group, turn, tuple(decisions), untouched, left, tuple(faults))


def _found(cells: Cells, file_name: str) -> tuple[tuple[str, str, int], int, dict[str, int]]:
    """The head's values, the row of the headings, and the column of each."""
    labels = {name: folded(text) for name, text in table("workbooks.appraisal.head").items()}
    names = {folded(text): name for name, text in table("workbooks.appraisal.columns").items()}
    head: dict[str, str] = {}
    for row in range(min(_LOOKED_AT, len(cells.sheet.rows))):
        first = folded(cells.raw(row, 0) or "")
        for name in ("round", "group", "turn"):
            if first == labels[name]:
                head[name] = next((text for column in (2, 1) if (text := cells.raw(row, column))), "")
        width = len(cells.sheet.rows[row])
        columns: dict[str, int] = {}
        for column in range(width):
            found = names.get(folded(cells.raw(row, column) or ""))
            if found is not None:
                columns.setdefault(found, column)
        missing = [name for name in COLUMNS if name not in columns and name not in _UNNEEDED]
        if not missing:
            break
    else:
        shown = table("workbooks.appraisal.columns")[next(name for name in COLUMNS if name not in _UNNEEDED)]
        raise AppraisalRefused(t("workbooks.appraisal.no_header", file=file_name, column=shown))
    turn = head.get("turn", "")
    if not head.get("round") or not head.get("group") or turn not in ("1", "2"):
        raise AppraisalRefused(t("workbooks.appraisal.no_head", file=file_name))
    return (head["round"], head["group"], int(turn)), row, columns


def _decision(
    cells: Cells, sheet: Sheet, row: int, columns: Mapping[str, int], places: Mapping[str, str]
) -> tuple[WrittenDecision, list[str]]:
    faults: list[str] = []
    raw = cells.raw(row, columns["choice"])
    choice = _choice(raw)
    if choice is None:
        allowed = ", ".join(table("workbooks.appraisal.choices").values())
        faults.append(
            t("workbooks.appraisal.unknown_choice", cell=places["choice"], found=raw, allowed=allowed)
        )
    points = cells.number(row, columns["points"], "points", None)
    reason, source = (cells.text(row, columns[name]) or "" for name in ("reason", "source"))
    for name in ("choice", "reason", "source"):
        if why := sheet.unread(row, columns[name]):
            faults.append(t("workbooks.appraisal.unread", cell=places[name], what=why))
    if choice == "" and (points is not None or reason or source):
        faults.append(t("workbooks.appraisal.no_choice", cell=places["choice"]))
    unit, criterion = (cells.raw(row, columns[name]) or "" for name in ("unit", "criterion"))
    return WrittenDecision(unit, criterion, choice or "", points, reason, source, places), faults


def _choice(raw: str | None) -> str | None:
    """The choice of a cell; '' when it is empty, None for what is none."""
    if raw is None:
        return ""
    names = table("workbooks.appraisal.choices")
    return next((one for one in CHOICES if folded(raw) in (folded(names[one]), one)), None)
