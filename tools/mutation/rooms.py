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
        "issuing locks",
        "include/cchc/stages/closing.py",
        "lambda tx, own: lock_round(tx, own, mark)",
        "lambda tx, own: None",
    ),
    Named(
        "only a rehearsal takes an approval from the conf",
        "plugins/cchc_airflow/context.py",
        'conf.get("approval") if rehearsal else None',
        'conf.get("approval")',
    ),
    Named(
        "the audit sees a changed file",
        "include/cchc/audit/files.py",
        "elif sha256_file(path) != digest:",
        "elif False:",
    ),
    Named(
        "a changed snapshot is changed",
        "include/cchc/sources/snapshots.py",
        'if row["sha256"] != sha256_file(path) and row["sha256"] != _hash_of_rows(path):',
        "if False:",
    ),
    Named(
        "the last proven set stays", "include/cchc/backups/shelf.py", "and note.name not in held", "and True"
    ),
    Named("old sets go", "include/cchc/backups/shelf.py", 'fs.rm_file(f"{folder}/{name}")', "pass"),
    Named(
        "a set is read back",
        "include/cchc/backups/archive.py",
        "if wanted.pop(one.name, None) != one:",
        "if wanted.pop(one.name, None) is None:",
    ),
    Named(
        "code that differs from its revision is marked",
        "include/cchc/revision.py",
        '"+" if changes.stdout.strip() else ""',
        '""',
    ),
    Named(
        "an image knows the revision that its build wrote down",
        "include/cchc/revision.py",
        "_of_checkout(PROJECT_ROOT) or _of_build(PROJECT_ROOT) or",
        "_of_checkout(PROJECT_ROOT) or",
    ),
    Named(
        "a document bears the revision of its code",
        "include/cchc/documents/provenance.py",
        '"code": code_revision()',
        '"code": ""',
    ),
    Named(
        "return, the form: the button returns",
        "plugins/cchc_airflow/approvals.py",
        '(RETURN,): "return"',
        '(RETURN,): "approve"',
    ),
    Named(
        "return, the form: the remark is taken",
        "plugins/cchc_airflow/approvals.py",
        '"remarks": given.get("nhan_xet") or ""',
        '"remarks": "-"',
    ),
    Named(
        "return, the remark: it stands in the round's events",
        "include/cchc/documents/decisions.py",
        'approval.remarks, {"draft": draft} | _about(run),',
        '"", {"draft": draft} | _about(run),',
    ),
    Named(
        "return, the remark: a return is no issue",
        "include/cchc/documents/decisions.py",
        """raise RuleRefused("returned", t("documents.returned", by=approval.by, remarks=approval.remarks))""",
        "pass",
    ),
    Named(
        "return, the remark: the run fails with it",
        "plugins/cchc_airflow/issuing.py",
        "raise AirflowFailException(str(refused)) from refused",
        "return []",
    ),
    Named(
        "return, the new draft: it has a number of its own",
        "include/cchc/stages/closing.py",
        'return state.draft + 1 if newest and newest["draft"] == state.draft else None',
        "return None",
    ),
    Named(
        "return, the new draft: it is what waits now",
        "include/cchc/documents/waiting.py",
        "newest[one.kind] = one",
        "newest.setdefault(one.kind, one)",
    ),
    Named(
        "return, the second approval: it issues the second draft",
        "include/cchc/documents/decisions.py",
        "return state.draft or 1",
        "return 1",
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
