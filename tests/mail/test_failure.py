from __future__ import annotations

from datetime import date
from typing import Any

from bs4 import BeautifulSoup

from cchc.clock import at
from cchc.mail.department import Department
from cchc.mail.failure import TaskFailure, failure_mail
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
