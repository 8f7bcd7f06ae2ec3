"""One DuckDB database a process: its connections share nothing, and what spilled to the disk is gone afterwards."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cchc.sources import duck
from cchc.sources.duck import connect, quoted

BIG = "CREATE TEMP TABLE big AS SELECT range AS n, repeat(range::VARCHAR, 9) AS word FROM range(1_500_000)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's temporary files lie."""
    found = tmp_path / "tam"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def made(connection: Any) -> None:
    connection.execute("CREATE TEMP TABLE one AS SELECT 1 AS n")
    connection.execute("CREATE TEMP MACRO two() AS 2")
    connection.execute("CREATE TEMP TYPE three AS ENUM ('ba')")
    connection.execute("SET VARIABLE four = 4")


def test_connections_at_one_time_and_after_each_other_see_nothing_of_each_other() -> None:
    with connect() as first:
        made(first)
        with connect() as second:
            made(second)  # nothing of these names is there
            assert second.execute("SELECT two()").fetchone() == (2,)
        assert first.execute("SELECT n + two() + getvariable('four') FROM one").fetchone() == (7,)
    with connect() as third:
        made(third)


def test_every_connection_folds_as_the_library_does() -> None:
    for _ in range(2):
        with connect() as connection:
            for name, value in duck._FOLDING.items():
                assert connection.execute(f"SELECT getvariable('{name}')").fetchone() == (value,)


def test_a_second_connection_opens_no_second_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with connect():
        pass
    monkeypatch.setattr(duckdb, "connect", lambda **_: pytest.fail("opened once more"))
    with connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_what_spilled_is_readable_by_its_owner_only_and_gone_afterwards(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "MEMORY_LIMIT", "40MB")
    with connect() as connection:
        (spill,) = folder.iterdir()
        assert spill.stat().st_mode & 0o777 == 0o700
        connection.execute(BIG)
        assert any(spill.iterdir()), "nothing spilled"
    assert list(folder.iterdir()) == []
    with connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert list(folder.iterdir()) == []


def test_a_database_that_refuses_everything_is_replaced() -> None:
    with connect():
        pass
    duck._database._root.close()
    with connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_forked_copy_of_the_process_works_with_a_database_of_its_own() -> None:
    with connect() as connection:
        connection.execute("SELECT 1")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with connect() as own:
                code = 0 if own.execute("SELECT sum(range) FROM range(1_000_000)").fetchone() else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_path_is_one_literal_whatever_stands_in_it() -> None:
    with connect() as connection:
        path = Path("/nơi/của 'ai' đó")
        assert connection.execute(f"SELECT {quoted(path)}").fetchone() == (str(path),)
