"""Dossiers resolved in time by field (lĩnh vực), as Biểu 06 counts them over all units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from cchc.clock import vn_date
from cchc.indicators.numbers import number, ratio
from cchc.report.blocks import Table, columns_of
from cchc.report.figures import clean
from cchc.report.places import Linked, link
from cchc.report.references import References
from cchc.sources.forms import UnitBlock
from cchc.sources.states import State
from cchc.texts import t, table, vietnamese_order


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
        return _sum(t("report.fields.all"), self.rows)


def field_facts(form: tuple[Sequence[UnitBlock], State] | None) -> FieldFacts | None:
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


@dataclass(frozen=True)
class FieldView:
    """A field as the template shows it; `same`: how many others have the same rate, empty for none."""

    name: str
    rate: Linked
    parts: Linked
    same: str = ""


@dataclass(frozen=True)
class FieldViews:
    """`fields` in the template. `equal`: all fields have one rate, that of `whole`."""

    best: FieldView
    worst: FieldView
    whole: FieldView
    count: Linked
    equal: bool
    cut_off: str
    coverage: Linked


def field_views(facts: FieldFacts, references: References) -> FieldViews:
    """Best and worst field; of several with the lowest rate the one with the most dossiers."""
    rated = facts.rated
    low = [row for row in rated if row.rate == rated[-1].rate]
    high = [row for row in rated if row.rate == rated[0].rate]

    def counted(count: int) -> Linked:
        return Linked(link(references.named("linh_vuc"), number(Decimal(count))))

    def view(row: FieldCount, place: int, others: int = 0) -> FieldView:
        anchor = references.field(place)
        parts = f"{number(Decimal(row.in_time))}/{number(Decimal(row.resolved))}"
        rate = f"{number(row.rate, 'percent')}%"
        same = counted(others) if others else ""
        return FieldView(clean(row.name), Linked(link(anchor, rate)), Linked(link(anchor, parts)), same)

    of = t("report.of", count=facts.covered, whole=facts.units)
    return FieldViews(
        best=view(high[0], 1, len(high) - 1),
        worst=view(low[0], facts.rows.index(low[0]) + 1, len(low) - 1),
        whole=view(facts.whole, len(facts.rows) + 1),
        count=counted(len(rated)),
        equal=rated[0].rate == rated[-1].rate,
        cut_off=vn_date(facts.cut_off),
        coverage=Linked(link(references.named("linh_vuc"), of)),
    )


def field_columns(facts: FieldFacts) -> list[str]:
    """The counts that are shown, by their names in `FieldCount`."""
    shown = ["resolved", "early", "on_time", "late"]
    return [*shown, "no_due"] if facts.whole.no_due else shown


def field_table(facts: FieldFacts, references: References) -> Table:
    """One row a field, the total last."""
    heads, counts = table("report.fields.heads"), field_columns(facts)
    columns = columns_of(
        heads, " ".join(["number:10^ name:60", *(f"{name}:20>" for name in [*counts, "rate"])])
    )
    rows = [
        [
            str(place) if place <= len(facts.rows) else "",
            row.name,
            *(number(Decimal(getattr(row, name))) for name in counts),
            number(row.rate, "percent"),
        ]
        for place, row in enumerate([*facts.rows, facts.whole], start=1)
    ]
    anchors = {place: references.field(place + 1) for place in range(len(rows))}
    anchors[-1] = references.named("linh_vuc")
    return Table(columns, rows, bold_rows=frozenset({len(rows) - 1}), anchors=anchors)
