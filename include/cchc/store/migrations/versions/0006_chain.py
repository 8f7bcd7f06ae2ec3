"""A chain over every record, with a link for all that a store in use holds already."""

from alembic import op

from cchc.store.chain import seal_all
from cchc.store.statements import statements_of

revision = "0006"
down_revision = "0005"

# What there was to seal then; what is sealed later brings a migration of its own.
_SEALED = """
    rounds round_events obligations obligation_events counted_submissions submissions submission_outcomes enclosures
    submission_values submission_narratives submission_nothing findings mailbox_messages landings landing_files
    export_refusals snapshots system_values precedence reminders holds mail_modes bounces mended_addresses mails
    mail_states mail_turns mail_tries mail_stops mail_acts consolidated documents rewrite_checks rewrite_counts
    inspection_choices inspection_findings scores folder_looks folder_sightings set_aside set_aside_steps homes
    sent_before_restore
"""


def upgrade() -> None:
    for statement in statements_of("0006_chain"):
        op.execute(statement)
    seal_all(op.get_bind(), _SEALED.split())
