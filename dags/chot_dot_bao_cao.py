"""# Chốt đợt và tổng hợp báo cáo tỉnh

- **Làm gì:** tổng hợp mọi chỉ tiêu từ báo cáo đã tiếp nhận, nêu đơn vị thiếu, lập dự thảo báo cáo và phụ
  lục, chờ phê duyệt, phát hành với số, ký hiệu, ngày; có bản đã ký thì gửi thư theo mục Nơi nhận.
- **Chạy khi nào:** ngay khi đơn vị cuối cùng của đợt được tiếp nhận (sau khi số liệu ngày chốt đã đóng băng),
  hoặc giờ chốt của từng đợt Q1, 6T, Q3, NAM trong `calendar.yaml`, tùy cái nào đến trước; mỗi đợt một lần. Chạy
  tay khi cần lập lại dự thảo.
- **Đầu vào:** bài nộp đã tiếp nhận, số liệu hệ thống ngày chốt, mẫu văn bản; quyết định phê duyệt.
- **Đầu ra:** báo cáo docx, phụ lục xlsx và bản PDF (khi máy có LibreOffice) trong `ket-qua/<năm>/<đợt>`,
  kèm nguồn gốc (mã nguồn, cấu hình, ảnh chụp số liệu); thư kèm bản đã ký tới từng nơi nhận.
- **Chạy lại:** bấm “Chạy lại” ở bước hỏng. Số liệu không đổi thì dự thảo không đổi; bị trả lại thì sửa rồi
  chạy lại từ đầu để có dự thảo mới. Nhập sai số hay ngày thì bước Phê duyệt hỏi lại. Gửi
  lại không ai nhận hai lần. Chưa có bản đã ký thì bước gửi được bỏ qua, lượt `don_doc` gửi khi có.
- **Hỏi ai:** phòng Cải cách hành chính, Sở Nội vụ; lỗi hệ thống hỏi quản trị.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag, task

from cchc.run import Run
from cchc.year import REPORT_KINDS
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.assets import COMPLETE, REPORTS, tell
from cchc_airflow.closing_timetable import ClosingTimetable
from cchc_airflow.deadlines import decision_deadline
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, dag_arguments, round_param
from cchc_airflow.handing_out import draft_pdfs_of, hand_out_issued
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task


@dag(
    dag_id="chot_dot_bao_cao",
    dag_display_name="Chốt đợt và tổng hợp báo cáo tỉnh",
    doc_md=__doc__,
    schedule=ClosingTimetable(REPORT_KINDS, COMPLETE),
    tags=[Tag.REPORT],
    params=round_param(REPORT_KINDS),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def chot_dot_bao_cao() -> None:
    @stage_task("Tổng hợp số liệu", pool=DRAFTING_POOL, lineage="anh-chup, bai-nop -> so-tong-hop/{round}")
    def tong_hop(run: Run) -> int:
        from cchc.stages import closing

        return closing.consolidate(run)

    @stage_task("Lập dự thảo báo cáo", pool=DRAFTING_POOL, lineage="so-tong-hop/{round} -> bao-cao/{round}")
    def du_thao(run: Run, draft: int) -> list[str]:
        from cchc.stages import closing

        return closing.draft(run, draft)

    decision = DecisionOperator(
        task_id="phe_duyet",
        task_display_name="Phê duyệt",
        title="báo cáo tổng hợp của tỉnh",
        symbol="BC-UBND",
    )

    @task(task_display_name="Phát hành", outlets=[REPORTS], pool=DRAFTING_POOL)
    def phat_hanh(answer: dict | None) -> list[str]:
        from cchc.stages import closing
        from cchc_airflow.context import run_context
        from cchc_airflow.issuing import issue

        issued = issue(closing.issue, answer)
        tell(REPORTS, [run_context().round.round_id])
        return issued

    with TaskGroup("lap_du_thao", group_display_name="Tổng hợp, lập dự thảo", prefix_group_id=False):
        drafts = draft_pdfs_of(du_thao(tong_hop()))
    drafts >> decision
    with TaskGroup("ban_hanh", group_display_name="Phát hành, gửi văn bản", prefix_group_id=False):
        hand_out_issued(phat_hanh(decision.output))


chot_dot_bao_cao()
