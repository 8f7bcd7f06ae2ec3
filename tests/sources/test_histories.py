"""Every landing of one dossier, in the order of receipt; the last one stands."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.cut_off import (
    CUT_OFF,
    FROZEN,
    STATUSES,
    UNTIL,
    fresh,
    land,
)
from tests.sources.samples import row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import freeze_snapshot, history
from cchc.store import Store


def test_a_history_shows_every_landing_and_the_last_one_stands(store: Store, instance: Instance) -> None:
    for day, status in ((6, "Được tiếp nhận"), (13, "Đang xử lý"), (20, "Dừng xử lý")):
        land(store, instance, at(date(2026, 3, day)), row("H01-1", Trạng_thái=status), row("H01-2"))
    told = history(store, instance, "one_stop", " h01-1 ", UNTIL)
    assert [(landing["file_name"], cells["status"]) for landing, cells in told] == [
        ("2026-03-06.csv", 2),
        ("2026-03-13.csv", 4),
        ("2026-03-20.csv", 8),
    ]
    assert len(history(store, instance, "one_stop", "H01-1", at(date(2026, 3, 14)))) == 2
    assert history(store, instance, "one_stop", "H01-9", UNTIL) == []


# (day of receipt, letter of the file's name, dossier, status): several files of one day, in any order.
TOLD = st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 2), st.sampled_from(STATUSES))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TOLD, min_size=1, max_size=8, unique_by=lambda one: one[:3]), st.randoms())
def test_latest_receipt_wins_then_the_file_name_whatever_the_order_of_landing(
    rows: list[tuple[int, str, int, str]], chance: object
) -> None:
    files: dict[tuple[int, str], dict[int, str]] = {}
    for day, letter, number, status in rows:
        files.setdefault((day, letter), {})[number] = status
    expected: dict[int, list[str]] = {}
    for key in sorted(files):
        for number, status in files[key].items():
            expected.setdefault(number, []).append(status)
    order = list(files)
    chance.shuffle(order)  # type: ignore[attr-defined]  # hypothesis' Random has no exported type
    with fresh() as (store, instance):
        for day, letter in order:
            # The hour tells equal files of different names apart: a file's content is its identity.
            cells = [
                row(f"H01-{number}", Trạng_thái=status, Chủ_hồ_sơ=f"{day}{letter}")
                for number, status in files[day, letter].items()
            ]
            land(store, instance, FROZEN - timedelta(days=day), *cells, name=letter)
        words = {2: STATUSES[0], 4: STATUSES[1], 5: STATUSES[2], 8: STATUSES[3]}
        by_receipt: dict[int, list[str]] = {}
        for key in sorted(files, key=lambda one: (-one[0], one[1])):
            for number, status in files[key].items():
                by_receipt.setdefault(number, []).append(status)
        for number, statuses in by_receipt.items():
            told = history(store, instance, "one_stop", f"H01-{number}", FROZEN)
            assert [words[cells["status"]] for _, cells in told] == statuses
        snapshot = freeze_snapshot(store, instance, "one_stop", CUT_OFF, FROZEN)
        assert snapshot is not None
        assert snapshot.row_count == len(by_receipt)
        import duckdb

        standing = duckdb.execute(
            "SELECT dossier_code, status FROM read_parquet(?)", [str(snapshot.path)]
        ).fetchall()
        assert {code: words[status] for code, status in standing} == {
            f"H01-{number}": statuses[-1] for number, statuses in by_receipt.items()
        }
