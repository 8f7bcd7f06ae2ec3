"""The letters of scanned pages, by tesseract with Vietnamese where it is installed (tesseract-ocr-vie)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from functools import cache

import pypdfium2

MAX_PAGES = 30
_A_PAGE, _ALL = 60, 240  # seconds
_PER_INCH = 200  # dots; letters of 12 points are then as large as tesseract wants them
_LANGUAGE = "vie"


def available() -> bool:
    """Whether this machine can tell the letters of a Vietnamese scan."""
    return _program() is not None


@cache
def _program() -> str | None:
    program = shutil.which("tesseract")
    if program is None:
        return None
    told = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=_A_PAGE, check=False
    )
    return program if _LANGUAGE in told.stdout.split() else None


def pages_of(document: pypdfium2.PdfDocument) -> list[str]:
    """The text of the first pages, as many as MAX_PAGES and the time allow; one that cannot be told is empty."""
    end, texts = time.monotonic() + _ALL, list[str]()
    for number in range(min(len(document), MAX_PAGES)):
        left = end - time.monotonic()
        if left <= 0:
            break
        texts.append(_told(_picture(document, number), min(_A_PAGE, left)))
    return texts


def _picture(document: pypdfium2.PdfDocument, number: int) -> bytes:
    """A page as a portable grey map, no larger than a sheet of A3 can be."""
    page = document[number]
    try:
        largest = max(page.get_size()) or 1
        bitmap = page.render(scale=min(_PER_INCH / 72, 3_400 / largest), grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = (rows[row * bitmap.stride :][: bitmap.width] for row in range(bitmap.height))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
    finally:
        page.close()


def _told(picture: bytes, seconds: float) -> str:
    try:
        told = subprocess.run(
            [_program() or "", "stdin", "stdout", "-l", _LANGUAGE, "--psm", "4"],
            input=picture, capture_output=True, timeout=seconds, check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    return told.stdout.decode("utf-8", "replace").replace("\x0c", "") if told.returncode == 0 else ""
