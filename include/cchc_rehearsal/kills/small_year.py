"""The year's data with so few units that a step over all of them can be killed some hundred times."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from cchc.config_files import make_own
from cchc.files import write_atomic

YEAR, COMMUNES = 2026, 4
OFFICES = ("vp-ubnd", "so-noi-vu", "so-tu-phap")
_UNIT = re.compile(r"\bunit: ([a-z0-9-]+)")


def small_year(folder: Path) -> Path:
    """The year's data with a few units, and the plan's tasks that these can be given."""
    make_own(folder)
    units, tasks = folder / "units.csv", folder / "plan_tasks.csv"
    rows = _rows(units)
    communes = [row["code"] for row in rows if row["tier"] == "xa" and not row["predecessors"]][:COMMUNES]
    kept = [row for row in rows if row["tier"] == "tinh" or row["code"] in (*OFFICES, *communes)]
    codes = {row["code"] for row in kept}
    alone = [row | {"predecessors": " ".join({*row["predecessors"].split()} & codes)} for row in kept]
    _write(units, alone)
    owned = folder / "indicators.csv"
    here = {*codes, ""}
    _write(owned, [row | ({} if row["owner"] in here else {"owner": OFFICES[1]}) for row in _rows(owned)])
    for name in ("inspection_fields.yaml", f"kiem-tra/{YEAR}/doan.yaml"):
        told = (folder / name).read_text(encoding="utf-8")
        write_atomic(
            folder / name, _UNIT.sub(lambda one: one[0] if one[1] in codes else f"unit: {OFFICES[2]}", told)
        )
    _write(tasks, [row for row in _rows(tasks) if row["lead"] in (*OFFICES, "moi-don-vi", "so", "xa")])
    _few_appraise(folder, {row["code"] for row in rows} - codes)
    return folder


def _few_appraise(folder: Path, gone: set[str]) -> None:
    """The offices that are left take the groups of the others, and the rows that named them."""
    one_of_them = re.compile(rf"(?<![\w-])({'|'.join(sorted(gone, key=len, reverse=True))})(?![\w-])")
    path = folder / "appraisers.yaml"
    # Whoever stands in is of another unit than the group, and acts for one unit only.
    told = re.sub(
        r"substitute: \{unit: ([a-z0-9-]+), [^}]*\}",
        lambda found: (
            f"substitute: {{unit: {OFFICES[0]}, accounts: [vp1], head: vp1}}"
            if found[1] in gone
            else found[0]
        ),
        path.read_text(encoding="utf-8"),
    )
    # A group keeps its code: rows name it by that.
    told = re.sub(
        r"(?<!code)(: )(\S+?)(?=[,}])",
        lambda found: found[1] + one_of_them.sub(OFFICES[2], found[2]),
        told,
    )
    write_atomic(path, told)
    for path in folder.glob("criteria/*/tieu_chi.csv"):
        rows = _rows(path)
        _write(path, [row | {"unit_kinds": one_of_them.sub(OFFICES[2], row["unit_kinds"])} for row in rows])


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(path, text.getvalue())
