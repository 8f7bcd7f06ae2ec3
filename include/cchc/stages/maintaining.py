"""Bảo trì: a backup of the store, and an audit of what must always hold."""

from __future__ import annotations

from cchc.audit import audit as prove
from cchc.errors import CchcError
from cchc.run import Run
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
    """Prove that the store and everything it remembers is whole; returns the number of things checked.

    Raises CchcError listing every damage (see `cchc.audit`).
    """
    found = prove(run)
    if not found.proven:
        raise CchcError(t("stages.audit_failed", count=len(found.damages), list=found.told()))
    return sum(found.checked.values())
