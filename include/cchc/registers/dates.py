"""A date of one round of one year is changed, and what any change of the calendar's files moves: dates, the units that
owe something, and the reminders that follow a due date."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from cchc.chasing.ladder import Ladder, Rung, Trigger
from cchc.clock import TZ, vn_date
from cchc.errors import CchcError, RuleRefused
from cchc.installing.yaml_changes import changed_yaml
from cchc.obligations import RoundLedger, units_owing
from cchc.obligations.calendar_moves import touched_units
from cchc.registers.proposing import FileProposal, current_text, propose, tried
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar, Move, Product, Round, RoundKind, compare
from cchc.year.changes import shown_value

CALENDAR = "calendar.yaml"
# What a round calls its dates, and the key of each in the file.
KEYS = {
    "opens_at": "opens",
    "unit_due_at": "unit_due",
    "province_due_on": "province_due",
    "closes_at": "closes",
}


@dataclass(frozen=True)
class MovedReminder:
    """A rung of the ladder that a due date takes with it."""

    name: str
    old: date
    new: date


@dataclass(frozen=True)
class MovedRound:
    """What a change means for one round. moves: (what, before, after, why) in words; units: names of those that still
    owe in an open round, of one that is not open yet how many it will concern, by tier in words."""

    title: str
    is_open: bool
    moves: tuple[tuple[str, str, str, str], ...]
    units: tuple[str, ...]
    concerned: str
    reminders: tuple[MovedReminder, ...]


def dates_of(round_: Round) -> dict[str, datetime | date]:
    """The dates of a round that can be changed, by name: its moments, or those that every round has."""
    if round_.moments:
        return dict(round_.moments)
    return {name: getattr(round_, name) for name in KEYS}


def round_date(round_id: str, what: str, day: date) -> FileProposal:
    """Another day for one date of one round, in `years` of the file: the rule of other years stays.

    RuleRefused: 'no-such-date', 'date-too-far' for a day that lies in no year beside the round's.
    """
    round_ = Calendar.load().round(round_id)
    known = dates_of(round_)
    names = table("year.entry")
    if what not in known:
        told = ", ".join(f"{one} ({names[one]})" for one in known)
        raise RuleRefused("no-such-date", t("registers.no_date", what=what, round=round_id, names=told))
    shift = day.year - round_.year
    if abs(shift) > 1:
        raise RuleRefused("date-too-far", t("registers.date_too_far", day=vn_date(day), round=round_id))
    written = f"{f'{shift:+d}/' if shift else ''}{day:%m-%d}"

    def change(content: Any) -> None:
        if not isinstance(content.get("years"), dict):
            content["years"] = CommentedMap()
        years = content["years"]
        years.fa.set_block_style()
        key: int | str = next((one for one in years if str(one) == str(round_.year)), round_.year)
        place = [key, round_.kind.value, *(("moments", what) if round_.moments else (KEYS[what],))]
        node = years
        for name in place:
            if not isinstance(node.get(name), dict):
                node[name] = CommentedMap()
            node = node[name]
        for other in ("before_province_due", "after", "working_days"):
            node.pop(other, None)
        node["day"] = DoubleQuotedScalarString(written)

    words = t(
        "registers.date_changed",
        round=round_.title,
        what=names[what],
        old=_shown(known[what]),
        new=vn_date(day),
    )
    text = changed_yaml(current_text(CALENDAR), change)
    return propose(CALENDAR, text.encode(), [words])


def effects(store: Store | None, as_of: datetime, proposal: FileProposal) -> list[MovedRound]:
    """What a proposed `calendar.yaml` or `working_days.yaml` moves in this year's rounds, the last one's and the
    next one's, as far as those are known."""
    before, year, found = Calendar.load(), as_of.astimezone(TZ).year, []
    units, ladder = UnitRegister.load(strict=False), Ladder.load()
    states = RoundLedger(store).states(as_of) if store else {}
    with tried(proposal.file, proposal.content) as folder:
        after = Calendar.load(folder)
        for one in (year - 1, year, year + 1):
            moves: list[Move] = []
            with suppress(CchcError):  # a year whose holidays nobody knows
                moves = compare(before, after, one)
            for round_id in dict.fromkeys(move.round_id for move in moves):
                own = [move for move in moves if move.round_id == round_id]
                state = states.get(round_id)
                if state is not None and state.over:
                    continue
                round_ = after.round(round_id)
                owing = touched_units(store, round_id, units, as_of) if store and state else []
                found.append(
                    MovedRound(
                        round_.title,
                        state is not None,
                        tuple(_words(move) for move in own),
                        tuple(units.get(code).name if code in units else code for code in owing),
                        "" if state else _concerned(units, round_),
                        tuple(_reminders(ladder, before, after, round_id)),
                    )
                )
    return found


def _words(move: Move) -> tuple[str, str, str, str]:
    what = table("year.what").get(move.what) or t(f"year.entry.{move.what}")
    return what, shown_value(move.old), shown_value(move.new), move.explanation


def _concerned(units: UnitRegister, round_: Round) -> str:
    tiers, names = Counter(unit.tier for unit in units_owing(units, round_)), table("year.tiers")
    parts = ", ".join(f"{tiers[tier]} {names[tier]}" for tier in round_.tiers)
    return t("registers.concerned", count=tiers.total(), parts=parts)


_PRODUCT = {RoundKind.SCORING: Product.SELF_SCORE, RoundKind.PLAN: Product.TASK}


def _reminders(ladder: Ladder, before: Calendar, after: Calendar, round_id: str) -> list[MovedReminder]:
    """Of what all units owe in the round by its own due date: tasks and orders have dates of their own."""
    kind = after.round(round_id).kind
    if kind in (RoundKind.PLAN, RoundKind.INSPECTION):
        return []
    product = _PRODUCT.get(kind, Product.REPORT)
    try:
        old, new = (one.round(round_id).unit_due_at.astimezone(TZ).date() for one in (before, after))
    except CchcError:  # a round that is new
        return []
    found = []
    for rung in ladder.of(product):
        if rung.trigger is Trigger.DUE:
            days = _reached(before, old, rung), _reached(after, new, rung)
            if days[0] != days[1]:
                found.append(MovedReminder(rung.name, *days))
    return found


def _reached(calendar: Calendar, due: date, rung: Rung) -> date:
    return calendar.working_days.add(due, rung.working_days) if rung.working_days else due


def _shown(value: datetime | date) -> str:
    return vn_date(value.astimezone(TZ).date() if isinstance(value, datetime) else value)
