"""Which submission counts: one answer, the fold's, in rows that are written with the events or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from sqlalchemy import event as sqlalchemy_event
from tests.obligations.book import FIXED, MOMENTS, Book, attempts, known
from tests.obligations.cases import (
    OPENING,
    OWED,
    accept,
    day,
    event,
    give_back,
    reject,
    submit,
    waive,
)

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, Ledger, Obligation, RoundLedger, lock_in
from cchc.store import Store, fingerprint
from cchc.year import Calendar

NOTHING = event("nothing_to_report", 3)
LOCK, UNLOCK = event("locked", 6), event("unlocked", 7)
OPEN_AGAIN = event("opened", 6, reason="lập lại đơn vị", key="mo-lai")
AS_FOUND = (
    event("submitted", 1, learned=6, file="a", key="nguyen-trang"),
    accept(6, key="nhan-nguyen-trang"),
)


def counting(store: Store, obligation_id: str, moment: object) -> list[str]:
    """What the rows say about a moment, as every query asks them."""
    with store.read() as tx:
        return list(
            tx.connection.exec_driver_sql(
                "SELECT submission_id FROM counted_submissions WHERE obligation_id = '" + obligation_id + "' "
                f"AND counted_from <= '{moment}' AND (counted_until IS NULL OR counted_until > '{moment}')"
            ).scalars()
        )


@pytest.fixture
def ledger(any_store: Store) -> Ledger:
    RoundLedger(any_store).open(Calendar.load().round("2026-Q1"), OPENING, "thu")
    made = Ledger(any_store)
    made.open([OWED], OPENING, "thu")
    return made


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([], [], id="nothing came"),
        pytest.param([submit(1)], [], id="waits for its verdict"),
        pytest.param([submit(1), reject(1)], [], id="refused"),
        pytest.param([submit(1), accept(2)], [("a", 2, None)], id="accepted"),
        pytest.param(
            [submit(1), accept(2), submit(3, "b"), accept(4, "b")],
            [("a", 2, 4), ("b", 4, None)],
            id="replaced",
        ),
        pytest.param([submit(1), accept(2), submit(3, "b")], [("a", 2, None)], id="a newer one waits"),
        pytest.param(
            [submit(1), accept(2), submit(3, "b"), reject(4, "b")],
            [("a", 2, None)],
            id="a newer one is refused",
        ),
        pytest.param([submit(1), accept(2), give_back(4, 9)], [("a", 2, 4)], id="returned"),
        pytest.param(
            [submit(1), accept(2), submit(3, "b"), give_back(4, 9)],
            [("a", 2, 4)],
            id="a newer one is returned",
        ),
        pytest.param(
            [submit(1), accept(2), give_back(4, 9), submit(5, "b"), accept(5, "b")],
            [("a", 2, 4), ("b", 5, None)],
            id="returned and corrected",
        ),
        pytest.param([submit(1), accept(2), give_back(2, 9)], [], id="accepted and returned at one moment"),
        pytest.param([NOTHING], [], id="nothing to report"),
        pytest.param(
            [NOTHING, submit(4), accept(5)], [("a", 5, None)], id="nothing to report, then a report"
        ),
        pytest.param(
            [submit(1), accept(2), give_back(3, 9), event("nothing_to_report", 4)],
            [("a", 2, 3)],
            id="returned, then nothing to report",
        ),
        pytest.param(
            [submit(1), accept(2), LOCK, submit(8, "b")], [("a", 2, None)], id="late after the lock"
        ),
        pytest.param(
            [submit(1), accept(2), LOCK, UNLOCK, submit(8, "b"), accept(8, "b")],
            [("a", 2, 8), ("b", 8, None)],
            id="opened after the lock and corrected",
        ),
        # The view said otherwise in each of these.
        pytest.param([submit(1), accept(2), waive(4)], [("a", 2, 4)], id="waived"),
        pytest.param(
            [submit(1), accept(2), waive(4), OPEN_AGAIN],
            [("a", 2, 4), ("a", 6, None)],
            id="waived for a while",
        ),
        pytest.param(
            [submit(1), accept(2), give_back(4, 9), submit(3, "b", learned=5), accept(5, "b")],
            [("a", 2, 4), ("b", 5, None)],
            id="sent before the return, read after it",
        ),
        pytest.param(
            [submit(3, "b"), accept(3, "b"), submit(2, "a", learned=4), accept(4)],
            [("b", 3, None)],
            id="an older file is read and accepted after a newer one",
        ),
        pytest.param(
            [submit(3, "b"), accept(3, "b"), submit(2, "a", learned=4), accept(4, reason="đơn vị xin dùng")],
            [("b", 3, 4), ("a", 4, None)],
            id="a person takes the older file",
        ),
        pytest.param(
            [submit(1), accept(2), give_back(4, 9), *AS_FOUND],
            [("a", 2, 4), ("a", 6, None)],
            id="returned and then taken as it was",
        ),
        pytest.param(
            [submit(1), event("accepted", 2)], [("a", 2, None)], id="a verdict that names no version"
        ),
    ],
)
def test_what_counts_when(
    ledger: Ledger, any_store: Store, told: list[Event], expected: list[tuple[str, float, float | None]]
) -> None:
    for one in told:
        assert ledger.record(one)
    assert spans(any_store) == [
        (file, to_text(day(first)), None if last is None else to_text(day(last)))
        for file, first, last in expected
    ]
    assert ledger.wrongly_counted("2026-Q1") == []


def spans(store: Store) -> list[tuple[str, str, str | None]]:
    rows = store.query("obligations.counted_of_round", round_id="2026-Q1")
    return [(row["submission_id"], row["counted_from"], row["counted_until"]) for row in rows]


def test_a_fact_recorded_for_an_earlier_moment_changes_what_counted_then(
    ledger: Ledger, any_store: Store
) -> None:
    ledger.record_many([submit(5, "b"), accept(5, "b")])
    ledger.record_many([submit(2), accept(3)])
    assert spans(any_store) == [
        ("a", to_text(day(3)), to_text(day(5))),
        ("b", to_text(day(5)), None),
    ]


def test_events_that_are_refused_leave_neither_events_nor_rows(ledger: Ledger, any_store: Store) -> None:
    ledger.record_many([submit(1), accept(2)])
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused):
        ledger.record_many([submit(3, "b"), accept(3, "b"), accept(4, "b")])
    assert fingerprint(any_store) == before
    assert spans(any_store) == [("a", to_text(day(2)), None)]


def test_rows_that_cannot_be_written_leave_no_events(ledger: Ledger, any_store: Store) -> None:
    before = fingerprint(any_store)

    def power_cut(*arguments: object) -> None:
        if "INSERT INTO counted_submissions" in str(arguments[2]):
            raise OSError("mất điện")

    sqlalchemy_event.listen(any_store.engine, "before_cursor_execute", power_cut)
    with pytest.raises(OSError, match="mất điện"):
        ledger.record_many([submit(1), accept(2)])
    sqlalchemy_event.remove(any_store.engine, "before_cursor_execute", power_cut)
    assert fingerprint(any_store) == before
    assert ledger.record_many([submit(1), accept(2)]) == 2


def test_locking_a_round_changes_nothing_that_counts(ledger: Ledger, any_store: Store) -> None:
    ledger.record_many([submit(1), accept(2)])
    with any_store.write() as tx:
        assert lock_in(tx, [OWED.obligation_id], day(9), "thu", "phát hành", "1") == 1
    assert spans(any_store) == [("a", to_text(day(2)), None)]


def test_rows_that_somebody_changed_are_found(ledger: Ledger, any_store: Store) -> None:
    ledger.record_many([submit(1), accept(2)])
    for change in (
        "UPDATE counted_submissions SET submission_id = 'x'",
        "DELETE FROM counted_submissions",
    ):
        with any_store.write() as tx:
            tx.connection.exec_driver_sql(change)
        assert ledger.wrongly_counted("2026-Q1") == [OWED.obligation_id]
    assert ledger.wrongly_counted("2026-Q3") == []


def test_what_changes_nothing_that_counts_writes_no_row(ledger: Ledger, any_store: Store) -> None:
    ledger.record_many([submit(1), accept(2)])
    statements: list[str] = []
    sqlalchemy_event.listen(
        any_store.engine, "before_cursor_execute", lambda *arguments: statements.append(str(arguments[2]))
    )
    ledger.record_many([event("phoned", 3), submit(4, "b"), reject(4, "b")])
    assert [one for one in statements if "counted_submissions" in one] == []


def test_rows_written_one_by_one_are_the_fold_of_the_whole_history_at_every_moment(any_store: Store) -> None:
    book = Book(any_store)

    @FIXED
    @given(attempts(backwards=True))
    def check(tried: list[Event]) -> None:
        one = book.open()
        taken = book.try_all(one, tried)
        learned = {(told.recorded_at - OPENING) // timedelta(hours=1) for told in taken}
        for hours in {*MOMENTS, *learned}:
            assert counting(
                any_store, one.obligation_id, to_text(OPENING + timedelta(hours=hours))
            ) == expected(one, taken, hours)
        assert book.ledger.wrongly_counted(OWED.round_id) == []

    check()


def test_rows_written_at_once_are_those_written_one_by_one(store: Store) -> None:
    book = Book(store)

    @settings(FIXED, max_examples=40)
    @given(attempts(backwards=True))
    def check(tried: list[Event]) -> None:
        one, other = book.open(), book.open()
        taken = book.try_all(one, tried)
        book.ledger.record_many(
            replace(told, obligation_id=other.obligation_id, key=f"{other.obligation_id}:{told.key}")
            for told in taken
        )
        rows = store.query("obligations.counted_of_round", round_id=OWED.round_id)
        by_one, at_once = (
            [tuple(row.values())[1:] for row in rows if row["obligation_id"] == each.obligation_id]
            for each in (one, other)
        )
        assert by_one == at_once

    check()


def expected(one: Obligation, taken: list[Event], hours: int) -> list[str]:
    state = known(one, taken, hours)
    counts = state.standing == "accepted" and state.status != "waived" and state.accepted_submission_id
    return [counts] if counts else []
