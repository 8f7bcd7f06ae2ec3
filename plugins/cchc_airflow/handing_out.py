"""What goes with every document that is approved: the draft's PDF before, PDF and mails to the 'Nơi nhận' after."""

from __future__ import annotations

from typing import cast

from airflow.sdk import XComArg, task

from cchc.run import Run
from cchc_airflow.defaults import SENDING_POOL
from cchc_airflow.tasks import stage_task


def draft_pdfs_of(drafts: XComArg) -> XComArg:
    """The task between the drafts (their ids) and the decision: PDFs for those who decide."""

    @task(task_display_name="Lập bản PDF dự thảo")
    def pdf_du_thao(drafts: list[str]) -> list[str]:
        from cchc_airflow.issuing import draft_pdfs

        return draft_pdfs(drafts)

    return pdf_du_thao(cast("list[str]", drafts))


def hand_out_issued(issued: XComArg) -> None:
    """Wire the two tasks behind the one that issued; `issued` gives the documents' ids."""

    @task(task_display_name="Lập bản PDF")
    def ban_pdf(issued: list[str]) -> list[str]:
        from cchc_airflow.issuing import pdf_copies

        return pdf_copies(issued)

    @stage_task("Gửi văn bản", pool=SENDING_POOL)
    def gui_van_ban(run: Run, issued: list[str]) -> dict[str, int]:
        from cchc_airflow.issuing import hand_out

        return hand_out(run, issued)

    # A task is called with what will be the list when it runs.
    ids = cast("list[str]", issued)
    ban_pdf(ids) >> gui_van_ban(ids)
