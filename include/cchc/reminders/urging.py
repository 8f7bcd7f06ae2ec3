"""Telling approvers and operators that the department's letter to the late units lies ready to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from cchc.clock import TZ, vn_date
from cchc.paths import Instance
from cchc.reminders.department import Department
from cchc.reminders.mail import URGING, Mail, relative_to_root
from cchc.reminders.render import render_pair
from cchc.texts import t


def urging_mail(
    instance: Instance,
    *,
    round_id: str,
    title: str,
    units: Sequence[str],
    answer_by: date,
    file: Path,
    as_of: datetime,
    department: Department | None = None,
) -> Mail:
    """The mail with the letter (`file`, docx); one key a round and day. `units`: names of the late units."""
    department = department or Department.load()
    day = as_of.astimezone(TZ).date()
    html, plain = render_pair(
        "urging",
        department=department,
        as_of=as_of,
        title=title,
        units=list(units),
        answer_by=answer_by,
        attachment=file.name,
    )
    return Mail(
        key=f"{URGING}/{round_id}/{day.isoformat()}",
        kind=URGING,
        as_of=as_of,
        round_id=round_id,
        unit_code=None,
        recipients=department.approver_mailboxes(),
        copies=department.operators,
        subject=t("reminders.subject.urging", count=len(units), title=title, day=vn_date(day)),
        html=html,
        plain=plain,
        attachments=(relative_to_root(instance, file),),
    )
