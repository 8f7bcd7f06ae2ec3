"""Which submission counts as rows instead of a view, filled from the events of a store that is in use.

A migration stands above all rooms: it asks the one fold. It reads with statements of its own, because those of
`include/sql/store` follow the newest schema, which a store on its way does not have yet.
"""

from itertools import groupby

from alembic import op
from sqlalchemy import text

from cchc.errors import CchcError, RuleRefused
from cchc.obligations.counted import counted, rows
from cchc.obligations.rows import event_of, obligation_of
from cchc.store.statements import statements_of
from cchc.texts import t

revision = "0002"
down_revision = "0001"

_OBLIGATIONS = "SELECT obligation_id, round_id, unit_code, product, item, title, due_at FROM obligations"
_EVENTS = """
    SELECT obligation_id, kind, happened_at, recorded_at, actor, reason, detail, event_key
    FROM obligation_events ORDER BY obligation_id, recorded_at, seq
"""
_ADD = """
    INSERT INTO counted_submissions (obligation_id, submission_id, counted_from, counted_until)
    VALUES (:obligation_id, :submission_id, :counted_from, :counted_until)
"""


def upgrade() -> None:
    for statement in statements_of("0002_counted_submissions"):
        op.execute(statement)
    connection = op.get_bind()
    obligations = {
        row["obligation_id"]: obligation_of(row) for row in connection.execute(text(_OBLIGATIONS)).mappings()
    }
    events = (event_of(row) for row in connection.execute(text(_EVENTS)).mappings())
    found = []
    for obligation_id, history in groupby(events, key=lambda event: event.obligation_id):
        try:
            found += rows(counted(obligations[obligation_id], history))
        except RuleRefused as error:
            raise CchcError(t("store.history_not_allowed", obligation=obligation_id, why=error)) from error
    if found:
        connection.execute(text(_ADD), found)
