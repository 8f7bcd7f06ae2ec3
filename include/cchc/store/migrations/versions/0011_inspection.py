"""The record of inspections, append-only; findings and choices of before, by their number, become part of it.

Orders that were issued keep their obligations; their findings get the numbers that all have from now on.
"""

import json
from typing import Any

from alembic import op
from sqlalchemy import Connection, text

from cchc.store.chain import seal_added
from cchc.store.statements import sections, statements_of

revision = "0011"
down_revision = "0010"

_APPEND_ONLY = ("inspection_visits", "inspected_findings", "inspection_events")
_SYSTEM = "he-thong"


def upgrade() -> None:
    for statement in statements_of("0011_inspection"):
        op.execute(statement)
    connection = op.get_bind()
    _take_over(connection)
    seal_added(connection, _APPEND_ONLY)
    for trigger in sections(f"migrations/0011_inspection/{connection.dialect.name}", "append_only").values():
        for table in _APPEND_ONLY:
            op.execute(trigger.replace("{table}", table))


def _take_over(connection: Connection) -> None:
    rounds = connection.execute(
        text("SELECT round_id, year, opens_at FROM rounds ORDER BY round_id")
    ).mappings()
    for round_ in list(rounds):
        chosen = connection.execute(
            text(
                "SELECT unit_code, risk, reason FROM inspection_choices WHERE round_id = :r ORDER BY unit_code"
            ),
            {"r": round_["round_id"]},
        ).mappings()
        for row in list(chosen):
            subject = f"{round_['round_id']}/{row['unit_code']}"
            payload = {"risk": row["risk"], "why": row["reason"]}
            _event(connection, ("lua_chon", subject, 1, "chon"), round_, row["unit_code"], payload)
        findings = connection.execute(
            text(
                "SELECT unit_code, number, content, order_text, answer_due_at FROM inspection_findings "
                "WHERE round_id = :r ORDER BY unit_code, number"
            ),
            {"r": round_["round_id"]},
        ).mappings()
        for place, row in enumerate(list(findings), start=1):
            _finding(connection, round_, place, dict(row))


def _finding(connection: Connection, round_: Any, place: int, row: dict[str, Any]) -> None:
    finding_id = f"KT{round_['year'] % 100:02d}-{place:04d}"
    round_id = round_["round_id"]
    connection.execute(
        text(
            "INSERT INTO inspected_findings (finding_id, round_id, unit_code, source, actor, at) "
            "VALUES (:f, :r, :u, :s, :a, :at)"
        ),
        {
            "f": finding_id, "r": round_id, "u": row["unit_code"],
            "s": f"0001:{round_id}:{row['unit_code']}:{row['number']}",
            "a": _SYSTEM, "at": round_["opens_at"],
        },
    )  # fmt: skip
    order = {"text": row["order_text"], "responsible": "", "due": row["answer_due_at"][:10]}
    words = {"content": row["content"], "orders": [order], "severity": "vua", "kind": "ton_tai"}
    _event(connection, ("ton_tai", finding_id, 1, "ghi"), round_, row["unit_code"], words)
    obligation = f"{round_id}/{row['unit_code']}/tra_loi/{row['number']}"
    issued = {"orders": [{"obligation_id": obligation, "text": row["order_text"], "responsible": "",
                          "due_at": row["answer_due_at"]}], "number": row["number"]}  # fmt: skip
    _event(connection, ("ton_tai", finding_id, 2, "ban_hanh"), round_, row["unit_code"], issued)


def _event(
    connection: Connection,
    subject: tuple[str, str, int, str],
    round_: Any,
    unit_code: str,
    payload: dict[str, Any],
) -> None:
    about, subject_id, seq, kind = subject
    connection.execute(
        text(
            "INSERT INTO inspection_events (event_id, subject, subject_id, seq, round_id, unit_code, kind, actor, "
            "reason, document_no, at, payload_json) VALUES (:e, :s, :i, :q, :r, :u, :k, :a, NULL, NULL, :at, :p)"
        ),
        {
            "e": f"0001:{subject_id}:{kind}", "s": about, "i": subject_id, "q": seq, "r": round_["round_id"],
            "u": unit_code, "k": kind, "a": _SYSTEM, "at": round_["opens_at"],
            "p": json.dumps(payload, ensure_ascii=False, sort_keys=True),
        },
    )  # fmt: skip
