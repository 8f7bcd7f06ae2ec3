"""Connections to the working store, the same SQL on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url

from cchc.files import is_durable, make_folder
from cchc.store.chain import Seals
from cchc.store.statements import statement

_PART = 1000  # rows that the driver gives at once
Row = Mapping[Any, Any]  # a RowMapping; keys are column names


class Transaction:
    """Statements inside one transaction; made by `Store.write` and `Store.read`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.seals = Seals(connection)

    def query(self, name: str, **values: Any) -> list[Row]:
        """Rows of a named statement as mappings."""
        self.seals.note(name, values)
        return list(self.connection.execute(statement(name), values).mappings().all())

    def each(self, name: str, **values: Any) -> Iterator[Row]:
        """The rows of `query` one by one, for what reads thousands and keeps none: a list of them all costs more
        (in garbage collection) than reading it."""
        for part in self.connection.execute(statement(name), values).mappings().partitions(_PART):
            yield from part

    def tuples(self, name: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of `each` as tuples in the order of the statement's columns, for what counts thousands of them."""
        for part in self.connection.execute(statement(name), values).partitions(_PART):
            yield from part

    def one(self, name: str, **values: Any) -> Row | None:
        """The first row, or None."""
        self.seals.note(name, values)
        return self.connection.execute(statement(name), values).mappings().first()

    def execute(self, name: str, **values: Any) -> int:
        """Run a statement; returns the number of rows it changed."""
        self.seals.note(name, values)
        return self.connection.execute(statement(name), values).rowcount

    def add_numbered(self, name: str, **values: Any) -> None:
        """Run an INSERT that numbers its row by counting those there are, and does nothing where the number is taken:
        on PostgreSQL another writer may count at the same time."""
        while not self.execute(name, **values):
            pass

    def execute_many(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each mapping of values."""
        batch = [dict(row) for row in rows]
        for row in batch:
            self.seals.note(name, row)
        if batch:
            self.connection.execute(statement(name), batch)


class Store:
    """The working store behind one SQLAlchemy URL.

    SQLite runs in WAL mode, and every writing transaction begins with BEGIN IMMEDIATE: a plain BEGIN that
    reads before it writes fails under concurrency whatever the busy timeout is. PostgreSQL writes under READ
    COMMITTED; who must not be overtaken locks a row first (see `obligations.ledger.append`).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            make_folder(Path(parsed.database).parent)
        # A server may have been restarted since a connection was used last; a file has not. Values of a statement that
        # failed would stand in its message, and so in logs and mails.
        self.engine: Engine = create_engine(url, pool_pre_ping=not self.is_sqlite, hide_parameters=True)
        event.listen(self.engine, "handle_error", _leave_values_out)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        """Another process gets connections of its own."""
        return Store, (self.url,)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: commits at the end, rolls back on any error. What was written is linked last
        (`store.chain`)."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                transaction = Transaction(connection)
                yield transaction
                transaction.seals.link()
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, and reads one moment: what others commit meanwhile is not seen.

        Both engines refuse a write in it.
        """
        if self.is_sqlite:
            with self._read_sqlite() as transaction:
                yield transaction
            return
        with self.engine.connect() as connection:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            yield Transaction(connection.execution_options(**options))

    @contextmanager
    def _read_sqlite(self) -> Iterator[Transaction]:
        with self.engine.connect() as connection:
            # What frames the statements goes to the driver itself: through SQLAlchemy it took as long as they.
            driver = connection.connection.cursor()
            driver.execute("PRAGMA query_only = ON")
            try:
                driver.execute("BEGIN")
                yield Transaction(connection)
            finally:
                connection.rollback()
                driver.connection.rollback()  # of a reading that asked nothing SQLAlchemy knows nothing
                driver.execute("PRAGMA query_only = OFF")

    def query(self, name: str, **values: Any) -> list[Row]:
        """Rows of a named statement as mappings."""
        with self.read() as transaction:
            return transaction.query(name, **values)

    def one(self, name: str, **values: Any) -> Row | None:
        """The first row of a named statement, or None."""
        with self.read() as transaction:
            return transaction.one(name, **values)

    def close(self) -> None:
        """Give back every connection; the store may be used again afterwards."""
        self.engine.dispose()


def _leave_values_out(context: ExceptionContext) -> None:
    """PostgreSQL tells the row that it refused (DETAIL): the message keeps what was wrong, not with whom."""
    refused, wrapped = context.original_exception, context.sqlalchemy_exception
    diagnosis = getattr(refused, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        refused.args = (diagnosis.message_primary,)
        if wrapped is not None:
            wrapped.args = (f"({type(refused).__qualname__}) {diagnosis.message_primary}",)


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # Transactions are begun and ended by the store; the driver must not begin its own.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    # The timeout first: turning WAL on may itself have to wait. FULL: what was committed is on the disk, because an
    # original is removed, or a mail handed over, as soon as it is; NORMAL would lose the last commits in a power cut.
    # The log goes into the file every 1000 pages (SQLite's own rule) and gives its room back then.
    synchronous = "FULL" if is_durable() else "OFF"
    for pragma in (
        "busy_timeout = 30000",
        "foreign_keys = ON",
        f"synchronous = {synchronous}",
        "wal_autocheckpoint = 1000",
        f"journal_size_limit = {64 << 20}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """The first connections of a new file switch it; SQLite refuses at once, without the busy timeout, the one
    that meets another doing so."""
    for _ in range(100):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            time.sleep(0.05)
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")
