"""Sending that rests, mails that wait for a person, and what operators sent again."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in statements_of("0003_sending"):
        op.execute(statement)
