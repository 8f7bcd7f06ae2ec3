"""Links to a unit's own page, put into a mail as it leaves: the outbox holds where they belong, never the links.

The HTML of a mail that asks something of its unit names the rounds in comments (`links` in `_parts.html.j2`). At each
attempt the same links are made anew. A mail that does not reach the unit carries words in their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cchc.clock import from_text
from cchc.mail.render import CONTACT, render_pair
from cchc.paths import Instance
from cchc.store import Row, Store
from cchc.unit_page.uses import link_for

_MARK = re.compile(r"<!--trang-don-vi:([0-9A-Za-z-]{1,40})-->\n?")


def rounds_of(html: str) -> tuple[str, ...]:
    """The rounds whose links the mail is to carry, each once."""
    return tuple(dict.fromkeys(_MARK.findall(html)))


@dataclass(frozen=True)
class PageLinks:
    """Makes the links of the mails that leave one installation."""

    store: Store
    instance: Instance

    def put_into(self, row: Row) -> tuple[str, str]:
        """HTML and plain text of a row of `mails`, with the links of its unit where they belong."""
        html, plain = str(row["html"]), str(row["plain"])
        wanted = rounds_of(html)
        if not wanted or not row["unit_code"]:
            return html, plain
        given_on = from_text(row["decided_at"])
        found = (link_for(self.store, self.instance, row["unit_code"], one, given_on) for one in wanted)
        links = [one for one in found if one is not None]
        if not links:
            return _MARK.sub("", html), plain
        shown = self.instance.settings.mail_mode == "live"
        words = render_pair(
            "page_link", links=links, shown=shown, last_day=min(one.last_day for one in links)
        )
        return _in_html(html, words[0]), _in_plain(plain, words[1])


def _in_html(html: str, block: str) -> str:
    first, rest = _MARK.split(html, maxsplit=1)[::2]
    return first + block + _MARK.sub("", rest)


def _in_plain(plain: str, block: str) -> str:
    body, contact, signature = plain.rpartition(CONTACT)
    return f"{body.rstrip()}\n\n{block}\n{contact}{signature}" if contact else f"{plain.rstrip()}\n\n{block}"
