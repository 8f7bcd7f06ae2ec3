"""A draft before whoever decides on it: what must be known of it, and a decision looked at before it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cchc.clock import END
from cchc.documents import own_words
from cchc.documents.approvers import by_an_approver, refuse_far_day
from cchc.documents.decision_form import DecisionForm, form_about, typed_as
from cchc.documents.edited import edited
from cchc.documents.own_figures import contradictions
from cchc.documents.waiting import WaitingDraft, drafts, not_held, replaced, undecided, unproven, withdrawn
from cchc.errors import RuleRefused
from cchc.figures.bound_review import refuse_unexplained
from cchc.report.page_limit import too_long
from cchc.run import Approval, Run
from cchc.texts import t


def waiting_in(run: Run) -> list[WaitingDraft]:
    """Drafts of the run's round that wait at its moment, each with the documents that its form shows."""
    return [
        replace(one, documents=drafts(as_drafted(run, one)))
        for one in undecided(run)
        if one.round_id == run.round_id
    ]


def as_drafted(run: Run, one: WaitingDraft) -> Run:
    """The run as it put the draft before the approvers: their form, too, reads as of that moment."""
    return replace(run, round_id=one.round_id, about=one.about, as_of=one.since)


def to_know(run: Run, known_by: datetime = END) -> list[str]:
    """What whoever decides must know of the draft that the run put before them: whose figures came later, count no more
    or are unproven, words that were edited or came later, another draft that waits beside it, figures of
    its documents that contradict each other, its length."""
    return [
        *edited(run),
        *replaced(run),
        *not_held(run, known_by),
        *withdrawn(run, known_by),
        *unproven(run, known_by),
        *own_words.not_held(run),
        *contradictions(run),
        *too_long(run),
    ]


def answer_to(
    run: Run, about: str, given: Mapping[str, object], seen: Sequence[str], forms: Sequence[DecisionForm]
) -> tuple[DecisionForm, str, dict[str, str | None]]:
    """The waiting form that takes a decision on the run's round, with the button and the fields that give it; what its
    task would refuse is refused before.

    about: which of the round's decisions; given: as `Approval.parse` takes it, `by` what Airflow calls the account;
    seen: ids of the documents that were shown to whoever decides.

    Raises RuleRefused, each with what to do: those of `Approval.parse`, 'edited-meanwhile', 'not-an-approver',
    'day-far-off', 'bounds-open', 'no-form'.
    """
    one = next((one for one in waiting_in(run) if one.about == about), None)
    ids = [each.document_id for each in one.documents] if one else []
    if one is None or not ids or set(seen) != set(ids):
        raise RuleRefused("edited-meanwhile", t("documents.deciding.changed"))
    approval, own = Approval.parse({"decided_at": run.as_of, **given}), as_drafted(run, one)
    refuse_far_day(run, approval)
    refuse_unexplained(own, by_an_approver(own, approval))
    found = form_about(forms, ids)
    if found is None:
        raise RuleRefused("no-form", t("documents.deciding.no_form"))
    return found, *typed_as(approval)
