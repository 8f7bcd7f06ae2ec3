"""The campaign: waves of items through the real ways, under faults; then quiet runs; then everything is looked at.

The clock is the campaign's: each wave is a run half an hour later. What is drawn, and which item is struck how, follows
from the seed and the item's number, so one item can be replayed by itself.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
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
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import ask_again, waiting
from cchc_rehearsal.dovecot import Dovecot, ImapAccount
from cchc_rehearsal.reception.cutting import CutLine
from cchc_rehearsal.reception.drawing import DrawnItem, FolderFile, draw_item
from cchc_rehearsal.reception.export_drop import ExportDrop
from cchc_rehearsal.reception.export_kinds import EXPORT_KINDS
from cchc_rehearsal.reception.folder_kinds import FOLDER_KINDS
from cchc_rehearsal.reception.forms import UnitForms
from cchc_rehearsal.reception.letter_kinds import LETTER_KINDS
from cchc_rehearsal.reception.observing import Observer
from cchc_rehearsal.reception.promises import (
    EXPORTS,
    NUMBERED,
    BrokenPromise,
    Promise,
    SeenRun,
    SentItem,
    broken_by_item,
    broken_by_run,
)
from cchc_rehearsal.reception.score_kinds import SCORE_KINDS
from cchc_rehearsal.reception.strikes import (
    FULL,
    StrikePlan,
    striking_readers,
    striking_the_team,
    struck,
)
from cchc_rehearsal.reception.team_desk import TeamDesk
from cchc_rehearsal.reception.team_kinds import TEAM_KINDS
from cchc_rehearsal.reception.weather import QUIET, Weather, strike_of, weather_of
from cchc_rehearsal.sink import MailSink

ROUND = "2026-Q1"
KINDS = {**FOLDER_KINDS, **LETTER_KINDS, **SCORE_KINDS, **EXPORT_KINDS, **TEAM_KINDS}
START = at(date(2026, 3, 10), 8)
STEP = timedelta(minutes=30)
LARGEST_WAVE = 25
UNITS = 24
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


@dataclass(frozen=True)
class RunStep:
    """A step of a run, on its own red or green. `left`: items that lie there still. `must`: reasons for which it has to
    be red, asked before it; `may`: those for which it can be. `strikes`: an item that breaks its reader fails it."""

    name: str
    work: Callable[[], object]
    left: Callable[[], set[int]] = set
    must: Callable[[], list[str]] = list
    may: Callable[[], list[str]] = list
    strikes: bool = False


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
        self.team, self.drop = TeamDesk(opened), ExportDrop(opened)
        self.forms.inspected = self.team.units
        self.base = opened
        self.items: dict[int, DrawnItem] = {}
        self.delivered: dict[int, datetime] = {}
        self.held: list[tuple[FolderFile, Path, int]] = []
        self.as_of = START
        self.tally = ReceptionTally()
        self.plan = StrikePlan({}, folder / "su-co.txt")
        self._struck: list[str] = []

    # -- sending ---------------------------------------------------------------------------------------

    def send(self, numbers: Sequence[int]) -> None:
        """Draw the items and lay them down, as they arrive before the next run."""
        drawn = [draw_item(KINDS, self.forms, number, self.seed) for number in numbers]
        arriving = self.as_of - timedelta(minutes=5)
        for item in drawn:
            self.items[item.number] = item
            base = self.instance.export_drop if item.sent.way == EXPORTS else self.instance.inbox
            for file in item.parcel.files:
                self._lay(base, file, arriving)
            if item.parcel.team is not None:
                self.team.due.append(item.number)
            for raw in item.parcel.letters:
                self.delivered[item.number] = arriving
                self.account.deliver(raw, arriving)

    def _lay(self, base: Path, file: FolderFile, arriving: datetime) -> None:
        path = base / file.folder / file.name
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
        """Folder, answers, mailbox, answers, as the Dag does it every half hour; exports, and the team's workbooks, as
        theirs do."""
        server = replace(sink.config(SENDER), port=smtp.port)
        run = replace(self.base, as_of=self.as_of, peer_cache={}, system_cache={}, smtp=server)
        observer = self.observer(run, sink)
        config = self.account.config(port=imap.port, security="none", ca_file=None)
        drop, items = self.drop, self.items
        steps = [
            RunStep("folder", lambda: receiving.receive(run, receiving.pending(run)), observer.waiting_files),
            RunStep("answers", lambda: chasing.send(run)),
            RunStep("mailbox", lambda: receiving.receive_mail(run, config), observer.waiting_letters),
            RunStep("answers", lambda: chasing.send(run)),
            RunStep(
                "exports",
                lambda: drop.land(run),
                drop.waiting,
                lambda: drop.must_fail(items),
                lambda: drop.may_fail(items),
            ),
        ]
        for step in steps:
            drop.take_back(self._step(step, weather, imap, smtp).words)
        for number in tuple(self.team.due):
            self._read_workbook(run, number, weather, imap, smtp)
        self._finish_copying()
        self.as_of += STEP

    def _read_workbook(self, run: Run, number: int, weather: Weather, imap: CutLine, smtp: CutLine) -> None:
        """A workbook of the team, in a run of its own; once more in the next when a fault struck this one."""
        item = self.items[number]
        self.team.lay(item)
        seen = self._step(
            RunStep(
                "team",
                lambda: self._issue(run, number),
                must=lambda: [str(number)] if item.sent.promise is Promise.REFUSED else [],
                may=lambda: [str(number)] if item.sent.promise is Promise.WHOLE else [],
                strikes=True,
            ),
            weather,
            imap,
            smtp,
        )
        if not (seen.red and self._struck):
            self.team.due.remove(number)

    def _issue(self, run: Run, number: int) -> None:
        with striking_the_team(self.plan, number):
            self.team.issue(run, number)

    def _step(self, step: RunStep, weather: Weather, imap: CutLine, smtp: CutLine) -> SeenRun:
        """The words of a red run are whole."""
        before, cuts = struck(self.plan.log), imap.cuts + smtp.cuts
        must, may = step.must(), step.may()
        fired: list[str] = []
        words, red = "", False
        with weather.over(step.name, fired, imap, smtp):
            try:
                step.work()
            except Exception as error:  # whatever it is, the run is red and the next one comes
                words, red = f"{step.name}: {type(error).__name__}: {error}", True
        fired += ["cut"] * (imap.cuts + smtp.cuts - cuts)
        new = {number: word for number, word in struck(self.plan.log).items() if number not in before}
        self._struck = [*fired, *new.values()]
        self.tally.faults.update(self._struck)
        fatal = [word for word in new.values() if word == FULL or step.strikes]
        copied = {file.name for file, _, _ in self.held}
        left = {
            number
            for number in step.left()
            if self.items[number].sent.promise is not Promise.NAMED
            and not any(file.name in copied for file in self.items[number].parcel.files)
        }
        self.tally.runs["red" if red else "green"] += 1
        seen = SeenRun(
            number=sum(self.tally.runs.values()),
            red=red,
            words=words,
            # One that broke its reader was set aside before it could be refused.
            matters=[one for one in must if int(one) not in new],
            may=[*fired, *fatal, *must, *may],
            left=sorted(left),
        )
        self.tally.broken += broken_by_run(replace(seen, words=words[:400]))
        return seen

    def observer(self, run: Run, sink: MailSink) -> Observer:
        return Observer(run, self.account, sink, self.items, (self.drop, self.team))


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
    seen, found = work.observer(run, sink).see(work.delivered, named_by(work))
    tally = work.tally
    for number, item in work.items.items():
        tally.sent.append(item.sent)
        tally.table.setdefault(item.sent.kind, Counter())[seen[number].outcome] += 1
        tally.broken += broken_by_item(item.sent, seen[number])
        tally.answers += len(seen[number].answers)
        tally.repeats += sum(one.copies - 1 for one in seen[number].answers)
    tally.broken += [BrokenPromise(0, "run", "stray", stray) for stray in found.strays]
    tally.broken += [BrokenPromise(0, "run", "overtaken", words) for words in found.overtaken]
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
        if one.channel is Channel.TEAM:  # it lies where each run reads it
            continue
        number = next((int(found) for found in NUMBERED.findall(one.name)), None)
        if number is None or work.items[number].sent.promise is not Promise.NAMED:
            ask_again(run, one.item_id, "thử thách: sự cố đã qua")
