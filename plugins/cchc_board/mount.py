"""What the plugin mounts: the board, built at its first request.

Every component of Airflow loads the plugin, but only the API server shows pages; building the application
costs half a second that the others need not pay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@cache
def _application() -> Any:
    from cchc_board.app import create_app
    from cchc_board.auth import login_address, signed_in

    return create_app(signed_in, login_address)


async def board(scope: Scope, receive: Receive, send: Send) -> None:
    """The board as an ASGI application."""
    await _application()(scope, receive, send)
