"""# Kết luận kiểm tra tại một đơn vị

- **Làm gì:** từ biên bản và tồn tại của một cuộc kiểm tra, lập dự thảo công văn (hoặc thông báo kết luận), chờ phê
  duyệt, phát hành; mỗi yêu cầu là một nghĩa vụ có hạn trả lời.
- **Chạy khi nào:** khi bước “Đọc kết quả” của “Kiểm tra CCHC” báo cuộc kiểm tra đã có biên bản; chạy tay thì chọn
  đợt, ghi mã cuộc.
- **Đầu vào:** biểu của đoàn đã đọc, `inspection.yaml`, quyết định phê duyệt, số, ký hiệu, ngày.
- **Đầu ra:** văn bản sau kiểm tra, biểu trả lời, nghĩa vụ `tra_loi`, thư (gửi khi đã có bản đã ký).
- **Chạy lại:** bấm “Chạy lại” ở bước hỏng; chạy lại không tạo trùng nghĩa vụ hay thư. Nhập sai số, ngày thì “Chạy lại”
  bước Phê duyệt.
- **Hỏi ai:** đoàn kiểm tra; phòng Cải cách hành chính.
"""

from __future__ import annotations

from airflow.sdk import PartitionedAssetTimetable, TaskGroup, dag, task

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.assets import MINUTES
from cchc_airflow.deadlines import decision_deadline
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, SENDING_POOL, dag_arguments, round_param
from cchc_airflow.handing_out import draft_pdfs_of
from cchc_airflow.inspections import visit_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task


@dag(
    dag_id="kiem_tra_don_vi",
    dag_display_name="Kết luận kiểm tra tại đơn vị",
    doc_md=__doc__,
    schedule=PartitionedAssetTimetable(assets=MINUTES),
    tags=[Tag.INSPECTION],
    params=round_param((RoundKind.INSPECTION,)) | visit_param(),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def kiem_tra_don_vi() -> None:
    @stage_task("Lập dự thảo văn bản", pool=DRAFTING_POOL)
    def du_thao(run: Run) -> list[str]:
        from cchc.stages import concluding

        return concluding.draft(run)

    decision = DecisionOperator(
        task_id="phe_duyet",
        task_display_name="Phê duyệt",
        title="văn bản sau kiểm tra",
        symbol="UBND-NC",
    )

    @task(task_display_name="Phát hành, giao yêu cầu", pool=DRAFTING_POOL)
    def phat_hanh(answer: dict | None) -> list[str]:
        from cchc.stages import concluding
        from cchc_airflow.issuing import issue

        return issue(concluding.issue, answer)

    @task(task_display_name="Lập bản PDF")
    def ban_pdf(issued: list[str]) -> list[str]:
        from cchc_airflow.issuing import pdf_copies

        return pdf_copies(issued)

    @task(task_display_name="Gửi thư", pool=SENDING_POOL, multiple_outputs=False)
    def gui_thu(issued: list[str]) -> dict[str, int]:
        from cchc_airflow.issuing import send_requests

        return send_requests(issued)

    with TaskGroup("trinh", group_display_name="Trình, phê duyệt", prefix_group_id=False):
        drafts = draft_pdfs_of(du_thao())
        drafts >> decision
    with TaskGroup("ban_hanh", group_display_name="Phát hành, gửi văn bản", prefix_group_id=False):
        issued = phat_hanh(decision.output)
        ban_pdf(issued) >> gui_thu(issued)


kiem_tra_don_vi()
