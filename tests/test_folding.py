"""When two texts are the same: over every letter of the Vietnamese alphabet, and all ways in which it is typed."""

from __future__ import annotations

import itertools
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.folding import CAPITALS, LOOK_ALIKES, base_letter, folded, loose, visible, without_accents

TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
ALPHABET = [
    unicodedata.normalize("NFC", vowel + tone) for vowel, tone in itertools.product(VOWELS, TONES)
] + list("bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX")
WORDS = st.text(st.sampled_from([*ALPHABET, " ", "-", "."]), max_size=30)


def tone_first(text: str) -> str:
    """As some keyboards send it: the tone before the mark that shapes the letter."""
    out = ""
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        out += base + "".join(sorted(marks, key="\u0302\u0306\u031b".__contains__))
    return out


@pytest.mark.parametrize("letter", ALPHABET)
def test_every_letter_is_itself_in_all_its_spellings(letter: str) -> None:
    apart = unicodedata.normalize("NFD", letter)
    # Windows-1258: the shaped letter whole, its tone apart.
    windows = unicodedata.normalize("NFC", apart.translate(dict.fromkeys(map(ord, TONES[1:])))) + "".join(
        mark for mark in apart if mark in TONES[1:]
    )
    for spelling in (apart, windows, tone_first(letter), f"\u200b{letter}\ufeff", letter.swapcase()):
        assert folded(spelling) == folded(letter)
        assert loose(spelling) == loose(letter)
    assert visible(apart) == visible(windows) == letter


def test_accents_keep_words_apart_unless_the_comparison_is_loose() -> None:
    lower = [letter for letter in ALPHABET if letter.islower()]
    assert len({folded(letter) for letter in lower}) == len(lower)
    assert {loose(letter) for letter in lower} == set("abcdeghiklmnopqrstuvxy")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ðã ký số", "Đã ký số"),  # the letter of Iceland, which old keyboards put
        ("ðã ký số", "đã ký số"),
        ("Ɖơn vị", "Đơn vị"),
        ("ƌiện tử", "điện tử"),
        ("Сó", "Có"),  # a Cyrillic С
        ("Тrực tuyến", "Trực tuyến"),
        ("Ｈồ sơ", "Hồ sơ"),
        ("Có\u00a0", "Có"),
        ("C\u200bó", "Có"),
        ("Số\u00a0 liệu", "Số liệu"),
        ("\ufeffMã hồ sơ", "Mã hồ sơ"),
        ("UBND xã A – B", "ubnd xã a - b"),
        ("KHÔNG PHÁT SINH", "không phát sinh"),
        ("Vǎn bản", "Văn bản"),  # a caron for the breve
    ],
)
def test_what_looks_the_same_is_the_same(typed: str, meant: str) -> None:
    assert folded(typed) == folded(meant)
    assert loose(typed) == loose(meant)


@pytest.mark.parametrize(
    ("one", "other"), [("Có", "Cò"), ("đi", "di"), ("Hoà", "Hoa"), ("xã", "xa"), ("10", "1O"), ("l", "1")]
)
def test_what_looks_different_stays_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(WORDS)
def test_a_spelling_changes_no_comparison(text: str) -> None:
    for spelling in (unicodedata.normalize("NFD", text), tone_first(text), text.upper()):
        assert folded(spelling) == folded(text)
    assert folded(folded(text)) == folded(text)
    assert loose(loose(text)) == loose(text) == loose(without_accents(text))


@given(st.text())
def test_any_text_folds_and_folding_again_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert loose(loose(text)) == loose(text)
    assert all(len(base_letter(letter)) == 1 for letter in text)


def test_a_look_alike_is_never_a_letter_of_ours() -> None:
    assert not set(LOOK_ALIKES) & set(ALPHABET)
    assert all(len(letter) == 1 for letter in LOOK_ALIKES.values())


def test_capitals_are_the_capitals_of_the_alphabet_and_no_small_letter() -> None:
    capital = re.compile(f"[{CAPITALS}]")
    assert [letter for letter in ALPHABET if bool(capital.fullmatch(letter)) != letter.isupper()] == []
