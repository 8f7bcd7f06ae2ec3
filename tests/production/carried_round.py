"""One round from opening to issue on whatever shape of the installation, and what it took: the same for each shape."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psutil
import pytest
from docx import Document
from tests.e2e.airflow_server import AirflowServer
from tests.support.province import good_answers

from cchc import clock
from cchc.clock import at, to_text
from cchc.files import write_atomic
from cchc.obligations import Ledger, RoundEventKind, RoundLedger, summarise
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister
from cchc_rehearsal.fill import fill_workbook
from cchc_rehearsal.sink import MailSink

UNITS = 122
OPENING, INTAKE, CLOSING = "mo_dot_bao_cao", "tiep_nhan_bao_cao", "chot_dot_bao_cao"
Figures = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A round to be carried. `answering`: how many units send their form; `typed`: with the decision."""

    shape: str
    round_id: str
    opened: datetime
    received: datetime
    closed: datetime
    answering: int
    typed: dict[str, str]


def first_quarter(shape: str, answering: int = UNITS) -> Plan:
    return Plan(
        shape,
        "2026-Q1",
        at(date(2026, 3, 2), 7, 30),
        at(date(2026, 3, 13), 17, 30),
        at(date(2026, 3, 19), 9),
        answering,
        {"so": "45", "ky_hieu": "BC-UBND", "ngay": "20/03/2026", "nhan_xet": ""},
    )


def half_year(shape: str, answering: int) -> Plan:
    return Plan(
        shape,
        "2026-6T",
        at(date(2026, 6, 1), 7, 30),
        at(date(2026, 6, 12), 17, 30),
        at(date(2026, 6, 19), 9),
        answering,
        {"so": "46", "ky_hieu": "BC-UBND", "ngay": "19/06/2026", "nhan_xet": ""},
    )


class Shape(Protocol):
    """What a shape of the installation knows of itself."""

    def instance(self) -> Instance: ...

    def store(self) -> Store: ...

    def pids(self) -> Mapping[str, int]:
        """The process of each service; those of the service are below it."""
        ...

    def task_times(self, dag_id: str, run_id: str) -> tuple[int, float]:
        """How many tasks of a run succeeded, and the seconds from the start of the first to the end of the last."""
        ...


@dataclass
class Taken:
    """What the processes of the services take while the block runs: the most memory, in MB, by service and in all,
    sampled each second; processor seconds of all, which a busy machine changes less than those on the wall."""

    memory_mb: dict[str, int] = field(default_factory=dict)
    cpu_seconds: int = 0

    @contextmanager
    def watching(self, pids: Mapping[str, int]) -> Iterator[None]:
        over, before = threading.Event(), _processor_seconds(pids)
        watch = threading.Thread(target=self._watch, args=(pids, over))
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()
            self.cpu_seconds = round(_processor_seconds(pids) - before)

    def _watch(self, pids: Mapping[str, int], over: threading.Event) -> None:
        while not over.wait(1):
            now = {name: _resident(pid) for name, pid in pids.items()}
            now["all"] = sum(now.values())
            self.memory_mb = {name: max(value, self.memory_mb.get(name, 0)) for name, value in now.items()}


def _resident(pid: int) -> int:
    return sum(_told(one, lambda process: process.memory_info().rss) for one in _family(pid)) // 2**20


def _processor_seconds(pids: Mapping[str, int]) -> float:
    """Of each service, of all below it, and of those below it that have ended."""
    family = (one for pid in pids.values() for one in _family(pid))
    return sum(_told(one, lambda process: sum(process.cpu_times()[:4])) for one in family)


def _family(pid: int) -> list[psutil.Process]:
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def _told(process: psutil.Process, ask: Callable[[psutil.Process], Any]) -> Any:
    try:
        return ask(process)
    except psutil.Error:  # gone meanwhile
        return 0


def carry(plan: Plan, shape: Shape, server: AirflowServer, sink: MailSink) -> Figures:
    """Open, answer, close, decide and issue the round; returns tasks and seconds of each Dag, and what all of it took.

    `van-hanh` is signed in before and afterwards; `lanh-dao` decides, and nobody else may.
    """
    instance, before, taken = shape.instance(), len(sink.received), Taken()
    figures: Figures = {"answering": plan.answering}
    with taken.watching(shape.pids()):
        figures[OPENING] = timed(plan, shape, server, OPENING, plan.opened)
        forms = sorted((instance.round_out(plan.round_id) / "bieu-mau").glob("*.xlsx"))
        assert len(forms) == UNITS, len(forms)
        assert len({to for one in sink.received[before:] for to in one.recipients}) >= UNITS
        for number, form in enumerate(forms[: plan.answering]):
            content = form.read_bytes()
            answers = good_answers(content, number % 9 + 1, signed_on=plan.received.date())
            write_atomic(instance.inbox / plan.round_id / form.name, fill_workbook(content, answers))
        figures[INTAKE] = timed(plan, shape, server, INTAKE, plan.received)
        figures[CLOSING] = _close(plan, shape, server)
    _is_issued(plan, shape, instance)
    return figures | asdict(taken)


def timed(plan: Plan, shape: Shape, server: AirflowServer, dag_id: str, moment: datetime) -> Figures:
    """Run a Dag to its success; tasks, seconds, tasks a second."""
    run_id = server.trigger(dag_id, {"round": plan.round_id, "as_of": to_text(moment)})
    state = server.finish(dag_id, run_id, 900)
    assert state == "success", f"{dag_id}: {state}\n{server.failure_of(dag_id, run_id)}"
    return _counted(shape, dag_id, run_id)


def _counted(shape: Shape, dag_id: str, run_id: str) -> Figures:
    tasks, seconds = shape.task_times(dag_id, run_id)
    return {"tasks": tasks, "seconds": round(seconds, 1), "tasks_a_second": round(tasks / seconds, 2)}


def _close(plan: Plan, shape: Shape, server: AirflowServer) -> Figures:
    """Up to the decision is counted: how long people take is theirs."""
    dag_id, task_id = CLOSING, "phe_duyet"
    run_id = server.trigger(dag_id, {"round": plan.round_id, "as_of": to_text(plan.closed)})
    server.waits(dag_id, run_id, task_id)
    counted = _counted(shape, dag_id, run_id)
    for login in ("van-hanh", "quan-tri", "xem"):
        server.sign_in(login)
        page = server.text_of("/dags")
        assert 'lang="vi"' in page and (":is(button," in page) == (login == "xem"), (
            "only a viewer deletes nothing"
        )
        with pytest.raises(AssertionError, match=": 403 "):
            server.answer(dag_id, run_id, task_id, "Phê duyệt", plan.typed)
    server.sign_in("lanh-dao")
    server.answer(dag_id, run_id, task_id, "Phê duyệt", plan.typed)
    server.sign_in("van-hanh")
    state = server.finish(dag_id, run_id, 600)
    assert state == "success", f"{state}\n{server.failure_of(dag_id, run_id)}"
    return counted


def _is_issued(plan: Plan, shape: Shape, instance: Instance) -> None:
    store = shape.store()
    when = plan.closed + timedelta(hours=9)
    found = summarise(Ledger(store).states(when, round_id=plan.round_id), UnitRegister.load(), when)
    expected = (UNITS, plan.answering, UNITS - plan.answering)
    assert (found.obliged, found.on_time, found.missing) == expected, found
    events = RoundLedger(store).events(plan.round_id)
    (issued,) = [one for one in events if one.kind == RoundEventKind.issued]
    assert issued.actor.endswith("(lanh-dao)")
    store.close()
    folder, name = instance.round_out(plan.round_id), f"bao-cao-{plan.round_id}"
    report = Document(str(folder / f"{name}.docx"))
    words = "\n".join(cell.text for table in report.tables for row in table.rows for cell in row.cells)
    assert f"{plan.typed['so']}/BC-UBND" in words
    assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF"), "LibreOffice works here"


def own_configuration(folder: Path) -> None:
    """Make the year's data in `folder` an installation's own: no sample addresses, and no working day around today, so
    that nothing starts by itself."""
    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_text(encoding="utf-8").replace(".example", ".mau-thu.vn")
        content = content.replace("0296 000 0000", "0296 123 4567")
        content = content.replace("Nguyễn Văn A", "Nguyễn Văn An").replace("Trần Thị B", "Trần Thị Bình")
        path.write_text(content, encoding="utf-8")
    today = clock.now().date()
    off = [day for n in range(-1, 2) if (day := today + timedelta(days=n)).weekday() < 5]
    entries = "".join(f'\n  - {{day: {day}, reason: "kiểm thử"}}' for day in off) or " []"
    days = f"days_off:{entries}\nworked_days: []\n"
    (folder / "working_days.yaml").write_text(days, encoding="utf-8")
