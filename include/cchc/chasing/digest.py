"""What one reminder mail says: every rung due for a unit today, and what else it will owe soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc.chasing.ladder import Rung, Trigger
from cchc.clock import TZ, vn_date
from cchc.mail.department import Department
from cchc.mail.mail import Mail
from cchc.mail.render import render_pair
from cchc.obligations import Obligation, ObligationState
from cchc.texts import bare, t
from cchc.units import Unit
from cchc.year import Product, WorkingDays

TURNED_BACK = ("rejected", "returned")
CALENDAR = ".ics"
COUNTED_DAYS = 30  # working days before a due date from which on the days are counted


@dataclass(frozen=True)
class DigestLine:
    """One owed obligation in a mail.

    `rung` is None when it is only mentioned besides; `reason`: why the last submission was turned back, `faults`:
    its first faulty cells in words.
    """

    obligation: Obligation
    state: ObligationState
    rung: Rung | None
    reason: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime:
        return self.state.current_due_at


@dataclass(frozen=True)
class LineView:
    """A line as the template shows it. `tone`: calm | soon | over."""

    title: str
    missing: str
    due_at: datetime
    remaining: str
    tone: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """Where a mail stands: its key and kind, the mails it answers, the files it carries."""

    key: str
    kind: str
    round_id: str | None
    in_reply_to: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


def remaining(due_at: datetime, as_of: datetime, working_days: WorkingDays) -> tuple[str, str]:
    """('còn 3 ngày làm việc', tone) seen from `as_of`; days are counted as the ladder counts them.

    No words for a day that is so far away that nobody counts the days until it.
    """
    today, due_day = as_of.astimezone(TZ).date(), due_at.astimezone(TZ).date()
    if as_of > due_at:
        days = working_days.between(due_day, today)
        return (t("chasing.remaining.over", days=days) if days else t("chasing.remaining.just_over")), "over"
    if due_day == today:
        return t("chasing.remaining.today"), "soon"
    days = working_days.between(today, due_day)
    if days > COUNTED_DAYS:
        return "", "calm"
    if not days:
        return t("chasing.remaining.last_day"), "soon"
    return t("chasing.remaining.left", days=days), "soon" if days <= 1 else "calm"


def missing(line: DigestLine) -> str:
    """What exactly is wanted: the form that never came, or what was wrong with the one that did."""
    if line.state.status in TURNED_BACK:
        reason = (line.reason or t("chasing.missing.no_reason")).rstrip(" .;")
        return t(f"chasing.missing.{line.state.status}", reason=reason)
    if line.rung and line.rung.trigger is Trigger.OPENING:
        return t(f"chasing.wanted.{line.obligation.product}")
    return t(f"chasing.missing.{line.obligation.product}")


def order(lines: Sequence[DigestLine]) -> list[DigestLine]:
    """Most urgent first, the same order on every machine."""
    return sorted(lines, key=lambda line: (line.due_at, line.obligation.obligation_id))


def compose(
    unit: Unit,
    lines: Sequence[DigestLine],
    also: Sequence[DigestLine],
    *,
    thread: Thread,
    sternest: Rung,
    department: Department,
    working_days: WorkingDays,
    as_of: datetime,
) -> Mail:
    """The mail for one unit and day. `sternest` is the highest rung among `lines` and sets the tone."""
    lines, also = order(lines), order(also)
    views = [view(line, as_of, working_days) for line in lines]
    near = [one for one in views if one.remaining]
    later = [one for one in views if not one.remaining] if near else []
    files = [name.rpartition("/")[2] for name in thread.attachments]
    html, plain = render_pair(
        sternest.template,
        unit=unit,
        to_head=any(line.rung and line.rung.address == "head" for line in lines),
        department=department,
        as_of=as_of,
        lead=t(f"chasing.lead.{_lead(sternest, lines, as_of)}"),
        rung_name=sternest.name,
        opening=sternest.trigger is Trigger.OPENING,
        lines=near or views,
        later=later,
        also=[view(line, as_of, working_days) for line in also],
        may_have_nothing=any(line.obligation.product == Product.REPORT for line in lines),
        link_rounds=list(dict.fromkeys(line.obligation.round_id for line in lines)),
        products=sorted({line.obligation.product for line in lines}),
        attachments=[name for name in files if not name.endswith(CALENDAR)],
        calendar_file=next((name for name in files if name.endswith(CALENDAR)), None),
    )
    copies = {copy for line in lines if line.rung for copy in line.rung.copy_to}
    return Mail(
        key=thread.key,
        kind=thread.kind,
        as_of=as_of,
        round_id=thread.round_id,
        unit_code=unit.code,
        recipients=tuple(unit.mailboxes),
        copies=(department.contact.mailbox,) if "department" in copies else (),
        subject=_subject(lines, sternest),
        html=html,
        plain=plain,
        attachments=thread.attachments,
        in_reply_to=" ".join(dict.fromkeys(thread.in_reply_to)) or None,
    )


def view(line: DigestLine, as_of: datetime, working_days: WorkingDays) -> LineView:
    """The line in words, seen from `as_of`."""
    words, tone = remaining(line.due_at, as_of, working_days)
    return LineView(
        title=bare(line.obligation.title),
        missing=missing(line),
        due_at=line.due_at,
        remaining=words,
        tone=tone,
        faults=line.faults,
    )


def _lead(rung: Rung, lines: Sequence[DigestLine], as_of: datetime) -> str:
    if rung.trigger in (Trigger.OPENING, Trigger.RETURNED):
        return rung.trigger.value
    if not any(as_of > line.due_at for line in lines):
        return "before"
    return "over" if all(as_of > line.due_at for line in lines) else "over_some"


def _subject(lines: Sequence[DigestLine], sternest: Rung) -> str:
    due, first = vn_date(_local_day(lines[0].due_at)), lines[0].obligation
    opening = sternest.trigger is Trigger.OPENING
    if len(lines) == 1:
        title = bare(first.title)
        if first.product == Product.ANSWER:  # its title is a sentence of the team's
            title = t("mail.subject.answer", number=first.item, year=first.round_id[:4])
            title = title[:1].upper() + title[1:] if opening else title
        return t(f"mail.subject.{'opening' if opening else 'one'}", rung=sternest.name, title=title, due=due)
    products = {line.obligation.product for line in lines}
    what = t(
        f"mail.subject.several_of.{products.pop() if len(products) == 1 else 'mixed'}",
        count=len(lines),
        year=first.round_id[:4],
    )
    if opening:
        return t("mail.subject.opening_several", what=what[:1].upper() + what[1:], due=due)
    return t("mail.subject.several", rung=sternest.name, what=what, due=due)


def _local_day(instant: datetime) -> date:
    return instant.astimezone(TZ).date()
