"""# Tiếp nhận báo cáo đơn vị

- **Làm gì:** đọc biểu đơn vị gửi trong hộp nhận, kiểm tra từng ô, ghi nhận đã tiếp nhận hoặc trả lại, gửi
  giấy báo nhận kèm danh sách ô sai.
- **Chạy khi nào:** mỗi 30 phút trong giờ làm việc.
- **Đầu vào:** tệp trong `hop-nhan/<đợt>`.
- **Đầu ra:** bài nộp lưu theo mã băm, sự kiện nghĩa vụ, thư báo nhận; tệp không nhận dạng được nằm ở
  `hop-nhan/_khong-tiep-nhan` kèm lý do.
- **Chạy lại:** bấm “Clear”; tệp đã nhận không ghi nhận hai lần, thư không gửi hai lần.
- **Hỏi ai:** phòng Cải cách hành chính, Sở Nội vụ.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from cchc_airflow.assets import SUBMISSIONS
from cchc_airflow.defaults import dag_arguments
from cchc_airflow.tags import Tag
from cchc_airflow.timetables import WorkingDayTimetable

OFFICE_HOURS = [f"{hour:02d}:{minute:02d}" for hour in range(7, 18) for minute in (0, 30)]


@dag(
    dag_id="tiep_nhan_bao_cao",
    dag_display_name="Tiếp nhận báo cáo đơn vị",
    doc_md=__doc__,
    schedule=WorkingDayTimetable(OFFICE_HOURS),
    tags=[Tag.REPORT],
    **dag_arguments(),
)
def tiep_nhan_bao_cao() -> None:
    @task(task_display_name="Tiếp nhận và kiểm tra", outlets=[SUBMISSIONS])
    def tiep_nhan() -> dict[str, int]:
        from cchc.stages import receiving
        from cchc_airflow.context import run_context

        run = run_context()
        return receiving.receive(run, receiving.pending(run))

    @task(task_display_name="Gửi giấy báo nhận")
    def gui_bao_nhan() -> dict[str, int]:
        from cchc.stages import chasing
        from cchc_airflow.context import run_context

        return chasing.send(run_context())

    tiep_nhan() >> gui_bao_nhan()


tiep_nhan_bao_cao()
