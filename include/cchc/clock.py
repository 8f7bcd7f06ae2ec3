"""The only place that reads the wall clock, and how instants are written down.

Viet Nam has one time zone without summer time, so every stored instant has the same fixed offset and
ISO texts sort like the instants they stand for.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from time import time_ns
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")


END = datetime(9999, 12, 31, tzinfo=TZ)  # later than anything recorded: for what must see all that is known


def now() -> datetime:
    """The present moment in local time; only manual runs and the command line may ask for it."""
    return datetime.now(TZ).replace(microsecond=0)


def now_ms() -> int:
    """Milliseconds since 1970, the same on every machine: for turns between processes, never for a date."""
    return time_ns() // 1_000_000


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Local instant of `day` at `hour`:`minute`."""
    return datetime.combine(day, time(hour, minute), TZ)


def to_text(instant: datetime) -> str:
    """ISO text with offset +07:00 and whole seconds, e.g. `2026-03-17T17:00:00+07:00`. Refuses naive values."""
    if instant.tzinfo is None:
        raise ValueError(f"naive instant {instant!r}")
    return instant.astimezone(TZ).replace(microsecond=0).isoformat()


@lru_cache(maxsize=1 << 14)
def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote. Read once: thousands of rows share their instants."""
    return datetime.fromisoformat(text).astimezone(TZ)


def vn_date(day: date) -> str:
    """dd/mm/yyyy, as people read it."""
    from babel.dates import format_date

    return format_date(day, "dd/MM/yyyy", locale="vi")


# As they stand within a sentence; Babel has them as they stand alone ('Thứ Hai', 'Chủ Nhật').
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def vn_instant(instant: datetime) -> str:
    """E.g. `17 giờ 00 ngày 17/03/2026 (thứ Ba)`."""
    from babel.dates import format_datetime

    weekday = WEEKDAYS[instant.astimezone(TZ).weekday()]
    return format_datetime(instant, f"HH 'giờ' mm 'ngày' dd/MM/yyyy '({weekday})'", tzinfo=TZ, locale="vi")
