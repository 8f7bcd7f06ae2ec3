"""What is mutated: the files of each room, and changes that must be noticed whatever the sample draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LIBRARY = "include/cchc"
ROOMS: dict[str, tuple[str, ...]] = {
    "documents": ("documents/*.py",),
    "figures": ("figures/*.py",),
    "submissions": ("submissions/*.py",),
    "obligations": ("obligations/*.py",),
    "stages": ("stages/*.py",),
}


@dataclass(frozen=True)
class Named:
    """One change of a text that stands once in the files of `where` (a pattern below the checkout)."""

    what: str
    where: str
    text: str
    instead: str


NAMED = (
    Named(
        "only a rehearsal takes an approval from the conf",
        "plugins/cchc_airflow/*.py",
        'conf.get("approval") if instance.settings.rehearsal else None',
        'conf.get("approval")',
    ),
    Named(
        "the audit sees a changed file",
        "include/cchc/stages/maintaining.py",
        "path.exists() and sha256_file(path) != digest",
        "path.exists() and False",
    ),
    Named(
        "a changed snapshot is changed",
        "include/cchc/sources/snapshots.py",
        'if digest != row["sha256"]:',
        "if False:",
    ),
    Named(
        "backups are kept for eight weeks",
        "include/cchc/stages/maintaining.py",
        "KEPT_BACKUPS = 8",
        "KEPT_BACKUPS = 9",
    ),
    Named("old backups go", "include/cchc/stages/maintaining.py", "old.unlink()", "pass"),
    Named(
        "code that differs from its revision is marked",
        "include/cchc/**/provenance.py",
        '"+" if changes.stdout.strip()',
        '"" if changes.stdout.strip()',
    ),
)


def files(root: Path) -> dict[Path, str]:
    """Path below `root` -> room. A room without files is an error: the table above is out of date."""
    found: dict[Path, str] = {}
    for room, patterns in ROOMS.items():
        for pattern in patterns:
            for path in sorted((root / LIBRARY).glob(pattern)):
                found[path.relative_to(root)] = room
    empty = set(ROOMS) - set(found.values())
    if empty:
        raise SystemExit(f"no files in the rooms {sorted(empty)}: correct tools/mutation/rooms.py")
    return dict(sorted(found.items()))
