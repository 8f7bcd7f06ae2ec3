"""What of a mail is ours: its sender's units, a mail of ours that came back, the report that one could not arrive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from cchc.clock import TZ, vn_date
from cchc.documents.form import DocumentSettings
from cchc.files import sha256_bytes
from cchc.mail.bounces import Bounce
from cchc.mail.department import Department
from cchc.mail.incoming import Letter
from cchc.mail.mail import addresses_of
from cchc.run import Run
from cchc.store import Row
from cchc.submissions.arrivals import Channel
from cchc.submissions.envelopes import Content, UnwrappedFile
from cchc.submissions.replies import OUTSIDERS
from cchc.submissions.set_aside import SetAside
from cchc.texts import t, table
from cchc.units import Unit

# As `mail.message_id` makes them: others of our house have other ids under the same domain.
_OUR_ID = r"<cchc\.[0-9a-f]{4,32}@%s>"


def units_of(run: Run, address: str) -> list[Unit]:
    """Units that the address is registered for, those valid today first: old units still answer old rounds. Behind them
    those that were merged into one of them: what they owed, it answers."""
    wanted = address.casefold()
    found = [
        unit
        for unit in run.units.all
        if unit.reports and wanted in {box.casefold() for box in unit.mailboxes}
    ]
    merged = [
        run.units.get(code)
        for unit in found
        for code in unit.predecessors
        if code in run.units and run.units.successors(code) == [unit] and unit.valid_on(run.today)
    ]
    gone = [unit for unit in merged if unit.reports and unit not in found and not unit.valid_on(run.today)]
    return [*sorted(found, key=lambda unit: not unit.valid_on(run.today)), *gone]


def is_own(letter: Letter, department: Department) -> bool:
    """A mail of ours that came back by some rule of a mail server, under our name or a unit's."""
    from_us = letter.sender == department.reply_to.casefold()
    return from_us or bool(re.fullmatch(_id_of(department), letter.message_id or ""))


def sent_as(run: Run, message_ids: Iterable[str | None]) -> Row | None:
    """The first of these mails that we did send, with its key and kind; None when we sent none of them."""
    rows = (run.store.one("submissions.mail_by_message_id", message_id=one) for one in message_ids if one)
    return next((row for row in rows if row is not None), None)


def reported(run: Run, letter: Letter) -> bool:
    """Whether a report speaks of a mail of ours that was meant for somebody known: it may be about our own mailbox."""
    about = [*(one.message_id for one in letter.failures), *(letter.thread or "").split()]
    row = sent_as(run, about) if letter.bounce or letter.failures else None
    return row is not None and not _to_outsider(row)


def _to_outsider(row: Row) -> bool:
    return str(row["mail_key"]).startswith(OUTSIDERS)


def came_back(kind: str, mailbox: str, held_in: str, received_at: datetime) -> SetAside:
    """Mails of ours of one kind that some rule sends back into the mailbox: one thing a day, however many they are."""
    day, name = vn_date(received_at.astimezone(TZ).date()), table("mail.kinds")[kind]
    return SetAside(
        Channel.MAILBOX,
        f"{mailbox}/quay-ve/{kind}/{day}",
        t("submissions.set_aside.came_back", kind=name, day=day),
        held_in,
        received_at,
        t("submissions.mailbox.told.own"),
    )


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
