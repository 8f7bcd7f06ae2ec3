"""What the Dags of inspections have in common: their steps by moment, what a person chooses in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, get_current_context

from cchc.errors import RuleRefused
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.run import Run

MOMENTS = ("ke_hoach", "quyet_dinh_doan", "bat_dau", "ket_thuc", "bao_cao_doan")
"""The moments of a round of inspections at which its Dag runs."""
READING = "doc_ket_qua"
ANNOUNCING = "bat_dau"
# What is decided on at a moment: how the form calls it, and the symbol it proposes.
DECISIONS: Mapping[str, tuple[str, str]] = {
    "ke_hoach": ("kế hoạch kiểm tra cải cách hành chính", "KH-UBND"),
    "quyet_dinh_doan": ("quyết định thành lập đoàn kiểm tra", "QĐ-UBND"),
    "bao_cao_doan": ("báo cáo kết quả kiểm tra năm", "BC-ĐKT"),
}


def step_of(moment: str) -> str:
    """The task that a moment of the round begins with; the team's workbook is read where none is named."""
    if moment in DECISIONS:
        return "du_thao"
    return "thong_bao" if moment == ANNOUNCING else READING


def step_param() -> dict[str, Param]:
    """The step that a person chooses when starting the Dag by hand."""
    names = {**table("airflow.inspection_steps")}
    return {
        "buoc": Param(
            READING,
            type="string",
            enum=list(names),
            values_display=names,
            title=t("airflow.inspection_step"),
        )
    }


def visit_param() -> dict[str, Param]:
    """The visit that a person names."""
    return {"cuoc": Param("", type="string", title=t("airflow.visit"), description=t("airflow.visit_help"))}


def surprise_param() -> dict[str, Param]:
    """The number that the command gave a surprise visit; no field holds a unit: a form is read by all who see runs."""
    return {
        "cuoc": Param("", type="string", title=t("airflow.visit"), description=t("airflow.surprise_help"))
    }


def surprise_of(run: Run) -> str:
    """The number of the surprise visit of a run. RuleRefused('unit-named') when its form tells more than that."""
    from cchc.stages.inspecting import surprise_named

    context: Any = get_current_context()
    told = sorted({"don_vi", "ngay", "linh_vuc", "ly_do"} & set(context["dag_run"].conf or {}))
    if told:
        raise RuleRefused("unit-named", t("airflow.surprise_told", names=", ".join(told)))
    return surprise_named(run).visit_id
