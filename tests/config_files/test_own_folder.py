"""An installation's own folder: outside of the checkout, with its version, and told what an upgrade adds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cchc.config_files import check, config_dir, load_version, make_own, news, take_over
from cchc.config_files.folder import SHIPPED, config_hash, files_of
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.registers.checking import import_rooms

import_rooms()  # what is checked by `check` are the files of the rooms that were imported


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return make_own(tmp_path / "cua-co-quan")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The sample as a later version of the program would ship it; a test changes it."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "mau-moi"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_copy_is_the_sample_with_comments_and_version(own: Path) -> None:
    names = [path.relative_to(SHIPPED) for path in files_of(SHIPPED)]
    assert [path.relative_to(own) for path in files_of(own)] == names
    assert all((own / name).read_bytes() == (SHIPPED / name).read_bytes() for name in names)
    assert load_version(own) == load_version(SHIPPED) is not None
    assert check(own) == []


def test_the_settings_of_an_installation_name_its_folder(
    own: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config_dir() == SHIPPED
    instance.root.mkdir(parents=True)
    instance.settings_file.write_text(f"config_folder: {own}\n", encoding="utf-8")
    assert config_dir() == own
    monkeypatch.setenv("CCHC_CONFIG", str(SHIPPED))
    assert config_dir() == SHIPPED, "the environment has the last word"
    monkeypatch.delenv("CCHC_CONFIG")
    instance.settings_file.write_text("config_folder: /khong/co\n", encoding="utf-8")
    with pytest.raises(CchcError, match=r"cai-dat\.yaml.*config_folder.*khoi-tao"):
        config_dir()


def test_the_checkout_and_a_folder_in_use_are_refused(own: Path) -> None:
    with pytest.raises(CchcError, match="nâng cấp"):
        make_own(SHIPPED.parent / "cua-toi")
    with pytest.raises(CchcError, match="đã có tệp"):
        make_own(own)


def test_hidden_folders_such_as_git_s_are_no_part_of_the_year_s_data(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_CONFIG", str(own))
    before = config_hash()
    (own / ".git" / "refs").mkdir(parents=True)
    (own / ".git" / "refs" / "main").write_text("x", encoding="utf-8")
    assert check(own) == []
    assert config_hash() == before


def test_right_after_copying_nothing_is_new(own: Path) -> None:
    assert news(own) == []


def test_what_people_change_or_leave_out_is_theirs(own: Path) -> None:
    edit(own / "department.yaml", "decision_days: 5", "decision_days: 9")
    edit(
        own / "ladder.yaml",
        own.joinpath("ladder.yaml").read_text(encoding="utf-8").splitlines()[0],
        "# của Sở",
    )
    (own / "units.csv").write_text("code,name,tier,kind,valid_from\n", encoding="utf-8")
    assert news(own) == []


def test_an_upgrade_is_told_by_file_key_row_column_and_value(own: Path, newer: Path) -> None:
    (newer / "moi.yaml").write_text("a: 1\n", encoding="utf-8")
    edit(newer / "mail.yaml", "max_attempts: 8", "max_attempts: 8\nnhom_moi:\n  a: 1\n  b: 2")
    edit(newer / "mail.yaml", "retry_after_minutes: 5", "retry_after_minutes: 7")
    indicators = newer / "indicators.csv"
    head, *rows = indicators.read_text(encoding="utf-8").splitlines()
    columns = head.count(",")
    indicators.write_text("\n".join([head, *rows, "MOI.1" + "," * columns]) + "\n", encoding="utf-8")
    edit(newer / "units.csv", "code,name", "code,mau,name")
    told = [str(one) for one in news(own, newer)]
    assert len(told) == 5
    for words in (
        ["tệp mới moi.yaml"],
        ["mail.yaml", "nhom_moi"],
        ["mail.yaml", "retry_after_minutes", "7"],
        ["indicators.csv", "MOI.1"],
        ["units.csv", "cột mau"],
    ):
        assert any(all(word in line for word in words) for line in told), words


def test_a_unit_or_a_task_that_the_sample_gains_concerns_nobody(own: Path, newer: Path) -> None:
    for name in ("units.csv", "plan_tasks.csv"):
        path = newer / name
        last = path.read_text(encoding="utf-8").splitlines()[-1]
        with path.open("a", encoding="utf-8") as handle:
            handle.write("MOI" + last[last.index(",") :] + "\n")
    assert news(own, newer) == []


def test_a_value_that_the_office_has_set_itself_is_not_told_again(own: Path, newer: Path) -> None:
    edit(own / "mail.yaml", "retry_after_minutes: 5", "retry_after_minutes: 15")
    edit(newer / "mail.yaml", "retry_after_minutes: 5", "retry_after_minutes: 7")
    assert news(own, newer) == []


def test_taking_over_copies_what_nobody_changed_and_names_the_rest(own: Path, newer: Path) -> None:
    (newer / "moi.yaml").write_text("a: 1\n", encoding="utf-8")
    (newer / "phien-ban.yaml").write_text("version: 99\n", encoding="utf-8")
    edit(
        newer / "ladder.yaml",
        newer.joinpath("ladder.yaml").read_text(encoding="utf-8").splitlines()[0],
        "# mới",
    )
    edit(newer / "mail.yaml", "max_attempts: 8", "max_attempts: 8\nkhoa_moi: 1")
    edit(own / "mail.yaml", "retry_after_minutes: 5", "retry_after_minutes: 15")
    taken, left = take_over(own, newer)
    assert taken == ["ladder.yaml", "moi.yaml"]
    assert (own / "ladder.yaml").read_bytes() == (newer / "ladder.yaml").read_bytes()
    assert "retry_after_minutes: 15" in (own / "mail.yaml").read_text(encoding="utf-8")
    assert [(one.file, one.name) for one in left] == [("mail.yaml", "khoa_moi")]
    version = load_version(own)
    assert version and version.version != 99, "something is left to do"
    edit(own / "mail.yaml", "max_attempts: 8", "max_attempts: 8\nkhoa_moi: 1")
    assert take_over(own, newer) == ([], [])
    version = load_version(own)
    assert version and version.version == 99


def test_what_was_looked_at_is_told_no_more(own: Path, newer: Path) -> None:
    edit(newer / "mail.yaml", "max_attempts: 8", "max_attempts: 8\nkhoa_moi: 1")
    edit(own / "mail.yaml", "retry_after_minutes: 5", "retry_after_minutes: 15")
    assert take_over(own, newer)[1]
    assert take_over(own, newer, seen=True)[1] == []
    assert news(own, newer) == []
