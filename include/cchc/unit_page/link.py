"""A personal link: for one unit and one round, until a day, signed by the installation; no account and no password.

Whoever holds it may do what the unit may do on its page, so it is a secret: it stands in the mail that leaves and
nowhere else, neither in the outbox nor in a log. What it says is readable, but nobody else can make one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from cchc.form_key import form_key
from cchc.paths import Instance

PATH = "/v/"  # on the page's own address; the link follows
LONGEST = 300  # letters
# Wherever one may stand in a text, whatever host comes before it.
_IN_TEXT = re.compile(r"/v/[A-Za-z0-9_.=-]{20,}")
MASKED = "/v/•••"


@dataclass(frozen=True)
class UnitLink:
    """What a link says. generation: how often the unit's links were revoked when it was made; last_day: the last on
    which it may be used."""

    unit_code: str
    round_id: str
    generation: int
    last_day: date


def page_key(instance: Instance, purpose: str = "link") -> bytes:
    """What links (or something else of the page) are signed with: from the installation's own secret, of no other
    use."""
    return sha256(f"cchc-unit-page:{purpose}:".encode() + form_key(instance)).digest()


def sign(key: bytes, link: UnitLink) -> str:
    """The link as it stands in an address; equal links are equal."""
    content = [link.unit_code, link.round_id, link.generation, link.last_day.toordinal()]
    return str(_sealer(key).dumps(content))


def read(key: bytes, signed: str) -> UnitLink | None:
    """The link that was signed with this key; None for anything else.

    The last letter of a signature holds fewer bits than a letter can: only the one way to write it is taken.
    """
    if len(signed) > LONGEST:
        return None
    try:
        match _sealer(key).loads(signed):
            case [str(unit_code), str(round_id), int(generation), int(day)]:
                link = UnitLink(unit_code, round_id, generation, date.fromordinal(day))
            case _:
                return None
    except (BadData, ValueError, OverflowError):
        return None
    return link if sign(key, link) == signed else None


def masked(text: str) -> str:
    """A text for people to read, without the links in it: a letter that answers ours quotes them."""
    return _IN_TEXT.sub(MASKED, text)


def _sealer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="unit-link", signer_kwargs={"digest_method": sha256})
