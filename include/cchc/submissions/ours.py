"""What of a mail is ours: its sender's units, a mail of ours that came back, the report that one could not arrive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from cchc.documents.form import DocumentSettings
from cchc.files import sha256_bytes
from cchc.mail.bounces import Bounce
from cchc.mail.department import Department
from cchc.mail.incoming import Letter
from cchc.mail.mail import addresses_of
from cchc.run import Run
from cchc.submissions.envelopes import Content, UnwrappedFile
from cchc.units import Unit

# As `mail.message_id` makes them: others of our house have other ids under the same domain.
_OUR_ID = r"<cchc\.[0-9a-f]{4,32}@%s>"


def units_of(run: Run, address: str) -> list[Unit]:
    """Units that the address is registered for, those valid today first: old units still answer old rounds."""
    wanted = address.casefold()
    found = [
        unit
        for unit in run.units.all
        if unit.reports and wanted in {box.casefold() for box in unit.mailboxes}
    ]
    return sorted(found, key=lambda unit: not unit.valid_on(run.today))


def is_own(letter: Letter, department: Department) -> bool:
    """A mail of ours that came back by some rule of a mail server, under our name or a unit's."""
    from_us = letter.sender == department.reply_to.casefold()
    return from_us or bool(re.fullmatch(_id_of(department), letter.message_id or ""))


def answers_us(letter: Letter, department: Department) -> bool:
    """Whether it stands in a thread that we began."""
    return bool(re.search(_id_of(department), letter.thread or ""))


def _id_of(department: Department) -> str:
    return _OUR_ID % re.escape(department.mail_domain)


def bounces_of(run: Run, letter: Letter, received_at: datetime, department: Department) -> tuple[Bounce, ...]:
    """What the letter says about addresses of ours (of units, of the department's people, of receivers of documents),
    as far as it speaks of a mail that we did send to them: anybody can write a report."""
    receivers = DocumentSettings.load().mailing.receivers.values()
    own = department.staff_mailboxes() | {
        address.casefold() for receiver in receivers for address in receiver.mailboxes
    }
    found = []
    for failure in letter.failures:
        units = units_of(run, failure.address)
        if (units or failure.address.casefold() in own) and _was_sent(
            run, failure.message_id, failure.address
        ):
            found.append(
                Bounce(
                    failure.address,
                    units[0].code if units else None,
                    failure.status,
                    failure.words,
                    failure.message_id,
                    min(received_at, run.as_of),
                )
            )
    return tuple(found)


def _was_sent(run: Run, message_id: str | None, address: str) -> bool:
    row = run.store.one("submissions.mail_that_left", message_id=message_id or "")
    if row is None:
        return False
    told = (*addresses_of(row, "recipients"), *addresses_of(row, "copies"))
    return address.casefold() in {one.casefold() for one in told}


def without_ours(run: Run, units: Sequence[Unit], opened: Sequence[UnwrappedFile]) -> list[UnwrappedFile]:
    """The files without those that we sent to these units ourselves: an answering machine sends them back."""
    names = {
        name
        for unit in units
        for row in run.store.query("submissions.attached_to_mails", unit_code=unit.code)
        for name in addresses_of(row, "attachments")
    }
    paths = (run.instance.root / name for name in sorted(names))
    sent = {sha256_bytes(path.read_bytes()) for path in paths if path.is_file()}
    return [
        one for one in opened if one.kind is not Content.WORKBOOK or sha256_bytes(one.content) not in sent
    ]
