from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from cchc.chasing.digest import remaining
from cchc.chasing.plan import ChasingView, mail_of, plan
from cchc.clock import at
from cchc.mail.department import Department
from cchc.mail.mail import Mail
from cchc.year import Calendar

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)


def desk_of(world: Any, as_of: datetime) -> ChasingView:
    return ChasingView(
        world.store, world.calendar, world.units, world.ladder, world.instance, Department.load(), as_of
    )


def the_mail(world: Any, as_of: datetime, *, opening: bool = False, **renamed: str) -> Mail:
    desk = desk_of(world, as_of)
    (planned,) = plan(desk, desk.owed(), rungs=desk.ladder.opening_codes if opening else None)
    return mail_of(desk, replace(planned, unit=replace(planned.unit, **renamed)))


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (at(date(2026, 3, 12), 8), "còn 3 ngày làm việc"),
        (at(date(2026, 3, 14), 8), "còn 2 ngày làm việc"),
        (at(date(2026, 3, 16), 8), "còn 1 ngày làm việc"),
        (at(date(2026, 3, 17), 8), "hạn là hôm nay"),
        (at(date(2026, 3, 17), 18), "vừa quá hạn"),
        (at(date(2026, 3, 18), 8), "quá 1 ngày làm việc"),
        (at(date(2026, 3, 22), 8), "quá 3 ngày làm việc"),
    ],
)
def test_the_distance_to_the_due_date_is_said_in_working_days(as_of: datetime, words: str) -> None:
    assert remaining(DUE, as_of, Calendar.load().working_days)[0] == words


def test_both_parts_say_what_is_missing_until_when_how_to_answer_and_whom_to_call(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    mail = the_mail(world, at(date(2026, 3, 10), 8))
    contact = Department.load().contact
    page = BeautifulSoup(mail.html, "html.parser")
    for text in (" ".join(page.get_text(" ").split()), " ".join(mail.plain.split())):
        for part in (
            world.units.get(world.unit()).name,
            "Báo cáo CCHC quý I năm 2026",
            "17 giờ 00 ngày 17/03/2026 (thứ Ba)",
            "còn 5 ngày làm việc",
            "Chưa nhận được biểu báo cáo",
            "trả lời thư này",
            "“Không phát sinh”",
            contact.phone,
            contact.mailbox,
        ):
            assert part in text


def test_the_html_needs_no_style_sheet_script_or_picture(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    page = BeautifulSoup(the_mail(world, at(date(2026, 3, 10), 8)).html, "html.parser")
    assert not page.find_all(["style", "script", "img", "link"])
    assert not [tag for tag in page.find_all(True) if tag.get("class")]
    assert page.find_all(style=True)


def test_names_are_escaped_in_html_kept_in_text_and_harmless_in_the_subject(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED, title="Báo cáo <script>alert(1)</script>\r\nBcc: x@y.example")
    mail = the_mail(world, at(date(2026, 3, 10), 8), name='Xã "A" & <b>B</b> {{ 7*7 }}')
    page = BeautifulSoup(mail.html, "html.parser")
    assert page.find("script") is None
    assert 'Xã "A" & <b>B</b> {{ 7*7 }}' in page.get_text()
    assert 'Xã "A" & <b>B</b> {{ 7*7 }}' in mail.plain


def test_the_head_is_addressed_from_the_second_overdue_rung_on(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    head = world.units.get(world.unit()).head
    assert head
    assert f"Đồng kính gửi: {head}" not in the_mail(world, at(date(2026, 3, 18), 8)).plain
    assert f"Đồng kính gửi: {head}" in the_mail(world, at(date(2026, 3, 20), 8)).plain


def test_a_plan_task_alone_is_not_told_about_declaring_nothing(world: Any) -> None:
    world.owe(
        world.unit(), DUE, opened=OPENED, product="nhiem_vu", round_id="2026-KH", item="1", title="Việc A"
    )
    assert "Không phát sinh" not in the_mail(world, at(date(2026, 3, 10), 8)).plain


def task(world: Any, number: int, due_at: datetime, title: str = "Việc") -> None:
    world.owe(
        world.unit(), due_at, opened=OPENED, product="nhiem_vu", round_id="2026-KH", item=str(number),
        title=f"{title} {number}",
    )  # fmt: skip


def test_nobody_counts_two_hundred_working_days_and_far_tasks_stand_apart(world: Any) -> None:
    task(world, 1, DUE)
    task(world, 2, at(date(2026, 12, 15), 17))
    mail = the_mail(world, at(date(2026, 3, 2), 9), opening=True)
    assert "ngày làm việc" in mail.plain and "VIỆC ĐẾN HẠN SAU TRONG NĂM (1)" in mail.plain
    after = mail.plain[mail.plain.index("VIỆC ĐẾN HẠN SAU") :]
    assert "- Việc 2; hạn 15/12/2026." in after and "Việc 1" not in after
    assert remaining(at(date(2026, 12, 15), 17), at(date(2026, 3, 2), 9), Calendar.load().working_days) == (
        "",
        "calm",
    )


@pytest.mark.parametrize(
    ("product", "count", "as_of", "subject"),
    [
        (
            "nhiem_vu",
            3,
            date(2026, 3, 2),
            "3 nhiệm vụ của kế hoạch cải cách hành chính năm 2026 - hạn sớm nhất",
        ),
        (
            "tra_loi",
            1,
            date(2026, 3, 2),
            "Trả lời yêu cầu số 1 sau kiểm tra cải cách hành chính năm 2026 - hạn",
        ),
        (
            "tra_loi",
            1,
            date(2026, 3, 17),
            "Hôm nay là hạn: trả lời yêu cầu số 1 sau kiểm tra cải cách hành chính",
        ),
        (
            "tra_loi",
            2,
            date(2026, 3, 17),
            "Hôm nay là hạn: 2 yêu cầu sau kiểm tra cải cách hành chính năm 2026",
        ),
    ],
)
def test_a_subject_says_what_is_asked_for_in_the_fields_words(
    world: Any, product: str, count: int, as_of: date, subject: str
) -> None:
    for number in range(1, count + 1):
        world.owe(
            world.unit(), DUE, opened=OPENED, product=product, round_id="2026-KT", item=str(number),
            title=f"Yêu cầu {number}: Phân công người chịu trách nhiệm.",
        )  # fmt: skip
    mail = the_mail(world, at(as_of, 9), opening=as_of < DUE.date())
    assert mail.subject.startswith(subject), mail.subject
    assert mail.subject.count(":") <= 1
    for part in (mail.plain, mail.html):
        assert ".." not in part.replace("...", "") and "chịu trách nhiệm" in part
