"""Page 'Người dùng'."""

from __future__ import annotations

from cchc_board.door import Asked, Board
from cchc_board.people.people_page import PeoplePage, people_page


def add(board: Board) -> None:
    """The page; accounts are changed by commands only."""
    board.page("/nguoi-dung", "people/nguoi_dung.html.j2", _people)


def _people(asked: Asked) -> PeoplePage:
    return people_page(asked.desk, asked.actor)
