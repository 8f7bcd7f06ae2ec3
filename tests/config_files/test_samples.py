"""Addresses and numbers of the sample are found wherever they stand, and real ones are left in peace."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc import cli
from cchc.config_files import samples_left


@pytest.mark.parametrize(
    "value",
    [
        "cchc@sonoivu.angiang.example",
        "sonoivu.angiang.EXAMPLE",
        "a@example.com",
        "a@may.test",
        "gọi 0296 000 0000 trong giờ hành chính",
        "0296.000.0000",
        "+84 296 000 0000",
        "Nguyễn Văn A",
    ],
)
def test_a_sample_value_is_found_in_any_file_with_its_key(value: str, tmp_path: Path) -> None:
    (tmp_path / "gi-do.yaml").write_text(f'a:\n  - b: "{value}"\n', encoding="utf-8")
    assert [(one.place, one.value) for one in samples_left(tmp_path)] == [("a.0.b (dòng 2)", value)]
    (tmp_path / "gi-do.yaml").unlink()
    (tmp_path / "gi-do.csv").write_text(f'ma,thư\nx,"{value}"\n', encoding="utf-8")
    assert [one.place for one in samples_left(tmp_path)] == ["dòng 2, cột thư"]


@pytest.mark.parametrize(
    "value",
    [
        "cchc@angiang.gov.vn",
        "0296 385 7000",
        "1800 1000",
        "2025-07-01",
        "10.000.000.000 đồng",
        "a.example.vn",
        "12/2000/TT-BTC",
        "Nguyễn Văn An",
    ],
)
def test_a_real_value_is_no_sample(value: str, tmp_path: Path) -> None:
    (tmp_path / "gi-do.yaml").write_text(f'a: "{value}"  # a@b.example\n', encoding="utf-8")
    assert samples_left(tmp_path) == []


def test_the_shipped_files_with_samples_are_named_by_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert "Còn mẫu" in shown
    for words in (
        "department.yaml, 8 chỗ",
        "contact.phone (dòng 15): 0296 000 0000",
        "documents.yaml, 7 chỗ",
        "signers.2.name",
        "units.csv, 130 chỗ",
        "cột mailboxes",
    ):
        assert words in shown


def test_nothing_is_said_of_samples_when_none_is_left(
    own_addresses: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    assert "Còn mẫu" not in capsys.readouterr().out
