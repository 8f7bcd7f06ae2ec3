"""`./cchc demo`: a whole reporting year of a synthetic province through the real Dags, then the interface."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from cchc.airflow_env import airflow_environment
from cchc.cli.up import serve, serving
from cchc.clock import at
from cchc.config_files import shown
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.installing.writing import prepare_instance
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store, fingerprint, upgrade
from cchc.texts import t, table
from cchc.year import Calendar
from cchc_rehearsal.merging import rehearsed_settings
from cchc_rehearsal.summary import places, round_lines

console = Console(highlight=False)


def demo(
    serve_after: Annotated[
        bool, typer.Option("--serve/--no-serve", help=t("rehearsal.demo_no_serve"))
    ] = True,
    real: Annotated[bool, typer.Option("--real", help=t("rehearsal.demo_real"))] = False,
    quick: Annotated[bool, typer.Option("--nhanh", help=t("rehearsal.demo_quick"))] = False,
    year: Annotated[int, typer.Option("--nam", help=t("cli.demo_year"), min=2026, max=2040)] = 2026,
    seed: Annotated[int, typer.Option("--hat-giong", help=t("rehearsal.demo_seed"), min=1)] = 1,
    fresh: Annotated[bool, typer.Option("--moi", help=t("rehearsal.demo_fresh"))] = False,
    port: Annotated[
        int | None, typer.Option("--cong", help=t("cli.serving.port_option"), min=1024, max=65535)
    ] = None,
) -> None:
    """Open the interface, rehearse, summarise, go on serving. A second rehearsal of the same year and seed changes
    nothing."""
    if real and quick:
        raise CchcError(t("rehearsal.demo_quick_or_real"))
    name = "thuc-te" if real else "demo" if (year, seed) == (2026, 1) else f"demo-{year}-{seed}"
    instance = Instance(PROJECT_ROOT / "var" / (f"{name}-nhanh" if quick else name))
    os.environ["CCHC_HOME"] = str(
        instance.root
    )  # the sample's year, whatever the installation of daily use has
    if fresh and instance.root.exists():
        shutil.rmtree(instance.root)
    settings = "mail_mode: live\nrehearsal: true\n" if real else rehearsed_settings(instance, year, one_in=1)
    write_atomic(instance.settings_file, settings)
    prepare_instance(instance)
    if real:
        from cchc_rehearsal.command_real import rehearse_real

        rehearse_real(instance, console)
        if serve_after:
            serve(instance, port, paused=True)
        return
    days = quarter_days(year) if quick else whole_year()
    if not serve_after:
        rehearse(instance, year, seed, days)
        return
    with serving(instance, port, paused=True) as server:
        # Only what shows: the scheduler would run the year's Dags a second time, beside the rehearsal.
        server.start("api-server")
        server.wait_until_ready(("metadatabase",))
        console.print(server.how_to_sign_in("rehearsal.demo_watch"), soft_wrap=True)
        rehearse(instance, year, seed, days)
        server.start()
        server.wait_until_ready()
        console.print(t("rehearsal.demo_serving", url=server.url), soft_wrap=True)
        server.watch()


@dataclass(frozen=True)
class Days:
    """The days that are rehearsed, both included."""

    first: date
    last: date


def whole_year() -> Days:
    return Days(date.min, date.max)


def quarter_days(year: int) -> Days:
    """From the opening of the first quarter's round to the day behind its closing."""
    one = Calendar.load().round(f"{year}-Q1")
    return Days(one.opens_at.date(), one.closes_at.date() + timedelta(days=1))


def rehearse(instance: Instance, year: int, seed: int, days: Days) -> None:
    """Replay the days in a process of its own, with a bar a month, and print what came of it."""
    store = upgrade(Store(instance.store_url))
    before = fingerprint(store) if store.one("mail.any") else None
    mails = len(list(instance.mail_sink.glob("*.eml")))
    start = "rehearsal.demo_start" if days == whole_year() else "rehearsal.demo_start_quick"
    console.print(t(start, year=year, root=shown(instance.root)))
    result = _replay(instance, year, seed, days)
    _print_rounds(store, year)
    console.print(t("rehearsal.demo_places"))
    names = table("rehearsal.places")
    for key, path in places(instance, year).items():
        if path.exists():
            console.print(f"  {names[key]}: {shown(path)}", soft_wrap=True)
    if before is not None:
        new_mails = len(list(instance.mail_sink.glob("*.eml"))) - mails
        same = before == fingerprint(store)
        console.print(
            t(
                "rehearsal.demo_unchanged" if same and not new_mails else "rehearsal.demo_changed",
                mails=new_mails,
            )
        )
    console.print(
        t("rehearsal.demo_done", runs=sum(result["runs"].values()), seconds=round(result["seconds"]))
    )
    store.close()


def _replay(instance: Instance, year: int, seed: int, days: Days) -> dict[str, Any]:
    environment = os.environ | airflow_environment(instance) | {"AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "cchc_rehearsal.replay", "--year", str(year), "--seed", str(seed)]
    command += ["--since", str(days.first), "--until", str(days.last)]
    result: dict[str, Any] | None = None
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process,
        Progress(*columns, console=console, disable=not console.is_terminal) as progress,
    ):
        assert process.stdout is not None
        bars: dict[str, Any] = {}
        for line in process.stdout:
            news = json.loads(line)
            if news.get("finished"):
                result = news
            elif "months" in news:
                for month, total in news["months"].items():
                    bars[month] = progress.add_task(t("rehearsal.demo_month", month=month), total=total)
            else:
                bar = bars[news["month"]]
                progress.advance(bar)
                # A log has no bars: it is told each month that is over.
                if not console.is_terminal and next(one for one in progress.tasks if one.id == bar).finished:
                    console.print(t("rehearsal.demo_month_over", month=news["month"]))
    log = shown(instance.root / "nhat-ky" / "replay.log")
    if result is None:
        raise CchcError(t("rehearsal.demo_broken", log=log))
    if result["failed"]:
        failed = "\n".join(f"  - {run}" for run in result["failed"][:10])
        raise CchcError(t("rehearsal.demo_failed", count=len(result["failed"]), list=failed, log=log))
    return result


def _print_rounds(store: Store, year: int) -> None:
    """Two tables: how each round went, and the mails of each rung."""
    lines = round_lines(store, year, _end(year))
    heads, rungs = table("rehearsal.round_columns"), table("rehearsal.rungs")
    first, *others = heads.values()
    standing = Table(_id_column(first), *others, title=t("rehearsal.rounds_title", year=year))
    mails = Table(_id_column(first), *rungs.values(), title=t("rehearsal.mails_title"), padding=(0, 0))
    for line in lines:
        one = line.summary
        numbers = (one.obliged, one.on_time, one.late, one.missing, one.rejected, one.nothing_to_report)
        standing.add_row(line.round_id, line.title, *map(str, numbers))
        mails.add_row(line.round_id, *(str(line.mails.get(rung, 0)) for rung in rungs))
    console.print(standing)
    console.print(mails)


def _id_column(head: str) -> Column:
    """Wide enough for `2026-NAM` on a narrow screen, too: the other columns give way."""
    return Column(head, min_width=8, no_wrap=True)


def _end(year: int) -> datetime:
    """When the year's last round is over: its scores are settled in the next year."""
    return max(at(date(year, 12, 31), 23), *(one.closes_at for one in Calendar.load().rounds(year)))
