"""# Kiểm tra đột xuất

- **Làm gì:** mở một cuộc kiểm tra đột xuất: cấp mã cuộc, đặt biểu riêng cho đoàn; đọc biểu khi đoàn đã ghi. Trước khi
  có biên bản không gửi thư, không hiện trên bảng theo dõi.
- **Chạy khi nào:** chạy tay, hai lần: lần đầu khi đoàn đến, lần sau (ghi mã cuộc) khi đoàn đã ghi biên bản, tồn tại.
- **Đầu vào:** đơn vị, ngày, lĩnh vực, lý do; lần sau: mã cuộc.
- **Đầu ra:** mã cuộc (ở ghi chú của lượt chạy), biểu của đoàn; rồi lượt “Kết luận kiểm tra tại đơn vị”.
- **Chạy lại:** bấm “Clear”; cùng đơn vị, ngày là cùng một cuộc. Tên lượt chạy không chứa tên đơn vị.
- **Hỏi ai:** trưởng đoàn kiểm tra.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.assets import MINUTES, tell
from cchc_airflow.defaults import dag_arguments, round_param
from cchc_airflow.inspections import surprise_of, surprise_params
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task


@dag(
    dag_id="kiem_tra_dot_xuat",
    dag_display_name="Kiểm tra đột xuất",
    doc_md=__doc__,
    schedule=None,
    tags=[Tag.INSPECTION],
    params=round_param((RoundKind.INSPECTION,)) | surprise_params(),
    **dag_arguments(),
)
def kiem_tra_dot_xuat() -> None:
    @stage_task("Mở cuộc kiểm tra")
    def mo_cuoc(run: Run) -> str:
        from cchc.stages import inspecting

        return run.about or inspecting.surprise(run, surprise_of(run))

    @stage_task("Đọc kết quả của đoàn", nothing="airflow.nothing.findings", outlets=[MINUTES])
    def doc_ket_qua(run: Run, visit: str) -> list[str]:
        from cchc.inspection.visits import visit_of
        from cchc.stages import inspecting

        ready = inspecting.read_findings(run, visit_of(run, visit))
        return tell(MINUTES, [f"{run.round.round_id}:{one}" for one in ready])

    doc_ket_qua(mo_cuoc())


kiem_tra_dot_xuat()
