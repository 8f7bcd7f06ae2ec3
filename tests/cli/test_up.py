"""Starting and stopping, without Airflow: the programs are stand-ins."""

from __future__ import annotations

import importlib
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.support.forked_stand_ins import Copies

from cchc.errors import CchcError, RuleRefused
from cchc.paths import Instance

# The package's attribute `up` is the command; the module behind it is found by its full name.
module = importlib.import_module("cchc.cli.up")


@pytest.fixture
def busy() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def here(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "he-thong")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """stand_in(program): what is started is a copy of this process that calls `program` with its full name."""

    def take(program: Callable[[str], None]) -> None:
        monkeypatch.setattr(module, "COPIES", Copies())
        monkeypatch.setattr(module, "resolve_name", lambda name: partial(program, name))

    return take


def test_a_port_that_was_asked_for_must_be_free(busy: int) -> None:
    with pytest.raises(CchcError, match=str(busy)):
        module.choose_port(busy)


def test_another_port_is_taken_when_the_usual_one_is_busy(busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "USUAL_PORT", busy)
    chosen = module.choose_port(None)
    assert chosen != busy
    assert module.choose_port(chosen) == chosen


def test_a_new_installation_sends_no_mail_and_settings_are_kept(here: Instance) -> None:
    module.prepare_instance(here)
    assert here.settings.mail_mode == "dry_run"
    assert here.inbox.is_dir()
    assert here.export_drop.is_dir()
    here.settings_file.write_text("mail_mode: live\n", encoding="utf-8")
    module.prepare_instance(here)
    assert here.settings.mail_mode == "live"


def test_a_second_start_of_the_same_installation_is_refused(here: Instance) -> None:
    with module._only_one(here), pytest.raises(CchcError, match="đang chạy rồi"):
        module.serve(here)
    with module._only_one(here):
        pass


def test_a_database_that_cannot_be_prepared_names_the_log(
    here: Instance, stand_in: Callable[[Callable[[str], None]], None]
) -> None:
    def broken(_name: str) -> None:
        print("broken", file=sys.__stderr__, flush=True)
        raise SystemExit(3)

    stand_in(broken)
    with pytest.raises(CchcError, match=r"db-migrate\.log"):
        module.serve(here)
    assert "broken" in (here.root / "nhat-ky" / "db-migrate.log").read_text(encoding="utf-8")


def test_a_component_that_ends_by_itself_stops_the_others(
    here: Instance, tmp_path: Path, stand_in: Callable[[Callable[[str], None]], None]
) -> None:
    def program(name: str) -> None:
        if name == module.SET_UP:
            return
        assert sys.argv[0] == "airflow"
        if sys.argv[1] == "triggerer":
            raise SystemExit(7)
        with (tmp_path / "pids").open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(60)

    stand_in(program)
    with pytest.raises(CchcError, match=r"triggerer.*mã 7.*triggerer\.log"):
        module.serve(here)
    pids = [int(line) for line in (tmp_path / "pids").read_text(encoding="utf-8").split()]
    assert 1 <= len(pids) <= 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids), "a process was left behind"


def test_services_that_run_in_containers_are_not_started_beside_them(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(here.root))
    monkeypatch.setenv("CCHC_PRODUCTION", "1")
    with pytest.raises(RuleRefused, match="docker compose up"):
        module.up()
    assert not here.root.exists()
