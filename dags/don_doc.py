"""# Đôn đốc đơn vị

- **Làm gì:** khóa hồ sơ tự chấm đã hết hạn riêng (được gia hạn, mở lại); xét mọi nghĩa vụ còn nợ, chọn bậc nhắc
  đến hạn hôm nay, gộp thành một thư cho mỗi đơn vị, gửi từ hộp thư đi.
- **Chạy khi nào:** 8 giờ các ngày làm việc. Sau khi hệ thống dừng, chỉ chạy lượt mới nhất: không gửi bù thư
  nhắc của ngày cũ.
- **Đầu vào:** sổ nghĩa vụ, `ladder.yaml`, lịch làm việc, chế độ gửi thư (`./cchc thu che-do`).
- **Đầu ra:** thư nhắc; mỗi bậc của một nghĩa vụ chỉ gửi một lần. Thư yêu cầu còn thiếu (đợt mở, kế hoạch duyệt
  vào ngày nghỉ). Văn bản vừa có bản đã ký. Công văn đôn đốc chờ ký khi thang yêu cầu; nhắc lãnh đạo về dự thảo chờ
  duyệt; một thư tổng hợp cho người vận hành. Thư cho người xác nhận về kết quả khắc phục đang chờ; yêu cầu quá hạn, quá
  12, 24 tháng ở ghi chú của lượt chạy.
- **Chạy lại:** bấm “Chạy lại”; thư đã gửi không gửi lại. Xem trước bằng `./cchc thu xem`.
- **Hỏi ai:** phòng Cải cách hành chính; lỗi máy chủ thư hỏi quản trị.
"""

from __future__ import annotations

from airflow.sdk import dag

from cchc.run import Run
from cchc_airflow.defaults import SENDING_POOL, dag_arguments
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import WorkingDayTimetable


@dag(
    dag_id="don_doc",
    dag_display_name="Đôn đốc đơn vị",
    doc_md=__doc__,
    schedule=WorkingDayTimetable(["08:00"]),
    tags=[Tag.CHASING],
    **dag_arguments(),
)
def don_doc() -> None:
    @stage_task("Xét bậc nhắc")
    def xet_bac(run: Run) -> int:
        from cchc.stages import chasing

        return chasing.decide(run)

    # On a day off nothing is decided, and what waits in the outbox goes all the same.
    @stage_task("Gửi thư nhắc", pool=SENDING_POOL, trigger_rule="none_failed")
    def gui_thu(run: Run) -> dict[str, int]:
        from cchc.stages import chasing

        return chasing.send(run)

    @stage_task("Báo người vận hành", pool=SENDING_POOL)
    def tong_hop(run: Run) -> dict[str, int]:
        from cchc.stages import chasing

        return chasing.report(run)

    # Whoever confirms is written to; what is overdue for long stands on the run.
    @stage_task("Khắc phục sau kiểm tra", nothing="airflow.nothing.mending", pool=SENDING_POOL)
    def khac_phuc(run: Run) -> dict[str, int]:
        from cchc.stages import chasing, inspecting

        counts = inspecting.mending(run)
        chasing.send(run)
        return counts

    xet_bac() >> gui_thu() >> tong_hop()
    khac_phuc()


don_doc()
