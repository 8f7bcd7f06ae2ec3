"""What a check found is kept once, on both engines, and a past day sees what was known on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cchc.clock import at
from cchc.obligations import RoundLedger
from cchc.sources import Rewrite, Snapshot, SnapshotComparison, content_sha256, last_check, record_check
from cchc.store import Store
from cchc.year import Calendar, Window

CUT_OFF = date(2026, 3, 14)
FIRST, SECOND = at(date(2026, 3, 20), 18), at(date(2026, 3, 27), 18)


def comparison(*rewrites: Rewrite) -> SnapshotComparison:
    snapshot = Snapshot("one_stop-x", "one_stop", CUT_OFF, "abc", Path("x"), 1, at(CUT_OFF, 18))
    return SnapshotComparison(
        "one_stop", snapshot, Window(date(2025, 12, 15), CUT_OFF), 1, FIRST, rewrites, {}
    )


def rewrite(key: str, unit: str = "30001", kind: str = "end_changed") -> Rewrite:
    return Rewrite(
        "one_stop",
        key,
        unit,
        unit,
        kind,
        "2026-02-10",
        "2026-02-09",
        "l-1",
        "a.csv",
        FIRST,
        "late",
        "on_time",
    )


def opened(store: Store) -> Store:
    RoundLedger(store).open(Calendar.load().round("2026-Q1"), at(date(2026, 3, 1)), "thu")
    return store


def test_counts_come_back_by_source_unit_and_kind(any_store: Store) -> None:
    found = [
        comparison(
            rewrite("H-1"), rewrite("H-2"), rewrite("H-2", kind="due_changed"), rewrite("H-3", "30002")
        )
    ]
    record_check(opened(any_store), "2026-Q1", found, FIRST, None)
    check = last_check(any_store, "2026-Q1", FIRST)
    assert check is not None
    assert check.cases == {
        ("one_stop", "30001", "end_changed"): 2,
        ("one_stop", "30001", "due_changed"): 1,
        ("one_stop", "30002", "end_changed"): 1,
    }
    assert (check.total, check.units, check.checked_at) == (4, 2, FIRST)
    assert check.content_sha256 == content_sha256(found)


def test_a_past_day_sees_the_check_of_its_time(any_store: Store) -> None:
    opened(any_store)
    record_check(any_store, "2026-Q1", [comparison()], FIRST, None)
    record_check(any_store, "2026-Q1", [comparison(rewrite("H-1"))], SECOND, None)
    totals = [
        check.total
        for moment in (FIRST, at(date(2026, 3, 26)), SECOND)
        if (check := last_check(any_store, "2026-Q1", moment))
    ]
    assert totals == [0, 0, 1]
    assert last_check(any_store, "2026-Q1", at(date(2026, 3, 19))) is None


def test_a_check_of_the_same_moment_replaces_the_other_whole(any_store: Store) -> None:
    opened(any_store)
    record_check(any_store, "2026-Q1", [comparison(rewrite("H-1"), rewrite("H-2", "30002"))], FIRST, None)
    record_check(any_store, "2026-Q1", [comparison(rewrite("H-1"))], FIRST, None)
    check = last_check(any_store, "2026-Q1", FIRST)
    assert check is not None
    assert check.cases == {("one_stop", "30001", "end_changed"): 1}


def test_the_hash_follows_what_was_found_and_nothing_else() -> None:
    same = content_sha256([comparison(rewrite("H-1"))])
    assert content_sha256([comparison(rewrite("H-1"))]) == same
    assert content_sha256([comparison(rewrite("H-2"))]) != same
    assert content_sha256([comparison()]) != same
