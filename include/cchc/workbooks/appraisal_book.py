"""The workbook in which a group appraises: one row a criterion of a unit, with claim, computed value and proposal.

Every row carries a mark of the decision that it was filled with: a decision that was taken elsewhere since is not put
back by a row that nobody touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.texts import t, table
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height

if TYPE_CHECKING:
    from cchc.year import Round

COLUMNS = (
    "unit", "unit_name", "criterion", "criterion_name", "max_points", "claim", "computed", "numbers", "evidence",
    "explanation", "proposal", "choice", "points", "reason", "source", "mark",
)  # fmt: skip
AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (11, 22, 9, 34, 8, 8, 9, 26, 24, 26, 9, 9, 8, 30, 22)
ROUND_ROW, GROUP_ROW, TURN_ROW, LEFT_ROW, SETS_ROW, HEADER_ROW = 1, 2, 3, 4, 5, 6
FIRST_ROW = HEADER_ROW + 1
HEAD_VALUE = 2  # column of what stands beside the labels of the head
CHOICES = ("giu", "sua", "loai")
_LONGEST_MARKED = 200  # of a row's height: longer texts are read in the cell itself


@dataclass(frozen=True)
class AppraisalRow:
    """One criterion of one unit as an appraiser gets to see it. None: not given, or not known.

    computed_dropped, proposal_dropped: 'không phát sinh'. choice: one of CHOICES, '' while nobody decided.
    """

    unit: str
    unit_name: str
    criterion: str
    criterion_name: str
    max_points: Decimal
    claim: Decimal | None = None
    computed: Decimal | None = None
    computed_dropped: bool = False
    numbers: str = ""
    evidence: str = ""
    link: str = ""
    explanation: str = ""
    proposal: Decimal | None = None
    proposal_dropped: bool = False
    choice: str = ""
    points: Decimal | None = None
    reason: str = ""
    source: str = ""


@dataclass(frozen=True)
class AppraisalHead:
    """Whose workbook it is: the group's code and name, which of the two appraisals, by which sets."""

    group: str
    group_name: str
    turn: int
    sets: str


def mark_of(choice: str, points: Decimal | None, reason: str, source: str) -> str:
    """12 hex digits of what a row says: the same words are the same mark, however they were typed."""
    shown = "" if points is None else format(points.normalize(), "f")
    return hashlib.sha256("|".join((choice, shown, reason.strip(), source.strip())).encode()).hexdigest()[:12]


def build_appraisal_book(
    round_: Round, head: AppraisalHead, rows: Sequence[AppraisalRow], as_of: datetime
) -> bytes:
    """The .xlsx of a group, with the decisions that stand. Equal arguments give equal bytes."""
    title = t("workbooks.appraisal.title", turn=head.turn, round=round_.title)
    book = FormWorkbook(title, as_of)
    sheet = book.sheet(
        t("workbooks.sheets.appraisal"),
        landscape=True,
        widths=_WIDTHS,
        footer=t("workbooks.appraisal.footer", group=head.group_name, round_id=round_.round_id),
    )
    sheet.set_paper(8)  # fifteen columns: A3
    sheet.set_column(AT["mark"], AT["mark"], 2, book.style("plain"), {"hidden": True})
    sheet.write_string(0, 0, title, book.style("title"))
    sheet.set_row(0, 24)
    _head(book, sheet, round_, head, rows)
    names = table("workbooks.appraisal.columns")
    for column, name in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, column, names[name], book.style("header"))
    sheet.set_row(HEADER_ROW, 48)
    choices = table("workbooks.appraisal.choices")
    for place, row in enumerate(rows, start=FIRST_ROW):
        _row(book, sheet, place, row, choices)
    if rows:
        _validations(sheet, FIRST_ROW + len(rows) - 1, list(choices.values()))
        sheet.autofilter(HEADER_ROW, 0, FIRST_ROW + len(rows) - 1, AT["source"])
    sheet.freeze_panes(FIRST_ROW, AT["criterion_name"])
    sheet.repeat_rows(HEADER_ROW)
    return book.finish()


def _head(
    book: FormWorkbook, sheet: Worksheet, round_: Round, head: AppraisalHead, rows: Sequence[AppraisalRow]
) -> None:
    labels = table("workbooks.appraisal.head")
    for row, name, value in (
        (ROUND_ROW, "round", round_.round_id),
        (GROUP_ROW, "group", head.group),
        (TURN_ROW, "turn", str(head.turn)),
    ):
        sheet.write_string(row, 0, labels[name], book.style("label"))
        sheet.write_string(row, HEAD_VALUE, value, book.style("label"))
    sheet.write_string(ROUND_ROW, HEAD_VALUE + 1, round_.title, book.style("plain"))
    sheet.write_string(GROUP_ROW, HEAD_VALUE + 1, head.group_name, book.style("plain"))
    sheet.write_string(SETS_ROW, 0, t("workbooks.scores.scored_by", set=head.sets), book.style("plain"))
    sheet.write_string(LEFT_ROW, 0, labels["left"], book.style("label"))
    if rows:
        ends = (xl_rowcol_to_cell(FIRST_ROW + place, AT["choice"]) for place in (0, len(rows) - 1))
        left = sum(not row.choice for row in rows)
        sheet.write_formula(LEFT_ROW, HEAD_VALUE, f"=COUNTBLANK({':'.join(ends)})", book.style("label"), left)
    else:
        sheet.write_number(LEFT_ROW, HEAD_VALUE, 0, book.style("label"))
    sheet.write_string(LEFT_ROW, HEAD_VALUE + 1, t("workbooks.appraisal.how"), book.style("subtitle"))


def _row(
    book: FormWorkbook, sheet: Worksheet, place: int, row: AppraisalRow, choices: dict[str, str]
) -> None:
    style = book.style
    nothing = t("workbooks.appraisal.nothing_arose")
    sheet.write_string(place, AT["unit"], row.unit, style("code"))
    sheet.write_string(place, AT["unit_name"], row.unit_name, style("top"))
    sheet.write_string(place, AT["criterion"], row.criterion, style("code"))
    sheet.write_string(place, AT["criterion_name"], row.criterion_name, style("top"))
    sheet.write_number(place, AT["max_points"], float(row.max_points), style("points"))
    for name, value, dropped in (
        ("claim", row.claim, False),
        ("computed", row.computed, row.computed_dropped),
        ("proposal", row.proposal, row.proposal_dropped),
    ):
        if dropped:
            sheet.write_string(place, AT[name], nothing, style("system_text"))
        elif value is None:
            sheet.write_blank(place, AT[name], None, style("points"))
        else:
            sheet.write_number(place, AT[name], float(value), style("points"))
    sheet.write_string(place, AT["numbers"], row.numbers, style("top"))
    if row.link:
        sheet.write_url(place, AT["evidence"], row.link, style("top"), string=row.evidence)
    else:
        sheet.write_string(place, AT["evidence"], row.evidence, style("top"))
    sheet.write_string(place, AT["explanation"], row.explanation, style("top"))
    if row.choice:
        sheet.write_string(place, AT["choice"], choices[row.choice], style("input_list"))
    else:
        sheet.write_blank(place, AT["choice"], None, style("input_list"))
    if row.points is None:
        sheet.write_blank(place, AT["points"], None, style("input_points"))
    else:
        sheet.write_number(place, AT["points"], float(row.points), style("input_points"))
    for name, text in (("reason", row.reason), ("source", row.source)):
        if text:
            sheet.write_string(place, AT[name], text, style("input_text"))
        else:
            sheet.write_blank(place, AT[name], None, style("input_text"))
    mark = mark_of(row.choice, row.points, row.reason, row.source)
    sheet.write_string(place, AT["mark"], mark, style("plain"))
    wrapped = [
        (text[:_LONGEST_MARKED], _WIDTHS[AT[name]])
        for name, text in (
            ("unit_name", row.unit_name),
            ("criterion_name", row.criterion_name),
            ("numbers", row.numbers),
            ("evidence", row.evidence),
            ("explanation", row.explanation),
            ("reason", row.reason),
        )
        if text
    ]
    sheet.set_row(place, fitted_height(wrapped))


def _validations(sheet: Worksheet, last: int, choices: list[str]) -> None:
    column, points = AT["choice"], AT["points"]
    sheet.data_validation(
        FIRST_ROW, column, last, column,
        {"validate": "list", "source": choices, "error_message": t("workbooks.appraisal.choice_error")},
    )  # fmt: skip
    most = (
        f"${xl_rowcol_to_cell(FIRST_ROW, AT['max_points'])}"  # the row's own maximum, of a penalty its floor
    )
    sheet.data_validation(
        FIRST_ROW, points, last, points,
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": f"=MIN(0,{most})",
            "maximum": f"=MAX(0,{most})",
            "error_message": t("workbooks.appraisal.points_error"),
        },
    )  # fmt: skip
