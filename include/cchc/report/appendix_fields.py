"""Sheet 'Theo lĩnh vực': dossiers resolved in time by field, over all units of Biểu 06."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from cchc.documents.text import clean
from cchc.documents.workbook import DocumentWorkbook, row_height
from cchc.figures.fields import FieldCount, FieldFacts
from cchc.report.anchors import FIELD_NOTES, first_table_row
from cchc.report.field_views import field_columns
from cchc.report.form_06 import NUMBER, SHARE
from cchc.texts import t, table

_FIRST, _NAME_WIDTH = 2, 52


def write_field_sheet(book: DocumentWorkbook, name: str, facts: FieldFacts, title: str) -> None:
    """Rows as in the report's own table; the total row and the rates are formulas that hold the same figures."""
    notes = [facts.told, t("form_06.book.covered", covered=facts.covered, units=facts.units)]
    assert len(notes) == FIELD_NOTES
    sheet, top = book.sheet(name, title, notes)
    assert top == first_table_row(book.marking, FIELD_NOTES)
    heads, counts = table("figures.fields.heads"), field_columns(facts)
    keys, widths = ["number", "name", *counts, "rate"], [6, _NAME_WIDTH, *[14] * len(counts), 14]
    for column, (key, width) in enumerate(zip(keys, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, heads[key], book.head)
    sheet.set_row(top, row_height([heads[key] for key in keys], widths))
    last = top + len(facts.rows)

    def write(row: int, one: FieldCount, total: bool) -> None:
        look = {"bold": total}
        sheet.set_row(row, row_height([one.name], [_NAME_WIDTH]))
        sheet.write(row, 0, "" if total else row - top, book.cell(align="center", **look))
        sheet.write_string(row, 1, clean(one.name), book.cell(text_wrap=True, **look))
        for column, key in enumerate(counts, start=_FIRST):
            letter, value = xl_col_to_name(column), getattr(one, key)
            form = book.cell(num_format=NUMBER, **look)
            if total:
                sheet.write_formula(row, column, f"=SUM({letter}{top + 2}:{letter}{last + 1})", form, value)
            else:
                sheet.write_number(row, column, value, form)
        resolved, early, on_time = (
            xl_rowcol_to_cell(row, _FIRST + counts.index(key)) for key in ("resolved", "early", "on_time")
        )
        formula = f'=IF({resolved}=0,"",ROUND(100*({early}+{on_time})/{resolved},2))'
        shown = "" if one.rate is None else float(round(one.rate, 2))
        sheet.write_formula(row, _FIRST + len(counts), formula, book.cell(num_format=SHARE, **look), shown)

    for row, one in enumerate(facts.rows, start=top + 1):
        write(row, one, total=False)
    write(last + 1, facts.whole, total=True)
    sheet.autofilter(top, 0, last, len(keys) - 1)
    sheet.freeze_panes(top + 1, _FIRST)
    sheet.repeat_rows(top)
