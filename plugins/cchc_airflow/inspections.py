"""What the Dags of inspections have in common: their steps by moment, what a person chooses in the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, get_current_context

from cchc.errors import RuleRefused
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.inspection.visits import PlannedVisit
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


def surprise_params() -> dict[str, Param]:
    """What a surprise visit is about; the number of the visit, once the team has written down what it found."""
    fields = ("don_vi", "ngay", "linh_vuc", "ly_do")
    texts = table("airflow.surprise")
    return visit_param() | {name: Param("", type="string", title=texts[name]) for name in fields}


def surprise_of(run: Run) -> PlannedVisit:
    """The visit that the form names. RuleRefused('incomplete-surprise'), and for a unit that is none."""
    from cchc.inspection.visits import PlannedVisit, VisitKind

    context: Any = get_current_context()
    given = {**(context["dag_run"].conf or {})}
    unit, day, reason = (str(given.get(name) or "").strip() for name in ("don_vi", "ngay", "ly_do"))
    try:
        when = date.fromisoformat(day)
    except ValueError:
        when = None
    if not unit or when is None or not reason:
        raise RuleRefused("incomplete-surprise", t("airflow.incomplete_surprise"))
    topics = tuple(one.strip() for one in str(given.get("linh_vuc") or "").split(";") if one.strip())
    code = run.units.get(unit).code
    return PlannedVisit(
        code,
        VisitKind.SURPRISE,
        f"{run.round.round_id}/{code}/dot_xuat/{when.isoformat()}",
        (when,),
        topics=topics,
        reason=reason,
    )
