"""The machine is lost: another one takes over from a set, knows what it lacks, and sends nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.documents.test_decisions import approved, lay
from tests.support.mailing import Script, Serve, a_mail
from tests.support.province import MORNING, OPENED, OTHER, ROUND, UNIT, Province, good_answers, province_of
from typer.testing import CliRunner

from cchc.backups import Shelf, taking
from cchc.backups.taking import Taken, take
from cchc.cli import app
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.identity import identity_of, open_store, take_over
from cchc.mail.mail import enqueue
from cchc.mail.outbox import SendResult, send_pending
from cchc.mail.resending import send_again
from cchc.mail.stops import current_stop
from cchc.obligations import RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import closing, maintaining, opening, receiving
from cchc.stages.restoring import Request, Returned, bring_back
from cchc.store import Store, dump
from cchc_rehearsal.fill import fill_workbook

NIGHT = MORNING + timedelta(hours=2)
LATER = NIGHT + timedelta(hours=30)
NEXT = "2026-6T"
NewPlace = Callable[[], Instance]


@pytest.fixture
def another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewPlace:
    """An empty folder that every command works on from now on."""

    def make() -> Instance:
        folder = tmp_path / "may-moi"
        monkeypatch.setenv("CCHC_HOME", str(folder))
        return Instance(folder)

    return make


def set_of(instance: Instance, taken: Taken) -> Path:
    return instance.root / "sao-luu" / taken.note.name


def moved(path: Path, folder: Path) -> Path:
    """What was saved from the lost machine: the set and its note."""
    folder.mkdir(exist_ok=True)
    for name in (path.name, f"{path.name}.json"):
        shutil.move(path.with_name(name), folder / name)
    return folder / path.name


def brought_back(path: Path, instance: Instance, moment: datetime = LATER, **more: object) -> Returned:
    return bring_back(Request(path, **more), instance, moment, "quan-tri")  # type: ignore[arg-type]


def the_year_goes_on(run: Run) -> None:
    """The round that was open is answered, closed, approved and issued, and so is the next one from its opening on."""
    province = province_of(run)
    before = len(province.submissions())
    assert lay(province, OTHER, LATER) == {"accepted": 1}
    assert len(province.submissions()) == before + 1
    closed_and_issued(run, LATER + timedelta(days=10), "12")
    opens, sent = run.calendar.round(NEXT).opens_at, len(province.mails())
    following = replace(run, as_of=opens, round_id=NEXT, peer_cache={}, system_cache={})
    opening.open_round(following)
    opening.build_workbooks(following, [UNIT, OTHER])
    opening.request(following)
    assert len(province.mails()) > sent
    for unit in (UNIT, OTHER):
        form = opening.workbook_path(following, following.round, following.units.get(unit)).read_bytes()
        path = run.instance.inbox / NEXT / f"{NEXT}_{unit}.xlsx"
        write_atomic(path, fill_workbook(form, good_answers(form, 9)))
    answered = replace(following, as_of=opens + timedelta(days=8))
    assert receiving.receive(answered, receiving.pending(answered)) == {"warned": 2}, "taken in, with remarks"
    closed_and_issued(following, following.round.closes_at, "45")
    assert maintaining.audit(replace(run, as_of=following.round.closes_at + timedelta(days=3))) > 100


def closed_and_issued(run: Run, closes_at: datetime, number: str) -> None:
    closing_run = replace(run, as_of=closes_at, peer_cache={}, system_cache={})
    assert len(closing.draft(closing_run, closing.consolidate(closing_run))) == 4
    closing.issue(closing_run, approved(closes_at + timedelta(days=1), number))
    events = [one.kind for one in closing_run.rounds.events(closing_run.round.round_id)]
    assert events[-1] is RoundEventKind.issued


@pytest.mark.slow
def test_a_lost_machine_is_replaced_on_sqlite(
    province: Province, another_machine: NewPlace, tmp_path: Path
) -> None:
    assert lay(province, UNIT, MORNING) == {"accepted": 1}
    before = dump(province.store)
    assert before.pop("mail_stops") == []
    taken = take(province.store, province.instance, NIGHT, audited=True)
    path = moved(set_of(province.instance, taken), tmp_path / "cuu-duoc")
    shutil.rmtree(province.instance.root)
    instance = another_machine()
    returned = brought_back(path, instance)
    assert Store(instance.store_url).url == returned.store.url
    after = dump(returned.store)
    assert [row for row in after.pop("mail_stops") if "restored" in row], "sending rests"
    assert after == before
    run = Run(returned.store, instance, LATER, ROUND)
    assert maintaining.audit(run) > 100
    the_year_goes_on(run)
    returned.store.close()


def test_a_restored_copy_does_nothing_before_a_person_puts_it_in_charge(
    instance: Instance, another_machine: NewPlace, tmp_path: Path
) -> None:
    living = open_store(instance, MORNING)
    path = set_of(instance, take(living, instance, NIGHT, audited=True))
    assert Shelf.of(instance).notes()[0].identity == identity_of(living)
    living.close()
    place = another_machine()
    returned = brought_back(path, place)
    with pytest.raises(RuleRefused, match="tiep-quan") as refused:
        open_store(place, LATER)
    assert refused.value.rule == "second-home"
    with pytest.raises(RuleRefused) as beside:
        take_over(returned.store, place, LATER, actor="Lan", reason="thử")
    assert beside.value.rule == "living-home", "the living one is there still"
    instance.root.rename(tmp_path / "hong")
    take_over(returned.store, place, LATER, actor="Lan", reason="hỏng máy")
    open_store(place, LATER).close()
    returned.store.close()


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_tools")
def test_a_lost_machine_is_replaced_on_postgresql_with_airflow_s_database(
    postgres_store: Store,
    instance: Instance,
    empty_postgres: Store,
    postgres_server: object,
    another_machine: NewPlace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    run = Run(postgres_store, instance, OPENED, ROUND)
    opening.open_round(run)
    opening.build_workbooks(run, [UNIT, OTHER])
    province = province_of(run)
    assert lay(province, UNIT, MORNING) == {"accepted": 1}
    airflow, new_airflow = (postgres_server.create() for _ in range(2))  # type: ignore[attr-defined]
    with Store(airflow).write() as tx:
        tx.connection.exec_driver_sql("CREATE TABLE dag_run (run_id TEXT)")
        tx.connection.exec_driver_sql("INSERT INTO dag_run VALUES ('scheduled__1')")
    monkeypatch.setenv("CCHC_AIRFLOW_DATABASE", make_url(airflow).set(drivername="postgresql+psycopg2")
                       .render_as_string(hide_password=False))  # fmt: skip
    taken = take(postgres_store, instance, NIGHT, audited=True)
    assert taken.manifest.engines == {"so-cai": "postgresql", "airflow": "postgresql"}
    path = moved(set_of(instance, taken), tmp_path / "cuu-duoc")
    place = another_machine()
    monkeypatch.setenv("CCHC_STORE_URL", postgres_store.url)
    monkeypatch.setenv("CCHC_AIRFLOW_DATABASE", make_url(new_airflow).set(drivername="postgresql+psycopg2")
                       .render_as_string(hide_password=False))  # fmt: skip
    with pytest.raises(RuleRefused) as refused:
        brought_back(path, place)
    assert refused.value.rule == "living-store"
    monkeypatch.setenv("CCHC_STORE_URL", empty_postgres.url)
    returned = brought_back(path, place)
    restored_run = Run(returned.store, place, LATER, ROUND)
    assert maintaining.audit(restored_run) > 100
    the_year_goes_on(restored_run)
    with Store(new_airflow).read() as tx:
        assert tx.connection.exec_driver_sql("SELECT run_id FROM dag_run").scalars().all() == ["scheduled__1"]
    returned.store.close()


def decided(store: Store, *keys: str) -> None:
    with store.write() as tx:
        for key in keys:
            assert enqueue(tx, a_mail(key, as_of=NIGHT))


def states(store: Store) -> dict[str, str]:
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT mail_key, state FROM mails")
        return {str(key): str(state) for key, state in rows}


@pytest.fixture
def redirecting(instance: Instance) -> None:
    """Mail really goes to a server, to one address."""
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text("mail_mode: redirect\nredirect_to: thu@sonoivu.angiang.example\n")


def taken_mails(script: Script) -> list[bytes]:
    return [content for _, content in script.taken]


@pytest.mark.usefixtures("redirecting")
def test_what_was_sent_after_the_backup_is_not_sent_again_and_what_may_have_been_waits(
    store: Store, instance: Instance, serve: Serve, another_machine: NewPlace, tmp_path: Path
) -> None:
    script, smtp = serve()
    decided(store, "da-gui", "con-cho")
    old = set_of(instance, take(store, instance, NIGHT, audited=True))
    decided(store, "moi-da-gui")
    with store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE mails SET state = 'held' WHERE mail_key = 'con-cho'")
    assert send_pending(store, instance, smtp, NIGHT + timedelta(minutes=5)) == SendResult(sent=2)
    # What is left: the copies of sent mails that the server keeps, and nothing else.
    sent_folder = tmp_path / "thu-da-gui"
    sent_folder.mkdir()
    for number, content in enumerate(taken_mails(script)):
        (sent_folder / f"{number}.eml").write_bytes(content)
    path = moved(old, tmp_path / "cuu-duoc")
    place = another_machine()
    returned = brought_back(path, place, left=(sent_folder,))
    assert len(returned.missing.sent) == 2
    new = returned.store
    decided(new, "moi-da-gui", "moi-nua")  # decided again, by a store that does not know that it was
    assert "phục hồi" in send_pending(new, place, smtp, LATER).stopped
    assert len(script.taken) == 2
    take_over(new, place, LATER, actor="Lan", reason="hỏng máy")
    going_on = CliRunner().invoke(app, ["thu", "tiep-tuc", "--nguoi", "Lan"])
    assert going_on.exit_code == 0, going_on.output + str(going_on.exception)
    assert states(new) == {
        "da-gui": "sent", "moi-da-gui": "sent", "con-cho": "held", "moi-nua": "held"
    }  # fmt: skip
    assert send_pending(new, place, smtp, LATER) == SendResult()
    with new.write() as tx:
        row = tx.one("mail.mail", mail_key="con-cho")
        assert row is not None
        send_again(tx, row, LATER, actor="Lan", reason="đơn vị chưa nhận được")
    assert send_pending(new, place, smtp, LATER) == SendResult(sent=1)
    assert len(script.taken) == 3
    new.close()


def test_the_note_of_a_newer_set_tells_what_an_older_one_lacks(
    province: Province, another_machine: NewPlace, tmp_path: Path
) -> None:
    folder = tmp_path / "cuu-duoc"
    older = set_of(province.instance, take(province.store, province.instance, NIGHT, audited=True))
    assert lay(province, UNIT, NIGHT + timedelta(minutes=30)) == {"accepted": 1}
    with province.store.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE mails SET state = 'sent', sent_at = '2026-03-10T12:00:00+07:00'"
        )
    newer = take(province.store, province.instance, NIGHT + timedelta(hours=1), audited=True)
    newer_path = moved(set_of(province.instance, newer), folder)
    newer_path.write_bytes(b"hong")  # the newer set itself cannot be used, what is told of it can
    instance = another_machine()
    returned = brought_back(moved(older, folder), instance)
    missing = returned.missing
    assert missing.until == NIGHT + timedelta(hours=1)
    assert missing.events == 2
    assert [(row["unit_code"], row["round_id"]) for row in missing.files] == [(UNIT, ROUND)]
    assert len(missing.sent) == len(province.mails()) == 1
    stop = current_stop(returned.store, LATER)
    assert stop is not None and stop.cause == "restored"
    returned.store.close()


def test_what_came_while_the_set_was_taken_is_in_it_and_not_told_as_lost(
    province: Province, another_machine: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, copy = tmp_path / "cuu-duoc", taking.copy_database

    def received_first(url: str, target: Path) -> None:
        assert lay(province, UNIT, NIGHT) == {"accepted": 1}
        copy(url, target)

    with monkeypatch.context() as patch:
        patch.setattr(taking, "copy_database", received_first)
        older = set_of(province.instance, taking.take(province.store, province.instance, NIGHT, audited=True))
    newer = take(province.store, province.instance, NIGHT + timedelta(hours=1), audited=True)
    moved(set_of(province.instance, newer), folder)
    instance = another_machine()
    returned = brought_back(moved(older, folder), instance)
    assert len(returned.store.query("backups.submissions_since", since="")) == 1
    assert (returned.missing.events, returned.missing.files) == (0, ())
    returned.store.close()


def test_a_file_that_was_waiting_came_when_it_was_first_seen(
    province: Province, another_machine: NewPlace, tmp_path: Path
) -> None:
    from cchc.submissions.inbox import look

    path = province.instance.inbox / ROUND / f"{ROUND}_{UNIT}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(province.filled())
    look(province.at(MORNING))
    seen = province.store.query("submissions.sightings")[0]
    taken = take(province.store, province.instance, NIGHT, audited=True)
    saved = moved(set_of(province.instance, taken), tmp_path / "cuu-duoc")
    instance = another_machine()
    returned = brought_back(saved, instance)
    look(Run(returned.store, instance, LATER, ROUND))
    (row,) = returned.store.query("submissions.sightings")
    assert (row["first_seen_at"], row["came_after"]) == (seen["first_seen_at"], seen["came_after"])
    assert row["mark"] != seen["mark"]
    returned.store.close()
