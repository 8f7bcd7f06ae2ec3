"""Page 'Danh mục', its lists, and each of them as a file."""

from __future__ import annotations

from fastapi import Response

from cchc_board.answers import table_file
from cchc_board.door import Asked, Board
from cchc_board.finding import LONGEST
from cchc_board.registers.registers_page import (
    ListPage,
    RegistersPage,
    list_page,
    list_table,
    registers_page,
)


def add(board: Board) -> None:
    """The pages; what is listed is changed in its file."""
    board.page("/danh-muc", "registers/danh_muc.html.j2", _all)
    board.page("/danh-muc/{code}", "registers/mot_danh_muc.html.j2", _one)
    board.file("/danh-muc/{code}/danh-sach.{kind}", _file)


def _all(asked: Asked) -> RegistersPage:
    return registers_page(asked.desk)


def _one(asked: Asked) -> ListPage:
    query = asked.query
    return list_page(
        asked.desk, asked.path["code"], query.get("tim", "")[:LONGEST], query.get("hieu-luc", "")[:10]
    )


def _file(asked: Asked) -> Response:
    page = _one(asked)
    return table_file(asked, list_table(page), f"danh-muc-{page.shown.code}")
