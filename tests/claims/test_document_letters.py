"""Texts in every encoding, and in the letters of before Unicode."""

from __future__ import annotations

import unicodedata

import docx
import pytest
from docx.oxml import OxmlElement
from tests.claims.documents import SENTENCE, refused, saved

from cchc.claims.texts import read_document
from cchc.old_letters import Letters
from cchc_rehearsal.old_writing import WAYS


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
