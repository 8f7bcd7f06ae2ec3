"""Every file of the year's data is checked because it is loaded; nothing in the folder is left out."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cchc import cli
from cchc.config_files import OpenedFiles, StrictModel, check, config_file
from cchc.config_files import registry as registry_module
from cchc.config_files.folder import config_dir, files_of
from cchc.indicators import IndicatorRegister
from cchc.registers.checking import import_rooms

import_rooms()
SHIPPED = config_dir()
FILES = [path.relative_to(SHIPPED).as_posix() for path in files_of(SHIPPED)]


class Settings(StrictModel):
    count: int


@pytest.fixture(scope="module")
def shared_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("cau-hinh") / "config"))


@pytest.fixture
def folder(shared_copy: Path) -> Iterator[Path]:
    """A copy of the year's data that is whole again after the test: what did not change is read once for all tests."""
    yield shared_copy
    for path in shared_copy.rglob("*"):
        if path.is_file() and not (SHIPPED / path.relative_to(shared_copy)).exists():
            path.unlink()
    shutil.copytree(SHIPPED, shared_copy, dirs_exist_ok=True)


@pytest.fixture
def own_loader() -> Iterator[list[str]]:
    """A loader of `thu.yaml` for the time of one test; the list holds one entry for each time it was read."""
    reads: list[str] = []

    @config_file("thu.yaml")
    def load(opened: OpenedFiles) -> Settings:
        reads.append("read")
        return opened.yaml(Settings)

    yield reads
    del registry_module._loaders[None, "thu.yaml"]


def load(folder: Path) -> Settings:
    _, loader = registry_module._loaders[None, "thu.yaml"]
    found: Settings = loader(folder)
    return found


def test_the_shipped_folder_is_not_empty_and_valid() -> None:
    assert {"department.yaml", "sources/watch.yaml", "criteria/2026.csv"} <= set(FILES)
    assert check() == []


@pytest.mark.parametrize("file", FILES)
def test_a_misspelt_key_of_any_file_is_found_with_a_suggestion(file: str, folder: Path) -> None:
    path = folder / file
    key, text = misspelt(path)
    path.write_text(text, encoding="utf-8")
    found = [fault for fault in check(folder) if fault.file.endswith(file) and f"{key}x" in str(fault.found)]
    assert found
    assert "một trong các giá trị" in found[0].allowed
    assert f"có phải ý là “{key}”?" in found[0].allowed


@pytest.mark.parametrize("file", FILES)
def test_a_misspelt_file_name_is_found_with_a_suggestion(file: str, folder: Path) -> None:
    path = folder / file
    path.rename(path.with_name(f"x{path.name}x"))
    found = {(fault.found, fault.allowed) for fault in check(folder) if fault.file.endswith(f"x{path.name}x")}
    assert [name for name, _ in found] == [f"{Path(file).parent / f'x{path.name}x'}".removeprefix("./")]
    assert "có phải ý là" in next(iter(found))[1]


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_another_type_is_found(file: str, folder: Path) -> None:
    (folder / file).write_text("- 1\n- 2\n", encoding="utf-8")
    assert [fault for fault in check(folder) if fault.file.endswith(file)]


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".yaml")])
def test_a_value_of_another_type_is_found_for_every_key_at_the_top(file: str, folder: Path) -> None:
    path = folder / file
    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    silent = []
    for key in raw:
        spoilt = {**raw, key: [{"khong": ["phai", "the"]}]}
        with path.open("w", encoding="utf-8") as out:
            YAML(typ="safe").dump(spoilt, out)
        if not [fault for fault in check(folder) if fault.file.endswith(file)]:
            silent.append(key)
    assert silent == []


@pytest.mark.parametrize("file", [file for file in FILES if "/" not in file or "layout" in file])
def test_the_command_names_a_misspelt_key_of_any_file(
    file: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / file
    key, text = misspelt(path)
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    message = capsys.readouterr().err
    assert [word for word in (file, f"'{key}x'", f"“{key}”") if word not in message] == []


def misspelt(path: Path) -> tuple[str, str]:
    """A key (or column) of the file, and the file's text in which it ends in an x."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(text)))
        key, rows[0][0] = rows[0][0], f"{rows[0][0]}x"
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return key, out.getvalue()
    raw: dict[str, Any] = YAML(typ="safe").load(text)
    key = next(iter(raw))
    return key, text.replace(f"{key}:", f"{key}x:", 1) if text.startswith(f"{key}:") else text.replace(
        f"\n{key}:", f"\n{key}x:", 1
    )


def test_what_editors_leave_behind_is_no_stranger(config_copy: Path) -> None:
    for name in (".DS_Store", "~$units.csv", "units.csv~"):
        (config_copy / name).write_text("x", encoding="utf-8")
    assert check() == []


def test_a_file_that_a_room_starts_to_load_is_checked_without_further_ado(
    config_copy: Path, own_loader: list[str]
) -> None:
    (config_copy / "thu.yaml").write_text("cuont: 1\n", encoding="utf-8")
    assert [fault.found for fault in check()] == ["không có", "cuont"]


def test_one_file_has_one_loader(own_loader: list[str]) -> None:
    with pytest.raises(ValueError, match="is loaded by"):

        @config_file("thu.yaml")
        def other(opened: OpenedFiles) -> Settings:
            return opened.yaml(Settings)


def test_a_loader_opens_no_file_but_its_own(config_copy: Path, own_loader: list[str]) -> None:
    opened = OpenedFiles("thu.yaml", config_copy, registry_module._Seen())
    with pytest.raises(ValueError, match=r"department\.yaml is not a file of the loader"):
        opened.yaml(Settings, config_copy / "department.yaml")


def test_a_file_is_read_again_when_a_byte_changes_even_within_one_tick_of_the_clock(
    tmp_path: Path, own_loader: list[str]
) -> None:
    path = tmp_path / "thu.yaml"
    path.write_text("count: 1", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    first = load(tmp_path)
    assert load(tmp_path) is first
    path.write_text("count: 2", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load(tmp_path).count == 2
    path.write_text("count: 2", encoding="utf-8")
    assert load(tmp_path).count == 2
    assert own_loader == ["read", "read"]


def test_a_file_that_changed_right_after_it_was_read_is_not_believed_for_ever(
    tmp_path: Path, own_loader: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both changes within one tick, nobody asking until long afterwards: its mark is the one of the first reading."""
    path = tmp_path / "thu.yaml"
    path.write_text("count: 1", encoding="utf-8")
    stat, touched = Path.stat, path.stat()
    monkeypatch.setattr(Path, "stat", lambda one, **kinds: touched if one == path else stat(one, **kinds))
    assert load(tmp_path).count == 1
    path.write_text("count: 2", encoding="utf-8")
    long_after = registry_module.now_ms() + 2 * registry_module._RESTED_MS
    monkeypatch.setattr(registry_module, "now_ms", lambda: long_after)
    assert load(tmp_path).count == 2


def test_a_file_that_has_rested_is_not_read_each_time(
    tmp_path: Path, own_loader: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thu.yaml").write_text("count: 1", encoding="utf-8")
    long_after = registry_module.now_ms() + 2 * registry_module._RESTED_MS
    monkeypatch.setattr(registry_module, "now_ms", lambda: long_after)
    load(tmp_path)
    monkeypatch.setattr(registry_module, "_content", lambda path: pytest.fail(f"{path.name} was read"))
    assert load(tmp_path).count == 1


def test_what_was_made_with_another_file_follows_its_changes(config_copy: Path) -> None:
    from cchc.checks import Rules

    before = Rules.load()
    assert Rules.load() is before
    indicators = config_copy / "indicators.csv"
    indicators.write_text(
        indicators.read_text(encoding="utf-8").replace("\nI.1.2,", "\nI.1.99,"), encoding="utf-8"
    )
    assert "I.1.99" in IndicatorRegister.load()
    assert any("I.1.2" in str(fault.found) for fault in check() if fault.file.endswith("checks.yaml"))
