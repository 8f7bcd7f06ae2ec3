"""When files were first seen, and what a person has to look at."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in statements_of("0004_arrivals"):
        op.execute(statement)
