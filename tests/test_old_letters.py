"""Text in old letter tables is turned into Unicode when that is sure, and nothing else is ever touched."""

from __future__ import annotations

import csv
import itertools
import unicodedata
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from cchc.old_letters import Letters, readings, recognised
from cchc.paths import TEXT_DIR
from cchc.syllables import is_syllable
from cchc.texts import table
from cchc_rehearsal.old_writing import WAYS

CORPUS = Path(__file__).parent / "claims" / "corpus"
SENTENCE = (
    "Ủy ban nhân dân phường đã ban hành kế hoạch cải cách hành chính, chỉ đạo các bộ phận triển khai đầy đủ "
    "nhiệm vụ trong kỳ (90/100 hồ sơ)"
)
LATIN = (
    "fr", "de", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "ca", "ga", "id", "tr", "pl", "cs", "ro", "hu",
    "sq",
)  # fmt: skip


def ours() -> list[str]:
    """Every text of this project that people read, a line each."""
    found: list[str] = []
    waiting: list[object] = [table(path.stem) for path in TEXT_DIR.glob("*.yaml")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found += one.splitlines()
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    for path in (TEXT_DIR.parent / "config").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            found += itertools.chain.from_iterable(csv.reader(handle))
    for path in CORPUS.glob("*.txt"):
        found += path.read_text(encoding="utf-8").splitlines()
    return found


OURS = ours()


def accented(text: str) -> int:
    return sum(not word.isascii() and is_syllable(word) for word in text.replace(",", " ").split())


@pytest.mark.parametrize("way", WAYS)
def test_a_sentence_comes_back_letter_by_letter(way: str) -> None:
    found = recognised(WAYS[way](SENTENCE))
    want = SENTENCE.lower() if way == "tcvn3" else SENTENCE
    assert (found.table, found.doubtful) == (Letters(way), False)
    assert (found.text.lower() if way == "tcvn3" else found.text) == want


@pytest.mark.parametrize("way", WAYS)
def test_every_letter_of_the_alphabet_comes_back(way: str) -> None:
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = [unicodedata.normalize("NFC", a + b) for a, b in itertools.product("aăâeêioôơuưy", tones)] + [
        "đ"
    ]
    for letter in letters if way == "tcvn3" else [*letters, *(letter.upper() for letter in letters)]:
        word = letter + "i" if letter in "đĐ" else "b" + letter + "n" * (letter not in "yỳỷỹýỵYỲỶỸÝỴ")
        if WAYS[way](word) == word:
            continue
        decoded = {table: text for text, table in readings(WAYS[way](word))}
        assert decoded[Letters(way)] == word


@pytest.mark.parametrize("way", ["tcvn3", "vni", "windows_1258", "utf_8"])
def test_texts_of_ours_come_back_from_the_old_tables_or_are_held_back(way: str) -> None:
    """Of texts with at least four words in accents 95 of 100 at least are turned, all of them rightly."""
    # No old table has these signs: letters stand in their places.
    writable = [text for text in OURS if not set(text) & set("×·")]
    texts = [text for text in writable if accented(text) >= 4 and all(ord(one) < 0x1F00 for one in text)]
    turned = [(text, recognised(WAYS[way](text))) for text in texts]
    sure = [(text, found.text) for text, found in turned if found.table and not found.doubtful]
    assert [pair for pair in sure if pair[0].lower() != pair[1].lower()] == []
    assert len(sure) >= 0.95 * len(texts) > 300


def test_ordinary_texts_are_never_touched() -> None:
    for text in OURS:
        assert recognised(text).table is None, text
        assert recognised(unicodedata.normalize("NFD", text)).table is None, text


@pytest.mark.parametrize("code", LATIN)
def test_words_of_other_languages_are_never_turned(code: str) -> None:
    locale = Locale.parse(code)
    names = [
        str(name)
        for names in (locale.territories, locale.languages, locale.currencies)
        for name in names.values()
    ]
    lists = [", ".join(names[place : place + 6]) for place in range(0, len(names), 3)]
    for text in [*names, *lists, ", ".join(names)]:
        found = recognised(text)
        assert found.table is None or found.doubtful, text


@pytest.mark.parametrize(
    "text",
    [
        "12/BC-UBND ngày 05/01/2026", "§ 5 – mục A.1", "© 2026 Sở Nội vụ ®", "5 µm; 3 µg/m³; 20 °C; ± 2 %",
        "a^2 + b^2 = c^2", "C++; o+u; x*y", "Café Zürich, São Paulo, Malmö, Đà Nẵng", "https://motcua.tinh.gov.vn/a(b",
        "· Mục một\n· Mục hai", "Có", "Không", "Cã", "1º, 2ª", "François, José, Müller", "Ðã ký số",
        "«Kế hoạch»", "xã; cà; bé; sò; gì",
        "naïve façade", "dd/mm/yyyy", "email: a.b@c.vn?", "Ngày   \t12", "***", "", " ",
    ],
)  # fmt: skip
def test_codes_figures_and_signs_are_never_turned(text: str) -> None:
    assert recognised(text).table is None


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = recognised(text)
    assert found.text == text or (found.table is not None and not found.doubtful)


@given(st.from_regex(r"[A-Z0-9.\-/]{1,12}( [A-Z0-9.\-/%,]{1,8}){0,6}", fullmatch=True))
def test_codes_and_figures_drawn_at_random_stay(text: str) -> None:
    assert recognised(text).table is None


@given(
    st.lists(
        # These two signs are letters of the old tables as well: beside them nothing is sure, and nothing turned.
        st.sampled_from(
            [text for text in OURS if max(text, default="") > "\u1e00" and not set(text) & set("×·")]
        ),
        min_size=1,
        max_size=4,
    )
)
def test_unicode_beside_old_letters_stays_unicode(texts: list[str]) -> None:
    old = WAYS["tcvn3"](SENTENCE)
    mixed = "\n".join([*texts, old])
    found = recognised(mixed)
    assert found.text.lower() == "\n".join([*texts, SENTENCE]).lower()


def test_too_little_to_be_sure_is_said_to_be_doubtful() -> None:
    found = recognised(WAYS["tcvn3"]("Không"))
    assert (found.doubtful, found.text) == (True, WAYS["tcvn3"]("Không"))
    assert ("Không", Letters.TCVN3) in list(readings(WAYS["tcvn3"]("Không")))


def test_a_dot_that_may_be_a_tone_is_doubtful() -> None:
    assert recognised(WAYS["viqr"]("Quyết định về bài nộp muộn thì phải ghi lý do") + ".").doubtful


def test_every_table_has_a_name_for_people() -> None:
    assert all(table.known_as for table in Letters)


@pytest.mark.parametrize(
    "word", ["được", "Hoà", "hòa", "XÃ", "nghiệp", "quý", "giếng", "gì", "khuỷu", "yêu", "ươm"]
)
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["", "café", "bvt", "các1", "cac", "áà", "Cåéng", "héiå", "thứcc", "zoo", "được.", "José"]
)
def test_other_words_are_none(word: str) -> None:
    assert not is_syllable(word)
