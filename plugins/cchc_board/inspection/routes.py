"""Pages of inspections on the board."""

from __future__ import annotations

from cchc_board.door import Board
from cchc_board.inspection.acts import ACTS
from cchc_board.inspection.round_page import inspection_page, inspection_rounds_shown


def add(board: Board) -> None:
    """The pages with their acts."""
    board.page("/kiem-tra", "inspection/cac_dot.html.j2", inspection_rounds_shown)
    board.page("/kiem-tra/{round_id}", "inspection/dot.html.j2", inspection_page, ACTS)
