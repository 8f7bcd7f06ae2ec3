"""The form of a report that says that nothing was there to be reported in the whole period."""

from __future__ import annotations

from cchc.office.sheets import cell_name
from cchc.texts import t
from cchc.workbooks.form_reader import FormReader
from cchc.workbooks.writing import write_cells


def declared_nothing(form: bytes) -> bytes:
    """The form as it was sent, with “Có” in its box 'Không phát sinh'. Equal forms give equal bytes."""
    reader = FormReader(form, "")
    table = reader.figures()
    box = cell_name(*reader.boxes(table)["nothing"])
    return write_cells(form, reader, {table.sheet.name: {box: t("workbooks.answer_yes")}})
