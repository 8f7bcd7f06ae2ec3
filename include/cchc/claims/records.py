"""Counts about one body, gathered by what became of the files or tasks that they count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cchc.claims import words
from cchc.claims.entries import CountEntry, bracketed
from cchc.claims.passage import Passage

_BRACKET_GAP = 60  # characters between a count and the bracket with its parts
SOUND = ("early", "ontime", "early_ontime")
OPEN = ("open", "undone", "open_in", "open_late")
OF_DONE = (*SOUND, "late")
_KEPT = frozenset(
    {"received", "new", "done", "carried", "returned", "online", "direct", "post", *OF_DONE, *OPEN}
)


@dataclass
class BodyRecord:
    """Counts about one body: role -> entry. unknown: counts whose role is not known, which may be parts too."""

    entries: dict[str, CountEntry] = field(default_factory=dict)
    unknown: list[CountEntry] = field(default_factory=list)
    start: int = 0
    end: int = 0
    parent: CountEntry | None = None

    def value(self, role: str) -> Decimal | None:
        return self.entries[role].value if role in self.entries else None

    def sum(self, roles: Iterable[str]) -> Decimal:
        return sum((self.entries[role].value for role in roles if role in self.entries), Decimal(0))

    @property
    def late_of_open(self) -> bool:
        """Whether the late ones are named right behind the open ones, and so may be theirs."""
        late, still = self.entries.get("late"), self.entries.get("open")
        return bool(late and still and still.token.start < late.token.start)

    @property
    def parts(self) -> tuple[str, ...]:
        """The roles that make up what was resolved; a combined figure stands for its two parts."""
        if "early_ontime" in self.entries:
            return ("early_ontime", "late")
        return ("early", "ontime", "late")

    @property
    def resolved_parts(self) -> bool:
        have = self.entries
        return ("late" in have and any(role in have for role in SOUND)) or (
            "early" in have and "ontime" in have
        )


def records(passage: Passage, entries: Sequence[CountEntry]) -> list[BodyRecord]:
    """Counts gathered into records: a new one where a role comes again, or another body or field is named."""
    found: list[BodyRecord] = []
    current = BodyRecord()
    for entry in (one for one in entries if one.opened < 0):
        again = entry.role in current.entries and current.entries[entry.role].value != entry.value
        elsewhere = bool(current.entries) and bool(
            words.LEVEL.search(entry.before) or "linh vuc" in entry.before
        )
        if (again and entry.role in _KEPT) or elsewhere:
            found.append(current)
            current = BodyRecord()
        _add(current, entry)
    found.append(current)
    for parent, children in bracketed(entries):
        between = passage.flat[parent.token.end : children[0].opened]
        if len(between) > _BRACKET_GAP or re.search(r"[.;()]\s", between):
            continue
        record = BodyRecord(parent=parent)
        for child in children:
            _add(record, child)
        record.start = min(record.start, parent.token.start)
        found.append(record)
    return [record for record in found if record.entries or record.unknown]


def _add(record: BodyRecord, entry: CountEntry) -> None:
    if not record.entries and not record.unknown:
        record.start = entry.token.start
    record.end = max(record.end, entry.token.end)
    if entry.role in _KEPT:
        record.entries.setdefault(str(entry.role), entry)
    else:
        record.unknown.append(entry)
