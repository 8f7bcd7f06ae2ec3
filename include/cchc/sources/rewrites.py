"""What exports after a cut-off day change in what was final on that day, and what one dossier was told to be."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.clock import TZ, from_text, to_text
from cchc.files import scratch
from cchc.folding import cell_text, folded
from cchc.paths import Instance
from cchc.sources.columns import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.counting import counts_by_unit
from cchc.sources.duck import connect, mappings, run
from cchc.sources.layouts import load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.snapshots import Snapshot, find_snapshot
from cchc.store import Row, Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.year import Window

# Kinds of change by source, in the order of reports. All but the last two or three contradict a final fact;
# `last_day` and `was_refused` are named apart because they have an innocent explanation.
KINDS: dict[str, tuple[str, ...]] = {
    ONE_STOP: (
        "end_changed", "end_removed", "end_backdated", "reopened", "status_changed", "due_changed",
        "received_changed", "channel_changed", "unit_changed", "field_changed", "level_changed",
        "returned_changed", "gone", "appeared", "was_refused", "last_day",
    ),
    DOC_MANAGEMENT: ("medium_changed", "signed_changed", "day_changed", "gone", "appeared", "last_day"),
}  # fmt: skip
# Counts whose change is shown, by source; the rest of the counts follows from them.
EFFECTS: dict[str, tuple[str, ...]] = {
    ONE_STOP: (
        "total", "received", "resolved", "early", "on_time", "late", "still_open", "in_term", "overdue",
    ),
    DOC_MANAGEMENT: (
        "sent", "sent_paper", "sent_electronic", "sent_both", "signed",
        "received", "received_paper", "received_electronic", "received_both",
    ),
}  # fmt: skip
_CLASSES: dict[str, tuple[str, ...]] = {
    ONE_STOP: (
        "early", "on_time", "late", "resolved_without_due", "in_term", "overdue", "open_without_due",
    ),
    DOC_MANAGEMENT: (
        "sent_paper", "sent_electronic", "sent_both",
        "received_paper", "received_electronic", "received_both",
    ),
}  # fmt: skip
NOT_COUNTED, UNKNOWN = "not_counted", "unknown"
_BATCH = 20_000


@dataclass(frozen=True)
class Rewrite:
    """One contradiction. `key`: dossier code or document key; `unit`: whose frozen figure it touches.

    `old`, `new`: codes and ISO days of the typed tables, None for nothing. `landing_id`: the first later
    export that tells the value that stands now. `before`, `after`: the class of the dossier (document) in the
    round's window, `not_counted` when it is in none, `unknown` when it was or is not told of at all.
    """

    source: str
    key: str
    unit: str
    new_unit: str | None
    kind: str
    old: str | None
    new: str | None
    landing_id: str
    file_name: str
    received_at: datetime
    before: str
    after: str


@dataclass(frozen=True)
class SnapshotComparison:
    """The frozen state of one source set against later exports.

    `landings`: how many later exports were compared, `through`: receipt of the newest. `shift`: by how much each
    count of `EFFECTS` differs now (units touched only).
    """

    source: str
    snapshot: Snapshot
    window: Window
    landings: int
    through: datetime | None
    rewrites: tuple[Rewrite, ...]
    shift: Mapping[str, Mapping[str, int]]

    @cached_property
    def frozen(self) -> Mapping[str, Mapping[str, int]]:
        """The round's counts by unit as frozen; most comparisons find nothing new and never ask."""
        with connect() as connection:
            return dict(counts_by_unit(connection, self.source, self.snapshot.path, self.window))

    def cases(self) -> dict[tuple[str, str], int]:
        """(unit, kind) -> number of changes."""
        counted: defaultdict[tuple[str, str], int] = defaultdict(int)
        for one in self.rewrites:
            counted[one.unit, one.kind] += 1
        return dict(counted)


def compare_with_snapshot(
    store: Store, instance: Instance, source: str, window: Window, until: datetime
) -> SnapshotComparison | None:
    """Compare the snapshot of the window's last day with the exports received by `until`; None without one.

    The latest export of a dossier wins, ties by receipt then file name. Progress after the cut-off day is no
    change: the restated dossier is the one that the exports tell now, seen on that day. A dossier counts as gone
    only by an export whose layout is declared a whole list (`whole_list`), within the first and last day of
    receipt in that file, for units that have a row in it, and when no refused row of it may be the dossier.
    """
    snapshot = find_snapshot(store, instance, source, window.last)
    if snapshot is None or snapshot.frozen_at > until:
        return None
    landings = store.query("sources.landings_known", source=source, at=to_text(until))
    with connect() as connection:
        later = _later(connection, snapshot, landings)
        if not later:
            return SnapshotComparison(source, snapshot, window, 0, None, (), {})
        _find(connection, instance, source, snapshot, landings, later, window)
        classes, shift = _effects(connection, source, window, instance)
        rewrites = tuple(_rewrites(connection, source, instance, later, classes, landings))
    through = from_text(later[-1]["received_at"])
    return SnapshotComparison(source, snapshot, window, len(later), through, rewrites, shift)


def history(
    store: Store, instance: Instance, source: str, key: str, until: datetime
) -> list[tuple[Row, dict[str, Any]]]:
    """The rows of one dossier (document) in all landings known by `until`, oldest first, each with its landing.

    The last one stands. `key` is a dossier code (any case) or a document's key; empty when nobody told of it.
    """
    landings = store.query("sources.landings_known", source=source, at=to_text(until))
    if not landings:
        return []
    by_id = {row["landing_id"]: row for row in landings}
    with connect() as connection:
        _register(connection, instance, landings)
        rows = mappings(
            run(
                connection,
                f"{source}/rewrites.history",
                paths=_paths(instance, landings),
                key=folded(cell_text(key)).upper() if source == ONE_STOP else key.strip(),
            )
        )
    return [(by_id[row.pop("landing_id")], row) for row in rows]


# -- the steps of a comparison -----------------------------------------------------------------------


def _later(connection: Any, snapshot: Snapshot, landings: Sequence[Row]) -> list[Row]:
    """Landings that the snapshot does not rest on: received later, or brought in belatedly with an old receipt."""
    used = {row[0] for row in run(connection, "exports/macros.used", path=str(snapshot.path)).fetchall()}
    frozen_at = to_text(snapshot.frozen_at)
    return [row for row in landings if row["received_at"] > frozen_at or row["landing_id"] not in used]


def _register(connection: Any, instance: Instance, landings: Sequence[Row]) -> None:
    run(
        connection,
        "exports/macros.landings",
        paths=_paths(instance, landings),
        landing_ids=[row["landing_id"] for row in landings],
        places=list(range(len(landings))),
    )


def _paths(instance: Instance, landings: Iterable[Row]) -> list[str]:
    return [str(instance.data / row["parquet_path"]) for row in landings]


def _find(
    connection: Any,
    instance: Instance,
    source: str,
    snapshot: Snapshot,
    landings: Sequence[Row],
    later: Sequence[Row],
    window: Window,
) -> None:
    """Fill the table `found` of the source's SQL."""
    _register(connection, instance, landings)
    paths = _paths(instance, later)
    after = {row["landing_id"] for row in later}
    known = [from_text(row["received_at"]) for row in landings if row["landing_id"] not in after]
    exported_on = max(known, default=snapshot.frozen_at).astimezone(TZ).date()
    name = f"{source}/rewrites"
    unsure = _refused(connection, instance, snapshot, landings)
    whole = {layout.layout for layout in load_layouts() if layout.whole_list}
    lists = [
        row
        for row in later
        if row["layout"] in whole and not row["is_mended"] and row["landing_id"] not in unsure
    ]
    run(connection, f"{name}.newest", paths=paths)
    # DuckDB reads no empty list of files.
    run(connection, f"{name}.lists", paths=_paths(instance, lists) or paths[:1], some=bool(lists))
    counting = CountingRules.load()
    rules, only_one_stop = counting.one_stop, source == ONE_STOP
    _, last = (rules if only_one_stop else counting.doc_management).window.days(window)
    run(
        connection,
        f"{name}.gone",
        snapshot=str(snapshot.path),
        last=last,
        **({"not_counted": list(rules.not_counted)} if only_one_stop else {}),
    )
    sets = {
        "finished": list(rules.finished),
        "not_counted": list(rules.not_counted),
        "always_in_term": list(rules.always_in_term),
        "by_hour": rules.late_by == "hour",
    }
    run(
        connection,
        f"{name}.found",
        paths=paths,
        snapshot=str(snapshot.path),
        last=last,
        exported_on=exported_on,
        **(sets if only_one_stop else {}),
    )


def _refused(connection: Any, instance: Instance, snapshot: Snapshot, landings: Sequence[Row]) -> set[str]:
    """Fill the table `refused` with the cells of quarantined rows; returns the landings with rows without cells."""
    no_end, frozen_at = t("sources.reason.no_end"), to_text(snapshot.frozen_at)
    cells, places, removed, before, unsure = [], [], [], [], set()
    for place, landing in enumerate(landings):
        if landing["quarantine_path"] is None:
            continue
        for reasons, kept in _quarantined(instance.data / landing["quarantine_path"]):
            if not any(kept):
                unsure.add(landing["landing_id"])
            for cell in {folded(cell_text(one)).upper() for one in kept} - {""}:
                cells.append(cell)
                places.append(place)
                removed.append(no_end in reasons)
                before.append(landing["received_at"] <= frozen_at)
    run(
        connection, "exports/macros.refused", cells=cells, places=places, no_end=removed, before_freeze=before
    )
    return unsure


def _quarantined(path: Path) -> Iterator[tuple[str, list[str]]]:
    """(reasons, kept cells) of each row of a quarantine file."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(handle)
        next(rows, None)
        for _, reasons, *kept in rows:
            yield reasons, kept


def _effects(
    connection: Any, source: str, window: Window, instance: Instance
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, int]]]:
    """Classes by side and key, and the shift of each unit's counts, by the counting SQL of the form itself."""
    touched = run(connection, f"{source}/rewrites.touched").fetchall()
    if not touched:
        return {"before": {}, "after": {}}, {}
    shift: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(EFFECTS[source], 0))
    classes: dict[str, dict[str, str]] = {}
    with scratch(instance.data) as folder:
        for place, (side, sign) in enumerate((("before", -1), ("after", 1)), start=1):
            path = folder / f"{side}.parquet"
            run(connection, f"{source}/rewrites.side", side=side, path=str(path))
            units = {row[0]: row[place] for row in touched if row[place] is not None}
            classes[side] = told = dict.fromkeys(units, NOT_COUNTED)
            for key, counts in counts_by_unit(connection, source, path, window):
                told[key] = next((name for name in _CLASSES[source] if counts[name]), NOT_COUNTED)
                for name in EFFECTS[source]:
                    shift[units[key]][name] += sign * counts[name]
    return classes, dict(shift)


def _rewrites(
    connection: Any,
    source: str,
    instance: Instance,
    later: Sequence[Row],
    classes: Mapping[str, Mapping[str, str]],
    landings: Sequence[Row],
) -> Iterator[Rewrite]:
    by_id = {row["landing_id"]: row for row in landings}
    finished = {"finished": list(CountingRules.load().one_stop.finished)} if source == ONE_STOP else {}
    cursor = run(connection, f"{source}/rewrites.changes", paths=_paths(instance, later), **finished)
    while rows := cursor.fetchmany(_BATCH):
        for key, unit, new_unit, kind, old, new, landing_id in rows:
            landing = by_id[landing_id]
            yield Rewrite(
                source, key, unit, new_unit, kind, old, new, landing_id, landing["file_name"],
                from_text(landing["received_at"]),
                classes["before"].get(key, UNKNOWN), classes["after"].get(key, UNKNOWN),
            )  # fmt: skip
