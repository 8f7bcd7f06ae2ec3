"""What `./cchc thu xem` promises for a day is what `don_doc` of that day puts into the outbox and sends."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.copies import file_of

from cchc.chasing.foreseeing import DayAhead, foresee_day
from cchc.chasing.holds import Hold, HoldKind, lift_hold, put_hold
from cchc.clock import at
from cchc.errors import NothingToDo, RuleRefused
from cchc.obligations import Event, EventKind, Obligation, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing, opening
from cchc.store import Store
from cchc.year import REPORT_KINDS, Calendar

UNITS = ("so-noi-vu", "so-tai-chinh", "30292", "30301", "30760")
COLUMNS = (
    "mail_key", "kind", "recipients", "copies", "subject", "html", "plain", "attachments", "in_reply_to"
)  # fmt: skip


@pytest.fixture
def small(config_copy: Path) -> Path:
    """The year's data with five units."""
    path = config_copy / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    kept = [row | {"predecessors": ""} for row in rows if row["code"] in (*UNITS, "tinh-an-giang")]
    assert len(kept) == len(UNITS) + 1
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    path.write_text(out.getvalue(), encoding="utf-8")
    return config_copy


def rows(store: Store, known: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """The mails, but for those that are known: a year has thousands, with all their words."""
    new = [(key,) for key in states(store) if key not in known]
    with store.read() as tx:
        one = "SELECT * FROM mails WHERE mail_key = ?"
        return {key[0]: dict(tx.connection.exec_driver_sql(one, key).mappings().one()) for key in new}


def states(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return dict(tx.connection.exec_driver_sql("SELECT mail_key, state FROM mails").all())


def files(instance: Instance) -> dict[Path, tuple[int, int]]:
    """When each file but the store was written, and its size."""
    found = {}
    for folder, _, names in os.walk(instance.root):
        for name in names:
            if not name.endswith(".db") and "so-cai" not in name:
                path = Path(folder, name)
                known = path.stat()
                found[path] = (known.st_mtime_ns, known.st_size)
    return found


@contextmanager
def nothing_committed(store: Store) -> Iterator[None]:
    """SQLite itself tells whether another connection has committed anything since."""
    with closing(sqlite3.connect(file_of(store))) as beside:
        version = beside.execute("PRAGMA data_version").fetchone()
        yield
        assert beside.execute("PRAGMA data_version").fetchone() == version, "looking wrote something"


@dataclass
class Province:
    """A year in which everything happens by chance, of a seed."""

    run: Run
    chance: random.Random

    def on(self, moment: datetime, **more: Any) -> Run:
        return replace(self.run, as_of=moment, **more)

    def morning(self, day: date) -> None:
        """Before the daily run: rounds open, also by hand and on days off, with or without their request."""
        for round_ in self.run.calendar.rounds(day.year):
            early = timedelta(days=self.chance.choice((0, 0, 1, 2)))
            known = self.run.rounds.get(round_.round_id)
            if round_.kind not in REPORT_KINDS or known or day < round_.opens_at.date() - early:
                continue
            run = self.on(at(day, 7), round_id=round_.round_id)
            opening.open_round(run)
            for unit in opening.obliged_units(run, round_):
                if self.chance.random() < 0.9:
                    path = opening.workbook_path(run, round_, unit)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(b"bieu")
            with suppress(NothingToDo):
                if self.chance.random() < 0.5:
                    chasing.request(run)
        if self.chance.random() < 0.05:
            self.extra_task(day)

    def extra_task(self, day: date) -> None:
        opened = [row["round_id"] for row in self.run.rounds.all()]
        if not opened:
            return
        round_id, unit, due = self.chance.choice(opened), self.chance.choice(UNITS), day + timedelta(days=9)
        key = f"{round_id}/{unit}/nhiem_vu/{day.isoformat()}"
        one = Obligation(key, round_id, unit, "nhiem_vu", day.isoformat(), "Nhiệm vụ thêm", at(due, 17))
        self.run.ledger.open([one], at(day, 7), "thu")

    def afternoon(self, day: date) -> None:
        """After it: answers, verdicts, more time, holds, drafts and decisions."""
        moment = at(day, self.chance.randint(9, 22))
        for obligation, state in self.run.ledger.states(moment):
            if self.chance.random() < 0.06:
                self.happens(obligation, state.last_submission_id, moment)
        if self.chance.random() < 0.05:
            kind = self.chance.choice((HoldKind.MUTED, HoldKind.POSTPONED))
            hold = Hold(self.chance.choice(UNITS), "", kind, day + timedelta(days=5), "Lũ", "thu", moment)
            with suppress(RuleRefused):
                put_hold(self.run.store, hold)
        if self.chance.random() < 0.05:
            lift_hold(self.run.store, self.chance.choice(UNITS), "", moment, "Hết lũ", "thu")
        for row in self.run.rounds.all():
            if self.chance.random() < 0.06:
                kind = self.chance.choice(("drafted", "drafted", "returned", "issued"))
                with suppress(RuleRefused):
                    event = RoundEvent(
                        row["round_id"], RoundEventKind(kind), moment, moment, "thu", reason="-"
                    )
                    self.run.rounds.record(event)

    def happens(self, obligation: Obligation, submission: str | None, moment: datetime) -> None:
        kind = self.chance.choice(
            ("submitted", "submitted", "accepted", "rejected", "returned", "extended", "phoned", "waived")
        )
        detail: dict[str, Any] = {}
        if kind == "submitted":
            detail = {"submission_id": f"{obligation.obligation_id}:{moment.isoformat()}"}
        elif kind in ("accepted", "rejected", "returned"):
            detail = {"submission_id": submission or ""}
            if kind == "returned":
                detail["due_at"] = (moment + timedelta(days=6)).isoformat()
        elif kind == "extended":
            detail = {"due_at": (moment + timedelta(days=8)).isoformat()}
        event = Event(obligation.obligation_id, EventKind(kind), moment, moment, "thu", "Lý do thử", detail)
        with suppress(RuleRefused):
            self.run.ledger.record(event)


def held_against(day: datetime, province: Province, ahead: DayAhead, *, server_is_up: bool) -> int:
    """Run the day and compare what it wrote with what was promised; returns the number of mails."""
    run, store = province.on(day), province.run.store
    before = states(store)
    try:
        count = chasing.decide(run)
    except NothingToDo:
        count = 0
        assert ahead.why_off
    else:
        assert ahead.why_off is None
    assert count == len(ahead.planned)
    new = list(rows(store, before).values())
    promised = [
        {
            "mail_key": mail.key,
            "kind": mail.kind,
            "recipients": list(mail.recipients),
            "copies": list(mail.copies),
            "subject": mail.subject,
            "html": mail.html,
            "plain": mail.plain,
            "attachments": list(mail.attachments),
            "in_reply_to": mail.in_reply_to,
        }
        for mail in ahead.mails
    ]
    assert sorted(promised, key=lambda one: str(one["mail_key"])) == sorted(
        ({name: listed(row[name]) for name in COLUMNS} for row in new), key=lambda one: str(one["mail_key"])
    )
    if server_is_up:
        chasing.send(run)
        chasing.report(run)
    else:
        return len(new)
    after = states(store)
    assert {after[row["mail_key"]] for row in ahead.leaving} <= {"previewed"}
    assert {after[row["mail_key"]] for row in ahead.put_aside} <= {"withdrawn"}
    assert {after[row["mail_key"]] for row in ahead.kept} <= {"failed", "claimed", "decided"}
    assert all(after[mail.key] == "previewed" for mail in ahead.mails)
    moved = {key for key, state in before.items() if after[key] != state}
    assert moved == {row["mail_key"] for row in (*ahead.leaving, *ahead.put_aside)}
    return len(new)


def listed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith("[") else value


def a_year(store: Store, instance: Instance, seed: int, first: date, last: date) -> set[str]:
    """Live through the days; returns the kinds of mails that were promised and kept."""
    Calendar.load()
    province = Province(Run(store, instance, at(first)), random.Random(seed))
    kinds: set[str] = set()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        province.morning(day)
        with nothing_committed(store):
            untouched = files(instance)
            ahead = foresee_day(province.on(at(day, 8)))
            assert files(instance) == untouched, "looking wrote something"
        held_against(at(day, 8), province, ahead, server_is_up=province.chance.random() < 0.8)
        kinds |= {mail.kind for mail in ahead.mails}
        kinds |= {"put_aside"} if ahead.put_aside else set()
        kinds |= {"leaving"} if ahead.leaving else set()
        province.afternoon(day)
    return kinds


@pytest.mark.usefixtures("small")
def test_what_is_promised_around_a_due_date_is_what_is_sent(store: Store, instance: Instance) -> None:
    kinds = a_year(store, instance, 1, date(2026, 2, 27), date(2026, 3, 31))
    assert {"yeu_cau", "don_doc"} <= kinds


@pytest.mark.usefixtures("small")
def test_a_round_opened_on_a_day_off_is_asked_for_on_the_next_working_day(
    store: Store, instance: Instance
) -> None:
    saturday = Run(store, instance, at(date(2026, 3, 7), 7), "2026-Q1")
    opening.open_round(saturday)
    for unit in opening.obliged_units(saturday, saturday.round):
        path = opening.workbook_path(saturday, saturday.round, unit)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bieu")
    with pytest.raises(NothingToDo, match=r"thư yêu cầu của đợt mở hôm nay.*09/03/2026"):
        chasing.request(saturday)
    assert rows(store) == {}
    monday = replace(saturday, as_of=at(date(2026, 3, 9), 8))
    assert chasing.decide(monday) == len(UNITS)
    asked = rows(store).values()
    assert [row["kind"] for row in asked] == ["yeu_cau"] * len(UNITS)
    assert all(len(listed(row["attachments"])) == 2 for row in asked), "the form and the year's dates"
    assert chasing.decide(monday) == 0


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.usefixtures("small")
def test_what_is_promised_on_every_day_of_a_year_is_what_is_sent(store: Store, instance: Instance) -> None:
    kinds = a_year(store, instance, 2, date(2026, 1, 1), date(2026, 12, 31))
    assert kinds >= {
        "yeu_cau", "don_doc", "cong_van_don_doc", "danh_sach_qua_han", "cho_phe_duyet", "put_aside", "leaving"
    }  # fmt: skip
