"""What a rehearsed year came to: per round, per rung, and where things lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cchc.mail.counts import sent_by_rung
from cchc.obligations import Ledger, RoundLedger, RoundSummary, summarise
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar


@dataclass(frozen=True)
class RoundLine:
    """One round: its summary over all obligations, and mails by rung."""

    round_id: str
    title: str
    summary: RoundSummary
    mails: dict[str, int]


def round_lines(store: Store, year: int, as_of: datetime) -> list[RoundLine]:
    """Rounds of the year in the order of their opening, as they stood at `as_of`."""
    calendar, ledger, mails = Calendar.load(), Ledger(store), sent_by_rung(store, year)
    units = UnitRegister.load()
    return [
        RoundLine(
            row["round_id"],
            calendar.round(row["round_id"]).title,
            summarise(ledger.states(as_of, round_id=row["round_id"]), units, as_of),
            mails.get(row["round_id"], {}),
        )
        for row in RoundLedger(store).all(year)
    ]


def places(instance: Instance, year: int) -> dict[str, Path]:
    """Where the year's products lie, by the key of their name in `include/texts/cli.yaml`."""
    out = instance.out / str(year)
    return {
        "plan": out / f"{year}-KH",
        "workbooks": out / f"{year}-Q1" / "bieu-mau",
        "report": out / f"{year}-NAM" / f"bao-cao-{year}-NAM.docx",
        "appendix": out / f"{year}-NAM" / f"phu-luc-{year}-NAM.xlsx",
        "ranking": out / f"{year}-CD",
        "mails": instance.mail_sink,
        "truth": instance.root / "su-that.json",
    }
