"""Links as mails carry them, and somebody who opens them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from tests.support.province import ROUND, UNIT, Province

from cchc.clock import at
from cchc.unit_page.uses import link_for

ADDRESS = "https://don-vi.cchc.example"
NOW = at(date(2026, 3, 10), 9)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def link_of(page: Province, unit: str = UNIT, given: datetime = NOW, round_id: str = ROUND) -> str:
    """The path that a mail of a moment carries."""
    found = link_for(page.store, page.instance, unit, round_id, given)
    assert found is not None
    return found.address.removeprefix(ADDRESS)


@dataclass
class Caller:
    """Somebody with a browser, on the page's public address."""

    browser: TestClient

    def opens(self, link: str) -> Response:
        answer = self.browser.get(link)
        assert answer.status_code == 200, answer.text
        return answer

    def posts(
        self,
        link: str,
        *files: tuple[str, bytes],
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **fields: str,
    ) -> Response:
        """Send a form of the page that lies open; the page that comes after it, as a browser shows it."""
        if token is None:
            found = re.search(r'name="ma" value="([^"]+)"', self.browser.get(link).text)
            token = found[1] if found else ""
        sent: dict[str, Any] = {"data": {"ma": token, **fields}, "headers": headers or {"Origin": ADDRESS}}
        if files:
            sent["files"] = [("tep", (name, content, XLSX)) for name, content in files]
        return self.browser.post(link, **sent)

    def uploads(self, link: str, *files: tuple[str, bytes]) -> Response:
        return self.posts(link, *files, viec="nop")
