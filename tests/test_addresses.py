from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.addresses import check_address
from cchc.errors import RuleRefused


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("xa.myduc@angiang.gov.vn", "xa.myduc@angiang.gov.vn"),
        ("  xa@angiang.example \n", "xa@angiang.example"),
        ("a@ANGIANG.Example", "a@angiang.example"),
        ("xa@mỹđức.example", "xa@xn--mc-2jap0p1c.example"),
    ],
)
def test_a_plain_address_passes_and_an_accented_domain_is_encoded(raw: str, expected: str) -> None:
    found = check_address(raw)
    assert found == expected or (found.isascii() and found.startswith("xa@xn--"))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "xa",
        "xa@",
        "@angiang.example",
        "a@b@angiang.example",
        "a@angiang.example, b@angiang.example",
        "a@angiang.example;b@angiang.example",
        "a@angiang.example b@angiang.example",
        "xa@angiang.example\nBcc: x@y.example",
        "xa(ghi chú)@angiang.example",
        '"xa"@angiang.example',
        "Xã <xa@angiang.example>",
        "xã@angiang.example",
        ".xa@angiang.example",
        "x..a@angiang.example",
        "xa@localhost",
        "xa@-angiang.example",
        "xa@angiang..example",
        "xa@[127.0.0.1]",
        "x" * 65 + "@angiang.example",
    ],
)
def test_anything_but_one_plain_address_is_refused(raw: str) -> None:
    with pytest.raises(RuleRefused) as refusal:
        check_address(raw)
    assert refusal.value.rule == "bad-address"


def test_whether_an_address_can_be_used_asks_no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    for name in ("getaddrinfo", "gethostbyname", "socket"):
        monkeypatch.setattr(socket, name, refuse)
    assert check_address("moi@khong-co-that.angiang.gov.vn") == "moi@khong-co-that.angiang.gov.vn"


@given(st.text(max_size=40))
def test_no_text_whatever_brings_a_line_break_or_a_second_address_into_a_header(raw: str) -> None:
    try:
        found = check_address(raw)
    except RuleRefused:
        return
    assert found.isascii()
    assert found.count("@") == 1
    assert not set(found) & set('\r\n\t ,;<>"()')
