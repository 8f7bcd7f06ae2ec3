"""Choices and findings of an inspection round in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from cchc.clock import to_text
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.findings import InspectionFinding
from cchc.store import Row, Store


def keep_choices(store: Store, round_id: str, choices: Iterable[ChosenUnit]) -> int:
    """Record the chosen units once: a round that has choices keeps them. Returns how many were new."""
    with store.write() as transaction:
        if transaction.one("inspection.any_choice", round_id=round_id):
            return 0
        rows = [
            {"round_id": round_id, "unit_code": c.unit_code, "risk": str(c.risk), "reason": c.reason}
            for c in choices
        ]
        transaction.execute_many("inspection.put_choice", rows)
    return len(rows)


def load_choices(store: Store, round_id: str) -> list[ChosenUnit]:
    """Chosen units of a round, highest risk first."""
    rows = store.query("inspection.choices_of_round", round_id=round_id)
    choices = [ChosenUnit(row["unit_code"], Decimal(row["risk"]), row["reason"]) for row in rows]
    return sorted(choices, key=lambda choice: (-choice.risk, choice.unit_code))


def last_inspected(store: Store, before_year: int) -> dict[str, int]:
    """The last year before `before_year` in which each unit was chosen."""
    return {
        row["unit_code"]: row["year"] for row in store.query("inspection.last_inspected", year=before_year)
    }


def keep_findings(store: Store, round_id: str, findings: Mapping[InspectionFinding, datetime]) -> None:
    """Record findings with the instant by which each answer is due; the same finding twice is one row."""
    with store.write() as transaction:
        transaction.execute_many(
            "inspection.put_finding",
            [
                {
                    "round_id": round_id,
                    "unit_code": finding.unit_code,
                    "number": finding.number,
                    "content": finding.content,
                    "order_text": finding.order_text,
                    "answer_due_at": to_text(due_at),
                }
                for finding, due_at in findings.items()
            ],
        )


def load_findings(store: Store, round_id: str) -> list[Row]:
    """Findings of a round by unit and number (rows of `inspection_findings`)."""
    return store.query("inspection.findings_of_round", round_id=round_id)
