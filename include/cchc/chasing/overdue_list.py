"""The list of overdue units for the provincial committee, when a rung of the ladder asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cchc.chasing.digest import LineView, order, view
from cchc.chasing.plan import ChasingView, PlannedMail
from cchc.clock import vn_date
from cchc.mail.mail import OVERDUE_LIST, Mail
from cchc.mail.render import render_pair
from cchc.texts import t, vietnamese_order


@dataclass(frozen=True)
class OverdueUnit:
    """A unit's part of the list."""

    name: str
    lines: list[LineView]


def overdue_list(desk: ChasingView, decided: Sequence[PlannedMail]) -> Mail | None:
    """The mail listing what was decided now on a rung with `list_to: [committee]`; None when nothing was."""
    units = []
    for planned in decided:
        listed = [line for line in planned.lines if line.rung and "committee" in line.rung.list_to]
        if listed:
            views = [view(line, desk.as_of, desk.calendar.working_days) for line in order(listed)]
            units.append(OverdueUnit(planned.unit.name, views))
    if not units:
        return None
    units.sort(key=lambda unit: vietnamese_order(unit.name))
    html, plain = render_pair("overdue_list", units=units, department=desk.department, as_of=desk.as_of)
    first_key = next(p.thread.key for p in decided if any(_listed(p)))
    return Mail(
        key=f"{OVERDUE_LIST}/{desk.today.isoformat()}/{first_key}",
        kind=OVERDUE_LIST,
        as_of=desk.as_of,
        round_id=None,
        unit_code=None,
        recipients=(desk.department.committee_mailbox,),
        copies=(desk.department.contact.mailbox,),
        subject=t("mail.subject.overdue_list", count=len(units), day=vn_date(desk.today)),
        html=html,
        plain=plain,
    )


def _listed(planned: PlannedMail) -> list[bool]:
    return ["committee" in line.rung.list_to for line in planned.lines if line.rung]
