"""# Ban hành kế hoạch cải cách hành chính năm

- **Làm gì:** lập dự thảo kế hoạch từ danh sách nhiệm vụ, chờ người có thẩm quyền phê duyệt, phát hành, giao
  mỗi nhiệm vụ cho từng đơn vị và gửi thư kèm biểu trả lời.
- **Chạy khi nào:** đầu năm, ngày mở đợt `KH` trong `calendar.yaml`.
- **Đầu vào:** `plan_tasks.csv`, `units.csv`; quyết định phê duyệt, số, ký hiệu, ngày.
- **Đầu ra:** kế hoạch docx, xlsx và bản PDF (khi máy có LibreOffice) trong `ket-qua/<năm>/<năm>-KH`; nghĩa
  vụ `nhiem_vu`; thư yêu cầu; thư kèm kế hoạch tới từng nơi nhận.
- **Chạy lại:** bấm “Chạy lại” ở bước hỏng; chạy lại không tạo trùng nghĩa vụ hay thư. Nhập sai số, ngày thì
  bước Phê duyệt hỏi lại.
- **Hỏi ai:** phòng Cải cách hành chính, Sở Nội vụ; lỗi hệ thống hỏi quản trị.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag, task

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.deadlines import decision_deadline
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, SENDING_POOL, dag_arguments, round_param
from cchc_airflow.handing_out import draft_pdfs_of, hand_out_issued
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import RoundTimetable


@dag(
    dag_id="ke_hoach_nam",
    dag_display_name="Ban hành kế hoạch CCHC năm",
    doc_md=__doc__,
    schedule=RoundTimetable([RoundKind.PLAN]),
    tags=[Tag.PLAN],
    params=round_param((RoundKind.PLAN,)),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def ke_hoach_nam() -> None:
    @stage_task("Lập dự thảo", pool=DRAFTING_POOL)
    def du_thao(run: Run) -> list[str]:
        from cchc.stages import planning

        return planning.draft(run)

    decision = DecisionOperator(
        task_id="phe_duyet",
        task_display_name="Phê duyệt",
        title="kế hoạch cải cách hành chính năm",
        symbol="KH-UBND",
    )

    @task(task_display_name="Phát hành và giao nhiệm vụ", pool=DRAFTING_POOL)
    def phat_hanh(answer: dict | None) -> list[str]:
        from cchc.stages import planning
        from cchc_airflow.issuing import issue

        return issue(planning.issue, answer)

    @task(task_display_name="Gửi thư", pool=SENDING_POOL, multiple_outputs=False)
    def gui_thu(issued: list[str]) -> dict[str, int]:
        from cchc_airflow.issuing import send_requests

        return send_requests(issued)

    with TaskGroup("lap_du_thao", group_display_name="Lập dự thảo kế hoạch", prefix_group_id=False):
        drafts = draft_pdfs_of(du_thao())
    drafts >> decision
    with TaskGroup("ban_hanh", group_display_name="Phát hành, giao nhiệm vụ", prefix_group_id=False):
        issued = phat_hanh(decision.output)
        gui_thu(issued)
        hand_out_issued(issued)


ke_hoach_nam()
