"""Counting dossiers and documents of a window in DuckDB, per unit and per field, service level or channel.

The classes of a dossier and every sum stand in `include/sql/<source>/counts.sql`; what differs between provinces in
`counting.yaml`. Every result is checked against the identities of its form before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.folding import loose
from cchc.sources.columns import ONE_STOP
from cchc.sources.duck import run
from cchc.sources.rules import CountingRules, DocumentRules, OneStopRules
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.year import Window

DIMENSIONS = ("field", "service_level", "channel")
_BATCH = 10_000
CHANNEL_UNKNOWN = "received_channel_unknown"  # a part that only some software makes
NO_LEVEL = 0  # the level of a dossier whose export gives none, as a value of its dimension
Counts = Mapping[str, int]
WeeklyRows = dict[
    tuple[str, str], dict[date, int]
]  # by unit and part of the source; how many by Monday of the week
Identity = tuple[str, str, tuple[str, ...]]  # its text, the whole, its parts

DOCUMENT_IDENTITIES: tuple[Identity, ...] = (
    ("VB.1 = VB.2 + VB.3 + VB.4", "sent", ("sent_paper", "sent_electronic", "sent_both")),
    ("VB.5 = VB.6 + VB.7 + VB.8", "received", ("received_paper", "received_electronic", "received_both")),
)


@dataclass(frozen=True)
class UnitCounts:
    """The counts of one unit, or of one value of the dimensions within it.

    `field` is the normalised name (see `field_names`); a dimension that was not asked for is None.
    """

    unit: str
    counts: Counts
    field: str | None = None
    service_level: int | None = None
    channel: int | None = None

    @property
    def part(self) -> dict[str, str | int]:
        """The dimensions asked for, by name."""
        values = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value for name, value in values.items() if value is not None}


def one_stop_identities(rules: OneStopRules) -> tuple[Identity, ...]:
    """Identities of Biểu 06.

    A class of its own for dossiers without due date is a part like the others, and so is what was received by an
    unknown channel.
    """
    resolved: tuple[str, ...] = ("early", "on_time", "late")
    still_open: tuple[str, ...] = ("in_term", "overdue")
    name, open_name = "T06.5 = T06.6 + T06.7 + T06.8", "T06.9 = T06.10 + T06.11"
    if rules.no_due_date.resolved == "own_class":
        resolved, name = (*resolved, "resolved_without_due"), name + t("sources.without_due_part")
    if rules.no_due_date.open == "own_class":
        still_open, open_name = (*still_open, "open_without_due"), open_name + t("sources.without_due_part")
    return (
        (
            "T06.1 = T06.2 + T06.3 + T06.4",
            "total",
            ("received_online", "received_direct_or_post", "carried_over", CHANNEL_UNKNOWN),
        ),
        (name, "resolved", resolved),
        (open_name, "still_open", still_open),
        ("T06.1 = T06.5 + T06.9", "total", ("resolved", "still_open")),
        (
            "III.6.1 = T06.2 + T06.3",
            "received",
            ("received_online", "received_direct_or_post", CHANNEL_UNKNOWN),
        ),
    )


def broken_identity(counts: Counts, identities: Iterable[Identity]) -> tuple[str, str] | None:
    """(identity, its numbers) of the first one that does not hold, or None."""
    for name, whole, parts in identities:
        if counts[whole] != sum(counts.get(part, 0) for part in parts):
            shown = [part for part in parts if part != CHANNEL_UNKNOWN or counts.get(part, 0)]
            return name, f"{counts[whole]} ≠ {' + '.join(str(counts.get(part, 0)) for part in shown)}"
    return None


class DossierCounter:
    """Classes and counts the dossiers of one Parquet file for one window.

    The connection's variables, the table `statuses` and the view `classed` belong to the counter made last.
    `fields`: False leaves the fields out of the tally, which makes it five times smaller.
    """

    def __init__(
        self, connection: Any, path: Path, window: Window, rules: OneStopRules, *, fields: bool = False
    ) -> None:
        self._connection, self._window, self._rules = connection, window, rules
        first, last = rules.window.days(window)
        _set_variables(
            connection,
            path=str(path),
            first=first,
            last=last,
            closing_day=rules.closing_day,
            late_by=rules.late_by,
            ended_on_due_day=rules.ended_on_due_day,
            due_on_last_day=rules.due_on_last_day,
            resolved_without_due=_without_due("resolved", rules.no_due_date.resolved),
            open_without_due=_without_due("open", rules.no_due_date.open),
            by_field=fields,
            land=[loose(name) for name in rules.land],
            construction=[loose(name) for name in rules.construction],
        )
        run(
            connection,
            "one_stop/counts.statuses",
            not_counted=list(rules.not_counted),
            finished=list(rules.finished),
            always_on_time=list(rules.always_on_time),
            always_in_term=list(rules.always_in_term),
            processed=list(rules.processed),
        )
        run(connection, "one_stop/counts.classed")
        run(connection, "one_stop/counts.tally")

    def counts(
        self, dimensions: Collection[str] = (), names: Mapping[str, str] | None = None
    ) -> Iterator[UnitCounts]:
        """Counts per unit and value of the dimensions, in their order; no row where nothing was counted.

        Raises CchcError when an identity of the form does not hold in a row; it names unit (`names`: name by
        code), window, identity and numbers.
        """
        rows = run(
            self._connection,
            "one_stop/counts.counts",
            dimensions=list(dimensions),
            online_levels=list(self._rules.online_levels),
        )
        identities = one_stop_identities(self._rules)
        for row in _stream(rows):
            keys = {name: row.pop(name) for name in (*DIMENSIONS, "unit")}
            counted = UnitCounts(counts={name: int(value or 0) for name, value in row.items()}, **keys)
            assert_identities(counted, identities, self._window, names)
            yield counted

    def known(self) -> dict[str, tuple[bool, bool]]:
        """Units with a dossier ever: whether any dossier of the unit has a level, a form of return."""
        rows = run(self._connection, "one_stop/counts.known").fetchall()
        return {unit: (bool(level), bool(return_channel)) for unit, level, return_channel in rows}

    def weeks(self) -> WeeklyRows:
        """Dossiers received by unit and week of the window."""
        return _by_week(self._connection, "one_stop/counts.weeks")

    def field_names(self) -> dict[str, str]:
        """Normalised name of a field -> the name as exports write it."""
        return dict(run(self._connection, "one_stop/counts.field_names").fetchall())


class DocumentCounter:
    """Counts the documents of one Parquet file for one window; see DossierCounter for the connection."""

    def __init__(self, connection: Any, path: Path, window: Window, rules: DocumentRules) -> None:
        self._connection, self._window = connection, window
        first, last = rules.window.days(window)
        _set_variables(
            connection, path=str(path), first=first, last=last, wholly_electronic=rules.wholly_electronic
        )
        run(connection, "doc_management/counts.classed")

    def counts(self, names: Mapping[str, str] | None = None) -> Iterator[UnitCounts]:
        """Counts per unit; raises CchcError as DossierCounter.counts does."""
        for row in _stream(run(self._connection, "doc_management/counts.counts")):
            counted = UnitCounts(row.pop("unit"), row)
            assert_identities(counted, DOCUMENT_IDENTITIES, self._window, names)
            yield counted

    def weeks(self) -> WeeklyRows:
        """Documents by unit, direction and week of the window."""
        return _by_week(self._connection, "doc_management/counts.weeks")

    def known(self) -> tuple[frozenset[str], frozenset[str], bool]:
        """(units with a sent document ever, with a received one, whether signing was in the exports)."""
        senders, receivers, signed = run(self._connection, "doc_management/counts.known").fetchone()
        return frozenset(senders or ()), frozenset(receivers or ()), bool(signed)


def counts_by_unit(
    connection: Any, source: str, path: Path, window: Window, names: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Counts]]:
    """(unit, counts) of one source by the configured rules; see the counters."""
    rules = CountingRules.load()
    if source == ONE_STOP:
        found = DossierCounter(connection, path, window, rules.one_stop).counts(names=names)
    else:
        found = DocumentCounter(connection, path, window, rules.doc_management).counts(names)
    return ((counted.unit, counted.counts) for counted in found)


def assert_identities(
    counted: UnitCounts,
    identities: Iterable[Identity],
    window: Window,
    names: Mapping[str, str] | None = None,
) -> None:
    """Raises CchcError for the first identity that does not hold."""
    broken = broken_identity(counted.counts, identities)
    if broken is None:
        return
    equation, numbers = broken
    name = (names or {}).get(counted.unit)
    part = "".join(
        f", {t(f'sources.dimensions.{dimension}')} {value}" for dimension, value in counted.part.items()
    )
    raise CchcError(
        t(
            "sources.identity",
            unit=(f"{name} ({counted.unit})" if name else counted.unit) + part,
            window=f"{vn_date(window.first)} - {vn_date(window.last)}",
            equation=equation,
            numbers=numbers,
        )
    )


def _by_week(connection: Any, query: str) -> WeeklyRows:
    found: WeeklyRows = {}
    for unit, part, monday, rows in run(connection, query).fetchall():
        found.setdefault((unit, part), {})[monday] = rows
    return found


def _without_due(when: str, rule: str) -> str:
    return f"{when}_without_due" if rule == "own_class" else rule


def _stream(cursor: Any) -> Iterator[dict[str, Any]]:
    """Rows as mappings, in batches: where each dossier is a unit of its own there are very many."""
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(_BATCH):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _set_variables(connection: Any, **values: object) -> None:
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
