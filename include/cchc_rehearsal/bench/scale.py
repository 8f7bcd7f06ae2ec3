"""`./cchc bench quy-mo`: the dossiers of a country's provinces, one after the other, and whether it goes in a line.

A piece is a province: its export is made in a process of its own and not counted; then it is landed (read apart,
typed, kept without personal data, its refused rows set aside), frozen, and counted for each unit, as the Dag does it.
What comes out is held against what is true of the dossiers. All pieces go through one process, so that whatever it
failed to give back would pile up. What a piece took is written down at once: a run that was broken off goes on.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.indicators import format_number
from cchc.paths import Instance
from cchc.texts import t, table
from cchc_rehearsal.bench.made_exports import LAST, RECEIVED, units_of
from cchc_rehearsal.bench.metering import metered

PROVINCES = 34
ROUND = "2026-Q1"
FIGURES = ("T06.1", "T06.5")  # received in the window, resolved in it
STEPS = ("landing", "freezing", "figures")
AIM_SHARE, AIM_MEMORY = 15, 1024  # per cent off the mean; MB
MILLION = 1_000_000
WARM_UP = 2_000  # dossiers, enough for every unit to have some

Total = Annotated[int, typer.Option("--ho-so", help=t("rehearsal.bench_scale.total"), metavar="SO", min=1)]
Block = Annotated[int, typer.Option("--khoi", help=t("rehearsal.bench_scale.block"), metavar="SO", min=1)]
Provinces = Annotated[
    int, typer.Option("--tinh", help=t("rehearsal.bench_scale.provinces"), metavar="SO", min=1, max=99)
]
Folder = Annotated[
    Path | None, typer.Option("--thu-muc", help=t("rehearsal.bench_scale.folder"), metavar="THU_MUC")
]
Made = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A province's dossiers, the first of them numbered `start` in the country; pieces and blocks count from 0.

    `province`: as it stands in the codes of its dossiers.
    """

    number: int
    block: int
    province: str
    start: int
    rows: int


def pieces(total: int, block: int, provinces: int) -> list[Piece]:
    """The provinces, spread evenly over blocks of so many dossiers; of more blocks than provinces each is a piece."""
    sizes = [block] * (total // block) + ([total % block] if total % block else [])
    whole, more = divmod(provinces, len(sizes))
    found: list[Piece] = []
    start = 0
    for index, size in enumerate(sizes):
        count = max(1, whole + (index < more))
        for place in range(count):
            rows = size // count + (place < size % count)
            found.append(Piece(len(found), index, f"H{len(found) % provinces + 1:02d}", start, rows))
            start += rows
    return [piece for piece in found if piece.rows]


def bench_scale(
    total: Total = 100 * MILLION,
    block: Block = 10 * MILLION,
    provinces: Provinces = PROVINCES,
    folder: Folder = None,
) -> None:
    """Prints a line a block: processor seconds of each step, their ratio to the mean, the clock, the most memory."""
    console = Console()
    with TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        planned = pieces(total, block, provinces)
        kept = _Kept(place, {"total": total, "block": block, "provinces": provinces})
        try:
            if len(kept.made) < len(planned):
                # What is loaded once would be told of whoever comes first.
                first = _through(Piece(len(planned), 0, "H99", 0, WARM_UP), place)
                console.print(
                    t("rehearsal.bench_scale.started", cpu=f"{_own(first, 'cpu'):.1f}", rows=WARM_UP)
                )
            for piece in planned:
                if piece.number not in kept.made:
                    kept.put(piece, _through(piece, place))
                    told = _told(piece, len(planned), kept.made[piece.number])
                    console.print(told, soft_wrap=True)
        except KeyboardInterrupt:
            key = "broken_off" if folder else "broken_off_for_good"
            console.print(
                t(f"rehearsal.bench_scale.{key}", done=len(kept.made), count=len(planned)), soft_wrap=True
            )
        blocks = [list(of_block) for _, of_block in groupby(planned, key=lambda piece: piece.block)]
        whole = [block for block in blocks if all(piece.number in kept.made for piece in block)]
        if whole:
            _show(console, [[kept.made[piece.number] for piece in block] for block in whole])


class _Kept:
    """What the pieces took, a line of JSON each, below one that says what was asked for."""

    def __init__(self, folder: Path, asked: Mapping[str, int]) -> None:
        self._path = folder / "quy-mo.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        found = [json.loads(line) for line in lines] or [asked]
        if found[0] != asked:
            raise CchcError(t("rehearsal.bench_scale.another", file=self._path, **found[0]))
        self._lines = found
        self.made: dict[int, Made] = {one["number"]: one for one in found[1:]}

    def put(self, piece: Piece, made: Made) -> None:
        self.made[piece.number] = asdict(piece) | made
        self._lines.append(self.made[piece.number])
        write_atomic(self._path, "".join(json.dumps(one) + "\n" for one in self._lines))


def _through(piece: Piece, folder: Path) -> Made:
    """One piece from its export to its figures. What it leaves is the province's store; the files go."""
    from cchc.indicators import IndicatorRegister
    from cchc.sources import compute_values, freeze_snapshot, land_file, read_apart
    from cchc.store import Store, upgrade
    from cchc.units import UnitRegister
    from cchc.year import Calendar

    instance = Instance(folder / "tinh" / f"{piece.number:03d}")
    shutil.rmtree(instance.root, ignore_errors=True)  # of a run that was broken off
    export = instance.export_drop / "mot-cua.csv"
    export.parent.mkdir(parents=True)
    told = _make(piece, export)
    raw = export.stat().st_size
    # Its own store whatever the machine's is, hence not `instance.store_url`.
    store = upgrade(Store(f"sqlite:///{instance.root / 'so-cai.db'}"))
    units, round_, indicators = UnitRegister.load(), Calendar.load().round(ROUND), IndicatorRegister.load()
    with metered() as landing:
        landed = land_file(store, instance, export, units, RECEIVED, read_apart)
    with metered() as freezing:
        frozen = freeze_snapshot(store, instance, landed.source, LAST, RECEIVED)
    with metered() as figures:
        compute_values(store, instance, round_, units, indicators, RECEIVED)
    codes = {unit.name: unit.code for unit in units_of(units)}
    true = {codes[name]: counts for name, counts in told["truth"].items()}
    sound = sum(accepted for _, accepted, _ in true.values())
    _agree(piece, "rows", (landed.rows_read, landed.rows_accepted), (piece.rows, sound))
    _agree(piece, "snapshot", frozen and frozen.row_count, sound)
    _agree(piece, "units", _counted(store), {code: list(counts[1:]) for code, counts in true.items()})
    store.close()
    made = {"landing": landing, "freezing": freezing, "figures": figures}
    sizes = {name: _size(instance.data / "nguon", pattern) for name, pattern in _KEPT_FILES.items()}
    sizes |= {"raw": raw, "store": _size(instance.root, "so-cai.db*")}
    shutil.rmtree(instance.data)
    return {
        **{name: asdict(taken) for name, taken in made.items()},
        "making": told["making"], "floor": told["floor"], "bytes": sizes, "units": len(true),
        "accepted": landed.rows_accepted, "quarantined": landed.rows_quarantined,
        "resolved": sum(resolved for _, _, resolved in true.values()),
    }  # fmt: skip


_KEPT_FILES = {"landed": "*/nhan/*", "quarantine": "*/cach-ly/*", "snapshot": "*/chot/*"}


def _make(piece: Piece, path: Path) -> Made:
    words = [str(path), str(piece.rows), str(piece.start), piece.province]
    done = subprocess.run(
        [sys.executable, "-m", "cchc_rehearsal.bench.made_exports", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CchcError(t("rehearsal.bench_sources.failed", work=path.name, error=done.stderr[-2000:]))
    found: Made = json.loads(done.stdout)
    return found


def _counted(store: Any) -> dict[str, list[int]]:
    """The two figures of every unit, as the store has them."""
    from cchc.sources import system_values

    values = system_values(store, ROUND)
    return {
        code: [int(values[code, name].value or 0) for name in FIGURES]
        for code in sorted({unit for unit, _ in values})
    }


def _agree(piece: Piece, what: str, found: object, true: object) -> None:
    if found != true:
        raise CchcError(
            t(
                "rehearsal.bench_scale.wrong",
                province=piece.province,
                what=t(f"rehearsal.bench_scale.checked.{what}"),
                found=str(found)[:500],
                true=str(true)[:500],
            )
        )


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern))


def _told(piece: Piece, count: int, made: Made) -> str:
    return t(
        "rehearsal.bench_scale.piece",
        number=piece.number + 1,
        count=count,
        province=piece.province,
        rows=format_number(piece.rows),
        making=f"{made['making']['cpu']:.1f}",
        cpu=f"{_own(made, 'cpu'):.1f}",
        wall=f"{_own(made, 'wall'):.1f}",
    )


def _own(made: Made, what: str) -> float:
    """Seconds of the product's own steps."""
    return sum(float(made[step][what]) for step in STEPS)


@dataclass
class _Line:
    """A block added up: seconds by name, the most memory of a process and of all."""

    rows: int
    provinces: int
    cpu: Mapping[str, float]
    wall: float
    memory_one: float
    memory_all: float

    @property
    def own(self) -> float:
        """Processor seconds of the product's own work, a million dossiers."""
        return sum(self.cpu[step] for step in STEPS) * MILLION / self.rows


def _line(found: Sequence[Made]) -> _Line:
    steps = [one[step] for one in found for step in STEPS]
    return _Line(
        rows=sum(one["rows"] for one in found),
        provinces=len(found),
        cpu={name: sum(one[name]["cpu"] for one in found) for name in ("making", "floor", *STEPS)},
        wall=sum(step["wall"] for step in steps),
        memory_one=max(step["memory_one"] for step in steps),
        memory_all=max(step["memory_all"] for step in steps),
    )


def _show(console: Console, blocks: Sequence[Sequence[Made]]) -> None:
    """`blocks`: those that are done, with what each piece took."""
    lines, all_made = [_line(block) for block in blocks], [one for block in blocks for one in block]
    rows = sum(line.rows for line in lines)
    mean = sum(line.own * line.rows for line in lines) / rows
    grid = Table(
        *table("rehearsal.bench_scale.columns").values(),
        title=t("rehearsal.bench_scale.title", rows=format_number(rows), provinces=len(all_made)),
    )
    for number, line in enumerate(lines, start=1):
        grid.add_row(
            f"{number}. {format_number(line.rows)} ({line.provinces})",
            *(f"{line.cpu[name]:.1f}" for name in ("making", "floor", *STEPS)),
            f"{line.own * line.rows / MILLION:.1f}",
            f"{line.own / mean:.3f}",
            f"{sum(line.cpu[step] for step in STEPS) / line.cpu['floor']:.2f}",
            f"{line.wall:.1f}",
            format_number(line.memory_one, 0),
            format_number(line.memory_all, 0),
        )
    console.print(grid)
    furthest = 100 * max(abs(line.own / mean - 1) for line in lines)
    memory = max(line.memory_one for line in lines), max(line.memory_all for line in lines)
    sizes = {
        name: format_number(sum(one["bytes"][name] for one in all_made) / rows, 1)
        for name in all_made[0]["bytes"]
    }
    sums = {name: format_number(sum(one[name] for one in all_made)) for name in ("accepted", "quarantined")}
    told: dict[str, dict[str, Any]] = {
        "checked_all": sums | {"units": format_number(sum(one["units"] for one in all_made))},
        "bytes": sizes,
        "line": {
            "off": format_number(furthest, 1), "aim": AIM_SHARE, "mean": format_number(mean, 2),
            "word": t(f"rehearsal.bench_scale.words.{'yes' if furthest <= AIM_SHARE else 'no'}"),
        },
        "memory": {
            "one": format_number(memory[0], 0), "all": format_number(memory[1], 0), "aim": AIM_MEMORY,
            "word": t(f"rehearsal.bench_scale.words.{'yes' if memory[0] < AIM_MEMORY else 'no'}"),
        },
    }  # fmt: skip
    for key, values in told.items():
        console.print(t(f"rehearsal.bench_scale.{key}", **values), soft_wrap=True)
