"""What a letter after an inspection orders: findings numbered as in it, each order an obligation with its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cchc.clock import to_text
from cchc.documents.decisions import newest_drafting
from cchc.errors import RuleRefused
from cchc.inspection.events import InspectionEvent, Subject, append_events, events_of
from cchc.inspection.findings import (
    ISSUED,
    FindingKind,
    IssuedOrder,
    KnownFinding,
    TeamOrder,
    known_findings,
)
from cchc.inspection.minutes import MinutesRow
from cchc.inspection.rules import InspectionRules
from cchc.obligations import Obligation, Phase, open_in
from cchc.run import Approval, Run
from cchc.store import Transaction
from cchc.texts import bare, t
from cchc.year import Product


@dataclass(frozen=True)
class NumberedFinding:
    """A finding at its place in the letter; its orders with what is owed. Of an answer to a proposal of the unit
    nothing is owed by the unit, and by another body only where the team named it with a day."""

    number: int
    known: KnownFinding
    orders: tuple[IssuedOrder, ...]

    @property
    def is_reply(self) -> bool:
        return self.known.finding.kind is FindingKind.REPLY

    @property
    def owed(self) -> tuple[IssuedOrder, ...]:
        return tuple(one for one in self.orders if one.obligation_id)


@dataclass(frozen=True)
class Conclusion:
    """All that a letter says. unit_code: to whom it goes, the visited unit or who has taken its place since; due: of
    the whole letter, in force where an order has no day of its own."""

    unit_code: str
    findings: tuple[NumberedFinding, ...]
    due: datetime
    minutes: MinutesRow

    @property
    def items(self) -> list[str]:
        return [one.obligation_id.rpartition("/")[2] for found in self.findings for one in found.owed]


def conclude(run: Run, minutes: MinutesRow, found: Sequence[KnownFinding]) -> Conclusion:
    """The letter's content on the run's day: what the unit must mend first, answers to its proposals last."""
    due = _at_the_hour(run, _last_day(run, minutes))
    ordered = sorted(found, key=lambda one: one.finding.kind is FindingKind.REPLY)
    numbered = tuple(
        NumberedFinding(number, one, tuple(_orders(run, one, due)))
        for number, one in enumerate(ordered, start=1)
    )
    return Conclusion(owing_unit(run, minutes.unit_code), numbered, due, minutes)


def owing_unit(run: Run, unit_code: str) -> str:
    """Who answers for a unit on the run's day: itself, or the one unit that it was merged into.

    RuleRefused('unit-gone') where several took its place, or none: a person says who mends what.
    """
    unit = run.units.get(unit_code)
    if unit.valid_on(run.today):
        return unit_code
    heirs = [one for one in run.units.successors(unit_code) if one.valid_on(run.today)]
    if len(heirs) != 1:
        names = "; ".join(one.name for one in heirs) or t("inspection.no_heir")
        raise RuleRefused("unit-gone", t("inspection.unit_gone", unit=unit.name, names=names))
    return heirs[0].code


def waits_for_decision(run: Run, visit_id: str) -> bool:
    """Whether a draft of a visit's letter lies before the approvers and says all that the team has written since."""
    own = replace(run, about=visit_id)
    state, made = run.rounds.state(run.round.round_id, run.as_of, visit_id), newest_drafting(own, run.as_of)
    if state is None or state.phase is not Phase.DRAFTED or made is None:
        return False
    round_id = run.round.round_id
    told = [*events_of(run.store, round_id, Subject.FINDING).values()]
    told.append(events_of(run.store, round_id, Subject.VISIT).get(visit_id, []))
    ids = {one.finding_id for one in known_findings(run.store, round_id) if one.visit_id == visit_id}
    return all(
        event.at <= made.happened_at
        for events in told
        for event in events
        if event.subject_id in {visit_id, *ids}
    )


def _last_day(run: Run, minutes: MinutesRow) -> date:
    days = run.calendar.working_days
    if minutes.due is not None:
        return days.next(minutes.due)
    return days.add(run.today, InspectionRules.load().answer_working_days)


def _at_the_hour(run: Run, day: date) -> datetime:
    due = run.round.unit_due_at
    return due.replace(year=day.year, month=day.month, day=day.day)


def _orders(run: Run, known: KnownFinding, due: datetime) -> Iterable[IssuedOrder]:
    count = len(known.finding.orders)
    for place, order in enumerate(known.finding.orders, start=1):
        item = known.finding_id if count == 1 else f"{known.finding_id}.{place}"
        day = due if order.due is None else _at_the_hour(run, run.calendar.working_days.next(order.due))
        unit_code = owing_unit(run, known.unit_code)
        if known.finding.kind is FindingKind.REPLY:
            unit_code = _body_of(run, order) if order.due is not None else ""
        owed = f"{run.round.round_id}/{unit_code}/{Product.ANSWER}/{item}" if unit_code else ""
        yield IssuedOrder(owed, order.text, order.responsible, day, unit_code)


def _body_of(run: Run, order: TeamOrder) -> str:
    """The unit of the register that a reply names as the one that owes it; '' for none."""
    wanted = order.responsible.strip().casefold()
    for unit in run.units.on(run.today):
        if wanted and wanted in (unit.code.casefold(), unit.name.casefold()):
            return unit.code
    return ""


def obligations_of(run: Run, conclusion: Conclusion) -> list[Obligation]:
    """What units owe once the letter is issued."""
    return [
        Obligation(
            one.obligation_id,
            run.round.round_id,
            one.unit_code,
            Product.ANSWER,
            one.obligation_id.rpartition("/")[2],
            t("stages.order_title", number=found.number, order=bare(one.text)),
            one.due_at,
        )
        for found in conclusion.findings
        for one in found.owed
    ]


def put_orders(tx: Transaction, own: Run, conclusion: Conclusion, letter: str, approval: Approval) -> None:
    """Open what is owed and mark the findings as issued, in the caller's transaction; own: the run at the decision.

    A letter that is issued again, because its number was entered wrongly, gives the findings its new number.
    """
    open_in(tx, obligations_of(own, conclusion), own.as_of, own.actor)
    noun = t(f"inspection.letter_noun.{InspectionRules.load().conclusion}")
    label = f"{noun} {approval.number}/{approval.symbol}"
    issued_on = approval.issued_on.isoformat() if approval.issued_on else None
    append_events(
        tx,
        [
            InspectionEvent(
                Subject.FINDING, found.known.finding_id, own.round.round_id, found.known.unit_code, ISSUED, own.actor,
                own.as_of, document_no=f"{approval.number}/{approval.symbol}",
                payload={
                    "letter": letter, "number": found.number, "label": label, "issued_on": issued_on,
                    "orders": [
                        {"obligation_id": one.obligation_id, "text": one.text, "responsible": one.responsible,
                         "due_at": to_text(one.due_at), "unit_code": one.unit_code}
                        for one in found.orders
                    ],
                },
                key=f"{letter}",
            )
            for found in conclusion.findings
        ],
    )  # fmt: skip
