"""What the manifest knows of an endpoint's earlier downloads."""

from __future__ import annotations

import re
from datetime import date, datetime

from cchc.clock import from_text, to_text
from cchc.sources.web.endpoints import Endpoint
from cchc.store import Store


def last_landing(store: Store, endpoint: Endpoint, at: datetime) -> date | None:
    """Local day of the endpoint's last landing known at `at`; None when nothing of it was ever landed.

    A landing is the endpoint's when its file was named by it; files dropped by hand do not count, because
    nobody knows which days they hold.
    """
    stem = endpoint.file_stem(at.date(), at.date()).removeprefix(endpoint.name)
    # Days of another download stand where the digits are; the endpoint's own name may hold digits too.
    days_of_any = re.sub(r"\d", r"\\d", re.escape(stem))
    named = re.compile(
        rf"{re.escape(endpoint.name)}{days_of_any}(-trang-\d{{4,}})?\.{re.escape(endpoint.format)}"
    )
    rows = store.query("sources.landings_known", source=endpoint.source, at=to_text(at))
    days = [from_text(row["received_at"]).date() for row in rows if named.fullmatch(row["file_name"])]
    return max(days, default=None)
