"""Fills in a form the way a unit does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cchc.indicators.numbers import ratio
from cchc.office.sheets import cell_name
from cchc.texts import t
from cchc.workbooks.form_reader import FormReader, FormTable
from cchc.workbooks.form_workbook import LayoutRow, unpack_options
from cchc.workbooks.shown import Shown, ShownBy
from cchc.workbooks.writing import Cell, _place_rows, write_cells
from cchc.year import Product


@dataclass(frozen=True)
class Answer:
    """What goes into one row of sheet 'Số liệu'. A str is typed as text, exactly so; numbers as numbers.

    `value` of a percent overwrites the form's own formula; leave it None to let the parts speak. The value
    of a list may be given as its option's number. honest: the unit looks before it types: what the form works out or
    shows already is left alone, a system's figure always, the unit's own of before where it still holds.
    """

    value: Cell = None
    numerator: Cell = None
    denominator: Cell = None
    explanation: str | None = None
    evidence: str | None = None
    honest: bool = False


@dataclass(frozen=True)
class Answers:
    """Everything a unit may write. `nothing_sections` and `nothing_narratives` are codes of sections of the two
    sheets that are declared 'không phát sinh'. `items` by obligation id and `scores` by criterion: column -> value,
    e.g. {"result": "...", "document": "15/KH-UBND", "done_on": date(...)} or {"self_points": 2}; `evidence` holds the
    rows of sheet 'Minh chứng' from its top, {"code": "1.1", "name": "kh.pdf"}. `disputes` are written only where the
    form shows a figure of the systems, and no other answer that looks before it types is."""

    figures: Mapping[str, Answer] = field(default_factory=dict)
    narratives: Mapping[str, str] = field(default_factory=dict)
    nothing_to_report: bool = False
    nothing_sections: Collection[str] = ()
    nothing_narratives: Collection[str] = ()
    document_number: str | None = None
    signed_on: date | str | None = None
    items: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    disputes: Mapping[str, Answer] = field(default_factory=dict)
    explanations: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    evidence: Sequence[Mapping[str, Cell]] = ()


def fill_workbook(content: bytes, answers: Answers) -> bytes:
    """The workbook with the answers in its input cells. KeyError for a row that the form does not have.

    Equal arguments give equal bytes. The form must be an .xlsx that nobody has filled yet in part: cells
    without an answer stay as they are.
    """
    reader = FormReader(content, "")
    writes: dict[str, dict[str, Cell]] = {}
    if reader.identity.form == Product.REPORT:
        _place_figures(reader, answers, writes)
        outline = reader.narratives()
        texts = {outline.cell(code, "content"): text for code, text in answers.narratives.items()}
        ticked = {
            outline.cell(code, "nothing"): t("workbooks.answer_yes") for code in answers.nothing_narratives
        }
        writes[outline.sheet.name] = {**texts, **ticked}
    elif reader.identity.form == Product.SELF_SCORE:
        _place_rows(reader.scores(), answers.scores, writes)
        table = reader.evidence()
        writes[table.sheet.name] = {
            cell_name(table.first + place, table.columns[name]): value
            for place, row in enumerate(answers.evidence)
            for name, value in row.items()
        }
    elif reader.identity.form == Product.EXPLANATION:
        _place_rows(reader.explanations(), answers.explanations, writes)
    else:
        table = reader.items()
        key_of = {row.extra: key for key, row in table.asked.items()}
        _place_rows(table, {key_of[obligation]: row for obligation, row in answers.items.items()}, writes)
    return write_cells(content, reader, writes)


def _place_figures(reader: FormReader, answers: Answers, writes: dict[str, dict[str, Cell]]) -> None:
    table = reader.figures()
    target: dict[str, Cell] = {}
    for code, answer in [*answers.figures.items(), *_disputed(table, answers)]:
        if answer.honest and _is_there(table.asked[code], answer):
            continue
        for name in ("numerator", "denominator", "explanation", "evidence"):
            target[table.cell(code, name)] = getattr(answer, name)
        cell, value = table.cell(code, "value"), answer.value
        options = unpack_options(table.asked[code].options)
        if options and isinstance(value, (int, Decimal)):
            value = options.get(str(value), str(value))
        if table.asked[code].kind == "percent" and value is None:
            target[f"={cell}"] = _derived(answer)
        elif answer.honest and table.asked[code].kind != "percent" and table.asked[code].numerator:
            target[f"={cell}"] = value  # the form's own sum, stored as a spreadsheet program stores it
        else:
            target[cell] = value
    for code in answers.nothing_sections:
        target[table.cell(code, "value")] = t("workbooks.answer_yes")
    boxes = reader.boxes(table)
    written: dict[str, Cell] = {
        "nothing": t("workbooks.answer_yes") if answers.nothing_to_report else None,
        "number": answers.document_number,
        "signed": answers.signed_on,
    }
    for name, value in written.items():
        target[cell_name(*boxes[name])] = value
    writes[table.sheet.name] = target


def _disputed(table: FormTable, answers: Answers) -> list[tuple[str, Answer]]:
    """The disputes of rows that a system has filled in; a fault that is planted there comes before them."""
    found = []
    for code, answer in answers.disputes.items():
        shown = Shown.unpacked(table.asked[code].shown) if code in table.asked else None
        typed = answers.figures.get(code)
        if (
            shown is not None
            and shown.by is ShownBy.SYSTEM
            and shown.known
            and (typed is None or typed.honest)
        ):
            found.append((code, answer))
    return found


def _is_there(asked: LayoutRow, answer: Answer) -> bool:
    """Whether the form shows what the unit would write."""
    shown = Shown.unpacked(asked.shown)
    if shown is None:
        return False
    return shown.by is ShownBy.SYSTEM or shown.value == answer.value


def _derived(answer: Answer) -> Decimal | None:
    """What the form's formula would show, stored as a spreadsheet program stores it."""
    parts = (answer.numerator, answer.denominator)
    if any(isinstance(part, (str, date)) or part is None for part in parts):
        return None
    top, bottom = (Decimal(str(part)) for part in parts)
    return ratio(top, bottom, decimals=2)
