"""The gauges say what the store holds, and nothing of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tests.submissions.test_receipt_sent import arrive
from tests.support.province import MORNING, OTHER, ROUND, Province
from tests.watching.test_health import lay_set

from cchc.audit import Audit, Damage, record
from cchc.clock import at
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import StopCause
from cchc.mail.outbox import send_pending
from cchc.mail.rules import OutboxRules
from cchc.mail.stops import stop_sending
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.watching import measures


def gauges(run: Run) -> dict[str, float]:
    found = measures(run)
    named = {one.name: one.value for one in found}
    assert len(named) == len(found), "a gauge that is sent twice has one value too many"
    return named


def test_an_installation_without_rounds_is_counted_as_such(any_store: Store, instance: Instance) -> None:
    instance.root.mkdir(parents=True)
    found = gauges(Run(any_store, instance, MORNING))
    assert found["owed.open"] == found["mails.sent"] == found["submissions.accepted"] == 0
    assert found["disk.free_bytes"] > 0
    assert not [one for one in found if one.startswith(("snapshot.", "backup.", "last_audit."))], (
        "missing is not zero"
    )


def test_what_is_owed_is_open_and_late_only_after_its_due_moment(province: Province) -> None:
    run = province.at(MORNING)
    owed = gauges(run)["owed.open"]
    assert owed == len(run.ledger.states(MORNING, only_owed=True)) > 0
    assert gauges(run)["owed.late"] == 0
    assert gauges(province.at(at(date(2026, 3, 20), 9)))["owed.late"] == owed


def test_what_came_is_counted_by_what_became_of_it(province: Province) -> None:
    before = gauges(province.at(MORNING))
    assert arrive(province, province.filled()) == {"accepted": 1}
    assert arrive(province, province.faulty(OTHER), f"{ROUND}_{OTHER}.xlsx") == {"rejected": 1}
    after = gauges(province.at(MORNING + timedelta(hours=2)))
    assert after["submissions.accepted"] == before["submissions.accepted"] + 1
    assert after["submissions.rejected"] == before["submissions.rejected"] + 1
    assert after["findings.loi"] > before["findings.loi"]
    assert after["set_aside.waiting"] == 0


def test_a_stop_and_waiting_mails_are_seen_as_long_as_they_last(
    province: Province, make_mail: Callable[..., Mail]
) -> None:
    mail = make_mail()
    run = province.at(mail.as_of)
    before = gauges(run)
    with run.store.write() as tx:
        enqueue(tx, mail)
    later = gauges(replace(run, as_of=mail.as_of + timedelta(minutes=5)))
    assert later["mails.decided"] == before["mails.decided"] + 1
    assert later["sending.oldest_seconds"] >= 300
    send_pending(run.store, run.instance, None, mail.as_of)
    sent = gauges(run)
    assert sent["mails.previewed"] > before["mails.previewed"] and sent["mails.decided"] == 0
    assert sent["sending.stopped"] == sent["sending.oldest_seconds"] == 0
    stop_sending(run.store, OutboxRules.load(), StopCause.LIMIT, "452 hết hạn mức", mail.as_of)
    assert gauges(replace(run, as_of=mail.as_of + timedelta(minutes=1)))["sending.stopped"] == 1
    assert gauges(replace(run, as_of=mail.as_of + timedelta(hours=8)))["sending.stopped"] == 0


def test_the_age_of_a_backup_is_that_of_the_newest(province: Province) -> None:
    run = province.at(MORNING)
    assert "backup.age_seconds" not in gauges(run)
    lay_set(run.instance, MORNING - timedelta(hours=30))
    assert gauges(run)["backup.age_seconds"] == 30 * 3600
    record(replace(run, as_of=run.as_of - timedelta(hours=2)), Audit({}, (Damage("pages", "page", "3", {}),)))
    assert (gauges(run)["last_audit.age_seconds"], gauges(run)["last_audit.damages"]) == (7200, 1)


def test_no_gauge_names_a_unit(province: Province) -> None:
    names = " ".join(gauges(province.at(MORNING)))
    assert not [unit.code for unit in province.run.units.all if unit.code in names]
