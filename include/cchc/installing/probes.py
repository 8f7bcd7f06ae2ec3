"""Whether the mail server and the mailbox that were given can be used; nothing is sent, no mail is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cchc.errors import CchcError
from cchc.installing.questions import IMAP_PORTS, SMTP_PORTS, Answers
from cchc.mail.mailbox import Mailbox, MailboxConfig
from cchc.mail.mailbox_limits import check_options
from cchc.mail.mailer import Mailer
from cchc.mail.server import SmtpConfig
from cchc.texts import t

SMTP_ID, IMAP_ID = "cchc_smtp", "cchc_imap"


def try_smtp(answers: Answers, password: str | None) -> str:
    """Log in and name the sender; what to tell. Raises CchcError with the server's words."""
    security = answers["smtp_security"]
    config = SmtpConfig(
        host=answers["smtp_host"],
        port=int(answers.get("smtp_port") or SMTP_PORTS[security]),
        user=answers.get("smtp_user") or None,
        password=password if answers.get("smtp_user") else None,
        security=security,
        sender=answers["mailbox"],
        ca_file=answers.get("ca_file") or None,
    )
    with Mailer(config) as mailer:
        mailer.try_sender()
    return t("installing.smtp_works", sender=config.sender)


def try_imap(answers: Answers, password: str | None) -> str:
    """Log in and open the folders, making those that are missing; what to tell. Raises CchcError."""
    security = answers["imap_security"]
    config = MailboxConfig(
        host=answers["imap_host"],
        port=int(answers.get("imap_port") or IMAP_PORTS[security]),
        user=answers["imap_user"],
        password=password or "",
        security=security,
        ca_file=answers.get("ca_file") or None,
    )
    with Mailbox(config):
        pass
    return t(
        "installing.imap_works", folders=", ".join((config.folder, config.done_folder, config.review_folder))
    )


def connections(answers: Answers, passwords: dict[str, str | None]) -> list[dict[str, Any]]:
    """What Airflow is to keep: the only place where the passwords of the two servers stand."""
    found = []
    for kind, conn_id in (("smtp", SMTP_ID), ("imap", IMAP_ID)):
        if not answers.get(f"{kind}_host"):
            continue
        extra = {"security": answers[f"{kind}_security"]}
        if answers.get("ca_file"):
            extra["ca_file"] = answers["ca_file"]
        if kind == "smtp":
            extra["sender"] = answers["mailbox"]
        login = answers.get(f"{kind}_user") or None
        found.append(
            {
                "conn_id": conn_id,
                "conn_type": conn_id,
                "host": answers[f"{kind}_host"],
                "port": int(answers[f"{kind}_port"]),
                "login": login,
                "password": passwords.get(kind) if login else None,
                "extra": extra,
            }
        )
    return found


def fault_of(conn_id: str, extra: Mapping[str, Any]) -> str:
    """What is wrong in the options of one of Airflow's connections, in words; '' when nothing is that we know of."""
    if conn_id != IMAP_ID:
        return ""
    try:
        check_options(extra)
    except CchcError as error:
        return str(error)
    return ""
