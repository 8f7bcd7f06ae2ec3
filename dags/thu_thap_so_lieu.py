"""# Thu thập số liệu một cửa và quản lý văn bản

- **Làm gì:** tải dữ liệu từ các máy chủ đã khai báo, nhận các tệp trong thư mục thả tệp, loại cột dữ liệu cá
  nhân, lưu và kiểm; vào ngày chốt số liệu thì đóng băng ảnh chụp và tính chỉ tiêu theo đơn vị; đối chiếu dữ liệu
  đến sau với ảnh chụp các đợt đã chốt; báo khi một nguồn hoặc đơn vị im lặng.
- **Chạy khi nào:** 18 giờ thứ Sáu hằng tuần; tối ngày chốt số liệu của mỗi đợt; chạy tay bất cứ lúc nào.
- **Đầu vào:** máy chủ trong `include/config/sources/endpoints.yaml`; tệp trong `tha-tep`; bố cục cột trong
  `include/config/sources`.
- **Đầu ra:** bản kê tiếp nhận, tệp cách ly có lý do, ảnh chụp ngày chốt, số liệu hệ thống theo đơn vị, báo cáo
  dữ liệu bị sửa sau ngày chốt.
- **Chạy lại:** mỗi máy chủ, mỗi tệp là một ô riêng mang tên của nó. Mở ô đỏ để đọc lý do, kiểm tra tệp bằng
  `./cchc nguon kiem-tra TỆP`, thả lại tệp đúng rồi bấm “Chạy lại” ở bước “Liệt kê tệp”; tệp đã nhận không nhận
  hai lần. Ngày chốt chưa được đóng băng khi còn tệp bị từ chối: xử lý hoặc bỏ tệp đó khỏi thư mục rồi chạy lại.
  Tệp làm hỏng chương trình đọc nằm ở `tha-tep/_can-xem-lai`, có thư báo và tên trong “Cần xem lại”; cho đọc lại
  hoặc bỏ qua ở đó thì ngày chốt mới được đóng băng.
- **Hỏi ai:** phòng Cải cách hành chính; lỗi bố cục tệp hỏi đơn vị vận hành phần mềm một cửa, QLVB.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, dag

from cchc.run import Run
from cchc.year import REPORT_KINDS
from cchc_airflow.assets import EXPORTS
from cchc_airflow.defaults import dag_arguments, round_param
from cchc_airflow.tags import Tag
from cchc_airflow.tasks import stage_task
from cchc_airflow.timetables import CollectingTimetable


@dag(
    dag_id="thu_thap_so_lieu",
    dag_display_name="Thu thập số liệu một cửa và QLVB",
    doc_md=__doc__,
    schedule=CollectingTimetable(REPORT_KINDS, weekday=4, time="18:00"),
    tags=[Tag.DATA],
    params=round_param(REPORT_KINDS, by_day=True),
    **dag_arguments(),
)
def thu_thap_so_lieu() -> None:
    @stage_task("Liệt kê máy chủ", nothing="airflow.nothing.endpoints")
    def may_chu(run: Run) -> list[str]:
        from cchc.stages import collecting

        return collecting.endpoints()

    @stage_task("Tải từ máy chủ", each=True)
    def tai_ve(run: Run, name: str) -> str:
        from cchc.stages import collecting
        from cchc_airflow.sources_hooks import server_of

        return collecting.fetch(run, name, server_of(name))

    # A server that is down does not stop the files that lie there.
    @stage_task("Liệt kê tệp", nothing="airflow.nothing.exports", trigger_rule="all_done")
    def tep_cho(run: Run) -> list[str]:
        from cchc.stages import collecting

        return collecting.pending(run)

    # A task that is skipped announces nothing: an event of the asset means that something new has landed.
    @stage_task(
        "Nhận tệp trích xuất",
        each=True,
        nothing="airflow.nothing.new_export",
        outlets=[EXPORTS],
        lineage="tha-tep -> ban-ke",
    )
    def nhan_tep(run: Run, name: str) -> int:
        from cchc.stages import collecting

        return collecting.land(run, [name])

    # Frozen once: not while a file is refused or a server did not answer.
    @stage_task(
        "Đóng băng ngày chốt",
        nothing="airflow.nothing.cut_off",
        trigger_rule="none_failed",
        lineage="ban-ke -> anh-chup",
    )
    def dong_bang(run: Run) -> str | None:
        from cchc.stages import collecting

        return collecting.freeze(run)

    @stage_task("Đối chiếu sau chốt, tìm nguồn im lặng", trigger_rule="all_done")
    def giam_sat(run: Run) -> dict[str, list[str]]:
        from cchc.stages import collecting

        return {"rewritten": collecting.report_rewrites(run), "silent": collecting.watch(run)}

    with TaskGroup("nhan", group_display_name="Tải và nhận tệp", prefix_group_id=False):
        fetched = tai_ve.expand(name=may_chu())
        files = tep_cho()
        fetched >> files
        landed = nhan_tep.expand(name=files)
    # Freezing ends a branch of its own: behind a task that runs whatever happened, its failure would be lost.
    [fetched, landed] >> dong_bang()
    [fetched, landed] >> giam_sat()


thu_thap_so_lieu()
