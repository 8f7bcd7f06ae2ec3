"""Pages about letters on the board."""

from __future__ import annotations

from cchc_board.chasing.acts import ACTS as CHASING_ACTS
from cchc_board.chasing.acts import LEAVE, READ_AGAIN
from cchc_board.door import Board
from cchc_board.letters.acts import ACTS, Connections, mode_acts
from cchc_board.letters.ahead_page import ahead_page
from cchc_board.letters.item_page import item_page
from cchc_board.letters.outbox_page import outbox_page

ITEM_ACTS = tuple(one for one in CHASING_ACTS if one.word in (READ_AGAIN, LEAVE))


def add(board: Board, connections: Connections) -> None:
    """connections: those of Airflow, by id, each with what is wrong in it."""
    board.page("/thu", "letters/thu.html.j2", outbox_page, (*ACTS, *mode_acts(connections)))
    board.page("/thu/hom-nay", "letters/hom_nay.html.j2", ahead_page)
    board.page("/can-xem-lai/{item_id}", "letters/muc.html.j2", item_page, ITEM_ACTS)
