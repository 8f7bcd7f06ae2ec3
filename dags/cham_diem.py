"""# Chấm điểm, xếp hạng cải cách hành chính

- **Làm gì:** ngày mở: gửi biểu tự chấm cho đơn vị; ngày công bố: chấm theo dữ liệu, đối chiếu tự chấm, xếp
  hạng, chờ phê duyệt rồi công bố.
- **Chạy khi nào:** các mốc `mo` và `cong_bo` của đợt `CD` trong `calendar.yaml`.
- **Đầu vào:** `criteria/<năm>.csv`, biểu tự chấm, báo cáo đã tiếp nhận, sổ nghĩa vụ (báo cáo đúng hạn).
- **Đầu ra:** bảng xếp hạng xlsx, quyết định công bố docx và bản PDF; thư kèm quyết định tới từng nơi nhận. Bộ
  tiêu chí mẫu được ghi rõ là mẫu.
- **Chạy lại:** bấm “Clear” ở bước hỏng; chấm lại với cùng dữ liệu thì điểm không đổi.
- **Hỏi ai:** phòng Cải cách hành chính, hội đồng thẩm định.
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
    dag_id="cham_diem",
    dag_display_name="Chấm điểm, xếp hạng",
    doc_md=__doc__,
    schedule=RoundTimetable([RoundKind.SCORING], ["mo", "cong_bo"]),
    tags=[Tag.SCORING],
    params=round_param((RoundKind.SCORING,)),
    deadline=decision_deadline(),
    **dag_arguments(runs=ROUNDS_AT_ONCE),
)
def cham_diem() -> None:
    @stage_task("Mở tự chấm, gửi biểu", pool=SENDING_POOL)
    def tu_cham(run: Run) -> dict[str, int]:
        from cchc.stages import chasing, score_opening

        score_opening.open_scoring(run)
        for block in score_opening.unit_blocks(run):
            score_opening.build_forms(run, block)
        score_opening.ask_units(run)
        return chasing.send(run)

    @stage_task("Chấm và xếp hạng", pool=DRAFTING_POOL)
    def cham(run: Run) -> list[str]:
        from cchc.stages import scoring

        return scoring.score(run)

    decision = DecisionOperator(
        task_id="phe_duyet",
        task_display_name="Phê duyệt",
        title="kết quả chấm điểm, xếp hạng",
        symbol="QĐ-UBND",
    )

    @task(task_display_name="Công bố kết quả", pool=DRAFTING_POOL)
    def cong_bo(answer: dict | None) -> list[str]:
        from cchc.stages import scoring
        from cchc_airflow.issuing import issue

        return issue(scoring.publish, answer)

    opened = tu_cham()
    with TaskGroup("cham_va_du_thao", group_display_name="Chấm, lập dự thảo", prefix_group_id=False):
        scored = cham()
        drafts = draft_pdfs_of(scored)
    opened >> scored
    drafts >> decision
    with TaskGroup("ban_hanh", group_display_name="Công bố, gửi văn bản", prefix_group_id=False):
        hand_out_issued(cong_bo(decision.output))


cham_diem()
