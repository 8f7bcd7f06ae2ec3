"""The ledger, submissions, exports, outbox and documents."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0001"
down_revision = None


def upgrade() -> None:
    for statement in statements_of("0001_ledger"):
        op.execute(statement)
