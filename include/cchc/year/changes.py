"""What a changed calendar moves: the rounds as they were opened, beside the rounds as the files now say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cchc.clock import to_text
from cchc.texts import t
from cchc.year.calendar import Calendar


@dataclass(frozen=True)
class Move:
    """One date of an opened round that differs now. `old` and `new` are the stored texts (ISO)."""

    round_id: str
    what: str
    old: str
    new: str
    explanation: str


def compare(opened: Iterable[Mapping[str, Any]], calendar: Calendar) -> list[Move]:
    """Moves of rounds in the store (rows of table `rounds`) against the calendar as it is now."""
    moves = []
    for row in opened:
        now = calendar.round(row["round_id"])
        current = {
            "unit_due_at": to_text(now.unit_due_at),
            "province_due_on": now.province_due_on.isoformat(),
            "closes_at": to_text(now.closes_at),
            "window_last": now.window.last.isoformat() if now.window else None,
        }
        for what, new in current.items():
            if row[what] != new:
                why = "; ".join(now.notes) or t("year.rule_changed")
                moves.append(Move(row["round_id"], t(f"year.what.{what}"), str(row[what]), str(new), why))
    return moves
