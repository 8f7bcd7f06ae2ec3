"""A small province with one round under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cchc.clock import at, from_text
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundEvent, RoundEventKind, RoundLedger
from cchc.paths import Instance
from cchc.store import Store
from cchc.year import Calendar

ROUND = "2026-Q1"
# On time, late, silent, sent back because of faults, excused.
GOOD, LATE, SILENT, FAULTY, EXCUSED = "30292", "30301", "so-noi-vu", "so-tai-chinh", "30295"
ATTACK = "<script>alert(1)</script>"


@dataclass
class Province:
    """What the tests build on."""

    instance: Instance
    store: Store
    ledger: Ledger
    rounds: RoundLedger

    def happen(
        self, unit: str, kind: EventKind, moment: str, reason: str | None = None, **detail: object
    ) -> None:
        when = from_text(moment)
        self.ledger.record(Event(f"{ROUND}/{unit}/bao_cao", kind, when, when, "he-thong", reason, detail))


def build(instance: Instance, store: Store) -> Province:
    """The round 2026-Q1 with five units, up to 20 March."""
    province = Province(instance, store, Ledger(store), RoundLedger(store))
    round_ = Calendar.load().round(ROUND)
    province.rounds.open(round_, round_.opens_at, "he-thong")
    units = (GOOD, LATE, SILENT, FAULTY, EXCUSED)
    province.ledger.open(
        [
            Obligation(f"{ROUND}/{one}/bao_cao", ROUND, one, "bao_cao", "", round_.title, round_.unit_due_at)
            for one in units
        ],
        round_.opens_at,
        "he-thong",
    )
    for unit in units:
        province.happen(unit, EventKind.requested, "2026-03-02T07:40:00+07:00")
    province.happen(EXCUSED, EventKind.waived, "2026-03-05T09:00:00+07:00", "Sáp nhập")
    _send(province, GOOD, "2026-03-12T09:00:00+07:00", EventKind.accepted)
    _send(province, FAULTY, "2026-03-13T09:00:00+07:00", EventKind.rejected, ATTACK)
    _send(province, LATE, "2026-03-19T09:00:00+07:00", EventKind.accepted)
    closing = at(date(2026, 3, 19), 9)
    for kind in (RoundEventKind.closed, RoundEventKind.drafted):
        province.rounds.record(
            RoundEvent(ROUND, kind, closing, closing, "he-thong", detail={"draft": 1, "documents": []})
        )
    return province


def _send(province: Province, unit: str, moment: str, verdict: EventKind, reason: str | None = None) -> None:
    name = f"{unit}-1"
    province.happen(unit, EventKind.submitted, moment, submission_id=name)
    province.happen(unit, verdict, moment.replace(":00:00", ":30:00"), reason, submission_id=name)
