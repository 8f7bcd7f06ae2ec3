"""# Kiểm tra cải cách hành chính

- **Làm gì:** chọn đơn vị kiểm tra theo tỷ lệ và rủi ro (có ghi lý do), lập kế hoạch kiểm tra; khi đoàn đã
  ghi kết quả thì lập công văn cho từng đơn vị, mỗi yêu cầu là một nghĩa vụ có hạn trả lời. Công văn
  gửi đơn vị khi đã ký.
- **Chạy khi nào:** các mốc `ke_hoach` và `bao_cao_doan` của đợt `KT` trong `calendar.yaml`; chạy tay mỗi khi
  đoàn kiểm tra ghi thêm kết quả.
- **Đầu vào:** sổ nghĩa vụ, `inspection.yaml`, tệp `ket-qua-kiem-tra.xlsx` do đoàn ghi.
- **Đầu ra:** kế hoạch kiểm tra, công văn, biểu trả lời, nghĩa vụ `tra_loi`, thư.
- **Chạy lại:** tệp có ô sai thì sửa theo thông báo rồi bấm “Clear”; kết quả đã ghi không ghi hai lần.
- **Hỏi ai:** đoàn kiểm tra; phòng Cải cách hành chính.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc.year import RoundKind
from cchc_airflow.defaults import SENDING_POOL, dag_arguments, round_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import RoundTimetable


@dag(
    dag_id="kiem_tra",
    dag_display_name="Kiểm tra CCHC",
    doc_md=__doc__,
    schedule=RoundTimetable([RoundKind.INSPECTION], ["ke_hoach", "bao_cao_doan"]),
    tags=[Tag.INSPECTION],
    params=round_param((RoundKind.INSPECTION,)),
    **dag_arguments(),
)
def kiem_tra() -> None:
    @stage_task("Chọn đơn vị, lập kế hoạch")
    def ke_hoach(run: Run) -> int:
        from cchc.stages import inspecting

        return inspecting.plan(run)

    @stage_task("Công văn sau kiểm tra", nothing="airflow.nothing.findings")
    def cong_van(run: Run) -> int:
        from cchc.stages import inspecting

        return inspecting.issue_letters(run)

    # Without findings there is no letter, and the outbox is emptied all the same.
    @stage_task("Gửi thư", pool=SENDING_POOL, trigger_rule="none_failed")
    def gui_thu(run: Run) -> dict[str, int]:
        from cchc.stages import chasing

        return chasing.request(run)

    ke_hoach() >> cong_van() >> gui_thu()


kiem_tra()
