"""A person's decision: approve and give number, symbol and date, or return with remarks.

Silence never approves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from cchc.clock import vn_instant
from cchc.texts import t
from cchc_airflow.notifier import ApprovalNotifier

if TYPE_CHECKING:
    from cchc.report.documents import DocumentRecord

APPROVE, RETURN = "Phê duyệt", "Trả lại"
BOARD_DOCUMENT = "/cchc/van-ban/"


class DecisionOperator(HITLOperator):
    """Waits, without a slot and without a time limit, until somebody chooses; approvers get a mail.

    The form asks for what an issued document needs. What was typed is checked by the issuing step, because
    Airflow does not check it at the door; clearing this task asks again. There are no defaults: with them
    Airflow would decide by itself one day. `title` names what is decided on, `symbol` is proposed.
    """

    def __init__(self, *, title: str, symbol: str, **kwargs: Any) -> None:
        # Waiting is not executing: the time limit of ordinary tasks must not end it.
        kwargs["execution_timeout"] = None
        # Airflow hands over the Dag's own params here; the form asks for these and nothing else. Without their
        # source Airflow would take them for the Dag's and show a form without a single field.
        kwargs["params"] = {
            "so": Param("", source="task", type="string", title=t("airflow.number_title")),
            "ky_hieu": Param(symbol, source="task", type="string", title=t("airflow.symbol_title")),
            "ngay": Param(
                "",
                description=t("airflow.date_help"),
                source="task",
                type="string",
                title=t("airflow.date_title"),
            ),
            "nhan_xet": Param("", source="task", type="string", title=t("airflow.remarks_title")),
        }
        super().__init__(
            subject=t("airflow.approval_subject", title=title),
            body=t("airflow.approval_body"),
            options=[APPROVE, RETURN],
            notifiers=[ApprovalNotifier(title=title)],
            **kwargs,
        )
        self.title, self.symbol = title, symbol

    def execute(self, context: Any) -> Any:
        """Show what is to be decided on, with links, then wait."""
        from cchc.stages.waiting import drafts, not_held
        from cchc_airflow.context import run_context

        run = run_context(context)
        self.subject = f"{self.subject} - {run.round.title}"
        self.body = "\n\n".join(
            [t("airflow.approval_body"), _as_list(drafts(run)), *not_held(run), t("airflow.approval_how")]
        )
        return super().execute(context)


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
    """What `cchc.stages.Approval.parse` takes, from the operator's result; None when nobody answered."""
    if not answer:
        return None
    given = answer.get("params_input") or {}
    user = answer.get("responded_by_user") or {}
    chosen = list(answer.get("chosen_options") or [])
    return {
        "decision": {(APPROVE,): "approve", (RETURN,): "return"}.get(tuple(chosen)),
        "by": user.get("name") or user.get("id") or "",
        "decided_at": answer.get("responded_at"),
        "remarks": given.get("nhan_xet", ""),
        "number": given.get("so", ""),
        "symbol": given.get("ky_hieu", ""),
        "issued_on": given.get("ngay", ""),
    }
