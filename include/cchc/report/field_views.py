"""The fields of work side by side: the rows of the tables of the report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cchc.clock import vn_date
from cchc.documents.blocks import DocumentTable, columns_of
from cchc.documents.places import Linked, link
from cchc.documents.text import clean
from cchc.figures.fields import FieldCount, FieldFacts
from cchc.indicators.numbers import number
from cchc.report.anchors import ReportAnchors
from cchc.texts import t, table


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


def field_views(facts: FieldFacts, references: ReportAnchors) -> FieldViews:
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

    of = t("figures.of", count=facts.covered, whole=facts.units)
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


def field_table(facts: FieldFacts, references: ReportAnchors) -> DocumentTable:
    """One row a field, the total last."""
    heads, counts = table("figures.fields.heads"), field_columns(facts)
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
    return DocumentTable(columns, rows, bold_rows=frozenset({len(rows) - 1}), anchors=anchors)
