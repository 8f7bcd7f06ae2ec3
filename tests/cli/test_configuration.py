"""Wrong configuration: one clear Vietnamese error with file, place, value and what is allowed, and exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cchc import cli


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def add_unit(row: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "units.csv"
        path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")

    return spoil


def _rule(kind: str, left: str, right: str) -> str:
    return f"  - {{code: thu, kind: {kind}, left: {left}, right: {right}, severity: loi}}\n"


LAST = "x@angiang.example,Chủ tịch UBND xã"
CASES = {
    "unknown key": (
        change("calendar.yaml", "unit_due:", "han_nop:"),
        ["calendar.yaml", "han_nop", "unit_due"],
    ),
    "a due day of 31/06": (change("calendar.yaml", '"06-17"', '"06-31"'), ["calendar.yaml", "06-31", "dòng"]),
    "a parent that does not exist": (
        add_unit(f"90001,UBND xã A,xa,xã,tinh-khong-co,2025-07-01,,,{LAST}"),
        ["units.csv", "cột parent", "tinh-khong-co"],
    ),
    "two units with one code": (
        add_unit(f"so-noi-vu,UBND xã B,xa,xã,tinh-an-giang,2025-07-01,,,{LAST}"),
        ["units.csv", "cột code", "so-noi-vu", "đã dùng ở dòng"],
    ),
    "a receiver that no document names": (
        change("documents.yaml", "    Bộ Nội vụ: {", "    Bộ Nội Vụ: {"),
        ["documents.yaml", "mailing.receivers", "Bộ Nội Vụ"],
    ),
    "a rule about an unknown indicator": (
        change("checks.yaml", "left: I.1.2, right: I.1.1,", "left: I.1.2, right: I.1.99,"),
        ["checks.yaml", "nhiem-vu-hoan-thanh", "I.1.99"],
    ),
    "a rule turned round against another": (
        change("checks.yaml", "rules:\n", "rules:\n" + _rule("at_most", "I.1.1", "I.1.2")),
        ["checks.yaml", "nhiem-vu-hoan-thanh", "quy tắc thu"],
    ),
    "a rule that can never speak": (
        change("checks.yaml", "rules:\n", "rules:\n" + _rule("equal", "III.6.1", "III.6.6")),
        ["checks.yaml", "thứ 1 (thu)", "quy tắc có thể chạy", "./cchc cau-hinh"],
    ),
    "an empty mailbox": (
        add_unit("90002,UBND xã C,xa,xã,tinh-an-giang,2025-07-01,,,,Chủ tịch UBND xã"),
        ["units.csv", "cột mailboxes", "UBND xã C", "hộp thư"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_spoilt_file_is_named_with_place_value_and_what_is_allowed(
    case: str, config_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, words = CASES[case]
    spoil(config_copy)
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    message = capsys.readouterr().err
    assert stopped.value.code == 2
    assert [word for word in [*words, "Cho phép"] if word not in message] == []
    assert "Traceback" not in message


def test_one_fault_that_several_files_meet_is_printed_once(
    config_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change("indicators.csv", "I.1.1,", "I.1.1.x y,")(config_copy)
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit):
        cli.main()
    lines = [line for line in capsys.readouterr().err.splitlines() if "Lỗi cấu hình" in line]
    assert any("indicators.csv" in line for line in lines)
    assert len(lines) == len(set(lines))


def test_the_configuration_that_ships_is_valid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    assert "178 chỉ tiêu" in capsys.readouterr().out
