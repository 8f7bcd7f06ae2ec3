"""Telling approvers that a draft waits for them; asked again each working day until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cchc.clock import TZ
from cchc.mail.department import Department
from cchc.mail.mail import APPROVAL, Mail, relative_to_root
from cchc.mail.render import render_pair
from cchc.paths import Instance
from cchc.texts import t
from cchc.year import WorkingDays


@dataclass(frozen=True)
class OpenDecision:
    """What somebody has to decide on: a `kind` of document, told apart by `subject_id` (`bao-cao/2`).

    `since`: when the draft was put before them. `facts`: name and value of what they should know at a glance.
    """

    round_id: str
    kind: str
    subject_id: str
    title: str
    since: datetime
    facts: Sequence[tuple[str, str]] = ()
    files: Sequence[Path] = ()
    link: str | None = None


def approval_mail(
    instance: Instance, decision: OpenDecision, as_of: datetime, working_days: WorkingDays
) -> Mail | None:
    """The mail to who may decide on this kind of document; one key a day for each subject, None on a day off."""
    day, since_day = as_of.astimezone(TZ).date(), decision.since.astimezone(TZ).date()
    if not working_days.is_working(day):
        return None
    department = Department.load()
    attachments = tuple(relative_to_root(instance, path) for path in decision.files)
    html, plain = render_pair(
        "approval",
        department=department,
        as_of=as_of,
        title=decision.title,
        since=decision.since,
        waited=max(0, working_days.between(since_day, day)),
        facts=list(decision.facts),
        attachments=[path.name for path in decision.files],
        link=decision.link,
    )
    return Mail(
        key=f"{APPROVAL}/{decision.round_id}/{decision.subject_id}/{day.isoformat()}",
        kind=APPROVAL,
        as_of=as_of,
        round_id=decision.round_id,
        unit_code=None,
        recipients=tuple(one.mailbox for one in department.approvers_of(decision.kind)),
        copies=(),
        subject=t("mail.subject.approval", title=decision.title),
        html=html,
        plain=plain,
        attachments=attachments,
    )
