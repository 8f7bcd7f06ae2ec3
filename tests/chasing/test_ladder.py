from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.chasing.ladder import Chased, Ladder, RememberedDays
from cchc.clock import at
from cchc.config_files.folder import config_dir
from cchc.errors import ConfigError, ConfigErrors
from cchc.year import Calendar

LADDER = Ladder.load()
DAYS = RememberedDays(Calendar.load().working_days)
DUE = at(date(2026, 3, 17), 17)  # a Tuesday; no day off but weekends from 2 to 31 March


def rung_on(day: date, hour: int = 8, *, sent: dict[str, date] | None = None, product: str = "bao_cao",
            turned_back_on: date | None = None) -> str | None:  # fmt: skip
    chased = Chased(product, DUE, never_answered=True, turned_back_on=turned_back_on, sent=sent or {})
    rung = LADDER.due_rung(chased, at(day, hour), DAYS, LADDER.daily_codes)
    return rung.code if rung else None


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        (date(2026, 3, 9), None),
        (date(2026, 3, 10), "nhac_truoc_han_1"),
        (date(2026, 3, 16), "nhac_truoc_han_2"),
        (date(2026, 3, 17), "ngay_han"),
        (date(2026, 3, 18), "qua_han_1"),
        (date(2026, 3, 20), "qua_han_2"),
        (date(2026, 3, 24), "qua_han_3"),
    ],
)
def test_each_rung_comes_on_its_working_day(day: date, rung: str | None) -> None:
    yesterday = {code: day - timedelta(days=1) for code in LADDER.codes if code != rung}
    assert rung_on(day, sent=yesterday) == rung


def test_a_rung_that_was_sent_never_comes_again() -> None:
    sent = {"nhac_truoc_han_1": date(2026, 3, 10)}
    for day in range(10, 16):
        assert rung_on(date(2026, 3, day), sent=sent) is None


def test_between_the_due_hour_and_the_next_morning_nothing_is_said() -> None:
    assert rung_on(date(2026, 3, 17), 16) == "ngay_han"
    assert rung_on(date(2026, 3, 17), 18) is None


def test_after_an_outage_only_the_highest_rung_goes_and_the_missed_ones_never_follow() -> None:
    assert rung_on(date(2026, 3, 23)) == "qua_han_2"
    assert rung_on(date(2026, 3, 24), sent={"qua_han_2": date(2026, 3, 23)}) == "qua_han_3"
    assert (
        rung_on(date(2026, 3, 25), sent={"qua_han_2": date(2026, 3, 23), "qua_han_3": date(2026, 3, 24)})
        is None
    )


def test_a_request_covers_the_rungs_whose_day_had_come() -> None:
    sent = {"yeu_cau": date(2026, 3, 12)}
    assert rung_on(date(2026, 3, 13), sent=sent) is None
    assert rung_on(date(2026, 3, 16), sent=sent) == "nhac_truoc_han_2"


def test_a_turned_back_report_is_asked_for_on_the_next_working_day() -> None:
    sent = {"nhac_truoc_han_1": date(2026, 3, 10)}
    friday = date(2026, 3, 13)
    assert rung_on(friday, sent=sent, turned_back_on=friday) is None
    assert rung_on(date(2026, 3, 16), sent=sent, turned_back_on=friday) in ("da_tra_lai", "nhac_truoc_han_2")


def test_a_plan_task_climbs_its_shorter_ladder() -> None:
    found = {rung_on(date(2026, 3, 1) + timedelta(days=n), sent={}, product="nhiem_vu") for n in range(31)}
    assert found == {None, "nhac_truoc_han_1", "qua_han_1", "qua_han_3"}


def test_a_product_without_a_ladder_is_left_alone() -> None:
    assert rung_on(date(2026, 3, 24), product="khac") is None


SPRING = st.dates(date(2026, 3, 2), date(2026, 4, 10))


@given(st.dictionaries(st.sampled_from(sorted(LADDER.daily_codes)), SPRING), SPRING, st.integers(0, 23))
def test_no_rung_is_repeated_or_untrue_whatever_was_sent_before(
    sent: dict[str, date], day: date, hour: int
) -> None:
    code = rung_on(day, hour, sent=sent)
    if code is None:
        return
    assert code not in sent
    rung = LADDER.rung(code)
    assert (at(day, hour) > DUE) == rung.after_due
    assert all(before < rung.day(DUE.date(), DAYS) for before in sent.values())


def test_every_rung_of_the_shipped_ladder_is_climbed_by_somebody() -> None:
    """A rung under `rungs` that no product names would never be sent, and nobody would notice."""
    climbed = {code for rungs in LADDER.products.values() for code in rungs}
    assert set(LADDER.codes) - climbed == {rung.code for rung in LADDER.by_hand}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(config_dir() / "ladder.yaml", tmp_path / "ladder.yaml")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("working_days: -5", "working_day: -5", ["working_day", "working_days"]),
        ("working_days: -5", "working_days: năm", ["năm"]),
        ("trigger: opening", "trigger: mo_dot", ["mo_dot", "opening"]),
        ("code: qua_han_2", "code: qua_han_1", ["qua_han_1", "mục thứ 6", "mục thứ 7"]),
        ("working_days: 3", "working_days: 7", ["qua_han_3", "5"]),
        ("  tu_cham: [yeu_cau", "  tu_cham: [yeu_cao", ["tu_cham", "yeu_cao", "yeu_cau"]),
        ("  tra_loi:", "  tra_lai:", ["tra_lai"]),
        ("channels: [mail, phone]", "channels: [phone]", ["channels", "phải có mail"]),
        (
            "attach: [form, calendar]",
            "attach: [form, calendar]\n    template: bieu_khac",
            ["bieu_khac", "include/templates/mail"],
        ),
        ("letter: don_doc", "letter: cong_van", ["letter", "don_doc"]),
        (
            "    trigger: returned\n    working_days: 1",
            "    trigger: returned\n    working_days: -1",
            ["sau ngày bị trả lại"],
        ),
    ],
)
def test_a_wrong_ladder_is_one_clear_error_that_names_the_place(
    folder: Path, old: str, new: str, words: list[str]
) -> None:
    path = folder / "ladder.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((ConfigError, ConfigErrors)) as error:
        Ladder.load(folder)
    assert error.value.exit_code == 2
    for word in ["ladder.yaml", *words]:
        assert word in str(error.value)
