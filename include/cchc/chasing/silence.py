"""The alarm to administrators and operators when a source, or a covered unit, sends nothing any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.sources import SourceCoverage, source_words, unit_words
from cchc.store import Store
from cchc.texts import t, table

LONGEST_LIST = 60


@dataclass(frozen=True)
class SilentUnit:
    """A line of the mail."""

    name: str
    text: str


def silence_mail(
    store: Store,
    one: SourceCoverage,
    unit_names: Mapping[str, str],
    as_of: datetime,
    department: Department | None = None,
) -> bool:
    """Enqueue the alarm for one source; False when nothing is silent or nothing new is since the last alarm.

    The key names the source and the week that brought the latest reason: the same state is told once, however
    often it is looked at, and a unit that recovers alarms nobody.
    """
    if one.alarmed is None:
        return False
    department = department or Department.load()
    source = table("sources.coverage.sources")[one.source]
    units = [
        SilentUnit(unit_names.get(unit.unit_code, unit.unit_code), unit_words(unit))
        for unit in one.silent_units
    ]
    html, plain = render_pair(
        "silence",
        department=department,
        as_of=as_of,
        source=source,
        silent=one.silent_since is not None,
        words=source_words(one),
        units=units[:LONGEST_LIST],
        left_off=max(len(units) - LONGEST_LIST, 0),
        advice=t("sources.coverage.advice"),
    )
    mail = Mail(
        key=f"{FAILURE}/im-lang/{one.source}/{one.alarmed.isoformat()}",
        kind=FAILURE,
        as_of=as_of,
        round_id=None,
        unit_code=None,
        recipients=department.failure_recipients,
        copies=department.operators,
        subject=t(
            "mail.subject.silence_source" if one.silent_since else "mail.subject.silence_units",
            source=source,
            count=len(units),
        ),
        html=html,
        plain=plain,
    )
    with store.write() as tx:
        return enqueue(tx, mail, department)
