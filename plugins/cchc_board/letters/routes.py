"""Pages about letters on the board."""

from __future__ import annotations

from cchc_board.door import Board
from cchc_board.letters.acts import ACTS, Connections, mode_acts
from cchc_board.letters.ahead_page import ahead_page
from cchc_board.letters.answer_acts import answer_acts
from cchc_board.letters.item_page import item_page, letter_of_item
from cchc_board.letters.outbox_page import outbox_page
from cchc_board.letters.reminding_page import reminding_page
from cchc_board.today.chasing_acts import ACTS as CHASING_ACTS
from cchc_board.today.chasing_acts import LEAVE, READ_AGAIN

ITEM_ACTS = (
    *answer_acts(letter_of_item),
    *(one for one in CHASING_ACTS if one.word in (READ_AGAIN, LEAVE)),
)


def add(board: Board, connections: Connections) -> None:
    """connections: those of Airflow, by id, each with what is wrong in it."""
    acts = (*ACTS, *mode_acts(connections))
    # Of a letter nobody knows yet whose it is; whoever looks after some units has their mails on the units' pages.
    board.page("/thu", "letters/thu.html.j2", outbox_page, acts, whole=True)
    board.page("/thu/nhac", "letters/nhac.html.j2", reminding_page, whole=True)
    board.page("/thu/hom-nay", "letters/hom_nay.html.j2", ahead_page, whole=True)
    board.page("/can-xem-lai/{item_id}", "letters/muc.html.j2", item_page, ITEM_ACTS, whole=True)
