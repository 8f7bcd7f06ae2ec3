"""Indexes for pages that look over years."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for statement in statements_of("0014_reading"):
        op.execute(statement)
