"""A refused form keeps what was typed in it: every form of every page, and no other form of the page."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html
from tests.board.every_page import any_store, board, reporting

from cchc.errors import RuleRefused
from cchc_board import door
from cchc_board.refilled import refilled

__all__ = ["any_store", "board", "reporting"]
OWN = {"Origin": "http://testserver"}
UNTYPED = ("hidden", "file", "submit")


def forms(page: str) -> list[Any]:
    return [one for one in html.document_fromstring(page).forms if one.method == "POST"]


def acts(form: Any) -> list[str]:
    return [one.get("value") for one in form.iter("button", "input") if one.get("name") == "viec"]


def about(form: Any) -> list[tuple[str, str]]:
    """What the form is about: its act and hidden fields, but for seals of the moment."""
    hidden = form.xpath(".//input[@type='hidden']")
    found = [(one.get("name"), one.get("value")) for one in hidden if one.get("name") not in ("ma", "ban")]
    return sorted([*found, *(("viec", act) for act in acts(form))])


def held(form: Any) -> list[tuple[str, str]]:
    """What stands in the fields that people fill, in their order."""
    found = []
    for field in form.iter("input", "select", "textarea"):
        kind, name = field.get("type"), field.get("name")
        if kind in ("checkbox", "radio"):
            found += [(name, field.get("value"))] if field.get("checked") is not None else []
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None] or options[:1]
            found += [(name, one.get("value", one.text_content())) for one in chosen]
        elif field.tag == "textarea":
            found.append((name, (field.text or "").removeprefix("\n")))
        elif kind not in UNTYPED:
            found.append((name, field.get("value")))
    return found


def typed_in(form: Any) -> list[tuple[str, str]]:
    """Something in every field: words, the last choice, the last box or button."""
    found: list[tuple[str, str]] = []
    for number, field in enumerate(form.iter("input", "select", "textarea")):
        kind, name = field.get("type"), field.get("name")
        if kind in ("checkbox", "radio"):
            found = [*(one for one in found if one[0] != name), (name, field.get("value"))]
        elif field.tag == "select":
            last = list(field.iter("option"))[-1:]
            found += [(name, one.get("value", one.text_content())) for one in last]
        elif kind not in UNTYPED:
            found.append((name, f"gõ {number} <&>"))
    return found


@pytest.mark.usefixtures("any_store")
def test_every_form_of_every_page_keeps_its_own_words_after_a_refusal(
    board: tuple[FastAPI, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise RuleRefused("thu", "Chưa được")

    monkeypatch.setattr(door, "perform", refuse)
    app, addresses = board
    browser, tried = TestClient(app), set[str]()
    for address in addresses.values():
        page = browser.get(address)
        for number, form in enumerate(forms(page.text)):
            for act in acts(form):
                if act in tried or not typed_in(form):
                    continue
                tried.add(act)
                hidden = [
                    (one.get("name"), one.get("value")) for one in form.xpath(".//input[@type='hidden']")
                ]
                words = typed_in(form)
                sent: dict[str, list[str]] = {}
                for name, value in [*hidden, *words, ("viec", act)]:
                    sent.setdefault(name, []).append(value)
                answer = browser.post(address, data=sent, headers=OWN)
                assert answer.status_code == 422 and "Chưa được" in answer.text, (address, act)
                before, after = forms(page.text), forms(answer.text)
                assert list(map(about, after)) == list(map(about, before)), (address, act)
                for other, (one, again) in enumerate(zip(before, after, strict=True)):
                    assert sorted(held(again)) == sorted(words if other == number else held(one)), (
                        address,
                        act,
                    )
                assert all(one.get("open") is not None for one in after[number].iterancestors("details"))
    assert len(tried) >= 30, "the pages have forms"


PAGE = """<!doctype html><html><body>
<details><form method="post"><input type="hidden" name="muc" value="1"><input name="noi-dung">
<input name="noi-dung"><button name="viec" value="bo">Bỏ</button></form></details>
<details><form method="post"><input type="hidden" name="muc" value="2"><input name="noi-dung" value="cũ">
<input type="checkbox" name="het" value="1" checked><button name="viec" value="bo">Bỏ</button></form></details>
</body></html>"""


def test_of_forms_of_one_act_the_one_about_the_same_thing_is_filled() -> None:
    found = refilled(PAGE, {"viec": ["bo"], "muc": ["2"], "noi-dung": ["mới"]}, opened=True)
    first, second = forms(found)
    assert [value for _, value in held(first)] == [None, None] and held(second) == [("noi-dung", "mới")]
    assert found.count("<details open") == 1


def test_signs_that_no_page_can_hold_are_left_out_of_what_was_pasted() -> None:
    pasted = "một\x0bhai\x1b \ufffe\u00a0\U0001f600"
    found = refilled(PAGE, {"viec": ["bo"], "muc": ["2"], "noi-dung": [pasted]}, opened=True)
    assert held(forms(found)[1]) == [("noi-dung", "mộthai \u00a0\U0001f600")]


def test_what_is_no_longer_on_the_page_fills_no_other_form() -> None:
    assert refilled(PAGE, {"viec": ["bo"], "muc": ["3"], "noi-dung": ["mới"]}, opened=True) == PAGE


def test_several_fields_of_one_name_keep_their_order_with_empty_ones_between() -> None:
    found = refilled(PAGE, {"viec": ["bo"], "muc": ["1"], "noi-dung": ["", "hai"]}, opened=False)
    assert held(forms(found)[0]) == [("noi-dung", ""), ("noi-dung", "hai")] and "<details open" not in found
