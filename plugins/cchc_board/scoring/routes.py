"""Pages of scoring on the board. Points that are not published are shown to whom the roles name, and to nobody else."""

from __future__ import annotations

from cchc_board.door import Board
from cchc_board.scoring.acts import DESK_ACTS, ROUND_ACTS, SHEET_ACTS
from cchc_board.scoring.desk_page import desk_page, sheet_page
from cchc_board.scoring.round_page import scoring_page, scoring_rounds


def add(board: Board) -> None:
    """The pages with their acts."""
    board.page("/cham-diem", "scoring/cac_dot.html.j2", scoring_rounds)
    board.page("/cham-diem/{round_id}", "scoring/dot.html.j2", scoring_page, ROUND_ACTS)
    board.page("/cham-diem/{round_id}/nhom/{group}", "scoring/nhom.html.j2", desk_page, DESK_ACTS)
    board.page("/cham-diem/{round_id}/don-vi/{code}", "scoring/phieu.html.j2", sheet_page, SHEET_ACTS)
