"""Figures of years before the system came."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for statement in statements_of("0007_past_figures"):
        op.execute(statement)
