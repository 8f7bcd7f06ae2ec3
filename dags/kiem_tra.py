"""# Kiểm tra cải cách hành chính

- **Làm gì:** chọn đơn vị theo tỷ lệ từng khối, hạn và rủi ro (có ghi lý do); trình kế hoạch, quyết định thành lập
  đoàn, báo cáo năm; thông báo lịch kèm đề cương điền sẵn số liệu; đọc kết quả đoàn ghi, báo cuộc nào kết luận được.
- **Chạy khi nào:** các mốc của đợt `KT` trong `calendar.yaml`; chạy tay bước “Đọc kết quả” mỗi khi đoàn ghi thêm.
- **Đầu vào:** sổ nghĩa vụ, `inspection.yaml`, `inspection_fields.yaml`, `kiem-tra/<năm>/doan.yaml`, `lich.csv`,
  tệp `ket-qua-kiem-tra.xlsx` do đoàn ghi.
- **Đầu ra:** kế hoạch, quyết định, công văn thông báo, đề cương, biên bản để in, báo cáo năm; biểu có mã tồn tại.
- **Chạy lại:** tệp có ô sai thì sửa theo thông báo rồi bấm “Chạy lại”; kết quả đã ghi không ghi hai lần. Nhập sai số,
  ngày thì “Chạy lại” bước Phê duyệt.
- **Hỏi ai:** đoàn kiểm tra; phòng Cải cách hành chính.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag, task

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.assets import MINUTES, tell
from cchc_airflow.deadlines import decision_deadline
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, SENDING_POOL, dag_arguments, round_param
from cchc_airflow.handing_out import draft_pdfs_of, hand_out_issued
from cchc_airflow.inspections import DECISIONS, MOMENTS, step_of, step_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import RoundTimetable


@dag(
    dag_id="kiem_tra",
    dag_display_name="Kiểm tra CCHC",
    doc_md=__doc__,
    schedule=RoundTimetable([RoundKind.INSPECTION], MOMENTS),
    tags=[Tag.INSPECTION],
    params=round_param((RoundKind.INSPECTION,)) | step_param(),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def kiem_tra() -> None:
    @task.branch(task_display_name="Chọn bước")
    def chon_buoc() -> str:
        from cchc_airflow.context import run_context

        return step_of(run_context().about)

    @stage_task("Lập dự thảo", pool=DRAFTING_POOL)
    def du_thao(run: Run) -> list[str]:
        from cchc.stages import inspecting

        return inspecting.draft(run)

    decision = DecisionOperator(
        task_id="phe_duyet",
        task_display_name="Phê duyệt",
        title="kế hoạch kiểm tra cải cách hành chính",
        symbol="KH-UBND",
        by_subject=DECISIONS,
    )

    @task(task_display_name="Phát hành", pool=DRAFTING_POOL)
    def phat_hanh(answer: dict | None) -> list[str]:
        from cchc.stages import inspecting
        from cchc_airflow.issuing import issue

        return issue(inspecting.issue, answer)

    @stage_task("Thông báo lịch, gửi đề cương", pool=SENDING_POOL, nothing="airflow.nothing.announcements")
    def thong_bao(run: Run) -> int:
        from cchc.stages import chasing, inspecting

        told = inspecting.announce(run)
        chasing.send(run)
        return told

    # A visit whose minutes are in is told: its conclusion is a run of its own.
    @stage_task("Đọc kết quả của đoàn", nothing="airflow.nothing.findings", outlets=[MINUTES])
    def doc_ket_qua(run: Run) -> list[str]:
        from cchc.stages import inspecting

        return tell(MINUTES, [f"{run.round.round_id}:{visit}" for visit in inspecting.read_findings(run)])

    with TaskGroup("trinh", group_display_name="Trình, phê duyệt", prefix_group_id=False):
        made = du_thao()
        drafts = draft_pdfs_of(made)
        drafts >> decision
    with TaskGroup("ban_hanh", group_display_name="Phát hành, gửi văn bản", prefix_group_id=False):
        hand_out_issued(phat_hanh(decision.output))
    chon_buoc() >> [made, thong_bao(), doc_ket_qua()]


kiem_tra()
