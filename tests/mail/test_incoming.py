"""A letter is read whatever its headers are made of: what cannot be made out is empty, nothing breaks off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.mail.incoming import read_letter

BROKEN = [
    b"=?utf-8?B?VGjDt?=",
    b"=?utf-8?B?V?=",
    b"=?x-tcvn3?Q?=B8?=",
    b"=?utf-8?Q?=FF=FE?= =?utf-16?B?AA==",
    b"=?utf-8?B?=?=",
    b"\xe1\xba b",
    b"a\x00b",
]


def letter(**headers: bytes) -> bytes:
    lines = {b"From": b"a@b.example", b"Subject": b"x", b"Message-ID": b"<1@b.example>"}
    lines |= {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return b"".join(name + b": " + value + b"\r\n" for name, value in lines.items()) + b"\r\nx\r\n"


@pytest.mark.parametrize("words", BROKEN)
@pytest.mark.parametrize("header", ["Subject", "Message_ID", "References", "To", "Content_Type"])
def test_broken_words_in_a_header_keep_nobody_from_being_heard(header: str, words: bytes) -> None:
    assert read_letter(letter(**{header: words})).sender == "a@b.example"


@given(st.binary(max_size=60).filter(lambda words: b"\n" not in words and b"\r" not in words))
def test_no_bytes_of_a_subject_break_a_letter(words: bytes) -> None:
    assert read_letter(letter(Subject=words)).message_id == "<1@b.example>"


@given(st.text(alphabet="=?utf-8QBbq_ /+A0é", max_size=40))
def test_no_encoded_word_breaks_a_letter(words: str) -> None:
    assert read_letter(letter(Subject=words.encode())).message_id == "<1@b.example>"
