"""Every statement of `include/sql/store` is valid on both engines, and is known by its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text

from cchc.paths import PROJECT_ROOT
from cchc.store import Store
from cchc.store.statements import statement, statement_names

POSTGRESQL_ONLY = {"store.lock_migrations"}
ONLY_FOR_TESTS = {"submissions.enclosures_of_submission", "sources.refusals"}


@pytest.mark.parametrize("name", statement_names())
def test_a_statement_runs_on_sqlite(name: str, store: Store) -> None:
    if name in POSTGRESQL_ONLY:
        # It takes a lock that SQLite has no need of; that it is only run there is a test of migrations.
        assert "pg_" in str(statement(name))
        return
    _explain(store, "EXPLAIN", name)


def test_every_statement_runs_on_postgresql(postgres_store: Store) -> None:
    for name in statement_names():
        _explain(postgres_store, "EXPLAIN (COSTS OFF)", name)


def _explain(store: Store, word: str, name: str) -> None:
    """Planning checks tables, columns, types and placeholders, and runs nothing."""
    found = statement(name)
    lists = re.findall(r"\bIN :(\w+)", found.text)
    explained = text(f"{word} {found.text}").bindparams(
        *(bindparam(one, expanding=True) for one in set(lists))
    )
    values = dict.fromkeys(found.compile().params) | {one: ["a", "b"] for one in lists}
    with store.engine.connect() as connection:
        try:
            connection.execute(explained, values)
        except Exception as error:
            error.add_note(name)
            raise


def test_an_unknown_statement_is_an_error_that_names_it() -> None:
    for name in ("rounds.none", "none.one", "rounds"):
        with pytest.raises(KeyError, match=re.escape(repr(name))):
            statement(name)


def test_the_code_names_every_statement_and_no_other() -> None:
    call = re.compile(r"""["']([a-z_]+\.[a-z_{}]+)["']""")
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("include/cchc", "include/cchc_rehearsal", "plugins")
        for path in (PROJECT_ROOT / folder).rglob("*.py")
    )
    used = set(
        re.findall(r"""\.(?:query|one|execute|execute_many)\(\s*f?["']([a-z_]+\.[a-z_{}]+)["']""", code)
    )
    assert {name for name in used if "{" not in name} <= set(statement_names())
    named = set(call.findall(code))
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_]+", re.escape(name))) for name in named]
    # A statement's `<name>_touches` is asked by the chain, for the records that it is about to write.
    asked = (name.removesuffix("_touches") for name in statement_names())
    nobody = {name for name in asked if not any(one.fullmatch(name) for one in patterns)}
    assert nobody <= ONLY_FOR_TESTS


def test_two_statements_of_one_name_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cchc.store import statements

    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "twice.sql").write_text("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n")
    monkeypatch.setattr(statements, "SQL_DIR", tmp_path)
    with pytest.raises(ValueError, match=r"twice\.sql"):
        statement("twice.a")


def test_two_statements_of_one_name_for_the_exports_are_an_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.store import statements

    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "again.sql").write_text("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")
    monkeypatch.setattr(statements, "SQL_DIR", tmp_path)
    with pytest.raises(ValueError, match=r"exports/again\.sql"):
        statements.sections("exports", "again")
