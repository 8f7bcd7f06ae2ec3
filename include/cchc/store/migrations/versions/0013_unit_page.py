"""Units' own page: links that were revoked, and the use of links."""

from alembic import op

from cchc.store.statements import statements_of

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for statement in statements_of("0013_unit_page"):
        op.execute(statement)
