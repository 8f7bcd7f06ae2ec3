"""What an older set lacks, from the notes of newer ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from cchc.backups.manifest import Manifest
from cchc.backups.missing import missing_since
from cchc.backups.shelf import Note
from cchc.clock import from_text, to_text

TAKEN = "2026-04-01T06:00:00+07:00"


def row(identity: str, unit: str, digest: str, received: str = "2026-04-02T09:00:00+07:00") -> dict[str, str]:
    return {
        "submission_id": identity, "unit_code": unit, "round_id": "2026-KH", "file_sha256": digest,
        "file_name": f"{digest}.xlsx", "stored_path": digest, "received_at": received,
    }  # fmt: skip


def set_with(*rows: dict[str, str]) -> Manifest:
    store = {"events": 5, "since": "2026-02-01T06:00:00+07:00", "submissions_taken": rows, "mails_sent": ()}
    return Manifest(TAKEN, "x", "/nha", "m", "r", {}, None, store, ())


def note(days: int, *rows: dict[str, str]) -> Note:
    moment = to_text(from_text(TAKEN) + timedelta(days=days))
    store: dict[str, Any] = {"events": 5 + days, "submissions_taken": rows, "mails_sent": ()}
    return Note(f"{days}.tar", moment, 1, "ab", "x", True, True, False, "/nha", "m", store)


def lacking(manifest: Manifest, *notes: Note) -> list[tuple[str, str]]:
    found = missing_since(manifest, notes, list[Path](), frozenset(), from_text(TAKEN) + timedelta(days=99))
    return [(one["unit_code"], one["file_name"]) for one in found.files]


def test_a_file_that_answers_several_obligations_is_named_once() -> None:
    several = [row(f"s{number}", "so-noi-vu", "a") for number in range(3)]
    newer = (note(10, *several, row("t", "so-noi-vu", "b")), note(20, *several, row("u", "30292", "a")))
    assert lacking(set_with(), *newer) == [
        ("so-noi-vu", "a.xlsx"),
        ("so-noi-vu", "b.xlsx"),
        ("30292", "a.xlsx"),
    ]


def test_what_the_set_holds_and_what_older_notes_tell_is_not_lacking() -> None:
    assert lacking(set_with(row("s", "30292", "a")), note(10, row("s", "30292", "a"))) == []
    assert lacking(set_with(), note(-10, row("s", "30292", "a"))) == []
