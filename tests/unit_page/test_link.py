"""A link is what the installation made, letter by letter, or it is nothing."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cchc.unit_page.link import UnitLink, masked, read, sign

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=é/%\x00 "
links = st.builds(
    UnitLink,
    unit_code=st.sampled_from(("30760", "so-noi-vu", "vp-ubnd", "30292")),
    round_id=st.sampled_from(("2026-Q1", "2026-NAM", "2027-CD")),
    generation=st.integers(0, 40),
    last_day=st.dates(date(2020, 1, 1), date(2044, 12, 31)),
)


@given(links)
def test_what_was_signed_is_read_back_and_by_no_other_key(link: UnitLink) -> None:
    signed = sign(KEY, link)
    assert read(KEY, signed) == link
    assert read(OTHER_KEY, signed) is None
    assert signed == sign(KEY, link), "a mail is the same on every attempt"


@settings(max_examples=400)
@given(links, st.data())
def test_any_changed_left_out_or_added_letter_is_refused(link: UnitLink, data: st.DataObject) -> None:
    signed = sign(KEY, link)
    place = data.draw(st.integers(0, len(signed) - 1))
    letter = data.draw(st.sampled_from(LETTERS).filter(lambda one: one != signed[place]))
    for changed in (
        signed[:place] + letter + signed[place + 1 :],
        signed[:place] + signed[place + 1 :],
        signed[:place] + letter + signed[place:],
        signed + letter,
        letter + signed,
    ):
        if changed != signed:
            assert read(KEY, changed) is None


def test_every_other_last_letter_is_refused_although_it_decodes_to_the_same_signature() -> None:
    signed = sign(KEY, UnitLink("30760", "2026-Q1", 0, date(2026, 5, 1)))
    taken = [one for one in LETTERS if read(KEY, signed[:-1] + one) is not None]
    assert taken == [signed[-1]]


@given(st.text(max_size=400))
def test_whatever_is_typed_is_no_link_and_no_error(typed: str) -> None:
    assert read(KEY, typed) is None


@given(links, links)
def test_parts_of_two_links_make_no_third(one: UnitLink, other: UnitLink) -> None:
    first, second = sign(KEY, one), sign(KEY, other)
    joined = f"{first.rpartition('.')[0]}.{second.rpartition('.')[2]}"
    assert read(KEY, joined) in (None, one) and (read(KEY, joined) is None or joined == first)


def test_a_letter_that_quotes_ours_is_shown_without_the_link() -> None:
    signed = sign(KEY, UnitLink("30760", "2026-Q1", 0, date(2026, 5, 1) + timedelta(days=3)))
    text = f"Kính gửi,\n> mở trang: https://don-vi.cchc.example/v/{signed}\nhết"
    shown = masked(text)
    assert signed not in shown and signed[:20] not in shown
    assert shown.startswith("Kính gửi,\n> mở trang: https://don-vi.cchc.example/v/") and shown.endswith(
        "\nhết"
    )
    assert masked("Xem /v/ngan và a/b/v/c") == "Xem /v/ngan và a/b/v/c"
