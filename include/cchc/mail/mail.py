"""A mail as it is decided: recipients, texts, attachments, and the fixed identity it keeps for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from cchc.clock import to_text
from cchc.depot import Depot, share
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.paths import Instance
from cchc.store import Row, Transaction
from cchc.texts import t

REQUEST, DIGEST, RECEIPT, REPLY = "yeu_cau", "don_doc", "bien_nhan", "tra_loi_thu"
FAILURE, APPROVAL, OVERDUE_LIST = "su_co", "cho_phe_duyet", "danh_sach_qua_han"
URGING, SUMMARY, ISSUED = "cong_van_don_doc", "tong_hop_ngay", "van_ban_ban_hanh"
STATES = ("decided", "claimed", "sent", "failed", "dead", "previewed", "withdrawn", "held")
"""Every state of a mail in the outbox; migrations 0001 and 0003 say what each means."""
# What a DIGEST or an APPROVAL says is true on its day only: an unsent one is put aside, never sent late.


@dataclass(frozen=True)
class Mail:
    """One decided mail. `key` is unique for ever; `attachments` are relative to the instance's root.

    `in_reply_to`: Message-IDs separated by blanks; the first is answered, all are referred to.
    """

    key: str
    kind: str
    as_of: datetime
    round_id: str | None
    unit_code: str | None
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    html: str
    plain: str
    attachments: tuple[str, ...] = ()
    in_reply_to: str | None = None


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a key: the same on every attempt and every machine."""
    return f"<cchc.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def one_line(text: str) -> str:
    """`text` without line breaks and control characters: nothing in a header may start a new header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def relative_to_root(instance: Instance, path: Path) -> str:
    """`path` as the outbox keeps it, for whichever machine sends the mail. RuleRefused('attachment-outside') for a file
    outside the instance."""
    try:
        name = path.resolve().relative_to(instance.root.resolve()).as_posix()
    except ValueError:
        raise RuleRefused("attachment-outside", t("mail.attachment_outside", path=path)) from None
    if path.exists():  # else it is written before the mail goes
        share(instance, path)
    return name


def attachment_path(instance: Instance, relative: str) -> Path:
    """The file of an attachment; refuses what would lead out of the instance."""
    if PurePosixPath(relative).is_absolute() or ".." in PurePosixPath(relative).parts:
        raise RuleRefused("attachment-outside", t("mail.attachment_outside", path=relative))
    path = instance.root / relative
    if not path.exists() and (depot := Depot.of(instance)):
        depot.fetch(path)
    return path


def enqueue(tx: Transaction, mail: Mail, department: Department | None = None) -> bool:
    """Put a mail into the outbox in the caller's transaction; False, and no change, when its key is there."""
    domain = (department or Department.load()).mail_domain
    return bool(
        tx.execute(
            "mail.insert_mail",
            mail_key=mail.key,
            kind=mail.kind,
            as_of=to_text(mail.as_of),
            round_id=mail.round_id,
            unit_code=mail.unit_code,
            recipients=_dump(mail.recipients),
            copies=_dump(mail.copies),
            subject=one_line(mail.subject),
            html=mail.html,
            plain=mail.plain,
            attachments=_dump(mail.attachments),
            message_id=message_id(mail.key, domain),
            in_reply_to=mail.in_reply_to,
            decided_at=to_text(mail.as_of),
        )
    )


def addresses_of(row: Row, column: str) -> tuple[str, ...]:
    """A list kept as JSON in a row of `mails` (recipients, copies, attachments, delivered)."""
    loaded: Any = json.loads(row[column])
    return tuple(str(part) for part in loaded)


def _dump(parts: Sequence[str]) -> str:
    return json.dumps(list(parts), ensure_ascii=False)
