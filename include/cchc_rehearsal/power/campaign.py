"""Cut the power during and right after each step, many times, and look what is left on the disk.

What must hold: after the machine is up again no file that was there, or that the store names, is gone, empty or
changed; what a unit or another software sent lies where it lay or is taken in; a step that had ended has had
its effect. The step then runs again, and the store holds what it holds after a run without any cut: nothing missing,
nothing twice.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cchc.audit import audit
from cchc.files import TEMPORARY, clear_leftovers, sha256_file
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.store.copies import dump
from cchc_rehearsal.power.disk import LoopDisk
from cchc_rehearsal.power.recorded import RecordedDisk
from cchc_rehearsal.power.steps import AUDITED, STEPS, prepare

_TOUCHING = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
_DELAY = 0.02  # seconds, at most, from a touch of the disk to the cut
_LONG = 180.0  # seconds that a step may take
_DONE = -1


@dataclass(frozen=True)
class PowerCut:
    """One cut. `touch`: after so many operations on files; None: right after the end of the step.

    stops: the step waits at that touch, else it runs on into the cut. is_durable False: the program syncs nothing, as
    it once did; then files must be lost, or the cuts cut nothing.
    """

    number: int
    step: str
    touch: int | None
    delay: float
    others_sync: bool
    stops: bool = True
    is_durable: bool = True


@dataclass
class PowerTally:
    """What became of the cuts. `files`: those that were looked at; `broken`: the cut and, in words, what it cost."""

    cuts: Counter[str] = field(default_factory=Counter)
    after_the_end: int = 0
    files: int = 0
    emptied: int = 0
    lost: int = 0
    broken: list[tuple[PowerCut, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Uncut:
    """A step without any cut: operations on files, and rows of each table afterwards."""

    touches: int
    rows: Mapping[str, int]


class PowerLab:
    """An installation on a disk of its own, as it was before each cut. mounted: on a real file system (as root)."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.disk = (LoopDisk if mounted else RecordedDisk)(folder / "power")
        self.root = self.disk.root / "cai-dat"
        self.tally = PowerTally()
        try:
            prepare(self.root)
            self._before = _files(self.disk.root)
            self.disk.keep_as_prepared()
        except BaseException:
            self.disk.close()
            raise
        self._uncut: dict[str, _Uncut] = {}

    def __enter__(self) -> PowerLab:
        return self

    def __exit__(self, *_: object) -> None:
        self.disk.close()

    def drawn(self, number: int, seed: int, step: str) -> PowerCut:
        """The cut of that number: it follows from number, seed and step."""
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - moments of cuts, no secrets
        after = chance.random() < 0.4
        touch = None if after else chance.randint(1, self.uncut(step).touches)
        return PowerCut(
            number, step, touch, chance.random() * _DELAY, chance.random() < 0.6, chance.random() < 0.5
        )

    def uncut(self, step: str) -> _Uncut:
        if step not in self._uncut:
            self.disk.begin_again()
            touches, _ = _work(self.disk, step, None)
            self._uncut[step] = _Uncut(touches, _rows(self.root))
            self.disk.power_off()
        return self._uncut[step]

    def cut(self, cut: PowerCut) -> list[str]:
        """Begin the step, cut the power, look, run it again, look; in words what it cost."""
        uncut, tally, broken = self.uncut(cut.step), self.tally, list[str]()
        self.disk.begin_again()
        _, ended = _work(self.disk, cut.step, cut)
        self.disk.power_off()
        self.disk.power_on()
        tally.cuts[cut.step] += 1
        tally.after_the_end += ended
        try:
            for fault, path in self._missing():
                broken.append(f"{fault} {path}")
                tally.lost += fault == "lost"
                tally.emptied += fault == "emptied"
            if ended and (found := _rows(self.root)) != uncut.rows:
                broken.append(f"the step had ended, and is undone: {_difference(uncut.rows, found)}")
            broken += _damages(self.root)
            clear_leftovers(self.root)
            _work(self.disk, cut.step, None)
            if (found := _rows(self.root)) != uncut.rows:
                broken.append(f"after another run: {_difference(uncut.rows, found)}")
            broken += [f"after another run: {words}" for words in _damages(self.root)]
            if left := list(self.root.rglob(f"{TEMPORARY}*")):
                broken.append(f"half-written files were left: {left}")
        except Exception as error:  # whatever an emptied store raises is what the cut cost
            broken.append(f"{type(error).__name__}: {error}"[:300])
        self.disk.power_off()
        tally.broken += [(cut, words) for words in broken]
        return broken

    def _missing(self) -> Iterator[tuple[str, str]]:
        """(lost or emptied, path): files that were there and whose content is nowhere; files without any content."""
        now = _files(self.disk.root)
        self.tally.files += len(now)
        there = set(now.values()) | _landed(self.root)
        for name, digest in self._before.items():
            if digest not in there:
                yield ("emptied" if any(self.root.rglob(f"{digest}*")) else "lost"), name
        for name in now:
            path = self.disk.root / name
            hidden = any(
                part.startswith(".") for part in Path(name).parts
            )  # locks, and what is not whole yet
            if not path.stat().st_size and not hidden:
                yield "emptied", name


def campaign(
    folder: Path,
    numbers: Sequence[int],
    seed: int = 1,
    progress: Callable[[int, PowerTally], None] | None = None,
) -> PowerTally:
    """Cut the power once for each of `numbers`, over the steps in turn."""
    steps = tuple(STEPS)
    with PowerLab(folder, mounted=have_root()) as lab:
        for number in numbers:
            lab.cut(lab.drawn(number, seed, steps[number % len(steps)]))
            if progress:
                progress(number, lab.tally)
        return lab.tally


def _work(disk: LoopDisk | RecordedDisk, step: str, cut: PowerCut | None) -> tuple[int, bool]:
    """Run a step in a process of its own and cut the power as told: (operations on files, whether it had ended)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cchc_rehearsal.power.campaign"])
    ours, theirs = context.Pipe(duplex=False)
    settings = {"CCHC_FSYNC": "on" if cut is None or cut.is_durable else "off"}
    worker = context.Process(target=_step, args=(disk, step, cut, theirs, settings))
    worker.start()
    theirs.close()
    try:
        if not ours.poll(_LONG):
            raise TimeoutError(step)
        touches, error = ours.recv()
        ended = touches != _DONE
        if error:
            raise RuntimeError(error)
        if cut is not None:
            if not ended:
                time.sleep(cut.delay)
            disk.cut(others_sync=cut.others_sync)
    finally:
        if worker.pid is not None and worker.is_alive() and (cut is not None or sys.exc_info()[0]):
            os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    return touches, ended


def _step(
    disk: LoopDisk | RecordedDisk,
    step: str,
    cut: PowerCut | None,
    line: Connection,
    settings: Mapping[str, str],
) -> None:
    """In the process: the step, with a word to whoever cuts the power at the touch that was drawn."""
    os.environ.update(settings)
    disk.watch()
    root, touches, told = disk.root / "cai-dat", 0, False

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal touches, told
        if event not in _TOUCHING or not str(arguments[0]).startswith(str(root)):
            return
        touches += 1
        if cut is not None and touches == cut.touch:
            told = True
            line.send((_DONE, ""))
            if cut.stops:
                time.sleep(_LONG)

    sys.addaudithook(watch)
    store, error = Store(f"sqlite:///{root / 'so-cai.db'}"), ""
    try:
        STEPS[step](store, Instance(root))
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"[:500]
    if not told:
        line.send((touches, error))
        if cut is not None:
            time.sleep(_LONG)  # nothing is closed in order before the power fails
    store.close()


def _files(root: Path) -> dict[str, str]:
    """Path below the disk -> hash of every file but the store's own, which changes."""
    return {
        path.relative_to(root).as_posix(): sha256_file(path)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("so-cai.db")
    }


def _landed(root: Path) -> set[str]:
    """Hashes of exports that are taken in: their originals are removed, their rows must be there."""
    import duckdb

    with closing(sqlite3.connect(root / "so-cai.db")) as store:
        rows = store.execute("SELECT file_sha256, parquet_path, rows_read FROM landings").fetchall()
    found = set()
    for digest, path, count in rows:
        try:
            read = len(duckdb.read_parquet(str(root / "du-lieu" / path)))
        except duckdb.Error:
            read = None
        if read == count:
            found.add(digest)
    return found


def _rows(root: Path) -> dict[str, int]:
    store = Store(f"sqlite:///{root / 'so-cai.db'}")
    try:
        return {name: len(lines) for name, lines in dump(store).items()}
    finally:
        store.close()


def _difference(wanted: Mapping[str, int], found: Mapping[str, int]) -> str:
    return "; ".join(
        f"{name}: {wanted.get(name, 0)} -> {found.get(name, 0)}"
        for name in sorted({*wanted, *found})
        if wanted.get(name) != found.get(name)
    )


def _damages(root: Path) -> list[str]:
    """What the audit says; it looks at the sets of backups too."""
    store = Store(f"sqlite:///{root / 'so-cai.db'}")
    try:
        return [str(one) for one in audit(Run(store, Instance(root), AUDITED)).damages]
    finally:
        store.close()


def have_root() -> bool:
    """Whether this machine lets us mount a disk of our own."""
    return os.geteuid() == 0 and shutil.which("mkfs.ext4") is not None and Path("/dev/loop-control").exists()
