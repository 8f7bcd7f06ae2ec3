"""Bảo trì: a backup of the store, and an audit of what must always hold."""

from __future__ import annotations

from cchc.documents.registry import documents
from cchc.errors import CchcError, RuleRefused
from cchc.files import sha256_file
from cchc.run import Run
from cchc.sources.snapshots import broken_snapshots
from cchc.store import backup as backup_store
from cchc.texts import t

KEPT_BACKUPS = 8


def backup(run: Run) -> str:
    """Copy the store to `sao-luu/so-cai_<day>.db`; the newest eight copies stay. Returns the file's name."""
    folder = run.instance.root / "sao-luu"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"so-cai_{run.today.isoformat()}.db"
    backup_store(run.store, target)
    for old in sorted(folder.glob("so-cai_*"))[:-KEPT_BACKUPS]:
        old.unlink()
    return target.name


def audit(run: Run) -> int:
    """Check the invariants of the store and of the kept files; returns the number of things checked.

    Raises CchcError listing every breach: an event history that the rules do not allow, a submission that counts
    otherwise than its events say, a kept file (submission, enclosure, document) or frozen snapshot that is gone or
    differs from its hash, a reminder without its mail.
    """
    checked, breaches = 0, list[str]()
    for check in (_histories, _kept_files, _snapshots, _reminders):
        count, found = check(run)
        checked += count
        breaches += found
    if breaches:
        raise CchcError(t("stages.audit_failed", count=len(breaches), list="\n".join(breaches[:50])))
    return checked


def _histories(run: Run) -> tuple[int, list[str]]:
    count, breaches = 0, list[str]()
    for row in run.rounds.all():
        try:
            count += len(run.ledger.states(run.as_of, round_id=row["round_id"]))
            breaches += [
                t("stages.audit_counted", obligation=one)
                for one in run.ledger.wrongly_counted(row["round_id"])
            ]
        except RuleRefused as error:
            breaches.append(
                t("stages.audit_history", round_id=row["round_id"], rule=error.rule, message=error)
            )
    return count, breaches


def _kept_files(run: Run) -> tuple[int, list[str]]:
    """Submissions with their enclosures, and every document, issued or not, as they were recorded."""
    data = run.instance.data
    kept = [(data / row["path"], row["sha256"]) for row in run.store.query("stages.kept_files")]
    kept += [
        (one.kept_at(run.instance), one.file_sha256)
        for row in run.rounds.all()
        for one in documents(run.store, row["round_id"])
    ]
    gone = [path for path, _ in kept if not path.exists()]
    changed = [path for path, digest in kept if path.exists() and sha256_file(path) != digest]
    return len(kept), _broken(
        [str(one.relative_to(data)) for one in gone], [str(one.relative_to(data)) for one in changed]
    )


def _snapshots(run: Run) -> tuple[int, list[str]]:
    count, gone, changed = broken_snapshots(run.store, run.instance)
    return count, _broken(gone, changed)


def _broken(gone: list[str], changed: list[str]) -> list[str]:
    return [t("stages.audit_file_gone", path=path) for path in gone] + [
        t("stages.audit_file_changed", path=path) for path in changed
    ]


def _reminders(run: Run) -> tuple[int, list[str]]:
    rows = run.store.query("stages.reminders_without_mail")
    return len(rows), [
        t("stages.audit_reminder", obligation=row["obligation_id"], rung=row["rung"]) for row in rows
    ]
