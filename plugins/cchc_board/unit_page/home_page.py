"""What a unit sees of one round through its link: what it owes, the forms, what it sent and what was found in that.

Nothing of another unit, no name of an official, no note that officials make for themselves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cchc.chasing.attachments import forms_of
from cchc.chasing.digest import remaining
from cchc.clock import TZ, from_text, to_text
from cchc.obligations import EventKind, Obligation, ObligationState
from cchc.run import Run
from cchc.severity import Severity
from cchc.submissions.kept import SubmissionOutcome
from cchc.submissions.pleas import FURTHEST
from cchc.texts import t, table
from cchc.unit_page.link import UnitLink
from cchc.units import Unit
from cchc.year import Product, Round

# What the unit did or was told by mail; calls, letters and looks of officials are theirs.
TOLD = frozenset(
    {
        EventKind.requested, EventKind.submitted, EventKind.rejected, EventKind.accepted, EventKind.returned,
        EventKind.extended, EventKind.rescheduled, EventKind.nothing_to_report, EventKind.waived, EventKind.opened,
        EventKind.time_asked, EventKind.time_declined,
    }
)  # fmt: skip
_TONES = {
    SubmissionOutcome.REJECTED: "over", SubmissionOutcome.KEPT_LATE: "waits", SubmissionOutcome.TO_CONFIRM: "waits",
}  # fmt: skip
_WITH_REASON = frozenset(
    {
        EventKind.returned,
        EventKind.extended,
        EventKind.time_declined,
        EventKind.rejected,
        EventKind.rescheduled,
    }
)


@dataclass(frozen=True)
class OwedLine:
    """Something that the unit has to answer in the round, or had to. tone: calm, soon, over,
    waits (for a person's decision) or done."""

    title: str
    due_at: datetime
    status: str
    remaining: str
    tone: str
    reason: str
    asked_for_time: bool


@dataclass(frozen=True)
class Finding:
    """What the checks found, by its cell."""

    severity: str
    place: str
    message: str
    found: str
    expected: str


@dataclass(frozen=True)
class SentFile:
    """A file that came of the unit, by whichever way. tone: done, waits (for a person's decision) or over."""

    at: datetime
    name: str
    title: str
    channel: str
    outcome: str
    tone: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ToldStep:
    """One thing that happened, in words."""

    at: datetime
    what: str
    about: str
    reason: str


@dataclass(frozen=True)
class UnitHome:
    """What the template shows. may_send: something can still come (late things are kept and decided on); locked: what
    comes now is late; may_declare, may_ask: which forms are there; asked_from, asked_to: the days that may be asked
    for; last_day: of the link."""

    unit: Unit
    round: Round
    lines: list[OwedLine]
    forms: list[str]
    files: list[SentFile]
    steps: list[ToldStep]
    may_send: bool
    locked: bool
    may_declare: bool
    may_ask: bool
    asked_from: date | None
    asked_to: date | None
    last_day: date
    ended_on: date | None

    @property
    def owes(self) -> bool:
        return any(one.tone not in ("done", "waits") for one in self.lines)


def unit_home(run: Run, link: UnitLink) -> UnitHome:
    """The page of one link; the number of statements does not grow with what is there."""
    unit, round_ = run.units.get(link.unit_code), run.round
    states = sorted(
        run.ledger.states(run.as_of, round_id=round_.round_id, unit_code=unit.code),
        key=lambda one: (one[1].current_due_at, one[0].obligation_id),
    )
    owed = [one for one in states if one[1].owed]
    timed = [one for one in owed if not one[1].locked and one[0].product != Product.ANSWER]
    due_on = max((state.current_due_at for _, state in timed), default=None)
    due_day = due_on.astimezone(TZ).date() if due_on else None
    ended = unit.valid_to if unit.valid_to is not None and unit.valid_to < run.today else None
    return UnitHome(
        unit=unit,
        round=round_,
        lines=[_line(run, *one) for one in states],
        forms=[path.name for path in forms_for(run, unit.code)],
        files=_files(run, unit.code),
        steps=_steps(run, unit.code),
        may_send=any(state.status != "waived" for _, state in states),
        locked=any(state.locked for _, state in states),
        may_declare=any(one.product == Product.REPORT for one, _ in owed),
        may_ask=bool(timed),
        asked_from=due_day,
        asked_to=due_day + FURTHEST if due_day else None,
        last_day=link.last_day,
        ended_on=ended,
    )


def forms_for(run: Run, unit_code: str) -> list[Path]:
    """The files that a mail of the round would carry to the unit: its forms, and signed letters to it."""
    return list(forms_of(run)(run.round.round_id, unit_code))


def _line(run: Run, obligation: Obligation, state: ObligationState) -> OwedLine:
    due_at = state.current_due_at
    words, tone = "", "waits" if state.status == "submitted" else "done"
    if state.owed:
        words, tone = remaining(due_at, run.as_of, run.calendar.working_days)
    status = table("board.status")[state.status]
    if state.locked and state.status == "submitted":
        status = t("board.submitted_late")
    return OwedLine(
        title=obligation.title,
        due_at=due_at.astimezone(TZ),
        status=status,
        remaining=words,
        tone=tone,
        reason=state.return_reason or "" if state.owed else "",
        asked_for_time=state.owed and state.pleaded_at is not None,
    )


def _files(run: Run, unit_code: str) -> list[SentFile]:
    place = {"unit_code": unit_code, "round_id": run.round.round_id}
    found: dict[str, list[Finding]] = defaultdict(list)
    severities = table("severity.names")
    rows = run.store.query("unit_page.findings", **place)
    for row in sorted(
        rows, key=lambda row: Severity(row["severity"]).rank
    ):  # worst first, else as in the sheet
        cell = f"{row['sheet']}, {row['cell']}" if row["cell"] else str(row["sheet"])
        found[row["submission_id"]].append(
            Finding(
                severity=severities[str(row["severity"])],
                place=cell,
                message=str(row["message"]),
                found=row["found"] or "",
                expected=row["expected"] or "",
            )
        )
    channels, outcomes = table("board.channels"), table("board.outcomes")
    return [
        SentFile(
            at=from_text(row["received_at"]).astimezone(TZ),
            name=str(row["file_name"]),
            title=str(row["title"]),
            channel=channels.get(str(row["channel"]), str(row["channel"])),
            outcome=outcomes[str(row["outcome"])],
            tone=_TONES.get(SubmissionOutcome(row["outcome"]), "done"),
            findings=tuple(found[row["submission_id"]]),
        )
        for row in run.store.query("unit_page.files", as_of=to_text(run.as_of), **place)
    ]


def _steps(run: Run, unit_code: str) -> list[ToldStep]:
    rows = run.store.query(
        "unit_page.events", unit_code=unit_code, round_id=run.round.round_id, as_of=to_text(run.as_of)
    )
    names = table("board.events")
    return [
        ToldStep(
            at=from_text(row["happened_at"]).astimezone(TZ),
            what=names[str(row["kind"])],
            about=str(row["title"]),
            reason=(row["reason"] or "") if row["kind"] in _WITH_REASON else "",
        )
        for row in rows
        if row["kind"] in TOLD
    ]
