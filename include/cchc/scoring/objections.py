"""Objections to published points: received until their moment, decided by the council with a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.scores import (
    FileEvent,
    FileEventKind,
    Objection,
    Stage,
    append,
    append_file_events,
    objections_of,
    put_evidence,
    put_objection,
    put_objection_decision,
)
from cchc.scoring.cases import Docket
from cchc.scoring.council import Ruling, case_of, ruled
from cchc.scoring.moved import moved
from cchc.scoring.roles import Act, Roles
from cchc.submissions.evidence_rows import evidence_by_hand
from cchc.texts import t


def objections_until(run: Run, published: datetime) -> datetime:
    """The last moment for objections; later than the calendar's when the publication itself was late."""
    return moved(run, "cong_bo", "kien_nghi", published)


def receive_objection(
    run: Run,
    unit: str,
    criterion: str,
    text: str,
    received_at: datetime,
    *,
    files: Sequence[tuple[str, bytes]],
    links: Sequence[str],
) -> Objection:
    """Take an objection in with the files (name, content) and links that came with it, as the secretary; the same words
    again are one, and what comes with them then is added.

    RuleRefused before the publication, after the last moment or later than now, without a text, for a criterion that
    the unit was not scored by, or with evidence that would not be taken from a unit's form either.
    """
    docket = Docket.load(run, [unit])
    Roles(docket.appraisers, run.units).may(run.actor, Act.OPEN_OBJECTION, unit=unit)
    case = case_of(docket, Ruling(unit, criterion, "", ""))
    name = case.unit.name
    state = run.rounds.state(run.round.round_id, run.as_of)
    published = state.issues[0].decided_at if state is not None and state.issues else None
    if published is None or received_at < published:
        raise _refused("not_published", unit=name, round=run.round.title)
    if received_at > run.as_of:
        raise _refused("ahead", unit=name, moment=vn_instant(received_at))
    if received_at > (last := objections_until(run, published)):
        raise _refused("too_late", unit=name, moment=vn_instant(received_at), last=vn_instant(last))
    if not text.strip():
        raise _refused("text_needed", unit=name, criterion=criterion)
    bare = Objection(run.round.round_id, unit, criterion, text.strip(), received_at)
    evidence = evidence_by_hand(run, unit, criterion, files, links, bare.objection_id)
    objection = replace(bare, evidence_ids=tuple(one.evidence_id for one in evidence))
    told = FileEvent(
        run.round.round_id,
        unit,
        FileEventKind.OBJECTED,
        run.actor,
        run.as_of,
        detail={"objection": objection.objection_id, "criterion": criterion},
    )
    with run.store.write() as tx:
        put_evidence(tx, evidence)
        if put_objection(tx, objection):
            append_file_events(tx, [told])
    return objection


def decide_objection(
    run: Run, objection_id: str, choice: str, reason: str, document_no: str, points: Decimal | None = None
) -> bool:
    """Decide an objection as a member of the council; False when it was decided so before.

    The decision is an event of the points too, also when they are kept. RuleRefused without a document number.
    """
    found = {one.objection_id: one for one in objections_of(run.store, run.round.round_id)}
    objection = found.get(objection_id)
    if objection is None:
        known = ", ".join(found) or t("scoring.objections.none")
        raise _refused("unknown", found=objection_id, known=known)
    docket = Docket.load(run, [objection.unit_code])
    Roles(docket.appraisers, run.units).may(run.actor, Act.DECIDE_OBJECTION, unit=objection.unit_code)
    ruling = Ruling(objection.unit_code, objection.criterion, choice, reason, points)
    case = case_of(docket, ruling)
    if not document_no.strip():
        raise _refused("document_needed", unit=case.unit.name, criterion=objection.criterion)
    event = ruled(run, case, ruling, Stage.OBJECTION, document_no.strip())
    said = (objection.decision, objection.points, objection.document_no, objection.reason)
    if said == (choice, event.points, event.document_no, event.reason):
        return False
    with run.store.write() as tx:
        put_objection_decision(
            tx,
            objection_id,
            choice,
            points=event.points,
            document_no=event.document_no,
            reason=event.reason or "",
            actor=run.actor,
            at=run.as_of,
        )
        append(tx, [event])
    return True


def undecided_objections(run: Run) -> list[Objection]:
    """Objections of the run's round that nobody has decided, oldest first."""
    return [one for one in objections_of(run.store, run.round.round_id) if one.decision is None]


def _refused(key: str, **values: object) -> RuleRefused:
    return RuleRefused(key.replace("_", "-"), t(f"scoring.objections.{key}", **values))
