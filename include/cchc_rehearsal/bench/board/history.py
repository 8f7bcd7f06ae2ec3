"""Years of history out of one rehearsed year: its rows once more for each year before, with ids and days moved.

What a page shows of a year is what that year's Dags really left behind, so every kind of page has its content. Files
are named by what is in them and stay where they are: years before have the same ones.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, insert, select

from cchc.clock import from_text
from cchc.config_files import SHIPPED
from cchc.files import sha256_bytes, write_atomic
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store, copy_database, upgrade
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put
from cchc.texts import t
from cchc.year import RoundKind

YEARS = 5
SET_ASIDE = 20  # things a year
_BATCH = 5_000
# How the rows came, what an installation has once, and counters: not a year's own.
ONCE = frozenset({
    "alembic_version", "chain", "chain_head", "homes", "mail_modes", "mail_stops", "mail_turns", "past_imports",
    "past_figures", "folder_sightings", "sent_before_restore",
})  # fmt: skip
_BOOKKEEPING = frozenset({"alembic_version", "chain", "chain_head"})
# Where files lie, and the sets of criteria as they were pinned, word for word.
_AS_IT_IS = frozenset({
    "file_sha256", "sha256", "stored_path", "parquet_path", "quarantine_path", "path", "content", "set_version",
    "version", "list", "inputs_sha256",
})  # fmt: skip
_YEAR = re.compile(r"(?<![0-9a-f])(?<!so-)(?<!xa-)20(?=2[3-9](?![0-9a-f@]))(\d\d)")
_CASE = re.compile(r"\bKT(2\d)(?=-)")  # of an inspection: KT26-C03
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f](?=[0-9a-f]{11,63}(?![0-9a-f]))")
_HASTE = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "foreign_keys = OFF",
    "cache_size = -600000",
    "locking_mode = EXCLUSIVE",
)
_PARENTS = {"obligation_id": "obligations", "submission_id": "submissions"}


def moved(text: str, years: int) -> str:
    """A text of a row, so many years before: years, and digests that are names of rows, so that none is there twice."""
    if not years:
        return text
    text = _YEAR.sub(lambda found: f"20{int(found[1]) - years:02d}", text)
    text = _CASE.sub(lambda found: f"KT{int(found[1]) - years}", text)
    return _other_digests(text, years)


def twin_of(row: Mapping[str, Any], unit: str, twin: str) -> dict[str, Any] | None:
    """A row about a unit once more about another one, under digests of its own; None of a row about something else."""
    named = re.compile(rf"(?<![\w-]){re.escape(unit)}(?!\w)")
    found = {name: named.sub(twin, value) if isinstance(value, str) else value for name, value in row.items()}
    if found == row:
        return None
    return {
        name: _other_digests(value, 7) if isinstance(value, str) else value for name, value in found.items()
    }


def _other_digests(text: str, by: int) -> str:
    return _DIGEST.sub(lambda found: f"{(int(found[0], 16) + by) % 16:x}", text)


def copy_years(source: Path, target: Store, left_out: frozenset[str], years: int = YEARS) -> None:
    """Fill an empty store from that of a rehearsed year, of all units but those left out."""
    tables, engine = MetaData(), create_engine(f"sqlite:///{source}")
    tables.reflect(engine)
    with engine.connect() as reading, target.engine.connect() as writing:
        if target.is_sqlite:  # what is written can be written again: nothing is kept safe, and much in memory
            for pragma in _HASTE:
                writing.exec_driver_sql(f"PRAGMA {pragma}")
        gone: dict[str, set[Any]] = {name: set() for name in _PARENTS}
        for one in tables.sorted_tables:
            if one.name in _BOOKKEEPING:
                continue
            rows = [dict(row) for row in reading.execute(select(one)).mappings()]
            kept = list(_of_units(one, rows, left_out, gone))
            moments = range(1 if one.name in ONCE else years)
            copies = (
                _back(row, back)
                for back in moments
                for row in kept
                if back or not _is_of_the_last_decision(one, row)
            )
            _put(writing, one, _new(one, copies))
            writing.commit()
    engine.dispose()


def _is_of_the_last_decision(table: Table, row: Mapping[str, Any]) -> bool:
    """The draft of the year's report waits for its approver still: its page is one of the heavy ones."""
    if not str(row.get("round_id")).endswith(f"-{RoundKind.YEAR}"):
        return False
    if table.name == "round_events":
        return row["kind"] in ("approved", "issued", "signed")
    return table.name == "documents" and row["number"] is not None


def _of_units(
    table: Table, rows: Iterable[dict[str, Any]], left_out: frozenset[str], gone: Mapping[str, set[Any]]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        of_others = row.get("unit_code") in left_out or any(
            row.get(name) in ids for name, ids in gone.items()
        )
        if not of_others:
            yield row
            continue
        for name, parent in _PARENTS.items():
            if table.name == parent:
                gone[name].add(row[name])


def _new(table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A rehearsed year ends in March of the next one: of two first months each day's mails are there once."""
    keys, known = [column.name for column in table.primary_key], set[tuple[Any, ...]]()
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in known:
            known.add(key)
            yield row


def _back(row: Mapping[str, Any], years: int) -> dict[str, Any]:
    return {
        name: moved(value, years)
        if isinstance(value, str) and name not in _AS_IT_IS
        else value - years
        if name == "year"
        else value
        for name, value in row.items()
    }


def _put(connection: Any, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    for batch in iter(partial(lambda: list(islice(rows, _BATCH))), []):
        connection.execute(insert(table), batch)


def old_units(folder: Path, left_out: frozenset[str]) -> None:
    """The year's data for these years: today's units were there in all of them, but those left out never."""
    path = folder / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    now = [row for row in rows if not row["valid_to"] and row["code"] not in left_out]
    for row in now:
        row["valid_from"], row["predecessors"] = "2016-01-01", ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(now)
    write_atomic(path, out.getvalue())


def spare_units(folder: Path, keep: int) -> frozenset[str]:
    """Which units to leave out so that about `keep` of them remain: no unit that another file of the year names."""
    named = "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "units.csv"
    )
    with (folder / "units.csv").open(encoding="utf-8", newline="") as handle:
        present = [
            row["code"]
            for row in csv.DictReader(handle)
            if not row["valid_to"] and row["tier"] in ("so", "xa")
        ]
    spare = [code for code in present if code not in named]
    gone = max(0, len(present) - keep)
    return frozenset(spare[len(spare) - gone :])  # the first ones stay: pages are measured at them


def build(
    rehearsed: Instance, folder: Path, keep: int | None = None, store_url: str | None = None
) -> Instance:
    """An installation with the rehearsed year and those before it, in `folder`; keep: how many units, or all."""
    instance = Instance(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = Path(shutil.copytree(SHIPPED, folder / "cau-hinh"))
    left_out = spare_units(config, keep) if keep else frozenset[str]()
    old_units(config, left_out)
    calendar = config / "calendar.yaml"
    text = (
        calendar.read_text(encoding="utf-8")
        .replace("2025-06-30", "2015-12-31")
        .replace("2025-07-01", "2016-01-01")
    )
    calendar.write_text(text, encoding="utf-8")
    settings = f'mail_mode: live\nrehearsal: true\nconfig_folder: "{config}"\n'
    instance.settings_file.write_text(settings, encoding="utf-8")
    for name in ("du-lieu", "hop-nhan"):
        if not (folder / name).exists() and (rehearsed.root / name).exists():
            shutil.copytree(rehearsed.root / name, folder / name, copy_function=_linked)
    store = upgrade(Store(store_url or f"sqlite:///{folder / 'so-cai.db'}"))
    with TemporaryDirectory() as beside:  # the rehearsed year may be of another version, and stays as it is
        own = copy_database(f"sqlite:///{rehearsed.root / 'so-cai.db'}", Path(beside) / "so-cai.db")
        upgrade(Store(f"sqlite:///{own}")).close()
        copy_years(own, store, left_out)
    _put_aside(store, instance)
    store.close()
    return instance


def _put_aside(store: Store, instance: Instance) -> None:
    """What no program could use, some in each year; the rehearsed province sends nothing of the kind."""
    (last,) = store.query("board.last_recorded")
    newest = from_text(last["recorded_at"])
    for back in range(YEARS):
        for number in range(SET_ASIDE):
            came = newest - timedelta(days=366 * back + number, hours=number)
            path = instance.inbox / f"khong-doc-duoc-{back}-{number}.txt"
            path.write_text(t("rehearsal.bench_board.letter", number=number), encoding="utf-8")
            one = SetAside(
                Channel.FOLDER, path.name, path.name, str(path.parent), came, t("rehearsal.bench_board.set_aside"),
                file_sha256=sha256_bytes(path.name.encode()),
            )  # fmt: skip
            put(Run(store, instance, came), [one])


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
