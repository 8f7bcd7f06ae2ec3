"""Reading a returned workbook into a FilledForm."""

from __future__ import annotations

import re
from dataclasses import replace

from cchc.folding import folded
from cchc.office.sheets import cell_name
from cchc.texts import t
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_reader import FormReader
from cchc.workbooks.form_workbook import unpack_options
from cchc.workbooks.forms import FilledEvidence, FilledExplanation, FilledForm, FilledItem, Problem
from cchc.workbooks.read_figures import declared_sections, read_figures
from cchc.workbooks.read_scores import read_scores
from cchc.year import Product

_PARTS = re.compile(r"[;\n]")
_NAMES_SOMETHING = re.compile(
    r"://|^www\.|\.[A-Za-z]\w{1,4}$", re.IGNORECASE
)  # a link or a file; else it is words


def read_workbook(content: bytes, file_name: str, key: bytes | None = None) -> FilledForm:
    """Everything in a filled workbook (.xlsx, or .ods as LibreOffice saves it). `file_name` serves messages.

    Cells that cannot be read become `problems`; blank cells stay None. Raises NotAForm when the file is no
    workbook of ours. Whether it is the workbook that is awaited: see `require_identity`. With a `key` its
    signature is looked at too (`signed`); what follows from that is a rule's matter.
    """
    reader = FormReader(content, file_name)
    if reader.identity.form == Product.REPORT:
        form = _read_report(reader)
    elif reader.identity.form == Product.SELF_SCORE:
        form = read_scores(reader)
    elif reader.identity.form == Product.EXPLANATION:
        form = _read_explanations(reader)
    else:
        form = _read_items(reader)
    if key is None:
        return form
    return replace(form, signed=reader.identity.signed_with(key, reader.signature))


def _read_report(reader: FormReader) -> FilledForm:
    table = reader.figures()
    cells = Cells(table.sheet)
    nothing_sections = declared_sections(cells, table)
    boxes = reader.boxes(table)
    nothing_at, number_at, signed_at = (boxes.get(name) for name in ("nothing", "number", "signed"))
    nothing = cells.yes(*nothing_at) if nothing_at else False
    figures = read_figures(cells, table, nothing_sections, carry=not nothing)
    signed_on = cells.day(*signed_at, None) if signed_at else None
    outline = reader.narratives()
    texts = Cells(outline.sheet)
    unwritten = {
        code: outline.cell(code, "nothing")
        for code, row in outline.rows.items()
        if texts.yes(row, outline.columns["nothing"])
    }
    written = {code: texts.text(row, outline.columns["content"]) for code, row in outline.rows.items()}
    return FilledForm(
        identity=reader.identity,
        file_name=reader.file_name,
        figures=figures,
        narratives={code: text for code, text in written.items() if text is not None},
        narrative_cells={code: outline.cell(code, "content") for code in outline.rows},
        nothing_to_report=nothing,
        nothing_cell=cell_name(*nothing_at) if nothing_at else "",
        nothing_sections=nothing_sections,
        nothing_narratives=unwritten,
        document_number=cells.text(*number_at) if number_at else None,
        signed_on=signed_on,
        signed_cell=cell_name(*signed_at) if signed_at else "",
        problems=[*table.problems, *cells.problems, *outline.problems, *texts.problems],
        remarks=[*cells.remarks, *texts.remarks],
    )


def _read_items(reader: FormReader) -> FilledForm:
    table = reader.items()
    cells = Cells(table.sheet)
    items = [
        FilledItem(
            obligation_id=table.asked[key].extra,
            result=cells.text(row, table.columns["result"]),
            document=cells.text(row, table.columns["document"]),
            done_on=cells.day(row, table.columns["done_on"], key),
            note=cells.text(row, table.columns["note"]),
            cell=table.cell(key, "result"),
            key=key,
        )
        for key, row in table.rows.items()
    ]
    problems = [*table.problems, *cells.problems]
    return FilledForm(
        reader.identity, reader.file_name, items=items, problems=problems, remarks=cells.remarks
    )


def _read_explanations(reader: FormReader) -> FilledForm:
    table = reader.explanations()
    cells = Cells(table.sheet)
    problems = list(table.problems)
    explanations, evidence = [], []
    for key, row in table.rows.items():
        options = unpack_options(table.asked[key].options)
        raw = cells.text(row, table.columns["stance"])
        stance = next(
            (one for one, name in options.items() if folded(raw or "") in (folded(name), one)), None
        )
        cell = table.cell(key, "stance")
        if raw is not None and stance is None:
            allowed = "; ".join(options.values())
            message = t("workbooks.explanations.unknown_stance", cell=cell, found=raw, allowed=allowed)
            problems.append(Problem(table.sheet.name, cell, key, raw, message))
        explanations.append(
            FilledExplanation(
                criterion=key,
                stance=stance,
                text=cells.text(row, table.columns["text"]),
                evidence=cells.text(row, table.columns["evidence"]),
                cell=cell,
                text_cell=table.cell(key, "text"),
            )
        )
        place = table.cell(key, "evidence")
        evidence += [
            FilledEvidence(key, name, cell=place, row=row + 1)
            for name in map(str.strip, _PARTS.split(explanations[-1].evidence or ""))
            if _NAMES_SOMETHING.search(name)
        ]
    problems += cells.problems
    return FilledForm(
        reader.identity,
        reader.file_name,
        explanations=explanations,
        evidence=evidence,
        problems=problems,
        remarks=cells.remarks,
    )
