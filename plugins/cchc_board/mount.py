"""What the plugin mounts: the board, built at its first request.

Every component of Airflow loads the plugin, but only the API server shows pages; building the application
costs half a second that the others need not pay.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


_store_urls: list[Callable[[], str]] = []


def look_in(store_url: Callable[[], str]) -> None:
    """Where the board finds the store: the Dags may have been given one by a connection of Airflow."""
    _store_urls[:] = [store_url]


_mailboxes: list[Callable[[], Any]] = []


def read_mail(mailbox: Callable[[], Any]) -> None:
    """Which mailbox (`MailboxConfig`, or None) letters that wait for a person are shown from."""
    _mailboxes[:] = [mailbox]


@cache
def _application() -> Any:
    from cchc_board import desk
    from cchc_board.airflow_side import AirflowSide
    from cchc_board.app import create_app
    from cchc_board.auth import (
        acting,
        airflow_parts,
        answer_form,
        decision_forms,
        failed_runs,
        form_key,
        known_connections,
        login_address,
        own_origin,
        signed_in,
    )
    from cchc_board.letters import item_page

    for store_url in _store_urls:
        desk.look_in(store_url)
    for mailbox in _mailboxes:
        item_page.read_mail(mailbox)
    app = create_app(
        signed_in,
        login_address,
        acting,
        form_key(),
        own_origin(),
        AirflowSide(known_connections, airflow_parts, failed_runs, decision_forms, answer_form),
    )
    # What is loaded stays to the end of the process. A page reads thousands of rows, and the collector of garbage would
    # walk over all of Airflow to find out that none of it can go: a tenth of a second and more, whoever is waiting.
    gc.collect()
    gc.freeze()
    return app


async def board(scope: Scope, receive: Receive, send: Send) -> None:
    """The board as an ASGI application."""
    await _application()(scope, receive, send)
