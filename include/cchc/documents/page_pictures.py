"""Pages of the PDF files that we made, as pictures: read where no program for such files is at hand."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.paths import Instance
from cchc.texts import t

FOLDER = ".xem-truoc"  # of the data; hidden, as what is made anew and goes into no backup
MOST_PAGES = 60  # a draft has fifteen
_WIDTH, _TALLEST, _COLOURS = 1000, 2000, 32  # letters in shades of grey, red marks
_LARGEST = 30 * 1024 * 1024  # bytes of a file
_one_at_a_time = threading.Lock()  # the library knows no threads, and the board answers in many


def page_count(pdf: Path) -> int:
    """How many pages of a file are shown; 0 for one that is missing or too large."""
    return _count(str(pdf)) if pdf.is_file() and pdf.stat().st_size <= _LARGEST else 0


@lru_cache(maxsize=256)  # files are named by their content
def _count(pdf: str) -> int:
    import pypdfium2

    with _one_at_a_time, pypdfium2.PdfDocument(pdf) as document:
        return min(len(document), MOST_PAGES)


def page_picture(instance: Instance, pdf: Path, page: int) -> bytes:
    """Page `page` (from 1) of a file that is named by its content, as PNG; made once, then kept in the data folder,
    where that can be written. CchcError for a page that is none."""
    if not 1 <= page <= page_count(pdf):
        raise CchcError(t("documents.pages.none"))
    kept = instance.data / FOLDER / pdf.stem[:2] / f"{pdf.stem}-{page}.png"
    if kept.is_file():
        return kept.read_bytes()
    content = _drawn(pdf, page - 1)
    with suppress(OSError, CchcError):  # a folder that may only be read, or that is full
        write_atomic(kept, content)
    return content


def _drawn(pdf: Path, place: int) -> bytes:
    import pypdfium2

    with _one_at_a_time, pypdfium2.PdfDocument(str(pdf)) as document:
        page = document[place]
        scale = min(_WIDTH / page.get_width(), _TALLEST / page.get_height())
        picture = page.render(scale=scale).to_pil().quantize(_COLOURS)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
