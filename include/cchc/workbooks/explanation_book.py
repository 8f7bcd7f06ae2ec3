"""The workbook in which a unit explains itself: only the rows whose decision differs from its claim, or is 0 for want
of evidence. Saying nothing is allowed: then the decision stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cchc.texts import t, table
from cchc.workbooks.form_workbook import FormWorkbook, LayoutRow, fitted_height, layout_hash, pack_options
from cchc.workbooks.forms import Identity
from cchc.workbooks.guide_sheet import add_guide
from cchc.workbooks.review_sheet import add_empty_review
from cchc.year import Product

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("code", "name", "max_points", "claim", "decided", "reason", "stance", "text", "evidence")
AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (9, 38, 9, 9, 10, 36, 14, 46, 30)
_HEADER_ROW, _FIRST_ROW = 3, 4
STANCES = ("dong_y", "giai_trinh")


@dataclass(frozen=True)
class Contested:
    """A decision that a unit may explain itself about. decided None: taken out of the maximum."""

    code: str
    name: str
    max_points: Decimal
    claim: Decimal | None
    decided: Decimal | None
    reason: str


def build_explanation_workbook(
    unit: Unit,
    round_: Round,
    rows: Sequence[Contested],
    due_at: datetime,
    as_of: datetime,
    key: bytes | None = None,
) -> bytes:
    """The .xlsx of one unit. Equal arguments give equal bytes."""
    stances = table("workbooks.explanations.stances")
    layout = [LayoutRow(row.code, "explanation", options=pack_options(stances)) for row in rows]
    identity = Identity(
        form=Product.EXPLANATION.value,
        unit_code=unit.code,
        round_id=round_.round_id,
        layout=layout_hash(layout),
        unit_name=unit.name,
        round_title=round_.title,
    )
    book = FormWorkbook(identity.title, as_of)
    content = t("workbooks.guide.explanations_content", count=len(rows))
    add_guide(
        book, form=Product.EXPLANATION, unit=unit, round_=round_, content=content, as_of=as_of, due_at=due_at
    )
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("workbooks.sheets.explanations"), landscape=True, widths=_WIDTHS, footer=footer)
    sheet.write_string(0, 0, t("workbooks.explanations.title"), book.style("title"))
    sheet.set_row(0, 24)
    line = [
        t("workbooks.workbook.unit_line", unit=unit.name),
        t("workbooks.workbook.round_line", round=round_.title),
    ]
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    names = table("workbooks.explanations.columns")
    for column, name in enumerate(COLUMNS):
        sheet.write_string(_HEADER_ROW, column, names[name], book.style("header"))
    sheet.set_row(_HEADER_ROW, 34)
    for place, row in enumerate(rows, start=_FIRST_ROW):
        sheet.write_string(place, AT["code"], row.code, book.style("code"))
        sheet.write_string(place, AT["name"], row.name, book.style("top"))
        for name, points in (("max_points", row.max_points), ("claim", row.claim), ("decided", row.decided)):
            if points is not None:
                sheet.write_number(place, AT[name], float(points), book.style("points"))
            elif name == "decided":
                sheet.write_string(place, AT[name], t("workbooks.explanations.excluded"), book.style("unit"))
            else:
                sheet.write_blank(place, AT[name], None, book.style("points"))
        sheet.write_string(place, AT["reason"], row.reason, book.style("top"))
        sheet.write_blank(place, AT["stance"], None, book.style("input_list"))
        for name in ("text", "evidence"):
            sheet.write_blank(place, AT[name], None, book.style("input_text"))
        wrapped = [(row.name, _WIDTHS[AT["name"]]), (row.reason, _WIDTHS[AT["reason"]])]
        sheet.set_row(place, fitted_height(wrapped, least=33))
    if rows:
        last = _FIRST_ROW + len(rows) - 1
        chosen = {"validate": "list", "source": list(stances.values())}
        chosen["error_message"] = t("workbooks.explanations.stance_error")
        sheet.data_validation(_FIRST_ROW, AT["stance"], last, AT["stance"], chosen)
    sheet.freeze_panes(_FIRST_ROW, AT["max_points"])
    sheet.repeat_rows(_HEADER_ROW)
    add_empty_review(book, unit, round_)
    book.identity_sheet(identity, layout, key)
    return book.finish()
