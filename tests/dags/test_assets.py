"""What the Dags tell each other: which task tells which asset, and that closings and conclusions alone listen."""

from __future__ import annotations

from typing import Any

from airflow.serialization.encoders import coerce_to_core_timetable

from cchc_airflow.assets import COMPLETE, EXPORTS, MINUTES, REPORTS, SUBMISSIONS
from cchc_airflow.closing_timetable import ClosingTimetable

TOLD_BY = {
    EXPORTS.name: {"thu_thap_so_lieu.nhan_tep"},
    SUBMISSIONS.name: {"tiep_nhan_bao_cao.bao_bai_moi"},
    COMPLETE.name: {"tiep_nhan_bao_cao.bao_du"},
    REPORTS.name: {"chot_dot_bao_cao.phat_hanh"},
    MINUTES.name: {"kiem_tra.doc_ket_qua", "kiem_tra_dot_xuat.doc_ket_qua"},
}
STAGES = {
    "ke_hoach_nam": {
        "lap_du_thao": {"du_thao", "pdf_du_thao"},
        "ban_hanh": {"phat_hanh", "gui_thu", "ban_pdf", "gui_van_ban"},
    },
    "chot_dot_bao_cao": {
        "lap_du_thao": {"tong_hop", "du_thao", "pdf_du_thao"},
        "ban_hanh": {"phat_hanh", "ban_pdf", "gui_van_ban"},
    },
    "cham_diem": {
        "mo": {"mo_dot", "bieu", "van_ban_mo_dot", "gui_thu"},
        "khoa": {"khoa_ho_so", "mo_lien_ket", "tinh_diem", "cac_nhom", "bieu_tham_dinh"},
        "tham_dinh_1": {"cac_nhom", "nhom", "khoi_don_vi", "thong_bao_diem", "gui_thong_bao"},
        "giai_trinh": {"doc_giai_trinh", "mo_lien_ket", "giao_nhom"},
        "tham_dinh_2": {"cac_nhom", "nhom"},
        "hoi_dong": {"tai_lieu_hop", "hoi_dong_quyet", "bien_ban"},
        "cong_bo": {
            "xep_hang",
            "du_thao",
            "pdf_du_thao",
            "phe_duyet",
            "cong_bo",
            "ban_pdf",
            "gui_van_ban",
            "khoi_phieu",
            "phieu_diem",
            "gui_phieu",
        },
        "kien_nghi": {
            "tong_hop_kien_nghi",
            "pdf_du_thao",
            "phe_duyet",
            "ban_hanh_dieu_chinh",
            "ban_pdf",
            "gui_van_ban",
            "khoi_phieu",
            "phieu_diem",
            "gui_phieu",
        },
    },
    "thu_thap_so_lieu": {"nhan": {"may_chu", "tai_ve", "tep_cho", "nhan_tep"}},
    "tiep_nhan_bao_cao": {
        "nhan": {"tiep_nhan", "gui_bao_nhan", "doc_hop_thu"},
        "bao_tin": {"bao_bai_moi", "bao_du"},
    },
    "kiem_tra": {"trinh": {"du_thao", "pdf_du_thao"}, "ban_hanh": {"phat_hanh", "ban_pdf", "gui_van_ban"}},
    "kiem_tra_don_vi": {"trinh": {"du_thao", "pdf_du_thao"}, "ban_hanh": {"phat_hanh", "ban_pdf", "gui_thu"}},
}


def test_each_asset_is_told_by_the_task_that_knows(dags: dict[str, Any]) -> None:
    told: dict[str, set[str]] = {}
    for dag_id, dag in dags.items():
        for task in dag.tasks:
            for outlet in task.outlets:
                told.setdefault(outlet.name, set()).add(f"{dag_id}.{task.task_id}")
    assert told == TOLD_BY


def test_closing_listens_for_complete_rounds_conclusions_for_minutes_and_nobody_else(
    dags: dict[str, Any],
) -> None:
    listening = {
        dag_id: {key.name for key, _ in timetable.asset_condition.iter_assets()}
        for dag_id, dag in dags.items()
        if (timetable := coerce_to_core_timetable(dag.timetable)).asset_condition
    }
    assert listening == {"chot_dot_bao_cao": {COMPLETE.name}, "kiem_tra_don_vi": {MINUTES.name}}
    assert isinstance(dags["chot_dot_bao_cao"].timetable, ClosingTimetable)


def test_nothing_is_closed_early_while_mails_or_files_could_not_be_read(dags: dict[str, Any]) -> None:
    task = dags["tiep_nhan_bao_cao"].get_task("bao_du")
    assert task.upstream_task_ids == {"tiep_nhan", "doc_hop_thu"}
    assert task.trigger_rule == "none_failed"


def test_stages_are_groups_and_task_ids_stay_what_they_were(dags: dict[str, Any]) -> None:
    found = {
        dag_id: {
            group.group_id: {child.removeprefix(f"{group.group_id}.") for child in group.children}
            for group in dag.task_group.children.values()
            if hasattr(group, "children")
        }
        for dag_id, dag in dags.items()
    }
    assert {dag_id: groups for dag_id, groups in found.items() if groups} == STAGES
