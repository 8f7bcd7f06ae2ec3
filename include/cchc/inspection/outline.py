"""The outline that a unit fills in before its visit: a row a field, with what is known filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cchc.clock import TZ, to_text, vn_date
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.indicators import format_number
from cchc.inspection.fields import InspectionField, InspectionFields
from cchc.inspection.mending import open_orders
from cchc.inspection.visits import Visit
from cchc.obligations import Event, EventKind, Obligation, append
from cchc.run import Run
from cchc.texts import t
from cchc.workbooks.forms import Item
from cchc.workbooks.items_book import build_items_workbook
from cchc.year import REPORT_KINDS, Product

_WORKING_DAYS = 10  # until the outline is to come back
_SHOWN = 5
# Figures that tell of each thing: of how many, and how many of them.
_FIGURES = {
    "late_dossiers": ("T06.5", "T06.8"),
    "not_online": ("T06.1", "T06.2"),
    "unsigned": ("VB.1", "VB.2"),
}


def outline_due(run: Run, visit: Visit) -> datetime:
    """By when the outline of a visit is to come back: in so many working days, and before the team comes."""
    days = run.calendar.working_days
    day = days.add(run.today, _WORKING_DAYS)
    if visit.days and visit.days[0] <= day:
        day = min(
            visit.days[0], max(days.previous(visit.days[0] - timedelta(days=1)), days.add(run.today, 1))
        )
    return run.round.unit_due_at.replace(year=day.year, month=day.month, day=day.day)


def due_of_outline(run: Run, visit: Visit) -> datetime:
    """By when the outline that was laid is to come back; as `outline_due` where there is none."""
    found = run.ledger.states(run.as_of, round_id=visit.round_id, product=Product.OUTLINE)
    mine = [state.current_due_at for one, state in found if one.item.startswith(f"{visit.visit_id}.")]
    return max(mine, default=outline_due(run, visit))


def lay_outline(run: Run, visit: Visit, due: datetime) -> list[str]:
    """The outline of a visit as a form, each field an obligation; returns their ids. Laid again, nothing changes."""
    unit, round_id = run.units.get(visit.unit_code), run.round.round_id
    fields = fields_of(visit)
    obligations = [
        Obligation(
            f"{round_id}/{unit.code}/{Product.OUTLINE}/{visit.visit_id}.{one.code}",
            round_id,
            unit.code,
            Product.OUTLINE,
            f"{visit.visit_id}.{one.code}",
            t("inspection.outline.title", field=one.name),
            due,
        )
        for one in fields
    ]
    run.ledger.open(obligations, run.as_of, run.actor)
    _ask_again(run, obligations)
    known = [run.ledger.get(one.obligation_id) or one for one in obligations]
    items = [
        Item(one.obligation_id, one.title, detail_of(run, visit, field), one.due_at)
        for one, field in zip(known, fields, strict=True)
    ]
    write_atomic(
        outline_path(run, visit),
        build_items_workbook(Product.OUTLINE, unit, run.round, items, run.as_of, form_key(run.instance)),
    )
    return [one.obligation_id for one in obligations]


def outline_path(run: Run, visit: Visit) -> Path:
    """Where the outline of a visit lies for its unit."""
    name = f"{visit.visit_id}_de-cuong_{visit.unit_code}.xlsx"
    return run.instance.round_out(visit.round_id) / "bieu-mau" / name


def fields_of(visit: Visit) -> list[InspectionField]:
    """The fields that a visit is about: those it names, or all."""
    fields = InspectionFields.load()
    named = {found.code for topic in visit.topics if (found := fields.of(topic))}
    return [one for one in fields.fields if not named or one.code in named]


def _ask_again(run: Run, obligations: list[Obligation]) -> None:
    """What was owed no longer, because the unit had been left out, is owed again."""
    waived = [
        one
        for one in obligations
        if (state := run.ledger.state(one.obligation_id, run.as_of)) and state.status == "waived"
    ]
    opened = [
        Event(
            one.obligation_id,
            EventKind.opened,
            run.as_of,
            run.as_of,
            run.actor,
            t("inspection.taken_in_again"),
        )
        for one in waived
    ]
    with run.store.write() as tx:
        append(tx, opened)


def detail_of(run: Run, visit: Visit, field: InspectionField) -> str:
    """What is asked in a field, and what is known already, as the form has it."""
    questions, known = detail_lines(run, visit, field)
    return "\n".join([*(f"{place}. {text}" for place, text in enumerate(questions, start=1)), *known])


def detail_lines(run: Run, visit: Visit, field: InspectionField) -> tuple[list[str], list[str]]:
    """The questions of a field, and a sentence for each thing that is known already."""
    shown = [(name, _known(run, visit, name)) for name in field.show]
    told = [t(f"inspection.outline.{name}", known=known) for name, known in shown if known]
    return list(field.questions), told


def _known(run: Run, visit: Visit, name: str) -> str:
    if name in _FIGURES:
        return _figures(run, visit.unit_code, *_FIGURES[name])
    if name == "open_tasks":
        found = run.ledger.states(run.as_of, unit_code=visit.unit_code, product=Product.TASK, only_owed=True)
        titles = [
            f"{one.title} ({vn_date(state.current_due_at.astimezone(TZ).date())})" for one, state in found
        ]
        return "; ".join(titles[:_SHOWN])
    orders = [one for one in open_orders(run) if one.order.unit_code == visit.unit_code]
    return "; ".join(f"{one.item}: {one.order.text}" for one in orders[:_SHOWN])


def _figures(run: Run, unit_code: str, of: str, part: str) -> str:
    """`12/340 (2026-Q1)`, from the last round in which both are known."""
    for row in reversed(run.rounds.all()):
        if row["kind"] not in REPORT_KINDS:
            continue
        figures: dict[str, dict[str, Decimal]] = {of: {}, part: {}}
        rows = run.store.query(
            "inspection.figures_of_round", round_id=row["round_id"], known_by=to_text(run.as_of)
        )
        for found in rows:
            if found["unit_code"] == unit_code and found["indicator"] in figures:
                figures[found["indicator"]][found["witness"]] = Decimal(found["value"])
        if all(figures.values()):
            shown = [format_number(_of_a_system(one)) for one in (figures[part], figures[of])]
            return f"{shown[0]}/{shown[1]} ({row['round_id']})"
    return ""


def _of_a_system(witnesses: dict[str, Decimal]) -> Decimal:
    others = [value for name, value in witnesses.items() if name != "self"]
    return others[0] if others else witnesses["self"]
