"""Texts that nobody writes: what is four times as long takes four times the work, whatever it is made of.

Work is counted in calls, which are the same on every machine. A pattern that tries every way to part blanks does not
come to an end here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import cycle

import pytest

from cchc.claims import ClaimSettings, check_text

SETTINGS = ClaimSettings.load()
MANY = [(37 * place + place * place) % 997 for place in range(5000)]


def rows(count: int, row: Callable[[int, int], str]) -> str:
    return "\n".join(row(place, MANY[place]) for place in range(count))


SHAPES: dict[str, Callable[[int], str]] = {
    "figures": lambda count: " ".join(map(str, MANY[:count])),
    "counts": lambda count: ", ".join(f"{one} hồ sơ" for one in MANY[:count]),
    "parts": lambda count: "Tổng số 12 hồ sơ, trong đó: " + "; ".join(f"xã {one} hồ sơ" for one in MANY[:count]),
    "shares": lambda count: ", ".join(f"{one} hồ sơ đạt {one / 10}%".replace(".", ",") for one in MANY[:count]),
    "fractions": lambda count: " ".join(f"đạt {one}/{one + 9} hồ sơ ({one % 100}%)" for one in MANY[:count]),
    "documents": lambda count: " ".join(f"Văn bản số 5/KH-UBND ngày {one % 28 + 1}/5/2024" for one in MANY[:count]),
    "footnotes": lambda count: rows(count, lambda place, one: f"Có 9 văn bản[{place}].\n[{place}] Sở A: {one}"),
    "bullets": lambda count: "Gồm:\n" + rows(count, lambda place, one: f"- Xã {place}: {one} hồ sơ"),
    "brackets": lambda count: "10 hồ sơ (5 hồ sơ, " * count,
    "changes": lambda count: "tăng 5 hồ sơ so với 10 hồ sơ, " * count,
    "what is left": lambda count: "phát hiện 10, đã khắc phục 5, còn lại 4; " * count,
    "said again": lambda count: rows(count, lambda place, one: f"Tiếp nhận {one} hồ sơ trực tuyến đã nêu ở phần III."),
    "a table": lambda count: rows(count, lambda place, one: f"{place}\tXã {place}\t{one}\t{place}\t{one + place}"),
    "a table with faults": lambda count: rows(
        count, lambda place, one: f"{place}\tXã {place}\t{one}\t{place}\t{one + place + (place % 6 == 0)}"
    ),
    "a table of totals": lambda count: rows(count, lambda place, one: f"{place}\tTổng số\t{one}\t{place}"),
    "a table of levels": lambda count: rows(
        count, lambda place, one: f"{place % 50 or 'I'}\t{'Xã' if place % 12 else 'Tổng'} {place}\t{one}\t{place}"
    ),
    "many tables": lambda count: "\n\n".join(f"A\tB\tC\n{one}\t2\t3\n2\t{one}\t5" for one in MANY[:count]),
    "tables and text": lambda count: "\n\n".join(
        f"TT\tXã\tTổng số hồ sơ\n1\tXã A\t{one}\n2\tXã B\t9\n\nTổng số hồ sơ theo bảng là {one + 9} hồ sơ."
        for one in MANY[:count]
    ),
}  # fmt: skip


def work(text: str) -> int:
    """How many calls a review takes."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check_text(text, settings=SETTINGS)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_is_four_times_the_work(shape: str) -> None:
    work(SHAPES[shape](30))  # what is read once
    once, four = (work(SHAPES[shape](count)) for count in (200, 800))
    assert four <= 5 * once


SENTENCES = (
    "Tổng số tiếp nhận 54.647 hồ sơ, trong đó đúng hạn 53.850 hồ sơ, đạt 98,5% so với kế hoạch, tăng 5% (789 hồ sơ).",
    "Số: 12/BC-UBND Xã A, ngày 12 tháng 5 năm 2022 thực hiện 15 nhiệm vụ / 20 nhiệm vụ; mỗi xã 3 hồ sơ [1].",
    "1 2 3 Xã A 5 6 7",
)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "blank", [" " * 300, "\n" * 300, "\t", " \n" * 90, "\u00a0" * 300, ". " * 90, "1 " * 90, "(" * 300]
)
def test_blanks_without_end_are_passed_over(sentence: str, blank: str) -> None:
    text = "".join(word + gap for word, gap in zip(sentence.split() * 4, cycle([blank]), strict=False))
    assert check_text(text, settings=SETTINGS).text == text


@pytest.mark.parametrize("digit", ["²", "①", "½", "٣", "Ⅳ", "9" * 5000])
def test_signs_that_are_digits_and_no_numbers_break_nothing(digit: str) -> None:
    numbered = f"TT\tA\tB\n({digit})\t(2)\t{digit}=(1)+(2)\n" + rows(
        9, lambda place, one: f"{digit}\t{one}\t{place}"
    )
    said = f"Có {digit} hồ sơ, 5{digit}/{digit}, {digit}%; ngày {digit}/5/2022, năm {digit} [{digit}]"
    assert check_text(f"{numbered}\n\n{said}", settings=SETTINGS).text.endswith(said)
