"""The campaign: waves of items through the real ways, under faults; then quiet runs; then everything is looked at.

The clock is the campaign's: each wave is a run half an hour later. What is drawn, and which item is struck how, follows
from the seed and the item's number, so one item can be replayed by itself.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cchc.clock import at
from cchc.files import write_atomic
from cchc.mail.counts import outbox_by_state
from cchc.mail.resending import find_mail, held_mails, send_again
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing, maintaining, opening, receiving
from cchc.store import Store, upgrade
from cchc.submissions.set_aside import ask_again, waiting
from cchc_rehearsal.dovecot import Dovecot, ImapAccount
from cchc_rehearsal.reception.cutting import CutLine
from cchc_rehearsal.reception.drawing import DrawnItem, FolderFile, draw_item
from cchc_rehearsal.reception.folder_kinds import FOLDER_KINDS
from cchc_rehearsal.reception.forms import UnitForms
from cchc_rehearsal.reception.letter_kinds import LETTER_KINDS
from cchc_rehearsal.reception.observing import Observer
from cchc_rehearsal.reception.promises import (
    NUMBERED,
    BrokenPromise,
    Promise,
    SeenRun,
    SentItem,
    broken_by_item,
    broken_by_run,
)
from cchc_rehearsal.reception.strikes import (
    DEATHS,
    FULL,
    RAISED,
    Strike,
    StrikePlan,
    falling,
    full_disk,
    no_file_grows,
    striking_readers,
    struck,
)
from cchc_rehearsal.sink import MailSink

ROUND = "2026-Q1"
KINDS = {**FOLDER_KINDS, **LETTER_KINDS}
START = at(date(2026, 3, 10), 8)
STEP = timedelta(minutes=30)
LARGEST_WAVE = 25
UNITS = 24
STRUCK = 0.12  # of the items, in the reading process
MOST_QUIET_RUNS = 40
SENDER = "cchc@sonoivu.angiang.example"


@dataclass
class ReceptionTally:
    """What came of it. `table`: kind -> outcome -> items; `faults`: injected, by word."""

    sent: list[SentItem] = field(default_factory=list)
    table: dict[str, Counter[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    repeats: int = 0
    broken: list[BrokenPromise] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, *words: str) -> int:
        return len({(one.kind, one.number) for one in self.broken if one.word in words})


def strike_of(number: int, seed: int) -> Strike | None:
    """What strikes an item in the reading process, if anything does."""
    dice = random.Random(f"{seed}:{number}:strike")  # noqa: S311 - moments of faults, no secrets
    if dice.random() >= STRUCK:
        return None
    word = dice.choices((*RAISED, *DEATHS, FULL), weights=(4, 3, 2, 2, 1, 1, 1, 2))[0]
    call = dice.choice((1, 1, 2, 3)) if word == FULL else int(10 ** dice.uniform(0.3, 4.5))
    return Strike(word, call)


class ReceptionCampaign:
    """An installation in `folder`, and what is done to it."""

    def __init__(self, folder: Path, mailboxes: Dovecot, seed: int, units: int) -> None:
        self.seed, self.instance = seed, Instance(folder)
        write_atomic(self.instance.settings_file, "mail_mode: live\nrehearsal: true\n")
        self.store = upgrade(Store(f"sqlite:///{folder / 'so-cai.db'}"))
        self.account: ImapAccount = mailboxes.account()
        opened = Run(self.store, self.instance, at(date(2026, 3, 2), 8), ROUND)
        opening.open_round(opened)
        (self.instance.inbox / ROUND).mkdir(parents=True, exist_ok=True)  # as on any day after the first file
        self.forms = UnitForms(opened, units)
        self.base = opened
        self.items: dict[int, DrawnItem] = {}
        self.delivered: dict[int, datetime] = {}
        self.held: list[tuple[FolderFile, Path, int]] = []
        self.as_of = START
        self.tally = ReceptionTally()
        self.plan = StrikePlan({}, folder / "su-co.txt")

    # -- sending ---------------------------------------------------------------------------------------

    def send(self, numbers: Sequence[int]) -> None:
        """Draw the items and lay them down, as they arrive before the next run."""
        drawn = [draw_item(KINDS, self.forms, number, self.seed) for number in numbers]
        arriving = self.as_of - timedelta(minutes=5)
        for item in drawn:
            self.items[item.number] = item
            for file in item.parcel.files:
                self._lay(file, arriving)
            for raw in item.parcel.letters:
                self.delivered[item.number] = arriving
                self.account.deliver(raw, arriving)

    def _lay(self, file: FolderFile, arriving: datetime) -> None:
        path = self.instance.inbox / file.folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(descriptor, file.content[: file.first])
        if file.first is None:
            os.close(descriptor)
        else:
            self.held.append((file, path, descriptor))
        moment = (arriving + file.written).timestamp()
        os.utime(path, (moment, moment))

    def _finish_copying(self) -> None:
        for file, _path, descriptor in self.held:
            os.write(descriptor, file.content[file.first :])
            os.utime(descriptor, (self.as_of.timestamp(),) * 2)
            os.close(descriptor)
        self.held.clear()

    # -- one run -----------------------------------------------------------------------------------------

    def run_once(self, sink: MailSink, imap: CutLine, smtp: CutLine, weather: Weather) -> None:
        """Folder, answers, mailbox, answers: as the Dag does it every half hour."""
        server = replace(sink.config(SENDER), port=smtp.port)
        run = replace(self.base, as_of=self.as_of, peer_cache={}, system_cache={}, smtp=server)
        observer = Observer(run, self.account, sink, self.items)
        config = self.account.config(port=imap.port, security="none", ca_file=None)
        steps: tuple[tuple[str, Callable[[], object], Callable[[], set[int]]], ...] = (
            ("folder", lambda: receiving.receive(run, receiving.pending(run)), observer.waiting_files),
            ("answers", lambda: chasing.send(run), set),
            ("mailbox", lambda: receiving.receive_mail(run, config), observer.waiting_letters),
            ("answers", lambda: chasing.send(run), set),
        )
        for name, step, left in steps:
            self._step(name, step, left, weather, imap, smtp)
        self._finish_copying()
        self.as_of += STEP

    def _step(
        self,
        name: str,
        step: Callable[[], object],
        still_there: Callable[[], set[int]],
        weather: Weather,
        imap: CutLine,
        smtp: CutLine,
    ) -> None:
        before, cuts = struck(self.plan.log), imap.cuts + smtp.cuts
        fired: list[str] = []
        words, red = "", False
        with weather.over(name, fired, imap, smtp):
            try:
                step()
            except Exception as error:  # whatever it is, the run is red and the next one comes
                words, red = f"{name}: {type(error).__name__}: {error}"[:400], True
        fired += ["cut"] * (imap.cuts + smtp.cuts - cuts)
        new = {number: word for number, word in struck(self.plan.log).items() if number not in before}
        self.tally.faults.update([*fired, *new.values()])
        full = [word for word in new.values() if word == FULL]
        copied = {file.name for file, _, _ in self.held}
        left = {
            number
            for number in still_there()
            if self.items[number].sent.promise is not Promise.NAMED
            and not any(file.name in copied for file in self.items[number].parcel.files)
        }
        seen = SeenRun(len(self.tally.runs), red, words, may=[*fired, *full], left=sorted(left))
        self.tally.runs["red" if red else "green"] += 1
        self.tally.broken += broken_by_run(replace(seen, number=sum(self.tally.runs.values())))


@dataclass(frozen=True)
class Weather:
    """What strikes one run as a whole. `step`: which step of it."""

    step: str = ""
    strike: Strike | None = None
    full_from: int = 0
    no_growth: bool = False
    cut: tuple[int, bool] | None = None

    @contextmanager
    def over(self, step: str, fired: list[str], imap: CutLine, smtp: CutLine) -> Iterator[None]:
        with ExitStack() as stack:
            if step == self.step:
                if self.strike:
                    word = f"run_{self.strike.word}"
                    stack.enter_context(falling(self.strike, lambda: fired.append(word)))
                if self.full_from:
                    stack.enter_context(full_disk(self.full_from, lambda: fired.append(FULL)))
                if self.no_growth:
                    fired.append("no_growth")
                    stack.enter_context(no_file_grows())
                if self.cut:
                    (smtp if step == "answers" else imap).cut_after(self.cut[0], from_server=self.cut[1])
            yield
        imap.hold()
        smtp.hold()


QUIET = Weather()


def weather_of(wave: int, seed: int) -> Weather:
    """What strikes a wave: nothing in every other."""
    dice = random.Random(f"{seed}:{wave}:weather")  # noqa: S311 - moments of faults, no secrets
    word = dice.choices(("", "strike", "disk", "growth", "imap", "smtp"), weights=(40, 16, 10, 6, 16, 12))[0]
    place = dice.choice(("folder", "mailbox"))
    if word == "strike":
        return Weather(place, Strike(dice.choice(RAISED), int(10 ** dice.uniform(0.5, 4.3))))
    if word == "disk":
        return Weather(place, full_from=dice.choice((1, 2, 3, 5, 9)))
    if word == "growth":
        return Weather(place, no_growth=True)
    if word in ("imap", "smtp"):
        from_server = dice.random() < (0.7 if word == "imap" else 0.5)
        size = int(10 ** (dice.uniform(1.5, 6) if from_server == (word == "imap") else dice.uniform(1, 3.5)))
        return Weather("mailbox" if word == "imap" else "answers", cut=(size, from_server))
    return QUIET


def campaign(
    folder: Path,
    mailboxes: Dovecot,
    numbers: Sequence[int],
    seed: int = 1,
    units: int = UNITS,
    progress: Callable[[int, ReceptionTally], None] | None = None,
    *,
    calm: bool = False,
) -> ReceptionTally:
    """Send the items and keep the promises in sight. `calm`: no run is struck as a whole (items still are)."""
    started = time.monotonic()
    work = ReceptionCampaign(folder, mailboxes, seed, units)
    work.plan = StrikePlan(
        {number: strike for number in numbers if (strike := strike_of(number, seed)) is not None},
        work.plan.log,
    )
    try:
        with ExitStack() as stack:
            sink = stack.enter_context(MailSink(folder / "thu-den"))
            imap = stack.enter_context(CutLine(work.account.port))
            smtp = stack.enter_context(CutLine(sink.port))
            with striking_readers(work.plan):
                size = min(LARGEST_WAVE, max(1, len(numbers) // 12))
                for wave, first in enumerate(range(0, len(numbers), size)):
                    work.send(numbers[first : first + size])
                    work.run_once(sink, imap, smtp, QUIET if calm else weather_of(wave, seed))
                    if progress:
                        progress(min(first + size, len(numbers)), work.tally)
            _come_to_rest(work, sink, imap, smtp)
            _look(work, sink)
    finally:
        work.store.close()
    work.tally.seconds = time.monotonic() - started
    return work.tally


def _come_to_rest(work: ReceptionCampaign, sink: MailSink, imap: CutLine, smtp: CutLine) -> None:
    """Quiet runs until nothing waits; a person has what was set aside read again, once, and held mails sent again."""
    for quiet in range(MOST_QUIET_RUNS):
        work.run_once(sink, imap, smtp, QUIET)
        if quiet == 1:
            read_again(work)
        for held in held_mails(work.store):
            with work.store.write() as tx:
                mail = find_mail(tx, held["mail_key"])
                send_again(tx, mail, work.as_of, actor="thử thách", reason="thử thách")
        states = {state for kinds in outbox_by_state(work.store).values() for state in kinds}
        if quiet > 2 and states <= {"sent", "dead"}:
            return
        work.as_of += 3 * STEP
    work.tally.broken.append(BrokenPromise(0, "run", "no_rest"))


def _look(work: ReceptionCampaign, sink: MailSink) -> None:
    run = replace(work.base, as_of=work.as_of)
    seen, strays = Observer(run, work.account, sink, work.items).see(work.delivered, named_by(work))
    tally = work.tally
    for number, item in work.items.items():
        tally.sent.append(item.sent)
        tally.table.setdefault(item.sent.kind, Counter())[seen[number].outcome] += 1
        tally.broken += broken_by_item(item.sent, seen[number])
        tally.answers += len(seen[number].answers)
        tally.repeats += sum(one.copies - 1 for one in seen[number].answers)
    tally.broken += [BrokenPromise(0, "run", "stray", stray) for stray in strays]
    audit(run, tally)


def audit(run: Run, tally: ReceptionTally) -> None:
    """The store's own weekly audit, after everything."""
    try:
        maintaining.audit(run)
    except Exception as error:
        tally.broken.append(BrokenPromise(0, "run", "audit", str(error)[:400]))


def named_by(work: ReceptionCampaign) -> Mapping[int, int]:
    """How many reasons stand under 'Cần xem lại' for each item that lies where nobody reads."""
    found: Counter[int] = Counter()
    for one in waiting(work.store):
        for file in NUMBERED.findall(one.name):
            found[int(file)] += bool(one.reason.strip())
    return found


def read_again(work: ReceptionCampaign) -> None:
    """A person, once the faults are over: have everything read again that was set aside and lies in no wrong place."""
    run = replace(work.base, as_of=work.as_of, actor="thử thách")
    for one in waiting(work.store):
        number = next((int(found) for found in NUMBERED.findall(one.name)), None)
        if number is None or work.items[number].sent.promise is not Promise.NAMED:
            ask_again(run, one.item_id, "thử thách: sự cố đã qua")
