"""A person of the unit fills in the workbook: opens it, types into the tinted cells, saves it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc.demo.figures import TrueFigure
from cchc.files import freeze_zip
from cchc.intake import figures_sheet, items_book, narrative_sheet
from cchc.texts import t


def fill_report(
    form: bytes,
    figures: Mapping[str, TrueFigure],
    options: Mapping[str, Mapping[str, str]],
    texts: Mapping[str, str],
    signed_on: date,
    number: str,
    typed: Mapping[str, str] | None = None,
) -> bytes:
    """The report workbook with figures by indicator, texts by section, number and day of signing.

    options: labels of yes/no and list indicators by option. typed: cells that the unit typed over, as text,
    formula or not; that is how most wrong figures come about.
    """
    book = load_workbook(io.BytesIO(form))
    sheet = book[t("intake.sheets.figures")]
    at = {name: column + 1 for name, column in figures_sheet.AT.items()}
    for row in range(1, sheet.max_row + 1):
        code = str(sheet.cell(row, at["code"]).value or "")
        if figure := figures.get(code):
            _write_figure(sheet, row, at, figure, options.get(code, {}))
        if typed and code in typed:
            sheet.cell(row, at["value"]).value = _typed(typed[code])
    _box(sheet, "number", number)
    _box(sheet, "signed", datetime(signed_on.year, signed_on.month, signed_on.day))  # noqa: DTZ001 - a cell holds a plain day
    _fill_texts(book, texts)
    return _save(book, signed_on)


def declare_nothing(form: bytes, signed_on: date, number: str) -> bytes:
    """The report workbook with 'không phát sinh' declared and everything else left empty."""
    book = load_workbook(io.BytesIO(form))
    sheet = book[t("intake.sheets.figures")]
    _box(sheet, "nothing", t("intake.yes"))
    _box(sheet, "number", number)
    _box(sheet, "signed", datetime(signed_on.year, signed_on.month, signed_on.day))  # noqa: DTZ001 - a cell holds a plain day
    return _save(book, signed_on)


def fill_items(form: bytes, answers: Mapping[str, tuple[str, str, date]]) -> bytes:
    """An item workbook: (result, document, day) by the item's short code; items not named stay empty."""
    book = load_workbook(io.BytesIO(form))
    sheet = book[t("intake.sheets.items")]
    at = {name: column + 1 for name, column in items_book.ITEM_AT.items()}
    for row in range(1, sheet.max_row + 1):
        if answer := answers.get(str(sheet.cell(row, at["code"]).value or "")):
            result, document, day = answer
            sheet.cell(row, at["result"]).value = result
            sheet.cell(row, at["document"]).value = document
            sheet.cell(row, at["done_on"]).value = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a plain day
    return _save(book, max((day for _, _, day in answers.values()), default=date(2000, 1, 1)))


def fill_self_scores(form: bytes, points: Mapping[str, float], evidence: Mapping[str, str], day: date) -> bytes:
    """A self-scoring workbook: points and evidence by criterion."""
    book = load_workbook(io.BytesIO(form))
    sheet = book[t("intake.sheets.scores")]
    at = {name: column + 1 for name, column in items_book.SCORE_AT.items()}
    for row in range(1, sheet.max_row + 1):
        code = str(sheet.cell(row, at["code"]).value or "")
        if code in points:
            sheet.cell(row, at["self_points"]).value = points[code]
            sheet.cell(row, at["evidence"]).value = evidence.get(code)
    return _save(book, day)


def _write_figure(
    sheet: Worksheet, row: int, at: Mapping[str, int], figure: TrueFigure, labels: Mapping[str, str]
) -> None:
    if figure.text is not None:
        sheet.cell(row, at["value"]).value = figure.text
    elif figure.denominator is not None or figure.numerator is not None:
        for name, part in (("numerator", figure.numerator), ("denominator", figure.denominator)):
            cell = sheet.cell(row, at[name])
            if part is not None and cell.data_type != "f":  # a part that follows from other rows is a formula
                cell.value = int(part)
    elif figure.value is not None:
        label = labels.get(str(figure.value))
        sheet.cell(row, at["value"]).value = label.replace(",", ";") if label else int(figure.value)


def _typed(text: str) -> str | int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _box(sheet: Worksheet, name: str, value: object) -> None:
    cell = sheet.cell(figures_sheet.BOX_ROW + 1, figures_sheet.BOXES[name][1] + 1)
    cell.value = value  # type: ignore[assignment]  # a merged cell's first cell is a plain one


def _fill_texts(book: Workbook, texts: Mapping[str, str]) -> None:
    sheet = book[t("intake.sheets.narratives")]
    at = {name: column + 1 for name, column in narrative_sheet.AT.items()}
    for row in range(1, sheet.max_row + 1):
        if text := texts.get(str(sheet.cell(row, at["code"]).value or "")):
            sheet.cell(row, at["content"]).value = text


def _save(book: Workbook, day: date) -> bytes:
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - document properties are plain times
    book.properties.created = book.properties.modified = moment
    target = io.BytesIO()
    book.save(target)
    return freeze_zip(target.getvalue())
