"""Page 'Đơn vị' over all rounds: whom to call, what is owed, the record so far, and everything that happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc.chasing.holds import Hold, load_holds
from cchc.clock import TZ, from_text, to_text
from cchc.errors import CchcError
from cchc.inspection.mending import OpenOrder, open_orders
from cchc.mail.bounces import Bounce, bad_addresses
from cchc.mail.mail import REPLY
from cchc.obligations import EventKind, unproven_figures
from cchc.run import Run
from cchc.scores.outcomes import RankedUnit, rankings_of
from cchc.store import Row
from cchc.submissions.kept import findings_of_all
from cchc.texts import t, table
from cchc.unit_page.uses import LinkUse, uses_of
from cchc.units import Unit
from cchc.workbooks.forms import CheckFinding
from cchc.year import REPORT_KINDS, RoundKind
from cchc_board.desk import RequestView
from cchc_board.indicators.followed_figures import FollowedLine, followed_lines
from cchc_board.rounds.rows import ObligationRow, line
from cchc_board.who import title_of

MOST = 120  # of events, and as many mails and files: years of one unit
LAST_ROUNDS = 12


@dataclass(frozen=True)
class Entry:
    """One line of the time line. kind: event, mail or file, for its style; text: of a mail as it was sent; findings: of
    a file, by cell; address: where the file can be had."""

    at: datetime
    kind: str
    what: str
    about: str
    who: str = ""
    why: str = ""
    text: str = ""
    address: str = ""
    findings: Sequence[CheckFinding] = ()


@dataclass(frozen=True)
class WholeUnit:
    """What the template shows of a unit. holds: with the round in words; owed: of all rounds, next due first;
    owed_rounds: each once, for acts on all that is owed in it; record: (round, how it was answered) of the last
    reports, oldest first; returnable: last versions that can be sent back, by obligation;
    came: the newest files; waived: rounds of which something is expected no longer; links_on: whether
    units have pages of their own."""

    unit: Unit
    parent: str
    broken: list[Bounce]
    holds: list[tuple[Hold, str]]
    owed: list[ObligationRow]
    owed_rounds: list[tuple[str, str]]
    record: list[tuple[str, str, str]]
    orders: list[OpenOrder]
    last_index: tuple[str, RankedUnit] | None
    entries: list[Entry]
    returnable: list[tuple[str, str]]
    receivable: list[tuple[str, str]]
    came: list[tuple[str, str]]
    waived: list[tuple[str, str]]
    today: date
    followed: list[FollowedLine]
    links_on: bool
    link_uses: list[LinkUse]

    @property
    def owed_items(self) -> list[tuple[str, str]]:
        """(item, title) of what is owed beside others of its round, and can be waived alone."""
        several = Counter(one.obligation.round_id for one in self.owed)
        return [
            (one.obligation.item, one.obligation.title)
            for one in self.owed
            if one.obligation.item and several[one.obligation.round_id] > 1
        ]

    @property
    def on_time(self) -> int:
        return sum(kind == "on_time" for _, _, kind in self.record)


def whole_unit(desk: RequestView, code: str) -> WholeUnit:
    """Raises CchcError for a code that the register does not know or that is not the viewer's, and while nothing was
    recorded."""
    unit = desk.units.get(code)
    desk.refuse_others(code)
    if desk.store is None:
        raise CchcError(t("board.nothing_recorded"))
    run = Run(desk.store, desk.instance, desk.as_of)
    doubted = {one.obligation_id for one in unproven_figures(run.store, desk.as_of, unit_code=code)}
    rows = [
        line(desk, one, state, unproven=one.obligation_id in doubted)
        for one, state in desk.ledger.states(desk.as_of, unit_code=code)
    ]
    owed = sorted((one for one in rows if one.state.owed), key=lambda one: one.due_at)
    files = run.store.query("board.files_of_unit", unit_code=code, as_of=to_text(desk.as_of), most=MOST)
    return WholeUnit(
        unit=unit,
        parent=desk.unit_name(unit.parent) if unit.parent else "",
        broken=[one for one in bad_addresses(run.store, run.as_of) if one.unit_code == code],
        holds=[
            (
                one,
                desk.calendar.round(one.round_id).title
                if one.round_id
                else t("board_units.hold_every_round"),
            )
            for one in load_holds(run.store, run.as_of).active(run.today)
            if one.unit_code == code
        ],
        owed=owed,
        owed_rounds=_owed_rounds(desk, owed),
        record=_record(desk, rows),
        orders=[one for one in open_orders(run) if one.finding.unit_code == code],
        last_index=_last_index(run, code),
        entries=_entries(desk, code, files),
        returnable=_returnable(rows, files),
        receivable=_receivable(desk, rows),
        came=[
            (str(row["submission_id"]), f"{row['title']} ({row['file_name']})") for row in files[:LAST_ROUNDS]
        ],
        waived=_waived(desk, rows),
        today=run.today,
        followed=followed_lines(desk, code),
        links_on=run.instance.unit_page_url is not None,
        link_uses=uses_of(run.store, code),
    )


def _record(desk: RequestView, rows: Sequence[ObligationRow]) -> list[tuple[str, str, str]]:
    """(round, its title, how the unit answered) of the last reports that fell due."""
    found = []
    for one in sorted(rows, key=lambda one: one.obligation.due_at):
        round_ = desk.calendar.round(one.obligation.round_id)
        if round_.kind in REPORT_KINDS and one.timeliness != "pending":
            found.append((round_.round_id, round_.title, one.timeliness))
    return found[-LAST_ROUNDS:]


def _last_index(run: Run, code: str) -> tuple[str, RankedUnit] | None:
    """The newest published line of the unit, with its round."""
    for row in reversed(run.rounds.all()):
        if row["kind"] != RoundKind.SCORING:
            continue
        lines = [
            (edition, one)
            for (_, edition), ranked in rankings_of(run.store, row["round_id"]).items()
            for one in ranked
            if one.unit_code == code
        ]
        if lines:
            return row["round_id"], max(lines, key=lambda pair: pair[0])[1]
    return None


def _returnable(rows: Sequence[ObligationRow], files: Sequence[Row]) -> list[tuple[str, str]]:
    """(submission, title) of last versions that came, count, and are not locked; `files`: the newest first."""
    can_be = {one.obligation.obligation_id for one in rows if one.state.fulfilled and not one.state.locked}
    newest: dict[str, Row] = {}
    for row in files:
        newest.setdefault(str(row["obligation_id"]), row)
    return [
        (str(row["submission_id"]), f"{row['title']} ({row['file_name']})")
        for obligation, row in newest.items()
        if obligation in can_be and row["outcome"] in ("accepted", "accepted_with_warnings", "nothing")
    ]


def _receivable(desk: RequestView, rows: Sequence[ObligationRow]) -> list[tuple[str, str]]:
    """(round, title) of rounds in which something of the unit can still come."""
    ids = dict.fromkeys(one.obligation.round_id for one in rows if one.state.status != "waived")
    return [(one, desk.calendar.round(one).title) for one in reversed(ids)]


def _owed_rounds(desk: RequestView, owed: Sequence[ObligationRow]) -> list[tuple[str, str]]:
    """(round, title) of rounds in which something is owed; of several things, how many an act is about."""
    counts = Counter(one.obligation.round_id for one in owed)
    titles = {one: desk.calendar.round(one).title for one in counts}
    return [
        (one, t("board_units.round_of_several", round=titles[one], count=count) if count > 1 else titles[one])
        for one, count in counts.items()
    ]


def _waived(desk: RequestView, rows: Sequence[ObligationRow]) -> list[tuple[str, str]]:
    """(round, title) of rounds in which something was waived."""
    ids = dict.fromkeys(one.obligation.round_id for one in rows if one.state.status == "waived")
    return [(one, desk.calendar.round(one).title) for one in reversed(ids)]


def _entries(desk: RequestView, code: str, files: Sequence[Row]) -> list[Entry]:
    """Events, mails and files in one line, the newest first."""
    assert desk.store is not None
    at = to_text(desk.as_of)
    events = desk.store.query("board.events_of_unit", unit_code=code, as_of=at, most=MOST)
    mails = desk.store.query("board.mails_of_unit", unit_code=code, as_of=at, most=MOST, reply=REPLY)
    told = findings_of_all(desk.store, [str(row["submission_id"]) for row in files if row["findings"]])
    shown = [_file(desk, row, told.get(str(row["submission_id"]), [])) for row in files]
    found = [*map(_event, events), *map(_mail, mails), *shown]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _event(row: Row) -> Entry:
    by_unit = row["kind"] == EventKind.submitted and row["actor"] == "he-thong"
    actor = "don-vi" if by_unit else str(row["actor"])
    return Entry(
        at=from_text(row["happened_at"]).astimezone(TZ),
        kind="event",
        what=table("board.events")[str(row["kind"])],
        about=str(row["title"]),
        who=title_of(actor),
        why=row["reason"] or "",
    )


def _mail(row: Row) -> Entry:
    key = "answer" if row["answered_by"] else "mail"
    return Entry(
        at=from_text(row["sent_at"] or row["decided_at"]).astimezone(TZ),
        kind="mail",
        what=t(f"board_units.{key}", state=table("board_units.mail_states")[str(row["state"])]),
        about=str(row["subject"]),
        who=title_of(row["answered_by"]) if row["answered_by"] else "",
        text=str(row["plain"]),
    )


def _file(desk: RequestView, row: Row, findings: list[CheckFinding]) -> Entry:
    return Entry(
        at=from_text(row["received_at"]).astimezone(TZ),
        kind="file",
        what=t(
            "board_units.file",
            channel=table("board.channels").get(str(row["channel"]), str(row["channel"])),
            outcome=table("board.outcomes")[str(row["outcome"])],
        ),
        about=f"{row['title']}: {row['file_name']}",
        who=desk.unit_name(row["sender_unit"]) if row["sender_unit"] else "",
        address=f"/bai-nop/{row['submission_id']}",
        findings=findings,
    )
