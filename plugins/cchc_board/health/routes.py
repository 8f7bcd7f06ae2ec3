"""Pages of the installation itself on the board, and the one word for a monitor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from cchc import clock
from cchc.paths import current_instance
from cchc.watching import State
from cchc_board.desk import RequestView, watched_run
from cchc_board.door import HEADERS, Asked, Board
from cchc_board.health.health_page import HealthPage, Pulse, health_page, pulse_of
from cchc_board.health.readiness_page import ReadinessPage, readiness_page


def add(
    board: Board,
    connections: Callable[[], Mapping[str, str]],
    parts: Callable[[], Mapping[str, str | None]],
) -> None:
    """connections: those of Airflow, by id, each with what is wrong in it; parts: how its processes are."""

    def before_live(asked: Asked) -> ReadinessPage:
        # Not the day that is shown: what is missing is missing now.
        return readiness_page(asked.desk.instance, connections(), clock.now())

    def how_it_is(_asked: Asked) -> HealthPage:
        return health_page(watched_run(), parts())

    pulse = Pulse(lambda: pulse_of(watched_run, parts))

    def beat(_request: Request) -> Response:
        state = pulse.state()
        code = 503 if state is State.BROKEN else 200
        return JSONResponse({"status": str(state)}, status_code=code, headers=HEADERS)

    board.page("/viec-can-lam", "health/viec_can_lam.html.j2", before_live, whole=True)
    board.page("/suc-khoe", "health/suc_khoe.html.j2", how_it_is, view=_without_store)
    # Beside the application's own routes, so that a monitor needs no login: one word, nothing of any unit.
    board.app.add_route("/suc-khoe.json", beat, methods=["GET"])


def _without_store(_day: str | None) -> RequestView:
    """The store may be what cannot be reached."""
    run = watched_run()
    moment: datetime = run.as_of if run else clock.now()
    return RequestView(current_instance(), None, moment)
