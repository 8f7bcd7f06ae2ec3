"""The workbook of a periodic report: statistics and narrative of one unit for one round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cchc.indicators import codes_of
from cchc.indicators.model import OWN
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks import narrative_sheet
from cchc.workbooks.figures_columns import part_expression
from cchc.workbooks.figures_sheet import FiguresForm, KnownFigures, add_figures, check_cells
from cchc.workbooks.form_workbook import SECTION, FormWorkbook, LayoutRow, layout_hash, pack_options
from cchc.workbooks.forms import Identity
from cchc.workbooks.guide_sheet import add_guide
from cchc.workbooks.live_checks import open_count
from cchc.workbooks.live_rules import LiveRule, prefix, quoted
from cchc.workbooks.narrative_sheet import add_narratives
from cchc.workbooks.outline import Section, load_outline
from cchc.workbooks.review_sheet import add_empty_review
from cchc.workbooks.shown import Shown, ShownBy
from cchc.year import Product

if TYPE_CHECKING:
    from cchc.indicators import Indicator
    from cchc.units import Unit
    from cchc.year import Round


NOTHING_KNOWN = KnownFigures()


def report_layout(
    indicators: Sequence[Indicator],
    sections: Sequence[Section],
    known: KnownFigures = NOTHING_KNOWN,
) -> list[LayoutRow]:
    """What the report form asks for: one row an indicator (`extra` is its section), one a section's heading with its
    box, one a narrative section."""
    shown = {one.code: found for one in indicators if (found := known.shown(one)) is not None}
    of_systems = {code for code, one in shown.items() if one.by is ShownBy.SYSTEM}
    typed = {one.code for one in indicators} - of_systems  # a part that is not typed makes no other figure
    rows = []
    for one in indicators:
        numerator = denominator = ""
        if one.kind == "percent":
            codes = () if one.code in of_systems else typed
            numerator, denominator = (
                part_expression(part, codes) for part in (one.numerator, one.denominator)
            )
        elif one.code not in shown and shown.keys().isdisjoint(codes_of(known.sums.get(one.code, one.code))):
            numerator = known.sums.get(one.code, "")
        packed = shown[one.code].packed() if one.code in shown else ""
        options = pack_options(one.options or {})
        rows.append(LayoutRow(one.code, str(one.kind), options, numerator, denominator, one.section, packed))
    headings = dict.fromkeys(indicator.section for indicator in indicators)
    rows += [LayoutRow(code, SECTION) for code in headings]
    return rows + [LayoutRow(section.code, "narrative") for section in sections]


def build_report_workbook(
    unit: Unit,
    round_: Round,
    indicators: Sequence[Indicator],
    *,
    known: KnownFigures = NOTHING_KNOWN,
    as_of: datetime,
    due_at: datetime | None = None,
    rules: Sequence[LiveRule] = (),
    key: bytes | None = None,
) -> bytes:
    """The pre-filled .xlsx of one unit and round, with exactly the indicators given, in their order.

    `known` says what is shown instead of asked. `due_at` defaults to the round's unit due day (an extension names
    another). `rules` are what the form checks while it is filled in, `key` signs the identity (None: unsigned, e.g. in
    a benchmark). Equal arguments give equal bytes.
    """
    sections = [section for section in load_outline() if section.asked_in(str(round_.kind))]
    layout = report_layout(indicators, sections, known)
    identity = Identity(
        form=Product.REPORT.value,
        unit_code=unit.code,
        round_id=round_.round_id,
        layout=layout_hash(layout),
        unit_name=unit.name,
        round_title=round_.title,
    )
    book = FormWorkbook(identity.title, as_of)
    due = due_at or round_.unit_due_at
    content = _content(layout, sections)
    add_guide(book, form=Product.REPORT, unit=unit, round_=round_, content=content, as_of=as_of, due_at=due)
    checked = add_figures(book, unit, round_, FiguresForm(indicators, layout, known), due, rules)
    add_narratives(book, unit, round_, sections)
    add_empty_review(book, unit, round_, _still_open(checked, indicators, sections))
    book.identity_sheet(identity, layout, key)
    return book.finish()


def typed_cells(layout: Sequence[LayoutRow]) -> int:
    """How many cells of the figures a unit has to type: neither what is shown, nor what follows from other rows."""
    asked = [row for row in layout if row.kind not in (SECTION, "narrative") and not row.shown]
    return sum(
        (row.numerator, row.denominator).count(OWN) if row.kind == "percent" else not row.numerator
        for row in asked
    )


def _content(layout: Sequence[LayoutRow], sections: Sequence[Section]) -> str:
    """What awaits the unit: rows to type, rows to look at."""
    rows = [row for row in layout if row.kind not in (SECTION, "narrative")]
    shown = [unpacked for row in rows if (unpacked := Shown.unpacked(row.shown))]
    system = sum(one.by is ShownBy.SYSTEM for one in shown)
    counts = {"count": len(rows) - len(shown), "system": system, "previous": len(shown) - system}
    told = [t("workbooks.guide.report_content", sections=len(sections), **counts)]
    told += [
        t(f"workbooks.guide.report_content_{name}", **counts)
        for name in ("system", "previous")
        if counts[name]
    ]
    return " ".join(told)


def _still_open(
    checked: Sequence[str], indicators: Sequence[Indicator], sections: Sequence[Section]
) -> tuple[str, str]:
    """Formula and first result of the line on sheet 'Rà soát': what is open on the other two sheets."""
    figures = f"'{t('workbooks.sheets.figures')}'!{check_cells(indicators)}"
    texts = f"'{t('workbooks.sheets.narratives')}'!{narrative_sheet.check_cells(sections)}"
    words = t("workbooks.review.live").split("|")
    counts = [
        sum(text.startswith(prefix(Severity.ERROR)) for text in checked),
        sum(text.startswith(prefix(Severity.WARNING)) for text in checked),
        sum(section.min_length > 0 for section in sections),
    ]
    ways = [
        open_count(Severity.ERROR, figures),
        open_count(Severity.WARNING, figures),
        open_count(Severity.WARNING, texts),
    ]
    formula = "=" + "&".join(f"{quoted(word)}&{way}" for word, way in zip(words, ways, strict=False))
    shown = "".join(f"{word}{count}" for word, count in zip(words, counts, strict=False))
    return f"{formula}&{quoted(words[3])}", shown + words[3]
