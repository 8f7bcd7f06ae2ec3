"""The board: its rooms of pages, each behind Airflow's login."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from cchc.errors import CchcError
from cchc_board.actors import Actor
from cchc_board.airflow_side import AirflowSide
from cchc_board.answers import broken, explained, turned_away
from cchc_board.calendar import routes as calendar
from cchc_board.door import HEADERS, Board, PageActs, readable
from cchc_board.forms import Forms
from cchc_board.health import routes as health
from cchc_board.indicators import routes as indicators
from cchc_board.inspection import routes as inspection
from cchc_board.letters import routes as letters
from cchc_board.papers import routes as papers
from cchc_board.people import routes as people
from cchc_board.registers import routes as registers
from cchc_board.rendering import ICON, STYLE
from cchc_board.rounds import routes as rounds
from cchc_board.scoring import routes as scoring
from cchc_board.sources import routes as sources
from cchc_board.today import routes as today
from cchc_board.units import routes as units

_WITHOUT_AIRFLOW = AirflowSide()
# What is the same for everybody and tells nothing may be kept by a browser.
_LASTING = {name: value for name, value in HEADERS.items() if name != "Cache-Control"}


def nobody() -> Actor | None:
    """Nobody may do anything but look."""
    return None


def create_app(
    signed_in: Callable[..., Any],
    login_address: Callable[[str], str],
    acting: Callable[..., Actor | None] = nobody,
    form_key: bytes = b"",
    own_origin: str = "",
    airflow: AirflowSide = _WITHOUT_AIRFLOW,
) -> FastAPI:
    """The application. `signed_in` is a dependency that answers 401 or 403 to whoever may not look; `acting` one
    that names whoever may act (None: only look). form_key: forms are sealed with it; own_origin: see `genuine`."""
    asked_first = [Depends(signed_in), Depends(readable)]
    app = FastAPI(
        title="CCHC",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request names
        dependencies=asked_first,
    )
    app.add_exception_handler(HTTPException, turned_away(login_address))
    app.add_exception_handler(CchcError, explained)
    app.add_exception_handler(RequestValidationError, explained)
    app.add_exception_handler(Exception, broken)
    board = Board(app, Forms(form_key or secrets.token_bytes(32), own_origin), acting)
    today.add(board, airflow.failures)
    rounds.add(board)
    units.add(board)
    letters.add(board, airflow.connections)
    papers.add(board, airflow)
    indicators.add(board)
    inspection.add(board)
    scoring.add(board)
    sources.add(board)
    calendar.add(board)
    registers.add(board)
    people.add(board)
    health.add(board, airflow.connections, airflow.parts)
    app.state.acts = board.pages
    app.add_api_route("/tinh/board.css", _style, response_class=Response)
    app.add_api_route("/tinh/icon.svg", _icon, response_class=Response)
    return app


def acts_of(app: FastAPI) -> list[PageActs]:
    """What can be done on which page, each act with the command that does the same."""
    return list(app.state.acts)


def _style() -> Response:
    return FileResponse(STYLE, media_type="text/css", headers=_LASTING)


def _icon() -> Response:
    return FileResponse(ICON, media_type="image/svg+xml", headers=_LASTING)
