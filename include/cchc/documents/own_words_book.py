"""The workbook in which officials write the department's own words: one row a section of the report.

A hidden column carries a mark of the words that each row was filled with: what was written elsewhere since then is not
put back by a row that nobody touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import vn_instant
from cchc.documents.own_words import OwnWords, mark_of
from cchc.errors import CchcError
from cchc.folding import folded
from cchc.office.sheets import cell_name
from cchc.texts import t, table
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height
from cchc.workbooks.grid import Grid
from cchc.year import Round

_COLUMNS = ("code", "heading", "text", "kept", "mark")
_CODE, _HEADING, _TEXT, _KEPT, _MARK = range(len(_COLUMNS))
_WIDTHS = (16, 40, 90, 30)  # of what is seen
_ROUND_ROW, _HEADER_ROW = 2, 4
_LOOKED_AT = 40  # rows from the top in which the head is looked for


class OwnWordsRefused(CchcError):
    """The workbook has faults; the message names each with its cell, and nothing was kept."""


@dataclass(frozen=True)
class Written:
    """What a workbook says: of which round, the text of each section that it has a row for, and the mark of what the
    row was filled with."""

    round_id: str
    texts: Mapping[str, str]
    shown: Mapping[str, str]


def build_own_words_book(
    round_: Round, sections: Mapping[str, str], known: Mapping[str, OwnWords], as_of: datetime
) -> bytes:
    """The .xlsx for the words of a round's report, with those that count. Equal arguments give equal bytes."""
    title = t("own_words.book.title", title=round_.title)
    book = FormWorkbook(title, as_of)
    sheet = book.workbook.add_worksheet(t("own_words.book.sheet"))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(_MARK, _MARK, 20, None, {"hidden": True})
    guide = t("own_words.book.guide")
    sheet.write_string(0, 0, title, book.style("title"))
    sheet.merge_range(1, 0, 1, _KEPT, guide, book.style("paragraph"))
    sheet.set_row(1, fitted_height([(guide, sum(_WIDTHS))]))
    sheet.write_string(_ROUND_ROW, _CODE, t("own_words.book.round"), book.style("label"))
    sheet.write_string(_ROUND_ROW, _HEADING, round_.round_id, book.style("code"))
    for column, name in enumerate(_COLUMNS):
        sheet.write_string(_HEADER_ROW, column, table("own_words.book.columns")[name], book.style("header"))
    for row, (code, heading) in enumerate(sections.items(), start=_HEADER_ROW + 1):
        one = known.get(code)
        text = one.text if one else ""
        kept = t("own_words.book.kept", actor=one.actor, moment=vn_instant(one.recorded_at)) if one else ""
        sheet.write_string(row, _CODE, code, book.style("code"))
        sheet.write_string(row, _HEADING, heading, book.style("top"))
        sheet.write_string(row, _TEXT, text, book.style("input_text"))
        sheet.write_string(row, _KEPT, kept, book.style("check_top"))
        sheet.write_string(row, _MARK, mark_of(code, text), book.style("code"))
        sheet.set_row(row, fitted_height([(heading, _WIDTHS[_HEADING]), (text, _WIDTHS[_TEXT])], least=60))
    sheet.freeze_panes(_HEADER_ROW + 1, _TEXT)
    return book.finish()


def read_own_words_book(content: bytes, file_name: str, sections: Mapping[str, str]) -> Written:
    """What a filled workbook says; rows may be moved or removed: a section without a row stays as it is.

    sections: those that there are. Raises NotAForm for what is no workbook, OwnWordsRefused.
    """
    name = t("own_words.book.sheet")
    sheet = Grid(content, file_name, t("own_words.book.advice")).sheet(name)
    if sheet is None:
        raise OwnWordsRefused(t("own_words.book.no_sheet", file=file_name, sheet=name))
    cells, heads = Cells(sheet), table("own_words.book.columns")
    rows = range(len(sheet.rows))
    top = [folded(cells.raw(row, _CODE) or "") for row in rows[:_LOOKED_AT]]
    wanted = folded(t("own_words.book.round")), folded(heads["code"])
    if any(one not in top for one in wanted):
        values = {"round": t("own_words.book.round"), "code": heads["code"]}
        raise OwnWordsRefused(t("own_words.book.no_head", file=file_name, sheet=name, **values))
    round_id = cells.raw(top.index(wanted[0]), _HEADING) or ""
    header = top.index(wanted[1])
    if folded(cells.raw(header, _MARK) or "") != folded(heads["mark"]):
        raise OwnWordsRefused(t("own_words.book.no_marks", file=file_name))
    texts: dict[str, str] = {}
    shown: dict[str, str] = {}
    found_at: dict[str, str] = {}
    faults: list[str] = []
    for row in rows[header + 1 :]:
        code, cell = cells.raw(row, _CODE) or "", cell_name(row, _CODE)
        text = cells.text(row, _TEXT) or ""
        if not code and not text:
            continue
        if code not in sections:
            faults.append(t("own_words.book.unknown", cell=cell, found=code, names=", ".join(sections)))
        elif code in texts:
            faults.append(t("own_words.book.twice", cell=cell, found=code, other=found_at[code]))
        elif (mark := cells.raw(row, _MARK)) is None:
            faults.append(t("own_words.book.unmarked", cell=cell_name(row, _MARK), section=code))
        else:
            texts[code], shown[code], found_at[code] = text, mark, cell
            if why := sheet.unread(row, _TEXT):
                faults.append(t("own_words.book.unread", cell=cell_name(row, _TEXT), what=why))
    faults += [one.message for one in cells.problems]
    if faults:
        listed = "\n".join(f"- {one}" for one in faults)
        raise OwnWordsRefused(t("own_words.book.refused", file=file_name, count=len(faults), list=listed))
    return Written(round_id, texts, shown)
