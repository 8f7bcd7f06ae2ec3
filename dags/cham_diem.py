"""# Xác định chỉ số cải cách hành chính (chấm điểm, xếp hạng)

- **Làm gì:** mở đợt và gửi biểu tự chấm; khóa hồ sơ, tính điểm từ số liệu; các nhóm thẩm định hai lần, đơn vị
  giải trình; hội đồng quyết; công bố kết quả, gửi phiếu điểm; giải quyết kiến nghị.
- **Chạy khi nào:** mỗi mốc của đợt `CD` trong `calendar.yaml` một lượt (khóa phân hoạch `2026-CD:khoa`, …). Chạy
  tay thì chọn đợt và bước; để trống bước là mốc gần nhất đã đến.
- **Đầu vào:** bộ tiêu chí trong `criteria`, `appraisers.yaml`, biểu tự chấm và minh chứng, báo cáo năm, sổ nghĩa vụ,
  biểu thẩm định các nhóm đã điền trong `ket-qua/<năm>/<đợt>/tham-dinh`; xác nhận của phụ trách nhóm, hội đồng.
- **Đầu ra:** biểu, thông báo, biên bản, tờ trình, bảng xếp hạng xlsx, quyết định, phiếu điểm từng đơn vị; mỗi điểm
  một chuỗi sự kiện có ai, lúc nào, vì sao. Bộ tiêu chí mẫu được ghi rõ là mẫu.
- **Chạy lại:** bấm “Chạy lại” ở bước hỏng. Nhóm trả lời “Chưa xong”, hoặc còn tiêu chí chưa quyết: quyết xong thì
  “Chạy lại” bước xác nhận của nhóm ấy; các nhóm khác không phải chờ. Chạy lại không ghi thêm điểm, không gửi lại thư.
- **Hỏi ai:** phòng Cải cách hành chính, thư ký hội đồng thẩm định; lỗi hệ thống hỏi quản trị.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag, task

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow import scoring_groups as groups
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.deadlines import decision_deadline
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, dag_arguments, round_param
from cchc_airflow.handing_out import draft_pdfs_of, hand_out_issued
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import RoundTimetable


@dag(
    dag_id="cham_diem",
    dag_display_name="Chấm điểm, xếp hạng",
    doc_md=__doc__,
    schedule=RoundTimetable([RoundKind.SCORING], groups.STEPS),
    tags=[Tag.SCORING],
    params=round_param((RoundKind.SCORING,)) | groups.step_param(),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def cham_diem() -> None:
    @stage_task("Xếp hạng", pool=DRAFTING_POOL)
    def xep_hang(run: Run) -> dict[str, int]:
        from cchc.stages import score_publishing

        return score_publishing.rank(run)

    @stage_task("Lập dự thảo công bố", pool=DRAFTING_POOL)
    def du_thao(run: Run) -> list[str]:
        from cchc.stages import appraising, score_publishing

        appraising.submission_paper(run)
        return score_publishing.draft(run)

    @task(task_display_name="Công bố kết quả", pool=DRAFTING_POOL)
    def cong_bo(answer: dict | None) -> list[str]:
        from cchc.stages import score_publishing
        from cchc_airflow.issuing import issue

        return issue(score_publishing.publish, answer)

    @stage_task("Tổng hợp kiến nghị", pool=DRAFTING_POOL)
    def tong_hop_kien_nghi(run: Run) -> list[str]:
        from cchc.stages import appraising, score_publishing

        appraising.refuse_undecided_objections(run)
        return score_publishing.gather_objections(run)

    @task(task_display_name="Ban hành điều chỉnh", pool=DRAFTING_POOL)
    def ban_hanh_dieu_chinh(answer: dict | None) -> list[str]:
        from cchc.stages import score_publishing
        from cchc_airflow.issuing import issue

        return issue(score_publishing.adjust, answer)

    names = {"symbol": "QĐ-UBND", "task_id": "phe_duyet", "task_display_name": "Phê duyệt"}
    step = groups.chon_buoc()
    with TaskGroup("mo", group_display_name="Mở đợt") as mo:
        groups.opening_group()
    with TaskGroup("khoa", group_display_name="Khóa hồ sơ, tính điểm") as khoa:
        groups.locking_group()
    with TaskGroup("tham_dinh_1", group_display_name="Thẩm định lần 1") as tham_dinh_1:
        groups.appraising_group(1) >> groups.asking_tasks()
    with TaskGroup("giai_trinh", group_display_name="Giải trình") as giai_trinh:
        groups.explaining_group()
    with TaskGroup("tham_dinh_2", group_display_name="Thẩm định lần 2") as tham_dinh_2:
        groups.appraising_group(2)
    with TaskGroup("hoi_dong", group_display_name="Hội đồng") as hoi_dong:
        groups.council_group()
    with TaskGroup("cong_bo", group_display_name="Công bố") as publishing:
        drafts, decision = du_thao(), DecisionOperator(title="kết quả chấm điểm, xếp hạng", **names)
        xep_hang() >> drafts
        draft_pdfs_of(drafts) >> decision
        hand_out_issued(issued := cong_bo(decision.output))
        groups.sheets_of(issued)
    with TaskGroup("kien_nghi", group_display_name="Kiến nghị") as objecting:
        adjusting = DecisionOperator(title="điều chỉnh kết quả chấm điểm", **names)
        draft_pdfs_of(tong_hop_kien_nghi()) >> adjusting
        hand_out_issued(adjusted := ban_hanh_dieu_chinh(adjusting.output))
        groups.sheets_of(adjusted)
    step >> [mo, khoa, tham_dinh_1, giai_trinh, tham_dinh_2, hoi_dong, publishing, objecting]


cham_diem()
