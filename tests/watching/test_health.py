"""Every line says what is wrong as long as it is so, with what to do, and never names a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.province import MORNING, OPENED, ROUND, UNIT, Province

from cchc.audit import Audit, Damage, record
from cchc.backups import Note, Shelf
from cchc.clock import at, to_text
from cchc.errors import ConfigErrors
from cchc.identity import open_store
from cchc.mail.bounces import Bounce, put_bounces
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import StopCause
from cchc.mail.rules import OutboxRules
from cchc.mail.stops import pause_sending, stop_sending
from cchc.obligations import RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import receiving
from cchc.store import Store
from cchc.texts import table
from cchc.watching import Health, State, health, worst
from cchc.watching.limits import Limits

RUNNING = {
    "metadatabase": "healthy",
    "scheduler": "healthy",
    "dag_processor": "healthy",
    "triggerer": "healthy",
}


def lines(run: Run) -> dict[str, Health]:
    return {one.key: one for one in health(run, RUNNING)}


def wrong(run: Run) -> set[str]:
    found = [one for one in health(run, RUNNING) if one.state is not State.WELL]
    assert all(one.what and one.how for one in found), "each says what is wrong and what to do"
    return {one.key for one in found}


@pytest.fixture
def looked_after(province: Province) -> Run:
    """A round under way that is looked after: the inbox was looked at, an audit was passed, a backup is there."""
    run = province.at(MORNING)
    receiving.pending(run)
    lay_set(run.instance, MORNING)
    record(run, Audit({"chain": 1}, ()))
    return run


def lay_set(instance: Instance, moment: datetime) -> None:
    """What tells of a proven set, without the set: taking one is tested where it is made."""
    shelf = Shelf.of(instance)
    note = Note("cchc_thu.tar.zst", to_text(moment), 1, "0" * 64, "ma", True, True, False, "/nha", "may")
    Path(shelf.address).mkdir(parents=True, exist_ok=True)
    (Path(shelf.address) / note.name).write_bytes(b"x")
    shelf.put_note(note)


def test_an_installation_that_is_looked_after_is_well(looked_after: Run) -> None:
    assert wrong(looked_after) <= {"disk", "unopened"}, "the machine of the tests may be full"
    plan = lines(looked_after)["unopened"]
    assert plan.state is State.LOOK and "2026-KH" in plan.what and ROUND not in plan.what
    assert "airflow" in lines(looked_after)


def test_an_inbox_that_nobody_looks_into_is_told_in_working_hours_only(looked_after: Run) -> None:
    assert at(date(2026, 3, 10), 9) == MORNING, "a Tuesday"

    def told(moment: datetime) -> bool:
        return "intake" in wrong(replace(looked_after, as_of=moment))

    assert not told(MORNING + timedelta(minutes=80))
    assert told(MORNING + timedelta(minutes=100))
    evening = replace(looked_after, as_of=at(date(2026, 3, 10), 17, 30))
    receiving.pending(evening)
    assert not told(at(date(2026, 3, 11), 6)), "nobody looks at night"
    assert not told(at(date(2026, 3, 11), 7, 45)), "the first looks of the day are just being taken"
    assert told(at(date(2026, 3, 11), 9))


def test_a_weekend_is_no_outage(looked_after: Run) -> None:
    friday = replace(looked_after, as_of=at(date(2026, 3, 13), 17, 30))
    receiving.pending(friday)
    assert "intake" not in wrong(replace(looked_after, as_of=at(date(2026, 3, 15), 12)))
    assert "intake" in wrong(replace(looked_after, as_of=at(date(2026, 3, 16), 10)))


def test_a_round_that_nobody_opened_is_told_until_it_is_over(store: Store, instance: Instance) -> None:
    instance.root.mkdir(parents=True)
    run = Run(store, instance, MORNING)
    line = lines(run)["unopened"]
    assert line.state is State.BROKEN and ROUND in line.what
    assert ROUND not in lines(replace(run, as_of=OPENED - timedelta(days=1)))["unopened"].what
    # The scores of a year are settled in the next one.
    january = lines(replace(run, as_of=at(date(2027, 1, 8), 9)))["unopened"].what
    assert "2026-CD" in january and "2026-NAM" not in january


def test_figures_that_nobody_froze_are_told_after_the_cut_off(looked_after: Run) -> None:
    window = looked_after.calendar.round(ROUND).window
    assert window is not None
    assert "frozen" not in wrong(replace(looked_after, as_of=at(window.last, 20)))
    late = lines(replace(looked_after, as_of=at(window.last + timedelta(days=4), 9)))["frozen"]
    assert late.state is State.LOOK and ROUND in late.what


def test_mail_that_does_not_leave_is_told(looked_after: Run, make_mail: Callable[..., Mail]) -> None:
    with looked_after.store.write() as tx:
        enqueue(tx, replace(make_mail(), as_of=MORNING))
    assert "unsent" not in wrong(replace(looked_after, as_of=MORNING + timedelta(minutes=50)))
    assert "unsent" in wrong(replace(looked_after, as_of=MORNING + timedelta(hours=3)))
    stop_sending(looked_after.store, OutboxRules.load(), StopCause.ACCOUNT, "535 denied", MORNING)
    assert lines(replace(looked_after, as_of=MORNING + timedelta(minutes=1)))["stopped"].state is State.BROKEN


def test_sending_that_a_person_lets_rest_is_told_and_is_no_fault(looked_after: Run) -> None:
    pause_sending(looked_after.store, looked_after.as_of, actor="chị Lan", reason="Biểu sai")
    line = lines(looked_after)["stopped"]
    assert line.state is State.LOOK and "chị Lan" in line.what


def test_a_bad_address_is_counted_and_not_named(looked_after: Run) -> None:
    address = looked_after.units.get(UNIT).mailboxes[0]
    with looked_after.store.write() as tx:
        put_bounces(tx, "m", [Bounce(address, UNIT, "5.1.1", f"no {address}", None, MORNING)], MORNING)
    line = lines(looked_after)["undelivered"]
    assert line.state is State.LOOK and "1 địa chỉ" in line.what
    for one in lines(looked_after).values():
        assert address not in one.what + one.how and UNIT not in one.what + one.how


def test_a_decision_is_told_when_it_waits_longer_than_the_department_allows(looked_after: Run) -> None:
    for kind in (RoundEventKind.closed, RoundEventKind.drafted):
        event = RoundEvent(ROUND, kind, MORNING, MORNING, "he-thong", detail={"draft": 1, "documents": []})
        looked_after.rounds.record(event)
    assert "decisions" not in wrong(looked_after)
    assert "decisions" in wrong(replace(looked_after, as_of=MORNING + timedelta(days=14)))


def test_what_is_set_aside_is_told(looked_after: Run) -> None:
    stray = looked_after.instance.inbox / "bieu-nam-ngoai.xlsx"
    stray.write_bytes(b"x")
    receiving.receive(looked_after, receiving.pending(looked_after))
    assert "1 tệp" in lines(looked_after)["set_aside"].what


def test_an_old_backup_is_told(looked_after: Run) -> None:
    assert "backup" in wrong(replace(looked_after, as_of=MORNING + timedelta(days=4)))


def test_an_audit_that_failed_is_told_until_one_is_passed_and_so_is_an_old_one(looked_after: Run) -> None:
    assert "audit" not in wrong(looked_after)
    later = replace(looked_after, as_of=MORNING + timedelta(days=1))
    record(later, Audit({"kept_files": 2}, (Damage("kept_files", "file_gone", "a.xlsx", {}),)))
    line = lines(later)["audit"]
    assert line.state is State.BROKEN and "1 sai lệch" in line.what and "11/03/2026" in line.what
    record(later, Audit({"kept_files": 2}, ()))
    assert "audit" not in wrong(later)
    assert lines(replace(later, as_of=MORNING + timedelta(days=5)))["audit"].state is State.LOOK


def test_an_installation_that_was_never_audited_is_told(province: Province) -> None:
    line = lines(province.at(MORNING))["audit"]
    assert line.state is State.LOOK and "chưa kiểm toán" in line.what


def test_a_folder_that_is_not_that_of_the_store_is_told_and_nothing_is_changed(
    instance: Instance, tmp_path: Path
) -> None:
    store = open_store(instance, MORNING)
    assert "identity" not in wrong(Run(store, instance, MORNING))
    foreign = Instance(tmp_path / "nha-khac")
    foreign.root.mkdir()
    line = lines(Run(store, foreign, MORNING))["identity"]
    assert line.state is State.BROKEN and str(instance.root) in line.what and "tiep-quan" in line.what
    assert list(foreign.root.iterdir()) == []
    store.close()


def test_a_full_disk_is_told_before_nothing_works(
    looked_after: Run, change_config: Callable[[str, str, str], None]
) -> None:
    change_config("watching.yaml", "free_disk_gb: 5", "free_disk_gb: 10000")
    line = lines(looked_after)["disk"]
    assert line.state is State.BROKEN and "10000 GB" in line.what


def test_a_part_of_airflow_that_does_not_run_is_named(looked_after: Run) -> None:
    ill = health(looked_after, RUNNING | {"scheduler": "unhealthy", "triggerer": None})[0]
    assert ill.state is State.BROKEN and "scheduler, triggerer" in ill.what
    assert health(looked_after, None)[0].state is State.BROKEN, "nobody answers"
    assert "airflow" not in {one.key for one in health(looked_after, {})}, "nobody asked"


def test_a_store_that_cannot_be_reached_hides_no_words_and_tells_no_password(instance: Instance) -> None:
    instance.root.mkdir(parents=True)
    store = Store("postgresql+psycopg://cchc:mat-khau@127.0.0.1:1/cchc")
    found = {one.key: one for one in health(Run(store, instance, MORNING), RUNNING)}
    assert set(found) == {"airflow", "store", "disk"}
    assert found["store"].state is State.BROKEN
    assert "mat-khau" not in "".join(one.what + one.how for one in found.values())


def test_a_store_without_tables_and_none_at_all_are_told_alike(
    empty_sqlite: Store, instance: Instance
) -> None:
    instance.root.mkdir(parents=True)
    (empty,) = [one for one in health(Run(empty_sqlite, instance, MORNING)) if one.key == "store"]
    (none,) = [one for one in health(None) if one.key == "store"]
    assert (empty.state, empty.what) == (none.state, none.what) and none.state is State.LOOK


def test_the_whole_is_as_its_worst_part(looked_after: Run) -> None:
    well, look, broken = (Health("disk", state, "") for state in State)
    assert worst([well, look, broken]) is State.BROKEN and worst([look, well]) is State.LOOK
    assert worst([]) is State.WELL
    assert set(table("watching.states")) == set(State) == set(table("watching.summary"))


def test_the_hours_of_the_looks_are_those_of_the_dag() -> None:
    from cchc.watching.health import FIRST_LOOK, LAST_LOOK

    dag = Path(__file__).parents[2] / "dags" / "tiep_nhan_bao_cao.py"
    assert "range(7, 18) for minute in (0, 30)" in dag.read_text(encoding="utf-8")
    assert (FIRST_LOOK.hour, LAST_LOOK.hour, LAST_LOOK.minute) == (7, 17, 30)


def test_a_wrong_limit_is_refused_and_a_missing_one_is_the_usual(config_copy: Path) -> None:
    path = config_copy / "watching.yaml"
    path.write_text("backup_hours: 24\n", encoding="utf-8")
    assert (Limits.load().backup_hours, Limits.load().unread_minutes) == (24, 60)
    path.write_text("unread_minutes: 5\n", encoding="utf-8")
    with pytest.raises(ConfigErrors, match="unread_minutes"):
        Limits.load()
