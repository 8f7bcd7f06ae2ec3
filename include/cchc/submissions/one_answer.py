"""One mail is answered to each unit at most once, whatever it held: several answers become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from cchc.mail.department import Department
from cchc.mail.incoming import Letter
from cchc.mail.mail import RECEIPT, Mail
from cchc.mail.page_links import rounds_of
from cchc.mail.render import CONTACT, render_pair
from cchc.submissions.arrivals import Verdict
from cchc.texts import t


def one_to_each(
    letter: Letter, verdicts: Sequence[Verdict], mails: Sequence[Mail], as_of: datetime
) -> tuple[tuple[Verdict, ...], tuple[Mail, ...]]:
    """The verdicts and mails, with one mail to each unit or address that is concerned."""
    everything = [*chain.from_iterable(one.mails for one in verdicts), *mails]
    to_whom: dict[tuple[str | None, tuple[str, ...]], list[Mail]] = {}
    for mail in everything:
        to_whom.setdefault((mail.unit_code, () if mail.unit_code else mail.recipients), []).append(mail)
    if all(len(found) == 1 for found in to_whom.values()):
        return tuple(verdicts), tuple(mails)
    joined = tuple(
        found[0] if len(found) == 1 else _joined(letter, found, as_of) for found in to_whom.values()
    )
    return tuple(replace(one, mails=()) for one in verdicts), joined


def _joined(letter: Letter, mails: Sequence[Mail], as_of: datetime) -> Mail:
    first = mails[0]
    parts = [(mail.subject, _body(mail)) for mail in mails]
    rounds = _each_once(chain.from_iterable(rounds_of(mail.html) for mail in mails))
    html, plain = render_pair(
        "several", department=Department.load(), as_of=as_of, parts=parts, link_rounds=rounds
    )
    return replace(
        first,
        key=f"{first.unit_code or first.recipients[0]}/{letter.mark}/{RECEIPT}",
        round_id=first.round_id if len({mail.round_id for mail in mails}) == 1 else None,
        recipients=_each_once(chain.from_iterable(mail.recipients for mail in mails)),
        subject=t("submissions.mailbox.several", count=len(mails)),
        html=html,
        plain=plain,
        attachments=_each_once(chain.from_iterable(mail.attachments for mail in mails)),
        in_reply_to=next((mail.in_reply_to for mail in mails if mail.in_reply_to), None),
    )


def _body(mail: Mail) -> list[str]:
    return mail.plain.partition(CONTACT)[0].strip().splitlines()


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
