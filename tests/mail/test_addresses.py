from __future__ import annotations

from cchc.mail.addresses import split_addresses


def test_a_bad_address_stands_apart_and_stops_no_other() -> None:
    good, bad = split_addresses(["a@b.example", "hỏng", "a@b.example", "c@d.example"])
    assert good == ["a@b.example", "c@d.example"]
    assert list(bad) == ["hỏng"]
