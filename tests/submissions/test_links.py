"""A link leads to where everybody can look, or it is no evidence; opening it never leads into somebody's network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.submissions.links import is_public, refusal_of


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/van-ban", "https://127.0.0.1/", "https://localhost/x", "https://[::1]/", "https://0x7f.1/",
        "https://2130706433/", "https://017700000001/", "https://169.254.169.254/meta", "https://[::ffff:10.0.0.1]/",
        "https://may-chu/", "https://kho.local/a", "https://[fe80::1]/", "https://100.64.0.1/", "https://0.0.0.0/", "https://kho.local./a",
    ],
)  # fmt: skip
def test_what_only_a_network_of_its_own_reaches_is_refused_by_its_name(url: str) -> None:
    assert refusal_of(url) == f"Liên kết {url} chỉ mở được trong mạng nội bộ: gửi tệp thay cho liên kết."


def test_only_https_without_a_password_in_it_may_be_opened() -> None:
    assert refusal_of("https://a.gov.vn/kh?so=1") == ""
    for url in ("http://a.gov.vn", "ftp://a.gov.vn", "https://a:b@a.gov.vn/"):
        assert "không phải https" in refusal_of(url)
    for url in ("https://", "www.", "https://[", "https://a.gov.vn:99999/"):
        assert "không đúng" in refusal_of(url)


@given(st.ip_addresses(v=4))
def test_an_address_that_is_written_in_any_way_is_the_same_address(address) -> None:
    assert (refusal_of(f"https://{int(address)}/") == "") is is_public(str(address))


def test_what_maps_onto_an_inner_address_is_inside_too() -> None:
    for address in ("64:ff9b::a00:1", "2002:a00:1::", "::ffff:10.0.0.1", "fec0::1", "fc00::1", "198.18.0.1"):
        assert not is_public(address)
    assert is_public("2400:cb00::1") and is_public("8.8.8.8")
