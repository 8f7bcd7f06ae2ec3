"""Whose store this is, and what had left before a restored one was put in charge."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for statement in statements_of("0005_installation"):
        op.execute(statement)
