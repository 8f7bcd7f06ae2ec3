"""Which export a contradiction is told from, whose counts shift, and what is no contradiction any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.sources.cut_off import (
    CUT_OFF,
    FROZEN,
    LATE,
    LATER,
    OPEN,
    UNTIL,
    WINDOW,
    compare,
    land,
    told,
)
from tests.sources.samples import export, register, row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import compare_with_snapshot, freeze_snapshot, land_file
from cchc.store import Store


def test_an_export_without_a_column_says_nothing_of_it(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE, Ngày_trả="11/02/2026"))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    slim = row("H01-1", **LATE)
    path = instance.export_drop / "gon.csv"
    path.write_bytes(
        export([slim], header=tuple(name for name in slim if name not in ("Ngày trả", "Mức độ DVC")))
    )
    land_file(store, instance, path, register(), LATER)
    assert compare(store, instance).rewrites == ()


def test_the_first_export_with_the_standing_value_is_named(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    mended = LATE | {"Ngày_kết_thúc_xử_lý": "09/02/2026"}
    land(store, instance, at(date(2026, 3, 20)), row("H01-1", **LATE, Hình_thức_trả="Trực tiếp"))
    land(store, instance, at(date(2026, 3, 27)), row("H01-1", **mended))
    land(store, instance, at(date(2026, 4, 3)), row("H01-1", **mended, Hình_thức_trả="Trực tiếp"))
    (only,) = compare(store, instance).rewrites
    assert (only.file_name, only.received_at) == ("2026-03-27.csv", at(date(2026, 3, 27)))


def test_a_value_that_was_put_back_is_no_contradiction_any_more(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1", **LATE))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    mended = LATE | {"Ngày_kết_thúc_xử_lý": "09/02/2026"}
    land(store, instance, at(date(2026, 3, 20)), row("H01-1", **mended))
    land(store, instance, at(date(2026, 3, 27)), row("H01-1", **LATE, Hình_thức_trả="Trực tiếp"))
    assert len(compare(store, instance, at(date(2026, 3, 21))).rewrites) == 1
    assert compare(store, instance).rewrites == ()


def test_an_export_brought_in_belatedly_with_an_old_receipt_is_compared_too(
    store: Store, instance: Instance
) -> None:
    land(store, instance, at(date(2026, 3, 6)), row("H01-1", **OPEN))
    freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
    land(
        store,
        instance,
        at(date(2026, 3, 13)),
        row("H01-1", **OPEN, Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="05/03/2026"),
    )
    assert [one.kind for one in compare(store, instance).rewrites] == ["end_backdated"]


def test_the_shift_of_a_unit_s_counts_is_told_for_both_units(store: Store, instance: Instance) -> None:
    moved = LATE | {
        "Mã_đơn_vị": "30002",
        "Đơn_vị_xử_lý": "UBND xã Thử Hòa",
        "Ngày_kết_thúc_xử_lý": "09/02/2026",
    }
    told(store, instance, LATE, moved)
    found = compare(store, instance)
    assert {unit: shift["late"] for unit, shift in found.shift.items()} == {"30001": -1, "30002": 0}
    assert {unit: shift["on_time"] for unit, shift in found.shift.items()} == {"30001": 0, "30002": 1}
    assert found.frozen["30001"]["late"] == 1
    assert found.cases() == {("30001", "end_changed"): 1, ("30001", "unit_changed"): 1}


def test_a_day_that_the_rules_leave_out_of_the_window_was_never_counted(
    store: Store, instance: Instance, change_config: Callable[[str, str, str], None]
) -> None:
    on_the_last_day = {"Ngày_tiếp_nhận": "14/03/2026", "Ngày_hẹn_trả": "30/03/2026"}
    assert [kind for kind, *_ in told(store, instance, None, on_the_last_day)] == ["last_day"]
    change_config("sources/counting.yaml", "last_day: included", "last_day: excluded")
    assert compare(store, instance).rewrites == ()


def test_without_a_snapshot_there_is_nothing_to_compare(store: Store, instance: Instance) -> None:
    land(store, instance, FROZEN, row("H01-1"))
    assert compare_with_snapshot(store, instance, "one_stop", WINDOW, UNTIL) is None
