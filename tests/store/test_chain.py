"""Every record gets its link, in the order of commits, whoever writes, on both engines."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.store.filled import fill

from cchc.store import Store, upgrade
from cchc.store.chain import BY_TABLE, NOTHING, SEALED, START, contents, link_of, touch_of
from cchc.store.statements import statement, statement_names

SEEN = dict.fromkeys(("mark", "came_after", "first_seen_at", "modified", "unchanged_since"), "x")


def links(store: Store) -> list[dict[str, object]]:
    return [dict(row) for row in store.query("chain.links")]


def is_whole(store: Store) -> bool:
    """The chain by itself, and against every record of the store."""
    before, last = START, dict[tuple[str, str], str]()
    for place, one in enumerate(links(store), start=1):
        before = link_of(before, place, str(one["name"]), str(one["record"]), str(one["content"]))
        assert (one["place"], one["link"]) == (place, before)
        last[str(one["name"]), str(one["record"])] = str(one["content"])
    head = store.one("chain.head")
    assert head is not None
    assert head["link"] == before
    with store.read() as tx:
        found = {
            (sealed.name, record): content
            for sealed in SEALED
            for record, content in contents(tx.connection, sealed, None).items()
        }
    return found == {one: content for one, content in last.items() if content != NOTHING}


def sight(store: Store, place: str, size: str = "1") -> None:
    with store.write() as tx:
        tx.execute("submissions.put_sighting", place=place, size=size, **SEEN)


def test_a_record_is_linked_when_it_is_written_changed_and_removed(any_store: Store) -> None:
    sight(any_store, "a")
    sight(any_store, "a")
    sight(any_store, "a", size="2")
    with any_store.write() as tx:
        tx.execute("submissions.drop_sighting", place="a")
    found = [one["content"] for one in links(any_store)]
    assert len(found) == len(set(found)) == 3, "the second sighting changed nothing"
    assert found[-1] == NOTHING
    assert is_whole(any_store)


def test_a_transaction_that_is_given_up_leaves_no_link(any_store: Store) -> None:
    def give_up() -> None:
        with any_store.write() as tx:
            tx.execute("submissions.put_sighting", place="a", size="1", **SEEN)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        give_up()
    assert links(any_store) == []


def test_writers_at_once_make_one_chain(any_store: Store) -> None:
    def write(writer: int) -> None:
        for number in range(12):
            sight(any_store, f"{writer % 2}/{number}", size=str(writer))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(links(any_store)) >= 24
    assert is_whole(any_store)


def test_what_was_written_past_the_program_fits_no_link(any_store: Store) -> None:
    sight(any_store, "a")
    with any_store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE folder_sightings SET size = '3'")
    assert not is_whole(any_store)


def test_a_store_in_use_is_linked_when_it_comes_forwards(empty_store: Store, tmp_path: Path) -> None:
    store = upgrade(fill(empty_store, tmp_path))
    assert len(links(store)) > 500
    assert is_whole(store)
    events = [one["record"] for one in links(store) if one["name"] == "obligation_events"]
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT recorded_at, obligation_id, seq FROM obligation_events"
        ).all()
    moments = {f'["{obligation}",{seq}]': moment for moment, obligation, seq in rows}
    assert [moments[str(one)] for one in events] == sorted(moments.values())


@pytest.mark.parametrize("name", [one for one in statement_names() if touch_of(one)])
def test_a_statement_that_writes_names_the_records_it_writes(name: str) -> None:
    touch = touch_of(name)
    assert touch is not None
    asked = statement(touch.touches).text if touch.touches else statement(name).text
    for sealed in BY_TABLE[touch.table]:
        for key in sealed.key:
            if touch.touches:
                assert re.search(rf"\b{key}\b", asked), f"{touch.touches} must give {key}"
            else:
                assert f":{key}" in asked, f"{name} writes {touch.table}: give it :{key}, or a {name}_touches"


def test_every_table_is_sealed(store: Store) -> None:
    with store.read() as tx:
        names = set(
            tx.connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").scalars()
        )
    assert names - {"alembic_version", "chain", "chain_head"} == BY_TABLE.keys()
