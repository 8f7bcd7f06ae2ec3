"""Page 'Hôm nay' on the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cchc_board.airflow_side import FailedRun
from cchc_board.door import Asked, Board
from cchc_board.today.acts import ACTS
from cchc_board.today.today_page import TodayPage, today_page

Failures = Callable[[datetime], Sequence[FailedRun]]
WITHIN = timedelta(days=14)  # an older failure that nobody cleared is no work of today


def add(board: Board, failures: Failures) -> None:
    """failures: Airflow's runs that failed since a moment and that nobody cleared."""

    def today(asked: Asked) -> TodayPage:
        return today_page(asked.desk, () if asked.desk.chosen else failures(asked.desk.as_of - WITHIN))

    board.page("/", "today/hom_nay.html.j2", today, ACTS)
