"""A form that a task puts up again shows what it puts up now, and asks those whom it asks now.

Airflow 3.3.2 makes the form of a waiting task once. Put up again, by the task itself or after a 'Clear' or a retry, it
only forgets the answer: words, drafts and asked accounts stay as they were at first (`execution_api/routes/hitl.py`,
`models/hitl.py`: the row moves with its task). Whoever is named later could never answer, and whoever is not asked any
more could. So the API server, when it has taken such a form, writes down what came with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import UUID

from starlette.concurrency import run_in_threadpool

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

FORM = re.compile(r"/hitlDetails/(?P<task>[0-9a-f-]{36})$")
_SHOWN = ("options", "subject", "body", "defaults", "multiple", "params")


class FreshForms:
    """ASGI middleware around the API that tasks speak to. What is refused there changes nothing here."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = FORM.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            return await self.app(scope, receive, send)
        parts, task = list[bytes](), UUID(found["task"])

        async def overhear() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                parts.append(message.get("body", b""))
            return message

        async def answer(message: Message) -> None:
            # Before the task learns that its form is up, so that it does not begin to wait for others.
            if message["type"] == "http.response.start" and message["status"] < 300:
                await run_in_threadpool(write_anew, task, json.loads(b"".join(parts)))
            await send(message)

        return await self.app(scope, overhear, answer)


def write_anew(task: UUID, form: dict[str, Any]) -> None:
    """The form of a task instance as it was put up last."""
    from airflow.models.hitl import HITLDetail
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        kept = session.scalar(select(HITLDetail).where(HITLDetail.ti_id == task))
        if kept is None or kept.response_received:  # answered meanwhile
            return
        for name in _SHOWN:
            if name in form:
                setattr(kept, name, form[name])
        kept.assignees = list(form.get("assigned_users") or [])
