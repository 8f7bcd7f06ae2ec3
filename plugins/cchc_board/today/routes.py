"""Page 'Hôm nay' on the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fastapi.responses import RedirectResponse, Response

from cchc_board.airflow_side import FailedRun
from cchc_board.door import Asked, Board
from cchc_board.today.acts import ACTS
from cchc_board.today.today_page import TodayPage, today_page

Failures = Callable[[datetime], Sequence[FailedRun]]
WITHIN = timedelta(days=14)  # an older failure that nobody cleared is no work of today


def add(board: Board, failures: Failures) -> None:
    """failures: Airflow's runs that failed since a moment and that nobody cleared."""

    def today(asked: Asked) -> TodayPage:
        failed = () if asked.desk.chosen else failures(asked.desk.as_of - WITHIN)
        return today_page(asked.desk, failed, asked.query.get("xem", ""))

    board.page("/", "today/hom_nay.html.j2", today, ACTS)
    board.file("/don-doc", _moved)


def _moved(_asked: Asked) -> Response:
    """Where people once looked for what is on this page now, in mails and bookmarks that stay."""
    return RedirectResponse("./", status_code=308)
