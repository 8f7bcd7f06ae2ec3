"""A rehearsed year as tests read it: its folder, its store, and the truth of the synthetic province."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from cchc.airflow_env import airflow_environment
from cchc.clock import at
from cchc.installing.writing import prepare_instance
from cchc.paths import Instance
from cchc.year import Calendar
from cchc_rehearsal.merging import FOLDER, rehearsed_settings

# Communes, beside the two that merge: the year's days and decisions are those of all 102.
ONE_IN = 4
LAST_OFFICE_HOUR = 17  # the last reading of the inbox, 17:30, is the one that a replay takes


@dataclass(frozen=True)
class Year:
    """A rehearsed year: its folder, its store, and the truth by (round, unit)."""

    instance: Instance
    result: dict[str, Any]
    truth: dict[tuple[str, str], dict[str, Any]]

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with sqlite3.connect(self.instance.root / "so-cai.db") as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement, values).fetchall()


@contextmanager
def rehearsed(folder: Path) -> Iterator[Year]:
    """The year rehearsed in a folder, or one that is there already (`CCHC_REHEARSED_YEAR`, while working on tests); the
    province that was rehearsed is the one in force meanwhile."""
    if known := os.environ.get("CCHC_REHEARSED_YEAR"):
        instance = Instance(Path(known))
        result = json.loads((instance.root / "ket-qua-dien-tap.json").read_text(encoding="utf-8"))
    else:
        instance = Instance(folder / "dien-tap")
        instance.root.mkdir(parents=True)
        instance.settings_file.write_text(rehearsed_settings(instance, 2026, ONE_IN), encoding="utf-8")
        prepare_instance(instance)  # the folders, as every set-up makes them
        result = replay(instance)
    entries = json.loads((instance.root / "su-that.json").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CCHC_CONFIG", str(instance.root / FOLDER))
        yield Year(instance, result, {(one["round"], one["unit"]): one for one in entries})


def words_of(path: Path) -> str:
    """All that a Word document says, in paragraphs and in tables."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def replay(instance: Instance, *more: str) -> dict[str, Any]:
    environment = os.environ | airflow_environment(instance) | {"AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "cchc_rehearsal.replay", "--year", "2026", "--seed", "1", *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=2400)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-2000:]
    return json.loads(last)


def known_by(moment: datetime) -> datetime:
    """The last reading of the inbox before `moment`: what arrived later is not known then."""
    days = Calendar.load().working_days
    day = moment.date()
    if moment < at(day, LAST_OFFICE_HOUR, 30) or not days.is_working(day):
        day = days.previous(day - timedelta(days=1))
    return at(day, LAST_OFFICE_HOUR, 30)


def good_arrival(entry: dict[str, Any]) -> datetime | None:
    """When the version that counts arrived; None for a silent unit."""
    good = [
        datetime.fromisoformat(one)
        for one, bad in zip(entry["arrivals"], entry["faulty"], strict=True)
        if not bad
    ]
    return good[-1] if good else None


def issued_at(year: Year, round_id: str) -> datetime:
    """When the round's figures were locked: from then on nobody is asked for them."""
    (row,) = year.rows(
        "SELECT min(recorded_at) AS moment FROM obligation_events"
        " WHERE kind = 'locked' AND obligation_id LIKE ?", f"{round_id}/%/bao_cao",
    )  # fmt: skip
    return datetime.fromisoformat(row["moment"])
