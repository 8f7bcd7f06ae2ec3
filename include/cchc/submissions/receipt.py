"""The answer to a submission: accepted, accepted with remarks, or refused with the cells to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cchc.errors import RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.mail.department import Department
from cchc.mail.mail import RECEIPT, REQUEST, Mail, relative_to_root
from cchc.mail.render import render_pair
from cchc.obligations import Ledger
from cchc.paths import Instance
from cchc.severity import Severity
from cchc.store import Store
from cchc.texts import bare, t, table
from cchc.units import Unit
from cchc.workbooks.forms import CheckFinding, worst_first
from cchc.year import Round

OUTCOMES = ("accepted", "rejected", "nothing", "kept_late")
MOST_FINDINGS = 10


def worth_returning(findings: Sequence[CheckFinding]) -> bool:
    """Whether the unit gets its workbook back with the cells coloured: for faults and warnings, and for more notes
    than its mail can hold."""
    return len(findings) > MOST_FINDINGS or any(finding.severity != Severity.NOTE for finding in findings)


@dataclass(frozen=True)
class FindingView:
    """One finding as the mail shows it."""

    severity: str
    severity_name: str
    place: str
    indicator: str | None
    found: str | None
    expected: str | None
    message: str


@dataclass(frozen=True)
class Receipt:
    """What a unit is told about one submission.

    `outcome`: accepted | rejected | nothing | kept_late. `marked`: the unit's workbook with the cells coloured; it
    is kept in the round's folder and attached. `review_only`: `marked` holds the review alone, because the unit's
    file is of a kind that cannot be coloured. `notes`: sentences about the file (macros taken out, ...). `thread`: the
    Message-IDs of the mail that is answered; without them the receipt stands in the thread of the request. `title`
    and `due_at` come from the obligation when they are not given.
    """

    submission_id: str
    obligation_id: str
    unit: Unit
    round_: Round
    findings: Sequence[CheckFinding]
    outcome: str
    marked: bytes | None = field(repr=False)
    title: str | None = None
    due_at: datetime | None = None
    received_at: datetime | None = None
    notes: Sequence[str] = ()
    thread: str | None = None
    review_only: bool = False


def receipt_mail(store: Store, instance: Instance, receipt: Receipt, as_of: datetime) -> Mail:
    """The receipt of one submission; its key follows from the submission, so the outbox takes it once.

    At most the ten worst findings stand in the mail itself.
    """
    unit, round_, outcome = receipt.unit, receipt.round_, receipt.outcome
    if outcome not in OUTCOMES:
        known = ", ".join(OUTCOMES)
        raise RuleRefused("unknown-outcome", t("submissions.unknown_outcome", outcome=outcome, known=known))
    known_title, known_due = _of_obligation(store, receipt.obligation_id, as_of, round_, unit)
    worst = worst_first(receipt.findings)
    shown_as = _shown_as(outcome, worst)
    marked_path = _keep_marked(instance, round_, unit, receipt.submission_id, receipt.marked)
    title = bare(receipt.title or known_title)
    html, plain = render_pair(
        "receipt",
        unit=unit,
        department=Department.load(),
        as_of=as_of,
        outcome=shown_as,
        title=title,
        due_at=receipt.due_at or known_due,
        received_at=receipt.received_at,
        submission_id=receipt.submission_id.rpartition("/")[2],
        reason=None,
        notes=receipt.notes,
        errors=sum(finding.severity == Severity.ERROR for finding in worst),
        findings=[_view(finding) for finding in worst[:MOST_FINDINGS]],
        findings_count=len(worst),
        more=max(0, len(worst) - MOST_FINDINGS),
        attachment=marked_path.name if marked_path else None,
        review_only=receipt.review_only,
        round_id=round_.round_id,
    )
    subject = f"mail.subject.receipt_{'accepted' if shown_as == 'nothing' else shown_as}"
    return answer_to(
        store,
        unit,
        round_,
        mark=receipt.submission_id,
        texts=(t(subject, title=title), html, plain),
        as_of=as_of,
        thread=receipt.thread,
        attachments=(relative_to_root(instance, marked_path),) if marked_path else (),
    )


def answer_to(
    store: Store,
    unit: Unit,
    round_: Round,
    *,
    mark: str,
    texts: tuple[str, str, str],
    as_of: datetime,
    thread: str | None,
    attachments: tuple[str, ...] = (),
) -> Mail:
    """The mail to a unit about what it sent for a round; the outbox takes one for each `mark` of what was sent.

    texts: subject, HTML and plain. thread: the mail that is answered; without it, the request of the round.
    """
    subject, html, plain = texts
    return Mail(
        key=f"{unit.code}/{mark}/{RECEIPT}",
        kind=RECEIPT,
        as_of=as_of,
        round_id=round_.round_id,
        unit_code=unit.code,
        recipients=tuple(unit.mailboxes),
        copies=(),
        subject=subject,
        html=html,
        plain=plain,
        attachments=attachments,
        in_reply_to=thread or request_of(store, round_.round_id, unit.code),
    )


def _shown_as(outcome: str, findings: Sequence[CheckFinding]) -> str:
    if outcome == "rejected":
        return "refused"
    if outcome in ("nothing", "kept_late"):
        return outcome
    return "warned" if any(finding.severity != Severity.NOTE for finding in findings) else "accepted"


def _of_obligation(
    store: Store, obligation_id: str, as_of: datetime, round_: Round, unit: Unit
) -> tuple[str, datetime]:
    """Title and due instant in force; those of the round when the obligation is not in the ledger."""
    for obligation, state in Ledger(store).states(as_of, round_id=round_.round_id, unit_code=unit.code):
        if obligation.obligation_id == obligation_id:
            return obligation.title, state.current_due_at
    return round_.title, round_.unit_due_at


def _keep_marked(
    instance: Instance, round_: Round, unit: Unit, submission_id: str, marked: bytes | None
) -> Path | None:
    if marked is None:
        return None
    mark = sha256_bytes(submission_id.encode())[:8]
    name = f"{round_.round_id}_{unit.code}_can-xem-lai_{mark}.xlsx"
    return write_atomic(instance.round_out(round_.round_id) / "bien-nhan" / name, marked)


def request_of(store: Store, round_id: str, unit_code: str) -> str | None:
    """Message-ID of the mail that asked the unit for this round."""
    row = store.one("submissions.first_mail_of", request=REQUEST, round_id=round_id, unit_code=unit_code)
    return row["message_id"] if row else None


def _place(finding: CheckFinding) -> str:
    """`sheet “Số liệu”, ô I12`; `tệp “bao-cao.docx”, dòng 4`; only the name where nothing finer is known."""
    kind = "sheet" if finding.sheet in table("workbooks.sheets").values() else "file"
    place = t(f"submissions.place.{kind}", name=finding.sheet)
    if not finding.cell:
        return place
    return f"{place}, {t('submissions.place.cell', cell=finding.cell) if kind == 'sheet' else finding.cell}"


def _view(finding: CheckFinding) -> FindingView:
    return FindingView(
        severity=finding.severity,
        severity_name=t(f"severity.names.{finding.severity}"),
        place=_place(finding),
        indicator=finding.indicator,
        found=finding.found,
        expected=finding.expected,
        message=finding.message,
    )
