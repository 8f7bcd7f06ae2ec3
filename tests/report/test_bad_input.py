"""A full disk, absent fonts and pictures, endless names and hostile words: a clear error, or a sane document."""

from __future__ import annotations

import errno
import io
import logging
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from matplotlib import font_manager
from PIL import Image

from cchc.clock import at
from cchc.documents import pdf, templates
from cchc.documents.letters import build_request_letter
from cchc.documents.marking import Marking
from cchc.documents.registry import DocumentRecord, documents, record_document
from cchc.errors import CchcError, DiskFull
from cchc.figures.facts import RoundFacts
from cchc.obligations import RoundLedger
from cchc.paths import PROJECT_ROOT, Instance
from cchc.report import charts
from cchc.report.appendix import build_appendix_xlsx
from cchc.report.internal_docx import build_internal_docx
from cchc.report.report_docx import build_report_docx
from cchc.store import Store
from cchc.year import Calendar

ROUND, NOON = "2026-Q1", at(date(2026, 3, 19), 12)

# --- a full disk

WRITER = """
import resource, sys
from datetime import date
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.documents.registry import DocumentRecord, record_document
from cchc.store import Store
from pathlib import Path

instance = Instance(Path(sys.argv[1]))
store = Store(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    record = DocumentRecord(round_id="2026-Q1", kind="bao_cao", draft=1, file_name="bao-cao.docx",
                            made_at=at(date(2026, 3, 19), 12), provenance={})
    record_document(store, instance, record, b"x" * 3_000_000)
except CchcError as error:
    print(error)
    raise SystemExit(7)
"""


def test_a_document_that_the_disk_has_no_room_for_is_told_in_words_and_leaves_no_half_file(
    store: Store, instance: Instance
) -> None:
    """The limit is the operating system's own, so that every write of the process meets it."""
    RoundLedger(store).open(Calendar.load().round(ROUND), NOON, "thu")
    old = instance.round_out(ROUND) / "bao-cao.docx"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"ban cu")
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(instance.root), store.url],
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT / "include")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 7, done.stderr
    for words in ("Không ghi được tệp", "hết chỗ hoặc vượt hạn mức", "Giải phóng chỗ trống", "van-ban"):
        assert words in done.stdout
    assert documents(store, ROUND) == []
    assert old.read_bytes() == b"ban cu"
    files = [path for path in instance.root.rglob("*") if path.is_file() and "so-cai" not in path.name]
    assert files == [old]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["mkdir", "replace"])
def test_a_full_disk_is_told_wherever_it_strikes_and_a_repeated_run_goes_through(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    RoundLedger(store).open(Calendar.load().round(ROUND), NOON, "thu")

    def full(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    def write() -> str:
        return record_document(
            store,
            instance,
            DocumentRecord(
                round_id=ROUND,
                kind="bao_cao",
                draft=1,
                file_name="con/bao-cao.docx",
                made_at=NOON,
                provenance={"code": "a"},
            ),
            b"moi",
        )

    monkeypatch.setattr(Path, call, full)
    with pytest.raises(DiskFull, match="Giải phóng chỗ trống"):
        write()
    monkeypatch.undo()
    assert [path for path in instance.root.rglob("*.docx*") if path.is_file()] == []
    assert documents(store, ROUND) == []
    write()
    (kept,) = documents(store, ROUND)
    assert kept.copied_to(instance).read_bytes() == b"moi"


def test_another_fault_of_the_disk_keeps_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.files import write_atomic

    def refuses(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(PermissionError):
        write_atomic(tmp_path / "a.docx", b"x")


def test_no_room_for_the_pdf_is_told_with_the_documents_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pdf.shutil, "which", lambda _: "/bin/true")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DiskFull, match=r"bao-cao\.docx"):
        pdf.to_pdfs({"bao-cao.docx": b"x"}, tmp_path, NOON)


# --- fonts and pictures that are not there


@pytest.fixture
def fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[font_manager.FontEntry]]:
    """The fonts that matplotlib knows, in a list of the test's own."""
    own = list(font_manager.fontManager.ttflist)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    charts.font_in_use.cache_clear()
    yield own
    charts.font_in_use.cache_clear()


def test_without_its_font_a_picture_takes_another_with_all_the_letters_and_says_so(
    fonts: list[font_manager.FontEntry], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "FONT", "Phông Không Có")
    kept = [font for font in fonts if font.name in ("DejaVu Sans", "cmr10")]
    fonts[:] = kept
    with caplog.at_level(logging.WARNING):
        used = charts.font_in_use(charts.FONT, len(fonts))
        picture = charts.columns([("Sở, ban, ngành", Decimal(50))], "Tỷ lệ (%)")
    assert used == "DejaVu Sans", "cmr10 has no Vietnamese letter"
    assert caplog.text.count("Phông Không Có") == 1, "once, not for each picture"
    assert "DejaVu Sans" in caplog.text
    assert Image.open(io.BytesIO(picture)).size[0] > 500


def test_without_any_font_for_vietnamese_the_log_says_what_to_install(
    fonts: list[font_manager.FontEntry], caplog: pytest.LogCaptureFixture
) -> None:
    fonts[:] = [font for font in fonts if font.name == "cmr10"]
    with caplog.at_level(logging.WARNING):
        charts.font_in_use("Phông Không Có", len(fonts))
    assert "fonts-dejavu-core" in caplog.text


def test_the_word_document_only_names_its_font(facts: RoundFacts) -> None:
    """Nothing of the machine's fonts goes into a document: the reader's Word has it, or takes another."""
    content = build_request_letter(Calendar.load().round(ROUND), Marking(NOON))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "font" in name.lower() and "Table" not in name]
        assert b"Times New Roman" in archive.read("word/styles.xml")


def template_with_logo(folder: Path) -> Path:
    """The request letter's template with a picture on top, as an official puts it in with Word."""
    document = Document(str(templates.FOLDER / "yeu_cau.docx"))
    png = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(png, "PNG")
    document.paragraphs[0].insert_paragraph_before().add_run().add_picture(io.BytesIO(png.getvalue()))
    folder.mkdir(exist_ok=True)
    document.save(str(folder / "yeu_cau.docx"))
    (folder / templates.PLACEHOLDERS).write_bytes((templates.FOLDER / templates.PLACEHOLDERS).read_bytes())
    return folder / "yeu_cau.docx"


def test_a_logo_in_a_template_is_kept_and_a_lost_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = template_with_logo(tmp_path / "mau")
    monkeypatch.setattr(templates, "FOLDER", path.parent)
    round_, marking = Calendar.load().round(ROUND), Marking(NOON)
    made = Document(io.BytesIO(build_request_letter(round_, marking)))
    assert len(list(made.element.body.iter(qn("a:blip")))) == 1
    torn = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(torn, "w") as new:
        for name in old.namelist():
            if "media/" not in name:
                new.writestr(name, old.read(name))
    path.write_bytes(torn.getvalue())
    with pytest.raises(CchcError, match=r"yeu_cau\.docx.*media.*chèn lại hình"):
        build_request_letter(round_, marking)


def test_a_template_that_is_no_word_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = template_with_logo(tmp_path / "mau")
    path.write_bytes(b"khong phai docx")
    monkeypatch.setattr(templates, "FOLDER", path.parent)
    with pytest.raises(CchcError, match=r"yeu_cau\.docx.*hỏng"):
        build_request_letter(Calendar.load().round(ROUND), Marking(NOON))


# --- endless names, hostile words, nobody


def with_name(facts: RoundFacts, name: str) -> RoundFacts:
    longest = facts.standings[3]
    unit = replace(longest.unit, name=name)
    standings = [replace(one, unit=unit) if one is longest else one for one in facts.standings]
    return replace(facts, standings=standings)


def test_a_unit_name_of_300_characters_stands_whole_in_the_workbook(facts: RoundFacts) -> None:
    name = ("Ủy ban nhân dân xã " + "Rất Dài " * 40)[:300].strip()
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(with_name(facts, name), Marking(NOON))))
    found = [cell.value for row in book["Theo đơn vị"].iter_rows() for cell in row]
    assert name in found


def test_a_long_name_leaves_room_for_the_bars_of_a_picture() -> None:
    """The picture keeps its size: the name is cut beside its bar, and stands whole in the picture's words."""
    plain = charts.bars([("Xã A", Decimal(90)), ("Xã B", Decimal(80))], None, "%")
    long = charts.bars([("Xã " + "Rất Dài " * 40, Decimal(90)), ("Xã B", Decimal(80))], None, "%")
    sizes = [Image.open(io.BytesIO(one)).size for one in (plain, long)]
    assert sizes[0] == sizes[1]
    dark = [sum(Image.open(io.BytesIO(one)).convert("L").histogram()[90:130]) for one in (plain, long)]
    assert dark[1] > dark[0] / 3, "the bars are still there"


HOSTILE = {
    "control": "\x00\x07\x1b ký tự điều khiển",
    "emoji": "biểu tượng 😀🇻🇳 và \ud800 nửa cặp",
    "xml": '<c t="s"/> & "ngoặc" ]]> <!-- -->',
    "jinja": "{{ 7 * 7 }} {% for x in y %}",
    "formula": "=HYPERLINK(1)",
    "long": "dài " * 25_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words_in_the_workbook(facts: RoundFacts, text: str) -> None:
    unit, finding = facts.findings[0]
    told = replace(facts, findings=[(unit, replace(finding, found=text, message=text))])
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(told, Marking(NOON))))
    visible = "".join(c for c in text if c not in "\x00\x07\x1b\ud800")
    cells = [cell for row in book["Cảnh báo"].iter_rows() for cell in row]
    (shown,) = {str(cell.value) for cell in cells if str(cell.value).startswith(visible.strip()[:12])
                or str(cell.value).strip()[:12] == visible.strip()[:12]}  # fmt: skip
    assert visible.startswith(shown) or shown == visible
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}, "never a formula"


def test_a_hostile_unit_name_stays_a_name_in_the_document(facts: RoundFacts) -> None:
    name = "Xã {{ 7*7 }} <w:t/> & 😀\x07"
    content = build_internal_docx(with_name(facts, name), Marking(NOON), ())
    document = Document(io.BytesIO(content))
    cells = {cell.text for table in document.tables for row in table.rows[:200] for cell in row.cells}
    text = "\n".join([*cells, *(one.text for one in document.paragraphs)])
    assert "Xã {{ 7*7 }} <w:t/> & 😀" in text


def test_of_a_round_that_nobody_reported_there_is_a_report_and_a_workbook(
    new_facts: Callable[..., RoundFacts],
) -> None:
    facts = new_facts(seed=2, silent=122)
    document = Document(io.BytesIO(build_report_docx(facts, Marking(NOON))))
    assert len(document.tables) >= 2
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(facts, Marking(NOON))), data_only=True)
    assert sum(1 for row in book["Thiếu"].iter_rows(min_row=2) if row[0].value) >= 122
