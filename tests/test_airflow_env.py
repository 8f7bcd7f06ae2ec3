"""The environment that Airflow's processes are given."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.configuration import conf

from cchc.airflow_env import airflow_environment, local_users, password_file
from cchc.mail.department import Approvers, Department
from cchc.paths import PROJECT_ROOT, Instance


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    for name in (
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "AIRFLOW__CORE__EXECUTOR",
        "AIRFLOW__CORE__PARALLELISM",
    ):
        monkeypatch.delenv(name, raising=False)
    return Instance(tmp_path / "he-thong")


def test_airflow_knows_every_setting(instance: Instance) -> None:
    described = conf.configuration_description
    known = {name.upper(): {key.upper() for key in section["options"]} for name, section in described.items()}
    for name in airflow_environment(instance, port=8080):
        if match := re.fullmatch(r"AIRFLOW__(\w+?)__(\w+)", name):
            assert match[2] in known[match[1]], name


def test_secrets_are_made_once_and_only_their_owner_may_read_them(instance: Instance) -> None:
    first, second = airflow_environment(instance), airflow_environment(instance)
    assert first == second
    other = airflow_environment(Instance(instance.root.parent / "khac"))
    for name in ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"):
        assert len(first[name]) >= 44
        assert first[name] != other[name]
    files = [path for path in instance.airflow_home.iterdir() if path.is_file()]
    assert len(files) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_user_that_is_new_gets_a_password_and_the_others_keep_theirs(instance: Instance) -> None:
    airflow_environment(instance)
    path = password_file(instance)
    before = json.loads(path.read_text(encoding="utf-8"))
    assert set(before) == set(Department.load().accounts)
    path.write_text(json.dumps({"van-hanh": before["van-hanh"], "khac": "x"}), encoding="utf-8")
    airflow_environment(instance)
    after = json.loads(path.read_text(encoding="utf-8"))
    assert after["van-hanh"] == before["van-hanh"]
    assert after["khac"] == "x"
    assert after["quan-tri"]


def test_a_machine_of_ones_own_has_accounts_that_may_approve_and_others_that_may_not(
    instance: Instance,
) -> None:
    pairs = airflow_environment(instance)["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(",")
    roles = dict(pair.split(":") for pair in pairs)
    may = {one.login for kind in Approvers.model_fields for one in Department.load().approvers_of(kind)}
    assert may and {roles[login] for login in may} == {"user"}
    assert {roles[login] for login in roles.keys() - may} == {"viewer", "user", "admin"}


def test_pages_are_served_on_this_machine_only_and_never_to_everybody(instance: Instance) -> None:
    values = airflow_environment(instance, port=18999)
    assert values["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert values["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:18999"
    assert values["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18999/execution/"
    assert values["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    assert "AIRFLOW__API__PORT" not in airflow_environment(instance)


def test_folders_are_those_of_the_checkout_and_of_the_installation(instance: Instance) -> None:
    values = airflow_environment(instance, paused=False)
    assert values["AIRFLOW__CORE__DAGS_FOLDER"] == str(PROJECT_ROOT / "dags")
    assert values["AIRFLOW__CORE__PLUGINS_FOLDER"] == str(PROJECT_ROOT / "plugins")
    assert values["CCHC_HOME"] == str(instance.root)
    assert str(instance.airflow_home) in values["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert values["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"


def test_a_database_that_the_administrator_chose_is_left_alone(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://x/y")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    values = airflow_environment(instance)
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in values
    assert "AIRFLOW__CORE__EXECUTOR" not in values


def test_links_in_mails_begin_with_the_address_of_the_office(instance: Instance) -> None:
    assert airflow_environment(instance, port=8099)["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8099"
    instance.settings_file.write_text("base_url: https://cchc.tinh.gov.vn/\n", encoding="utf-8")
    for port in (None, 8099):
        values = airflow_environment(instance, port=port)
        assert values["AIRFLOW__API__BASE_URL"] == "https://cchc.tinh.gov.vn"
    assert values["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8099/execution/"
    assert values["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_only_the_administrator_has_connections_to_edit_and_to_test(
    instance: Instance, change_config: Callable[[str, str, str], None]
) -> None:
    """Airflow lets `op` edit connections; the sample's officers start Dags, which `user` may."""
    name = "AIRFLOW__CORE__TEST_CONNECTION"
    assert airflow_environment(instance)[name] == "Enabled"
    assert [login for login, role in local_users().items() if role not in ("viewer", "user")] == ["quan-tri"]
    change_config("department.yaml", "Người vận hành, role: van-hanh", "Người vận hành, role: op")
    assert airflow_environment(instance)[name] == "Disabled"


def test_the_services_of_production_keep_the_environment_that_they_were_given(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_PRODUCTION", "1")
    assert airflow_environment(instance, port=8080) == {}
    assert not instance.root.exists()
