"""Judging one arrival: whose form it is, what the checks say, what it would do to the ledger, what the unit is told.

Nothing is written here; `write` then puts a whole verdict into one transaction, so that a submission without its
events, or a receipt without its submission, cannot exist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cchc.checks import CheckContext, Rules, reference_rounds
from cchc.checks import run as run_checks
from cchc.clock import vn_instant
from cchc.errors import CchcError, ConfigError, ConfigErrors, DiskFull, RuleRefused
from cchc.form_key import form_key
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, append, apply
from cchc.run import Run
from cchc.severity import Severity
from cchc.store import Transaction
from cchc.submissions.arrivals import Arrival, Channel, Kept, Verdict, in_time_reason
from cchc.submissions.comparison import (
    known_system_values,
    last_year_figures,
    peer_figures,
    round_figures,
)
from cchc.submissions.evidence_rows import evidence_findings
from cchc.submissions.explanations import put_explanation_form
from cchc.submissions.kept import (
    Enclosure,
    ReceivedSubmission,
    SubmissionOutcome,
    put_submission,
    submission,
    submission_id_of,
)
from cchc.submissions.pleas import only_pleas, pleas_of_rows
from cchc.submissions.prose import check_attachment, prose_findings
from cchc.submissions.receipt import Receipt, receipt_mail, worth_returning
from cchc.submissions.replies import refusal_mail
from cchc.submissions.self_scores import must_be_of_the_set, put_self_score
from cchc.submissions.unproven import code_of, doubt
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.as_xlsx import Rewritten, as_xlsx
from cchc.workbooks.forms import CheckFinding, FilledForm, blocking, require_identity, worst_first
from cchc.workbooks.marking import is_review_alone, mark_workbook
from cchc.workbooks.read_book import read_workbook
from cchc.year import ITEM_FORMS, Product, Round

# What our own forms are called: 2026-Q1_30760.xlsx, 2026-Q1_vp-ubnd.xlsx; programs put more behind it.
_OUR_NAME = re.compile(r"^(20\d\d-[A-Z0-9]+)_([0-9A-Za-z]+(?:-[0-9A-Za-z]+)*)")
# Faults of ours: no unit is told to mend them.
OF_THE_INSTALLATION = (ConfigError, ConfigErrors, DiskFull)
_COUNT = (SubmissionOutcome.ACCEPTED, SubmissionOutcome.WITH_WARNINGS)
_MAY_COUNT = (*_COUNT, SubmissionOutcome.KEPT_LATE, SubmissionOutcome.TO_CONFIRM)  # by a person's word
_BRINGS = {Product.SELF_SCORE.value: put_self_score, Product.EXPLANATION.value: put_explanation_form}
_WORDS = {
    SubmissionOutcome.REJECTED: "rejected",
    SubmissionOutcome.NOTHING: "nothing",
    SubmissionOutcome.KEPT_LATE: "late",
}


def judge(run: Run, rules: Rules, arrival: Arrival) -> Verdict:
    """The verdict on one file. Never raises for what a unit may have done wrong: that is a refusal with its answer."""
    filled = None
    try:
        filled = read_workbook(arrival.content, arrival.file_name, form_key(run.instance))
        _must_be_awaited(run, filled, arrival)
        return _judge_form(run, rules, filled, arrival)
    except OF_THE_INSTALLATION:
        raise
    except CchcError as error:
        word = "refused" if isinstance(error, RuleRefused) else "unreadable"
        mails = _refusals(run, filled, arrival, error)
        return Verdict(word, arrival, filled, mails=mails, refusal=error)


def write(run: Run, tx: Transaction, verdict: Verdict) -> None:
    """Everything of a verdict in the caller's transaction. RuleRefused when the ledger has moved on meanwhile."""
    arrival, filled = verdict.arrival, verdict.filled
    for kept in verdict.kept:
        received = ReceivedSubmission(
            obligation_id=kept.obligation_id,
            content=arrival.content,
            file_name=arrival.file_name,
            received_at=arrival.received_at,
            recorded_at=run.as_of,
            channel=str(arrival.channel),
            filled=filled,
            findings=verdict.findings,
            outcome=kept.outcome,
            sender_unit=arrival.sender_of(filled.identity.unit_code if filled else None),
            enclosures=arrival.enclosures,
        )
        put_submission(tx, run.instance, received)
        append(tx, kept.events)
    append(tx, verdict.pleas)
    if filled and (bring := _BRINGS.get(filled.identity.form)):
        for kept in verdict.kept:
            counts = kept.outcome in _COUNT and not kept.newer_came_at
            bring(run, tx, filled, arrival, kept.outcome, counts=counts)
    department = Department.load()
    for mail in verdict.mails:
        enqueue(tx, mail, department)


def _must_be_awaited(run: Run, filled: FilledForm, arrival: Arrival) -> None:
    """Refuse the form of another round than its folder, or of another unit than its sender."""
    expected = filled.identity
    if arrival.round_id is not None and arrival.round_id != expected.round_id:
        title = run.calendar.round(arrival.round_id).title
        expected = replace(expected, round_id=arrival.round_id, round_title=title)
    code = arrival.sender_of(expected.unit_code)
    if code is not None and code != expected.unit_code:
        sender = run.units.get(code)
        expected = replace(expected, unit_code=sender.code, unit_name=sender.name)
    require_identity(filled.identity, expected)


def _judge_form(run: Run, rules: Rules, filled: FilledForm, arrival: Arrival) -> Verdict:
    obligations, asked = _obligations(run, filled), pleas_of_rows(run, filled, arrival)
    if not obligations and asked:
        return only_pleas(run, filled, arrival, asked)
    if not obligations:
        raise RuleRefused("nothing-filled", t("submissions.nothing_filled", file=arrival.file_name))
    known = submission(run.store, run.instance, submission_id_of(obligations[0], arrival.content))
    if known is not None:
        # A mail is marked as dealt with together with its form, so a mail that brings it again is another sending.
        repeats = arrival.channel is Channel.FOLDER and known.received_at == arrival.received_at
        return _again(run, filled, arrival, repeats, obligations[0])
    findings = [*_check(run, rules, filled), *_of_enclosures(run, filled, arrival)]
    if filled.identity.form == Product.SELF_SCORE:
        must_be_of_the_set(run, filled)
    findings += evidence_findings(run, filled, arrival)
    kept = tuple(_kept(run, filled, findings, arrival, one) for one in obligations)
    outcome = next(
        (one.outcome for one in kept if one.outcome is SubmissionOutcome.KEPT_LATE), kept[0].outcome
    )
    word = _WORDS.get(outcome) or (
        "warned" if any(one.severity != Severity.NOTE for one in findings) else "accepted"
    )
    if any(event.kind is EventKind.figures_unproven for one in kept for event in one.events):
        arrival = replace(arrival, notes=(*arrival.notes, t("submissions.unproven.note")))
        code = code_of(run.instance, submission_id_of(obligations[0], arrival.content))
    else:
        code = ""
    if (newer := kept[0].newer_came_at) is not None:
        note = t("submissions.overtaken", moment=vn_instant(newer))
        arrival = replace(arrival, notes=(*arrival.notes, note))
    if shown := [
        figure.disputed for figure in filled.figures.values() if figure.from_system and figure.stance
    ]:
        note = t("submissions.stances", confirmed=shown.count(False), disputed=shown.count(True))
        arrival = replace(arrival, notes=(*arrival.notes, note))
    if asked:
        arrival = replace(arrival, notes=(*arrival.notes, t("submissions.time_asked", count=len(asked))))
    mail = _receipt(run, filled, findings, arrival, obligations[0], outcome)
    mail = replace(mail, subject=f"{mail.subject} [{code}]") if code else mail
    return Verdict(word, arrival, filled, tuple(findings), kept, (mail,), pleas=asked)


def _obligations(run: Run, filled: FilledForm) -> list[str]:
    """What the form answers: one report, one self-score, or each filled row of an item form. All must be owed.

    Rows left empty stay owed. The form's identity guards against slips, not against forgery: what it names is looked
    up in the ledger.
    """
    identity = filled.identity
    if identity.form in ITEM_FORMS:
        wanted = [item.obligation_id for item in filled.items if item.given]
    else:
        wanted = [f"{identity.round_id}/{identity.unit_code}/{identity.form}"]
    unit = run.units.get(identity.unit_code)
    for obligation_id in wanted:
        known = run.ledger.get(obligation_id)
        if known is None or known.unit_code != unit.code or known.product != identity.form:
            raise RuleRefused(
                "not-obliged", t("submissions.not_obliged", unit=unit.name, round=identity.round_id)
            )
    return wanted


def _again(run: Run, filled: FilledForm, arrival: Arrival, same_arrival: bool, obligation_id: str) -> Verdict:
    """A file that was taken in before: quietly when an interrupted run repeats itself, else the unit is told."""
    if same_arrival:
        return Verdict("repeated", arrival, filled)
    known = submission(run.store, run.instance, submission_id_of(obligation_id, arrival.content))
    assert known is not None
    key = "submissions.again_rejected" if known.outcome == SubmissionOutcome.REJECTED else "submissions.again"
    refusal = RuleRefused("known-already", t(key, moment=vn_instant(known.received_at)))
    return Verdict("again", arrival, filled, mails=_refusals(run, filled, arrival, refusal), refusal=refusal)


def _check(run: Run, rules: Rules, filled: FilledForm) -> list[CheckFinding]:
    """The workbook's rules, then the claims in its prose."""
    identity = filled.identity
    round_, unit = run.calendar.round(identity.round_id), run.units.get(identity.unit_code)
    if identity.form != Product.REPORT:
        return run_checks(
            filled, CheckContext(unit=unit, round_=round_, indicators=run.indicators, as_of=run.as_of)
        )
    owed = run.indicators.owed(unit, round_.reference_day, round_.kind)
    rounds = reference_rounds(run.calendar, round_)
    context = CheckContext(
        unit=unit,
        round_=round_,
        indicators=run.indicators,
        as_of=run.as_of,
        owed=owed,
        system=known_system_values(run, round_.round_id).get(unit.code, {}),
        previous=round_figures(run, rounds.previous, unit),
        last_year=last_year_figures(run, rounds.last_year, unit),
        covered={one: round_figures(run, one, unit) for one in rounds.covered},
        peers=peer_figures(run, round_, unit),
        opening=round_figures(run, rounds.opening, unit),
    )
    return [*run_checks(filled, context, rules), *prose_findings(filled, run.today, round_.window)]


def _of_enclosures(run: Run, filled: FilledForm, arrival: Arrival) -> list[CheckFinding]:
    """What the documents that came with a report say against themselves and against its figures."""
    if filled.identity.form != Product.REPORT:
        return []
    figures = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    window = run.calendar.round(filled.identity.round_id).window
    return [
        finding
        for enclosure in arrival.enclosures
        for finding in check_attachment(
            enclosure.content,
            enclosure.name,
            signed_on=filled.signed_on,
            received_on=run.today,
            window=window,
            figures=figures,
        )
    ]


def _kept(
    run: Run, filled: FilledForm, findings: Sequence[CheckFinding], arrival: Arrival, obligation_id: str
) -> Kept:
    """Outcome and events for one obligation, tried on its state: what the rules refuse is refused before it is kept."""
    obligation, state = run.ledger.get(obligation_id), run.ledger.state(obligation_id, run.as_of)
    if obligation is None or state is None:
        raise RuleRefused(
            "not-obliged",
            t("submissions.not_obliged", unit=filled.identity.unit_name, round=filled.identity.round_id),
        )
    if state.locked:
        outcome, verdict = SubmissionOutcome.KEPT_LATE, None
    elif blocking(findings):
        outcome, verdict = SubmissionOutcome.REJECTED, EventKind.rejected
    elif filled.nothing_to_report:
        outcome, verdict = SubmissionOutcome.NOTHING, EventKind.nothing_to_report
    elif obligation.product == Product.ANSWER:  # whether something is mended, no check of a form can tell
        outcome, verdict = SubmissionOutcome.TO_CONFIRM, None
    else:
        outcome, verdict = SubmissionOutcome.ACCEPTED, EventKind.accepted
    events = tuple(_events(run, obligation_id, arrival, state.current_due_at, verdict, findings))
    if outcome in _MAY_COUNT and (unproven := doubt(run, filled, arrival, obligation_id)) is not None:
        events = (*events, unproven)
    for event in events:
        state = apply(obligation, state, event)
    mine = submission_id_of(obligation_id, arrival.content)
    overtaken = outcome in _COUNT and state.counted_submission_id not in (None, mine)
    return Kept(obligation_id, outcome, events, state.accepted_came_at if overtaken else None)


def _events(
    run: Run,
    obligation_id: str,
    arrival: Arrival,
    due_at: datetime,
    verdict: EventKind | None,
    findings: Sequence[CheckFinding],
) -> list[Event]:
    """`submitted` when it counts as come, then the verdict, both learned in this run; keys make a repetition harmless.

    A declaration of nothing to report is a fulfilment by itself; a file that came after the lock gets no verdict.
    """
    submission_id = submission_id_of(obligation_id, arrival.content)
    reason = t("submissions.rejected_reason", count=len(findings)) if verdict is EventKind.rejected else None
    came, why_then = arrival.counts_from(due_at), in_time_reason(arrival, due_at)
    steps: list[tuple[EventKind, datetime, str | None]] = [(EventKind.submitted, came, why_then)]
    if verdict is EventKind.nothing_to_report:
        steps = [(verdict, came, why_then)]
    elif verdict is not None:
        steps.append((verdict, run.as_of, reason))
    return [
        Event(
            obligation_id=obligation_id,
            kind=kind,
            happened_at=happened_at,
            recorded_at=run.as_of,
            actor=run.actor,
            reason=why,
            detail={"submission_id": submission_id},
            key=f"{obligation_id}:{kind}:{submission_id}",
        )
        for kind, happened_at, why in steps
    ]


def _receipt(
    run: Run,
    filled: FilledForm,
    findings: Sequence[CheckFinding],
    arrival: Arrival,
    obligation_id: str,
    outcome: SubmissionOutcome,
) -> Mail:
    identity = filled.identity
    several = identity.form in ITEM_FORMS
    marked = _marked(run, filled, worst_first(findings), arrival) if worth_returning(findings) else None
    state = run.ledger.state(obligation_id, run.as_of)
    in_time = in_time_reason(arrival, state.current_due_at) if state else None
    to_confirm = (t("submissions.to_confirm"),) if outcome is SubmissionOutcome.TO_CONFIRM else ()
    receipt = Receipt(
        submission_id=submission_id_of(obligation_id, arrival.content),
        obligation_id=obligation_id,
        unit=run.units.get(identity.unit_code),
        round_=run.calendar.round(identity.round_id),
        findings=findings,
        outcome=str(SubmissionOutcome.ACCEPTED if to_confirm else outcome),
        marked=marked,
        review_only=marked is not None and is_review_alone(marked),
        title=t(
            "submissions.items_title",
            form=t(f"workbooks.form_names.{identity.form}"),
            round=identity.round_title,
        )
        if several
        else None,
        received_at=arrival.received_at,
        notes=(*arrival.notes, *((in_time,) if in_time else ()), *to_confirm),
        thread=arrival.thread,
    )
    return receipt_mail(run.store, run.instance, receipt, run.as_of)


def _marked(run: Run, filled: FilledForm, findings: Sequence[CheckFinding], arrival: Arrival) -> bytes:
    """The workbook to return, always an .xlsx: an .ods or .xls is written over into the form as it was sent."""

    def written_over() -> Rewritten | None:
        identity = filled.identity
        folder = run.instance.round_out(identity.round_id) / "bieu-mau"
        forms = sorted(folder.glob(f"*_{identity.unit_code}.xlsx"))
        written = (as_xlsx(arrival.content, arrival.file_name, form.read_bytes()) for form in forms)
        return next((one for one in written if one is not None), None)

    return mark_workbook(arrival.content, findings, written_over)


def _refusals(run: Run, filled: FilledForm | None, arrival: Arrival, error: CchcError) -> tuple[Mail, ...]:
    """The answer to the sender; for a file in a folder, to the unit that the form or our own file name tells."""
    unit, round_ = _whom_to_tell(run, filled, arrival)
    if unit is None or round_ is None or not unit.mailboxes:
        return ()
    mail = refusal_mail(
        run.store,
        unit=unit,
        round_=round_,
        file=Enclosure(arrival.file_name, arrival.content),
        reason=str(error),
        as_of=run.as_of,
        occasion=arrival.occasion,
        thread=arrival.thread,
    )
    return (mail,)


def _whom_to_tell(run: Run, filled: FilledForm | None, arrival: Arrival) -> tuple[Unit | None, Round | None]:
    """The unit and the round that an answer is about; None where nothing tells them."""
    named = _OUR_NAME.match(arrival.file_name)
    round_id, code = (named[1], _unit_in(run, named[2])) if named else (None, None)
    if filled is not None:
        round_id, code = filled.identity.round_id, filled.identity.unit_code
    code = arrival.sender_of(code) or code
    try:
        unit = run.units.get(code or "")
        return unit, run.calendar.round(arrival.round_id or round_id or "")
    except CchcError:  # a name that no register knows
        return None, None


def _unit_in(run: Run, named: str) -> str | None:
    """The unit's code at the beginning of what stands in its place: `30760-ban-2` is 30760."""
    parts = named.split("-")
    codes = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((code for code in codes if code in run.units), None)
