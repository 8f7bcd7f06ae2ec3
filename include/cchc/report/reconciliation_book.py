"""The list of a round's reconciliation as rows of a sheet, and its workbook: every line, by unit, by indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.documents.marking import Marking
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.figures.reconciliation import Agreement, ReconciliationLine, worst_first
from cchc.indicators.numbers import number
from cchc.texts import t, table
from cchc.workbooks.shown import Stance
from cchc.year import Round

COLUMNS = (
    "unit",
    "code",
    "name",
    "measure",
    "reported",
    "unit_value",
    "one_stop",
    "document",
    "catalogue",
    "gap",
    "allowed",
    "agreement",
    "chosen",
    "chosen_value",
    "explanation",
)
WIDTHS = (24, 8, 34, 10, 11, 11, 11, 10, 10, 11, 11, 12, 14, 11, 30)


def heads() -> list[str]:
    words = table("report.reconciliation.columns")
    return [words[name] for name in COLUMNS]


def rows(lines: Iterable[ReconciliationLine]) -> list[list[object]]:
    """One row a figure, in the order of `COLUMNS`."""
    return [
        [
            line.unit.name,
            line.indicator.code,
            line.indicator.name,
            line.indicator.unit_of_measure,
            line.reported,
            line.unit_value,
            line.one_stop_value,
            line.document_value,
            line.catalogue_value,
            line.gap,
            line.allowed if line.system_value is not None else None,
            agreement_words(line),
            taken_from(line) or None,
            line.chosen_value,
            line.explanation,
        ]
        for line in lines
    ]


def taken_from(line: ReconciliationLine) -> str:
    """Whose figure is taken and, where it is not by the order alone, why; empty when nobody gives one."""
    words = table("report.reconciliation.witness")
    if line.chosen is None:
        return words["gap"] if line.has_gap else ""
    why = words["settled"] if line.settled else words["gap"] if line.has_gap else ""
    return f"{words[line.chosen]} ({why})" if why else words[line.chosen]


def summary(lines: Sequence[ReconciliationLine]) -> str:
    """What was compared and how it came out, in one or two sentences."""
    counts = Counter(line.agreement for line in lines)
    above = [line for line in lines if line.agreement is Agreement.ABOVE]
    compared = [line for line in lines if line.gap is not None]
    told = {
        "compared": len(compared),
        "units": len({line.unit.code for line in compared}),
        "same": counts[Agreement.SAME],
        "small": counts[Agreement.SMALL],
        "above": len(above),
        "above_units": len({line.unit.code for line in above}),
        "explained": sum(bool(line.explanation) for line in above),
    }
    silent = {
        "unit_silent": counts[Agreement.UNIT_SILENT],
        "system_silent": counts[Agreement.SYSTEM_SILENT],
    }
    stances = {
        "confirmed": sum(line.stance is Stance.CONFIRMED for line in lines),
        "disputed": sum(line.disputed for line in lines),
    }
    sentences = [_counted_text("summary", told)]
    sentences += [
        _counted_text(name, counts)
        for name, counts in (("stances", stances), ("silent", silent))
        if any(counts.values())
    ]
    return " ".join(sentences)


def agreement_words(line: ReconciliationLine) -> str:
    """How the two figures stand to each other; that a unit disputes what it was shown comes first."""
    words = str(table("report.reconciliation.agreement")[line.agreement])
    return t("report.reconciliation.disputed", agreement=words) if line.disputed else words


def _counted_text(name: str, counts: Mapping[str, int]) -> str:
    shown = {key: number(Decimal(count)) for key, count in counts.items()}
    return t(f"report.reconciliation.{name}", **shown)


def build_reconciliation_book(
    round_: Round, lines: Sequence[ReconciliationLine], as_of: datetime, *, rehearsal: bool = False
) -> bytes:
    """The .xlsx of a round's reconciliation, worst differences first. Equal arguments give equal bytes."""
    title = t("report.reconciliation.title", round=round_.title)
    notes = [
        t("report.reconciliation.as_of", as_of=vn_instant(as_of)),
        summary(lines),
        t("report.reconciliation.note"),
    ]
    names = table("report.reconciliation.sheets")
    sheets = [
        ListSheet(names["lines"], title, heads(), WIDTHS, rows(worst_first(lines)), notes),
        _counted(names["units"], title, lines, by_unit=True),
        _counted(names["indicators"], title, lines, by_unit=False),
    ]
    # No number is ever given to it, and it is no draft.
    return build_list_workbook(sheets, Marking(as_of, rehearsal=rehearsal, number=""))


def _counted(name: str, title: str, lines: Sequence[ReconciliationLine], *, by_unit: bool) -> ListSheet:
    """How often each kind of agreement was found, by unit or by indicator; most differences to explain first."""
    agreements = table("report.reconciliation.agreement")
    counts: dict[tuple[str, str], Counter[str]] = {}
    for line in lines:
        key = (line.unit.code, line.unit.name) if by_unit else (line.indicator.code, line.indicator.name)
        found = counts.setdefault(key, Counter())
        found[line.agreement] += 1
        found["open"] += line.agreement is Agreement.ABOVE and not line.explanation
    words = table("report.reconciliation.columns")
    columns = [words["code"] if not by_unit else words["unit_code"], words["unit" if by_unit else "name"]]
    kinds = [kind.value for kind in Agreement]
    columns += [words["open"], *(agreements[kind] for kind in kinds)]
    ordered = sorted(counts.items(), key=lambda item: (-item[1]["open"], -item[1][Agreement.ABOVE]))
    content: list[list[object]] = [
        [*key, found["open"], *(found[kind] for kind in kinds)] for key, found in ordered
    ]
    return ListSheet(name, title, columns, [12, 60, 16, *(15 for _ in kinds)], content)
