"""Documents that units attach: what a reader sees comes out as text; what cannot be read is told why."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from tests.support.papers_to_read import SENTENCE, WORD, archive, pdf_of, placed, refused, saved

from cchc.claims import check_text
from cchc.claims.texts import UnreadableDocument, pdf, read_document, scanned, sheets, word
from cchc.claims.texts import read as reading
from cchc.clock import at
from cchc.documents.pdf import to_pdfs
from cchc.office import package
from cchc.old_letters import Letters
from cchc_rehearsal.old_writing import WAYS


def test_a_docx_is_read_whole() -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.add_paragraph("Tự động đánh số", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(
        table._cells, ["Chỉ tiêu", "Đơn vị tính", "Số liệu", "Tổng số", "Hồ sơ", "4,747"], strict=True
    ):
        cell.text = words
    document.sections[0].header.paragraphs[0].text = "Đầu trang"
    document.sections[0].footer.paragraphs[0].text = "Chân trang"
    found = read_document(saved(document), "bao cao.docx")
    lines = found.text.split("\n")
    assert found.format == "docx"
    assert lines[0] == SENTENCE
    assert "- Tự động đánh số" in lines
    assert "Tổng số\tHồ sơ\t4,747" in lines
    assert lines.index("Đầu trang") < lines.index("Chân trang")


def test_a_table_inside_a_cell_is_read_as_a_table_of_its_own() -> None:
    document = docx.Document()
    outer = document.add_table(2, 2)
    outer.cell(0, 0).text, outer.cell(1, 1).text = "ngoài", "9"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "trong", "5"
    assert read_document(saved(document), "a.docx").text.strip() == "ngoài\t\n\t9\n\ntrong\t5"


@pytest.mark.parametrize("depth", [70, 400])
def test_tables_nested_beyond_measure_are_called_so_and_not_damaged(depth: int) -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)._tc
    for _ in range(depth):
        for name in ("w:tbl", "w:tr", "w:tc"):
            cell.append(inner := OxmlElement(name))
            cell = inner
    assert refused(saved(document), "a.docx") == "too_deep"


def test_tracked_changes_are_read_as_accepted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Tiếp nhận ")
    inserted = parse_xml(f'<w:ins {WORD} w:id="1" w:author="a"><w:r><w:t>120</w:t></w:r></w:ins>')
    deleted = parse_xml(f'<w:del {WORD} w:id="2" w:author="a"><w:r><w:delText>210</w:delText></w:r></w:del>')
    paragraph._p.append(deleted)
    paragraph._p.append(inserted)
    paragraph.add_run(" hồ sơ")
    assert read_document(saved(document), "a.docx").text.split("\n")[0] == "Tiếp nhận 120 hồ sơ"


def test_a_text_box_is_read_once_and_a_merged_cell_keeps_the_columns() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Trước khung")
    box = parse_xml(
        f'<w:r {WORD} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>'
        "<mc:Choice Requires='wps'><w:drawing><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p>"
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t>"
        "</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph._p.append(box)
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Hai cột"
    table.cell(0, 2).text = "5"
    text = read_document(saved(document), "a.docx").text
    assert text.count("Trong khung") == 1
    assert "Hai cột\t\t5" in text


def test_a_footnote_keeps_the_mark_of_its_anchor() -> None:
    run = "<w:p><w:r><w:t>{}</w:t></w:r>{}</w:p>"
    anchor = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = run.format("Đã ban hành 90 văn bản", anchor)
    note = f'<w:footnote w:id="2">{run.format("Sở A: 40 văn bản; Sở B: 60 văn bản.", "")}</w:footnote>'
    parts = {
        "[Content_Types].xml": "<a/>",
        "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {WORD}>{note}</w:footnotes>",
    }
    found = read_document(archive({name: part.encode() for name, part in parts.items()}), "a.docx")
    text = found.text
    assert text == "Đã ban hành 90 văn bản[2]\n[2] Sở A: 40 văn bản; Sở B: 60 văn bản."
    assert placed(found, "60 văn bản") == "chú thích [2]"
    assert [str(one.kind) for one in check_text(text).faults] == [
        "claim_twice"
    ] * 2  # at the figure, at the note


def test_breaks_and_soft_hyphens_of_word() -> None:
    document = docx.Document()
    run = document.add_paragraph("Quyết định số 983/QĐ").add_run("")
    run._r.append(OxmlElement("w:noBreakHyphen"))
    text = OxmlElement("w:t")
    text.text = "UBND"
    run._r.append(text)
    run._r.append(OxmlElement("w:br"))
    run.add_text("hồ\u00ad sơ")
    assert run._r.find(qn("w:br")) is not None
    assert read_document(saved(document), "a.docx").text == "Quyết định số 983/QĐ-UBND\nhồ sơ"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(encoding: str) -> None:
    assert read_document(("Báo cáo\r\n" + SENTENCE).encode(encoding), "a.txt").text == "Báo cáo\n" + SENTENCE


def test_windows_1258_is_read_with_its_accents() -> None:
    # This table holds some letters only with the tone beside them.
    tones = set(unicodedata.normalize("NFD", "àảãáạ")) - {"a"}
    apart = "".join(
        unicodedata.normalize(
            "NFC", "".join(one for one in unicodedata.normalize("NFD", letter) if one not in tones)
        )
        + "".join(one for one in unicodedata.normalize("NFD", letter) if one in tones)
        for letter in SENTENCE
    )
    assert read_document(apart.encode("cp1258"), "a.txt").text == SENTENCE


OLD = "Báo cáo kết quả thực hiện công tác cải cách hành chính năm 2020 của huyện: giải quyết 90/100 hồ sơ, đạt 95%."


@pytest.mark.parametrize("way", ["tcvn3", "vni"])
def test_a_text_file_in_old_letters_is_read_and_named(way: str) -> None:
    document = read_document(WAYS[way](OLD).encode("latin-1"), "cu.txt")
    assert (document.text, document.letters) == (OLD, Letters(way))
    assert "cu.txt" in str(document.remark)


LONGER = "Ủy ban nhân dân phường đã ban hành kế hoạch cải cách hành chính, chỉ đạo các bộ phận triển khai.\n"


@pytest.mark.parametrize("way", ["tcvn3", "vni"])
@pytest.mark.parametrize("lines", [1, 3, 40])
def test_a_text_whose_old_letters_make_words_of_another_table_is_read_by_its_own(
    way: str, lines: int
) -> None:
    text = (LONGER * lines + OLD).lower()
    document = read_document(WAYS[way](text).encode("latin-1"), "cu.txt")
    assert (document.text, document.letters, document.doubtful) == (text, Letters(way), False)


@pytest.mark.parametrize("way", WAYS)
def test_a_word_file_in_old_letters_is_read_and_named(way: str) -> None:
    document = docx.Document()
    document.add_paragraph(WAYS[way](OLD))
    found = read_document(saved(document), "cu.docx")
    assert (found.text.strip(), found.letters, found.doubtful) == (OLD, Letters(way), False)


def test_the_soft_hyphen_of_word_is_a_letter_of_tcvn3() -> None:
    document = docx.Document()
    run = document.add_paragraph("UBND ph").add_run("")
    run._r.append(OxmlElement("w:softHyphen"))
    run.add_text(WAYS["tcvn3"]("ờng đã giải quyết 90/100 hồ sơ"))
    assert read_document(saved(document), "cu.docx").text == "UBND phường đã giải quyết 90/100 hồ sơ"


def test_bytes_of_no_table_are_refused() -> None:
    assert refused("Céng hòa, Mön, Köln ÿþ".encode("latin-1"), "cu.txt") == "encoding"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "rong.txt", "empty"),
        (b"  \n ", "trang.txt", "empty"),
        (b"PK\x03\x04hong", "hong.docx", "damaged"),
        (b"<html>", "gia.docx", "damaged"),
        (b"%PDF-1.4 hong", "hong.pdf", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "khoa.docx", "protected"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "cu.doc", "old_word"),
        (bytes(range(32)) * 40, "anh.txt", "not_text"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, name: str, reason: str) -> None:
    assert refused(content, name) == reason


def outcome(content: bytes, name: str) -> str:
    try:
        return "read" if read_document(content, name).text.strip() else ""
    except UnreadableDocument as error:
        return error.reason


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MAX_UNPACKED", 1024)
    assert refused(archive({"word/document.xml": b" " * 5000}), "bom.docx") == "unpacked"
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1024)
    assert refused(archive({"xl/workbook.xml": b" " * 5000}), "bom.xlsx") == "unpacked"


def test_an_archive_of_thousands_of_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_PARTS", 3)
    assert refused(archive({f"{number}.xml": b"" for number in range(4)}), "vun.docx") == "too_many_parts"


@pytest.mark.parametrize("span", ["²", "9" * 5000, "-1", "", "0"])
def test_a_cell_that_spans_what_is_no_number_of_columns_is_one_cell(span: str) -> None:
    cells = (
        f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>' * 2
    )
    body = f"<w:document {WORD}><w:body><w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>"
    found = read_document(
        archive({"[Content_Types].xml": b"<a/>", "word/document.xml": body.encode()}), "a.docx"
    )
    assert found.text == "a\ta"


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert refused(b"a" * 200, "to.txt") == "too_large"
    monkeypatch.setattr(reading, "MAX_LETTERS", 50)
    assert refused(b"a" * 90, "dai.txt") == "too_long"


def test_an_entity_is_not_resolved(tmp_path) -> None:
    secret = tmp_path / "bi-mat.txt"
    secret.write_text("BÍ MẬT", encoding="utf-8")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f"<w:document {WORD}><w:body><w:p><w:r><w:t>trước &x; sau</w:t></w:r></w:p></w:body></w:document>"
    )
    text = read_document(archive({"word/document.xml": body.encode()}), "a.docx").text
    assert "BÍ MẬT" not in text and "trước" in text


def test_the_text_layer_of_a_pdf_is_read() -> None:
    content = pdf_of(
        lambda figure: [figure.text(0.05, 0.9 - line / 20, SENTENCE, fontsize=8) for line in range(3)]
    )
    found = read_document(content, "bao-cao.pdf")
    assert found.format == "pdf"
    assert found.text.count(SENTENCE) == 3
    assert "\r" not in found.text


NOW = at(date(2026, 3, 19), 9)
PROSE = "Đã giải quyết 54.647 hồ sơ, trong đó đúng hạn 53.858 hồ sơ, quá hạn 789 hồ sơ."
ROWS = (
    ("Đơn vị", "Tiếp nhận", "So với cùng kỳ"),
    ("Xã An Phú có tên dài", "1.520", "tăng 4,52%"),
    ("Xã Bình Hòa", "786", "giảm 2,13 điểm"),
    ("Xã Châu Phú", "567", "tăng 4,18%"),
)


def table_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A table of Word, behind a paragraph, as LibreOffice makes a PDF of it."""
    document = docx.Document()
    document.add_paragraph(f"{PROSE} " * 4).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    with TemporaryDirectory() as folder:
        made = to_pdfs({"bang.docx": saved(document)}, Path(folder), NOW)
    assert made is not None
    return made["bang.docx"]


@pytest.mark.slow
@pytest.mark.usefixtures("office")
def test_a_row_of_a_table_in_a_pdf_is_cells_and_no_sentence() -> None:
    text = read_document(table_of(ROWS), "bang.pdf").text
    told = [line for line in text.splitlines() if "\t" in line]
    assert [tuple(line.split("\t")) for line in told] == list(ROWS)
    assert text.replace("\n", " ").count(PROSE) == 4, "the blanks of a justified line part nothing"
    assert check_text(text).faults == (), "steps of one row are none of the figures of another"


@pytest.mark.slow
@pytest.mark.usefixtures("office")
def test_a_total_of_a_table_in_a_pdf_is_held_against_its_rows() -> None:
    counts = (("An Phú", 1520, 1384), ("Bình Hòa", 786, 742), ("Châu Phú", 567, 551), ("Đa Phước", 433, 401))
    rows = [("Đơn vị", "Tiếp nhận", "Giải quyết"), *((name, str(one), str(two)) for name, one, two in counts)]
    right, wrong = (
        check_text(read_document(table_of([*rows, ("Tổng cộng", "3306", done)]), "bang.pdf").text).faults
        for done in ("3078", "3087")
    )
    assert [one.kind for one in right] == [] and [one.stated for one in wrong] == ["3087"]


def test_a_scan_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf_of(lambda figure: figure.figimage([[0, 1], [1, 0]]))
    monkeypatch.setattr(scanned, "available", lambda: True)
    monkeypatch.setattr(scanned, "pages_of", lambda document: [""] * len(document))
    assert refused(content, "quet.pdf") == "scan"
    monkeypatch.setattr(scanned, "available", lambda: False)
    assert refused(content, "quet.pdf") == "scan_untold"


@pytest.mark.skipif(not scanned.available(), reason="tesseract with Vietnamese is not installed")
def test_what_a_scan_says_is_told_and_never_certain() -> None:
    wrong = "Có 998/1.024 hồ sơ nộp trực tuyến, chiếm tỷ lệ 79,46% tổng số hồ sơ."
    printed = pypdfium2.PdfDocument(
        pdf_of(
            lambda figure: figure.text(0.05, 0.6, f"{wrong}\nCác đơn vị đã công khai kết quả.", fontsize=10)
        )
    )
    picture = pypdfium2.PdfDocument.new()
    page = picture.new_page(*printed[0].get_size())
    image = pypdfium2.PdfImage.new(picture)
    image.set_bitmap(printed[0].render(scale=3))
    image.set_matrix(pypdfium2.PdfMatrix().scale(*printed[0].get_size()))
    page.insert_obj(image)
    page.gen_content()
    picture.save(saved := io.BytesIO())
    found = read_document(saved.getvalue(), "quet.pdf")
    assert found.told == (1, 1) and found.remark and "1/1" in found.remark
    (fault,) = check_text(found.text, scanned=True).faults
    assert (fault.expected, fault.severity) == ("97,46%", "canh_bao")


def test_a_text_of_too_many_figures_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FIGURES", 5)
    assert outcome("Có 1, 2, 3, 4 và 5 xã.".encode(), "it.txt") == "read"
    assert outcome("Có 1, 2, 3, 4, 5 và 6 xã.".encode(), "nhieu.txt") == "too_many_figures"


def test_a_pdf_with_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 0)
    assert refused(pdf_of(lambda figure: figure.text(0.1, 0.5, SENTENCE)), "dai.pdf") == "too_many_pages"


@given(st.binary(max_size=400), st.sampled_from(["a.docx", "a.pdf", "a.txt", "a"]))
def test_no_bytes_break_the_reader(content: bytes, name: str) -> None:
    assert outcome(content, name)


@given(st.integers(0, 3000), st.integers(0, 255))
def test_a_docx_with_a_changed_byte_is_read_or_refused(place: int, value: int) -> None:
    content = bytearray(_SOUND)
    content[place % len(content)] = value
    allowed = ("read", "damaged", "protected", "not_word", "not_text", "unpacked", "empty", "encoding")
    assert outcome(bytes(content), "a.docx") in allowed


def _sound() -> bytes:
    body = f"<w:document {WORD}><w:body><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p></w:body></w:document>"
    return archive({"[Content_Types].xml": b"<a/>", "word/document.xml": body.encode()})


_SOUND = _sound()
