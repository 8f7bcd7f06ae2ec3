"""The record of scoring, to which rows are only added: both engines refuse to change or remove one."""

from alembic import op

from cchc.store.statements import sections, statements_of

revision = "0010"
down_revision = "0009"

_APPEND_ONLY = (
    "scoring_sets", "score_events", "score_file_events", "evidence", "evidence_checks", "explanations",
    "survey_forms", "external_values", "council_sessions", "objections", "objection_decisions", "rankings",
)  # fmt: skip


def upgrade() -> None:
    for statement in statements_of("0010_scoring"):
        op.execute(statement)
    engine = op.get_bind().dialect.name
    for trigger in sections(f"migrations/0010_scoring/{engine}", "append_only").values():
        for table in _APPEND_ONLY:
            op.execute(trigger.replace("{table}", table))
