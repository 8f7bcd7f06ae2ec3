"""PDF copies: made by LibreOffice where it is, one a processor at a time, never left running."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from cchc.clock import at
from cchc.documents import pdf
from cchc.documents.letters import build_request_letter
from cchc.documents.marking import Marking
from cchc.errors import CchcError
from cchc.year import Calendar

NOW = at(date(2026, 3, 19), 9)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the test's own in the place of LibreOffice; it is given the command line of the real one."""
    path = tmp_path / "bin" / "soffice"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: str(path) if name == "soffice" else None)
    return path


def test_without_libreoffice_there_is_no_pdf_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    assert pdf.to_pdfs({"a.docx": b"x"}, tmp_path, NOW) is None


@pytest.mark.parametrize("script", ["exit 0", "echo hỏng >&2; exit 7"], ids=["wrote nothing", "failed"])
def test_a_conversion_that_fails_names_the_document(program: Path, tmp_path: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(CchcError, match=r"bao-cao\.docx"):
        pdf.to_pdfs({"bao-cao.docx": b"x"}, tmp_path, NOW)


def test_one_that_hangs_is_ended_with_everything_it_started(program: Path, tmp_path: Path) -> None:
    child = tmp_path / "child.pid"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {child}\nwait\n")
    with pytest.raises(CchcError, match="quá"):
        pdf.to_pdfs({"bao-cao.docx": b"x"}, tmp_path, NOW, time_limit_s=1)
    number = int(child.read_text())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            break
        if state == "Z":
            break
        time.sleep(0.05)
    else:
        os.kill(number, 9)
        raise AssertionError("the child is still running")


@pytest.mark.parametrize(("processors", "places"), [(None, "1"), (1, "1"), (2, "1 2"), (64, "1 2 3 4")])
def test_no_more_conversions_run_at_once_than_there_are_processors(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int | None, places: str
) -> None:
    monkeypatch.setattr(pdf.os, "cpu_count", lambda: processors)
    busy = tmp_path / "busy"
    program.write_text(
        "#!/bin/sh\n"
        f"for place in {places}; do mkdir {busy}-$place 2>/dev/null && mine={busy}-$place && break; done\n"
        '[ -n "$mine" ] || exit 9\n'  # one more than there are places
        "sleep 0.2\n"
        "rmdir $mine\n"
        'for last; do :; done\nprintf "%%PDF-1.7" > "${last%.docx}.pdf"\n'
    )
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: pdf.to_pdfs({f"{n}.docx": b"x"}, tmp_path, NOW), range(6)))
    assert found == [{f"{n}.docx": b"%PDF-1.7"} for n in range(6)]


@pytest.mark.slow
@pytest.mark.usefixtures("office")
def test_a_letter_becomes_a_pdf_that_says_the_same(tmp_path: Path) -> None:
    letter = build_request_letter(Calendar.load().round("2026-Q1"), Marking(NOW, rehearsal=True))
    other = build_request_letter(Calendar.load().round("2026-6T"), Marking(NOW, rehearsal=True))
    made = pdf.to_pdfs({"yeu-cau.docx": letter, "yeu-cau-6T.docx": other}, tmp_path, NOW)
    assert made is not None
    texts = [
        "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        for content in made.values()
    ]
    assert list(made) == ["yeu-cau.docx", "yeu-cau-6T.docx"]
    assert "6 tháng" in texts[1], "each under its own name"
    text = texts[0]
    for expected in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "quý I năm 2026", "BẢN DIỄN TẬP"):
        assert expected in text
