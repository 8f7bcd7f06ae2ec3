"""Exports whose reading broke off: kept in the drop folder's part for review, named under 'Cần xem lại'."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cchc.files import free_path, put_in_place, remove, sha256_file, shown_name
from cchc.run import Run
from cchc.sources import REVIEW
from cchc.submissions.arrivals import Channel
from cchc.submissions.review_folder import reason_beside, write_reason
from cchc.submissions.set_aside import SetAside, reason_of, settle, waiting
from cchc.texts import t


def exports_waiting(run: Run) -> list[SetAside]:
    """What of the exports waits for a person, or for another reading."""
    return [one for one in waiting(run.store) if one.channel is Channel.EXPORT]


def set_aside_export(run: Run, path: Path, error: Exception) -> SetAside:
    """Move an export out of the way of the others; the reason lies beside it."""
    why, fault = reason_of(error)
    digest, drop = sha256_file(path), run.instance.export_drop
    folder = drop / REVIEW
    target = free_path(folder, path.name, digest)
    reason = t("submissions.set_aside.export_reason", why=why)
    write_reason(target, [reason, fault])
    put_in_place(path, target)
    # Read again at a person's wish, and in vain, it is the same thing as before.
    known = next((one for one in exports_waiting(run) if one.file_sha256 == digest), None)
    return SetAside(
        Channel.EXPORT,
        known.origin if known else shown_name(path.relative_to(drop).as_posix()),
        shown_name(path.name),
        shown_name(target.relative_to(run.instance.root).as_posix()),
        known.received_at if known else run.as_of,
        reason,
        fault,
        digest,
    )


def bring_exports_back(run: Run) -> None:
    """Put those that a person wants read again where exports wait; what is gone waits no longer."""
    gone = []
    for one in exports_waiting(run):
        source = run.instance.root / one.held_in
        target = run.instance.export_drop / source.name
        if not source.is_file():
            gone += [] if target.exists() else [one.item_id]
        elif one.wanted and not target.exists():
            put_in_place(source, target)
            remove(reason_beside(source))
    settle(run, gone, t("submissions.set_aside.gone"))


def settle_export(run: Run, waits: Sequence[SetAside], digest: str) -> None:
    """An export with this content was read after all, or refused with reasons."""
    done = [one.item_id for one in waits if one.file_sha256 == digest]
    settle(run, done, t("submissions.set_aside.taken_in"))
