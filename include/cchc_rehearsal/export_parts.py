"""Small things that both synthetic exports need: days as numbers, figures, obviously made-up persons."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SATURDAY = 5
ORDINAL_MONDAY = 1  # date(1, 1, 1) was a Monday


@dataclass(frozen=True)
class KnownValue:
    """The true figure of a unit: a count, or a share in per cent with its parts (no value of 0/0)."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def known_count(number: int) -> KnownValue:
    return KnownValue(Decimal(number))


def known_share(part: int, whole: int) -> KnownValue:
    if whole == 0:
        return KnownValue(None, Decimal(part), Decimal(whole))
    percent = Decimal(part * 100) / Decimal(whole)
    return KnownValue(percent.quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal(part), Decimal(whole))


def working(day: int) -> int:
    """The day itself, or the Monday after it when it is a Saturday or Sunday (days as ordinals)."""
    weekday = (day - ORDINAL_MONDAY) % 7
    return day if weekday < SATURDAY else day + 7 - weekday


def days_later(day: int, count: int) -> int:
    """`count` weekdays after `day`."""
    for _ in range(count):
        day = working(day + 1)
    return day


def shown_day(day: int | None) -> str:
    """dd/mm/yyyy, or nothing."""
    if day is None:
        return ""
    value = date.fromordinal(day)
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def made_up_person(number: int, chance: random.Random) -> list[str]:
    """Name, identity number, telephone, e-mail, address: nobody's, and visibly so."""
    return [
        f"Công dân Giả Định {number:06d}",
        f"999{number:09d}",
        f"0999{number:06d}",
        f"gia-dinh-{number:06d}@vi-du.invalid",
        f"Số {chance.randint(1, 400)}, tổ {number % 90 + 1}, khóm Không Có Thật {number:06d}",
    ]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str, bom: bool) -> bytes:
    """A CSV as such software writes it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig" if bom else "utf-8")
