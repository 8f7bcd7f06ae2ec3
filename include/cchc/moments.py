"""Days and hours as people and software write them; who knows more of a column than one cell tries its own formats.

The macros `tidy_moment` and `odd_moment` do the same in DuckDB, for exports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache

from cchc.clock import TZ
from cchc.folding import cell_text

TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
SHORT_YEARS = tuple(day.replace("%Y", "%y") for day in DAY_FIRST)
# Of one meaning only, wherever they stand.
PLAIN = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d-%b-%Y", "%d %b %Y", "%b %d %Y")
# What people type into a field of one day: never a month before its day, and no name of a month.
TYPED_DAYS = ("%Y-%m-%d", *DAY_FIRST, *SHORT_YEARS)
_HOURS = re.compile(r"(\d{1,2}) ?(?:h|giờ)(?: ?(\d{1,2})(?: ?(?:'|ph|phút))?)?(?= |,|$)", re.IGNORECASE)
_LINKS = re.compile(r"(?i)\b(?:ngày|lúc)\b")
_SLASHES = re.compile(r" ?([/.-]) ?")
_NOUGHTS = str.maketrans("oO", "00")
_ZONE = re.compile(
    r"(?<=\d:\d\d)(?: (?P<half>[AP]M))? ?(?P<zone>Z|(?:UTC|GMT) ?(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}(?::?\d{2})?)$",
    re.IGNORECASE,
)
_OURS, _FURTHEST, _HOUR = timedelta(hours=7), 14, 60
_SHAPES = {
    "%Y": r"\d{4}", "%y": r"\d\d", "%b": "[A-Za-z]{3}", "%p": "[AP]M",
    **dict.fromkeys(("%d", "%m", "%H", "%I", "%M", "%S"), r"\d{1,2}"),
}  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d)[Tt](\d)"), r"\1 \2"),
    (re.compile(r"(:\d{2})[.,]\d{1,9}"), r"\1"),  # fractions of a second
    (re.compile(r" ?,( |$)"), r"\1"),
    (re.compile(r"(?i)(\d) ?(?:SA|sáng|AM|A\.M\.?)( |$)"), r"\1 AM\2"),
    (re.compile(r"(?i)(\d) ?(?:CH|chiều|tối|PM|P\.M\.?)( |$)"), r"\1 PM\2"),
    # Beside an hour of 24 they say nothing more, unless they contradict it.
    (re.compile(r"(^| )(1[3-9]|2[0-3])(:\d{2}(?::\d{2})?) PM"), r"\1\2\3"),
    (re.compile(r"(^| )(00?)(:\d{2}(?::\d{2})?) AM"), r"\1\2\3"),
)


def with_times(days: Sequence[str]) -> tuple[str, ...]:
    """Formats of the days alone, with an hour behind them, and with one before them."""
    behind = [day + time for day in days for time in TIMES]
    return (*behind, *(f"{time.strip()} {day}" for day in days for time in TIMES if time))


def moment_of(text: str, formats: Sequence[str]) -> datetime | None:
    """The moment that a text names under the first format that fits, in local time; None when it names none."""
    tidy = " ".join(cell_text(text).split())
    for pattern, replacement in _STEPS:
        tidy = pattern.sub(replacement, tidy)
    offset = timedelta()
    if zone := _ZONE.search(tidy):
        tidy = tidy[: zone.start()] + (f" {zone['half']}" if zone["half"] else "")
        ahead = _ahead(zone["zone"])
        if ahead is None:
            return None
        offset = _OURS - ahead
    for name in formats:
        if not fits(tidy, name):
            continue
        try:
            found = datetime.strptime(tidy, name)  # noqa: DTZ007 - the zone is none of the format's
            return (found + offset).replace(tzinfo=TZ)
        except (ValueError, OverflowError):
            continue
    return None


def typed_day(text: str) -> date | None:
    """The day that somebody typed: 1/7/26, 01-07-2026, 1.7.2026 or 2026-07-01, a letter O for a nought forgiven; None
    for anything else, as a day without its year."""
    plain = _SLASHES.sub(r"\1", " ".join(text.split())).translate(_NOUGHTS)
    found = moment_of(plain, TYPED_DAYS)
    return found.date() if found else None


def typed_moment(text: str) -> datetime | None:
    """The day and hour that somebody typed, in either order: 16:30, 16h30, 16 giờ 30; None where one of them is
    missing."""
    plain = _HOURS.sub(lambda found: f"{found[1]}:{found[2] or '00'}", " ".join(text.split()))
    plain = " ".join(_LINKS.sub(" ", plain).split()).translate(_NOUGHTS)
    return moment_of(_SLASHES.sub(r"\1", plain), [one for one in with_times(TYPED_DAYS) if "%M" in one])


def fits(text: str, name: str) -> bool:
    """Whether a text has the shape of a format: much cheaper than to try it, and only our own digits count."""
    return _pattern(name).fullmatch(text) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    pieces = re.split(r"(%.| +)", name)
    return re.compile("".join(map(_piece, pieces)), re.ASCII)


def _piece(piece: str) -> str:
    if piece.startswith("%"):
        return _SHAPES.get(piece, ".+?")  # what else a layout may declare, strptime tells
    return r"\s+" if piece.isspace() else re.escape(piece)


def _ahead(zone: str) -> timedelta | None:
    """What a zone is ahead of UTC; None for what is no zone of the world."""
    offset = _OFFSET.search(zone)
    if offset is None:
        return timedelta()
    hours, minutes = int(offset[2]), int(offset[3] or 0)
    if hours > _FURTHEST or minutes >= _HOUR:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if offset[1] == "-" else 1)
