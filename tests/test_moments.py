"""Days and hours of forms are read as people and software write them; what names no day is None."""

from __future__ import annotations

import pytest

from cchc.clock import TZ
from cchc.moments import DAY_FIRST, PLAIN, SHORT_YEARS, moment_of, typed_day, typed_moment, with_times

FORMATS = with_times([*DAY_FIRST, *PLAIN, *SHORT_YEARS])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15/03/2026", "2026-03-15 00:00:00"),
        ("5-3-26", "2026-03-05 00:00:00"),
        ("15.03.2026 8:30 SA", "2026-03-15 08:30:00"),
        ("15/03/2026 2:30:05 CH", "2026-03-15 14:30:05"),
        ("15/03/2026 12:00 chiều", "2026-03-15 12:00:00"),
        ("2026-03-15T01:30:00.000Z", "2026-03-15 08:30:00"),
        ("2026-03-14T20:30:00-05:00", "2026-03-15 08:30:00"),
        ("15/03/2026 08:30:00.5", "2026-03-15 08:30:00"),
        ('="15/03/2026"', "2026-03-15 00:00:00"),
        ("'15/03/2026", "2026-03-15 00:00:00"),
        ("\u200b15/03/2026\u00a0", "2026-03-15 00:00:00"),
        ("\uff11\uff15/03/2026", None),
        ("15-Mar-2026", "2026-03-15 00:00:00"),
        ("3/15/2026", None),
        ("31/02/2026", None),
        ("15/03/2026 14:30 SA", None),
        ("15/03/2026 25:30", None),
        ("15/03/2026 08:30+99:00", None),
        ("1\uff15/03/2026", None),
        ("9999-12-31T23:00:00-05:00", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_a_moment_is_read_or_not_at_all(text: str, moment: str | None) -> None:
    found = moment_of(text, FORMATS)
    assert (None if found is None else f"{found:%Y-%m-%d %H:%M:%S}") == moment
    assert found is None or found.tzinfo == TZ


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/7/26", "2026-07-01"),
        ("01-07-2026", "2026-07-01"),
        (" 1.7.2026 ", "2026-07-01"),
        ("01 / 07 / 2026", "2026-07-01"),
        ("o1/O7/2o26", "2026-07-01"),
        ("2026-07-01", "2026-07-01"),
        ("13/1/2026", "2026-01-13"),
        ("1/13/2026", None),
        ("31/06/2026", None),
        ("1/7", None),
        ("01072026", None),
        ("1/7/2026 10:00", None),
        ("mồng một", None),
        ("", None),
    ],
)
def test_a_day_is_taken_as_people_type_it_and_never_guessed(text: str, day: str | None) -> None:
    found = typed_day(text)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    "text",
    [
        "11/03/2026 16:30", "11/3/26 16h30", "16 giờ 30 ngày 11/03/2026", "16 giờ 30 phút, 11-3-2026",
        "lúc 16h30 ngày 11.03.2026", "11/03/2026 4:30 chiều", "2026-03-11 16:30", "11/o3/2026 16:3o",
    ],
)  # fmt: skip
def test_an_hour_is_taken_as_people_type_it_on_either_side_of_its_day(text: str) -> None:
    assert f"{typed_moment(text):%Y-%m-%d %H:%M}" == "2026-03-11 16:30"


@pytest.mark.parametrize(
    "text", ["11/03/2026", "16:30", "11/03/2026 25:30", "11/03/2026 16h75", "hôm qua", ""]
)
def test_half_a_moment_is_none(text: str) -> None:
    assert typed_moment(text) is None
