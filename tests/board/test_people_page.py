"""Page 'Người dùng': who may do what for everybody, accounts for administrators alone and without secrets."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import client
from typer.main import get_command

from cchc.cli.program import app as program
from cchc.mail.accounts import table_of_rights
from cchc.mail.department import Approvers, Department
from cchc.paths import Instance
from cchc.texts import table
from cchc_board.actors import Actor, Right
from cchc_board.people.people_page import COMMANDS

ADMIN = Actor("quan-tri", frozenset({Right.OPERATE, Right.ADMINISTER}))
OPERATOR = Actor("an", frozenset({Right.OPERATE}))


@pytest.fixture(autouse=True)
def _home(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))


def shown(browser: TestClient) -> str:
    answer = browser.get("/nguoi-dung")
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.text)).split())


def test_everybody_sees_who_may_do_what_and_what_he_may_himself() -> None:
    page = shown(client(lambda: OPERATOR))
    for row in table_of_rights()[1:]:
        assert " ".join(row) in page
    assert "đăng nhập là an; trên bảng theo dõi có quyền: vận hành." in page
    assert "chỉ xem được" in shown(client(lambda: None))


@pytest.mark.parametrize("actor", [OPERATOR, None])
def test_accounts_are_not_shown_to_whoever_does_not_administer(actor: Actor | None) -> None:
    page = shown(client(lambda: actor))
    assert "Giám đốc Sở Tư pháp" not in page and "chỉ quản trị xem được" in page


def test_an_administrator_sees_roles_units_locks_and_approvals_but_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    department = Department.load()
    accounts = dict(department.accounts)
    accounts["xem"] = accounts["xem"].model_copy(
        update={"units": ("so-y-te",), "tiers": ("xa",), "locked": True, "id": "4711"}
    )
    changed = department.model_copy(update={"accounts": accounts})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    page = shown(client(lambda: ADMIN))
    assert f"Tài khoản ({len(accounts)})" in page
    assert "xem Người xem Người xem Sở Y tế, Xã, phường, đặc khu đã khóa" in page
    assert "lanh-dao Lãnh đạo Sở Nội vụ Lãnh đạo mọi đơn vị báo cáo, kế hoạch năm" in page
    assert "4711" not in page and "@" not in page


def test_whoever_was_given_units_reads_which(monkeypatch: pytest.MonkeyPatch) -> None:
    department = Department.load()
    given = department.accounts["xem"].model_copy(update={"units": ("so-y-te",)})
    changed = department.model_copy(update={"accounts": department.accounts | {"xem": given}})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    page = shown(client(lambda: Actor("xem", frozenset())))
    assert "xem được giao 1 đơn vị" in page and "Được giao theo dõi: Sở Y tế." in page
    assert "Được giao theo dõi" not in shown(client(lambda: OPERATOR))


def test_the_commands_that_are_named_are_those_there_are() -> None:
    known = set(get_command(program).commands["nguoi-dung"].commands)  # type: ignore[attr-defined]
    assert known - {"danh-sach", "quyen"} == set(COMMANDS)
    assert set(table("board_people.decides")) == set(Approvers.model_fields)
