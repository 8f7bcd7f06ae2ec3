"""`./cchc nguoi-dung`: accounts from the first to the last command, on one's own machine and in production."""

from __future__ import annotations

import json
import subprocess
from types import SimpleNamespace

import pytest

from cchc import cli
from cchc.airflow_env import password_file
from cchc.errors import CchcError, RuleRefused
from cchc.mail.department import Department


@pytest.fixture
def nguoi_dung(instance, monkeypatch, config_copy):
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_USER", "quan-tri")
    assert config_copy.is_dir()

    def run(*words: str) -> None:
        cli.app(["nguoi-dung", *words], standalone_mode=False)

    return run


NEW = ("them", "cb1", "--vai-tro", "van-hanh", "--chuc-danh", "Chuyên viên", "--don-vi", "so-y-te")


def test_an_account_lives_from_its_first_password_to_its_lock(nguoi_dung, instance, capsys) -> None:
    nguoi_dung(*NEW)
    told = capsys.readouterr().out
    first = json.loads(password_file(instance).read_text(encoding="utf-8"))["cb1"]
    assert "Đã thêm tài khoản cb1 (Vận hành)." in told and first in told
    nguoi_dung("vai-tro", "cb1", "--vai-tro", "xem")
    nguoi_dung("don-vi", "cb1", "--khoi", "xa")
    nguoi_dung("mat-khau", "cb1")
    nguoi_dung("khoa", "cb1")
    account = Department.load().accounts["cb1"]
    assert (account.role, account.units, account.tiers, account.locked) == ("xem", (), ("xa",), True)
    capsys.readouterr()
    nguoi_dung("danh-sach")
    line = next(one for one in capsys.readouterr().out.splitlines() if "cb1" in one)
    assert "Người xem" in line and "xa" in line and "đã" in line and first not in line
    nguoi_dung("mo-khoa", "cb1")
    assert not Department.load().accounts["cb1"].locked
    nguoi_dung("quyen")
    assert "Thẩm định" in capsys.readouterr().out
    with pytest.raises(RuleRefused, match="quản trị cuối cùng"):
        nguoi_dung("khoa", "quan-tri")


def test_several_units_are_given_in_one_word_and_told_by_name(nguoi_dung, capsys) -> None:
    nguoi_dung(*NEW)
    capsys.readouterr()
    nguoi_dung("don-vi", "cb1", "--don-vi", "30292, 30760;30301", "--don-vi", "30292")
    assert Department.load().accounts["cb1"].units == ("30292", "30760", "30301")
    assert "UBND phường Bình Đức" in capsys.readouterr().out
    with pytest.raises(RuleRefused, match="Không có đơn vị 99999"):
        nguoi_dung("don-vi", "cb1", "--don-vi", "30292,99999")


def test_in_production_airflow_is_told_and_its_number_written_down(
    nguoi_dung, instance, monkeypatch, capsys
) -> None:
    asked = []

    def run(words, **given):
        asked.append((words[1:], json.loads(given["input"])))
        return SimpleNamespace(returncode=0, stdout="log\n42\n", stderr="")

    monkeypatch.setenv("CCHC_PRODUCTION", "1")
    monkeypatch.setattr(subprocess, "run", run)
    nguoi_dung(*NEW)
    ((words, account),) = asked
    assert words == ["-m", "cchc_airflow.fab_accounts"], "no password among the arguments"
    assert (account["login"], account["role"], account["locked"]) == ("cb1", "van-hanh", False)
    assert account["password"] in capsys.readouterr().out
    assert Department.load().accounts["cb1"].id == "42"
    assert not password_file(instance).exists(), "Airflow keeps a hash, and nobody the password"
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stdout="", stderr="hỏng")
    )
    with pytest.raises(CchcError, match="hỏng"):
        nguoi_dung("khoa", "cb1")
