"""What is added to the one page that loads Airflow's program: its language, and delete buttons that would be refused.

Airflow shows these buttons to everybody and refuses whoever presses one without the right. Here the server knows who
asks for the page, so what that person may not do is not shown; the refusal stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

from anyio.to_thread import run_sync

from cchc.texts import table
from cchc_airflow.interface.served import texts

HEAD = b"</head>"
PROGRAMS = (b'src="./static/assets/index-', b'src="./auth/static/assets/index-')
ENGLISH, VIETNAMESE = b' lang="en"', b' lang="vi"'
# The drawing of the waste bin, by which the buttons are known in every language.
BIN = 'svg polyline[points="3 6 5 6 21 6"]'
# The buttons of one row or page, by the catalogue and key of their name and what the name speaks of.
BUTTONS = {
    "dag": (("dags", "dagActions.delete.button", ""),),
    "run": (("dags", "runAndTaskActions.delete.button", "dagRun_one"),),
    "task": (("dags", "runAndTaskActions.delete.button", "taskInstance_one"),),
    "xcom": (("browse", "xcom.delete.title", ""),),
    "connection": (("admin", "connections.delete.deleteConnection_one", ""),),
    "pool": (("admin", "pools.delete.title", ""),),
    "variable": (("admin", "variables.delete.deleteVariable_one", ""),),
    "asset": (("assets", "assetStateStore.delete", ""), ("assets", "assetStateStore.clearAll.title", "")),
}


# The login of many machines (FAB) is a form, not a program.
LOGIN_FORM = b'name="login"'
LOGIN_WORDS = (
    ('<div class="panel-title">{}</div>', "Sign In", "sign_in"),
    ('type="submit" value="{}"', "Sign In", "sign_in"),
    (">{}<", "Enter your login and password below:", "instruction"),
    (">{}:<", "Username", "username"),
    (">{}:<", "Password", "password"),
    ("{}", "Invalid login. Please try again.", "refused"),
)


async def with_additions(scope: MutableMapping[str, Any], page: bytes) -> bytes | None:
    """The page for whoever asks; None when it is none of Airflow's own."""
    if LOGIN_FORM in page and b"panel-title" in page:
        return login_form(page)
    if HEAD not in page or not any(program in page for program in PROGRAMS):
        return None
    page = page.replace(ENGLISH, VIETNAMESE, 1)
    hidden = await _not_allowed(scope)
    return page.replace(HEAD, f"<style>{style(hidden)}</style>".encode() + HEAD, 1) if hidden else page


def login_form(page: bytes) -> bytes:
    """The form with our words; what it words otherwise after an upgrade stays English."""
    for place, english, key in LOGIN_WORDS:
        words = table("interface.login")[key]
        page = page.replace(place.format(english).encode(), place.format(words).encode())
    return page.replace(b"<html>", b'<html lang="vi">', 1).replace(ENGLISH, VIETNAMESE, 1)


def style(kinds: frozenset[str]) -> str:
    """CSS that hides the buttons of these kinds; of all kinds: whatever shows a bin, so those for many rows too."""
    if kinds >= BUTTONS.keys():
        return f":is(button,[role=menuitem]):has({BIN}){{display:none!important}}"
    names = (button_name(*one) for kind in sorted(kinds) for one in BUTTONS[kind])
    wanted = ",".join(f"[aria-label={json.dumps(name, ensure_ascii=False)}]" for name in names)
    return f"button:is({wanted}):has({BIN}){{display:none!important}}"


def button_name(namespace: str, key: str, about: str) -> str:
    """The name of a button as the page writes it."""
    text: Any = texts(namespace)
    for part in key.split("."):
        text = text[part]
    return str(text).replace("{{type}}", str(texts("common").get(about, "")))


async def _not_allowed(scope: MutableMapping[str, Any]) -> frozenset[str]:
    """What the person may not delete; nothing for somebody who is not signed in, and is sent to the login."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
    from jwt import InvalidTokenError
    from starlette.requests import HTTPConnection

    token = HTTPConnection(scope).cookies.get(COOKIE_NAME_JWT_TOKEN)
    if not token:
        return frozenset()
    manager = get_auth_manager()
    try:
        user = await manager.get_user_from_token(token)
    except InvalidTokenError:
        return frozenset()
    return await run_sync(_refused, manager, user)


def _refused(manager: Any, user: Any) -> frozenset[str]:
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity

    of_dags = partial(manager.is_authorized_dag, method="DELETE", user=user)
    may: dict[str, Callable[[], bool]] = {
        "dag": of_dags,
        "run": partial(of_dags, access_entity=DagAccessEntity.RUN),
        "task": partial(of_dags, access_entity=DagAccessEntity.TASK_INSTANCE),
        "xcom": partial(of_dags, access_entity=DagAccessEntity.XCOM),
        "connection": partial(manager.is_authorized_connection, method="DELETE", user=user),
        "pool": partial(manager.is_authorized_pool, method="DELETE", user=user),
        "variable": partial(manager.is_authorized_variable, method="DELETE", user=user),
        "asset": partial(manager.is_authorized_asset, method="DELETE", user=user),
    }
    return frozenset(kind for kind, allowed in may.items() if not allowed())
