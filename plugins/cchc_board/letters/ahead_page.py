"""Page 'Thư đi hôm nay': what the daily run of a day sends and to whom, as `./cchc thu xem` foretells it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime

from cchc.chasing.digest import view
from cchc.chasing.foreseeing import deciding_moment, foresee_day
from cchc.chasing.holds import Hold, load_holds
from cchc.chasing.plan import PlannedMail
from cchc.clock import TZ
from cchc.mail.mail import DIGEST, REQUEST, addresses_of
from cchc.run import Run
from cchc.store import Row
from cchc.texts import t
from cchc.units import Unit
from cchc_board.door import Asked
from cchc_board.letters.outbox_page import first_of

MOST_WAITING = 60  # mails of one fate that are named


@dataclass(frozen=True)
class SameMail:
    """Units that get a mail with the same lines: (title, rung, due, why)."""

    lines: tuple[tuple[str, str, datetime, str], ...]
    units: list[Unit]


@dataclass(frozen=True)
class WaitingMail:
    """A mail that waits in the outbox already."""

    subject: str
    to: str


@dataclass(frozen=True)
class AheadPage:
    """What the template shows. mails: reminders that are decided; besides: (subject, to) of other mails; fates: what
    becomes of those that wait in the outbox: (fate, how many, the first of them)."""

    day: date
    decides_at: datetime
    why_off: str | None
    count: int
    groups: list[SameMail]
    besides: list[WaitingMail]
    fates: list[tuple[str, int, list[WaitingMail]]]
    holds: list[tuple[str, Hold]]


def ahead_page(asked: Asked) -> AheadPage:
    """Raises CchcError while nothing was ever recorded."""
    desk = asked.desk
    run = replace(asked.run(), as_of=deciding_moment(desk.chosen, desk.as_of.astimezone(TZ)))
    ahead = foresee_day(run)
    names = {unit.code: unit.name for unit in desk.units.all}
    others = [one for one in ahead.mails if one.kind not in (REQUEST, DIGEST)]
    fates = {"leaving": ahead.leaving, "put_aside": ahead.put_aside, "kept": ahead.kept}
    return AheadPage(
        day=run.today,
        decides_at=run.as_of,
        why_off=ahead.why_off,
        count=len(ahead.planned),
        groups=_groups(run, ahead.planned),
        besides=[WaitingMail(one.subject, first_of([*one.recipients, *one.copies])) for one in others],
        fates=[
            (fate, len(rows), [_waiting(row, names) for row in rows[:MOST_WAITING]])
            for fate, rows in fates.items()
            if rows
        ],
        holds=[
            (names.get(one.unit_code, one.unit_code), one)
            for one in load_holds(run.store, run.as_of).active(run.today)
        ],
    )


def _groups(run: Run, planned: list[PlannedMail]) -> list[SameMail]:
    """Mails that say the same, together: the largest groups first."""
    days, found = (
        run.calendar.working_days,
        defaultdict[tuple[tuple[str, str, datetime, str], ...], list[Unit]](list),
    )
    for one in planned:
        lines = []
        for line in one.lines:
            seen = view(line, run.as_of, days)
            why = t("board_letters.why", remaining=seen.remaining, missing=seen.missing)
            lines.append((seen.title, line.rung.name if line.rung else "", line.due_at, why))
        found[tuple(lines)].append(one.unit)
    return [SameMail(lines, units) for lines, units in sorted(found.items(), key=lambda pair: -len(pair[1]))]


def _waiting(row: Row, names: dict[str, str]) -> WaitingMail:
    code = str(row["unit_code"] or "")
    to = names.get(code, code) if code else first_of(list(addresses_of(row, "recipients")))
    return WaitingMail(row["subject"], to)
