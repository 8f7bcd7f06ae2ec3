"""Readings that break off, as an environment tells the processes that read. Light: each of these imports it anew."""

from __future__ import annotations

import errno
import os
import time
from typing import Any

from cchc.submissions import reading

BAD = "CCHC_TEST_BAD"  # a part of the name of a file, or of a mail, that cannot be read; '' for each, unset for none
HOW = "CCHC_TEST_FAILURE"  # what happens then
SECRET = "Nguyễn Văn A, 0912 345 678"  # what an exception knows that nobody may read


def judge_badly(reader: Any, arrival: Any) -> Any:
    if (bad := os.environ.get(BAD)) is not None and bad in arrival.file_name:
        _fail()
    return reading.judge_file(reader, arrival)


def deal_badly(reader: Any, raw: bytes, *more: Any) -> Any:
    if (bad := os.environ.get(BAD)) is not None and bad.encode() in raw:
        _fail()
    return reading.deal_with_mail(reader, raw, *more)


def find_badly(reader: Any, *question: Any) -> Any:
    """As `team_book._findings_in`, unless `BAD` is set."""
    from cchc.inspection import team_book

    if BAD in os.environ:
        _fail()
    return team_book._findings_in(reader, *question)


def _fail() -> None:
    match os.environ.get(HOW, "an exception"):
        case "an exception":
            raise ZeroDivisionError(SECRET)
        case "want of memory":
            bytearray(1 << 40)
        case "death of the reader":
            os._exit(3)
        case "time":
            time.sleep(120)
        case "a full disk":
            raise OSError(errno.ENOSPC, "No space left on device", "x")
        case other:
            raise LookupError(other)
