"""What runs beside a rehearsal, and which days it is about; Airflow's programs are stand-ins."""

from __future__ import annotations

import importlib
import io
import json
import time
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from tests.support.forked_stand_ins import Copies

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.texts import t
from cchc_rehearsal import command

up = importlib.import_module("cchc.cli.up")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """`run(**options)` carries `./cchc demo` out in a folder of its own and tells which components ran while the year
    was rehearsed (`beside`), which later (`after`), and which days were asked for."""
    monkeypatch.setattr(up, "COPIES", Copies())
    monkeypatch.setattr(up, "resolve_name", lambda _: partial(time.sleep, 60))
    monkeypatch.setattr(up, "healthy", lambda *_: True)
    monkeypatch.setattr(command, "PROJECT_ROOT", tmp_path)
    monkeypatch.setenv("CCHC_HOME", "")
    seen = SimpleNamespace(servers=[], beside=None, after=None, days=None, homes=[])
    serving = up.serving

    def served(*arguments: Any, **options: Any) -> Any:
        context = serving(*arguments, **options)
        seen.servers.append(context)
        return context

    def prepared(server: Any) -> None:
        server.logs.mkdir(parents=True)
        seen.server = server

    def rehearsed(instance: Any, _year: int, _seed: int, days: Any) -> None:
        seen.homes.append(instance.root.name)
        seen.days = days
        seen.beside = set(seen.server._running) if seen.servers else set()

    def watched(server: Any) -> None:
        seen.after = set(server._running)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "serving", served)
    monkeypatch.setattr(command, "rehearse", rehearsed)
    monkeypatch.setattr(up.Server, "prepare", prepared)
    monkeypatch.setattr(up.Server, "watch", watched)

    def run(**options: Any) -> SimpleNamespace:
        asked = {"serve_after": True, "real": False, "quick": False, "year": 2026, "seed": 1, "fresh": False}
        command.demo(**(asked | {"port": None} | options))
        return seen

    return SimpleNamespace(run=run)


def test_the_interface_is_open_while_the_year_is_rehearsed_and_no_scheduler_beside_it(
    demo: SimpleNamespace,
) -> None:
    seen = demo.run()
    assert seen.beside == {"api-server"}
    assert seen.after == set(up.COMPONENTS)


def test_nothing_is_served_where_only_the_rehearsal_is_wanted(demo: SimpleNamespace) -> None:
    seen = demo.run(serve_after=False)
    assert not seen.servers
    assert seen.days == command.whole_year()


def test_the_quick_rehearsal_is_about_one_round_and_leaves_the_whole_year_alone(
    demo: SimpleNamespace,
) -> None:
    seen = demo.run(quick=True, serve_after=False)
    assert (seen.days.first, seen.days.last) == (date(2026, 3, 2), date(2026, 3, 20))
    demo.run(serve_after=False)
    assert seen.homes == ["demo-nhanh", "demo"]


def test_a_quick_rehearsal_of_real_reports_is_refused_in_words(demo: SimpleNamespace) -> None:
    with pytest.raises(CchcError, match="--nhanh"):
        demo.run(quick=True, real=True)


def test_a_log_is_told_each_month_that_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no terminal shows bars, minutes without a word look like a program that hangs."""
    news = [{"months": {"1/2026": 2, "2/2026": 1}}, {"month": "1/2026"}, {"month": "1/2026"}]
    news.append({"finished": True, "failed": []})
    program = tmp_path / "python"
    program.write_text(
        "#!/bin/sh\n" + "".join(f"echo '{json.dumps(one)}'\n" for one in news), encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setattr(command, "sys", SimpleNamespace(executable=str(program)))
    monkeypatch.setattr(command, "airflow_environment", lambda _: {})
    monkeypatch.setattr(command, "console", Console(file=io.StringIO()))
    command._replay(Instance(tmp_path), 2026, 1, command.whole_year())
    assert command.console.file.getvalue().splitlines() == [t("rehearsal.demo_month_over", month="1/2026")]
