"""The form of Airflow in which a person decides on a draft: its buttons and fields, and which draft it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from cchc.errors import RuleRefused
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.run import Approval

APPROVE, RETURN = "Phê duyệt", "Trả lại"
SHOWN = "du_thao_da_xem"  # XCom: ids of the drafts that the form showed; edited meanwhile, they are decided on anew


@dataclass(frozen=True)
class DecisionForm:
    """A form that waits, by the task instance that put it up. shown: ids of the documents that it is about."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    shown: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Of the form's own page, below Airflow's root."""
        return f"/dags/{self.dag_id}/runs/{quote(self.run_id, safe='')}/tasks/{self.task_id}/required_actions"


def form_about(forms: Sequence[DecisionForm], drafts: Sequence[str]) -> DecisionForm | None:
    """The form that shows exactly these documents: one of another draft decides on something else."""
    return next((one for one in forms if one.shown and set(one.shown) == set(drafts)), None)


def refusal(status: int) -> RuleRefused:
    """Why Airflow did not take an answer, in words, by the status that it answers with."""
    words = table("documents.deciding.airflow").get(str(status))
    return RuleRefused("form-refused", words or t("documents.deciding.airflow.other", status=status))


def typed_as(approval: Approval) -> tuple[str, dict[str, str | None]]:
    """The button and the fields of a decision, as the form's own types have it."""
    return APPROVE if approval.decision == "approve" else RETURN, {
        "so": approval.number,
        "ky_hieu": approval.symbol,
        "ngay": approval.issued_on.isoformat() if approval.issued_on else None,
        "nhan_xet": approval.remarks or None,
    }
