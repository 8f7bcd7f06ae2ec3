"""What a changed calendar moves: the rounds as they were, beside the rounds as the files now say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cchc.clock import WEEKDAYS, from_text, to_text, vn_date, vn_instant
from cchc.texts import t
from cchc.year.calendar import Calendar
from cchc.year.model import Round

# Columns of table `rounds` that are compared, and the name of the round's explanation that goes with each.
COMPARED = {
    "opens_at": "opens_at",
    "window_first": "window",
    "window_last": "window",
    "unit_due_at": "unit_due_at",
    "province_due_on": "province_due_on",
    "closes_at": "closes_at",
}
WHOLE_ROUND = "round"


@dataclass(frozen=True)
class Move:
    """One date of a round that differs now.

    what: a column of table `rounds`, the name of a moment, or `round` when the round itself came or went. old, new:
    ISO texts, for a whole round its title; None where there is none. explanation: why the new date is what it is.
    """

    round_id: str
    what: str
    old: str | None
    new: str | None
    explanation: str


def compare(old: Calendar | Iterable[Mapping[str, Any]], new: Calendar, year: int) -> list[Move]:
    """What differs in a year between `old` and the calendar `new`, in the order in which the rounds open.

    `old` is another calendar, or rows of table `rounds`: the rounds of the year as they were opened, with the moments
    they were opened with under `moments`. A round of `new` that the rows lack is not open yet and moves nothing; one
    that another calendar lacks is new.
    """
    known = isinstance(old, Calendar)
    rows = (
        [row_of(one) | {"moments": moments_of(one)} for one in old.rounds(year)]
        if isinstance(old, Calendar)
        else [r for r in old if r["year"] == year]
    )
    before = {row["round_id"]: row for row in rows}
    now = {one.round_id: one for one in new.rounds(year)}
    moves = [
        Move(key, WHOLE_ROUND, row["title"], None, t("year.round_gone"))
        for key, row in before.items()
        if key not in now
    ]
    for key, one in now.items():
        if key in before:
            moves += _moves(before[key], one)
        elif known:
            moves.append(Move(key, WHOLE_ROUND, None, one.title, t("year.round_new")))
    return moves


def row_of(one: Round) -> dict[str, Any]:
    """A round as table `rounds` holds it, but for the day by which the province reports."""
    return {
        "round_id": one.round_id,
        "year": one.year,
        "kind": one.kind.value,
        "title": one.title,
        "opens_at": to_text(one.opens_at),
        "window_first": one.window.first.isoformat() if one.window else None,
        "window_last": one.window.last.isoformat() if one.window else None,
        "unit_due_at": to_text(one.unit_due_at),
        "province_due_on": one.province_due_on.isoformat(),
        "closes_at": to_text(one.closes_at),
    }


def moments_of(one: Round) -> dict[str, str]:
    """The moments of a round as ISO texts, by name; empty for a round without moments."""
    return {name: to_text(instant) for name, instant in one.moments.items()}


def shown_value(text: str | None) -> str:
    """An ISO text as people read it: `17 giờ 00 ngày 17/03/2026 (thứ Ba)`, `thứ Sáu 20/03/2026`."""
    if text is None:
        return t("year.none")
    try:
        instant = from_text(text)
    except ValueError:
        return text
    if "T" in text:
        return vn_instant(instant)
    return f"{WEEKDAYS[instant.weekday()]} {vn_date(instant.date())}"


def _moves(before: Mapping[str, Any], now: Round) -> list[Move]:
    """A round with moments is compared by them, where it is known which it was opened with."""
    current, was, names = row_of(now), dict(before), COMPARED
    if now.moments and before.get("moments"):
        current, was = moments_of(now), before["moments"]
        names = {name: name for name in now.moments}
    return [
        Move(now.round_id, what, was.get(what), current[what], _why(now, explained))
        for what, explained in names.items()
        if was.get(what) != current[what]
    ]


def _why(now: Round, name: str) -> str:
    explanation = now.explanations.get(name)
    if explanation is None or explanation.plain:
        # On an ordinary day only the rule itself can have moved the date.
        return "; ".join([t("year.rule_changed"), *([explanation.text] if explanation else [])])
    return explanation.text
