"""A proposed file takes effect, whole or not at all: the former one is kept, and who did it and why is recorded."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from cchc import clock
from cchc.config_files import config_dir
from cchc.depot import keep, kept_content
from cchc.errors import CchcError, RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.paths import Instance
from cchc.registers.proposing import FileProposal, current
from cchc.run import Run
from cchc.store import Row, Store
from cchc.texts import t

KEPT = "danh-muc-cu"  # below the installation's data
_MOST = 100  # changes that are listed


@dataclass(frozen=True)
class FileChange:
    """A file that was put in force. seq: counts the changes of the file."""

    file: str
    seq: int
    at: datetime
    actor: str
    reason: str
    differences: tuple[str, ...]

    @classmethod
    def of(cls, row: Row) -> FileChange:
        at = clock.from_text(row["recorded_at"])
        told = tuple(json.loads(row["differences"]))
        return cls(row["file"], int(row["seq"]), at, row["actor"], row["reason"], told)


def put_in_force(run: Run, proposal: FileProposal, reason: str) -> FileChange:
    """Write the file in the place of the one it was made from.

    RuleRefused: 'change-needs-reason', 'change-needs-actor', 'file-changed' when somebody was faster. CchcError where
    the folder cannot be written. Then nothing has changed.
    """
    if not reason.strip():
        raise RuleRefused("change-needs-reason", t("registers.reason_needed"))
    if not run.actor.strip():
        raise RuleRefused("change-needs-actor", t("registers.actor_needed"))
    with _alone(), ExitStack() as undoing:
        before = current(proposal.file)
        if sha256_bytes(before) != proposal.before_sha256:
            raise RuleRefused("file-changed", t("registers.file_changed", file=proposal.file))
        suffix = PurePosixPath(proposal.file).suffix
        digest, kept = keep(run.instance, KEPT, before, suffix)
        target = config_dir() / proposal.file
        with run.store.write() as tx:
            tx.add_numbered(
                "registers.add_change",
                file=proposal.file,
                recorded_at=clock.to_text(run.as_of),
                actor=run.actor.strip(),
                reason=reason.strip(),
                before_sha256=digest,
                kept_path=kept.relative_to(run.instance.data).as_posix(),
                after_sha256=sha256_bytes(proposal.content),
                differences=json.dumps(proposal.differences, ensure_ascii=False),
            )
            mode = target.stat().st_mode & 0o777
            try:
                write_atomic(target, proposal.content, mode=mode)
            except PermissionError as error:
                raise CchcError(t("registers.read_only", folder=config_dir())) from error
            # The record may still fail: a file of which nothing says who changed it must not stay.
            undoing.callback(write_atomic, target, before, mode=mode)
        undoing.pop_all()
    return changes(run.store, run.as_of, proposal.file)[0]


def changes(store: Store, as_of: datetime, file: str = "") -> list[FileChange]:
    """Of one file, or of all; the last first, a hundred at most."""
    rows = store.query("registers.changes", as_of=clock.to_text(as_of), file=file, most=_MOST)
    return [FileChange.of(row) for row in rows]


def former_version(store: Store, instance: Instance, file: str, seq: int) -> bytes:
    """The file as it was before a change. RuleRefused('no-such-change'), CchcError when it is gone."""
    row = store.one("registers.change", file=file, seq=seq)
    if row is None:
        raise RuleRefused("no-such-change", t("registers.no_change", file=file, seq=seq))
    return kept_content(instance, instance.data / str(row["kept_path"]), str(row["before_sha256"]), file)


@contextmanager
def _alone() -> Iterator[None]:
    """Two people who change the same folder do it one after the other."""
    descriptor = os.open(config_dir(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
