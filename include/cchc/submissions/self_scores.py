"""Self-scores at the door: what is said of their evidence, and what is kept when one counts.

Points become events, each with the unit's own words; evidence is kept by its hash. A later version names all its
evidence again, but what was sent with an earlier one need not be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from cchc.depot import keep
from cchc.errors import RuleRefused
from cchc.obligations import Obligation
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    FileEvent,
    FileEventKind,
    KeptEvidence,
    NumberUsed,
    ScoreEvent,
    Stage,
    append,
    append_file_events,
    evidence_ever,
    put_evidence,
    set_for,
    standing,
)
from cchc.severity import Severity
from cchc.store import Transaction
from cchc.submissions.arrivals import Arrival
from cchc.submissions.evidence_files import MEGABYTE, EvidenceFile, known_as
from cchc.submissions.kept import SubmissionOutcome, submission_id_of
from cchc.submissions.links import MOST_LINKS, is_link, refusal_of
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledEvidence, FilledForm, FilledScore
from cchc.workbooks.score_book import layout_of, lines_of

MOST_OF_A_UNIT = 200 * MEGABYTE
FOLDER = "minh-chung"
_OPTION = "lua_chon:"


def chosen_option(event: ScoreEvent | None) -> str | None:
    """The option that a unit chose for a criterion; None when its points were typed."""
    names = (one.name for one in event.numbers) if event else ()
    return next((name.removeprefix(_OPTION) for name in names if name.startswith(_OPTION)), None)


def must_be_of_the_set(run: Run, filled: FilledForm) -> None:
    """RuleRefused when the form asks for other rows than the set in force does of this unit."""
    identity = filled.identity
    scored = set_for(run.store, identity.round_id, identity.unit_code)
    unit = run.units.get(identity.unit_code)
    if layout_of(lines_of(scored.rows_of(unit))) != identity.layout:
        raise RuleRefused(
            "other-set", t("submissions.evidence.other_set", unit=unit.name, set=scored.settings.name)
        )


@dataclass(frozen=True)
class _Named:
    """A row of the sheet with what it names: a file, one that was kept before, or a link; fault: why none of these."""

    row: FilledEvidence
    file: EvidenceFile | None = None
    before: KeptEvidence | None = None
    is_link: bool = False
    fault: str = ""


def evidence_findings(run: Run, filled: FilledForm, arrival: Arrival) -> list[CheckFinding]:
    """What is wrong with the evidence. Warnings: the form counts, and its criterion goes without that evidence."""
    sheet = t("workbooks.sheets.evidence")
    told = [
        _finding(sheet, one.row.cell, one.row.criterion, one.row.name, one.fault)
        for one in _named(run, filled, arrival)
        if one.fault
    ]
    named = {known_as(row.name) for row in filled.evidence}
    for file in arrival.evidence:
        if known_as(file.name) not in named:
            message = file.fault or t("submissions.evidence.not_named", name=file.name)
            told.append(_finding(sheet, "", None, file.name, message))
    return told


def _finding(sheet: str, cell: str, criterion: str | None, found: str, message: str) -> CheckFinding:
    return CheckFinding("minh-chung", Severity.WARNING, sheet, cell, criterion, found, None, message)


def _named(run: Run, filled: FilledForm, arrival: Arrival) -> list[_Named]:
    identity = filled.identity
    sent = {known_as(one.name): one for one in arrival.evidence}
    known = {
        known_as(one.name): one
        for one in evidence_ever(run.store, identity.round_id, identity.unit_code)
        if one.kind is EvidenceKind.FILE
    }
    return list(_within_bounds(_resolved(row, sent, known) for row in filled.evidence))


def _resolved(row: FilledEvidence, sent: dict[str, EvidenceFile], known: dict[str, KeptEvidence]) -> _Named:
    if is_link(row.name):
        return _Named(row, is_link=True, fault=refusal_of(row.name))
    file, before = sent.get(known_as(row.name)), known.get(known_as(row.name))
    if file is not None:
        return _Named(row, file=file, fault=file.fault)
    if before is not None:
        return _Named(row, before=before)
    return _Named(row, fault=t("submissions.evidence.not_sent", name=row.name, row=row.row))


def _within_bounds(named: Iterable[_Named]) -> Iterator[_Named]:
    """So many links and so many bytes a unit; what goes beyond is told and left."""
    sizes = dict[str, int]()
    links = set[str]()
    for one in named:
        if one.fault:
            yield one
        elif one.is_link:
            links.add(one.row.name)
            fault = t("submissions.evidence.many_links", name=one.row.name, limit=MOST_LINKS)
            yield _Named(one.row, is_link=True, fault=fault if len(links) > MOST_LINKS else "")
        else:
            digest, size = _weight(one)
            if digest not in sizes and sum(sizes.values()) + size > MOST_OF_A_UNIT:
                limit = MOST_OF_A_UNIT // MEGABYTE
                fault = t("submissions.evidence.too_much", name=one.row.name, limit=limit)
                yield _Named(one.row, fault=fault)
                continue
            sizes[digest] = size
            yield one


def _weight(one: _Named) -> tuple[str, int]:
    if one.file is not None:
        return one.file.sha256, len(one.file.content)
    assert one.before is not None
    return one.before.sha256 or "", one.before.size or 0


def keep_evidence(run: Run, tx: Transaction, filled: FilledForm, arrival: Arrival, submission_id: str) -> int:
    """Keep what the sheet names and what came, in the caller's transaction; how many rows were new."""
    rows = []
    for one in _named(run, filled, arrival):
        if one.fault:
            continue
        base = KeptEvidence(
            filled.identity.round_id,
            filled.identity.unit_code,
            one.row.criterion,
            EvidenceKind.FILE,
            one.row.name,
            submission_id,
            run.as_of,
            EvidenceStatus.KEPT,
            document_no=one.row.document,
            document_date=one.row.day,
            summary=one.row.summary,
        )
        if one.file is not None:
            digest, path = keep(run.instance, FOLDER, one.file.content, f".{one.file.suffix}")
            stored = path.relative_to(run.instance.data).as_posix()
            made = replace(base, sha256=digest, size=len(one.file.content), stored_path=stored)
        elif one.before is not None:
            before = one.before
            made = replace(base, sha256=before.sha256, size=before.size, stored_path=before.stored_path)
        else:
            made = replace(base, kind=EvidenceKind.LINK, status=EvidenceStatus.NOT_OPENED, url=one.row.name)
        rows.append(made)
    return put_evidence(tx, rows)


def put_claims(run: Run, tx: Transaction, filled: FilledForm, submission_id: str) -> int:
    """The unit's points as events, in the caller's transaction: those that differ from what it said last."""
    identity = filled.identity
    scored = set_for(run.store, identity.round_id, identity.unit_code)
    before = standing(run.store, identity.round_id, unit=identity.unit_code).get(identity.unit_code, {})
    events = []
    for score in filled.scores:
        if not score.is_claimable:
            continue
        known = before.get(score.criterion)
        last = known.claim if known else None
        event = _claim(run, identity.round_id, identity.unit_code, scored.version, score, submission_id)
        if last is None and event.points is None and not event.reason:
            continue
        if last is not None and _says_the_same(last, event):
            continue
        events.append(event)
    return append(tx, events)


def _claim(
    run: Run, round_id: str, unit: str, version: str, score: FilledScore, submission_id: str
) -> ScoreEvent:
    option = (
        (NumberUsed(f"{_OPTION}{score.chosen}", score.self_points, submission_id),) if score.chosen else ()
    )
    basis = (
        t("submissions.evidence.claim_none")
        if score.self_points is None
        else t("submissions.evidence.claim_option", option=score.chosen)
        if score.chosen
        else t("submissions.evidence.claim")
    )
    return ScoreEvent(
        round_id, unit, score.criterion, version, Stage.CLAIM, score.self_points, False, basis,
        actor=unit, at=run.as_of, numbers=option, reason=score.explanation,
    )  # fmt: skip


def _says_the_same(last: ScoreEvent, event: ScoreEvent) -> bool:
    def said(one: ScoreEvent) -> tuple[Decimal | None, str, str]:
        return one.points, one.reason or "", chosen_option(one) or ""

    return last.set_version == event.set_version and said(last) == said(event)


def put_self_score(
    run: Run,
    tx: Transaction,
    filled: FilledForm,
    arrival: Arrival,
    outcome: SubmissionOutcome,
    *,
    counts: bool,
) -> None:
    """What a self-score brings, in the caller's transaction: its evidence, its points when it counts, and that it waits
    for a decision when it came after the lock. What was rejected brings nothing."""
    identity = filled.identity
    obligation_id = f"{identity.round_id}/{identity.unit_code}/{identity.form}"
    submission_id = submission_id_of(obligation_id, arrival.content)
    if outcome is SubmissionOutcome.REJECTED:
        return
    keep_evidence(run, tx, filled, arrival, submission_id)
    if counts:
        put_claims(run, tx, filled, submission_id)
    elif outcome is SubmissionOutcome.KEPT_LATE:
        event = FileEvent(
            identity.round_id, identity.unit_code, FileEventKind.LATE_WAITING, run.actor, run.as_of,
            detail={"submission_id": submission_id},
        )  # fmt: skip
        append_file_events(tx, [event])


def late_decided(
    run: Run,
    tx: Transaction,
    obligation: Obligation,
    submission_id: str,
    reason: str,
    filled: FilledForm | None,
) -> None:
    """A person decided about a self-score that came after the lock, in the caller's transaction.

    `filled`: what it says, if it counts from now on; None when it never does.
    """
    event = FileEvent(
        obligation.round_id, obligation.unit_code,
        FileEventKind.LATE_ACCEPTED if filled else FileEventKind.LATE_REFUSED, run.actor, run.as_of, reason,
        detail={"submission_id": submission_id},
    )  # fmt: skip
    append_file_events(tx, [event])
    if filled:
        put_claims(run, tx, filled, submission_id)
