"""What stands on a document besides its content: number, symbol, date, draft or rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cchc.clock import TZ
from cchc.texts import t


@dataclass(frozen=True)
class Marking:
    """The state of a document.

    `as_of` fixes the file's own 'created' and 'modified' times, so that equal content has equal bytes.
    Without `number` the document is a draft with an empty place for it and says so on each page;
    `rehearsal` puts 'BẢN DIỄN TẬP' on each page whatever else is given. `by_hand`: the paper is filled in and signed on
    the spot, and is no draft of anything. `origin` says in names and values from what
    the document was made; it stands in the file's own properties.
    """

    as_of: datetime
    rehearsal: bool = False
    draft: int | None = None
    number: str | None = None
    symbol: str | None = None
    issued_on: date | None = None
    origin: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False

    @property
    def stamp(self) -> str | None:
        """The words at the top of each page; None on an issued document."""
        if self.rehearsal:
            return t("documents.stamp.rehearsal")
        if self.number is None and not self.by_hand:
            return (
                t("documents.stamp.draft", number=self.draft)
                if self.draft
                else t("documents.stamp.plain_draft")
            )
        return None

    @property
    def day(self) -> date:
        """The day of issue, or the day on which the draft was made."""
        return self.issued_on or self.as_of.astimezone(TZ).date()

    @property
    def utc_time(self) -> datetime:
        """`as_of` in UTC without a zone, as the properties of Office files want it."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
