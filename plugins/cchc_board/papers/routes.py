"""What the department writes, signs and sends, on the board."""

from __future__ import annotations

from fastapi import Response

from cchc_board.airflow_side import AirflowSide
from cchc_board.answers import table_file
from cchc_board.door import Asked, Board
from cchc_board.papers import own_words_page, signing_page
from cchc_board.papers.approval_page import ApprovalPage, approval_acts, approval_page, page_of_draft
from cchc_board.papers.opening import document_file
from cchc_board.papers.register_page import RegisterPage, Sought, register_page, register_table


def add(board: Board, airflow: AirflowSide) -> None:
    """The pages with their acts, and every document that was made."""

    def approval(asked: Asked) -> ApprovalPage:
        return approval_page(asked, airflow)

    path = "/dot/{round_id}/loi-cua-so"
    board.page(
        path, "papers/loi_cua_so.html.j2", own_words_page.own_words_page, own_words_page.ACTS, whole=True
    )
    decide = approval_acts(airflow)
    board.page("/phe-duyet/{round_id}", "papers/phe_duyet.html.j2", approval, decide, whole=True)
    board.file("/phe-duyet/{round_id}/trang/{digest}/{page}.png", page_of_draft, whole=True)
    board.page("/cho-ky", "papers/cho_ky.html.j2", signing_page.signing_page, signing_page.ACTS)
    board.page("/so-van-ban", "papers/so_van_ban.html.j2", _register)
    board.file("/so-van-ban/danh-sach.{kind}", _register_file)
    board.file("/van-ban/{document_id:path}", _document)


def _register(asked: Asked) -> RegisterPage:
    return register_page(asked.desk, Sought.of(asked))


def _register_file(asked: Asked) -> Response:
    sought = Sought.of(asked)
    return table_file(asked, register_table(asked.desk, sought), f"so-van-ban-{sought.year}")


def _document(asked: Asked) -> Response:
    return document_file(asked.desk, asked.path["document_id"])
