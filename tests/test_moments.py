"""Days and hours of forms are read as people and software write them; what names no day is None."""

from __future__ import annotations

import pytest

from cchc.clock import TZ
from cchc.moments import DAY_FIRST, PLAIN, SHORT_YEARS, moment_of, with_times

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
