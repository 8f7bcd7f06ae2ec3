"""The workbook in which a unit scores itself: its own criteria, what the system knows of them, its evidence.

Sheet 'Tự chấm' has a row a criterion, 'Minh chứng' a row a file or link, 'Tổng hợp' adds up by formulas. What a form
asks for stands in its hidden layout, so a form made from other rows is recognised and a filled one is judged by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.criteria import CriterionRow, Points
from cchc.indicators import format_number
from cchc.texts import t, table
from cchc.workbooks.form_workbook import (
    FIRST_DAY,
    LAST_DAY,
    FormWorkbook,
    LayoutRow,
    fitted_height,
    layout_hash,
)
from cchc.workbooks.forms import Identity
from cchc.workbooks.guide_sheet import add_guide
from cchc.workbooks.review_sheet import add_empty_review
from cchc.year import Product

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("code", "name", "how", "max_points", "data", "computed", "self_points", "chosen", "explanation")
AT = {name: column for column, name in enumerate(COLUMNS)}
DERIVED = ("name", "how", "max_points", "data", "computed")
_WIDTHS = (8, 38, 36, 8, 30, 9, 9, 10, 30)
EVIDENCE_COLUMNS = ("code", "name", "document", "day", "summary")
EVIDENCE_ROWS = 200
_EVIDENCE_WIDTHS = (10, 46, 18, 13, 60)
_SUM_COLUMNS = ("group", "max_points", "computed", "self_points", "blank", "evidence")
_SUM_WIDTHS = (48, 13, 13, 13, 13, 13)
_HEADER_ROW, _FIRST_ROW = 3, 4
CLAIMED, CLOSED = "score", "score_closed"  # kinds of layout rows: a criterion that is claimed, or never is


@dataclass(frozen=True)
class ScoreLine:
    """One row of the form. max_points of a penalty is negative. options: code -> points, where one is chosen.

    is_claimable: surveys and published indexes are not. evidence: what proves the points; evidence_needed: bat_buoc,
    giai_trinh_thay or khong. data: what the system knows, in words; computed: the points that follow from it, in words
    where there are none. in_total: its points are part of the set's maximum; those of bonus and penalty are not.
    """

    code: str
    name: str
    max_points: Decimal
    how: str = ""
    group: str = ""
    options: Mapping[str, Decimal] = field(default_factory=dict)
    is_claimable: bool = True
    evidence: str = ""
    evidence_needed: str = "khong"
    data: str = ""
    computed: Decimal | str = ""
    in_total: bool = True

    def knowing(self, data: str, points: Points) -> ScoreLine:
        """The same row with what the system knows of it."""
        shown: Decimal | str = t("workbooks.scores.unknown") if points.value is None else points.value
        return replace(self, data=data, computed=t("workbooks.scores.dropped") if points.dropped else shown)

    @property
    def layout(self) -> LayoutRow:
        options = ";".join(f"{code}={format_number(points)}" for code, points in self.options.items())
        return LayoutRow(
            self.code,
            CLAIMED if self.is_claimable else CLOSED,
            options=options,
            numerator=self.evidence_needed,
            denominator=self.evidence,
            extra=str(self.max_points),
        )


def lines_of(rows: Iterable[CriterionRow]) -> list[ScoreLine]:
    """The rows of a form from the criteria of one unit, without anything that the system knows."""
    return [
        ScoreLine(
            code=row.code,
            name=row.criterion,
            max_points=row.max_points,
            how=row.how,
            group=f"{row.group}. {row.group_name}",
            options=row.options,
            is_claimable=row.is_claimable,
            evidence=row.evidence,
            evidence_needed=row.evidence_needed,
            in_total=row.effect == "diem",
        )
        for row in rows
    ]


def layout_of(lines: Sequence[ScoreLine]) -> str:
    """The hash by which a form made of these rows is known."""
    return layout_hash([line.layout for line in lines])


def build_self_score_workbook(
    unit: Unit,
    round_: Round,
    lines: Sequence[ScoreLine],
    as_of: datetime,
    key: bytes | None = None,
    *,
    scored_by: str,
) -> bytes:
    """The .xlsx in which a unit scores itself. scored_by: the title of the set. Equal arguments give equal bytes."""
    layout = [line.layout for line in lines]
    identity = Identity(
        form=Product.SELF_SCORE.value,
        unit_code=unit.code,
        round_id=round_.round_id,
        layout=layout_hash(layout),
        unit_name=unit.name,
        round_title=round_.title,
    )
    book = FormWorkbook(identity.title, as_of)
    content = t("workbooks.guide.scores_content", count=sum(line.is_claimable for line in lines))
    due = round_.unit_due_at
    add_guide(
        book, form=Product.SELF_SCORE, unit=unit, round_=round_, content=content, as_of=as_of, due_at=due
    )
    ranges = _scores(book, unit, round_, lines, scored_by)
    _evidence(book, unit, round_, lines)
    _sums(book, unit, round_, ranges, lines)
    add_empty_review(book, unit, round_)
    book.identity_sheet(identity, layout, key)
    return book.finish()


def _sheet(
    book: FormWorkbook,
    name: str,
    unit: Unit,
    round_: Round,
    widths: Sequence[float],
    columns: Mapping[str, str],
) -> Worksheet:
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t(f"workbooks.sheets.{name}"), landscape=True, widths=widths, footer=footer)
    sheet.write_string(0, 0, t(f"workbooks.scores.titles.{name}"), book.style("title"))
    sheet.set_row(0, 24)
    line = [
        t("workbooks.workbook.unit_line", unit=unit.name),
        t("workbooks.workbook.round_line", round=round_.title),
    ]
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    for column, title in enumerate(columns.values()):
        sheet.write_string(_HEADER_ROW, column, title, book.style("header"))
    sheet.set_row(_HEADER_ROW, 48)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.freeze_panes(_FIRST_ROW, 2)
    return sheet


def option_name(code: str) -> str:
    """An option of a criterion in words: `khong_thuong_xuyen` is for the set, not for people."""
    return table("workbooks.scores.option_names").get(code) or code.replace("_", " ")


def titles(kind: str, names: Sequence[str]) -> dict[str, str]:
    """Headings of the columns of a table of the form: `columns`, `evidence_columns` or `sum_columns`."""
    return {name: t(f"workbooks.scores.{kind}.{name}") for name in names}


def _scores(
    book: FormWorkbook, unit: Unit, round_: Round, lines: Sequence[ScoreLine], scored_by: str
) -> list[tuple[str, int, int]]:
    """Sheet 'Tự chấm'; returns each group with its first and last row."""
    sheet = _sheet(book, "scores", unit, round_, _WIDTHS, titles("columns", COLUMNS))
    sheet.write_string(2, 0, t("workbooks.scores.scored_by", set=scored_by), book.style("plain"))
    row, ranges = _FIRST_ROW, []
    for group, own in groupby(lines, key=lambda line: line.group):
        for column in range(1, len(COLUMNS)):
            sheet.write_blank(row, column, None, book.style("section"))
        sheet.write_string(row, 0, group, book.style("section"))
        first = row + 1
        for row, line in enumerate(own, start=first):
            _score_row(book, sheet, row, line)
        ranges.append((group, first, row))
        row += 1
    return ranges


def _score_row(book: FormWorkbook, sheet: Worksheet, row: int, line: ScoreLine) -> None:
    sheet.write_string(row, AT["code"], line.code, book.style("code"))
    sheet.write_string(row, AT["name"], line.name, book.style("top"))
    sheet.write_string(row, AT["how"], _how(line), book.style("top"))
    sheet.write_number(row, AT["max_points"], float(line.max_points), book.style("points"))
    sheet.write_string(row, AT["data"], line.data, book.style("check_top"))
    if isinstance(line.computed, Decimal):
        sheet.write_number(row, AT["computed"], float(line.computed), book.style("points"))
    else:
        sheet.write_string(row, AT["computed"], line.computed, book.style("system_none_wrapped"))
    if line.is_claimable:
        _inputs(book, sheet, row, line)
    else:
        for name in ("self_points", "chosen", "explanation"):
            sheet.write_string(row, AT[name], "", book.style("absent"))
        sheet.write_string(row, AT["self_points"], t("workbooks.scores.closed"), book.style("system_text"))
    wrapped = [(line.name, _WIDTHS[1]), (_how(line), _WIDTHS[2]), (line.data, _WIDTHS[AT["data"]] * 1.1)]
    sheet.set_row(row, fitted_height(wrapped, least=33))


def _how(line: ScoreLine) -> str:
    """How it is scored, with the options and the evidence that it asks for."""
    parts = [line.how] if line.how else []
    if line.options:
        shown = "; ".join(
            t("workbooks.scores.option", name=option_name(code), points=format_number(points))
            for code, points in line.options.items()
        )
        parts.append(t("workbooks.scores.options", options=shown))
    if line.evidence and line.evidence_needed != "khong":
        parts.append(t(f"workbooks.scores.evidence_needed.{line.evidence_needed}", evidence=line.evidence))
    return "\n".join(parts)


def _inputs(book: FormWorkbook, sheet: Worksheet, row: int, line: ScoreLine) -> None:
    points, chosen = AT["self_points"], AT["chosen"]
    sheet.write_blank(row, AT["explanation"], None, book.style("input_text"))
    if line.options:
        place = xl_rowcol_to_cell(row, chosen)
        formula = '""'
        for code, worth in reversed(list(line.options.items())):
            formula = f'IF({place}="{option_name(code)}",{worth},{formula})'
        sheet.write_formula(row, points, f"={formula}", book.style("derived"), "")
        sheet.write_blank(row, chosen, None, book.style("input_list"))
        choice = {"validate": "list", "source": list(map(option_name, line.options)), "ignore_blank": True}
        sheet.data_validation(row, chosen, row, chosen, choice)
    else:
        sheet.write_blank(row, points, None, book.style("input_points"))
        sheet.write_blank(row, chosen, None, book.style("absent"))
    low, high = sorted((Decimal(0), line.max_points))
    shown = {"low": format_number(low), "high": format_number(high)}
    bounds = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": float(low),
        "maximum": float(high),
        "ignore_blank": True,
        "input_message": t("workbooks.scores.points_prompt", **shown),
        "error_message": t("workbooks.scores.points_error", **shown),
    }
    sheet.data_validation(row, points, row, points, bounds)


def _evidence(book: FormWorkbook, unit: Unit, round_: Round, lines: Sequence[ScoreLine]) -> None:
    sheet = _sheet(
        book, "evidence", unit, round_, _EVIDENCE_WIDTHS, titles("evidence_columns", EVIDENCE_COLUMNS)
    )
    sheet.write_string(2, 0, t("workbooks.scores.evidence_hint"), book.style("plain"))
    styles = {"code": "input_line", "day": "input_day"}
    for row in range(_FIRST_ROW, _FIRST_ROW + EVIDENCE_ROWS):
        for column, name in enumerate(EVIDENCE_COLUMNS):
            sheet.write_blank(row, column, None, book.style(styles.get(name, "input_text")))
    day = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    day["error_message"] = t("workbooks.figures.date_error")
    column, last = EVIDENCE_COLUMNS.index("day"), _FIRST_ROW + EVIDENCE_ROWS - 1
    sheet.data_validation(_FIRST_ROW, column, last, column, day)
    sheet.print_area(0, 0, _FIRST_ROW + 39, len(EVIDENCE_COLUMNS) - 1)


def _sums(
    book: FormWorkbook,
    unit: Unit,
    round_: Round,
    ranges: Sequence[tuple[str, int, int]],
    lines: Sequence[ScoreLine],
) -> None:
    """Formulas, each with its result in the empty form: not every program works them out when it opens a file."""
    sheet = _sheet(book, "score_sums", unit, round_, _SUM_WIDTHS, titles("sum_columns", _SUM_COLUMNS))
    scores, evidence = t("workbooks.sheets.scores"), t("workbooks.sheets.evidence")
    codes = f"'{evidence}'!$A${_FIRST_ROW + 1}:$A${_FIRST_ROW + EVIDENCE_ROWS}"
    row, totals = _FIRST_ROW, [0.0, 0.0, 0.0, 0.0]
    for row, (group, first, last) in enumerate(ranges, start=_FIRST_ROW):

        def cells(name: str, first: int = first, last: int = last) -> str:
            start, end = (xl_rowcol_to_cell(one, AT[name], True, True) for one in (first, last))
            return f"'{scores}'!{start}:{end}"

        sheet.write_string(row, 0, group, book.style("top"))
        own = [line for line in lines if line.group == group]
        known = [line.computed for line in own if isinstance(line.computed, Decimal)]
        reachable = float(sum(line.max_points for line in own if line.in_total))
        results = [reachable, float(sum(known)), 0.0]
        results.append(sum(line.is_claimable for line in own))
        totals = [before + result for before, result in zip(totals, results, strict=True)]
        for column, name in enumerate(("max_points", "computed", "self_points"), start=1):
            formula = f"=SUM({cells(name)})"
            if name == "max_points" and not reachable:  # bonus and penalty: no part of the maximum
                sheet.write_string(row, column, "–", book.style("points"))
                continue
            sheet.write_formula(row, column, formula, book.style("points"), results[column - 1])
        # A closed row holds words instead of points, and is none that was left blank.
        blank = f'=SUMPRODUCT(--({cells("self_points")}=""))'
        sheet.write_formula(row, 4, blank, book.style("computed_whole"), results[3])
        counted = f"=SUMPRODUCT(COUNTIF({codes},{cells('code')}))"
        sheet.write_formula(row, 5, counted, book.style("computed_whole"), 0)
        sheet.set_row(row, fitted_height([(group, _SUM_WIDTHS[0])], least=20))
    total = row + 1
    sheet.write_string(total, 0, t("workbooks.scores.total"), book.style("total_label"))
    for column in range(1, len(_SUM_COLUMNS)):
        start, end = xl_rowcol_to_cell(_FIRST_ROW, column), xl_rowcol_to_cell(row, column)
        result = [*totals, 0][column - 1]
        sheet.write_formula(total, column, f"=SUM({start}:{end})", book.style("total"), result)
    sheet.write_string(total + 2, 0, t("workbooks.scores.sums_note"), book.style("subtitle"))
