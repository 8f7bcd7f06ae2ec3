"""Somebody who is not in the register: at most one short answer a day, and none to who was surely invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cchc.clock import at, to_text
from cchc.files import sha256_bytes
from cchc.mail.department import Department
from cchc.mail.domains import takes_mail
from cchc.mail.incoming import Letter
from cchc.mail.mail import Mail
from cchc.mail.modes import is_real
from cchc.run import Run
from cchc.submissions.envelopes import Content, UnwrappedFile, identity_of
from cchc.submissions.ours import answers_us
from cchc.submissions.replies import OUTSIDERS, reply_to

MOST_A_DAY = 20  # answers to strangers: whoever invents senders by the thousand gets no post office for it


def answers_to_stranger(
    run: Run,
    letter: Letter,
    sender: str,
    opened: Sequence[UnwrappedFile],
    department: Department,
    too_large: bool,
) -> tuple[Mail, ...] | None:
    """To the sender, without a word about any unit, and to units whose form it is; None when it may be anything."""
    if not (opened or too_large or letter.sealed or answers_us(letter, department)):
        return None
    mark = sha256_bytes(sender.encode())[:16]
    mails = []
    if _may_be_answered(run, sender, mark):
        key = f"{OUTSIDERS}{mark}/{run.today}"
        mails.append(reply_to(run, letter, "stranger", department, address=sender, key=key))
    titles: dict[str, dict[str, None]] = {}
    for workbook in opened:
        identity = identity_of(workbook) if workbook.kind is Content.WORKBOOK else None
        if identity is not None and identity.unit_code in run.units:
            titles.setdefault(identity.unit_code, {})[identity.title] = None
    for code, forms in titles.items():
        unit, key = run.units.get(code), f"{code}/{OUTSIDERS}{run.today}"
        told = reply_to(run, letter, "foreign", department, unit=unit, form="; ".join(forms), key=key)
        mails.append(replace(told, in_reply_to=None))
    return tuple(mails)


def _may_be_answered(run: Run, sender: str, mark: str) -> bool:
    """Not one that was answered today, that an earlier answer did not reach, or of a domain that takes no mail."""
    before = run.store.query(
        "submissions.answers_to_outsiders", day_start=to_text(at(run.today)), prefix=OUTSIDERS, mark=mark
    )
    if any(row["mine"] and (row["today"] or row["state"] == "dead") for row in before):
        return False
    if sum(not row["mine"] for row in before) >= MOST_A_DAY:
        return False
    # What is not sent asks nobody: a rehearsal stays on its machine.
    return not is_real(run.instance.settings) or takes_mail(sender.rpartition("@")[2]) is not False
