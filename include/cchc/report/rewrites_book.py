"""The report on what was changed after the cut-off: per unit, one by one, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_date, vn_instant
from cchc.documents.marking import Marking
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.indicators import format_number
from cchc.sources import DOC_MANAGEMENT, KINDS, ONE_STOP, Rewrite, SnapshotComparison, share
from cchc.table_files import PlainTable, table_bytes
from cchc.texts import t, table, vietnamese_order

# An Excel sheet ends at 1,048,576 rows, but nobody reads a list of that length there.
LONGEST_LIST = 50_000
_DAYS = frozenset(
    {
        "end_changed", "end_removed", "end_backdated", "due_changed", "received_changed", "returned_changed",
        "gone", "appeared", "was_refused", "last_day", "day_changed",
    }
)  # fmt: skip
_WORDS = {
    "reopened": "status",
    "status_changed": "status",
    "channel_changed": "channel",
    "medium_changed": "medium",
    "signed_changed": "signed",
}
_SHOWN = {
    ONE_STOP: ("total", "resolved", "late", "overdue"),
    DOC_MANAGEMENT: ("sent", "sent_electronic", "signed", "received"),
}


def build_rewrites_book(
    round_id: str, comparisons: Sequence[SnapshotComparison], unit_names: Mapping[str, str], rehearsal: bool
) -> bytes:
    """Sheets per source (units, list) and how to read them. Equal comparisons give equal bytes."""
    cut_off = comparisons[0].snapshot.cut_off
    title = t("rewrites.book.title", round=round_id, day=vn_date(cut_off))
    # The file's own time follows from its content: a week that brings nothing new writes the same file.
    moments = [one.received_at for comparison in comparisons for one in comparison.rewrites]
    as_of = max(moments, default=max(comparison.snapshot.frozen_at for comparison in comparisons))
    sheets = []
    for comparison in comparisons:
        if comparison.rewrites:
            sheets.append(_units_sheet(comparison, title, unit_names, as_of))
            sheets.append(_list_sheet(comparison, round_id, title, unit_names, as_of))
    sheets.append(_reading_sheet(comparisons, title))
    # No number is ever given to it, and it is no draft.
    return build_list_workbook(sheets, Marking(as_of=as_of, rehearsal=rehearsal, number=""))


def build_rewrites_csv(comparisons: Sequence[SnapshotComparison], unit_names: Mapping[str, str]) -> bytes:
    """The lists of all sources in one CSV (UTF-8 with BOM, semicolons), however long."""
    rows = [list_row(one, unit_names) for comparison in comparisons for one in comparison.rewrites]
    return table_bytes(PlainTable(t("rewrites.book.list_one_stop"), list_heads(ONE_STOP), rows), ".csv")


def unit_heads(comparison: SnapshotComparison) -> list[str]:
    """Headings of `unit_rows`."""
    names, kinds = table("rewrites.counts"), table("rewrites.kinds")
    heads = [t("rewrites.book.unit"), t("rewrites.book.keys")]
    heads += [kinds[kind] for kind in _kinds(comparison)]
    for count in _SHOWN[comparison.source]:
        heads += [
            t("rewrites.book.before", name=names[count]),
            t("rewrites.book.after", name=names[count]),
        ]
    if comparison.source == ONE_STOP:
        heads += [t("rewrites.book.rate_before"), t("rewrites.book.rate_after")]
    return heads


def unit_rows(comparison: SnapshotComparison, unit_names: Mapping[str, str]) -> list[list[object]]:
    """The province, then each unit touched, most changes first: changes by kind, counts then and now."""
    rows: list[list[object]] = []
    for one in _standings(comparison, unit_names):
        row: list[object] = [one.name, one.keys]
        row += [one.kinds[kind] for kind in _kinds(comparison)]
        for count in _SHOWN[comparison.source]:
            row += [one.then[count], one.now[count]]
        if comparison.source == ONE_STOP:
            row += [_rate(one.then), _rate(one.now)]
        rows.append(row)
    return rows


def brief_heads(comparison: SnapshotComparison) -> list[str]:
    """Headings of `brief_rows`."""
    names = table("rewrites.counts")
    heads = [t("rewrites.book.unit"), t("rewrites.book.keys")]
    heads += [names[count] for count in _SHOWN[comparison.source]]
    return [*heads, t("rewrites.book.rate")] if comparison.source == ONE_STOP else heads


def brief_rows(comparison: SnapshotComparison, unit_names: Mapping[str, str]) -> list[list[str]]:
    """The same for a narrow page: `then -> now` in one cell, one number where nothing moved."""
    rows = []
    for one in _standings(comparison, unit_names):
        row = [one.name, str(one.keys)]
        row += [_moved(one.then[count], one.now[count]) for count in _SHOWN[comparison.source]]
        if comparison.source == ONE_STOP:
            row.append(_moved(_rate(one.then), _rate(one.now)))
        rows.append(row)
    return rows


def list_heads(source: str) -> list[str]:
    """Headings of `list_row`."""
    names = ("unit", f"key_{source}", "kind", "old", "new", "effect", "file_name", "received_at")
    return [t(f"rewrites.book.{name}") for name in names]


def list_row(one: Rewrite, unit_names: Mapping[str, str]) -> list[object]:
    """One change as cells for people; the last is the instant at which the export was received."""
    classes = table("rewrites.classes")
    key = "rewrites.book.effect_none" if one.before == one.after else "rewrites.book.effect_value"
    return [
        unit_names.get(one.unit, one.unit),
        one.key,
        table("rewrites.kinds")[one.kind],
        shown(one.kind, one.old, unit_names),
        shown(one.kind, one.new, unit_names),
        t(key, before=classes[one.before], after=classes[one.after]),
        one.file_name,
        one.received_at,
    ]


def shown(kind: str, value: str | None, unit_names: Mapping[str, str]) -> str:
    """A value of a change in words."""
    if value is None:
        return t("rewrites.nothing")
    if kind in _DAYS:
        moment = datetime.fromisoformat(value)
        return f"{moment:%d/%m/%Y %H:%M}" if len(value) > len("2026-01-31") else vn_date(moment.date())
    if kind == "unit_changed":
        return unit_names.get(value, value)
    return table(f"rewrites.{_WORDS[kind]}")[value] if kind in _WORDS else value


def _units_sheet(
    comparison: SnapshotComparison, title: str, unit_names: Mapping[str, str], as_of: datetime
) -> ListSheet:
    heads = unit_heads(comparison)
    return ListSheet(
        name=t(f"rewrites.book.units_{comparison.source}"),
        title=title,
        heads=heads,
        widths=[34, *[13] * (len(heads) - 1)],
        rows=unit_rows(comparison, unit_names),
        notes=[t("rewrites.book.note", moment=vn_instant(as_of))],
    )


def _list_sheet(
    comparison: SnapshotComparison, round_id: str, title: str, unit_names: Mapping[str, str], as_of: datetime
) -> ListSheet:
    notes = [t("rewrites.book.note", moment=vn_instant(as_of))]
    if len(comparison.rewrites) > LONGEST_LIST:
        count = len(comparison.rewrites)
        notes.append(t("rewrites.book.cut", count=count, shown=LONGEST_LIST, round=round_id))
    return ListSheet(
        name=t(f"rewrites.book.list_{comparison.source}"),
        title=title,
        heads=list_heads(comparison.source),
        widths=[32, 28, 30, 20, 20, 34, 34, 17],
        rows=[list_row(one, unit_names) for one in comparison.rewrites[:LONGEST_LIST]],
        notes=notes,
    )


def _reading_sheet(comparisons: Sequence[SnapshotComparison], title: str) -> ListSheet:
    names, meanings = table("rewrites.kinds"), table("rewrites.explained")
    rows: list[list[object]] = [
        [t("rewrites.book.reading"), text] for text in table("rewrites.reading").values()
    ]
    kinds = dict.fromkeys(kind for comparison in comparisons for kind in KINDS[comparison.source])
    rows += [[names[kind], meanings[kind]] for kind in kinds]
    found = any(comparison.rewrites for comparison in comparisons)
    return ListSheet(
        name=t("rewrites.book.reading"),
        title=title,
        heads=[t("rewrites.book.term"), t("rewrites.book.meaning")],
        widths=[36, 110],
        rows=rows,
        notes=[] if found else [t("rewrites.book.no_change")],
    )


def _kinds(comparison: SnapshotComparison) -> list[str]:
    """Kinds that were found, in the order of the reports."""
    found = {one.kind for one in comparison.rewrites}
    return [kind for kind in KINDS[comparison.source] if kind in found]


@dataclass(frozen=True)
class _Standing:
    """The province or a unit: number of keys touched, changes by kind, counts as frozen and as they are now."""

    name: str
    keys: int
    kinds: Mapping[str, int]
    then: Mapping[str, int]
    now: Mapping[str, int]


def _standings(comparison: SnapshotComparison, unit_names: Mapping[str, str]) -> list[_Standing]:
    cases = comparison.cases()
    keys: dict[str, set[str]] = {unit: set() for unit in comparison.shift}
    for one in comparison.rewrites:
        keys.setdefault(one.unit, set()).add(one.key)
    ordered = sorted(keys, key=lambda unit: (-len(keys[unit]), vietnamese_order(unit_names.get(unit, unit))))
    counts = (*_SHOWN[comparison.source], *(("early", "on_time") if comparison.source == ONE_STOP else ()))
    found = []
    for members, name in [
        (sorted(keys.keys() | comparison.frozen.keys()), t("rewrites.book.all")),
        *(([unit], unit_names.get(unit, unit)) for unit in ordered),
    ]:
        then = {count: _sum(comparison.frozen, members, count) for count in counts}
        now = {count: then[count] + _sum(comparison.shift, members, count) for count in counts}
        kinds = {kind: sum(cases.get((unit, kind), 0) for unit in members) for kind in _kinds(comparison)}
        touched = sum(len(keys.get(unit, ())) for unit in members)
        found.append(_Standing(name, touched, kinds, then, now))
    return found


def _moved(then: Decimal | int | None, now: Decimal | int | None) -> str:
    words = ["" if value is None else format_number(value) for value in (then, now)]
    return words[0] if then == now else " -> ".join(words)


def _sum(counts: Mapping[str, Mapping[str, int]], units: Sequence[str], name: str) -> int:
    return sum(counts[unit][name] for unit in units if unit in counts)


def _rate(counts: Mapping[str, int]) -> Decimal | None:
    return share(counts["early"] + counts["on_time"], counts["resolved"]).value
