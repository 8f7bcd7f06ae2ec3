"""Whether a form was sent from the board's own page by the person who was shown it.

The login is a cookie, which a browser sends along with whatever another site makes it send. So a form counts only
when the browser says that it comes from our own address, and when it carries a token that was given to this very
person not long ago: neither can be had by a page from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from starlette.exceptions import HTTPException

LONGEST_OPEN = timedelta(hours=12)  # a page that stands open over a working day may still be used
FORM, NOTICE = "form", "notice"


class NotGenuine(HTTPException):
    """A request to change something that did not come from our own page; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(status_code=403)


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
    return seal(key, FORM, [int(moment.timestamp()), actor])


def is_own_token(key: bytes, actor: str, token: str, moment: datetime) -> bool:
    """Whether the token was given to `actor` within the last hours."""
    match unseal(key, FORM, token):
        case [int(issued), whom]:
            age = moment - datetime.fromtimestamp(issued, moment.tzinfo)
            return whom == actor and timedelta(0) <= age <= LONGEST_OPEN
    return False


def seal(key: bytes, purpose: str, content: Any) -> str:
    """`content` as it may travel through a browser and come back unchanged; readable, but nobody else can make one."""
    return str(_sealer(key, purpose).dumps(content))


def unseal(key: bytes, purpose: str, sealed: str) -> Any:
    """What was sealed for this purpose; None for anything else."""
    try:
        return _sealer(key, purpose).loads(sealed)
    except BadData:
        return None


def _sealer(key: bytes, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=purpose, signer_kwargs={"digest_method": sha256})
