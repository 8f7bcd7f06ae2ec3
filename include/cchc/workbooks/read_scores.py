"""A returned self-score: the points of each criterion, the option chosen, and the rows of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from cchc.folding import folded, loose
from cchc.indicators import format_number
from cchc.office.sheets import cell_name
from cchc.texts import t
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_reader import FormReader, FormTable
from cchc.workbooks.form_workbook import LayoutRow, unpack_options
from cchc.workbooks.forms import FilledEvidence, FilledForm, FilledScore, Problem
from cchc.workbooks.score_book import CLAIMED, EVIDENCE_COLUMNS, option_name


def read_scores(reader: FormReader) -> FilledForm:
    table = reader.scores()
    cells = Cells(table.sheet)
    evidence_table = reader.evidence()
    words = Cells(evidence_table.sheet)
    evidence = _evidence(evidence_table, words, list(table.asked))
    scores = [_score(table, cells, key, row) for key, row in table.rows.items()]
    named: dict[str, list[str]] = {}
    for one in evidence:
        named.setdefault(one.criterion, []).append(one.name)
    scores = [
        replace(one, evidence="; ".join(named[one.criterion]) if one.criterion in named else None)
        for one in scores
    ]
    return FilledForm(
        reader.identity,
        reader.file_name,
        scores=scores,
        evidence=evidence,
        problems=[*table.problems, *cells.problems, *words.problems],
        remarks=[*cells.remarks, *words.remarks],
    )


def _score(table: FormTable, cells: Cells, key: str, row: int) -> FilledScore:
    asked, column = table.asked[key], table.columns["self_points"]
    closed, options = asked.kind != CLAIMED, _options(asked)
    raw = cells.raw(row, column)
    if closed and (raw is None or folded(raw) == folded(t("workbooks.scores.closed"))):
        points = None
    elif options and raw is None:
        points = None  # its formula, with no result or an empty one: the option says it
    else:
        points = cells.number(row, column, "points", key)
    chosen = _chosen(cells, row, table.columns["chosen"], key, options) if options else None
    if points is None and chosen is not None and raw is None:
        points = options[chosen]
    elif (
        options and points is not None and chosen is None and cells.raw(row, table.columns["chosen"]) is None
    ):
        chosen = _worth(cells, row, column, key, options, points)
    return FilledScore(
        criterion=key,
        self_points=points,
        explanation=cells.text(row, table.columns["explanation"]),
        cell=table.cell(key, "self_points"),
        max_points=Decimal(asked.extra),
        chosen=chosen,
        chosen_points=options[chosen] if chosen is not None else None,
        is_claimable=not closed,
        evidence_needed=asked.numerator,
        evidence_name=asked.denominator,
    )


def _options(asked: LayoutRow) -> dict[str, Decimal]:
    return {
        code: Decimal(points.replace(".", "").replace(",", "."))
        for code, points in unpack_options(asked.options).items()
    }


def _chosen(cells: Cells, row: int, column: int, key: str, options: dict[str, Decimal]) -> str | None:
    """The option that was ticked; what is none of them is a problem."""
    text = cells.text(row, column)
    if text is None:
        return None
    found = _spelt(text, options)
    if found is None:
        message = t("workbooks.scores.no_such_option", code=key, found=text, allowed=_named(options))
        cells.problems.append(Problem(cells.sheet.name, cell_name(row, column), key, text, message))
    return found


def _spelt(text: str, options: Mapping[str, Decimal]) -> str | None:
    """The option that a text names, by its code or by its words; accents count only where several are left."""
    for spelling in (folded, loose):
        meant = {code for code in options if spelling(text) in (spelling(code), spelling(option_name(code)))}
        if len(meant) == 1:
            return meant.pop()
    return None


def _worth(
    cells: Cells, row: int, column: int, key: str, options: Mapping[str, Decimal], points: Decimal
) -> str | None:
    """The option whose points somebody typed instead of choosing it; points of no option are a problem."""
    found = [code for code, worth in options.items() if worth == points]
    if not found:
        shown = format_number(points)
        message = t("workbooks.scores.no_option_worth", code=key, found=shown, allowed=_named(options))
        cells.problems.append(Problem(cells.sheet.name, cell_name(row, column), key, shown, message))
    return found[0] if len(found) == 1 else None


def _named(options: Mapping[str, Decimal]) -> str:
    return "; ".join(
        t("workbooks.scores.option", name=option_name(code), points=format_number(points))
        for code, points in options.items()
    )


def _evidence(table: FormTable, cells: Cells, codes: list[str]) -> list[FilledEvidence]:
    """Every row in which something stands. A code that the form does not ask for is a problem."""
    spelt = {folded(code): code for code in codes}
    found = []
    at = table.columns
    for row in range(table.first, len(table.sheet.rows)):
        values = {name: cells.text(row, at[name]) for name in EVIDENCE_COLUMNS if name != "day"}
        if not any(values.values()):
            continue
        code, name = values["code"] or "", values["name"] or ""
        place = cell_name(row, at["code"])
        if folded(code) not in spelt or not name:
            which = "evidence_code" if folded(code) not in spelt else "evidence_name"
            message = t(f"workbooks.scores.{which}", row=row + 1, found=code)
            cells.problems.append(Problem(table.sheet.name, place, None, code, message))
            continue
        found.append(
            FilledEvidence(
                criterion=spelt[folded(code)],
                name=name,
                document=values["document"] or "",
                day=cells.day(row, at["day"], code),
                summary=values["summary"] or "",
                cell=cell_name(row, at["name"]),
                row=row + 1,
            )
        )
    return found
