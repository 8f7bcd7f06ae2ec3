"""Whether a form was sent from the board's own page by the person who was shown it.

The login is a cookie, which a browser sends along with whatever another site makes it send. So a form counts only
when the browser says that it comes from our own address, and when it carries a token that was given to this very
person not long ago: neither can be had by a page from elsewhere.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

LONGEST_OPEN = timedelta(hours=12)  # a page that stands open over a working day may still be used
FORM, NOTICE = "form", "notice"


class NotGenuine(HTTPException):
    """A request to change something that did not come from our own page; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(status_code=403)


def check_genuine(
    headers: Mapping[str, str], own_origin: str, key: bytes, actor: str, token: str, moment: datetime
) -> None:
    """Raises NotGenuine. `own_origin`: the address people type, where a proxy in front hides it from us."""
    if not from_own_page(headers, own_origin) or not is_own_token(key, actor, token, moment):
        raise NotGenuine


def from_own_page(headers: Mapping[str, str], own_origin: str) -> bool:
    """By `Origin`, which browsers send with every form, or `Referer`; without either it is refused."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    parts = urlsplit(headers.get("origin") or headers.get("referer") or "")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    own = {headers.get("host", "").lower(), urlsplit(own_origin).netloc.lower()} - {""}
    return parts.netloc.lower() in own


def new_token(key: bytes, actor: str, moment: datetime) -> str:
    """The token of a form that is shown to `actor` now."""
    return seal(key, FORM, f"{int(moment.timestamp())}|{actor}")


def is_own_token(key: bytes, actor: str, token: str, moment: datetime) -> bool:
    """Whether the token was given to `actor` within the last hours."""
    issued, _, whom = (unseal(key, FORM, token) or "").partition("|")
    if whom != actor or not issued:
        return False
    return timedelta(0) <= moment - datetime.fromtimestamp(int(issued), moment.tzinfo) <= LONGEST_OPEN


def seal(key: bytes, purpose: str, text: str) -> str:
    """`text` as it may travel through a browser and come back unchanged; readable, but nobody else can make one."""
    payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{payload}.{_mark(key, purpose, payload)}"


def unseal(key: bytes, purpose: str, sealed: str) -> str | None:
    """What was sealed for this purpose; None for anything else."""
    payload, _, mark = sealed.partition(".")
    if not sealed.isascii() or not hmac.compare_digest(mark, _mark(key, purpose, payload)):
        return None
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()


def _mark(key: bytes, purpose: str, payload: str) -> str:
    return hmac.new(key, f"{purpose}.{payload}".encode(), "sha256").hexdigest()
