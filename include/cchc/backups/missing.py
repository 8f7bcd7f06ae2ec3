"""What a set lacks that happened after it was taken, as far as anything that is left tells.

Left may be: notes of newer sets (other machines, object storage), and any files that hold Message-IDs of ours: the
department's sent mails, replies of units, a mailbox in files, the log of the mail server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cchc.backups.manifest import Manifest
from cchc.backups.shelf import Note
from cchc.clock import from_text, to_text

_OURS = re.compile(rb"cchc\.[0-9a-f]{32}@[A-Za-z0-9.-]+")
_PIECE, _LONGEST = 1 << 20, 400


@dataclass(frozen=True)
class Missing:
    """What is known to have happened since.

    `until`: the latest trace. `events`: how many more a newer note counts, None without one. `files`: those that units
    sent, each once however many obligations it answers, as rows of `holdings`. `sent`: Message-ID -> (when it left or
    was found, where that is told).
    """

    since: datetime
    until: datetime | None
    events: int | None
    files: tuple[Mapping[str, Any], ...]
    sent: Mapping[str, tuple[str, str]]


def missing_since(
    manifest: Manifest, notes: Sequence[Note], left: Iterable[Path], known: frozenset[str], now: datetime
) -> Missing:
    """Compare a set with what is left. known: Message-IDs that the restored store knows to have left."""
    taken_at = from_text(manifest.taken_at)
    newer = sorted((one for one in notes if one.moment > taken_at), key=lambda one: one.moment)
    newest = newer[-1] if newer else None
    sent: dict[str, tuple[str, str]] = {}
    files: dict[tuple[str, ...], Mapping[str, Any]] = {}
    here = {row["submission_id"] for row in manifest.store.get("submissions_taken", ())}
    for note in newer:
        for row in note.store.get("mails_sent", ()):
            sent.setdefault(row["message_id"], (row["sent_at"], note.name))
        for row in note.store.get("submissions_taken", ()):
            if row["submission_id"] not in here and row["received_at"] >= manifest.store.get("since", ""):
                files.setdefault((row["unit_code"], row["round_id"], row["file_sha256"]), row)
    for identity, path in message_ids(left):
        sent.setdefault(identity, (to_text(now), path.name))
    return Missing(
        since=taken_at,
        until=newest.moment if newest else None,
        events=int(newest.store["events"]) - int(manifest.store["events"]) if newest else None,
        files=tuple(files.values()),
        sent={identity: told for identity, told in sent.items() if identity not in known},
    )


def message_ids(left: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Message-IDs of ours in files of any kind and in folders of them, in angle brackets as the outbox keeps them."""
    for path in left:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                yield from ((identity, file) for identity in _in_file(file))


def _in_file(file: Path) -> set[str]:
    found: set[str] = set()
    with file.open("rb") as handle:
        text, more = b"", True
        while more:
            more = bool(piece := handle.read(_PIECE))
            text += piece
            # A piece may end inside of one: what begins near its end is looked at with the next piece.
            whole = len(text) - _LONGEST if more else len(text)
            found |= {f"<{one[0].decode('ascii')}>" for one in _OURS.finditer(text) if one.start() < whole}
            text = text[max(0, whole) :]
    return found
