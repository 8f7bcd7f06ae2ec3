"""What forms showed instead of asking for it."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for statement in statements_of("0009_shown_figures"):
        op.execute(statement)
