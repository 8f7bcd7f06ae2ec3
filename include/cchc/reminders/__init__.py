"""Chasing: the ladder, the digest mails, the outbox and the mailer.

A mail is decided once, in one transaction with the reminders it stands for, and sent from the outbox.
"""

from cchc.reminders.approvals import approval_mail
from cchc.reminders.bounces import Bounce, bad_addresses, mend_address, put_bounces
from cchc.reminders.counts import outbox_by_state, sent_by_rung
from cchc.reminders.decide import Decision, Foreseen, decide, foresee
from cchc.reminders.department import Account, Approver, Contact, Department
from cchc.reminders.failure import failure_mail
from cchc.reminders.holds import Hold, HoldKind, Holds, lift_hold, load_holds, put_hold
from cchc.reminders.issued import IssuedDocument, mail_document, mailed_to
from cchc.reminders.ladder import Chased, Ladder, Rung, Trigger
from cchc.reminders.late_decision import LateDecision, late_decision_mail
from cchc.reminders.mail import Mail, enqueue, message_id
from cchc.reminders.mailer import Mailer, MailServerDown
from cchc.reminders.modes import mode_changes, set_mode, subject_tags
from cchc.reminders.outbox import SendResult, send_pending
from cchc.reminders.plan import ByHand, Desk, FormsOf, Planned, mail_of, plan
from cchc.reminders.receipt import MOST_FINDINGS, receipt_mail
from cchc.reminders.replies import forget_outsiders, refusal_mail, reply_mail
from cchc.reminders.server import SmtpConfig
from cchc.reminders.silence import silence_mail
from cchc.reminders.urging import urging_mail

__all__ = [
    "MOST_FINDINGS",
    "Account",
    "Approver",
    "Bounce",
    "ByHand",
    "Chased",
    "Contact",
    "Decision",
    "Department",
    "Desk",
    "Foreseen",
    "FormsOf",
    "Hold",
    "HoldKind",
    "Holds",
    "IssuedDocument",
    "Ladder",
    "LateDecision",
    "Mail",
    "MailServerDown",
    "Mailer",
    "Planned",
    "Rung",
    "SendResult",
    "SmtpConfig",
    "Trigger",
    "approval_mail",
    "bad_addresses",
    "decide",
    "enqueue",
    "failure_mail",
    "foresee",
    "forget_outsiders",
    "late_decision_mail",
    "lift_hold",
    "load_holds",
    "mail_document",
    "mail_of",
    "mailed_to",
    "mend_address",
    "message_id",
    "mode_changes",
    "outbox_by_state",
    "plan",
    "put_bounces",
    "put_hold",
    "receipt_mail",
    "refusal_mail",
    "reply_mail",
    "send_pending",
    "sent_by_rung",
    "set_mode",
    "silence_mail",
    "subject_tags",
    "urging_mail",
]
