"""Handing out an issued document: a mail to each line of its 'Nơi nhận', the files attached as far as they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cchc.clock import vn_date
from cchc.documents.receivers import Group
from cchc.files import sha256_bytes
from cchc.indicators import format_number
from cchc.mail.department import Department
from cchc.mail.mail import ISSUED, Mail, addresses_of, enqueue, relative_to_root
from cchc.mail.render import render_pair
from cchc.paths import Instance
from cchc.store import Store, Transaction
from cchc.texts import t

_MB = 1024 * 1024


@dataclass(frozen=True)
class IssuedDocument:
    """What was issued. `replaces`: the document whose place it takes (`số 12/BC-UBND ngày 20/12/2026`), or empty."""

    round_id: str
    kind: str
    title: str
    number: str
    symbol: str
    issued_on: date
    files: tuple[Path, ...]
    replaces: str = ""

    @property
    def prefix(self) -> str:
        """How the keys of its mails begin; the files' bytes are no part of it: made again, it is the same document."""
        return (
            f"{ISSUED}/{self.round_id}/{self.kind}/{self.number}/{self.symbol}/{self.issued_on.isoformat()}/"
        )


def mailed_to(store: Store, document: IssuedDocument) -> set[str]:
    """The addresses that a mail with the document was decided for, whatever became of it."""
    with store.read() as tx:
        return _mailed_to(tx, document)


def mail_document(
    store: Store,
    instance: Instance,
    document: IssuedDocument,
    groups: Sequence[Group],
    *,
    limit_mb: float,
    addresses_per_mail: int,
    as_of: datetime,
    department: Department | None = None,
) -> int:
    """Enqueue the document for every address that has no mail with it yet; returns the number of mails.

    So a repeated run sends nothing twice, and an address that was added meanwhile gets its mail. `groups`: the
    lines of its list. Files are attached in their order while they fit into `limit_mb` together; the text names
    those that do not.
    """
    department = department or Department.load()
    attached, left_out = _that_fit(document.files, limit_mb)
    count = 0
    with store.write() as tx:
        known = _mailed_to(tx, document)
        for group in groups:
            new = [address for address in group.addresses if address not in known]
            for to in _even_parts(new, addresses_per_mail):
                mail = _mail(instance, document, group, to, attached, left_out, as_of, department)
                count += enqueue(tx, mail, department)
    return count


def _mailed_to(tx: Transaction, document: IssuedDocument) -> set[str]:
    rows = tx.query("documents.mails_of_kind", kind=ISSUED, round_id=document.round_id)
    own = [row for row in rows if str(row["mail_key"]).startswith(document.prefix)]
    return {address for row in own for address in addresses_of(row, "recipients")}


def _even_parts(addresses: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """As few parts as may be, of about the same size: 102 addresses are three mails of 34, not 50, 50 and 2."""
    parts = -(-len(addresses) // most)
    return [tuple(addresses[part::parts]) for part in range(parts)]


def _that_fit(files: Sequence[Path], limit_mb: float) -> tuple[list[Path], list[Path]]:
    attached: list[Path] = []
    left_out: list[Path] = []
    room = limit_mb * _MB
    for path in files:
        size = path.stat().st_size
        (attached if size <= room else left_out).append(path)
        room -= size if size <= room else 0
    return attached, left_out


def _mail(
    instance: Instance,
    document: IssuedDocument,
    group: Group,
    to: tuple[str, ...],
    attached: Sequence[Path],
    left_out: Sequence[Path],
    as_of: datetime,
    department: Department,
) -> Mail:
    html, plain = render_pair(
        "issued",
        department=department,
        as_of=as_of,
        line=group.line,
        to_units=group.of_units,
        document=document,
        attached=[(path.name, _size(path)) for path in attached],
        left_out=[(path.name, _size(path)) for path in left_out],
    )
    mark = sha256_bytes("\n".join([group.line, *to]).encode())[:16]
    return Mail(
        key=document.prefix + mark,
        kind=ISSUED,
        as_of=as_of,
        round_id=document.round_id,
        unit_code=None,
        recipients=to,
        copies=(),
        subject=t(
            "mail.subject.issued",
            title=document.title,
            number=document.number,
            symbol=document.symbol,
            day=vn_date(document.issued_on),
        ),
        html=html,
        plain=plain,
        attachments=tuple(relative_to_root(instance, path) for path in attached),
    )


def _size(path: Path) -> str:
    """`0,3 MB`; a small file is not shown as nothing."""
    return f"{format_number(max(path.stat().st_size / _MB, 0.1), 1)} MB"
