"""What somebody typed in a form of the board, read field by field; each fault is refused in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from cchc.errors import RuleRefused
from cchc.moments import typed_day, typed_moment
from cchc.texts import t
from cchc_board.actors import Actor

LONGEST_TEXT = 500
LONGEST_NAME = 120  # of a file, as much as is kept of what a browser calls it
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class TypedIn:
    """Fields as they came, the page's path among them; the file, and what an earlier step kept, where there is one.
    actor: who sent them."""

    fields: Fields = field(default_factory=dict)
    file_name: str = ""
    file: bytes = b""
    kept: Any = None
    actor: Actor | None = None

    def has(self, name: str, value: str) -> bool:
        return value in self.fields.get(name, ())

    def one(self, name: str) -> str:
        """The field's first value; empty when there is none."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        """The field's values, each once, empty ones left out."""
        return list(dict.fromkeys(one.strip() for one in self.fields.get(name, ()) if one.strip()))

    def text(self, name: str = "noi-dung") -> str:
        """What people write to say why, on one line. RuleRefused('text-needed', 'text-too-long')."""
        found = self.text_if_any(name)
        if not found:
            raise RuleRefused("text-needed", t("board.acts.refused.text"))
        return found

    def text_if_any(self, name: str = "noi-dung") -> str:
        found = " ".join(self.one(name).split())
        if len(found) > LONGEST_TEXT:
            raise RuleRefused(
                "text-too-long", t("board.acts.refused.long", most=LONGEST_TEXT, count=len(found))
            )
        return found

    def day(self, name: str = "den") -> date:
        """RuleRefused('bad-day')."""
        return day_of(self.one(name))

    def day_if_any(self, name: str) -> date | None:
        return self.day(name) if self.one(name) else None

    def moment(self, name: str) -> datetime:
        """A day and an hour as people type them. RuleRefused('bad-moment')."""
        found = self.one(name)
        moment = typed_moment(found)
        if moment is None:
            raise RuleRefused("bad-moment", t("cli.late.bad_moment", found=found))
        return moment

    def units(self) -> list[str]:
        """The units that were ticked; RuleRefused('units-needed') for none, or for all of them at once."""
        codes = self.all("don-vi")
        if not codes or self.one("tat-ca"):
            raise RuleRefused("units-needed", t("board.acts.refused.units"))
        return codes

    def units_or_all(self) -> list[str] | None:
        """Codes, or None for all; never all by forgetting to choose anybody, and never both."""
        codes = self.all("don-vi")
        if bool(codes) == bool(self.one("tat-ca")):
            raise RuleRefused("units-or-all", t("board.acts.refused.units_or_all"))
        return codes or None

    def upload(self) -> tuple[str, bytes]:
        """Name and content of the file; RuleRefused('file-needed')."""
        if not self.file:
            raise RuleRefused("file-needed", t("board.acts.refused.file"))
        return PurePosixPath(self.file_name.replace("\\", "/")).name[:LONGEST_NAME], self.file


def day_of(found: str) -> date:
    """A day as people type it. RuleRefused('bad-day')."""
    day = typed_day(found)
    if day is not None and 2016 <= day.year <= 2044:
        return day
    raise RuleRefused("bad-day", t("board.acts.refused.day", found=found or t("board.acts.refused.no_day")))
