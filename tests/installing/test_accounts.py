"""Accounts are added, locked and changed by command: in the own file, with passwords that only their owner reads."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cchc.airflow_env import airflow_environment, local_users, password_file
from cchc.clock import now
from cchc.errors import CchcError, ConfigErrors, RuleRefused
from cchc.installing import accounts
from cchc.installing.accounts import Acting, Wanted
from cchc.mail.accounts import Role, scope_of
from cchc.mail.department import Department
from cchc.paths import Instance
from cchc.units import UnitRegister

OFFICER = Wanted("Chuyên viên theo dõi xã", Role.OPERATOR, units=("so-y-te",), tiers=("xa",))


@pytest.fixture
def acting(instance: Instance, config_copy: Path) -> Acting:
    assert config_copy.is_dir()
    airflow_environment(instance)
    return Acting(instance, "quan-tri", now())


def passwords(acting: Acting) -> dict[str, str]:
    found: dict[str, str] = json.loads(password_file(acting.instance).read_text(encoding="utf-8"))
    return found


def rule(call, *arguments) -> str:
    with pytest.raises(RuleRefused) as refused:
        call(*arguments)
    return refused.value.rule


def test_an_account_is_added_with_its_units_and_the_file_keeps_its_comments(
    acting: Acting, config_copy: Path
) -> None:
    before = (config_copy / "department.yaml").read_text(encoding="utf-8")
    password = accounts.add(acting, "cb1", OFFICER)
    assert passwords(acting)["cb1"] == password and len(password) >= accounts.SHORTEST
    assert local_users()["cb1"] == "user"
    text = (config_copy / "department.yaml").read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]
    scope = scope_of("cb1", Department.load().accounts, UnitRegister.load(), acting.at.date())
    assert scope is not None and {"so-y-te", "30292"} <= scope and "so-tu-phap" not in scope
    assert rule(accounts.add, acting, "cb1", OFFICER) == "account-known"
    accounts.set_scope(acting, "cb1", (), ())
    assert scope_of("cb1", Department.load().accounts, UnitRegister.load(), acting.at.date()) is None


def test_a_password_stands_nowhere_but_where_airflow_reads_it(acting: Acting, config_copy: Path) -> None:
    chosen = accounts.add(acting, "cb1", OFFICER, "mot-mat-khau-dai")
    assert accounts.set_password(acting, "cb1") != chosen
    again = accounts.set_password(acting, "cb1", "mat-khau-khac-nua")
    assert passwords(acting)["cb1"] == again
    assert stat.S_IMODE(password_file(acting.instance).stat().st_mode) == 0o600
    files = [one for root in (acting.instance.root, config_copy) for one in root.rglob("*") if one.is_file()]
    holding = [one for one in files if again.encode() in one.read_bytes()]
    assert holding == [password_file(acting.instance)]
    assert rule(accounts.set_password, acting, "cb1", "ngan") == "weak-password"
    assert rule(accounts.set_password, acting, "la") == "no-account"
    assert passwords(acting)["cb1"] == again


def test_a_locked_account_has_no_password_and_comes_back_with_a_new_one(acting: Acting) -> None:
    before = passwords(acting)["van-hanh"]
    assert accounts.lock(acting, "van-hanh") and not accounts.lock(acting, "van-hanh")
    assert "van-hanh" not in local_users() and "van-hanh" not in passwords(acting)
    airflow_environment(acting.instance)
    assert "van-hanh" not in passwords(acting), "the next start gives it none"
    assert rule(accounts.set_password, acting, "van-hanh") == "account-locked"
    after = accounts.unlock(acting, "van-hanh")
    assert passwords(acting)["van-hanh"] == after != before
    assert rule(accounts.unlock, acting, "van-hanh") == "not-locked"


def test_the_last_administrator_stays_and_an_approver_keeps_what_he_needs(
    acting: Acting, config_copy: Path
) -> None:
    before = (config_copy / "department.yaml").read_bytes()
    assert rule(accounts.lock, acting, "quan-tri") == "last-administrator"
    assert rule(accounts.set_role, acting, "quan-tri", Role.VIEWER) == "last-administrator"
    for call in (
        lambda: accounts.lock(acting, "lanh-dao"),
        lambda: accounts.set_role(acting, "lanh-dao", Role.VIEWER),
        lambda: accounts.add(acting, "cb 1", OFFICER),
    ):
        with pytest.raises(ConfigErrors):
            call()
    wrong = Wanted("x", Role.VIEWER, units=("so-khong-co",))
    assert rule(accounts.add, acting, "cb1", wrong) == "no-such-unit"
    assert (config_copy / "department.yaml").read_bytes() == before, "nothing half-done"
    accounts.add(acting, "quan-tri-2", Wanted("Quản trị thứ hai", Role.ADMIN))
    assert accounts.set_role(acting, "quan-tri", Role.OPERATOR)
    assert not accounts.set_role(acting, "quan-tri", Role.OPERATOR)


def test_what_was_changed_is_written_down_with_who_and_when(acting: Acting) -> None:
    secret = accounts.add(acting, "cb1", OFFICER)
    accounts.set_role(acting, "cb1", Role.VIEWER)
    accounts.lock(acting, "cb1")
    journal = acting.instance.root / "nhat-ky" / "nguoi-dung.jsonl"
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert [(one["act"], one["login"], one["actor"]) for one in lines] == [
        ("them", "cb1", "quan-tri"), ("vai-tro", "cb1", "quan-tri"), ("khoa", "cb1", "quan-tri"),
    ]  # fmt: skip
    assert (lines[1]["before"], lines[1]["role"]) == ("van-hanh", "xem")
    assert secret not in journal.read_text(encoding="utf-8")
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_the_sample_that_ships_is_not_written_into(instance: Instance) -> None:
    with pytest.raises(CchcError, match="khoi-tao"):
        accounts.add(Acting(instance, "quan-tri", now()), "cb1", OFFICER)
