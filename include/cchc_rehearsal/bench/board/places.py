"""What the addresses of pages name in a store of years: its newest rounds, and the days on which much is going on."""

from __future__ import annotations

from datetime import timedelta

from cchc.clock import TZ, from_text
from cchc.criteria import Appraisers
from cchc.store import Store
from cchc.year import Calendar, RoundKind
from cchc_rehearsal.bench.board.pages import Places


def places_of(store_url: str) -> Places:
    """Of the last year that has a round of scores."""
    store = Store(store_url)
    rounds = store.query("obligations.rounds_selected", year=None)
    last = {row["kind"]: row["round_id"] for row in rounds}
    scoring = Calendar.load().round(last[RoundKind.SCORING])
    report = Calendar.load().round(last[RoundKind.YEAR])
    appraised = scoring.moments["tham_dinh_1"].astimezone(TZ).date() - timedelta(days=1)
    waiting = next(
        from_text(row["recorded_at"]).date()
        for row in store.query("obligations.events", round_id=report.round_id)
        if row["kind"] == "drafted"
    )
    unit = store.query("obligations.selected", round_id=report.round_id, unit_code=None, product=None)[0]
    items = store.query("submissions.set_aside_unsettled", as_of="9999")
    store.close()
    return Places(
        year=report.year,
        first_year=min(int(row["year"]) for row in rounds),
        report=report.round_id,
        scoring=scoring.round_id,
        inspection=last[RoundKind.INSPECTION],
        unit=unit["unit_code"],
        indicator="T06.1",
        group=Appraisers.load().groups[0].code,
        item=items[0]["item_id"],
        file="units.csv",
        open=(report.unit_due_at.astimezone(TZ).date() + timedelta(days=1)).isoformat(),
        waiting=waiting.isoformat(),
        appraising=appraised.isoformat(),
    )
