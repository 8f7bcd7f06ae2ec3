"""What a place holds, so that two can be held against each other: rows by table, files by path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cchc.files import sha256_file
from cchc.identity import FILE as HOME_FILE
from cchc.mail.mail import SUMMARY
from cchc.store import Store
from cchc.store.copies import rows_by_table

# When a mail went out, and how often that was tried, is another after a kill; the day's summary tells which mail was in
# doubt when it was written.
_TRIES = "mail_tries"
_OF_THE_SENDING = frozenset({"sent_at", "claimed_at", "attempts"})
_OF_THE_DAY = frozenset({"html", "plain"})
Row = Mapping[str, object]


@dataclass(frozen=True)
class Holdings:
    """`rows`: by store and table. `files`: path -> hash, without stores. `damages`: what the audit says."""

    rows: Mapping[str, Sequence[Row]]
    files: Mapping[str, str]
    damages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What must be there after a step: that of two runs which nobody killed. `loose`: columns and files in which
    already these two differ (drawn at random, or taken from the clock)."""

    one: Holdings
    loose_columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    loose_files: frozenset[str] = frozenset()

    @classmethod
    def of(cls, one: Holdings, other: Holdings) -> Expected:
        columns = {
            table: (_OF_THE_SENDING if table.endswith("/mails") else frozenset())
            | _differing(rows, other.rows.get(table, []))
            for table, rows in one.rows.items()
        }
        files = {
            path
            for path, digest in one.files.items()
            # A home's file tells its folder's number on the disk.
            if other.files.get(path) != digest or path.endswith(f"/{HOME_FILE}")
        }
        return cls(one, columns, frozenset(files))

    def differences(self, found: Holdings) -> Iterator[tuple[str, str]]:
        """(lost, doubled, changed or damaged; in words), each thing that is not as it must be."""
        for table in sorted({*self.one.rows, *found.rows}):
            loose = self.loose_columns.get(table, frozenset())
            wanted = Counter(_words(row, loose) for row in self.one.rows.get(table, []))
            there = Counter(_words(row, loose) for row in found.rows.get(table, []))
            for fault, left in (("lost", wanted - there), ("doubled", there - wanted)):
                for words, count in left.items():
                    yield fault, f"{table}: {count} x {words}"[:400]
        for path in sorted({*self.one.files, *found.files}):
            if path not in found.files:
                yield from () if path in self.loose_files else [("lost", path)]
            elif path not in self.one.files:
                yield from () if self._is_loose_beside(path) else [("doubled", path)]
            elif path not in self.loose_files and self.one.files[path] != found.files[path]:
                yield "changed", path
        yield from self.damages(found)

    def damages(self, found: Holdings) -> Iterator[tuple[str, str]]:
        """What the audit says now and did not say before."""
        for words in found.damages:
            if words not in self.one.damages:
                yield "damaged", words

    def _is_loose_beside(self, path: str) -> bool:
        """Whether files of that folder have names that are drawn; then their number has to do."""
        folder = path.rpartition("/")[0]
        return any(one.rpartition("/")[0] == folder for one in self.loose_files)


def _differing(rows: Sequence[Row], others: Sequence[Row]) -> frozenset[str]:
    names = rows[0] if rows else ()
    return frozenset(
        name
        for name in names
        if Counter(repr(row[name]) for row in rows) != Counter(repr(row[name]) for row in others)
    )


def _words(row: Row, loose: frozenset[str]) -> str:
    if row.get("kind") == SUMMARY:
        loose |= _OF_THE_DAY
    return ", ".join(f"{name}={value!r}" for name, value in row.items() if name not in loose)


def holdings(root: Path, damages: tuple[str, ...]) -> Holdings:
    """Everything below `root`: the rows of each store that lies there, and all other files."""
    rows: dict[str, Sequence[Row]] = {}
    for path in sorted(root.rglob("so-cai.db")):
        store = Store(f"sqlite:///{path}")
        try:
            for table, found in rows_by_table(store).items():
                if table != _TRIES:
                    rows[f"{path.parent.relative_to(root).as_posix()}/{table}"] = found
        finally:
            store.close()
    files = {
        path.relative_to(root).as_posix(): sha256_file(path)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("so-cai.db")
    }
    return Holdings(rows, files, damages)
