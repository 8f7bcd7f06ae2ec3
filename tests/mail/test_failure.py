from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bs4 import BeautifulSoup

from cchc.clock import at
from cchc.mail.department import Department
from cchc.mail.failure import TaskFailure, failure_mail, tell_failure
from cchc.store import Store

FACTS: dict[str, Any] = {
    "dag": "don_doc",
    "task": "gui_thu",
    "run_id": "scheduled__2026-03-16T01:00:00+00:00",
    "error": "RuntimeError: <script>alert(1)</script> & hỏng",
    "advice": "Kiểm tra máy chủ thư rồi chạy lại bước này.",
}


def alarm(store: Store, **more: Any) -> bool:
    return failure_mail(store, TaskFailure(**(FACTS | more)), at(date(2026, 3, 16), 8))


def mails(store: Store) -> list[Any]:
    return [store.one("mail.mail", mail_key=row["mail_key"]) for row in store.query("chasing.waiting")]


def test_an_alarm_says_what_broke_and_what_to_do_and_goes_to_administrators(store: Store) -> None:
    assert alarm(store, link="http://127.0.0.1:8080/dags/don_doc", attempt=2)
    (mail,) = mails(store)
    page = BeautifulSoup(mail["html"], "html.parser")
    for text in (page.get_text(), mail["plain"]):
        for part in ("gui_thu", "don_doc", FACTS["run_id"], FACTS["advice"], FACTS["error"]):
            assert part in text
    assert page.find("script") is None
    assert page.find("a")["href"] == "http://127.0.0.1:8080/dags/don_doc"  # type: ignore[index]
    assert all(address in mail["recipients"] for address in Department.load().failure_recipients)


def test_the_same_failure_alarms_once_and_each_attempt_and_part_by_itself(store: Store) -> None:
    assert alarm(store, attempt=1)
    assert not alarm(store, attempt=1)
    assert alarm(store, attempt=2)
    assert alarm(store, attempt=1, map_index=3)
    assert len(mails(store)) == 3


def test_an_endless_error_is_cut(store: Store) -> None:
    alarm(store, error="x" * 100_000)
    assert len(mails(store)[0]["html"]) < 20_000


NIGHT = at(date(2026, 3, 16), 2)


def told(store: Store, hours: float = 0, **more: Any) -> bool:
    return tell_failure(store, TaskFailure(**(FACTS | more)), NIGHT + timedelta(hours=hours))


def test_a_task_that_fails_in_the_same_way_all_night_alarms_once_in_six_hours(any_store: Store) -> None:
    assert told(any_store, error="máy chủ 10.0.0.7 không trả lời sau 30 giây")
    for half_hour in range(1, 12):
        again = f"máy chủ 10.0.0.{half_hour} không trả lời sau {half_hour} giây"
        assert not told(any_store, half_hour / 2, error=again, run_id=f"lan-{half_hour}")
    assert told(any_store, 6, error="máy chủ 10.0.0.9 không trả lời sau 1 giây", run_id="sang")
    assert "6 giờ tới không báo lại" in mails(any_store)[0]["plain"]


def test_another_fault_another_task_and_another_part_are_told_at_once(any_store: Store) -> None:
    assert told(any_store)
    assert told(any_store, 0.5, run_id="2", error="OSError: hết chỗ trên đĩa")
    assert told(any_store, 0.5, run_id="2", task="tiep_nhan")
    assert told(any_store, 0.5, run_id="2", map_index=3)
    assert told(any_store, 0.5, run_id="2", dag="don-doc"), "no letter of a name stands for another"


def test_a_run_repeated_for_an_earlier_day_is_told_whatever_came_later(store: Store) -> None:
    assert told(store, 5)
    assert told(store, 0, run_id="2")


def test_whoever_wants_every_alarm_gets_every_one(
    store: Store, change_config: Callable[[str, str, str], None]
) -> None:
    change_config("mail.yaml", "alarm_hours: 6", "alarm_hours: 0")
    assert told(store) and told(store, 0.5, run_id="2")
    assert "không báo lại" not in mails(store)[0]["plain"]
