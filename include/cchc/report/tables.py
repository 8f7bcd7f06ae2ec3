"""The tables of the consolidated report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from cchc.clock import TZ, vn_date
from cchc.documents.blocks import Block, DocumentTable, Paragraph, TableColumn, TextRun, columns_of
from cchc.documents.places import Anchor
from cchc.documents.text import one_line
from cchc.figures.corrections import Correction
from cchc.figures.facts import RoundFacts
from cchc.figures.origins import origin_words, other_words
from cchc.figures.reconciliation import Agreement, worst_first
from cchc.figures.shown import of, tally_text
from cchc.figures.tally import Tally
from cchc.indicators import Indicator
from cchc.indicators.numbers import number, share
from cchc.obligations import RoundSummary
from cchc.report.anchors import ReportAnchors
from cchc.report.told_values import ToldValues
from cchc.severity import Severity
from cchc.texts import t, table
from cchc.units import Tier


def timeliness_table(facts: RoundFacts, references: ReportAnchors) -> DocumentTable:
    """How the units of each tier reported."""
    heads = table("report.timeliness_table")
    keys = ("scope", "obliged", "on_time", "late", "missing", "pending", "nothing", "rate")
    columns = tuple(
        TableColumn(heads[key], 34 if key == "scope" else 18, "left" if key == "scope" else "center")
        for key in keys
    )
    names = table("report.tiers")
    rows = [_summary_row(names[tier], facts.summary_by_tier[tier]) for tier in facts.tiers]
    if len(rows) != 1:
        rows.append(_summary_row(names[Tier.PROVINCE], facts.summary))
    scopes = [f"tien_do_{tier}" for tier in facts.tiers]
    anchors = {row: references.named(name) for row, name in enumerate(scopes)}
    anchors[len(rows) - 1 if len(rows) != 1 else -1] = references.named("tien_do")
    return DocumentTable(columns, rows, bold_rows=frozenset({len(rows) - 1}), anchors=anchors)


def _summary_row(name: str, summary: RoundSummary) -> list[str]:
    counts = (
        summary.obliged,
        summary.on_time,
        summary.late,
        summary.missing,
        summary.pending,
        summary.nothing_to_report,
    )
    return [name, *(str(count) for count in counts), share(summary.on_time_rate)]


def lateness_table(facts: RoundFacts, references: ReportAnchors) -> DocumentTable | None:
    """Units that reported late or not at all; None when there is none."""
    heads = table("report.lateness_table")
    rows: list[list[str]] = []
    words = table("report.timeliness")
    for standing in facts.standings:
        if standing.timeliness not in ("late", "missing"):
            continue
        sent = standing.fulfilled_at.astimezone(TZ).date() if standing.fulfilled_at else None
        rows.append(
            [
                str(len(rows) + 1),
                standing.unit.name,
                vn_date(standing.due_at.astimezone(TZ).date()),
                vn_date(sent) if sent else "",
                str(standing.late_working_days),
                words[standing.timeliness],
            ]
        )
    if not rows:
        return None
    columns = columns_of(heads, "number:10^ unit:62 due:24^ sent:24^ days:20^ state:28^")
    return DocumentTable(columns, rows, anchors={-1: references.named("tre_han")})


def scope_table(facts: RoundFacts, references: ReportAnchors) -> DocumentTable:
    """How many units the report's figures come from, by tier."""
    columns = columns_of(table("report.scope_table"), "scope:70 obliged:34^ reported:34^ missing:34^")
    names = table("report.tiers")
    scopes = [(tier, facts.summary_by_tier[tier], f"tien_do_{tier}") for tier in facts.tiers]
    scopes.append((Tier.PROVINCE, facts.summary, "tien_do"))
    rows = [
        [names[scope], *map(str, (own.obliged, own.on_time + own.late, own.missing + own.pending))]
        for scope, own, _ in scopes
    ]
    anchors = {place: references.named(name) for place, (_, _, name) in enumerate(scopes)}
    return DocumentTable(columns, rows, bold_rows=frozenset({len(rows) - 1}), anchors=anchors)


def summary_table(facts: RoundFacts, references: ReportAnchors, values: ToldValues) -> DocumentTable:
    """All indicators: province, tiers, last year; few units behind a figure are named. For a landscape page."""
    heads, tiers = table("report.summary_table"), table("report.tiers")
    columns = [
        TableColumn(heads["number"], 9, "center"),
        TableColumn(heads["name"], 90),
        TableColumn(heads["unit"], 30, "center"),
        TableColumn(heads["province"], 34, "right"),
        *(TableColumn(tiers[tier], 30, "right") for tier in facts.tiers),
        TableColumn(heads["change"], 34, "right"),
    ]

    def cells(indicator: Indicator) -> list[str]:
        line = facts.consolidation.line(indicator.code)
        province = _cell(indicator, line)
        if line is not None and line.units_counted and indicator.of_units and values.is_few(line):
            province += f"\n({of(line.units_counted, line.units_obliged)})"
        own = [_cell(indicator, facts.consolidation.line(indicator.code, tier)) for tier in facts.tiers]
        return [_name(indicator), indicator.unit_of_measure, province, *own, values.move(indicator.code)]

    return _by_indicator(facts, references, columns, cells)


def coverage_table(facts: RoundFacts, references: ReportAnchors) -> DocumentTable:
    """All indicators row by row: who states them, how many units stand behind by whose figure, the other reading."""
    columns = list(
        columns_of(
            table("report.coverage_table"),
            "number:12^ code:17 name:76 stated_by:26 province:30> counted:19^ missing:17^ nothing:17^ stated:18^"
            " origins:38 other:30 gaps:15^",
        )
    )
    gaps = Counter(line.indicator.code for line in facts.differences)

    def cells(indicator: Indicator) -> list[str]:
        line = facts.consolidation.line(indicator.code)
        counts = (len(line.missing), len(line.nothing), len(line.stated)) if line else (0, 0, 0)
        return [
            indicator.code,
            _name(indicator),
            table("figures.stated_by")[indicator.stated_by],
            _cell(indicator, line),
            f"{line.units_counted}/{line.units_obliged}" if line else "",
            *(str(count) if count else "" for count in counts),
            origin_words(line) if line else "",
            other_words(indicator, line) if line else "",
            str(gaps[indicator.code]) if gaps[indicator.code] else "",
        ]

    return _by_indicator(facts, references, columns, cells)


def _name(indicator: Indicator) -> str:
    """The name; `- ` says that a row is a part of the one above, which distinct counts are not: one procedure may
    apply at two levels."""
    return indicator.name.lstrip("- ") if indicator.province_figure == "distinct" else indicator.name


def _by_indicator(
    facts: RoundFacts,
    references: ReportAnchors,
    columns: Sequence[TableColumn],
    cells: Callable[[Indicator], list[str]],
) -> DocumentTable:
    """One row an indicator behind its number, under its section and group."""
    rows: list[list[str]] = []
    anchors: dict[int, Anchor] = {-1: references.named("so_lieu")}
    section = group = None
    for place, indicator in enumerate(facts.indicators, start=1):
        if indicator.section != section:
            section, group = indicator.section, None
            rows.append([f"{section}. {section_name(facts, section).upper()}"])
        if indicator.group != group:
            group = indicator.group
            rows.append([group])
        anchors[len(rows)] = references.indicator(indicator.code)
        rows.append([str(place), *cells(indicator)])
    return DocumentTable(tuple(columns), rows, small=True, anchors=anchors)


def _cell(indicator: Indicator, line: Tally | None) -> str:
    """The figure with one option a line where answers are counted by option."""
    text = tally_text(indicator, line)
    return text.replace("; ", "\n") if indicator.aggregation == "distribution" else text


def section_name(facts: RoundFacts, section: str) -> str:
    return next(indicator.section_name for indicator in facts.indicators if indicator.section == section)


def reconciliation_tables(facts: RoundFacts, limit: int) -> list[Block]:
    """The `limit` largest differences that had to be explained, and where the rest stands; [] when there is none."""
    above = [line for line in worst_first(facts.reconciliation) if line.agreement is Agreement.ABOVE]
    if not above:
        return []
    heads, witnesses = table("report.reconciliation_table"), table("report.reconciliation.witness")
    rows = []
    for place, line in enumerate(above[:limit], start=1):
        kind = line.indicator.kind
        taken = f"{number(line.chosen_value, kind)}\n({witnesses[line.chosen]})" if line.chosen else ""
        rows.append(
            [
                str(place),
                line.unit.name,
                f"{line.indicator.name} ({line.indicator.code})",
                line.reported if line.unit_value is None else number(line.unit_value, kind),
                number(line.system_value, kind),
                taken,
                one_line(line.explanation) or t("report.reconciliation.unexplained"),
            ]
        )
    columns = columns_of(heads, "number:8^ unit:25 name:38 reported:15> system:15> chosen:19> explanation:48")
    blocks: list[Block] = [DocumentTable(columns, rows, small=True)]
    if len(above) > limit:
        rest = t(
            "report.reconciliation.listed",
            count=len(above) - limit,
            sheet=table("appendix.sheets")["differences"],
        )
        blocks.append(Paragraph((TextRun(rest, italic=True),), "note"))
    return blocks


def differences_table(facts: RoundFacts, references: ReportAnchors, limit: int) -> DocumentTable | None:
    """Open differences by indicator, those of most units first; of each the `limit` largest are named.

    None when there is none.
    """
    if not facts.differences:
        return None
    heads = table("report.differences_table")
    by_code: dict[str, list[str]] = {}
    for difference in worst_first(facts.differences):
        kind = difference.indicator.kind
        shown = difference.reported if difference.unit_value is None else number(difference.unit_value, kind)
        by_code.setdefault(difference.indicator.code, []).append(
            f"{difference.unit.name} ({shown}; {number(difference.system_value, kind)})"
        )
    rows = []
    for code, units in sorted(by_code.items(), key=lambda item: -len(item[1])):
        more = t("report.more_units", count=len(units) - limit) if len(units) > limit else ""
        rows.append([facts.indicator_of[code].name, str(len(units)), "; ".join(units[:limit]) + more])
    columns = columns_of(heads, "name:60 count:18^ units:90")
    return DocumentTable(columns, rows, anchors={-1: references.named("chenh_lech")})


def warnings_table(facts: RoundFacts, references: ReportAnchors) -> DocumentTable | None:
    """What the checks found in accepted reports by severity, hints left out; None when there is nothing."""
    counts: dict[str, int] = {}
    units: dict[str, set[str]] = {}
    for unit, finding in facts.findings:
        if finding.severity != Severity.NOTE:
            counts[finding.severity] = counts.get(finding.severity, 0) + 1
            units.setdefault(finding.severity, set()).add(unit.code)
    if not counts:
        return None
    heads, words = table("report.warnings_table"), table("severity.names")
    columns = columns_of(heads, "severity:60 count:50^ units:50^")
    rows = [
        [words[key], number(Decimal(counts[key])), str(len(units[key]))] for key in words if key in counts
    ]
    total = [heads["all"], number(Decimal(sum(counts.values()))), str(len(set().union(*units.values())))]
    rows.append(total)
    anchors = {len(rows) - 1: references.named("canh_bao")}
    return DocumentTable(columns, rows, bold_rows=frozenset({len(rows) - 1}), anchors=anchors)


def corrections_table(correction: Correction, references: ReportAnchors) -> DocumentTable:
    """What a report changes against the issued one that it takes the place of."""
    heads = table("report.corrections_table")
    columns = columns_of(heads, "number:10^ name:64 before:34> after:34> coverage:34^")
    rows = [
        [
            str(place),
            change.indicator.name,
            change.before,
            change.after,
            f"{change.covered_before} → {change.covered_after}"
            if change.covered_before != change.covered_after
            else change.covered_after,
        ]
        for place, change in enumerate(correction.changes, start=1)
    ]
    return DocumentTable(columns, rows, anchors={-1: references.named("dinh_chinh")})
