"""The steps of a scoring as groups of tasks, wired by the Dag `cham_diem`: which step a run takes, and what it does.

What drafts or issues a document stands in the Dag's own file. Whoever waits for a person waits without a slot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from airflow.sdk import Param, XComArg, get_current_context, task, task_group

from cchc.run import Run
from cchc.texts import t, table
from cchc_airflow.confirmations import CouncilConfirmationOperator, GroupConfirmationOperator
from cchc_airflow.defaults import SENDING_POOL
from cchc_airflow.tasks import stage_task

# A step each, named after the moment of the calendar at which it is due.
STEPS = ("mo", "khoa", "tham_dinh_1", "giai_trinh", "tham_dinh_2", "hoi_dong", "cong_bo", "kien_nghi")
CHOSEN_STEP = "buoc"
"""The field of the form in which a person chooses the step of a run."""
BY_MOMENT = ""


def step_param() -> dict[str, Param]:
    """The steps that a person chooses from when starting a run by hand; a scheduled one carries its moment."""
    names = {BY_MOMENT: t("airflow.step_by_moment"), **table("airflow.steps")}
    return {
        CHOSEN_STEP: Param(
            BY_MOMENT,
            type="string",
            enum=list(names),
            values_display=names,
            title=t("airflow.step_title"),
            description=t("airflow.step_help"),
        )
    }


@task.branch(task_display_name="Chọn bước")
def chon_buoc() -> str:
    """The group of the run's step: of its partition key, of its form or conf, else the last whose moment has come."""
    from cchc_airflow.context import run_context

    context: Any = get_current_context()
    return step_of(run_context(context), context.get("partition_key"), context["dag_run"].conf or {})


def step_of(run: Run, partition_key: str | None, conf: Mapping[str, Any]) -> str:
    """RuleRefused-free: what names no step is taken by the moment, and before the first one it is the opening."""
    named = str(partition_key or "").partition(":")[2] or str(conf.get(CHOSEN_STEP) or "")
    if named in STEPS:
        return named
    moments = run.round.moments
    return next((step for step in reversed(STEPS) if moments[step] <= run.as_of), STEPS[0])


def opening_group() -> None:
    """Mở đợt: sets pinned, forms in blocks, requests; then the plan and the decision on the council."""

    @stage_task("Mở đợt, chốt bộ tiêu chí")
    def mo_dot(run: Run) -> list[list[str]]:
        from cchc.stages import score_opening

        score_opening.open_scoring(run)
        return score_opening.unit_blocks(run)

    @stage_task("Lập biểu tự chấm", each=True)
    def bieu(run: Run, khoi: list[str]) -> int:
        from cchc.stages import score_opening

        return score_opening.build_forms(run, khoi)

    @stage_task("Lập kế hoạch, quyết định hội đồng")
    def van_ban_mo_dot(run: Run) -> list[str]:
        from cchc.stages import appraising

        return appraising.opening_documents(run)

    @stage_task("Gửi thư yêu cầu", pool=SENDING_POOL)
    def gui_thu(run: Run) -> dict[str, int]:
        from cchc.stages import chasing, score_opening

        score_opening.ask_units(run)
        return chasing.send(run)

    bieu.expand(khoi=mo_dot()) >> van_ban_mo_dot() >> gui_thu()


def locking_group() -> None:
    """Khóa: files locked, links of their evidence tried, what the data say computed in blocks, a workbook a group."""

    @stage_task("Khóa hồ sơ")
    def khoa_ho_so(run: Run) -> list[list[str]]:
        from cchc.stages import score_opening

        score_opening.lock_files(run)
        return score_opening.unit_blocks(run)

    @stage_task("Mở thử liên kết minh chứng")
    def mo_lien_ket(run: Run) -> dict[str, int]:
        from cchc.stages import score_opening

        return score_opening.try_links(run)

    @stage_task("Tính điểm từ số liệu", each=True)
    def tinh_diem(run: Run, khoi: list[str]) -> int:
        from cchc.stages import score_opening

        return score_opening.compute_block(run, khoi)

    @stage_task("Các nhóm thẩm định")
    def cac_nhom(run: Run) -> list[str]:
        from cchc.stages import appraising

        return appraising.desks(run, 1)

    @stage_task("Lập biểu thẩm định", each=True)
    def bieu_tham_dinh(run: Run, nhom: str) -> int:
        from cchc.stages import appraising

        return appraising.write_books(run, [nhom], 1)

    groups, locked = cac_nhom(), khoa_ho_so()
    locked >> mo_lien_ket() >> groups  # the workbooks say beside each link whether it opened
    tinh_diem.expand(khoi=locked) >> groups
    bieu_tham_dinh.expand(nhom=groups)


def appraising_group(turn: int) -> Any:
    """Thẩm định: each group by itself reads its workbook, waits for its head, and is checked; returns what follows on
    all of them."""

    @stage_task("Các nhóm phải xác nhận")
    def cac_nhom(run: Run) -> list[dict[str, str]]:
        from cchc.stages import appraising

        return appraising.desk_names(run, turn)

    @stage_task("Đọc biểu của nhóm", each="nhom_ten")
    def doc_tham_dinh(run: Run, nhom: str) -> int:
        from cchc.stages import appraising

        return appraising.read_book(run, nhom, turn).decided

    @stage_task("Kiểm lại, ghi xác nhận", each="nhom_ten")
    def kiem_lai(run: Run, nhom: str, answer: dict[str, Any] | None) -> bool:
        from cchc.stages import appraising
        from cchc_airflow.answers import genuine
        from cchc_airflow.confirmations import answered

        head = appraising.head_of(run, nhom)
        return appraising.confirm(run, nhom, turn, answered(run, genuine(answer), head))

    @task_group(group_id="nhom", group_display_name="Từng nhóm")
    def tung_nhom(nhom: str, nhom_ten: str) -> None:
        confirmation = GroupConfirmationOperator(
            task_id="xac_nhan",
            task_display_name="Phụ trách nhóm xác nhận",
            desk=nhom,
            turn=turn,
            nhom_ten=nhom_ten,
            map_index_template="{{ task.nhom_ten }}",
        )
        doc_tham_dinh(nhom, nhom_ten=nhom_ten) >> confirmation
        kiem_lai(nhom, confirmation.output, nhom_ten=nhom_ten)

    return tung_nhom.expand_kwargs(cac_nhom())


def asking_tasks() -> XComArg:
    """Behind the first turn: explanation forms in blocks, then the notice and the requests."""

    @stage_task("Các khối đơn vị")
    def khoi_don_vi(run: Run) -> list[list[str]]:
        from cchc.stages import score_opening

        return score_opening.unit_blocks(run)

    @stage_task("Lập biểu giải trình", each=True)
    def thong_bao_diem(run: Run, khoi: list[str]) -> int:
        from cchc.stages import appraising

        return appraising.ask_explanations(run, khoi)

    @stage_task("Gửi thông báo điểm", pool=SENDING_POOL)
    def gui_thong_bao(run: Run) -> dict[str, int]:
        from cchc.stages import appraising, chasing

        return chasing.send(appraising.send_notice(run))

    blocks = khoi_don_vi()
    thong_bao_diem.expand(khoi=blocks) >> gui_thong_bao()
    return cast("XComArg", blocks)


def explaining_group() -> None:
    """Giải trình: the time ends, links of further evidence are tried, and each group gets what came up again."""

    @stage_task("Kết thúc giải trình")
    def doc_giai_trinh(run: Run) -> int:
        from cchc.stages import appraising

        return appraising.close_explanations(run)

    @stage_task("Mở thử liên kết minh chứng")
    def mo_lien_ket(run: Run) -> dict[str, int]:
        from cchc.stages import score_opening

        return score_opening.try_links(run)

    @stage_task("Giao nhóm thẩm định lần 2")
    def giao_nhom(run: Run) -> int:
        from cchc.stages import appraising

        return appraising.write_books(run, appraising.desks(run, 2), 2)

    doc_giai_trinh() >> mo_lien_ket() >> giao_nhom()


def council_group() -> None:
    """Hội đồng: what it is asked, its chair's word, the minutes."""

    @stage_task("Lập tài liệu họp")
    def tai_lieu_hop(run: Run) -> str:
        from cchc.stages import appraising

        return appraising.meeting_papers(run)

    @stage_task("Lập biên bản")
    def bien_ban(run: Run, answer: dict[str, Any] | None) -> str:
        from cchc.stages import appraising
        from cchc_airflow.answers import genuine
        from cchc_airflow.confirmations import answered

        return appraising.after_council(run, answered(run, genuine(answer), appraising.chair()))

    decided = CouncilConfirmationOperator(task_id="hoi_dong_quyet", task_display_name="Hội đồng quyết")
    tai_lieu_hop() >> decided
    bien_ban(decided.output)


def sheets_of(issued: XComArg) -> None:
    """Behind a publication: score sheets in blocks, then their mails."""

    @stage_task("Đơn vị có phiếu điểm mới")
    def khoi_phieu(run: Run, issued: list[str]) -> list[list[str]]:
        from cchc.scoring.sheets import blocks

        return blocks(run)

    @stage_task("Lập phiếu điểm", each=True)
    def phieu_diem(run: Run, khoi: list[str]) -> list[str]:
        from cchc.scoring.sheets import make_sheets
        from cchc_airflow.issuing import pdf_copies

        made = make_sheets(run, khoi)
        pdf_copies(made)
        return made

    @stage_task("Gửi phiếu điểm", pool=SENDING_POOL)
    def gui_phieu(run: Run) -> dict[str, int]:
        from cchc.scoring.sheets import mail_sheets
        from cchc.stages import chasing

        mail_sheets(run)
        return chasing.send(run)

    phieu_diem.expand(khoi=khoi_phieu(cast("list[str]", issued))) >> gui_phieu()


__all__ = [
    "STEPS",
    "appraising_group",
    "asking_tasks",
    "chon_buoc",
    "council_group",
    "explaining_group",
    "locking_group",
    "opening_group",
    "sheets_of",
    "step_of",
    "step_param",
]
