"""The alarm to operators when a draft waits too long for somebody's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.store import Store
from cchc.texts import t


@dataclass(frozen=True)
class LateDecision:
    """A draft that nobody has decided on. `waited`: working days; `approvers`: who may; `link`: where."""

    round_id: str
    draft: int
    title: str
    since: datetime
    waited: int
    documents: Sequence[str]
    approvers: Sequence[str]
    link: str | None


def late_decision_mail(
    store: Store, late: LateDecision, as_of: datetime, department: Department | None = None
) -> bool:
    """Enqueue the alarm, once a draft and its beginning to wait; False when it is there already."""
    department = department or Department.load()
    html, plain = render_pair("late_decision", department=department, as_of=as_of, late=late)
    mail = Mail(
        key=f"{FAILURE}/cho-quyet-dinh/{late.round_id}/{late.draft}/{late.since.isoformat()}",
        kind=FAILURE,
        as_of=as_of,
        round_id=late.round_id,
        unit_code=None,
        recipients=department.operators,
        copies=(),
        subject=t("mail.subject.late_decision", title=late.title, days=late.waited),
        html=html,
        plain=plain,
    )
    with store.write() as tx:
        return enqueue(tx, mail, department)
