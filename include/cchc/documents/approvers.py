"""Who may decide on the draft of a round: the accounts that `department.yaml` names for its kind of document."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.mail.department import Approver, Department
from cchc.run import Approval, Run
from cchc.texts import t
from cchc.year import REPORT_KINDS, RoundKind

FURTHEST = timedelta(days=60)  # of a day of issue, before its round and behind the decision

_DOCUMENT = {
    RoundKind.PLAN: "ke_hoach",
    RoundKind.SCORING: "ket_qua_cham_diem",
    RoundKind.INSPECTION: "ke_hoach_kiem_tra",  # and team, letters, report of the year
    **dict.fromkeys(REPORT_KINDS, "bao_cao"),
}


def document_kind(kind: RoundKind) -> str:
    """The kind of document that is decided on in a round of this kind."""
    return _DOCUMENT[kind]


def approvers_of(run: Run) -> tuple[Approver, ...]:
    """Who may decide on the draft of the run's round."""
    return Department.load().approvers_of(document_kind(run.round.kind))


def by_an_approver(run: Run, approval: Approval) -> Approval:
    """The decision in the name of the account that took it; until here `by` is what Airflow calls that account.

    Airflow refuses everybody else at its door; this holds even where the door stood open. Raises
    RuleRefused('not-an-approver').
    """
    may = approvers_of(run)
    for one in may:
        if approval.by == one.account_id:
            return replace(approval, by=one.title)
    names = ", ".join(one.title for one in may)
    raise RuleRefused(
        "not-an-approver",
        t("documents.not_an_approver", found=approval.by or t("documents.nobody"), names=names),
    )


def refuse_far_day(run: Run, approval: Approval) -> None:
    """RuleRefused('day-far-off') for a day of issue that nobody means: mostly, the year was mistyped."""
    if approval.issued_on is None:
        return
    first = run.round.opens_at.astimezone(TZ).date() - FURTHEST
    last = approval.decided_at.astimezone(TZ).date() + FURTHEST
    if not first <= approval.issued_on <= last:
        words = {
            name: vn_date(one)
            for name, one in (("day", approval.issued_on), ("first", first), ("last", last))
        }
        raise RuleRefused("day-far-off", t("documents.deciding.far_off", **words))
