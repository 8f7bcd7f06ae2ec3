"""From when until when evidence counts."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    for statement in statements_of("0015_counted_evidence"):
        op.execute(statement)
