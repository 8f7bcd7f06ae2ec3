"""Forms of the board: shown to whoever may act, taken from that person's own page, answered by going on to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse

from cchc import clock
from cchc.texts import t
from cchc_board.genuine import NOTICE, NotGenuine, from_own_page, is_own_token, new_token, seal, unseal

FIELD = "ma"  # of the token
NOTICE_FIELD = "da-lam"  # in the address: what was done, sealed
LONGEST_NOTICE = 6000  # letters; servers before us take addresses of 8,000


@dataclass(frozen=True)
class Forms:
    """key: what leaves is sealed with it; own_origin: see `genuine`."""

    key: bytes
    own_origin: str

    def token(self, actor: str | None, day: str | None) -> str:
        """Of a form that is shown now; empty for whoever may only look, and where a day gone by is shown."""
        return new_token(self.key, actor, clock.now()) if actor and not day else ""

    def sender(self, request: Request, actor: str | None) -> str:
        """Who sends a form, before anything of it is read. Raises NotGenuine."""
        if actor is None or not from_own_page(request.headers, self.own_origin):
            raise NotGenuine
        return actor

    def taken(self, actor: str, fields: Mapping[str, list[str]]) -> str:
        """The token that came with the fields, the sender's own. Raises NotGenuine."""
        token = next(iter(fields.get(FIELD, [])), "")
        if not is_own_token(self.key, actor, token, clock.now()):
            raise NotGenuine
        return token

    def done(self, request: Request, page: str, actor: str, told: str) -> RedirectResponse:
        """On to the page that tells this person what was done: looked at by GET, so that loading it again does nothing
        twice; whoever else is sent the address is told nothing.

        What an address cannot hold is left out from the end, and that is said.
        """
        root = str(request.scope.get("root_path", ""))
        address = (
            f"{root}{page}{'&' if '?' in page else '?'}{NOTICE_FIELD}={self._told(actor, told.splitlines())}"
        )
        return RedirectResponse(address, status_code=303)

    def _told(self, actor: str, lines: list[str]) -> str:
        shown = len(lines)
        while True:
            left = len(lines) - shown
            rest = [t("board.acts.more_told", count=left)] if left else []
            sealed = self.seal(NOTICE, actor, "\n".join([*lines[:shown], *rest]))
            if len(sealed) <= LONGEST_NOTICE or not shown:
                return sealed
            shown -= max(1, shown // 8)

    def seal(self, page: str, actor: str, kept: Any) -> str:
        """What the first step of an act on `page` keeps for this person's second, of the same working day."""
        return seal(self.key, page, [new_token(self.key, actor, clock.now()), kept])

    def unseal(self, page: str, actor: str, sealed: str) -> Any:
        """What `seal` kept for this person on this page; None for anything else."""
        match unseal(self.key, page, sealed):
            case [str(token), kept] if is_own_token(self.key, actor, token, clock.now()):
                return kept
        return None

    def notice(self, actor: str | None, sealed: str) -> str:
        """What `done` told this person on the same working day; empty for anything else."""
        return str(self.unseal(NOTICE, actor, sealed[:LONGEST_NOTICE]) or "") if actor else ""
