"""A frozen cut-off day, what an export said before it, and what a later one says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sources.samples import export, register, row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import SnapshotComparison, compare_with_snapshot, freeze_snapshot, land_file
from cchc.store import Store, upgrade
from cchc.year import Window

CUT_OFF = date(2026, 3, 14)
WINDOW = Window(date(2025, 12, 15), CUT_OFF)
FROZEN, LATER, UNTIL = at(CUT_OFF, 18), at(date(2026, 3, 27), 18), at(date(2026, 6, 1))
DONE = {"Trạng_thái": "Đã xử lý xong", "Ngày_kết_thúc_xử_lý": "10/02/2026", "Ngày_tiếp_nhận": "02/02/2026"}
LATE = DONE | {"Ngày_hẹn_trả": "09/02/2026"}
OPEN = {"Ngày_tiếp_nhận": "02/03/2026", "Ngày_hẹn_trả": "10/03/2026"}


def land(
    store: Store,
    instance: Instance,
    received: datetime,
    *rows: dict[str, str],
    name: str = "",
    header: tuple[str, ...] | None = None,
) -> None:
    path = instance.export_drop / f"{name or received.date()}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows, header=header, delimiter=",") if header else export(rows))
    land_file(store, instance, path, register(), received)


def compare(
    store: Store, instance: Instance, until: datetime = UNTIL, source: str = "one_stop"
) -> SnapshotComparison:
    found = compare_with_snapshot(store, instance, source, WINDOW, until)
    assert found is not None
    return found


def told(
    store: Store, instance: Instance, before: dict[str, str] | None, after: dict[str, str]
) -> list[tuple[str, str | None, str | None, str, str]]:
    """(kind, old, new, class before, class after) of one dossier that was frozen as `before`."""
    frozen = [row("H01-1", **before)] if before is not None else []
    land(store, instance, FROZEN, row("H01-0"), *frozen)
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    # A second row: an export in which nobody has a due date would say that it has no such column.
    land(store, instance, LATER, row("H01-1", **after), row("H01-2", Ngày_tiếp_nhận="20/03/2026"))
    return [
        (one.kind, one.old, one.new, one.before, one.after)
        for one in compare(store, instance).rewrites
        if one.key == "H01-1"
    ]


@contextmanager
def fresh() -> Iterator[tuple[Store, Instance]]:
    with TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        store = upgrade(Store(instance.store_url))
        try:
            yield store, instance
        finally:
            store.close()


STATUSES = ("Được tiếp nhận", "Đang xử lý", "Yêu cầu bổ sung", "Dừng xử lý")
