"""Where a figure of the province comes from, where an export has a gap, and what a person decided otherwise."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for statement in statements_of("0008_origins"):
        op.execute(statement)
