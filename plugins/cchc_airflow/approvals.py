"""A person's decision: approve and give number, symbol and date, or return with remarks. Silence never approves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from cchc.texts import t

APPROVE, RETURN = "Phê duyệt", "Trả lại"


class DecisionOperator(HITLOperator):
    """Waits, without a slot and without a time limit, until somebody chooses.

    The form asks for what an issued document needs; what was typed is checked by the issuing step, because
    Airflow does not check it at the door.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("options", [APPROVE, RETURN])
        kwargs.setdefault(
            "params",
            {
                "so": Param("", type="string", title=t("airflow.number_title")),
                "ky_hieu": Param(kwargs.pop("symbol", ""), type="string", title=t("airflow.symbol_title")),
                "ngay": Param("", type="string", title=t("airflow.date_title"), description=t("airflow.date_help")),
                "nhan_xet": Param("", type="string", title=t("airflow.remarks_title")),
            },
        )
        # Waiting is not executing: the time limit of ordinary tasks must not end it, and a failure callback
        # has nothing to say about a person who takes a day.
        kwargs.setdefault("execution_timeout", None)
        super().__init__(**kwargs)


def decision_of(answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What `cchc.stages.Approval.parse` takes, from the operator's result; None when nobody answered."""
    if not answer:
        return None
    given = answer.get("params_input") or {}
    user = answer.get("responded_by_user") or {}
    return {
        "decision": "approve" if answer.get("chosen_options") == [APPROVE] else "return",
        "by": user.get("name") or user.get("id") or "",
        "remarks": given.get("nhan_xet", ""),
        "number": given.get("so", ""),
        "symbol": given.get("ky_hieu", ""),
        "issued_on": given.get("ngay", ""),
    }
