"""Figures of a round computed from the frozen exports: the second and third witness beside the unit's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources.columns import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.duck import connect, run
from cchc.sources.figures import (
    DOCUMENT_IDENTITIES,
    ONE_STOP_IDENTITIES,
    Counts,
    Figure,
    Identity,
    broken_identity,
    document_figures,
    one_stop_figures,
)
from cchc.sources.layouts import CountingRules, Layout, load_layouts
from cchc.sources.names import normalise
from cchc.sources.snapshots import Snapshot, find_snapshot, layouts_in
from cchc.store import Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.indicators import IndicatorRegister
    from cchc.units import Unit, UnitRegister
    from cchc.year import Round, Window


@dataclass(frozen=True)
class SystemValue:
    """A figure computed from a snapshot. A share has its parts; a share of nothing has parts but no value."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    snapshot_id: str


def compute_values(
    store: Store,
    instance: Instance,
    round_: Round,
    units: UnitRegister,
    indicators: IndicatorRegister,
    at: datetime,
) -> int:
    """Compute the round's figures from the snapshots of its cut-off day; returns the number of changed rows.

    Units are those valid on the window's last day, indicators those that the unit owes in this round. A unit
    is covered when the layout of a landed export declares it (`covers`) or when an export ever held an
    accepted row of it: covered without a case is 0, not covered is no row. A figure that is no longer
    computed (rules or register changed) leaves the table. Raises CchcError when an identity of the form does
    not hold for a unit; then nothing is written. A round without a window or snapshots computes nothing.
    """
    if round_.window is None:
        return 0
    last = round_.window.last
    valid = units.on(last)
    owed = {
        tier: {indicator.code for indicator in indicators.owed(tier, last, round_.kind)}
        for tier in {unit.tier for unit in valid}
    }
    computed: dict[tuple[str, str], SystemValue] = {}
    snapshots: list[Snapshot] = []
    for source, figures_of in ((ONE_STOP, _one_stop), (DOC_MANAGEMENT, _documents)):
        snapshot = find_snapshot(store, instance, source, last)
        if snapshot is None or snapshot.frozen_at > at:  # a replayed run knows no later snapshot
            continue
        snapshots.append(snapshot)
        used = layouts_in(store, snapshot)
        layouts = [layout for layout in load_layouts() if layout.layout in used]
        for unit, figures in figures_of(snapshot, round_.round_id, round_.window, valid, layouts):
            for code in owed[unit.tier] & figures.keys():
                figure = figures[code]
                computed[unit.code, code] = SystemValue(
                    figure.value, figure.numerator, figure.denominator, snapshot.snapshot_id
                )
    return _write(store, round_.round_id, computed, {snapshot.snapshot_id for snapshot in snapshots})


def system_values(
    store: Store, round_id: str, unit_code: str | None = None
) -> dict[tuple[str, str], SystemValue]:
    """Computed figures of a round by (unit, indicator); of one unit when `unit_code` is given."""
    if unit_code is None:
        rows = store.query("sources.system_values", round_id=round_id)
    else:
        rows = store.query("sources.system_values_of_unit", round_id=round_id, unit_code=unit_code)
    return {
        (row["unit_code"], row["indicator"]): SystemValue(
            _decimal(row["value"]),
            _decimal(row["numerator"]),
            _decimal(row["denominator"]),
            row["snapshot_id"],
        )
        for row in rows
    }


def counts_by_unit(connection: Any, source: str, path: Path, window: Window) -> Iterator[tuple[str, Counts]]:
    """(unit, counts of the source's counts.sql) for a window over a Parquet file of typed rows."""
    values: dict[str, Any] = {"path": str(path), "first": window.first, "last": window.last}
    if source == ONE_STOP:
        rules = CountingRules.load().one_stop
        values |= {
            "not_counted": list(rules.not_counted),
            "finished": list(rules.finished),
            "always_on_time": list(rules.always_on_time),
            "always_in_term": list(rules.always_in_term),
            "processed": list(rules.processed),
            "online_levels": list(rules.online_levels),
            "land": [normalise(name) for name in rules.land],
            "construction": [normalise(name) for name in rules.construction],
        }
    cursor = run(connection, f"{source}/counts.counts", **values)
    names = [column[0] for column in cursor.description[1:]]
    while rows := cursor.fetchmany(10_000):
        for unit, *counts in rows:
            yield unit, dict(zip(names, counts, strict=True))


UnitFigures = Iterator[tuple["Unit", dict[str, Figure]]]


def _one_stop(
    snapshot: Snapshot, round_id: str, window: Window, units: Sequence[Unit], layouts: Sequence[Layout]
) -> UnitFigures:
    with connect() as connection:
        by_unit = _by_unit(counts_by_unit(connection, ONE_STOP, snapshot.path, window))
        seen, has_level, has_return_channel = run(
            connection, "one_stop/counts.known", path=str(snapshot.path)
        ).fetchone()
    for unit in units:
        if unit.code in (seen or ()) or _declared(unit, layouts):
            counts = by_unit[unit.code]
            _assert_identities(counts, ONE_STOP_IDENTITIES, unit, round_id)
            yield (
                unit,
                one_stop_figures(
                    counts, unit.tier, has_level=bool(has_level), has_return_channel=bool(has_return_channel)
                ),
            )


def _documents(
    snapshot: Snapshot, round_id: str, window: Window, units: Sequence[Unit], layouts: Sequence[Layout]
) -> UnitFigures:
    with connect() as connection:
        by_unit = _by_unit(counts_by_unit(connection, DOC_MANAGEMENT, snapshot.path, window))
        senders, receivers, has_signed = run(
            connection, "doc_management/counts.known", path=str(snapshot.path)
        ).fetchone()
    for unit in units:
        sent, received = (
            unit.code in (seen or ())
            or _declared(unit, [layout for layout in layouts if layout.direction in (way, None)])
            for way, seen in (("di", senders), ("den", receivers))
        )
        counts = by_unit[unit.code]
        _assert_identities(counts, DOCUMENT_IDENTITIES, unit, round_id)
        yield unit, document_figures(counts, sent=sent, received=received, has_signed=bool(has_signed))


def _by_unit(rows: Iterable[tuple[str, Counts]]) -> defaultdict[str, Counts]:
    """Counts by unit; a unit without a row has 0 of everything (it is asked for only when it is covered)."""
    by_unit: defaultdict[str, Counts] = defaultdict(lambda: defaultdict(int))
    by_unit.update(rows)
    return by_unit


def _declared(unit: Unit, layouts: Iterable[Layout]) -> bool:
    return any(unit.tier in layout.covers.tiers or unit.code in layout.covers.units for layout in layouts)


def _assert_identities(
    counts: Mapping[str, int], identities: tuple[Identity, ...], unit: Unit, round_id: str
) -> None:
    broken = broken_identity(counts, identities)
    if broken is not None:
        equation, numbers = broken
        raise CchcError(
            t(
                "sources.identity",
                unit=f"{unit.name} ({unit.code})",
                round=round_id,
                equation=equation,
                numbers=numbers,
            )
        )


def _write(
    store: Store,
    round_id: str,
    computed: Mapping[tuple[str, str], SystemValue],
    snapshot_ids: Collection[str],
) -> int:
    wanted = {
        key: {
            "snapshot_id": value.snapshot_id,
            "value": _text(value.value),
            "numerator": _text(value.numerator),
            "denominator": _text(value.denominator),
        }
        for key, value in computed.items()
    }
    with store.write() as transaction:
        existing = {
            (row["unit_code"], row["indicator"]): row
            for row in transaction.query("sources.system_values", round_id=round_id)
        }
        changed = [
            {"round_id": round_id, "unit_code": unit, "indicator": code, **values}
            for (unit, code), values in sorted(wanted.items())
            if any(existing.get((unit, code), {}).get(name, ...) != value for name, value in values.items())
        ]
        gone = [
            {"round_id": round_id, "unit_code": unit, "indicator": code}
            for (unit, code), row in existing.items()
            if (unit, code) not in wanted and row["snapshot_id"] in snapshot_ids
        ]
        transaction.execute_many("sources.put_system_value", changed)
        transaction.execute_many("sources.drop_system_value", gone)
    return len(changed) + len(gone)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
