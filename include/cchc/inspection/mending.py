"""What units report of mending: it waits until a confirmer accepts it or returns it with a reason.

Withdrawing and amending what was issued is a leader's act, by a document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from cchc.clock import TZ, to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.inspection.events import InspectionEvent, Subject, append_events
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import (
    AMENDED,
    CONFIRMED,
    RETURNED,
    WITHDRAWN,
    IssuedOrder,
    KnownFinding,
    TeamOrder,
    known_findings,
    payload_of,
)
from cchc.inspection.roles import refuse_confirmer, refuse_leader
from cchc.inspection.rules import InspectionRules
from cchc.inspection.team_book import write_book
from cchc.mail.mail import enqueue
from cchc.obligations import Event, EventKind, ObligationState, append
from cchc.run import Run
from cchc.submissions.kept import SubmissionOutcome, put_outcome
from cchc.submissions.replies import tell_decision
from cchc.texts import t
from cchc.year import Product, RoundKind


@dataclass(frozen=True)
class OpenOrder:
    """An issued order with how it stands. waits_since: when the answer came that nobody has confirmed."""

    finding: KnownFinding
    order: IssuedOrder
    state: ObligationState

    @property
    def item(self) -> str:
        return self.order.obligation_id.rpartition("/")[2]

    @property
    def waits(self) -> bool:
        return self.state.status == "submitted"

    def is_overdue(self, as_of: datetime) -> bool:
        return self.state.owed and self.state.current_due_at < as_of


def inspection_rounds(run: Run) -> list[str]:
    """Rounds of inspections that the store knows, oldest first."""
    return [row["round_id"] for row in run.rounds.all() if row["kind"] == RoundKind.INSPECTION]


def open_orders(run: Run, round_id: str | None = None) -> list[OpenOrder]:
    """Orders that are issued and not mended, of one round or of all, oldest letter first."""
    found = []
    for one in [round_id] if round_id else inspection_rounds(run):
        states = _states(run, one)
        for known in known_findings(run.store, one, run.as_of):
            if known.is_issued:
                found += [
                    OpenOrder(known, order, state)
                    for order in known.orders
                    if (state := states.get(order.obligation_id))
                    and not state.fulfilled
                    and state.status != "waived"
                ]
    return sorted(found, key=lambda one: (one.finding.issued_at or run.as_of, one.item))


def _states(run: Run, round_id: str) -> dict[str, ObligationState]:
    found = run.ledger.states(run.as_of, round_id=round_id, product=Product.ANSWER)
    return {obligation.obligation_id: state for obligation, state in found}


def find_order(run: Run, item: str) -> OpenOrder:
    """The issued order that a person names: `KT26-0003`, or `KT26-0003.2` where a finding has several.

    RuleRefused('no-such-order'), ('which-order') naming those of the finding.
    """
    item = item.strip().upper()
    for round_id in inspection_rounds(run):
        for known in known_findings(run.store, round_id, run.as_of):
            if known.finding_id != item.partition(".")[0] or not known.is_issued:
                continue
            states = _states(run, round_id)
            own = [
                OpenOrder(known, one, states[one.obligation_id])
                for one in known.orders
                if one.obligation_id in states
            ]
            named = [one for one in own if one.item.upper() == item] or (
                own if item == known.finding_id else []
            )
            if len(named) == 1:
                return named[0]
            if named:
                names = ", ".join(one.item for one in own)
                raise RuleRefused("which-order", t("inspection.mending.which", id=item, names=names))
    raise RuleRefused("no-such-order", t("inspection.mending.none", id=item))


def accept(run: Run, item: str, reason: str = "") -> bool:
    """Accept what a unit reports of an order; the run's actor is the confirmer. False when it is accepted already.

    RuleRefused by role (`refuse_confirmer`), ('nothing-to-confirm') while nothing was reported.
    """
    one = find_order(run, item)
    refuse_confirmer(InspectionFields.load(), run.actor, one.finding, run.units)
    if one.state.fulfilled and not one.waits:
        return False
    _must_wait(one)
    _decide(run, one, EventKind.accepted, CONFIRMED, reason.strip() or None, {}, SubmissionOutcome.ACCEPTED)
    return True


def send_back(run: Run, item: str, reason: str, due: date | None = None) -> bool:
    """Return what a unit reports of an order, with a reason and the day by which it must come again (None: as many
    working days as for a letter). RuleRefused by role, ('reason-needed'), ('nothing-to-confirm')."""
    one = find_order(run, item)
    refuse_confirmer(InspectionFields.load(), run.actor, one.finding, run.units)
    if not reason.strip():
        raise RuleRefused("reason-needed", t("inspection.mending.reason_needed"))
    _must_wait(one)
    days = run.calendar.working_days
    day = days.next(due) if due else days.add(run.today, InspectionRules.load().answer_working_days)
    moment = run.round.unit_due_at.astimezone(TZ).replace(year=day.year, month=day.month, day=day.day)
    detail = {"due_at": to_text(moment)}
    _decide(run, one, EventKind.returned, RETURNED, reason.strip(), detail, SubmissionOutcome.REJECTED)
    return True


def _must_wait(one: OpenOrder) -> None:
    if not one.waits:
        raise RuleRefused("nothing-to-confirm", t("inspection.mending.nothing", id=one.item))


def _decide(
    run: Run,
    one: OpenOrder,
    kind: EventKind,
    finding_kind: str,
    reason: str | None,
    detail: dict[str, str],
    outcome: SubmissionOutcome,
) -> None:
    """The verdict in the ledger, on the finding, on the submission, and the words to the unit: all or nothing."""
    submission_id, obligation_id = str(one.state.last_submission_id), one.order.obligation_id
    verdict = Event(
        obligation_id, kind, run.as_of, run.as_of, run.actor, reason, {"submission_id": submission_id, **detail},
        f"{obligation_id}:{kind}:xac-nhan:{submission_id}",
    )  # fmt: skip
    told = InspectionEvent(
        Subject.FINDING, one.finding.finding_id, one.finding.round_id, one.finding.unit_code, finding_kind, run.actor,
        run.as_of, reason, payload={"obligation_id": obligation_id, "submission_id": submission_id, **detail},
    )  # fmt: skip
    key = "mending_accepted" if kind is EventKind.accepted else "mending_returned"
    words = {"item": one.item, "reason": reason or "-"}
    words["due"] = vn_instant(run_due(detail)) if detail else ""
    mail = tell_decision(
        run, one.finding.round_id, one.order.unit_code, f"{submission_id}:{obligation_id}", key,
        asks=kind is not EventKind.accepted, **words,
    )  # fmt: skip
    with run.store.write() as tx:
        append(tx, [verdict])
        append_events(tx, [told])
        put_outcome(tx, submission_id, outcome)
        enqueue(tx, mail)


def run_due(detail: dict[str, str]) -> datetime:
    """The due day of a return."""
    return datetime.fromisoformat(detail["due_at"])


def withdraw(run: Run, finding_id: str, reason: str, document_no: str) -> bool:
    """Take a finding back: of an issued one nothing is owed any more. False when it was withdrawn already.

    RuleRefused by role (`refuse_leader`), ('reason-needed'), ('document-needed' of an issued one), ('no-such-finding').
    """
    known = _of_a_leader(run, finding_id, reason, document_no)
    if known.state == "da_rut":
        return False
    event = _act(run, known, WITHDRAWN, reason, document_no, {})
    waived = [
        Event(
            one.obligation_id, EventKind.waived, run.as_of, run.as_of, run.actor, reason.strip(),
            key=f"{one.obligation_id}:waived:rut",
        )
        for one in known.orders
        if one.obligation_id and known.is_issued and not _waived(run, one.obligation_id)
    ]  # fmt: skip
    with run.store.write() as tx:
        append(tx, waived)
        append_events(tx, [event])
    write_book(replace(run, round_id=known.round_id))
    return True


def amend(run: Run, finding_id: str, orders: Iterable[str], reason: str, document_no: str) -> bool:
    """Other words for the orders of an issued finding, by an amending document; days and obligations stay.

    RuleRefused by role, ('reason-needed'), ('document-needed'), ('no-such-finding'), ('orders-differ': as many texts as
    orders), ('not-issued': the team's workbook says then what is to be ordered).
    """
    known = _of_a_leader(run, finding_id, reason, document_no)
    texts = [text.strip() for text in orders if text.strip()]
    if not known.is_issued:
        raise RuleRefused("not-issued", t("inspection.mending.not_issued", id=known.finding_id))
    if len(texts) != len(known.orders):
        words = t(
            "inspection.mending.orders_differ", id=known.finding_id, count=len(known.orders), found=len(texts)
        )
        raise RuleRefused("orders-differ", words)
    own = zip(known.finding.orders, texts, strict=True)
    said = replace(
        known.finding, orders=tuple(TeamOrder(text, one.responsible, one.due) for one, text in own)
    )
    with run.store.write() as tx:
        new = append_events(tx, [_act(run, known, AMENDED, reason, document_no, payload_of(said))])
    write_book(replace(run, round_id=known.round_id))
    return new == 1


def _of_a_leader(run: Run, finding_id: str, reason: str, document_no: str) -> KnownFinding:
    refuse_leader(run.actor)
    if not reason.strip():
        raise RuleRefused("reason-needed", t("inspection.mending.reason_needed"))
    for round_id in inspection_rounds(run):
        for known in known_findings(run.store, round_id, run.as_of):
            if known.finding_id == finding_id.strip().upper():
                if known.is_issued and not document_no.strip():
                    words = t("inspection.mending.document_needed", id=known.finding_id)
                    raise RuleRefused("document-needed", words)
                return known
    raise RuleRefused("no-such-finding", t("inspection.mending.no_finding", id=finding_id))


def _waived(run: Run, obligation_id: str) -> bool:
    state = run.ledger.state(obligation_id, run.as_of)
    return state is None or state.status == "waived"


def _act(
    run: Run, known: KnownFinding, kind: str, reason: str, document_no: str, payload: dict[str, object]
) -> InspectionEvent:
    return InspectionEvent(
        Subject.FINDING, known.finding_id, known.round_id, known.unit_code, kind, run.actor, run.as_of, reason.strip(),
        document_no.strip() or None, payload,
    )  # fmt: skip
