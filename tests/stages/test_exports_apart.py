"""An export that breaks its reader concerns itself alone: it stays and is told, the others land in the same run."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.isolation import readers
from tests.sources.samples import export
from tests.support.dossiers import dossier

from cchc.clock import at
from cchc.errors import CchcError
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import reading
from cchc.stages import collecting
from cchc.store import Store

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


def landed(run: Run) -> list[str]:
    return [
        row["file_name"] for row in run.store.query("sources.landings_known", source="one_stop", at="9999")
    ]


def land_with_one_failure(run: Run) -> str:
    """What the run over everything that waits says of the one export that failed."""
    with pytest.raises(CchcError) as told:
        collecting.land(run, collecting.pending(run))
    (line,) = [line for line in str(told.value).splitlines() if line.startswith("- ")]
    return line


@pytest.mark.parametrize("way", BROKEN)
def test_an_export_that_breaks_its_reader_is_named_and_the_next_is_read(
    stage: Run, breaking: Callable[[str | None], None], way: str
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        drop(stage, name)
    content = (stage.instance.export_drop / "b.csv").read_bytes()
    breaking(way)
    line = land_with_one_failure(stage)
    assert line.startswith("- b.csv: ")
    assert BROKEN[way][2] in line
    assert "Nguyễn" not in line
    assert landed(stage) == ["a.csv", "c.csv"]
    # Nothing half-written, nothing recorded, and the file is there for the next run.
    assert len([path for path in stage.instance.data.rglob("*") if path.is_file()]) == 2
    assert stage.store.query("sources.refusals", at="9999") == []
    assert (stage.instance.export_drop / "b.csv").read_bytes() == content
    breaking(None)
    assert collecting.land(stage, collecting.pending(stage)) == 1


def test_a_real_limit_of_memory_ends_the_one_file_that_needs_it(
    stage: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        drop(stage, name)

    def read(units: Any, received_on: date, path: Path, folder: Path) -> Any:
        with monkeypatch.context() as limits:
            if path.name == "b.csv":
                limits.setattr(reading, "_MEMORY", 0)
            return reading.read_apart(units, received_on, path, folder)

    monkeypatch.setattr(collecting, "read_apart", read)
    assert land_with_one_failure(stage).startswith("- b.csv: ")
    assert landed(stage) == ["a.csv", "c.csv"]


def test_a_name_that_is_not_utf_8_or_too_long_stops_nobody(stage: Run) -> None:
    drop(stage, "a.csv")
    content = export([dossier("H01-Z1", "10/02/2026")])
    (stage.instance.export_drop / b"s\xf4-lieu.csv".decode("utf-8", "surrogateescape")).write_bytes(content)
    (stage.instance.export_drop / f"{'d' * 251}.csv").write_bytes(export([dossier("H01-D1", "10/02/2026")]))
    assert collecting.land(stage, collecting.pending(stage)) == 3
