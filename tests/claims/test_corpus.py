"""Sentences as reports of many provinces phrase them: right ones stay without a finding, wrong ones are found.

`corpus/right.txt`: one passage a line; `corpus/wrong.txt`: kind, tab, passage. `\\n` and `\\t` stand for themselves.
Each passage is tried as typed, without its accents, broken into lines of a page, and with its letters taken apart.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from cchc.claims import ClaimSettings, check_text
from cchc.claims.flat import plain

FOLDER = Path(__file__).parent / "corpus"
SETTINGS = ClaimSettings.load()


def lines(name: str) -> list[str]:
    return [
        line.replace("\\n", "\n").replace("\\t", "\t")
        for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()
        if line
    ]


def wrapped(text: str) -> str:
    return text if "\n" in text else "\n".join(textwrap.wrap(text, 66))


FORMS: dict[str, Callable[[str], str]] = {
    "typed": str,
    "plain": plain,
    "wrapped": wrapped,
    "apart": lambda text: unicodedata.normalize("NFD", text),
    "between": lambda text: (
        "Đơn vị đã công khai kết quả.\n\n" + text + "\n\nCác nội dung khác thực hiện theo kế hoạch."
    ),
}
RIGHT = lines("right.txt")
WRONG = [line.split("\t", 1) for line in lines("wrong.txt")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", RIGHT)
def test_a_right_passage_has_no_finding(text: str, form: str) -> None:
    said = [
        fault
        for fault in check_text(FORMS[form](text), settings=SETTINGS).faults
        if fault.severity != "luu_y"
    ]
    assert said == []


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        (kind, text, form)
        for kind, text in WRONG
        for form in FORMS
        # A list of names is known by its capitals, which this form takes away.
        if (kind, form) != ("claim_count", "plain")
    ],
)
def test_a_wrong_passage_is_found_at_its_place(kind: str, text: str, form: str) -> None:
    given = FORMS[form](text)
    found = [fault for fault in check_text(given, settings=SETTINGS).faults if fault.kind == kind]
    assert found
    for fault in found:
        assert 0 <= fault.start < fault.end <= len(given)
        assert given[fault.start : fault.end].strip() == given[fault.start : fault.end]
        assert fault.message and fault.expected and fault.stated


def test_most_figures_of_right_passages_are_checked_and_said_to_be_right() -> None:
    reviews = [check_text(text, settings=SETTINGS) for text in RIGHT]
    assert sum(len(review.checked) for review in reviews) > 0.8 * len(RIGHT)
    assert all(one.ok for review in reviews for one in review.checked)
