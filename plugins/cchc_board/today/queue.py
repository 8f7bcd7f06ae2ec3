"""What waits for a person now, pile by pile: nothing that somebody has to decide stays unlisted.

Each pile is read by the function of the library that its command uses too; a pile knows how many there are, and shows
the oldest of them, of each round where it spans some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import quote

from cchc.chasing.day_summary import late_units
from cchc.chasing.more_time import waiting_pleas
from cchc.clock import TZ, from_text, vn_date, vn_instant
from cchc.documents.numbering import unnumbered
from cchc.documents.signed_copies import unsigned
from cchc.documents.waiting import undecided
from cchc.mail.bounces import bad_addresses
from cchc.mail.resending import held_mails
from cchc.obligations import RoundState, unproven_figures
from cchc.run import Run
from cchc.sources import coverage, source_words
from cchc.submissions.late import waiting_late
from cchc.submissions.set_aside import waiting
from cchc.texts import t, table
from cchc_board.airflow_side import FailedRun
from cchc_board.papers.signing_page import label_of
from cchc_board.today.pile import SHOWN, Pile, RoundGroup, WaitingItem, by_rounds


def piles(
    run: Run,
    states: Mapping[str, RoundState],
    failed: Iterable[FailedRun] = (),
    scope: frozenset[str] | None = None,
    whole: str = "",
) -> list[Pile]:
    """What waits at the run's moment, the most pressing kinds first; only kinds of which there is something.

    states: of the rounds at that moment. scope: the units that the officer looks after, None for all; of what is of no
    unit then only sources are told. whole: the pile of which more than the oldest are shown.
    """
    found = []
    for code, look in _LOOKS.items():
        own = [one for one in look(run) if scope is None or one.unit in scope or code in _OF_NO_UNIT]
        everything = [_named(run, one) for one in own]
        groups = by_rounds(everything, run.calendar, states, whole=code == whole)
        known = {} if scope is not None and code in _OF_ALL else _ADDRESSES
        address = known.get(code, f"/?xem={code}#{code}")
        found.append(Pile(code, groups, len(everything), address))
    broken = [WaitingItem(one.title, since=one.when, address=one.address) for one in failed]
    oldest = RoundGroup("", None, tuple(broken[:SHOWN]), len(broken))
    found.insert(0, Pile("failed", (oldest,), len(broken)))
    return [one for one in found if one.count]


def _named(run: Run, one: WaitingItem) -> WaitingItem:
    unit = next((unit for unit in run.units.all if unit.code == one.unit), None) if one.unit else None
    if unit is None:
        return replace(one, name=one.unit)
    return replace(one, name=unit.name, phone=unit.phone, contact=unit.contact)


def _drafts(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            run.calendar.round(one.round_id).title,
            detail=one.about,
            since=one.since,
            address=f"/phe-duyet/{one.round_id}",
        )
        for one in undecided(run)
    ]


def _late(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            str(row["title"]),
            unit=row["unit_code"],
            detail=row["file_name"],
            since=from_text(row["received_at"]),
            item=row["submission_id"],
            round_id=row["round_id"],
        )
        for row in waiting_late(run)
    ]


def _pleas(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            run.calendar.round(one.round_id).title,
            unit=one.unit_code,
            detail=t("board_today.plea_due", due=vn_date(one.due_at.astimezone(TZ).date()))
            + (
                t("board_today.plea_delivered", when=vn_instant(one.delivered_at)) if one.delivered_at else ""
            ),
            since=one.asked_at,
            item=one.plea_id,
            day=vn_date(one.wanted) if one.wanted else "",
            round_id=one.round_id,
        )
        for one in waiting_pleas(run)
    ]


def _unproven(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            one.what, unit=one.unit_code, since=one.since, item=one.submission_id, round_id=one.round_id
        )
        for one in unproven_figures(run.store, run.as_of)
    ]


def _set_aside(run: Run) -> list[WaitingItem]:
    channels = table("submissions.set_aside.channels")
    return [
        WaitingItem(
            f"{one.name} ({channels[one.channel]})",
            detail=one.reason,
            since=one.received_at,
            item=one.item_id,
            address=f"/can-xem-lai/{one.item_id}",
        )
        for one in waiting(run.store, run.as_of)
        if not one.wanted
    ]


def _to_call(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            "; ".join(one.titles),
            unit=one.code,
            detail=t("board_today.overdue_by", days=one.working_days)
            + (t("board_today.noted", days=", ".join(map(vn_date, one.noted))) if one.noted else ""),
            item=one.code,
        )
        for one in late_units(run)
        if one.to_call and run.today not in one.noted
    ]


def _unsigned(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            label_of(run, one),
            unit=one.unit_code or "",
            detail=PurePosixPath(one.file_name).name,
            since=one.made_at,
            address="/cho-ky",
        )
        for one in unsigned(run)
    ]


def _unnumbered(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            label_of(run, one.record),
            unit=one.record.unit_code or "",
            detail=one.symbol,
            since=one.record.made_at,
            item=one.record.document_id,
            address=f"/van-ban/{quote(one.record.document_id)}",
            day=vn_date(run.today),
        )
        for row in run.rounds.all(run.today.year)
        for one in unnumbered(run.store, row["round_id"], run.as_of)
    ]


def _silent(run: Run) -> list[WaitingItem]:
    titles = table("sources.coverage.sources")
    return [
        WaitingItem(titles[str(one.source)], detail=source_words(one), address="/nguon")
        for one in coverage(run.store, run.instance, run.calendar, run.units, run.as_of)
        if one.alarmed
    ]


def _held(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            str(row["subject"]),
            unit=row["unit_code"] or "",
            detail=row["server_answer"] or "",
            since=from_text(row["claimed_at"]),
            address=f"/thu?khoa={quote(row['mail_key'], safe='')}",
        )
        for row in held_mails(run.store)
        if row["claimed_at"] and from_text(row["claimed_at"]) <= run.as_of
    ]


def _bad_addresses(run: Run) -> list[WaitingItem]:
    return [
        WaitingItem(
            one.address, unit=one.unit_code or "", detail=one.words, since=one.bounced_at, item=one.address
        )
        for one in bad_addresses(run.store, run.as_of)
    ]


_LOOKS: dict[str, Callable[[Run], list[WaitingItem]]] = {
    "drafts": _drafts,
    "late": _late,
    "pleas": _pleas,
    "unproven": _unproven,
    "set_aside": _set_aside,
    "call": _to_call,
    "unnumbered": _unnumbered,
    "unsigned": _unsigned,
    "silent": _silent,
    "held": _held,
    "addresses": _bad_addresses,
}
_OF_NO_UNIT = frozenset({"silent"})
_OF_ALL = frozenset({"held"})  # their page is not for whoever looks after some units
_ADDRESSES = {
    "unsigned": "/cho-ky",
    "silent": "/nguon",
    "call": "/don-vi",
    "held": "/thu",
}
