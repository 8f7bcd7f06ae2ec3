"""A person's decision: approve and give number, symbol and date, or return with remarks.

Silence never approves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from cchc.clock import vn_instant
from cchc.documents.decision_form import APPROVE, RETURN, SHOWN, typed_as
from cchc.errors import RuleRefused
from cchc.texts import t
from cchc_airflow.answers import ask_again, sealed
from cchc_airflow.notifier import ApprovalNotifier

if TYPE_CHECKING:
    from cchc.documents.registry import DocumentRecord

log = logging.getLogger(__name__)

BOARD_DOCUMENT = "/cchc/van-ban/"


class DecisionOperator(HITLOperator):
    """Waits, without a slot and without a time limit, until one of the approvers chooses; they get a mail.

    Who they are, `department.yaml` says when the task begins to wait; Airflow refuses everybody else. An approver who
    is named later can decide after a 'Clear' of the task.

    The form asks for what an issued document needs. Airflow does not check at the door what was typed: a wrong
    answer is asked for again here. There are no defaults: with them Airflow would decide by itself one day.
    `title` names what is decided on, `symbol` is proposed; `by_subject` gives both where a round has several decisions,
    by what the run is about.
    """

    def __init__(
        self,
        *,
        title: str,
        symbol: str,
        by_subject: Mapping[str, tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        # Waiting is not executing: the time limit of ordinary tasks must not end it.
        kwargs["execution_timeout"] = None
        # Airflow hands over the Dag's own params here; the form asks for these and nothing else.
        kwargs["params"] = _form(symbol)
        super().__init__(
            subject=t("airflow.approval_subject", title=title),
            body=t("airflow.approval_body"),
            options=[APPROVE, RETURN],
            notifiers=[ApprovalNotifier(title=title)],
            **kwargs,
        )
        self.title, self.symbol, self.by_subject = title, symbol, dict(by_subject or {})

    def execute(self, context: Any) -> Any:
        """Show what is to be decided on, with links, then wait."""
        from cchc.documents.approvers import approvers_of
        from cchc.documents.waiting import drafts
        from cchc.figures.bound_review import told
        from cchc.stages.deciding import to_know
        from cchc_airflow.context import run_context

        run = run_context(context)
        if run.about in self.by_subject:
            self.title, self.symbol = self.by_subject[run.about]
            self.subject = t("airflow.approval_subject", title=self.title)
            self.params["ky_hieu"] = self.symbol
        self.subject = f"{self.subject} - {run.round.title}"
        may = approvers_of(run)
        self.assigned_users = [{"id": one.account_id, "name": one.title} for one in may]
        who = t("airflow.approval_who", names="; ".join(one.title for one in may))
        parts = [
            t("airflow.approval_body"),
            _as_list(drafts(run)),
            *to_know(run),
            *_beyond_bounds(told(run)),
            who,
            t("airflow.approval_how"),
        ]
        if (context["dag_run"].conf or {}).get("as_of"):
            parts.insert(0, t("airflow.as_of_past", moment=vn_instant(run.as_of), actor=run.actor))
        self.body = "\n\n".join(parts)
        if "ti" in context:
            context["ti"].xcom_push(key=SHOWN, value=[one.document_id for one in drafts(run)])
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """The answer, sealed. A wrong one, or that of somebody who may not decide, is forgotten by Airflow when the
        form is put up again, as after a 'Clear'."""
        from cchc.documents.approvers import by_an_approver, refuse_far_day
        from cchc.documents.waiting import drafts
        from cchc.figures.bound_review import refuse_unexplained
        from cchc.run import Approval
        from cchc_airflow.context import run_context

        if "error" in event:
            return super().execute_complete(context, event)
        try:
            run = run_context(context)
            self._refuse_strange(event.get("params_input") or {})
            approval = by_an_approver(run, Approval.parse(decision_of(event)))
            refuse_far_day(run, approval)
            shown = context["ti"].xcom_pull(key=SHOWN, task_ids=self.task_id) if "ti" in context else None
            if shown and shown != [one.document_id for one in drafts(run)]:
                raise RuleRefused("edited-meanwhile", t("airflow.edited_meanwhile"))
            refuse_unexplained(run, approval)
        except RuleRefused as wrong:
            return ask_again(self, context, wrong)
        answer = super().execute_complete(context, {**event, "params_input": typed_as(approval)[1]})
        return sealed(context, answer)

    def _refuse_strange(self, typed: Mapping[str, Any]) -> None:
        """RuleRefused('strange-fields') for what no field of the form can hold: it did not come from the form."""
        if strange := sorted(set(map(str, typed)) - set(self.params)):
            raise RuleRefused("strange-fields", t("airflow.strange_fields", names=", ".join(strange)))
        for name, value in typed.items():
            if value is not None and not isinstance(value, str):
                raise RuleRefused("strange-fields", t("airflow.not_text", name=name))


def _form(symbol: str) -> dict[str, Param]:
    """One field for each thing that an issue or a return needs; none of them is compulsory for both.

    Without its source Airflow would take a field for one of the Dag's, and show a form without a single field.
    """
    fields: dict[str, tuple[str | None, dict[str, Any]]] = {
        "so": (None, {"title": t("airflow.number_title"), "description": t("airflow.number_help")}),
        "ky_hieu": (symbol, {"title": t("airflow.symbol_title")}),
        "ngay": (None, {"title": t("airflow.date_title"), "format": "date"}),
        "nhan_xet": (None, {"title": t("airflow.remarks_title")}),
    }
    return {
        name: Param(value, source="task", type=["string", "null"], **schema)
        for name, (value, schema) in fields.items()
    }


def _beyond_bounds(lines: Sequence[str]) -> list[str]:
    """What of the figures is beyond its bounds, with the words of whoever explained it."""
    if not lines:
        return []
    return [t("airflow.beyond_bounds", count=len(lines), list="\n".join(f"- {line}" for line in lines))]


def _as_list(found: Sequence[DocumentRecord]) -> str:
    if not found:
        return t("airflow.no_drafts")
    return "\n".join(
        t(
            "airflow.draft_line",
            name=one.file_name,
            link=BOARD_DOCUMENT + quote(one.document_id),
            made=vn_instant(one.made_at),
        )
        for one in found
    )


def decision_of(answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What `cchc.run.Approval.parse` takes, from the operator's result; None when nobody answered."""
    if not answer:
        return None
    given = answer.get("params_input") or {}
    user = answer.get("responded_by_user") or {}
    chosen = list(answer.get("chosen_options") or [])
    return {
        "decision": {(APPROVE,): "approve", (RETURN,): "return"}.get(tuple(chosen)),
        "by": str(user.get("id") or ""),
        "decided_at": answer.get("responded_at"),
        "remarks": given.get("nhan_xet") or "",
        "number": given.get("so") or "",
        "symbol": given.get("ky_hieu") or "",
        "issued_on": given.get("ngay") or "",
    }
