"""# Tiếp nhận báo cáo đơn vị

- **Làm gì:** đọc biểu đơn vị gửi vào thư mục nhận và hộp thư, kiểm tra từng ô, ghi nhận đã tiếp nhận hoặc trả
  lại, gửi giấy báo nhận kèm danh sách ô sai; thư không kèm biểu thì trả lời cần gửi gì.
- **Chạy khi nào:** mỗi 30 phút trong giờ làm việc.
- **Đầu vào:** tệp trong `hop-nhan/<đợt>`; thư trong hộp thư của kết nối `cchc_imap` (không khai thì bỏ qua).
- **Đầu ra:** bài nộp lưu theo mã băm, sự kiện nghĩa vụ, thư báo nhận; tệp không nhận dạng được nằm ở
  `hop-nhan/_khong-tiep-nhan` kèm lý do; tệp đọc dở thì hỏng (quá lâu, quá lớn, lỗi chưa lường) nằm ở
  `hop-nhan/_can-xem-lai`, các tệp khác vẫn được nhận. Thư đã xử lý chuyển sang `Da-xu-ly`, thư cần người xem sang
  `Can-xem-lai`; người vận hành nhận thư báo. Đợt vừa đủ báo cáo, số liệu ngày chốt đã đóng băng: quy trình
  “Chốt đợt” của đợt đó chạy ngay.
- **Chạy lại:** bấm “Chạy lại”; tệp đã nhận không ghi nhận hai lần, thư không gửi hai lần. Giờ nhận là lúc thấy tệp lần
  đầu; tệp đang chép dở chờ lần sau. Đọc lại tệp, trả lời thư đã để riêng: trang Hôm nay trên bảng theo dõi,
  hoặc `./cchc can-xem-lai`.
- **Hỏi ai:** phòng Cải cách hành chính, Sở Nội vụ.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag

from cchc.run import Run
from cchc_airflow.assets import COMPLETE, SUBMISSIONS, tell
from cchc_airflow.defaults import SENDING_POOL, dag_arguments
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
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
    @stage_task("Tiếp nhận và kiểm tra", nothing="airflow.nothing.inbox", gauges=True)
    def tiep_nhan(run: Run) -> dict[str, int]:
        from cchc.stages import receiving

        return receiving.receive(run, receiving.pending(run))

    # Nothing new came, and a receipt that did not leave at the last run is tried again all the same.
    @stage_task("Gửi giấy báo nhận", pool=SENDING_POOL, trigger_rule="none_failed")
    def gui_bao_nhan(run: Run) -> dict[str, int]:
        from cchc.stages import chasing

        return chasing.send(run)

    @stage_task("Đọc hộp thư và trả lời", pool=SENDING_POOL, nothing="airflow.nothing.mailbox")
    def doc_hop_thu(run: Run) -> dict[str, int]:
        from cchc.stages import chasing, receiving
        from cchc_airflow.imap_hook import connected_mailbox

        counts = receiving.receive_mail(run, connected_mailbox())
        chasing.send(run)
        return counts

    # A task that is skipped announces nothing: an event means that something new was accepted.
    @stage_task(
        "Báo đợt có bài mới",
        nothing="airflow.nothing.new_report",
        trigger_rule="none_failed",
        outlets=[SUBMISSIONS],
    )
    def bao_bai_moi(run: Run) -> list[str]:
        from cchc.stages import completing

        return tell(SUBMISSIONS, completing.rounds_with_news(run))

    # Asked at every reading: the last unit may be accepted or waived on the board, or before the cut-off was frozen.
    @stage_task(
        "Báo đợt đủ báo cáo",
        nothing="airflow.nothing.complete_round",
        trigger_rule="none_failed",
        outlets=[COMPLETE],
    )
    def bao_du(run: Run, by_mail: dict[str, int] | None) -> list[str]:
        from cchc.stages import completing

        return tell(COMPLETE, completing.complete_rounds(run, unread=(by_mail or {}).get("left", 0)))

    with TaskGroup("nhan", group_display_name="Nhận và trả lời", prefix_group_id=False):
        # The mailbox may be down for hours: what came by the folder is answered all the same.
        by_mail, by_folder = doc_hop_thu(), tiep_nhan()
        by_folder >> gui_bao_nhan()
    # While the mailbox is not read to its end nobody knows what waits there: nothing is closed early.
    with TaskGroup("bao_tin", group_display_name="Báo tin cho quy trình sau", prefix_group_id=False):
        [by_mail, by_folder] >> bao_bai_moi()
        by_folder >> bao_du(by_mail)


tiep_nhan_bao_cao()
