"""# Bảo trì

- **Làm gì:** dọn tệp ghi dở, kiểm toán (sổ cái và chuỗi xác thực, bài nộp, văn bản, tệp trích xuất, số liệu đóng băng,
  thư, số liệu so với biểu gốc, bộ sao lưu), rồi sao lưu cả bản cài: sổ cái, tệp, khóa, cơ sở dữ liệu của Airflow; đọc
  lại để chứng thực, chép sang nơi khác nếu đã khai. Dọn lượt chạy và nhật ký của Airflow cũ hơn 400 ngày (sổ cái, tệp,
  văn bản không bị dọn). Lập bản PDF của văn bản đã ban hành mà lúc đó LibreOffice hỏng hoặc chưa cài.
- **Chạy khi nào:** 6 giờ sáng hằng ngày; ngày đơn vị đến hạn báo cáo và hôm trước thì thêm mỗi giờ, 7 đến 19 giờ.
- **Đầu vào:** sổ cái, thư mục dữ liệu, quy tắc giữ bộ sao lưu trong `backup.yaml`.
- **Đầu ra:** một bộ trong `sao-luu`, kèm ghi chú; bộ cũ được dọn theo quy tắc, trừ bộ đã chứng thực gần nhất. Kiểm toán
  thấy sai lệch thì vẫn sao lưu, bộ đó ghi là chưa chứng thực và lượt chạy báo hỏng.
- **Chạy lại:** đọc danh sách sai lệch, phục hồi tệp hỏng từ bộ đã chứng thực, rồi bấm “Chạy lại”.
- **Hỏi ai:** quản trị hệ thống.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag

from cchc.run import Run
from cchc_airflow.defaults import dag_arguments
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import BackupTimetable


@dag(
    dag_id="bao_tri",
    dag_display_name="Bảo trì",
    doc_md=__doc__,
    schedule=BackupTimetable(time="06:00", first=7, last=19),
    tags=[Tag.MAINTENANCE],
    **dag_arguments(timeout=timedelta(hours=2)),
)
def bao_tri() -> None:
    @stage_task("Kiểm toán, sao lưu, dọn lịch sử")
    def sao_luu(run: Run) -> str:
        from cchc.stages import maintaining
        from cchc_airflow import history

        kept = maintaining.backup(run).note.name
        history.clear(run)
        return kept

    @stage_task("Lập bản PDF còn thiếu")
    def ban_pdf_con_thieu(run: Run) -> int:
        from cchc.stages import maintaining

        return maintaining.make_missing_pdfs(run)

    sao_luu()
    ban_pdf_con_thieu()


bao_tri()
