"""An export that breaks its reader concerns itself alone: it is kept and told, the others land in the same run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.isolation import readers
from tests.sources.samples import export
from tests.support.dossiers import dossier

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import REVIEW, reading
from cchc.stages import collecting
from cchc.store import Store
from cchc.submissions.set_aside import ask_again, dismiss, waiting

RECEIVED = at(date(2026, 3, 14), 18)
LIMITS = ReadingLimits(seconds=3, memory=256 << 20)
BROKEN: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str]] = {
    "killed": (readers.die, (signal.SIGSEGV,), "bị ngắt giữa chừng"),
    "left": (readers.leave, (), "bị ngắt giữa chừng"),
    "too slow": (readers.sleep, (60,), "Đọc quá lâu"),
    "too much memory": (readers.fill_memory, (), "quá nhiều bộ nhớ"),
    "unforeseen exception": (readers.stumble, ("x",), "lỗi chưa lường trước"),
    "nested too deep": (readers.sink, (0,), "lỗi chưa lường trước"),
}


@pytest.fixture
def stage(store: Store, instance: Instance) -> Run:
    instance.export_drop.mkdir(parents=True)
    return Run(store, instance, RECEIVED)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """From now on the reading of `b.csv` ends in that way; None: it is read as usual."""

    def use(way: str | None) -> None:
        def read(units: Any, received_on: date, path: Path, folder: Path) -> Any:
            if path.name != "b.csv" or way is None:
                return reading.read_apart(units, received_on, path, folder)
            function, arguments, _ = BROKEN[way]
            with Session(LIMITS, str) as session:
                (folder / reading.ROWS).write_bytes(b"half")
                return session.ask(function, *arguments)

        monkeypatch.setattr(collecting, "read_apart", read)

    return use


def drop(run: Run, name: str) -> Path:
    path = run.instance.export_drop / name
    path.write_bytes(export([dossier(f"H01-{name[0].upper()}1", "10/02/2026")]))
    return path


def land(run: Run) -> list[str]:
    """Names of what has landed after a run over everything that waits."""
    collecting.land(run, collecting.pending(run))
    return [
        row["file_name"] for row in run.store.query("sources.landings_known", source="one_stop", at="9999")
    ]


def mails(run: Run) -> list[str]:
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT mail_key, plain FROM mails").all()
    return [plain for key, plain in rows if "/can-xem-lai/trich-xuat/" in key]


@pytest.mark.parametrize("way", BROKEN)
def test_an_export_that_breaks_its_reader_is_set_aside_and_the_next_is_read(
    stage: Run, breaking: Callable[[str | None], None], way: str
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        drop(stage, name)
    content = (stage.instance.export_drop / "b.csv").read_bytes()
    breaking(way)
    assert land(stage) == ["a.csv", "c.csv"]
    (aside,) = waiting(stage.store)
    assert BROKEN[way][2] in aside.reason
    kept = stage.instance.root / aside.held_in
    assert (kept.parent.name, kept.name, kept.read_bytes()) == (REVIEW, "b.csv", content)
    assert "Nguyễn" not in aside.reason + aside.fault
    # Nothing half-written, and no second reading of what waits for a person.
    assert len([path for path in stage.instance.data.rglob("*") if path.is_file()]) == 2
    assert collecting.pending(stage) == []
    (mail,) = mails(stage)
    assert "b.csv" in mail


def test_a_person_has_it_read_again_and_then_it_waits_no_longer(
    stage: Run, breaking: Callable[[str | None], None]
) -> None:
    drop(stage, "b.csv")
    breaking("unforeseen exception")
    assert land(stage) == []
    (aside,) = waiting(stage.store)
    ask_again(stage, aside.item_id, "Chương trình đã sửa")
    later = replace(stage, as_of=RECEIVED + timedelta(hours=1))
    breaking("killed")  # in vain: the same thing waits on, with its new reason
    assert land(later) == []
    (again,) = waiting(stage.store)
    assert (again.item_id, again.wanted) == (aside.item_id, False)
    ask_again(stage, aside.item_id, "Chương trình đã sửa lần nữa")
    breaking(None)
    assert land(replace(stage, as_of=RECEIVED + timedelta(hours=2))) == ["b.csv"]
    assert waiting(stage.store) == []
    assert [path for path in stage.instance.export_drop.rglob("*") if path.is_file()] == []


def test_nothing_is_frozen_while_an_export_waits_for_a_person(
    stage: Run, breaking: Callable[[str | None], None]
) -> None:
    drop(stage, "a.csv")
    drop(stage, "b.csv")
    breaking("killed")
    assert land(stage) == ["a.csv"]
    with pytest.raises(RuleRefused, match=r"“Cần xem lại”: b\.csv"):
        collecting.freeze(stage)
    (aside,) = waiting(stage.store)
    dismiss(stage, aside.item_id, "Tệp trùng với a.csv")
    assert collecting.freeze(stage) == "2026-Q1"


def test_a_real_limit_of_memory_ends_the_one_file_that_needs_it(
    stage: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        drop(stage, name)
    # A few rows may fit into what the process has already.
    many = [dossier(f"H01-{number}", "10/02/2026") for number in range(40_000)]
    (stage.instance.export_drop / "b.csv").write_bytes(export(many))

    def read(units: Any, received_on: date, path: Path, folder: Path) -> Any:
        with monkeypatch.context() as limits:
            if path.name == "b.csv":
                limits.setattr(reading, "_MEMORY", 0)
            return reading.read_apart(units, received_on, path, folder)

    monkeypatch.setattr(collecting, "read_apart", read)
    assert land(stage) == ["a.csv", "c.csv"]
    assert [one.name for one in waiting(stage.store)] == ["b.csv"]


def test_a_name_that_is_not_utf_8_or_too_long_stops_nobody(stage: Run) -> None:
    drop(stage, "a.csv")
    content = export([dossier("H01-Z1", "10/02/2026")])
    (stage.instance.export_drop / b"s\xf4-lieu.csv".decode("utf-8", "surrogateescape")).write_bytes(content)
    (stage.instance.export_drop / f"{'d' * 251}.csv").write_bytes(export([dossier("H01-D1", "10/02/2026")]))
    assert len(land(stage)) == 3


def test_an_export_that_is_still_being_written_waits_and_lands_whole(stage: Run) -> None:
    drop(stage, "a.csv")
    content = export([dossier(f"H01-{number}", "10/02/2026") for number in range(20)])
    with (stage.instance.export_drop / "b.csv").open("wb") as copying:
        copying.write(content[: len(content) // 2])
        copying.flush()
        assert land(stage) == ["a.csv"]
        with pytest.raises(RuleRefused, match=r"đang được ghi: b\.csv"):
            collecting.freeze(stage)
        copying.write(content[len(content) // 2 :])
    assert land(stage) == ["a.csv", "b.csv"]
    rows = stage.store.query("sources.landings_known", source="one_stop", at="9999")
    assert [row["rows_accepted"] for row in rows] == [1, 20]
    assert collecting.freeze(stage) == "2026-Q1"


def test_on_a_share_that_cannot_say_who_writes_an_export_has_to_lie_still(
    stage: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(stage, "a.csv")
    monkeypatch.setattr(collecting, "is_held", lambda path: None)
    assert land(stage) == [], "changed a moment ago"
    monkeypatch.setattr(collecting, "QUIET_SECONDS", 0)
    assert land(stage) == ["a.csv"]


@pytest.mark.parametrize("written", [at(date(2016, 1, 1)), at(date(2027, 3, 14))])
def test_an_export_arrives_when_it_is_landed_whatever_its_own_time(stage: Run, written: datetime) -> None:
    path = drop(stage, "a.csv")
    os.utime(path, (written.timestamp(),) * 2)
    assert land(stage) == ["a.csv"]
    (row,) = stage.store.query("sources.landings_known", source="one_stop", at="9999")
    assert row["received_at"] == "2026-03-14T18:00:00+07:00"
