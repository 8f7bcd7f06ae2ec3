"""Drafts, and what a person's decision on one does: a return stops with its words, an issue is all or nothing.

Figures keep the day that the run works for; the decision, and everything it brings about, has its own moment.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cchc.clock import END, to_text, vn_instant
from cchc.documents.registry import DocumentRecord, add_document, copy_out, document
from cchc.errors import RuleRefused
from cchc.obligations import (
    Phase,
    RoundEvent,
    RoundEventKind,
    append_round_event,
    states_in,
    unproven_figures,
)
from cchc.run import Approval, Run
from cchc.store import Transaction
from cchc.texts import t
from cchc.year import REPORT_KINDS, Product, RoundKind

log = logging.getLogger(__name__)


def deciding(run: Run, approval: Approval) -> Run:
    """The run as it acts once the decision is taken: at that moment, in the name of who took it."""
    return replace(run, as_of=approval.decided_at, actor=approval.by or run.actor)


def draft_of(run: Run) -> int:
    """Number of the draft that the run put before the approvers: what a decision in this run is about.

    Raises RuleRefused('no-draft'), and RuleRefused('superseded') when another run has put a later one before them: its
    figures are the newer ones, and an answer to the older draft, whatever it is, changes nothing.
    """
    state = run.rounds.state(run.round.round_id, run.as_of, run.about)
    if state is None or state.phase in (Phase.OPEN, Phase.CLOSED):
        raise RuleRefused("no-draft", t("documents.no_draft", round=run.round.round_id))
    if (newer := newest_drafting(run)) is not None and newer.happened_at > run.as_of:
        raise RuleRefused(
            "superseded",
            t(
                "documents.superseded",
                made=vn_instant(run.as_of),
                draft=newer.detail.get("draft"),
                moment=vn_instant(newer.happened_at),
                title=run.round.title,
            ),
        )
    return state.draft or 1  # drafts of plans and of rankings had no number once


def newest_drafting(run: Run, known_by: datetime = END) -> RoundEvent | None:
    """When a draft of the run's round was put before the approvers last, by whatever run."""
    made = [
        one
        for one in run.rounds.events(run.round.round_id)
        if one.kind is RoundEventKind.drafted and one.about == run.about and one.happened_at <= known_by
    ]
    # Of one moment the last that was written.
    return max(reversed(made), key=lambda one: one.happened_at, default=None)


def undecided_before(run: Run) -> RoundEvent | None:
    """The draft that still waited when the run put its own before the approvers; None when none did."""
    waiting: RoundEvent | None = None
    for event in run.rounds.events(run.round.round_id):
        if event.happened_at >= run.as_of:
            break
        if event.about != run.about:
            continue
        if event.kind is RoundEventKind.drafted:
            waiting = event
        elif event.kind in (RoundEventKind.returned, RoundEventKind.issued):
            waiting = None
    return waiting


def next_draft(run: Run) -> int:
    """Number of a draft that this run makes, where no figures number it; the same run repeated has the same one."""
    made = {
        event.happened_at
        for event in run.rounds.events(run.round.round_id)
        if event.kind is RoundEventKind.drafted and event.about == run.about and event.happened_at < run.as_of
    }
    return len(made) + 1


def put_draft(run: Run, draft: int, documents: Sequence[DocumentRecord]) -> list[str]:
    """Put a draft before the approvers: its documents and the round's event, together; returns the documents' ids.

    The same run repeated has put one before them already, and keeps it, whatever program would make it now: it is what
    they read. A draft that is to be made anew is another run's.
    """
    ids = [one.document_id for one in documents]
    round_id = run.round.round_id
    event = RoundEvent(
        round_id, RoundEventKind.drafted, run.as_of, run.as_of, run.actor,
        detail={"draft": draft, "documents": ids} | _about(run),
        key=_key(run, RoundEventKind.drafted, f"{draft}:{to_text(run.as_of)}"),
    )  # fmt: skip
    with run.store.write() as tx:
        known = _told_before(tx, event.event_key)
        if known is None:
            for one in documents:
                add_document(tx, one)
            append_round_event(tx, event)
    if known is not None:
        if known != ids:
            run.notes.append(t("documents.draft_kept", draft=draft, made=vn_instant(run.as_of)))
        ids, documents = known, _recorded(run, known)
    for one in documents:
        copy_out(run.instance, one)
    return ids


def refuse_return(run: Run, approval: Approval, draft: int) -> None:
    """Record a return on the round and stop: nothing is issued, and everybody sees why."""
    if approval.decision != "return":
        return
    own = deciding(run, approval)
    run.rounds.record(
        RoundEvent(
            run.round.round_id, RoundEventKind.returned, own.as_of, own.as_of, own.actor,
            approval.remarks, {"draft": draft} | _about(run),
            key=_key(run, RoundEventKind.returned, to_text(own.as_of)),
        )
    )  # fmt: skip
    raise RuleRefused("returned", t("documents.returned", by=approval.by, remarks=approval.remarks))


def put_issue(
    run: Run,
    approval: Approval,
    draft: int,
    documents: Sequence[DocumentRecord],
    together: Callable[[Transaction, Run], object],
) -> list[str]:
    """Issue a draft: its documents, the round's events and `together` in one transaction; the documents' ids.

    `together` is given the transaction and the run as of the decision. It comes first: obligations are locked before
    their round, here as everywhere. Copies for people are written when everything is. Units whose figures came too
    late for the draft are recorded with the issue and with each document. The same decision twice is one, also when the
    program or its configuration changed in between and the documents would be made with other bytes.
    """
    own, ids = deciding(run, approval), [one.document_id for one in documents]
    unproven = unproven_in_draft(run, run.as_of, own.as_of)
    with run.store.write() as tx:
        together(tx, own)
        known = _told_before(tx, _key(run, RoundEventKind.issued, issue_mark(approval, draft)))
        not_held = _accepted_since(tx, run, run.as_of, END) if known is None else []
        if known is None:
            for one in documents:
                told = {"not_held": not_held} if not_held else {}
                add_document(tx, replace(one, provenance={**one.provenance, **told}))
            for event in _issue_events(own, approval, draft, ids, not_held, unproven):
                append_round_event(tx, event)
    if known is not None:
        ids, documents = known, _recorded(run, known)
    for one in documents:
        copy_out(run.instance, one)
    if not_held:
        log.warning(t("documents.issued_without", names=names_of(run, not_held)))
    return ids


def _about(run: Run) -> dict[str, object]:
    return {"about": run.about} if run.about else {}


def _key(run: Run, kind: RoundEventKind, mark: str) -> str:
    """The key of an event of the run's decision."""
    parts = (run.round.round_id, run.about, str(kind), mark)
    return ":".join(part for part in parts if part)


def _told_before(tx: Transaction, event_key: str) -> list[str] | None:
    """Ids of the documents that came with this very event; None when it has not happened."""
    found = tx.one("obligations.rounds_event_by_key", event_key=event_key)
    return None if found is None else list(json.loads(found["detail"])["documents"])


def _recorded(run: Run, ids: Sequence[str]) -> list[DocumentRecord]:
    return [one for identity in ids if (one := document(run.store, identity))]


def issue_mark(approval: Approval, draft: int) -> str:
    """What tells one issue from another: entered anew with another number or day, it is another."""
    issued_on = approval.issued_on.isoformat() if approval.issued_on else None
    return f"{draft}/{approval.number}/{approval.symbol}/{issued_on}"


def _issue_events(
    own: Run, approval: Approval, draft: int, ids: list[str], not_held: list[str], unproven: list[str]
) -> list[RoundEvent]:
    round_id, mark = own.round.round_id, issue_mark(approval, draft)
    detail = _about(own) | {
        "draft": draft,
        "number": approval.number,
        "symbol": approval.symbol,
        "issued_on": approval.issued_on.isoformat() if approval.issued_on else None,
        "documents": ids,
        "not_held": not_held,
    }
    if unproven:
        detail["unproven"] = unproven  # approved although nobody had confirmed them
    return [
        RoundEvent(round_id, kind, own.as_of, own.as_of, own.actor, None, more, _key(own, kind, mark))
        for kind, more in (
            (RoundEventKind.approved, {"draft": draft} | _about(own)),
            (RoundEventKind.issued, detail),
        )
    ]


def accepted_since(run: Run, since: datetime, until: datetime) -> list[str]:
    """Codes of the units of which something was accepted after `since`, known by `until`: a draft of then lacks it."""
    with run.store.read() as tx:
        return _accepted_since(tx, run, since, until)


def _accepted_since(tx: Transaction, run: Run, since: datetime, until: datetime) -> list[str]:
    product = _product(run.round.kind)
    if product is None:
        return []
    round_id = run.round.round_id
    before = {
        one.obligation_id: (state.standing, state.accepted_submission_id)
        for one, state in states_in(tx, since, round_id, product)
    }
    return [
        one.unit_code
        for one, state in states_in(tx, until, round_id, product)
        if state.fulfilled and before.get(one.obligation_id) != (state.standing, state.accepted_submission_id)
    ]


def withdrawn_since(run: Run, since: datetime, until: datetime) -> list[str]:
    """Codes of the units whose figures a draft of `since` holds, and which count no more by `until`: sent back."""
    product = _product(run.round.kind)
    if product is None:
        return []
    round_id = run.round.round_id
    with run.store.read() as tx:
        held = {
            one.obligation_id for one, state in states_in(tx, since, round_id, product) if state.fulfilled
        }
        return sorted(
            one.unit_code
            for one, state in states_in(tx, until, round_id, product)
            if one.obligation_id in held and not state.fulfilled
        )


def unproven_in_draft(run: Run, drafted_at: datetime, known_by: datetime) -> list[str]:
    """Codes of the units whose figures a draft of `drafted_at` holds, and which nobody had confirmed by `known_by`."""
    found = unproven_figures(run.store, drafted_at, round_id=run.round.round_id, known_by=known_by)
    return sorted({one.unit_code for one in found})


def _product(kind: RoundKind) -> str | None:
    """Of which product the figures in a round's draft are; None for a draft without any."""
    if kind in REPORT_KINDS:
        return Product.REPORT
    return Product.SELF_SCORE if kind is RoundKind.SCORING else None


def names_of(run: Run, codes: Sequence[str]) -> str:
    """Units by name, for a sentence."""
    return "; ".join(run.units.get(code).name if code in run.units else code for code in codes)
