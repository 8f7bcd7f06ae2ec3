"""# Bảo trì

- **Làm gì:** sao lưu sổ cái, kiểm tra các điều luôn phải đúng (chuỗi sự kiện, tệp đã lưu, văn bản, ảnh chụp
  ngày chốt, thư nhắc).
- **Chạy khi nào:** 6 giờ sáng thứ Hai hằng tuần.
- **Đầu vào:** sổ cái và thư mục dữ liệu.
- **Đầu ra:** bản sao trong `sao-luu` (giữ 8 bản mới nhất); báo lỗi nêu từng sai lệch.
- **Chạy lại:** đọc danh sách sai lệch, khôi phục tệp từ bản sao lưu, rồi bấm “Clear”.
- **Hỏi ai:** quản trị hệ thống.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc_airflow.defaults import dag_arguments
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import WeeklyTimetable


@dag(
    dag_id="bao_tri",
    dag_display_name="Bảo trì",
    doc_md=__doc__,
    schedule=WeeklyTimetable(weekday=0, time="06:00"),
    tags=[Tag.MAINTENANCE],
    **dag_arguments(),
)
def bao_tri() -> None:
    @stage_task("Sao lưu")
    def sao_luu(run: Run) -> str:
        from cchc.stages import maintaining

        return maintaining.backup(run)

    @stage_task("Kiểm tra toàn vẹn")
    def kiem_tra_toan_ven(run: Run) -> int:
        from cchc.stages import maintaining

        return maintaining.audit(run)

    sao_luu() >> kiem_tra_toan_ven()


bao_tri()
