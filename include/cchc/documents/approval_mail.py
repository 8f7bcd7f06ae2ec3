"""Telling approvers that a draft waits for them; asked again each working day until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cchc.clock import TZ
from cchc.mail.department import Department
from cchc.mail.mail import APPROVAL, Mail, relative_to_root
from cchc.mail.render import render_pair
from cchc.paths import Instance
from cchc.texts import t
from cchc.year import WorkingDays


def approval_mail(
    instance: Instance,
    *,
    round_id: str,
    kind: str,
    subject_id: str,
    title: str,
    since: datetime,
    as_of: datetime,
    working_days: WorkingDays,
    facts: Sequence[tuple[str, str]] = (),
    files: Sequence[Path] = (),
    link: str | None = None,
    department: Department | None = None,
) -> Mail | None:
    """The mail to who may decide on this `kind` of document; one key a day for each `subject_id` (`bao-cao/2`),
    None on a day off.

    `since`: when the draft was put before them. `facts`: name and value of what they should know at a glance.
    """
    day, since_day = as_of.astimezone(TZ).date(), since.astimezone(TZ).date()
    if not working_days.is_working(day):
        return None
    department = department or Department.load()
    attachments = tuple(relative_to_root(instance, path) for path in files)
    html, plain = render_pair(
        "approval",
        department=department,
        as_of=as_of,
        title=title,
        since=since,
        waited=max(0, working_days.between(since_day, day)),
        facts=list(facts),
        attachments=[path.name for path in files],
        link=link,
    )
    return Mail(
        key=f"{APPROVAL}/{round_id}/{subject_id}/{day.isoformat()}",
        kind=APPROVAL,
        as_of=as_of,
        round_id=round_id,
        unit_code=None,
        recipients=tuple(one.mailbox for one in department.approvers_of(kind)),
        copies=(),
        subject=t("mail.subject.approval", title=title),
        html=html,
        plain=plain,
        attachments=attachments,
    )
