"""What the council held and what was published: sessions, and the editions of each list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import from_text, to_text
from cchc.files import sha256_bytes
from cchc.store import Store, Transaction


@dataclass(frozen=True)
class CouncilSession:
    """A session of the council: who was there, who gave a word in writing (accounts)."""

    round_id: str
    held_at: datetime
    present: tuple[str, ...]
    written: tuple[str, ...] = ()
    minutes_document_id: str | None = None

    @property
    def session_id(self) -> str:
        said = [self.round_id, to_text(self.held_at), self.present, self.written, self.minutes_document_id]
        return sha256_bytes(json.dumps(said).encode())[:16]


@dataclass(frozen=True)
class RankedUnit:
    """One line of a published list. index None: nothing in force; rank None: not ranked."""

    round_id: str
    list_code: str
    edition: int
    unit_code: str
    index: Decimal | None
    rank: int | None
    class_name: str | None
    inputs_sha256: str


def put_council_session(
    transaction: Transaction, session: CouncilSession, recorded_at: datetime, actor: str
) -> bool:
    """Keep a session; False when it is there already."""
    return bool(
        transaction.execute(
            "scores.add_council_session",
            session_id=session.session_id,
            round_id=session.round_id,
            held_at=to_text(session.held_at),
            present_json=json.dumps(session.present),
            written_json=json.dumps(session.written),
            minutes_document_id=session.minutes_document_id,
            actor=actor,
            recorded_at=to_text(recorded_at),
        )
    )


def council_sessions(store: Store, round_id: str) -> list[CouncilSession]:
    """Sessions of a round, oldest first."""
    return [
        CouncilSession(
            row["round_id"], from_text(row["held_at"]), tuple(json.loads(row["present_json"])),
            tuple(json.loads(row["written_json"])), row["minutes_document_id"],
        )
        for row in store.query("scores.council_sessions_of_round", round_id=round_id)
    ]  # fmt: skip


def put_ranking(transaction: Transaction, lines: Iterable[RankedUnit]) -> None:
    """Keep an edition of a list, whole. An edition that stands there is never changed: the store refuses it."""
    transaction.execute_many(
        "scores.add_ranking",
        [
            {
                "round_id": one.round_id,
                "list": one.list_code,
                "edition": one.edition,
                "unit_code": one.unit_code,
                "index_value": None if one.index is None else format(one.index, "f"),
                "rank": one.rank,
                "class": one.class_name,
                "inputs_sha256": one.inputs_sha256,
            }
            for one in lines
        ],
    )


def rankings_of(store: Store, round_id: str) -> dict[tuple[str, int], Sequence[RankedUnit]]:
    """(list, edition) -> its lines by rank; units without one come last."""
    found: dict[tuple[str, int], list[RankedUnit]] = {}
    for row in store.query("scores.rankings_of_round", round_id=round_id):
        line = RankedUnit(
            row["round_id"], row["list"], row["edition"], row["unit_code"],
            None if row["index_value"] is None else Decimal(row["index_value"]), row["rank"], row["class"],
            row["inputs_sha256"],
        )  # fmt: skip
        found.setdefault((line.list_code, line.edition), []).append(line)
    last = 10**9
    return {
        key: sorted(lines, key=lambda one: (one.rank or last, one.unit_code)) for key, lines in found.items()
    }
