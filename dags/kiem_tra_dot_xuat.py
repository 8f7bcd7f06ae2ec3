"""# Kiểm tra đột xuất

- **Làm gì:** đọc biểu riêng của đoàn trong một cuộc kiểm tra đột xuất. Cuộc ấy mở bằng lệnh `./cchc kiem-tra dot-xuat`
  (cấp mã cuộc, đặt biểu cho đoàn). Trước khi có biên bản không gửi thư, không nơi nào ở đây nêu đơn vị.
- **Chạy khi nào:** chạy tay, khi đoàn đã ghi biên bản, tồn tại vào biểu.
- **Đầu vào:** mã cuộc (ví dụ KT26-C05). Không ghi tên, mã đơn vị: ai xem được lượt chạy đều đọc được.
- **Đầu ra:** biên bản, tồn tại được ghi nhận; rồi lượt “Kết luận kiểm tra tại đơn vị”.
- **Chạy lại:** biểu có ô sai thì đoàn xem tệp `.loi.txt` cạnh biểu, sửa rồi bấm “Chạy lại”; không ghi hai lần.
- **Hỏi ai:** trưởng đoàn kiểm tra.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.assets import MINUTES, tell
from cchc_airflow.defaults import dag_arguments, round_param
from cchc_airflow.inspections import surprise_of, surprise_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task


@dag(
    dag_id="kiem_tra_dot_xuat",
    dag_display_name="Kiểm tra đột xuất",
    doc_md=__doc__,
    schedule=None,
    tags=[Tag.INSPECTION],
    params=round_param((RoundKind.INSPECTION,)) | surprise_param(),
    **dag_arguments(),
)
def kiem_tra_dot_xuat() -> None:
    @stage_task("Mở cuộc kiểm tra")
    def mo_cuoc(run: Run) -> str:
        return surprise_of(run)

    @stage_task("Đọc kết quả của đoàn", nothing="airflow.nothing.findings", outlets=[MINUTES])
    def doc_ket_qua(run: Run, visit: str) -> list[str]:
        from cchc.inspection.visits import visit_of
        from cchc.stages import inspecting

        ready = inspecting.read_findings(run, visit_of(run, visit))
        return tell(MINUTES, [f"{run.round.round_id}:{one}" for one in ready])

    doc_ket_qua(mo_cuoc())


kiem_tra_dot_xuat()
