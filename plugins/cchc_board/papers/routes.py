"""What the department writes, signs and sends, on the board."""

from __future__ import annotations

from fastapi import Response

from cchc_board.answers import document_file
from cchc_board.door import Asked, Board
from cchc_board.papers import own_words_page, signing_page


def add(board: Board) -> None:
    """The pages with their acts, and every document that was made."""
    path = "/dot/{round_id}/loi-cua-so"
    board.page(path, "papers/loi_cua_so.html.j2", own_words_page.own_words_page, own_words_page.ACTS)
    board.page("/cho-ky", "papers/cho_ky.html.j2", signing_page.signing_page, signing_page.ACTS)
    board.file("/van-ban/{document_id:path}", _document)


def _document(asked: Asked) -> Response:
    return document_file(asked.desk, asked.path["document_id"])
