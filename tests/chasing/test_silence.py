from __future__ import annotations

from datetime import date, timedelta

from bs4 import BeautifulSoup

from cchc.chasing.silence import silence_mail
from cchc.clock import at
from cchc.mail.department import Department
from cchc.sources import SourceCoverage, UnitCoverage
from cchc.sources.coverage import Week
from cchc.store import Store

MONDAY = date(2026, 3, 9)
NOW = at(date(2026, 3, 20), 18)
NAMES = {"30001": "UBND xã Thử <Một>", "30002": "UBND xã Thử Hai"}


def silent(code: str, alarmed: date = MONDAY) -> UnitCoverage:
    return UnitCoverage(code, "silent", (12, 0, 0), 12.0, 2, 24.0, MONDAY, alarmed)


def source(*units: UnitCoverage, since: date | None = None) -> SourceCoverage:
    weeks = tuple(
        Week(day, day + timedelta(6), 5, judged=True, landings=0 if since and day >= since else 1, rows=9)
        for day in (MONDAY - timedelta(7), MONDAY, MONDAY + timedelta(7))
    )
    return SourceCoverage("one_stop", weeks, NOW, since, units)


def subjects(store: Store) -> list[str]:
    return [row["subject"] for row in store.query("chasing.waiting")]


def test_the_alarm_names_units_weeks_and_usual_volume_and_goes_to_those_who_can_act(any_store: Store) -> None:
    assert silence_mail(any_store, source(silent("30001")), NAMES, NOW)
    (row,) = any_store.query("chasing.waiting")
    mail = any_store.one("mail.mail", mail_key=row["mail_key"])
    assert mail is not None
    for text in (BeautifulSoup(mail["html"], "html.parser").get_text(), mail["plain"]):
        for part in (
            "UBND xã Thử <Một>",
            "2 tuần liền không có dòng nào, từ tuần 09/03/2026",
            "thường lệ 12 dòng",
            "khoảng 24 dòng",
            "Thu thập số liệu",
        ):
            assert part in text
    department = Department.load()
    assert all(address in mail["recipients"] for address in department.failure_recipients)
    assert all(address in mail["copies"] for address in department.operators)


def test_the_same_silence_alarms_once_however_many_days_it_is_looked_at(any_store: Store) -> None:
    assert silence_mail(any_store, source(silent("30001")), NAMES, NOW)
    for days in (1, 7):
        assert not silence_mail(any_store, source(silent("30001")), NAMES, NOW + timedelta(days))
    assert len(subjects(any_store)) == 1


def test_a_new_silence_alarms_again_and_a_recovery_does_not(store: Store) -> None:
    older, newer = silent("30001"), silent("30002", MONDAY + timedelta(7))
    assert silence_mail(store, source(older), NAMES, NOW)
    assert silence_mail(store, source(older, newer), NAMES, NOW)
    assert not silence_mail(store, source(newer), NAMES, NOW)
    assert not silence_mail(store, source(older), NAMES, NOW)


def test_a_silent_source_says_so_in_its_subject(store: Store) -> None:
    assert silence_mail(store, source(since=MONDAY), NAMES, NOW)
    assert subjects(store) == ["Báo động: Một cửa điện tử không gửi tệp số liệu"]


def test_nothing_silent_alarms_nobody(store: Store) -> None:
    assert not silence_mail(store, source(), NAMES, NOW)
    assert subjects(store) == []


def test_a_long_list_is_cut_and_says_how_many_more_there_are(store: Store) -> None:
    units = [silent(f"x{number}") for number in range(70)]
    silence_mail(store, source(*units), {}, NOW)
    (row,) = store.query("chasing.waiting")
    mail = store.one("mail.mail", mail_key=row["mail_key"])
    assert mail is not None
    assert "(70)" in mail["plain"]
    assert "Còn 10 đơn vị nữa" in mail["plain"]
