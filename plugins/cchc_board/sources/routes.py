"""Page 'Nguồn số liệu' on the board."""

from __future__ import annotations

from cchc_board.door import Asked, Board
from cchc_board.sources.acts import ACTS
from cchc_board.sources.sources_page import SourcesPage, sources_page


def add(board: Board) -> None:
    """The page with its acts."""
    board.page("/nguon", "sources/nguon.html.j2", _sources, ACTS)


def _sources(asked: Asked) -> SourcesPage:
    return sources_page(asked.desk)
