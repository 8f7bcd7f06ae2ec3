"""Page of one unit in one round: what it owes, and everything that happened, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc.clock import TZ, from_text, to_text
from cchc.errors import CchcError
from cchc.obligations import Event, EventKind, doubted
from cchc.store import Row
from cchc.texts import t, table
from cchc.year import Round
from cchc_board.desk import RequestView
from cchc_board.papers.listed import ListedPaper, listed
from cchc_board.rounds.round_page import UnitRow, newest, unit_rows
from cchc_board.rounds.rows import ObligationRow
from cchc_board.who import title_of


@dataclass(frozen=True)
class Happening:
    """An event in words."""

    at: datetime
    what: str
    who: str
    why: str


@dataclass(frozen=True)
class Version:
    """One file that came for an obligation, in words."""

    at: datetime
    file: str
    channel: str
    sender: str
    outcome: str
    mark: str
    enclosed: int


@dataclass(frozen=True)
class UnitPage:
    """What the template shows of a unit in a round."""

    round: Round
    row: UnitRow
    stories: list[tuple[ObligationRow, list[Happening], list[Version]]]
    documents: list[ListedPaper]


def unit_page(desk: RequestView, round_id: str, code: str) -> UnitPage:
    """Raises CchcError when the unit owed nothing in that round by the moment shown, or is not the viewer's."""
    desk.refuse_others(code)
    round_ = desk.calendar.round(round_id)
    rows = unit_rows(desk, round_id, code) if round_id in desk.opened_rounds(round_.year) else []
    if not rows:
        raise CchcError(t("board.owes_nothing", unit=desk.unit_name(code), round=round_.title))
    row = rows[0]
    stories = [
        (
            one,
            [
                _happening(event)
                for event in desk.ledger.history(one.obligation.obligation_id)
                if event.recorded_at <= desk.as_of
            ],
            _versions(desk, one.obligation.obligation_id),
        )
        for one in row.lines
    ]
    own = [one for one in newest(desk.documents(round_id)) if one["unit_code"] == code]
    return UnitPage(round_, row, stories, listed(own))


def _versions(desk: RequestView, obligation_id: str) -> list[Version]:
    """Every version known at the moment shown, oldest first; the outcome is the one in force today."""
    assert desk.store is not None
    rows = desk.store.query("board.versions", obligation_id=obligation_id, as_of=to_text(desk.as_of))
    outcomes, channels = table("board.outcomes"), table("board.channels")
    unproven = doubted(desk.ledger.history(obligation_id), desk.as_of)

    def outcome(row: Row) -> str:
        shown = outcomes[str(row["outcome"])]
        return t("obligations.unproven.shown", what=shown) if row["submission_id"] in unproven else shown

    return [
        Version(
            at=from_text(row["received_at"]),
            file=row["file_name"],
            channel=channels[str(row["channel"])],
            sender=desk.unit_name(row["sender_unit"]) if row["sender_unit"] else "",
            outcome=outcome(row),
            mark=row["file_sha256"][:12],
            enclosed=row["enclosed"],
        )
        for row in rows
    ]


def _happening(event: Event) -> Happening:
    # A file in the inbox is recorded by the system, but it is the unit that sent it.
    by_unit = event.kind is EventKind.submitted and event.actor == "he-thong"
    actor = "don-vi" if by_unit else event.actor
    return Happening(
        at=event.happened_at.astimezone(TZ),
        what=table("board.events")[event.kind.value],
        who=title_of(actor),
        why=event.reason or "",
    )
