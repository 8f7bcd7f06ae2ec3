"""Page 'Đôn đốc' on the board."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response

from cchc_board.answers import table_file
from cchc_board.chasing.acts import ACTS, act_form
from cchc_board.chasing.chasing_page import ChasingPage, chasing_page
from cchc_board.door import Asked, Board
from cchc_board.rounds.tables import overdue_table


def add(board: Board) -> None:
    """The page with its acts, and its list as a file."""
    board.page("/don-doc", "chasing/don_doc.html.j2", _chasing, ACTS)
    board.file("/don-doc/qua-han.{kind}", _overdue)


def _chasing(asked: Asked) -> ChasingPage:
    return replace(chasing_page(asked.desk), form=act_form(asked))


def _overdue(asked: Asked) -> Response:
    return table_file(asked, overdue_table(asked.desk), "qua-han")
