"""Two communes that merge within the rehearsed year: a province of its own, for the shipped one has none that do."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

from cchc.config_files import SHIPPED
from cchc.files import write_atomic
from cchc.paths import Instance

FOLDER = "cau-hinh"
MERGED, INTO = "30760", "30742"  # neighbours; made up, as everything that happens in a rehearsal


def last_day(year: int) -> date:
    """Of the unit that is merged: behind the year's report, before the day on which units are scored."""
    return date(year, 12, 27)


def own_units(instance: Instance, year: int, one_in: int) -> Path:
    """The shipped year's data with the merger, in the installation's folder; made anew, equal each time.

    `one_in`: of how many communes of the list one is kept, beside the two that merge; 1 for all of them.
    """
    folder = instance.root / FOLDER
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    path = folder / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    today = [row["code"] for row in rows if row["tier"] == "xa" and not row["valid_to"]]
    gone = {*today} - {*today[::one_in], MERGED, INTO}
    rows = [row for row in rows if row["code"] not in gone]
    for row in rows:
        if row["code"] == MERGED:
            row["valid_to"] = last_day(year).isoformat()
        elif row["code"] == INTO:
            row["predecessors"] = ";".join(filter(None, (row["predecessors"], MERGED)))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(path, out.getvalue())
    return folder


def rehearsed_settings(instance: Instance, year: int, one_in: int) -> str:
    """The settings of an installation that rehearses a year; `one_in` as of `own_units`."""
    path = str(own_units(instance, year, one_in))
    folder = json.dumps(path, ensure_ascii=False)  # whatever letters it has
    return f"mail_mode: live\nrehearsal: true\nconfig_folder: {folder}\n"
