"""Changes of the year's files, and figures that somebody follows."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for statement in statements_of("0012_registers"):
        op.execute(statement)
