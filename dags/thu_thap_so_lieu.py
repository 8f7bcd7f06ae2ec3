"""# Thu thập số liệu một cửa và quản lý văn bản

- **Làm gì:** nhận các tệp trích xuất trong thư mục thả tệp, loại cột dữ liệu cá nhân, lưu và kiểm; vào ngày
  chốt số liệu thì đóng băng ảnh chụp và tính chỉ tiêu theo đơn vị.
- **Chạy khi nào:** 18 giờ thứ Sáu hằng tuần; tối ngày chốt số liệu của mỗi đợt; chạy tay bất cứ lúc nào.
- **Đầu vào:** tệp trong `tha-tep`; bố cục cột trong `include/config/sources`.
- **Đầu ra:** bản kê tiếp nhận, tệp cách ly có lý do, ảnh chụp ngày chốt, số liệu hệ thống theo đơn vị.
- **Chạy lại:** xem tệp nào lỗi trong thông báo (`./cchc nguon kiem-tra TỆP`), thả lại tệp đúng rồi bấm
  “Clear”; tệp đã nhận không nhận hai lần.
- **Hỏi ai:** phòng Cải cách hành chính; lỗi bố cục tệp hỏi đơn vị vận hành phần mềm một cửa, QLVB.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from cchc.year import REPORT_KINDS
from cchc_airflow.assets import EXPORTS
from cchc_airflow.defaults import dag_arguments, round_param
from cchc_airflow.tags import Tag
from cchc_airflow.timetables import CollectingTimetable


@dag(
    dag_id="thu_thap_so_lieu",
    dag_display_name="Thu thập số liệu một cửa và QLVB",
    doc_md=__doc__,
    schedule=CollectingTimetable(REPORT_KINDS, weekday=4, time="18:00"),
    tags=[Tag.DATA],
    params=round_param(REPORT_KINDS),
    **dag_arguments(),
)
def thu_thap_so_lieu() -> None:
    @task(task_display_name="Nhận tệp trích xuất", outlets=[EXPORTS])
    def nhan_tep() -> int:
        from cchc.stages import collecting
        from cchc_airflow.context import run_context

        run = run_context()
        return collecting.land(run, collecting.pending(run))

    @task(task_display_name="Đóng băng số liệu ngày chốt")
    def dong_bang() -> str | None:
        from cchc.stages import collecting
        from cchc_airflow.context import run_context

        return collecting.freeze(run_context())

    nhan_tep() >> dong_bang()


thu_thap_so_lieu()
