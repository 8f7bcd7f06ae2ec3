"""Bringing a store to the newest schema with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from cchc.store.engine import Store

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store) -> Store:
    """Run every missing migration; on a store that is current this changes nothing. Returns the store."""
    with store.write() as transaction:
        command.upgrade(alembic_config(transaction.connection), "head")
    return store
