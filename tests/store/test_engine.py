"""Transactions: all or nothing, readers see one moment, writers wait for each other instead of failing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cchc.store import Store

ROUND = {
    "year": 2026,
    "kind": "Q1",
    "title": "Quý I",
    "opens_at": "2026-03-02T08:00:00+07:00",
    "window_first": None,
    "window_last": None,
    "unit_due_at": "2026-03-17T17:00:00+07:00",
    "province_due_on": "2026-03-20",
    "closes_at": "2026-03-19T08:00:00+07:00",
}


EVENT = {
    "round_id": "2026-Q1",
    "seq": 1,
    "kind": "drafted",
    "happened_at": "",
    "recorded_at": "",
    "actor": "",
    "reason": None,
    "detail": "{}",
    "event_key": "k",
}


def add_round(store: Store, round_id: str) -> None:
    with store.write() as tx:
        tx.execute("obligations.rounds_add", round_id=round_id, **ROUND)


def round_ids(store: Store) -> list[str]:
    return [row["round_id"] for row in store.query("obligations.rounds_selected", year=None)]


def test_what_a_transaction_wrote_is_there_afterwards(any_store: Store) -> None:
    add_round(any_store, "2026-Q1")
    assert round_ids(any_store) == ["2026-Q1"]
    assert any_store.one("obligations.rounds_one", round_id="2026-Q1") == {"round_id": "2026-Q1", **ROUND}
    assert any_store.one("obligations.rounds_one", round_id="2026-Q3") is None


def test_an_error_undoes_everything_and_comes_out_as_it_was(any_store: Store) -> None:
    class StoppedError(Exception):
        pass

    def stop_in_the_middle() -> None:
        with any_store.write() as tx:
            assert tx.execute("obligations.rounds_add", round_id="2026-Q1", **ROUND) == 1
            raise StoppedError

    with pytest.raises(StoppedError):
        stop_in_the_middle()
    assert round_ids(any_store) == []
    add_round(any_store, "2026-Q3")
    assert round_ids(any_store) == ["2026-Q3"]


def test_an_error_of_the_database_undoes_everything(any_store: Store) -> None:
    def write_nonsense() -> None:
        with any_store.write() as tx:
            tx.execute("obligations.rounds_add", round_id="2026-Q1", **ROUND)
            tx.execute("obligations.rounds_add_event", **EVENT | {"round_id": "2026-Q1", "kind": None})

    with pytest.raises(DBAPIError):
        write_nonsense()
    assert round_ids(any_store) == []


def test_an_event_of_nothing_is_refused_by_the_store_itself(any_store: Store) -> None:
    with pytest.raises(DBAPIError), any_store.write() as tx:
        tx.execute("obligations.rounds_add_event", **EVENT | {"round_id": "khong-co"})


def test_a_reader_cannot_write(any_store: Store) -> None:
    with pytest.raises(DBAPIError), any_store.read() as tx:
        tx.execute("obligations.rounds_add", round_id="2026-Q1", **ROUND)
    assert round_ids(any_store) == []
    # The connection goes back to the pool as it was.
    for _ in range(10):
        add_round(any_store, "2026-Q1")


def test_a_reader_sees_one_moment_and_does_not_stop_a_writer(any_store: Store) -> None:
    add_round(any_store, "2026-Q1")
    with any_store.read() as tx:
        assert len(tx.query("obligations.rounds_selected", year=None)) == 1
        add_round(any_store, "2026-Q3")
        assert len(tx.query("obligations.rounds_selected", year=None)) == 1
    assert len(round_ids(any_store)) == 2


def test_many_rows_at_once_or_none_at_all(any_store: Store) -> None:
    with any_store.write() as tx:
        tx.execute_many("obligations.rounds_add", [])
        tx.execute_many("obligations.rounds_add", [{"round_id": f"2026-{n}", **ROUND} for n in range(5)])
    assert len(round_ids(any_store)) == 5


def test_read_then_write_never_fails_and_loses_nothing_when_all_write_at_once(
    new_store: Callable[[str], Store],
) -> None:
    # A plain BEGIN would fail here with 'database is locked': the lock is wanted after something was read.
    store = new_store("sqlite")
    add_round(store, "2026-Q1")
    faults: list[BaseException] = []

    def count_up(writer: int) -> None:
        own = Store(store.url)
        try:
            for number in range(15):
                with own.write() as tx:
                    seq = len(tx.query("obligations.events", round_id="2026-Q1")) + 1
                    key = f"{writer}-{number}"
                    tx.execute("obligations.rounds_add_event", **EVENT | {"seq": seq, "event_key": key})
        except BaseException as error:
            faults.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=count_up, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [row["seq"] for row in store.query("obligations.events", round_id="2026-Q1")] == list(range(1, 91))


def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a' / 'b' / 'so-cai.db'}")
    with store.read():
        assert (tmp_path / "a" / "b" / "so-cai.db").exists()
    store.close()


def test_what_was_to_be_written_stands_in_no_message_of_an_error(any_store: Store) -> None:
    """Messages of errors go to logs and to failure mails; values are people's names, addresses and answers."""
    add_round(any_store, "nguyen.van.a")
    for statement in (
        "INSERT INTO nowhere VALUES (:value)",  # the values of the statement
        "INSERT INTO rounds (round_id) VALUES (:value)",  # the row that was refused, as PostgreSQL tells it
        "INSERT INTO rounds SELECT * FROM rounds WHERE round_id = :value",
    ):
        with pytest.raises(DBAPIError) as caught, any_store.write() as tx:
            tx.connection.execute(text(statement), {"value": "nguyen.van.a"})
        assert "nguyen.van.a" not in f"{caught.value}{caught.value!r}{caught.value.orig}"
        assert str(caught.value.orig), "what was wrong is still told"
