"""What strangers sent is read apart: in a process with limits, whose death concerns one item alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from cchc.checks import Rules
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.mail.department import Department
from cchc.mail.incoming import read_letter
from cchc.mail.mailbox import MailboxConfig
from cchc.mail.render import load_templates
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Verdict
from cchc.submissions.incoming import Dealt, deal_with
from cchc.submissions.judging import judge
from cchc.submissions.unwrapping import workbooks_of
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc.year.working_days import FIRST_YEAR

# A form of 173 indicators is read, checked and marked within a second and 100 MB; a mail may bring several.
LIMITS = ReadingLimits(seconds=180, processor_seconds=120, memory=1024 * 1024 * 1024)

Reader = tuple[Run, Rules]


def reading(run: Run) -> Session:
    """A session in which files and mails are judged for `run`; the store is only read there."""
    return Session(LIMITS, _ready, replace(run, smtp=None, approval=None), prepare=_load_what_all_need)


def _load_what_all_need() -> None:
    """The year's data, once for all readers; each looks again whether a byte of it has changed."""
    Rules.load()
    UnitRegister.load()
    Department.load()
    Calendar.load().working_days.is_working(date(FIRST_YEAR, 1, 1))  # reads the holidays of all years
    load_templates()  # the answers are written there


def _ready(run: Run) -> Reader:
    return run, Rules.load()


def judge_file(reader: Reader, arrival: Arrival) -> list[Verdict]:
    """The verdicts on what a file holds."""
    run, rules = reader
    return [judge(run, rules, one) for one in workbooks_of(arrival)]


def deal_with_mail(
    reader: Reader, raw: bytes, received_at: datetime, config: MailboxConfig, too_large: bool, again: bool
) -> tuple[str, Dealt | None]:
    """(mark of the mail, what is to be done about it); None where a mail of that mark was dealt with before, unless it
    was left to a person, who wants it read `again`."""
    run, rules = reader
    letter = read_letter(raw)
    known = run.store.one("submissions.message_by_mark", message_mark=letter.mark)
    if known is not None and not (again and known["review"]):
        return letter.mark, None
    return letter.mark, deal_with(run, rules, letter, received_at, config, too_large=too_large)
