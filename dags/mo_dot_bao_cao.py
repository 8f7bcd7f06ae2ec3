"""# Mở đợt báo cáo

- **Làm gì:** mở đợt, tạo nghĩa vụ cho từng đơn vị, lập biểu mẫu có sẵn số liệu hệ thống, gửi thư yêu cầu
  kèm biểu.
- **Chạy khi nào:** ngày mở của từng đợt Q1, 6T, Q3, NAM trong `calendar.yaml`.
- **Đầu vào:** lịch năm, danh mục đơn vị và chỉ tiêu, số liệu hệ thống đã thu, số đã nộp các kỳ trước.
- **Đầu ra:** nghĩa vụ `bao_cao`; biểu mẫu trong `ket-qua/<năm>/<đợt>/bieu-mau`; Công văn yêu cầu báo cáo (docx,
  chờ ghi số và ký) trong `cong-van-yeu-cau`; thư yêu cầu.
- **Chạy lại:** bấm “Chạy lại” ở bước hỏng; chạy lại không tạo trùng nghĩa vụ, biểu hay thư.
- **Hỏi ai:** phòng Cải cách hành chính, Sở Nội vụ; lỗi hệ thống hỏi quản trị.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc.year import REPORT_KINDS
from cchc_airflow.defaults import SENDING_POOL, dag_arguments, round_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import RoundTimetable


@dag(
    dag_id="mo_dot_bao_cao",
    dag_display_name="Mở đợt báo cáo",
    doc_md=__doc__,
    schedule=RoundTimetable(REPORT_KINDS),
    tags=[Tag.REPORT],
    params=round_param(REPORT_KINDS),
    **dag_arguments(),
)
def mo_dot_bao_cao() -> None:
    @stage_task("Mở đợt và nghĩa vụ")
    def mo_dot(run: Run) -> list[list[str]]:
        from cchc.documents import papers
        from cchc.stages import opening

        opening.open_round(run)
        papers.request_letter(run)
        opening.compute_provisional(run)
        return opening.unit_blocks(run)

    @stage_task("Lập biểu mẫu", each=True)
    def lap_bieu_mau(run: Run, units: list[str]) -> int:
        from cchc.stages import opening

        return opening.build_workbooks(run, units)

    @stage_task("Gửi thư yêu cầu", pool=SENDING_POOL)
    def gui_yeu_cau(run: Run) -> dict[str, int]:
        from cchc.stages import chasing

        return chasing.request(run)

    lap_bieu_mau.expand(units=mo_dot()) >> gui_yeu_cau()


mo_dot_bao_cao()
