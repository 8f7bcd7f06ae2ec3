from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cchc.clock import at, vn_date, vn_instant


@pytest.mark.parametrize(
    ("day", "hour", "minute", "written"),
    [
        (date(2026, 3, 17), 17, 0, "17 giờ 00 ngày 17/03/2026 (thứ Ba)"),
        (date(2026, 3, 15), 8, 5, "08 giờ 05 ngày 15/03/2026 (Chủ nhật)"),
        (date(2025, 12, 31), 23, 59, "23 giờ 59 ngày 31/12/2025 (thứ Tư)"),
        (date(2026, 1, 1), 0, 0, "00 giờ 00 ngày 01/01/2026 (thứ Năm)"),
    ],
)
def test_days_and_hours_are_written_as_within_a_sentence(
    day: date, hour: int, minute: int, written: str
) -> None:
    assert vn_instant(at(day, hour, minute)) == written
    assert f"ngày {vn_date(day)} (" in written


def test_an_instant_of_another_zone_is_written_in_local_time() -> None:
    assert vn_instant(datetime(2026, 12, 31, 18, tzinfo=UTC)) == "01 giờ 00 ngày 01/01/2027 (thứ Sáu)"
