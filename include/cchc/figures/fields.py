"""Dossiers resolved in time by field (lĩnh vực), as Biểu 06 counts them over all units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from cchc.indicators.numbers import ratio
from cchc.sources.forms import UnitBlock
from cchc.sources.states import SourceState
from cchc.texts import t, vietnamese_order


@dataclass(frozen=True)
class FieldCount:
    """Dossiers of one field resolved in the window. `no_due`: without a due date, where that is a class of its own."""

    name: str
    resolved: int
    early: int
    on_time: int
    late: int
    no_due: int = 0

    @property
    def in_time(self) -> int:
        return self.early + self.on_time

    @property
    def rate(self) -> Decimal | None:
        """Percent points; None when nothing was resolved."""
        return ratio(Decimal(self.in_time), Decimal(self.resolved))


@dataclass(frozen=True)
class FieldFacts:
    """The fields with the highest rate first; those in which nothing was resolved last.

    `covered` of `units` have an export; `told` says from which snapshot.
    """

    rows: tuple[FieldCount, ...]
    cut_off: date
    covered: int
    units: int
    told: str

    @property
    def rated(self) -> list[FieldCount]:
        return [row for row in self.rows if row.rate is not None]

    @property
    def whole(self) -> FieldCount:
        return _sum(t("figures.fields.all"), self.rows)


def field_facts(form: tuple[Sequence[UnitBlock], SourceState] | None) -> FieldFacts | None:
    """What Biểu 06 says by field; None without a snapshot, or when nothing was resolved at all."""
    if form is None or form[1].cut_off is None:
        return None
    blocks, state = form
    found: defaultdict[str, list[FieldCount]] = defaultdict(list)
    for block in blocks:
        for name, counts in block.rows:
            found[name].append(
                FieldCount(
                    name, counts["resolved"], counts["early"], counts["on_time"], counts["late"],
                    counts.get("resolved_without_due", 0),
                )
            )  # fmt: skip
    rows = [_sum(name, own) for name, own in found.items()]
    if not any(row.resolved for row in rows):
        return None
    # Of equal rates the one with more dossiers says more; then the name, so that equal data give equal documents.
    rows.sort(key=lambda row: (row.rate is None, -(row.rate or 0), -row.resolved, vietnamese_order(row.name)))
    covered = sum(block.counts is not None for block in blocks)
    assert state.cut_off is not None
    return FieldFacts(tuple(rows), state.cut_off, covered, len(blocks), state.provenance()[0])


def _sum(name: str, rows: Sequence[FieldCount]) -> FieldCount:
    names = [one.name for one in fields(FieldCount) if one.name != "name"]
    return FieldCount(name, **{key: sum(getattr(row, key) for row in rows) for key in names})
