"""How far a round has come, from its events: not open, open, closed, drafted, returned, issued."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc import clock
from cchc.store import Row
from cchc.texts import t
from cchc.year import REPORT_KINDS, Round

STEPS = ("closed", "drafted", "returned", "issued")


@dataclass(frozen=True)
class Standing:
    """`code` is a style and filter word, `text` what people read, `waiting` whether a person must decide."""

    code: str
    text: str
    detail: str = ""

    @property
    def waiting(self) -> bool:
        return self.code == "drafted"


def standing(round_: Round, as_of: datetime, events: Sequence[Row], documents: Sequence[Row]) -> Standing:
    """From what was known at the moment shown; the last step counts."""
    if not events:
        return _unopened(round_, as_of)
    last = next((event for event in reversed(events) if event["kind"] in STEPS), None)
    if last is None:
        return Standing("open", t(f"board.standing.{'open' if round_.kind in REPORT_KINDS else 'under_way'}"))
    kind, facts = str(last["kind"]), json.loads(last["detail"] or "{}")
    when = clock.vn_date(clock.from_text(last["happened_at"]).date())
    if kind == "issued":
        issued_on = _issued_on(facts.get("documents") or (), documents)
        sign = f"{facts.get('number') or ''}/{facts.get('symbol') or ''}".strip("/")
        detail = t("board.standing.issued_as", sign=sign, day=clock.vn_date(issued_on) if issued_on else when)
        return Standing(kind, t("board.standing.issued"), detail)
    if kind == "returned":
        return Standing(kind, t("board.standing.returned"), last["reason"] or "")
    if kind == "drafted":
        draft = facts.get("draft")
        text = t("board.standing.draft", draft=draft) if draft else t("board.standing.drafted")
        return Standing(kind, text, t("board.standing.since", day=when))
    return Standing(kind, t("board.standing.closed"), t("board.standing.since", day=when))


def _unopened(round_: Round, as_of: datetime) -> Standing:
    """A round that should be open by now needs somebody; one that is over was never meant for here."""
    code = "not_open" if as_of < round_.opens_at else "overdue" if as_of < round_.closes_at else "never"
    return Standing(code, t(f"board.standing.{code}"))


def _issued_on(ids: Sequence[str], documents: Sequence[Row]) -> date | None:
    days = [row["issued_on"] for row in documents if row["document_id"] in ids and row["issued_on"]]
    return date.fromisoformat(days[0]) if days else None
