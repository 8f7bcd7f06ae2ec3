"""`./cchc kiem-toan` says that all is whole, or what is not and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cchc.cli import app
from cchc.errors import CchcError
from cchc.store import Store, upgrade
from cchc.texts import table


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    return tmp_path


def test_a_whole_installation_is_told_check_by_check(home: Path) -> None:
    told = CliRunner().invoke(app, ["kiem-toan"])
    assert told.exit_code == 0, told.output
    for name in table("audit.checks").values():
        assert f"{name}: " in told.output
    assert "Kiểm toán đạt" in told.output
    assert (home / "kiem-toan.json").is_file()


def test_a_damaged_one_fails_and_says_what_to_do(home: Path) -> None:
    store = upgrade(Store(f"sqlite:///{home / 'so-cai.db'}"))
    with store.write() as tx:
        tx.connection.exec_driver_sql("INSERT INTO mail_turns VALUES ('smtp', 1)")
    store.close()
    told = CliRunner().invoke(app, ["kiem-toan"])
    assert told.exit_code == 1
    assert isinstance(told.exception, CchcError)
    assert told.exception.exit_code == 1
    assert "được thêm thẳng vào cơ sở dữ liệu: mail_turns" in str(told.exception)
    assert "Việc cần làm" in str(told.exception)
