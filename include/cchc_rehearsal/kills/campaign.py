"""Kill each step many times, repeat it as Airflow would, and hold what is there against a year that nobody disturbed.

What must hold: nothing lost and nothing twice (rows by content, files by bytes), no half file, no process left behind,
the audit says nothing, and of all mails at most the one in flight came again, under its Message-ID.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest import mock

from cchc.audit import audit
from cchc.audit.checking import CHECKS
from cchc.audit.inquiry import Inquiry
from cchc.audit.proofs import last_proof
from cchc.files import TEMPORARY, clear_leftovers
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_rehearsal.kills.holdings import Expected, Holdings, holdings
from cchc_rehearsal.kills.small_year import small_year
from cchc_rehearsal.kills.year import HOME, STEPS, YearPlace, prepare, settle
from cchc_rehearsal.sink import MailSink, SinkDelivery

_STEPS = {step.name: step for step in STEPS}
SENDER = "cchc@sonoivu.angiang.example"
_TOUCHING = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "smtplib.connect",
             "smtplib.send"}  # fmt: skip
_LONG = 600.0  # seconds that a step may take on a busy machine
_PATIENCE = 20.0  # seconds for readers of a killed process to see that nobody asks any more
_WHOLE_AUDIT_EVERY = 10
# Of rows and bytes that are those of the undisturbed year the other checks would say what they said there; every tenth
# time, and whenever anything is not as it must be, they are asked all the same.
_CHECKS_AT_ONCE = ("pages", "chain", "histories", "outbox")
_MOST_MISSES = 8  # draws of a moment that fall behind the step's end, before it is killed by count


@dataclass(frozen=True)
class Kill:
    """One kill. `touch`: before so many operations on files, statements and sendings; else `after`: that share of
    the step's own duration."""

    number: int
    step: str
    touch: int | None
    after: float = 0.0


@dataclass
class KillTally:
    """What became of the kills. `missed`: kills that came when the step had ended; they are not counted."""

    kills: Counter[str] = field(default_factory=Counter)
    by_touch: int = 0
    missed: int = 0
    mails_again: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[Kill, str]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class _Undisturbed:
    touches: int
    seconds: float
    expected: Expected
    mails: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class _Report:
    """What a process tells: that it begins, has ended (`touches`, `seconds`), has looked (`found`) or failed."""

    word: str
    touches: int = 0
    seconds: float = 0.0
    found: Holdings | None = None
    error: str = ""


class KillLab:
    """A small province's year in `folder`, as it was before each of `steps`."""

    def __init__(self, folder: Path, steps: Sequence[str]) -> None:
        self.folder, self.tally = folder, KillTally()
        chosen = [step for step in STEPS if step.name in steps]
        self.turns = [step.name for step in chosen for _ in range(step.turns)]
        self.place_root = folder / "noi"
        self._settings = {
            "CCHC_CONFIG": str(small_year(folder / "cau-hinh")),
            "CCHC_HOME": str(self.place_root / HOME),
            "CCHC_FSYNC": "off",  # the machine goes on: what a process wrote is there
        }
        self._undisturbed: dict[str, _Undisturbed] = {}
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["cchc_rehearsal.kills.warm"])
        with mock.patch.dict(os.environ, self._settings):  # what is read once is the small year's
            forkserver.ensure_running()
        self.sink = MailSink(folder / "thu-den")
        self.sink.start()
        try:
            self._have(_prepare, folder / "truoc", chosen[-1].name)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> KillLab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.sink.stop()

    @property
    def place(self) -> YearPlace:
        return YearPlace(self.place_root, self.sink.config(SENDER))

    def drawn(self, number: int, seed: int) -> Kill:
        """The kill of that number: it follows from number, seed and steps; half of them fall by the clock."""
        step = self.turns[number % len(self.turns)]
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - moments of kills, no secrets
        touch = chance.randint(1, self.undisturbed(step).touches)
        return Kill(number, step, touch if chance.random() < 0.5 else None, chance.random())

    def undisturbed(self, step: str) -> _Undisturbed:
        """The step twice without any kill."""
        if step not in self._undisturbed:
            seen, mails, done = [], Counter[tuple[str, str]](), _Report("")
            for _ in range(2):
                self._as_before(step)
                came = len(self.sink.received)
                done = self._have(_work_and_look, step, True)
                assert done.found is not None
                seen.append(done.found)
                mails = _copies(self.sink.received[came:])
            self._undisturbed[step] = _Undisturbed(done.touches, done.seconds, Expected.of(*seen), mails)
            if damages := seen[0].damages:
                raise RuntimeError(f"{step}: {damages}")
        return self._undisturbed[step]

    def kill(self, kill: Kill, seed: int) -> list[str]:
        """Kill the step, repeat it, look; in words what was broken."""
        tally, came = self.tally, 0
        chance = random.Random(f"{seed}:{kill.number}:again")  # noqa: S311 - as above
        step, undisturbed = kill.step, self.undisturbed(kill.step)
        share, touch = kill.after, kill.touch
        while True:
            self._as_before(step)
            came = len(self.sink.received)
            session, inside = self._killed(step, touch, share * undisturbed.seconds)
            if inside:
                break
            tally.missed += 1
            share = chance.random()
            if tally.missed % _MOST_MISSES == 0:
                touch = chance.randint(1, undisturbed.touches)
        tally.kills[step] += 1
        tally.by_touch += touch is not None
        faults: list[tuple[str, str]] = []
        if left := _left_of(session):
            faults.append(("processes", f"{left} processes live on"))
        try:
            found = self._have(_work_and_look, step, kill.number % _WHOLE_AUDIT_EVERY == 0).found
            assert found is not None
            faults += undisturbed.expected.differences(found)
            if faults:
                found = self._have(_look, step, True).found
                assert found is not None
                faults += undisturbed.expected.damages(found)
        except RuntimeError as error:
            faults.append(("stuck", str(error)))
        faults += self._mails(undisturbed.mails, _copies(self.sink.received[came:]))
        for fault, words in faults:
            tally.faults[fault] += 1
            tally.broken.append((kill, f"{fault}: {words}"))
        return [f"{fault}: {words}" for fault, words in faults]

    def _mails(
        self, wanted: Mapping[tuple[str, str], int], there: Mapping[tuple[str, str], int]
    ) -> list[tuple[str, str]]:
        faults = [("lost", f"mail {one}") for one in wanted if one not in there]
        faults += [("doubled", f"mail {one} under another Message-ID") for one in there if one not in wanted]
        again = {
            one: count - wanted[one] for one, count in there.items() if one in wanted and count > wanted[one]
        }
        if len({message for message, _ in again}) > 1 or any(more > 1 for more in again.values()):
            faults.append(("doubled", f"mails {again}"))
        self.tally.mails_again += bool(again)
        return faults

    def _as_before(self, step: str) -> None:
        shutil.rmtree(self.place_root, ignore_errors=True)
        shutil.copytree(self.folder / "truoc" / step, self.place_root)

    def _have(self, target: Callable[..., None], *arguments: object) -> _Report:
        """Have something done in a process of its own, to its end. RuntimeError with its words when it fails."""
        worker, line = self._started(target, *arguments)
        try:
            while True:
                if not line.poll(_LONG):
                    raise RuntimeError(f"{arguments}: no answer in {_LONG} s")
                report: _Report = line.recv()
                if report.error:
                    raise RuntimeError(report.error)
                if report.word != "begun":
                    return report
        except EOFError as error:
            raise RuntimeError(f"{arguments}: died") from error
        finally:
            worker.join(_PATIENCE)
            if worker.is_alive():
                worker.kill()
                worker.join()

    def _killed(self, step: str, touch: int | None, seconds: float) -> tuple[int, bool]:
        """(the process's session, whether the kill fell within the step)."""
        worker, line = self._started(_work, step, touch)
        assert worker.pid is not None
        try:
            if not line.poll(_LONG) or (report := line.recv()).word != "begun":
                raise RuntimeError(f"{step}: did not begin")
            if touch is None:
                line.poll(seconds)
                os.kill(worker.pid, signal.SIGKILL)
            worker.join(_LONG)
            report = line.recv()
        except EOFError:
            return worker.pid, worker.exitcode == -signal.SIGKILL
        finally:
            if worker.is_alive():
                worker.kill()
            worker.join()
        if report.error:
            raise RuntimeError(f"{step}: {report.error}")
        return worker.pid, False

    def _started(self, target: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
        ours, theirs = self._context.Pipe(duplex=False)
        worker = self._context.Process(
            target=_in_process, args=(theirs, self._settings, target, self.place, *arguments)
        )
        worker.start()
        theirs.close()
        return worker, ours


def campaign(
    folder: Path,
    numbers: Sequence[int],
    seed: int,
    steps: Sequence[str],
    progress: Callable[[int, KillTally], None],
) -> KillTally:
    """Kill once for each of `numbers`, over the steps (by name) in turn."""
    started = time.monotonic()
    with KillLab(folder, steps) as lab:
        for number in numbers:
            lab.kill(lab.drawn(number, seed), seed)
            lab.tally.seconds = time.monotonic() - started
            progress(number, lab.tally)
        return lab.tally


# -- in the processes --------------------------------------------------------------------------------------


def _in_process(
    line: Connection, settings: Mapping[str, str], target: Callable[..., None], *arguments: object
) -> None:
    os.setsid()
    os.environ.update(settings)
    try:
        target(line, *arguments)
    except Exception as failure:  # whatever it is, the campaign says it
        line.send(_Report("failed", error=f"{type(failure).__name__}: {failure}"[:900]))


def _prepare(line: Connection, place: YearPlace, folder: Path, last: str) -> None:
    prepare(folder, place, last)
    line.send(_Report("ended"))


def _work(line: Connection | _Kept, place: YearPlace, name: str, touch: int | None = None) -> None:
    """The step; killed by itself before the operation that was drawn, or by whoever waits at the line."""
    from sqlalchemy import Engine, event

    step, touches, root, begun = _STEPS[name], 0, str(place.root), False

    def count() -> None:
        nonlocal touches
        touches += begun
        if begun and touches == touch:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(word: str, arguments: tuple[Any, ...]) -> None:
        if word in _TOUCHING and (word.startswith("smtplib") or str(arguments[0]).startswith(root)):
            count()

    sys.addaudithook(watch)
    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, lambda *_: count())
    line.send(_Report("begun"))
    begun, started = True, time.monotonic()
    step.work(place, step.moment)
    begun = False
    line.send(_Report("ended", touches, time.monotonic() - started))


def _work_and_look(line: Connection, place: YearPlace, name: str, whole: bool) -> None:
    """The step undisturbed, the next run's sending, then everything that is there; `whole`: the whole audit."""
    reports: list[_Report] = []
    _work(_Kept(reports), place, name)
    settle(place, _STEPS[name].moment)
    clear_leftovers(place.root)  # what `bao_tri` clears every day
    line.send(replace(reports[-1], word="looked", found=holdings(place.root, _damages(place, name, whole))))


def _look(line: Connection, place: YearPlace, name: str, whole: bool) -> None:
    line.send(_Report("looked", found=holdings(place.root, _damages(place, name, whole))))


@dataclass(frozen=True)
class _Kept:
    """In place of the line, for who hears himself."""

    reports: list[_Report]

    def send(self, report: _Report) -> None:
        self.reports.append(report)


def _damages(place: YearPlace, name: str, whole: bool) -> tuple[str, ...]:
    step = _STEPS[name]
    home = place.root / step.home
    store = Store(f"sqlite:///{home / 'so-cai.db'}")
    run = Run(store, Instance(home), step.moment)
    if whole:
        damages = audit(run).damages
    else:
        inquiry = Inquiry(run, last_proof(run), None, read_again=True)
        for check in _CHECKS_AT_ONCE:
            with inquiry.asking(check):
                CHECKS[check](inquiry)
        damages = tuple(inquiry.damages)
    store.close()
    half = [f"half-written: {path}" for path in place.root.rglob(f"{TEMPORARY}*")]
    return (*map(str, damages), *half)


def _copies(received: Sequence[SinkDelivery]) -> Counter[tuple[str, str]]:
    """(Message-ID, recipient) -> how often it came."""
    return Counter((one.message_id, to) for one in received for to in one.recipients)


def _left_of(session: int) -> int:
    """Processes that the killed one started and that live on, after some patience."""
    deadline = time.monotonic() + _PATIENCE
    while (left := _of_session(session)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _of_session(session: int) -> int:
    count = 0
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with suppress(OSError):
                words = (path / "stat").read_text().rpartition(")")[2].split()
                count += int(words[3]) == session and words[0] not in "ZX"
    return count
