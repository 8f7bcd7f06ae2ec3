"""'Việc cần làm trước khi chạy thật' follows the true state: a thing is told until it is done, and no longer."""

from __future__ import annotations

import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest

from cchc import clock
from cchc.backups.taking import take
from cchc.clock import at
from cchc.config_files import check
from cchc.installing import faults
from cchc.installing.faults import told_faults
from cchc.installing.readiness import Readiness, readiness
from cchc.paths import Instance
from cchc.store import Store

NOW = at(date(2026, 3, 2), 8)
BOTH = {"cchc_smtp": "", "cchc_imap": ""}


def looked_at(instance: Instance, connections: dict[str, str], now: datetime) -> list[Readiness]:
    return readiness(instance, connections, [str(one) for one in check()], now)


def left(instance: Instance, connections: dict[str, str] | None = None) -> dict[str, str]:
    return {one.key: one.what for one in looked_at(instance, connections or {}, NOW) if not one.done}


def test_an_installation_on_the_sample_is_told_so(instance: Instance) -> None:
    found = left(instance)
    assert {"own_folder", "samples", "approvers", "smtp", "imap", "base_url", "backup", "live"} <= set(found)
    assert "include/config" in found["own_folder"]
    assert "lanhdao@sonoivu.angiang.example" in found["approvers"]


def test_a_new_installation_lacks_servers_address_backup_and_live_mode(
    made: Path, instance: Instance
) -> None:
    assert set(left(instance)) == {"owners", "receivers", "smtp", "imap", "base_url", "backup", "live"}
    assert set(left(instance, BOTH)) == {"owners", "receivers", "base_url", "backup", "live"}


def test_a_mailbox_whose_bounds_cannot_be_used_is_told_with_what_is_allowed(
    made: Path, instance: Instance
) -> None:
    assert (
        left(instance, {"cchc_smtp": "", "cchc_imap": "mục session_seconds"})["imap"] == "mục session_seconds"
    )


def test_each_thing_is_told_as_long_as_it_is_so(made: Path, instance: Instance) -> None:
    units, department = made / "units.csv", made / "department.yaml"
    whole = units.read_text(encoding="utf-8")
    units.write_text(whole.replace("stc@vinhlong.gov.vn", ""), encoding="utf-8")
    assert "Sở Tài chính" in left(instance)["mailboxes"]
    assert "vp-ubnd (" in left(instance)["owners"] and "so-noi-vu" not in left(instance)["owners"]
    units.write_text(whole.splitlines()[0] + "\n", encoding="utf-8")
    assert "units" in left(instance)
    units.write_text(whole, encoding="utf-8")
    text = department.read_text(encoding="utf-8")
    department.write_text(text.replace("vanhanh@", "cchc@"), encoding="utf-8")
    assert "cchc@vinhlong.gov.vn" in left(instance)["addresses"]
    department.write_text("sai: 1\n", encoding="utf-8")
    found = left(instance)
    assert "department.yaml" in found["sound"] and "department.yaml" in found["addresses"]


def test_an_old_backup_and_links_to_this_machine_do_not_count(
    made: Path, instance: Instance, store: Store
) -> None:
    settings = instance.settings_file.read_text(encoding="utf-8")
    instance.settings_file.write_text(settings + "base_url: http://127.0.0.1:8080\n", encoding="utf-8")
    assert "127.0.0.1" in left(instance)["base_url"]
    instance.settings_file.write_text(
        settings + "base_url: https://cchc.vinhlong.gov.vn/\n", encoding="utf-8"
    )
    assert "base_url" not in left(instance)
    later = clock.now()
    take(store, instance, later, audited=False)
    assert "backup" in {one.key for one in looked_at(instance, BOTH, later) if not one.done}, "not proven"
    take(store, instance, later, audited=True)
    assert "backup" not in {one.key for one in looked_at(instance, BOTH, later) if not one.done}
    weeks_later = later.replace(year=later.year + 1)
    assert "backup" in {one.key for one in looked_at(instance, BOTH, weeks_later) if not one.done}


def test_what_may_wait_is_told_apart_from_what_must_be_done(made: Path, instance: Instance) -> None:
    found = {one.key: one.needed for one in looked_at(instance, {}, NOW) if not one.done}
    assert found == {
        "owners": False, "receivers": False, "smtp": True, "imap": False, "base_url": True, "backup": False,
        "live": True,
    }  # fmt: skip


def test_faults_are_those_that_the_check_of_the_command_line_tells(made: Path, instance: Instance) -> None:
    assert told_faults() == []
    (made / "mail.yaml").write_text("sai: 1\n", encoding="utf-8")
    found = told_faults()
    assert found and all("mail.yaml" in line for line in found)


def test_a_check_that_broke_off_is_no_word_that_all_is_sound_and_is_tried_again(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        killed = subprocess.CompletedProcess([], -9, stdout="", stderr="")
        broken.setattr(faults.subprocess, "run", lambda *_, **__: killed)
        (said,) = told_faults()
        assert "Chưa kiểm tra được cấu hình" in said and "-9" in said
    assert told_faults() == []


def test_what_was_sound_last_year_is_looked_at_anew_in_the_next(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[-1])
        return subprocess.CompletedProcess(command, 0, stdout="", stderr="")

    monkeypatch.setattr(faults.subprocess, "run", run)
    for year in (2044, 2044, 2045):
        monkeypatch.setattr(clock, "now", lambda year=year: at(date(year, 1, 1), 8))
        told_faults()
    assert asked == ["2044", "2045"]
