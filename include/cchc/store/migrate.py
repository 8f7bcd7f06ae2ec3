"""Bringing a store to the newest schema with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from cchc.errors import CchcError
from cchc.store.engine import Store
from cchc.texts import t

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where a schema is looked at: whoever only reads a store does without it.
MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own: it runs on the connection that it is given."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def heads() -> list[str]:
    """The newest revisions; a history that has not forked has one."""
    from alembic.script import ScriptDirectory

    return list(ScriptDirectory.from_config(alembic_config()).get_heads())


def upgrade(store: Store) -> Store:
    """Run every missing migration; on a store that is current this changes nothing. Returns the store.

    Several processes may do so at once. All of it is one transaction: a migration that fails leaves the store
    as it was. Raises CchcError when the store is newer than this program.
    """
    from alembic import command
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    with store.write() as transaction:
        if not store.is_sqlite:
            # SQLite lets one writer in at a time; on PostgreSQL there may be no table yet that could be locked.
            transaction.query("store.lock_migrations")
        try:
            command.upgrade(alembic_config(transaction.connection), "head")
        except CommandError as error:
            if isinstance(error.__cause__, ResolutionError):
                raise CchcError(t("store.newer_than_program")) from error
            raise
    return store
