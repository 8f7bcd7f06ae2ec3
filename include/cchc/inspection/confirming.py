"""Mails to those who confirm: which answers of units wait for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.inspection.fields import Confirmers, InspectionFields
from cchc.inspection.mending import OpenOrder
from cchc.mail.department import Department
from cchc.mail.mail import enqueue
from cchc.run import Run
from cchc.submissions.replies import reply_mail
from cchc.texts import bare, t

_AGAIN_AFTER = 5  # working days: so often the same answers are told again while nobody decides


def tell_confirmers(run: Run, waits: Sequence[OpenOrder]) -> int:
    """Write to each group what waits for it: at once when something new does, again every few working days.

    Returns how many mails were decided. A group without a mailbox (of its accounts in `department.yaml`, else of its
    unit) and one whose unit is untold are noted on the run.
    """
    groups: dict[str, tuple[Confirmers, list[OpenOrder]]] = {}
    for one in waits:
        try:
            group = InspectionFields.load().confirmers_of(one.finding.finding.topic, one.order.unit_code)
        except RuleRefused as untold:
            run.notes.append(str(untold))
            continue
        groups.setdefault(group.unit, (group, []))[1].append(one)
    decided = 0
    for group, own in groups.values():
        mailboxes = _mailboxes(run, group)
        if not mailboxes:
            name = run.units.get(group.unit).name
            run.notes.append(
                t("inspection.confirming.no_mailbox", unit=name, names=", ".join(group.accounts))
            )
        decided += sum(_tell(run, group, own, address) for address in mailboxes)
    return decided


def _mailboxes(run: Run, group: Confirmers) -> list[str]:
    accounts = Department.load().accounts
    own = [str(one.mailbox) for login in group.accounts if (one := accounts.get(login)) and one.mailbox]
    return list(dict.fromkeys(own or run.units.get(group.unit).mailboxes))


def _tell(run: Run, group: Confirmers, waits: Sequence[OpenOrder], address: str) -> bool:
    came = {one.item: one.state.last_submitted_at or run.as_of for one in waits}
    days = run.calendar.working_days
    oldest, times = min(came.values()).astimezone(TZ).date(), 0
    while days.add(oldest, _AGAIN_AFTER * (times + 1)) <= run.today:
        times += 1
    told = sorted(f"{one.item}:{one.state.last_submission_id}" for one in waits)
    key = sha256_bytes(f"{told}:{times}:{address}".encode())[:24]
    by_unit: dict[str, list[OpenOrder]] = defaultdict(list)
    for one in waits:
        by_unit[one.order.unit_code].append(one)
    lines = [t("inspection.confirming.lead", count=len(waits), unit=run.units.get(group.unit).name)]
    for code, own in by_unit.items():
        lines.append(t("inspection.confirming.of_unit", unit=run.units.get(code).name))
        lines += [
            t("inspection.confirming.line", item=one.item, order=bare(one.order.text).rstrip(". "),
              day=vn_date(came[one.item].astimezone(TZ).date()))
            for one in sorted(own, key=lambda one: one.item)
        ]  # fmt: skip
    lines.append(t("inspection.confirming.how"))
    mail = reply_mail(
        key=f"xac-nhan/{key}",
        unit=None,
        address=address,
        subject=t("inspection.confirming.subject", count=len(waits)),
        paragraphs=lines,
        as_of=run.as_of,
        thread=None,
        asks_in=None,
    )
    with run.store.write() as tx:
        return enqueue(tx, mail)
