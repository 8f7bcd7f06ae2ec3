"""Figures of a round computed from the frozen exports: the second and third witness beside the unit's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cchc.indicators.meaning import StatedBy
from cchc.paths import Instance
from cchc.sources.catalogue import catalogue_figures
from cchc.sources.columns import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.completeness import Gap, WatchRules, gap_of, weeks_of
from cchc.sources.counting import Counts, DocumentCounter, DossierCounter, UnitCounts, WeeklyRows
from cchc.sources.duck import connect
from cchc.sources.layouts import Layout, load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.snapshots import Snapshot, find_snapshot, layouts_in
from cchc.sources.system_figures import SystemFigure, document_figures, one_stop_figures
from cchc.store import Store
from cchc.units import Tier
from cchc.year import Calendar

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

    Figures that are not the whole of the window are kept with their gap (see `completeness`). Figures of the catalogue
    stand under its keeper, who states them until the catalogue is there.
    """
    if round_.window is None:
        return 0
    last = round_.window.last
    owed = {
        unit.code: {indicator.code for indicator in indicators.owed(unit, last, round_.kind)}
        for unit in units.on(last)
    }
    computed: dict[tuple[str, str], SystemValue] = {}
    gaps: dict[tuple[str, str], Gap] = {}
    snapshots: list[Snapshot] = []
    for source, figures_of in ((ONE_STOP, _one_stop), (DOC_MANAGEMENT, _documents)):
        snapshot = find_snapshot(store, instance, source, last)
        if snapshot is None or snapshot.frozen_at > at:  # a replayed run knows no later snapshot
            continue
        snapshots.append(snapshot)
        used = layouts_in(store, snapshot)
        layouts = [layout for layout in load_layouts() if layout.layout in used]
        for unit, figures, gap in figures_of(snapshot, round_.window, units, layouts):
            if gap is not None:
                gaps[source, unit.code] = gap
            for code in owed[unit.code] & figures.keys():
                figure = figures[code]
                computed[unit.code, code] = SystemValue(
                    figure.value, figure.numerator, figure.denominator, snapshot.snapshot_id
                )
    catalogue = catalogue_figures(store, instance, round_.window, at)
    if catalogue is not None:
        snapshots.append(catalogue.snapshot)
        for one in indicators.in_round(last, round_.kind):
            counted = catalogue.figures.get(one.code)
            if one.stated_by is StatedBy.CATALOGUE and counted is not None:
                computed[one.owner, one.code] = SystemValue(
                    counted.value, None, None, catalogue.snapshot.snapshot_id
                )
    return _write(store, round_.round_id, computed, gaps, snapshots)


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


UnitFigures = Iterator[tuple["Unit", dict[str, SystemFigure], Gap | None]]


def _one_stop(
    snapshot: Snapshot, window: Window, units: UnitRegister, layouts: Sequence[Layout]
) -> UnitFigures:
    with connect() as connection:
        counter = DossierCounter(connection, snapshot.path, window, CountingRules.load().one_stop)
        by_unit = zero_where_absent(counter.counts(names=unit_names(units)))
        seen = counter.known()
        weekly = counter.weeks()
        anywhere = tuple(any(column) for column in zip(*seen.values(), strict=True)) or (False, False)
    valid, whole = units.on(window.last), _Wholeness(window, weekly)
    covered = {unit.code for unit in valid if unit.code in seen or declared(unit, layouts)}
    for unit in valid:
        if unit.code in covered:
            has_level, has_return_channel = seen.get(unit.code, anywhere)
            yield (
                unit,
                one_stop_figures(
                    by_unit[unit.code],
                    unit.tier,
                    has_level=has_level,
                    has_return_channel=has_return_channel,
                    communes=counts_of_communes(unit, valid, covered, by_unit),
                ),
                whole.gap(unit.code, [""]),
            )


def _documents(
    snapshot: Snapshot, window: Window, units: UnitRegister, layouts: Sequence[Layout]
) -> UnitFigures:
    with connect() as connection:
        counter = DocumentCounter(connection, snapshot.path, window, CountingRules.load().doc_management)
        by_unit = zero_where_absent(counter.counts(unit_names(units)))
        senders, receivers, has_signed = counter.known()
        whole = _Wholeness(window, counter.weeks())
    for unit in units.on(window.last):
        sent, received = (
            unit.code in seen
            or declared(unit, [layout for layout in layouts if layout.direction in (way, None)])
            for way, seen in (("di", senders), ("den", receivers))
        )
        yield (
            unit,
            document_figures(by_unit[unit.code], sent=sent, received=received, has_signed=has_signed),
            whole.gap(unit.code, [part for part, covered in (("di", sent), ("den", received)) if covered]),
        )


class _Wholeness:
    """Judges the rows of units in one window."""

    def __init__(self, window: Window, weekly: WeeklyRows) -> None:
        self._rules, self._weekly = WatchRules.load(), weekly
        self._weeks = weeks_of(window, Calendar.load().working_days, self._rules)

    def gap(self, unit: str, parts: Iterable[str]) -> Gap | None:
        """The first gap of the unit in the parts that cover it."""
        found = (gap_of(self._weekly.get((unit, part), {}), self._weeks, self._rules) for part in parts)
        return next((gap for gap in found if gap is not None), None)


def counts_of_communes(
    district: Unit, units: Iterable[Unit], covered: Set[str], by_unit: Mapping[str, Counts]
) -> Counts | None:
    """Counts of a district's communes together; None for another unit and unless every commune is covered."""
    below = [unit.code for unit in units if unit.parent == district.code and unit.tier == Tier.COMMUNE]
    if district.tier != "huyen" or not below or not covered >= set(below):
        return None
    found: defaultdict[str, int] = defaultdict(int)
    for code in below:
        for name, number in by_unit[code].items():
            found[name] += number
    return found


def unit_names(units: UnitRegister) -> dict[str, str]:
    """Names of all units by code, for messages."""
    return {unit.code: unit.name for unit in units.all}


def zero_where_absent(counted: Iterable[UnitCounts]) -> defaultdict[str, Counts]:
    """Counts by unit; a unit without a row has 0 of everything (it is asked for only when it is covered)."""
    by_unit: defaultdict[str, Counts] = defaultdict(lambda: defaultdict(int))
    by_unit.update({one.unit: one.counts for one in counted})
    return by_unit


def declared(unit: Unit, layouts: Iterable[Layout]) -> bool:
    """Whether a layout says that its software serves the unit even when a file has no row of it."""
    return any(unit.tier in layout.covers.tiers or unit.code in layout.covers.units for layout in layouts)


def _write(
    store: Store,
    round_id: str,
    computed: Mapping[tuple[str, str], SystemValue],
    gaps: Mapping[tuple[str, str], Gap],
    snapshots: Collection[Snapshot],
) -> int:
    snapshot_ids = {snapshot.snapshot_id for snapshot in snapshots}
    gap_rows = [
        {
            "round_id": round_id,
            "source": source,
            "unit_code": unit,
            "first_day": gap.first.isoformat(),
            "last_day": gap.last.isoformat(),
            "expected": None if gap.expected is None else f"{gap.expected:.1f}",
        }
        for (source, unit), gap in sorted(gaps.items())
    ]
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
        known = [dict(row) for row in transaction.query("sources.gaps", round_id=round_id)]
        if snapshots and known != gap_rows:
            transaction.execute("sources.drop_gaps", round_id=round_id)
            transaction.execute_many("sources.add_gap", gap_rows)
    return len(changed) + len(gone)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
