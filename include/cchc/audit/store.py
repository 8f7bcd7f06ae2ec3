"""The store by itself: its pages, its tables, and the chain over every record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from cchc.audit.inquiry import Inquiry
from cchc.store import Store, upgrade
from cchc.store.chain import NOTHING, SEALED, START, contents, link_of

_GUARD = "_no_update"  # how the trigger of an append-only table is called on SQLite
_GUARDED = (
    "SELECT c.relname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgname = c.relname || '_no_change' "
    "AND c.relnamespace = CAST(current_schema() AS regnamespace)"
)
_MOST_WORDS = 100  # of what SQLite says about a damaged file


def pages(inquiry: Inquiry) -> None:
    """Every page of the database can be read, indexes agree with tables, and tables are those of this program."""
    store = inquiry.run.store
    with store.read() as tx:
        if store.is_sqlite:
            _sqlite(inquiry, tx.connection)
        else:
            _postgresql(inquiry, tx.connection)


def _sqlite(inquiry: Inquiry, connection: Connection) -> None:
    inquiry.looked(int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()))
    for word in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_WORDS})").scalars():
        if word != "ok":
            inquiry.found("page", word)
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        inquiry.found("reference", f"{table}, rowid {row}", parent=parent)
    ours, wanted = dict(_schema(connection)), _fresh_schema()
    for name in sorted(ours.keys() | wanted.keys()):
        if ours.get(name) != wanted.get(name):
            inquiry.found("schema", name)


def _schema(connection: Connection) -> Iterator[tuple[str, tuple[str, str | None]]]:
    query = "SELECT name, type, sql FROM sqlite_schema WHERE name NOT IN ('sqlite_stat1', 'sqlite_stat4')"
    rows = connection.exec_driver_sql(query)
    for name, kind, sql in rows:
        yield str(name), (str(kind), sql)


@cache
def _fresh_schema() -> dict[str, tuple[str, str | None]]:
    """What an empty store of this program has."""
    with tempfile.TemporaryDirectory(prefix="cchc-kiem-toan-") as folder:
        fresh = upgrade(Store(f"sqlite:///{Path(folder) / 'moi.db'}"))
        try:
            with fresh.read() as tx:
                return dict(_schema(tx.connection))
        finally:
            fresh.close()


def _postgresql(inquiry: Inquiry, connection: Connection) -> None:
    """By amcheck where an administrator has installed it for us; every row is read by the chain in any case. Tables to
    which rows are only added have the trigger that says so."""
    guarded = set(connection.exec_driver_sql(_GUARDED).scalars())
    for name in sorted(name for name in _fresh_schema() if name.endswith(_GUARD)):
        if name.removesuffix(_GUARD) not in guarded:
            inquiry.found("schema", name.removesuffix(_GUARD))
    if connection.exec_driver_sql("SHOW data_checksums").scalar_one() != "on":
        inquiry.note("no_checksums")
    query = (
        "SELECT COALESCE(bool_and(has_function_privilege(oid, 'EXECUTE')), false) FROM pg_proc "
        "WHERE proname IN ('bt_index_check', 'verify_heapam')"
    )
    if not connection.exec_driver_sql(query).scalar_one():
        inquiry.note("no_amcheck")
        return
    relations = connection.exec_driver_sql(
        "SELECT CAST(c.oid AS INTEGER), c.relname, c.relkind FROM pg_class AS c "
        "WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind IN ('i', 'r') ORDER BY c.relname"
    ).all()
    for oid, name, kind in relations:
        inquiry.looked()
        try:
            with connection.begin_nested():
                if kind == "i":
                    connection.exec_driver_sql("SELECT bt_index_check(CAST(%s AS oid), true)", (oid,))
                else:
                    query = "SELECT blkno, msg FROM verify_heapam(CAST(%s AS oid))"
                    for block, words in connection.exec_driver_sql(query, (oid,)):
                        inquiry.found("page", f"{name}, {block}: {words}")
        except DatabaseError as error:
            inquiry.found("page", f"{name}: {error.orig}")


def chain(inquiry: Inquiry) -> None:
    """Each link follows from the one before, the head is the last, and each record is as its last link says."""
    with inquiry.run.store.read() as tx:
        before, place, last = START, 0, dict[tuple[str, str], str]()
        for row in tx.each("chain.links"):
            place += 1
            inquiry.looked()
            made = link_of(before, place, row["name"], row["record"], row["content"])
            if (row["place"], row["link"]) != (place, made):
                inquiry.found("link", row["place"], expected=place, record=f"{row['name']} {row['record']}")
                place, made = row["place"], row["link"]  # go on from here: one broken link is told once
            before = made
            last[row["name"], row["record"]] = row["content"]
        heads = tx.query("chain.head")
        if [(row["place"], row["link"]) for row in heads] != [(place, before)]:
            inquiry.found("head", place)
        inquiry.place, inquiry.link = place, before
        _records(inquiry, tx.connection, last)
    _anchor(inquiry)


def _records(inquiry: Inquiry, connection: Connection, last: dict[tuple[str, str], str]) -> None:
    for sealed in SEALED:
        try:
            found = contents(connection, sealed, None)
        except DatabaseError as error:
            inquiry.found("unreadable", sealed.table, why=str(error.orig or error))
            continue
        wanted = {record: content for (name, record), content in last.items() if name == sealed.name}
        for record in sorted(found.keys() | wanted.keys()):
            content = wanted.get(record, NOTHING)
            if found.get(record, NOTHING) == content:
                continue
            kind = (
                "row_added" if content == NOTHING else "row_removed" if record not in found else "row_changed"
            )
            inquiry.found(kind, f"{sealed.name} {record}")


def _anchor(inquiry: Inquiry) -> None:
    """The chain goes on from where it was when it was proven last."""
    anchor = inquiry.before
    if not anchor.link:
        return
    row = inquiry.run.store.one("chain.link_at", place=anchor.place)
    if (row["link"] if row else START if anchor.place == 0 else None) != anchor.link:
        inquiry.found("other_store", anchor.place)
