"""Drafts that wait for a person's decision, and asking the approvers again each working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cchc.clock import END, TZ, vn_instant
from cchc.documents.approval_mail import OpenDecision, approval_mail
from cchc.documents.approvers import approvers_of, document_kind
from cchc.documents.decisions import (
    accepted_since,
    names_of,
    newest_drafting,
    undecided_before,
    unproven_in_draft,
    withdrawn_since,
)
from cchc.documents.edited import EDITS, edited
from cchc.documents.late_decision import LateDecision, late_decision_mail
from cchc.documents.numbering import ON_PAPER
from cchc.documents.registry import DRAFT, DocumentRecord, documents
from cchc.mail.mail import Mail, enqueue
from cchc.run import Run
from cchc.texts import t


@dataclass(frozen=True)
class WaitingDraft:
    """A round whose draft nobody has decided on yet, since when, and the documents."""

    round_id: str
    since: datetime
    documents: list[DocumentRecord]
    about: str = ""


def drafts(run: Run) -> list[DocumentRecord]:
    """What waits for a decision in the run's round: of each kind of document the newest without a number.

    A later draft of the round may be about other kinds (an adjustment after the publication): what was put before the
    approvers with an earlier one is not before them any more.
    """
    newest: dict[str, DocumentRecord] = {}
    drafted = newest_drafting(run, run.as_of)
    current = drafted.detail.get("draft") if drafted else None
    for one in documents(run.store, run.round.round_id):  # oldest first
        if one.number or one.kind in ON_PAPER or _later(run, one) or one.about != run.about:
            continue
        if one.unit_code and not run.about:  # to single units; nobody decides on them here
            continue
        if current is not None and DRAFT in one.kind and one.draft != current:
            continue
        newest[one.kind] = one
    hashes = {one.file_sha256 for one in newest.values()}
    # A PDF of an earlier draft is none of this one.
    return [one for one in newest.values() if one.provenance.get("made_from", one.file_sha256) in hashes]


def _later(run: Run, one: DocumentRecord) -> bool:
    """Whether a document is of a later day than the run; an edited draft is the run's own, whenever it was edited."""
    return one.made_at > run.as_of and EDITS not in one.provenance


def ask_approvers(run: Run, title: str = "", link: str | None = None, since: datetime | None = None) -> bool:
    """Mail the draft of the run's round to the approvers, once a day whoever asks; never on a day off."""
    mail = _asking(run, title, link, since)
    if mail is None:
        return False
    with run.store.write() as tx:
        return enqueue(tx, mail)


def _asking(run: Run, title: str = "", link: str | None = None, since: datetime | None = None) -> Mail | None:
    waiting = drafts(run)
    since = since or max((one.made_at for one in waiting), default=run.as_of)
    decision = OpenDecision(
        round_id=run.round.round_id,
        kind=document_kind(run.round.kind),
        subject_id=_subject(waiting),
        title=title or t("documents.draft_of", title=run.round.title),
        since=since,
        facts=_facts(run, since),
        files=[one.copied_to(run.instance) for one in waiting],
        link=link,
    )
    return approval_mail(run.instance, decision, run.as_of, run.calendar.working_days)


def _subject(waiting: Sequence[DocumentRecord]) -> str:
    """What is asked about; an edited draft is asked about anew."""
    edits = [one.file_sha256[:8] for one in waiting if EDITS in one.provenance]
    about = {one.about for one in waiting if one.about}
    return "/".join((*sorted(about), f"du-thao/{max((one.draft for one in waiting), default=0)}", *edits))


def not_held(run: Run, known_by: datetime = END) -> list[str]:
    """What whoever decides now must know of the run's draft: whose figures came after it; empty when nobody's did."""
    late = accepted_since(run, run.as_of, known_by)
    return [t("documents.draft_lacks", names=names_of(run, late))] if late else []


def withdrawn(run: Run, known_by: datetime = END) -> list[str]:
    """What whoever decides now must know of figures in the run's draft that count no more; empty when all still do."""
    codes = withdrawn_since(run, run.as_of, known_by)
    return [t("documents.draft_withdrawn", names=names_of(run, codes))] if codes else []


def unproven(run: Run, known_by: datetime = END) -> list[str]:
    """What whoever decides now must know of figures in the run's draft that nobody has confirmed; empty when none."""
    codes = unproven_in_draft(run, run.as_of, known_by)
    return [t("documents.draft_unproven", names=names_of(run, codes))] if codes else []


def replaced(run: Run) -> list[str]:
    """What whoever decides must know of an older draft that waits beside this one; empty when none does."""
    older = undecided_before(run)
    if older is None:
        return []
    moment = vn_instant(older.happened_at)
    return [t("documents.replaces_waiting", draft=older.detail.get("draft"), moment=moment)]


def _facts(run: Run, since: datetime) -> list[tuple[str, str]]:
    """What approvers should know at a glance of the draft that waits `since` then: whose figures came after it, whose
    count no more, and whose nobody has confirmed."""
    told = (
        ("not_held", accepted_since(run, since, run.as_of)),
        ("withdrawn", withdrawn_since(run, since, run.as_of)),
        ("unproven", unproven_in_draft(run, since, run.as_of)),
    )
    own_words = [(t("documents.edited.fact"), words) for words in edited(run)]
    return [*((t(f"documents.{key}"), names_of(run, codes)) for key, codes in told if codes), *own_words]


def undecided(run: Run) -> list[WaitingDraft]:
    """Rounds with a draft that was neither issued nor returned by now."""
    return [
        WaitingDraft(round_id, state.since, drafts(replace(run, round_id=round_id, about=about)), about)
        for round_id, about, state in run.rounds.waiting(run.as_of)
    ]


def reminders_to_approvers(run: Run) -> list[Mail]:
    """The mails that ask again about every draft that still waits; reading only."""
    asked = (
        _asking(replace(run, round_id=one.round_id, about=one.about), since=one.since)
        for one in undecided(run)
    )
    return [mail for mail in asked if mail is not None]


def tell_late(run: Run, now: datetime, link: str | None) -> bool:
    """Mail the operators that the draft which this run put before the approvers still waits at `now`.

    False when it was decided on, when another run has replaced it, and when the run never came so far.
    """
    state, newest = run.rounds.state(run.round.round_id, now, run.about), newest_drafting(run)
    if state is None or not state.waiting or newest is None or newest.happened_at != run.as_of:
        return False
    days = run.calendar.working_days
    late = LateDecision(
        round_id=run.round.round_id,
        draft=state.draft or 1,
        title=t("documents.draft_of", title=run.round.title),
        since=state.since,
        waited=max(0, days.between(state.since.astimezone(TZ).date(), now.astimezone(TZ).date())),
        documents=[one.file_name for one in drafts(replace(run, as_of=now))],
        approvers=[one.title for one in approvers_of(run)],
        link=link,
    )
    return late_decision_mail(run.store, late, now)


def remind_approvers(run: Run) -> int:
    """Ask again about every draft that still waits; returns the number of mails."""
    mails = reminders_to_approvers(run)
    with run.store.write() as tx:
        return sum(enqueue(tx, mail) for mail in mails)
