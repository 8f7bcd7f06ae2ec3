"""Workbooks of one row an obligation: plan tasks, outlines before a visit, and answers after an inspection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from cchc.clock import TZ
from cchc.texts import t
from cchc.workbooks.form_workbook import (
    FIRST_DAY,
    LAST_DAY,
    FormWorkbook,
    LayoutRow,
    fitted_height,
    layout_hash,
)
from cchc.workbooks.forms import Identity, Item
from cchc.workbooks.guide_sheet import add_guide
from cchc.workbooks.review_sheet import add_empty_review
from cchc.year import ITEM_FORMS, Product

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

ITEM_COLUMNS = ("code", "title", "detail", "due", "result", "document", "done_on", "note")
ITEM_AT = {name: column for column, name in enumerate(ITEM_COLUMNS)}
_ITEM_WIDTHS = (8, 38, 30, 12, 34, 18, 13, 26)
_HEADER_ROW, _FIRST_ROW = 3, 4


def build_items_workbook(
    form: Product | str,
    unit: Unit,
    round_: Round,
    items: Sequence[Item],
    as_of: datetime,
    key: bytes | None = None,
) -> bytes:
    """The .xlsx in which a unit answers `items`, one row each. `form`: one of `ITEM_FORMS`; `key` signs it.

    Equal arguments give equal bytes.
    """
    form = Product(form)
    if form not in ITEM_FORMS:
        raise ValueError(f"{form.value} is no form of items")
    layout = [LayoutRow(key, "item", extra=item.obligation_id) for key, item in _keyed(items)]
    identity = _identity(form, unit, round_, layout)
    book = FormWorkbook(identity.title, as_of)
    content = t("workbooks.guide.items_content", count=len(items))
    due_days = {item.due_at for item in items}
    due = due_days.pop() if len(due_days) == 1 else None
    add_guide(book, form=form, unit=unit, round_=round_, content=content, as_of=as_of, due_at=due)
    sheet = _sheet(
        book,
        t("workbooks.sheets.items"),
        unit,
        round_,
        _ITEM_WIDTHS,
        t(f"workbooks.items.{form.value}_title"),
    )
    _header(book, sheet, [t(f"workbooks.items.{form.value}_columns.{name}") for name in ITEM_COLUMNS])
    for row, (code, item) in enumerate(_keyed(items), start=_FIRST_ROW):
        sheet.write_string(row, ITEM_AT["code"], code, book.style("code"))
        sheet.write_string(row, ITEM_AT["title"], item.title, book.style("top"))
        sheet.write_string(row, ITEM_AT["detail"], item.detail, book.style("top"))
        due_at = item.due_at.astimezone(TZ).replace(tzinfo=None)
        sheet.write_datetime(row, ITEM_AT["due"], due_at, book.style("day"))
        for name in ("result", "document", "note"):
            sheet.write_blank(row, ITEM_AT[name], None, book.style("input_text"))
        sheet.write_blank(row, ITEM_AT["done_on"], None, book.style("input_day"))
        wrapped = [
            (item.title, _ITEM_WIDTHS[ITEM_AT["title"]]),
            (item.detail, _ITEM_WIDTHS[ITEM_AT["detail"]]),
        ]
        sheet.set_row(row, fitted_height(wrapped, least=33))
    if items:
        day = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        day["error_message"] = t("workbooks.figures.date_error")
        last = _FIRST_ROW + len(items) - 1
        sheet.data_validation(_FIRST_ROW, ITEM_AT["done_on"], last, ITEM_AT["done_on"], day)
    sheet.freeze_panes(_FIRST_ROW, ITEM_AT["detail"])
    add_empty_review(book, unit, round_)
    book.identity_sheet(identity, layout, key)
    return book.finish()


def _keyed(items: Sequence[Item]) -> list[tuple[str, Item]]:
    """Short codes that people can quote: the obligation's item, or a running number where items repeat."""
    tails = [[*item.obligation_id.split("/", 3), ""][3] for item in items]
    if len(set(tails)) != len(tails) or any(not tail or "/" in tail for tail in tails):
        tails = [str(number) for number in range(1, len(items) + 1)]
    return list(zip(tails, items, strict=True))


def _identity(form: Product, unit: Unit, round_: Round, layout: Sequence[LayoutRow]) -> Identity:
    return Identity(
        form=form.value,
        unit_code=unit.code,
        round_id=round_.round_id,
        layout=layout_hash(layout),
        unit_name=unit.name,
        round_title=round_.title,
    )


def _sheet(
    book: FormWorkbook, name: str, unit: Unit, round_: Round, widths: Sequence[float], title: str
) -> Worksheet:
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(name, landscape=True, widths=widths, footer=footer)
    sheet.write_string(0, 0, title, book.style("title"))
    sheet.set_row(0, 24)
    line = [
        t("workbooks.workbook.unit_line", unit=unit.name),
        t("workbooks.workbook.round_line", round=round_.title),
    ]
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    sheet.repeat_rows(_HEADER_ROW)
    return sheet


def _header(book: FormWorkbook, sheet: Worksheet, names: Sequence[str]) -> None:
    for column, name in enumerate(names):
        sheet.write_string(_HEADER_ROW, column, name, book.style("header"))
    sheet.set_row(_HEADER_ROW, 34)
