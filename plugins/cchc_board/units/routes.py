"""Pages of one unit."""

from __future__ import annotations

from cchc_board.door import Asked, Board
from cchc_board.units.unit_page import UnitPage, unit_page


def add(board: Board) -> None:
    """One unit in one round."""
    board.page("/dot/{round_id}/don-vi/{code}", "units/don_vi.html.j2", _in_round)


def _in_round(asked: Asked) -> UnitPage:
    return unit_page(asked.desk, asked.path["round_id"], asked.path["code"])
