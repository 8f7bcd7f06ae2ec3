"""`./cchc sao-luu`, `./cchc phuc-hoi`: what is said, with real sets."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support.province import Province
from typer.testing import CliRunner

from cchc.backups import Shelf
from cchc.cli import app
from cchc.errors import CchcError
from cchc.paths import Instance

RUN = CliRunner()


def said(*words: str) -> str:
    result = RUN.invoke(app, words, env={"COLUMNS": "300"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def taken(province: Province, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    words = said("sao-luu")
    assert "Đã sao lưu và đọc lại đủ" in words and "Khai elsewhere" in words and "chưa mã hóa" in words
    (note,) = Shelf.of(province.instance).notes()
    return province.instance.root / "sao-luu" / note.name


def test_a_set_is_listed_read_again_and_restored_elsewhere(
    taken: Path, province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{taken.name}" in said("sao-luu", "danh-sach") and "đã chứng thực" in said("sao-luu", "danh-sach")
    assert "tệp nào cũng khớp bản kê" in said("sao-luu", "kiem-tra", str(taken))
    saved = tmp_path / "cuu"
    shutil.copytree(taken.parent, saved)
    with pytest.raises(CchcError, match="Không phục hồi đè lên bản cài đang có"):
        said("phuc-hoi", str(saved / taken.name))
    monkeypatch.delenv("CCHC_STORE_URL")
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "may-moi"))
    words = said("phuc-hoi", str(saved / taken.name), "--nguoi", "Lan")
    for part in ("Đã phục hồi bộ sao lưu lúc", "Không có bộ nào mới hơn", "Kiểm toán đạt", "thu tiep-tuc"):
        assert part in words
    shutil.move(province.instance.root, tmp_path / "may-cu")  # what is left of the lost machine runs no more
    said("tiep-quan", "--ly-do", "máy cũ hỏng", "--nguoi", "Lan")
    assert "được giữ lại, vì có thể đã gửi rồi" in said("thu", "tiep-tuc", "--nguoi", "Lan")
    with pytest.raises(CchcError, match="không bị dừng"):
        said("thu", "tiep-tuc", "--nguoi", "Lan")
    assert (
        Instance(tmp_path / "may-moi").settings_file.exists()
        == (tmp_path / "may-cu" / province.instance.settings_file.name).exists()
    )


def test_a_pair_of_keys_is_made_and_the_public_one_told(tmp_path: Path) -> None:
    words = said("sao-luu", "tao-khoa", "--tep", str(tmp_path / "khoa.txt"))
    assert "encrypt_to: [age1" in words
    assert "AGE-SECRET-KEY-1" in (tmp_path / "khoa.txt").read_text() and "AGE-SECRET-KEY" not in words


def test_a_set_that_is_not_there_is_named() -> None:
    with pytest.raises(CchcError, match="khong-co"):
        said("phuc-hoi", "khong-co.tar.zst")
    with pytest.raises(CchcError, match="elsewhere"):
        said("phuc-hoi", "s3://kho/khong-co.tar.zst")
