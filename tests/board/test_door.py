"""How pages and their acts are put on the board: rights, and the same act on the command line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.board.samples import SILENT, Province
from typer.main import get_command

from cchc.cli.program import app as program
from cchc.errors import CchcError, RuleRefused
from cchc_board.actors import Actor, Right
from cchc_board.app import acts_of, create_app
from cchc_board.desk import open_desk
from cchc_board.door import BoardAct, perform
from cchc_board.forms import Forms
from cchc_board.today.chasing_acts import ACTS
from cchc_board.typed import TypedIn


def acts() -> list[tuple[str, BoardAct]]:
    return [(page.path, act) for page in acts_of(create_app(lambda: None, str)) for act in page.acts]


@pytest.mark.parametrize(("path", "act"), acts(), ids=lambda one: one if isinstance(one, str) else one.word)
def test_every_act_of_the_board_is_a_command_too(path: str, act: BoardAct) -> None:
    command = get_command(program)
    for word in act.command.split():
        command = command.commands[word]  # type: ignore[attr-defined]
    assert command.callback is not None


def test_who_has_not_the_right_is_refused_in_words_and_nothing_is_recorded(province: Province) -> None:
    typed = TypedIn({"viec": ["goi"], "don-vi": [SILENT], "noi-dung": ["Đã gọi"]})
    viewer = Actor("binh", frozenset({Right.APPRAISE}))
    before = province.ledger.history(f"2026-Q1/{SILENT}/bao_cao")
    with pytest.raises(RuleRefused, match="cần quyền vận hành"):
        perform(open_desk(None, acting=True), {one.word: one for one in ACTS}, typed, viewer)
    assert province.ledger.history(f"2026-Q1/{SILENT}/bao_cao") == before


def test_an_act_that_the_page_does_not_have_and_a_round_that_is_none_are_refused(province: Province) -> None:
    known, desk = {one.word: one for one in ACTS}, open_desk(None, acting=True)
    with pytest.raises(CchcError, match="Chọn một việc"):
        perform(desk, known, TypedIn({"viec": ["xoa"]}), Actor("an"))
    with pytest.raises(CchcError, match="2026-Q9"):
        perform(desk, known, TypedIn({"viec": ["goi"], "dot": ["2026-Q9"]}), Actor("an"))
    with pytest.raises(CchcError, match="chưa có dữ liệu"):
        perform(replace(desk, store=None), known, TypedIn({"viec": ["goi"]}), Actor("an"))


@given(st.lists(st.text("ốỹđ ư,.x", min_size=1, max_size=200), min_size=1, max_size=150))
@settings(max_examples=40, deadline=None)
def test_what_was_done_is_told_however_long_it_is(lines: list[str]) -> None:
    """A hundred findings once made an address that nobody read, and the page said nothing."""
    forms = Forms(b"k" * 32, "")
    request = Request({"type": "http", "root_path": "/cchc", "headers": []})
    address = forms.done(request, "/don-vi/x", "an", "\n".join(lines)).headers["location"]
    assert len(address) < 7000
    told = forms.notice("an", address.partition("da-lam=")[2]).splitlines()
    if told != lines:
        assert told[:-1] == lines[: len(told) - 1] and "dòng nữa" in told[-1]
