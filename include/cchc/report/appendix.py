"""The Excel appendices of a round: what goes out with the report, and the department's own with every doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cchc.clock import vn_date, vn_instant
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.word_head import attached_to
from cchc.documents.workbook import DocumentWorkbook, ListSheet, provenance_rows
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import field_facts
from cchc.figures.shown import stated
from cchc.figures.tally import given
from cchc.indicators import Indicator
from cchc.report import reconciliation_book
from cchc.report.appendix_fields import write_field_sheet
from cchc.report.appendix_summary import write_summary_sheet
from cchc.report.appendix_timeliness import write_timeliness_sheet
from cchc.report.appendix_units import write_units_sheet
from cchc.report.document_exchange_book import write_document_table
from cchc.report.form_06 import write_form_06
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.forms import DocumentRow, UnitBlock
from cchc.sources.rules import CountingRules
from cchc.sources.states import SourceState
from cchc.texts import t, table
from cchc.units import Unit


@dataclass(frozen=True)
class SourceForms:
    """What the exports of the round's cut-off day say; None where no snapshot of the source was known."""

    one_stop: tuple[Sequence[UnitBlock], SourceState] | None = None
    documents: tuple[Sequence[DocumentRow], SourceState] | None = None


def build_public_xlsx(facts: RoundFacts, marking: Marking) -> bytes:
    """What goes out with the report: the consolidated figures, without codes, coverage, differences and origins."""
    book = DocumentWorkbook(marking, f"{t('appendix.title')} {facts.round_.title}")
    settings = DocumentSettings.load()
    told = attached_to(settings, settings.form("bao_cao"), marking)
    write_summary_sheet(
        book, table("appendix.sheets")["summary"], facts, subtitle(facts), told, internal=False
    )
    return book.close()


def build_appendix_xlsx(
    facts: RoundFacts,
    marking: Marking,
    provenance: Mapping[str, object] | None = None,
    forms: SourceForms | None = None,
) -> bytes:
    """The department's appendix as the bytes of an .xlsx; it stays inside. Equal arguments give equal bytes.

    Sheets: Tổng hợp, Theo đơn vị, Tiến độ, Thiếu, Chênh lệch, Cảnh báo, Giải trình, with `forms` Theo lĩnh vực,
    Biểu 06, its rules and the document table, and with a provenance Nguồn gốc. Totals of 'Theo đơn vị' are formulas
    whose kept results are the consolidated figures; comments name source and hash.
    """
    book = DocumentWorkbook(marking, f"{t('appendix.title')} {facts.round_.title}")
    names = table("appendix.sheets")
    told = f"{t('appendix.internal')} {note(facts)}"
    write_summary_sheet(book, names["summary"], facts, subtitle(facts), told, internal=True)
    write_units_sheet(book, names["units"], facts, subtitle(facts), told)
    write_timeliness_sheet(book, names["timeliness"], facts, subtitle(facts), told)
    for sheet in (
        ListSheet(names["missing"], subtitle(facts), *_missing(facts)),
        ListSheet(names["differences"], subtitle(facts), *_differences(facts)),
        ListSheet(names["findings"], subtitle(facts), *_findings(facts)),
        ListSheet(names["explanations"], subtitle(facts), *_explanations(facts)),
    ):
        book.list(sheet)
    if forms is not None:
        _forms(book, facts, forms)
    if provenance:
        heads = table("appendix.provenance")
        rows = provenance_rows(provenance)
        book.list(
            ListSheet(names["provenance"], subtitle(facts), [heads["key"], heads["value"]], [40, 90], rows)
        )
    return book.close()


def _forms(book: DocumentWorkbook, facts: RoundFacts, forms: SourceForms) -> None:
    """The forms as their sheets; a source without a snapshot gives a sheet that says so."""
    window = facts.round_.window
    if window is None:
        return
    if (by_field := field_facts(forms.one_stop)) is not None:
        write_field_sheet(book, table("appendix.sheets")["fields"], by_field, subtitle(facts))
    if forms.one_stop is not None:
        blocks, state = forms.one_stop
        write_form_06(book, blocks, window, state, CountingRules.load().one_stop)
    if forms.documents is not None:
        rows, state = forms.documents
        write_document_table(book, rows, window, state)
    for known, sheet, source in (
        (forms.one_stop, t("form_06.book.sheet"), ONE_STOP),
        (forms.documents, t("form_06.documents.sheet"), DOC_MANAGEMENT),
    ):
        if known is None:
            text = t(
                "appendix.no_snapshot",
                source=table("sources.form_06.sources")[source],
                day=vn_date(window.last),
            )
            book.sheet(sheet, subtitle(facts), [text])


def subtitle(facts: RoundFacts) -> str:
    return f"{t('appendix.title')} - {facts.round_.title}"


def note(facts: RoundFacts) -> str:
    as_of, window = vn_instant(facts.as_of), facts.round_.window
    if window is None:
        return t("appendix.made_without_window", as_of=as_of)
    return t("appendix.made", as_of=as_of, first=vn_date(window.first), last=vn_date(window.last))


_ListParts = tuple[list[str], list[float], list[list[object]]]


def _heads(key: str, names: tuple[str, ...]) -> list[str]:
    heads = table(f"appendix.{key}")
    return [heads[name] for name in names]


def _missing(facts: RoundFacts) -> _ListParts:
    """One row a missing figure; one row for a unit that gave none at all."""
    words, tiers = table("appendix.missing"), table("report.tiers")
    rows: list[list[object]] = []
    for standing in facts.standings:
        unit = standing.unit
        own = facts.figures.get(unit.code, {})
        owed = [
            indicator
            for indicator in facts.indicators
            if indicator.asked and facts.owes(unit, indicator.code)
        ]
        if not any(given(own.get(indicator.code)) for indicator in owed):
            reason = words["blank" if standing.reported else "not_sent"]
            if all(_declared(facts, unit, indicator) for indicator in owed):
                reason = words["nothing"]
            rows.append([unit.name, tiers[unit.tier], "", words["all"].format(count=len(owed)), reason])
            continue
        for indicator in owed:
            line = facts.consolidation.line(indicator.code)
            if line is None:
                continue
            if unit.code in line.missing:
                reason = words["nothing" if _declared(facts, unit, indicator) else "blank"]
                rows.append([unit.name, tiers[unit.tier], indicator.code, indicator.name, reason])
            elif unit.code in line.stated:
                reason = words["stated"].format(raw=stated(own.get(indicator.code)))
                rows.append([unit.name, tiers[unit.tier], indicator.code, indicator.name, reason])
    return _heads("missing", ("unit", "tier", "code", "name", "reason")), [34, 18, 12, 60, 48], rows


def _declared(facts: RoundFacts, unit: Unit, indicator: Indicator) -> bool:
    """Whether the unit answered that there is nothing: for its whole report or for the indicator's section."""
    line = facts.consolidation.line(indicator.code)
    return line is not None and unit.code in line.nothing


def _differences(
    facts: RoundFacts,
) -> tuple[list[str], tuple[int, ...], list[list[object]], list[str]]:
    notes = [reconciliation_book.summary(facts.reconciliation)] if facts.reconciliation else []
    return (
        reconciliation_book.heads(),
        reconciliation_book.WIDTHS,
        reconciliation_book.rows(facts.differences),
        notes,
    )


def _findings(facts: RoundFacts) -> _ListParts:
    words = table("severity.names")
    rows: list[list[object]] = [
        [unit.name, words[f.severity], f.sheet, f.cell, f.indicator, f.found, f.expected, f.message, f.rule]
        for unit, f in facts.findings
    ]
    names = ("unit", "severity", "sheet", "cell", "code", "found", "expected", "message", "rule")
    return _heads("findings", names), [34, 12, 14, 10, 12, 20, 30, 80, 20], rows


def _explanations(facts: RoundFacts) -> _ListParts:
    """Explanations, evidence, parts of figures that are no ratios: what the grid of units has no room for."""
    rows: list[list[object]] = []
    for unit in facts.units:
        for indicator in facts.indicators:
            figure = facts.figures.get(unit.code, {}).get(indicator.code)
            if figure is None:
                continue
            told = (figure.numerator, figure.denominator, figure.explanation, figure.evidence)
            in_grid = (
                indicator.aggregation == "ratio" and None not in told[:2] and facts.owes(unit, indicator.code)
            )
            if any(told[2:] if in_grid else told):
                rows.append([unit.name, indicator.code, indicator.name, stated(figure), *told])
    names = ("unit", "code", "name", "reported", "numerator", "denominator", "explanation", "evidence")
    return _heads("explanations", names), [34, 12, 60, 14, 12, 12, 60, 40], rows
