"""A report that takes the place of an issued one: which one, and what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc.documents.registry import last_issued
from cchc.figures.consolidate import Consolidation, load_consolidation
from cchc.figures.shown import coverage, of, tally_text
from cchc.figures.tally import Tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.store import Store
from cchc.units import Tier

KIND = "bao_cao"


@dataclass(frozen=True)
class Change:
    """One indicator of the province before and after, figures and coverage as documents show them."""

    indicator: Indicator
    before: str
    after: str
    covered_before: str
    covered_after: str


@dataclass(frozen=True)
class Correction:
    """The issued report that a new one takes the place of."""

    number: str
    symbol: str
    issued_on: date
    draft: int
    changes: Sequence[Change]


def correction(
    store: Store, consolidation: Consolidation, indicators: IndicatorRegister, as_of: datetime, day: date
) -> Correction | None:
    """What the consolidation corrects; None while no report with other figures of the round was issued by `as_of`.

    `day`: the round's, on which its indicators have their names and meanings.
    """
    last = last_issued(store, consolidation.round_id, KIND, as_of, before_draft=consolidation.draft)
    if last is None:
        return None
    before = load_consolidation(store, consolidation.round_id, last.draft, indicators)
    if before is None or last.number is None or last.issued_on is None:
        return None
    known = {one.code: one for one in indicators.on(day)}
    codes = dict.fromkeys([*consolidation.indicators, *before.indicators])
    changes = [
        Change(known[code], *_shown(known[code], before.line(code), consolidation.line(code)))
        for code in codes
        if code in known and before.line(code, Tier.PROVINCE) != consolidation.line(code, Tier.PROVINCE)
    ]
    return Correction(last.number, last.symbol or "", last.issued_on, last.draft, changes)


def _shown(indicator: Indicator, before: Tally | None, after: Tally | None) -> tuple[str, str, str, str]:
    covered = [
        of(line.units_counted, line.units_obliged)
        if line and indicator.of_units
        else coverage(indicator, line)
        for line in (before, after)
    ]
    return tally_text(indicator, before), tally_text(indicator, after), covered[0], covered[1]
