"""The reminders of an obligation from its dates and its own history alone, as an official reads the ladder."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cchc.clock import at
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc_rehearsal.planned_runs import last_daily_run

# The ladder as an official reads it, product by product: rung and working days from the due day.
_BEFORE = {"nhac_truoc_han_1": -5, "nhac_truoc_han_2": -1, "ngay_han": 0}
_AFTER = {"qua_han_1": 1, "qua_han_2": 3, "qua_han_3": 5}
PLAIN_LADDER = {
    "bao_cao": _BEFORE | _AFTER,
    "tu_cham": _BEFORE | {"qua_han_1": 1, "qua_han_2": 3},
    "nhiem_vu": {"nhac_truoc_han_1": -5, "qua_han_1": 1, "qua_han_3": 5},
    "tra_loi": _BEFORE | _AFTER,
    "de_cuong": {"nhac_truoc_han_1": -5, "qua_han_1": 1},  # the outline before a visit
    "giai_trinh": {},  # a right, no duty
}


def plain_reading(row: Any, events: list[Any]) -> set[tuple[str, str]]:
    """(rung, day) of one obligation's reminders, from its dates and its own history alone: every morning that finds it
    open and due for a rung gets that rung; a morning that missed one (the request came later) gets none for it."""
    days, due = Calendar.load().working_days, datetime.fromisoformat(row["due_at"])
    opened = next(date.fromisoformat(one["recorded_at"][:10]) for one in events if one["kind"] == "opened")
    last = UnitRegister.load().get(row["unit_code"]).valid_to or date.max  # nobody writes to what is merged
    got = set()
    for rung, shift in PLAIN_LADDER[row["product"]].items():
        day = days.previous(due.date()) if shift == 0 else days.add(due.date(), shift)
        morning = at(day, 8).isoformat()
        known = [one["kind"] for one in events if one["recorded_at"] <= morning]
        answered = any(kind in ("submitted", "nothing_to_report", "waived", "locked") for kind in known)
        if opened < day <= min(last_daily_run(2026), last) and not answered:
            got.add((rung, day.isoformat()))
    return got
