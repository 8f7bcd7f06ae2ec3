"""The middleware of the API server: which requests are answered in Vietnamese, and what is added to a page.

Every component of Airflow loads the plugin, so this file imports nothing that costs. Whatever goes wrong here is
logged once, and Airflow answers as if nothing stood before it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger(__name__)
_told: set[str] = set()


class VietnameseInterface:
    """ASGI: answers for the files in `served`, and adds to the page that loads them; all else passes untouched."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif (path := own_path(scope)).startswith(("/static/", "/auth/static/")):
            answer = await _answer(path, scope)
            if not answer:
                await self._app(scope, receive, send)
            for message in answer:
                await send(message)
        else:
            await self._app(scope, receive, _WholePage(scope, send))


class _WholePage:
    """A `send` that holds an HTML answer back until its only part has come, to send it with what is added.

    The login of many machines comes in several parts, which are waited for.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._in_parts = own_path(scope).rstrip("/") == "/auth/login"
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
            return
        if self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body") and self._in_parts:
                return
            start, message = self._start, {**message, "body": self._body}
            self._start = None
            if not message.get("more_body"):
                start, message = await _added(self._scope, start, message)
            await self._send(start)
        await self._send(message)


def own_path(scope: Scope) -> str:
    """The path below the prefix under which a proxy serves Airflow."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def _is_page(start: Message) -> bool:
    headers = dict(start["headers"])
    return bool(start["status"] == 200 and headers.get(b"content-type", b"").startswith(b"text/html"))


async def _answer(path: str, scope: Scope) -> list[Message]:
    """The messages of an answer; none where Airflow answers itself."""
    try:
        from cchc_airflow.interface.served import served

        file = await _in_a_thread(served, path)
    except Exception:
        _tell_once("a file")
        return []
    if file is None:
        return []
    headers = [(b"etag", file.etag), (b"cache-control", b"no-cache")]
    if file.etag in _asked_etags(scope):
        return [
            {"type": "http.response.start", "status": 304, "headers": headers},
            {"type": "http.response.body", "body": b""},
        ]
    headers += [(b"content-type", file.content_type), (b"content-length", str(len(file.body)).encode())]
    body = b"" if scope["method"] == "HEAD" else file.body
    return [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]


def _asked_etags(scope: Scope) -> set[bytes]:
    """What the browser has already; a proxy that compresses may have made a tag weak."""
    given = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
    return {tag.strip().removeprefix(b"W/") for tag in given.split(b",")}


async def _added(scope: Scope, start: Message, body: Message) -> tuple[Message, Message]:
    try:
        from cchc_airflow.interface.page import with_additions

        page = await with_additions(scope, bytes(body.get("body", b"")))
    except Exception:
        _tell_once("a page")
        return start, body
    if page is None:
        return start, body
    kept = [
        (name, value) for name, value in start["headers"] if name not in (b"content-length", b"cache-control")
    ]
    headers = [*kept, (b"content-length", str(len(page)).encode()), (b"cache-control", b"private, no-cache")]
    return {**start, "headers": headers}, {**body, "body": page}


async def _in_a_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    from anyio.to_thread import run_sync

    return await run_sync(function, *arguments)


def _tell_once(what: str) -> None:
    if what not in _told:
        _told.add(what)
        log.exception("Airflow's own pages stay English: %s could not be translated", what)
