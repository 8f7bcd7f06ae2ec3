"""What each role may do, and whose units an officer looks after."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.errors import RuleRefused
from cchc.mail.accounts import (
    MAY,
    InterfaceAct,
    Role,
    airflow_role,
    may,
    refuse_out_of_scope,
    role_of,
    scope_of,
    table_of_rights,
)
from cchc.mail.department import Account
from cchc.units import UnitRegister

DAY = date(2026, 6, 1)
UNITS = UnitRegister.load()


def account(role: str, **more: object) -> Account:
    return Account.model_validate({"name": "x", "role": role, **more})


@pytest.mark.parametrize(
    ("word", "role", "airflow"),
    [
        ("lanh-dao", Role.LEADER, "user"), ("van-hanh", Role.OPERATOR, "user"), ("tham-dinh", Role.APPRAISER, "user"),
        ("xem", Role.VIEWER, "viewer"), ("quan-tri", Role.ADMIN, "admin"),
        ("viewer", Role.VIEWER, "viewer"), ("user", Role.OPERATOR, "user"), ("op", Role.OPERATOR, "op"),
        ("admin", Role.ADMIN, "admin"),
    ],
)  # fmt: skip
def test_a_role_is_one_of_five_also_in_the_words_of_files_of_before(
    word: str, role: Role, airflow: str
) -> None:
    assert role_of(account(word)) is role
    assert airflow_role(account(word)) == airflow


def test_a_locked_account_may_nothing_and_a_viewer_only_look() -> None:
    assert [act for act in InterfaceAct if may(account("xem"), act)] == [InterfaceAct.LOOK]
    assert [act for act in InterfaceAct if may(account("quan-tri", locked=True), act)] == []
    assert [act for act in InterfaceAct if may(account("quan-tri"), act)] == list(InterfaceAct)
    assert may(account("op"), InterfaceAct.CONNECT) and not may(account("user"), InterfaceAct.CONNECT)


def test_the_table_for_people_is_the_table_that_is_kept() -> None:
    heads, *rows = table_of_rights()
    assert len(heads) == 1 + len(Role) and len(rows) == len(InterfaceAct)
    for act, row in zip(InterfaceAct, rows, strict=True):
        assert [cell == "được" for cell in row[1:]] == [role in MAY[act] for role in Role]


@pytest.mark.parametrize(
    ("more", "inside", "outside"),
    [
        ({"units": ["so-tu-phap"]}, "so-tu-phap", "so-y-te"),
        ({"tiers": ["xa"]}, "30292", "so-y-te"),
        ({"units": ["so-y-te"], "tiers": ["xa"]}, "so-y-te", "so-tu-phap"),
        ({"units": ["so-y-te"], "locked": True}, None, "so-y-te"),
    ],
)
def test_an_officer_looks_after_the_units_and_tiers_he_was_given(
    more: dict[str, object], inside: str | None, outside: str
) -> None:
    scope = scope_of("cb1", {"cb1": account("van-hanh", **more)}, UNITS, DAY)
    assert scope is not None and outside not in scope
    assert inside is None or inside in scope
    with pytest.raises(RuleRefused, match=f"cb1 không theo dõi {outside}"):
        refuse_out_of_scope(scope, "cb1", [outside, *([inside] if inside else [])])


def test_without_units_an_account_looks_after_all_and_a_stranger_after_none() -> None:
    known = {"cb1": account("van-hanh")}
    assert scope_of("cb1", known, UNITS, DAY) is None
    assert scope_of("la", known, UNITS, DAY) == frozenset()
    refuse_out_of_scope(None, "cb1", ["so-y-te"])
