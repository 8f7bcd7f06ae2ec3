"""Answers that are no receipt: to a file that cannot be taken in, and to a mail from which nothing could be taken.

A person who is not in the register is answered too, but the address is needed for that one mail only: it is wiped
from the outbox as soon as the mail has left (`forget_outsiders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cchc.files import remove, sha256_bytes
from cchc.mail.department import Department
from cchc.mail.incoming import Letter
from cchc.mail.mail import REPLY, Mail
from cchc.mail.mailbox_limits import MailboxLimits
from cchc.mail.outbox import preview_path
from cchc.mail.render import render_pair
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.submissions.kept import Enclosure
from cchc.submissions.receipt import answer_to, request_of
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.grid import MAX_UNPACKED
from cchc.year import Round

OUTSIDERS = "ngoai/"  # what the keys of answers to people outside the register begin with


def refusal_mail(
    store: Store,
    *,
    unit: Unit,
    round_: Round,
    file: Enclosure,
    reason: str,
    as_of: datetime,
    occasion: str = "",
    thread: str | None = None,
) -> Mail:
    """The answer to a file that is no form of ours, not this unit's, or not wanted now; `reason` says what to do.

    The same bytes are answered once for each `occasion` (a unit that sends them again gets an answer again).
    """
    digest = sha256_bytes(file.content)
    html, plain = render_pair(
        "receipt",
        unit=unit,
        department=Department.load(),
        as_of=as_of,
        outcome="refused",
        title=file.name,
        due_at=round_.unit_due_at,
        received_at=None,
        file_sha256=None,
        submission_id=digest[:12],
        reason=reason,
        notes=(),
        errors=0,
        findings=[],
        findings_count=0,
        more=0,
        attachment=None,
        round_id=round_.round_id,
    )
    mark = f"{digest}/{occasion}" if occasion else digest
    return answer_to(
        store,
        unit,
        round_,
        mark=f"{round_.round_id}/{mark}",
        texts=(t("mail.subject.receipt_unreadable", file=file.name), html, plain),
        as_of=as_of,
        thread=thread,
    )


def reply_mail(
    *,
    key: str,
    unit: Unit | None,
    address: str | None,
    subject: str,
    paragraphs: Sequence[str],
    as_of: datetime,
    thread: str | None,
    asks_in: str | None,
) -> Mail:
    """An answer in words to a mail: to a unit's registered mailboxes, or to the `address` of somebody unknown.

    asks_in: the round in which it asks something of the unit, whose page it leads to; None when it asks nothing.
    """
    html, plain = render_pair(
        "reply",
        unit=unit,
        department=Department.load(),
        as_of=as_of,
        paragraphs=list(paragraphs),
        link_rounds=[asks_in] if asks_in else [],
    )
    return Mail(
        key=f"{key}/{REPLY}",
        kind=REPLY,
        as_of=as_of,
        round_id=None,
        unit_code=unit.code if unit else None,
        recipients=tuple(unit.mailboxes) if unit else (address or "",),
        copies=(),
        subject=subject,
        html=html,
        plain=plain,
        in_reply_to=thread,
    )


def tell_decision(
    run: Run, round_id: str, unit_code: str, submission_id: str, words: str, *, asks: bool, **values: str
) -> Mail:
    """What a person decided about a submission, told to its unit; `words`: the room's key of subject and text; asks:
    whether something is still wanted of the unit."""
    decision = words.rpartition(".")[2]
    return reply_mail(
        key=f"{unit_code}/{sha256_bytes(submission_id.encode())[:16]}/{decision}",
        unit=run.units.get(unit_code),
        address=None,
        subject=t(f"submissions.{words}_subject", **values),
        paragraphs=t(f"submissions.{words}_text", **values).splitlines(),
        as_of=run.as_of,
        thread=request_of(run.store, round_id, unit_code),
        asks_in=round_id if asks else None,
    )


def reply_to(
    run: Run,
    letter: Letter,
    kind: str,
    department: Department,
    *,
    unit: Unit | None = None,
    address: str | None = None,
    key: str = "",
    **values: str,
) -> Mail:
    """The answer of a kind (`submissions.mailbox.replies`) to a letter; `values` fill its text."""
    values = {
        "mail_limit": str(MailboxLimits().message_mb),
        "file_limit": str(MAX_UNPACKED // (1024 * 1024)),
        **values,
    }
    return reply_mail(
        key=key or f"{letter.mark}/{kind}/{sha256_bytes(str(sorted(values.items())).encode())[:8]}",
        unit=unit,
        address=address,
        subject=t(f"submissions.mailbox.replies.{kind}.subject", **values),
        paragraphs=t(f"submissions.mailbox.replies.{kind}.text", **values).splitlines(),
        as_of=run.as_of,
        thread=letter.thread,
        asks_in=None,
    )


def forget_outsiders(store: Store, instance: Instance) -> int:
    """Wipe the addresses of people outside the register from answers that have left or never will; returns how many."""
    with store.write() as tx:
        gone = tx.query("submissions.answered_outsiders", reply=REPLY)
        for row in gone:
            remove(preview_path(instance, row["message_id"]))
            tx.execute("submissions.forget_address", mail_key=row["mail_key"])
    return len(gone)
