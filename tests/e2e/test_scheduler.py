"""The real scheduler, executor and API server carry one round from its opening to its issue."""

from __future__ import annotations

import email
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email import policy

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.e2e.airflow_server import AirflowServer, until
from tests.e2e.conftest import UNITS, hand_in

from cchc import clock
from cchc.clock import at, to_text
from cchc.mail.department import Department
from cchc.obligations import Ledger, RoundEventKind, RoundLedger, summarise
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar, RoundKind, WorkingDays
from cchc_rehearsal.sink import MailSink

DAGS = {
    "ke_hoach_nam", "mo_dot_bao_cao", "thu_thap_so_lieu", "tiep_nhan_bao_cao", "don_doc", "chot_dot_bao_cao",
    "kiem_tra", "kiem_tra_don_vi", "kiem_tra_dot_xuat", "cham_diem", "bao_tri",
}  # fmt: skip
ROUND, NEXT = "2026-Q1", "2026-6T"


def subjects(sink: MailSink) -> Counter[str]:
    """How many mails of each subject went to each first recipient."""
    found: Counter[str] = Counter()
    for one in sink.received:
        message = email.message_from_bytes(one.path.read_bytes(), policy=policy.default)
        found[f"{one.recipients[0]}: {message['Subject']}"] += 1
    return found


def recipients(sink: MailSink, since: int) -> set[str]:
    return {address for one in sink.received[since:] for address in one.recipients}


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_the_real_scheduler_opens_chases_closes_and_approves_a_round(
    server: AirflowServer, sink: MailSink
) -> None:
    instance = server.instance
    until(lambda: registered(server) == DAGS, 60, "all Dags are registered")
    assert server.call("GET", "/api/v2/importErrors")["total_entries"] == 0
    the_calendar_sets_the_next_run(server)

    # Opening: four obligations, four forms, one request mail a unit with its form.
    server.run("mo_dot_bao_cao", {"round": ROUND, "as_of": to_text(at(date(2026, 3, 2), 7, 30))})
    assert sorted(path.stem for path in (instance.round_out(ROUND) / "bieu-mau").glob("*.xlsx")) == sorted(
        f"{ROUND}_{unit}" for unit in UNITS
    )
    assert len(sink.received) == len(UNITS)
    for one in sink.received:
        message = email.message_from_bytes(one.path.read_bytes(), policy=policy.default)
        assert [part.get_filename() for part in message.iter_attachments()] != []

    # Two units send their form in time, one after the due date, one never.
    hand_in(instance, ROUND, "so-noi-vu", at(date(2026, 3, 12), 9))
    hand_in(instance, ROUND, "30292", at(date(2026, 3, 13), 10))
    before = len(sink.received)
    server.run("tiep_nhan_bao_cao", {"as_of": to_text(at(date(2026, 3, 13), 17, 30))})
    assert recipients(sink, before) == {"so-noi-vu@angiang.mau-thu.vn", "ubnd.30292@angiang.mau-thu.vn"}

    # Chasing on the first working day after the due day: who owes, nobody else; a second run mails nobody.
    before = len(sink.received)
    server.run("don_doc", {"as_of": to_text(at(date(2026, 3, 18), 8))})
    owing = {"so-tai-chinh@angiang.mau-thu.vn", "ubnd.30301@angiang.mau-thu.vn"}
    assert (
        recipients(sink, before) & {f"{name}@angiang.mau-thu.vn" for name in ("so-noi-vu", "ubnd.30292")}
        == set()
    )
    assert recipients(sink, before) >= owing
    after = len(sink.received)
    server.run("don_doc", {"as_of": to_text(at(date(2026, 3, 18), 8))})
    assert len(sink.received) == after

    # Nothing lies there in the evening of the due day: what comes next day is late.
    server.run("tiep_nhan_bao_cao", {"as_of": to_text(at(date(2026, 3, 17), 17, 30))})
    hand_in(instance, ROUND, "30301", at(date(2026, 3, 18), 15))
    server.run("tiep_nhan_bao_cao", {"as_of": to_text(at(date(2026, 3, 18), 17, 30))})

    # Closing waits for a person; the report carries what that person typed.
    run_id = server.trigger("chot_dot_bao_cao", {"round": ROUND, "as_of": to_text(at(date(2026, 3, 19), 9))})
    typed = {"so": "45", "ky_hieu": "BC-UBND", "ngay": "20/03/2026", "nhan_xet": ""}
    nobody_else_may_decide(server, "chot_dot_bao_cao", run_id, typed)
    late = an_unanswered_decision_holds_up_no_other_round(server, run_id)
    a_late_decision_is_told_to_the_operators(server, sink, late)
    server.sign_in("lanh-dao")
    # A day that does not exist is asked for again, and nothing has failed.
    server.answer("chot_dot_bao_cao", run_id, "phe_duyet", "Phê duyệt", {**typed, "ngay": "31/02/2026"})
    server.answer("chot_dot_bao_cao", run_id, "phe_duyet", "Phê duyệt", typed)
    state = server.finish("chot_dot_bao_cao", run_id)
    assert state == "success", server.failure_of("chot_dot_bao_cao", run_id)
    the_round_is_issued(instance)
    decided_by(instance, "Lãnh đạo Sở Nội vụ (lanh-dao)")
    server.sign_in("van-hanh")
    the_board_shows_it(server)
    assert max(subjects(sink).values()) == 1, "a mail went out twice"

    assert server.stop() == 0
    assert "Đã dừng mọi tiến trình." in server.output


def registered(server: AirflowServer) -> set[str]:
    return {dag["dag_id"] for dag in server.call("GET", "/api/v2/dags")["dags"]}


def the_calendar_sets_the_next_run(server: AirflowServer) -> None:
    """The scheduler itself asked our timetable: the next run is the calendar's next opening day."""
    now = clock.now()
    kinds = {RoundKind.Q1, RoundKind.H1, RoundKind.Q3, RoundKind.YEAR}
    expected = next(
        one.at for one in Calendar.load().moments(kinds, {"opens"}, now.year, now.year + 1) if one.at > now
    )
    planned = server.call("GET", "/api/v2/dags/mo_dot_bao_cao")["next_dagrun_run_after"]
    assert planned is not None
    assert clock.from_text(planned.replace("Z", "+00:00")) == expected


def the_round_is_issued(instance: Instance) -> None:
    store = Store(instance.store_url)
    as_of = at(date(2026, 3, 19), 18)
    summary = summarise(Ledger(store).states(as_of, round_id=ROUND), UnitRegister.load(), as_of)
    assert (summary.obliged, summary.on_time, summary.late, summary.missing) == (4, 2, 1, 1)
    store.close()
    folder = instance.round_out(ROUND)
    report = Document(str(folder / f"bao-cao-{ROUND}.docx"))
    words = "\n".join(
        [paragraph.text for paragraph in report.paragraphs]
        + [cell.text for table in report.tables for row in table.rows for cell in row.cells]
    )
    assert "45/BC-UBND" in words
    assert "DIỄN TẬP" not in words
    assert load_workbook(folder / f"phu-luc-{ROUND}.xlsx").sheetnames


def nobody_else_may_decide(server: AirflowServer, dag_id: str, run_id: str, typed: Mapping[str, str]) -> None:
    """Neither who runs the Dags, nor the administrator, nor who only looks on: 403, and everything waits as before."""
    server.waits(dag_id, run_id, "phe_duyet")
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/phe_duyet"
    answer = {"chosen_options": ["Phê duyệt"], "params_input": dict(typed)}
    for user in ("van-hanh", "quan-tri", "xem"):
        server.sign_in(user)
        with pytest.raises(AssertionError, match=": 403 "):
            server.call("PATCH", f"{path}/-1/hitlDetails", answer)
        assert server.call("GET", path)["state"] == "awaiting_input"
        assert server.call("GET", f"{path}/-1/hitlDetails")["response_received"] is False
    store = Store(server.instance.store_url)
    state = RoundLedger(store).state(ROUND, clock.now())
    store.close()
    assert state is not None and state.waiting and not state.issues


def an_unanswered_decision_holds_up_no_other_round(server: AirflowServer, waiting: str) -> str:
    """The next round opens, closes and drafts, up to its own decision, while the first one's waits."""
    server.sign_in("van-hanh")
    server.run("mo_dot_bao_cao", {"round": NEXT, "as_of": to_text(at(date(2026, 6, 1), 7, 30))})
    run_id = server.trigger("chot_dot_bao_cao", {"round": NEXT, "as_of": to_text(at(date(2026, 6, 19), 9))})
    server.waits("chot_dot_bao_cao", run_id, "phe_duyet")
    drafts = {path.name for path in server.instance.round_out(NEXT).glob("*_du-thao-*")}
    assert drafts >= {f"bao-cao-{NEXT}_du-thao-1.docx", f"phu-luc-{NEXT}_du-thao-1.xlsx"}
    first = f"/api/v2/dags/chot_dot_bao_cao/dagRuns/{waiting}/taskInstances/phe_duyet"
    assert server.call("GET", first)["state"] == "awaiting_input"
    return run_id


def a_late_decision_is_told_to_the_operators(server: AirflowServer, sink: MailSink, run_id: str) -> None:
    """Airflow keeps the deadline of working days; once it lies behind, the operators get a mail, by the scheduler."""
    mine = "SELECT id FROM dag_run WHERE run_id = ?"
    with sqlite3.connect(server.instance.airflow_home / "airflow.db", timeout=60) as database:
        ((due,),) = database.execute(
            f"SELECT deadline_time FROM deadline WHERE dagrun_id = ({mine})", [run_id]
        ).fetchall()
        day = datetime.fromisoformat(due).replace(tzinfo=UTC).astimezone(clock.TZ).date()
        today = clock.now().date()
        assert day == WorkingDays.load().add(today, Department.load().decision_days)
        past = "SELECT queued_at FROM dag_run WHERE run_id = ?"
        database.execute(
            f"UPDATE deadline SET deadline_time = ({past}) WHERE dagrun_id = ({mine})", [run_id, run_id]
        )
    title = Calendar.load().round(NEXT).title

    def told() -> bool:
        return any("chưa ai quyết định" in subject and title in subject for subject in subjects(sink))

    until(told, 240, "the operators are told")


def decided_by(instance: Instance, title: str) -> None:
    store = Store(instance.store_url)
    actors = {
        event.kind: event.actor
        for event in RoundLedger(store).events(ROUND)
        if event.kind in (RoundEventKind.approved, RoundEventKind.issued)
    }
    store.close()
    assert actors == {RoundEventKind.approved: title, RoundEventKind.issued: title}


def the_board_shows_it(server: AirflowServer) -> None:
    """Behind the login, through Airflow's own server."""
    for path in ("/cchc/", f"/cchc/dot/{ROUND}", "/cchc/tinh/board.css", f"/cchc/dot/{ROUND}/don-vi/30301"):
        assert server.status_of(path, signed_in=False) == 401, path
        assert server.status_of(path) == 200, path
    sign = "số 45/BC-UBND, ngày 20/03/2026"
    assert sign in server.text_of(f"/cchc/dot/{ROUND}")
    page = server.text_of(f"/cchc/dot/{ROUND}?ngay=2026-03-19")
    assert sign not in page, "the decision was taken today, not on the closing day"
    assert "quá 2 ngày làm việc" in page
