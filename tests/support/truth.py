"""What the province's figures of the rehearsed year should be, worked out apart from the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cchc.units import Unit

Rows = Callable[..., list[Any]]  # a statement and its values


def follows(own: dict[str, dict[str, str]], tier: str) -> dict[str, dict[str, str]]:
    """What follows from a unit's true figures, worked out apart from the product."""

    def values(*codes: str) -> list[int]:
        return [int(own[code]["value"]) for code in codes if "value" in own.get(code, {})]

    found: dict[str, int] = {}
    if len(parts := values("VI.3.2", "VI.3.3", "VI.3.4", "VI.3.5")) == 4:
        found["VI.3.1"] = sum(parts)
    documents = values("VB.3", "VB.4", "VB.7", "VB.8")
    if any(documents) or len(documents) == 4:
        found["VB.9"] = int(any(documents))
    if tier == "xa":
        same = {
            "VII.2.2": "VII.2.1",
            "VII.3.2": "VII.3.1",
            **{f"VII.6.{n + 3}": f"VII.6.{n}" for n in (1, 2, 3)},
        }
        found |= {code: int(own[asked]["value"]) for code, asked in same.items() if asked in own}
    return {code: {"value": str(value)} for code, value in found.items()}


def inspected_communes(rows: Rows, as_of: str, units: Sequence[Unit]) -> str | None:
    """Communes on the list of an inspection whose findings the department had by then; None before any."""
    known = rows(
        "SELECT DISTINCT o.round_id FROM obligations o JOIN obligation_events e ON e.obligation_id = o.obligation_id "
        "WHERE o.product = 'tra_loi' AND e.recorded_at <= ?",
        as_of,
    )
    chosen = {
        row["unit_code"]
        for one in known
        for row in rows("SELECT unit_code FROM inspection_choices WHERE round_id = ?", one["round_id"])
    }
    return str(len(chosen & {unit.code for unit in units if unit.tier == "xa"})) if known else None
