"""Files are whole or absent, and their bytes follow from their content alone."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from cchc.files import freeze_zip, keep_by_content, sha256_bytes, sha256_file, write_atomic


def archive(day: int, **files: str) -> bytes:
    """A zip whose entries were written on that day of 2026."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, day, 8, 0, 0)), text)
    return target.getvalue()


def test_a_written_file_is_there_with_its_folders_and_readable_by_others(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "2026" / "quý 1.txt", "Báo cáo")
    assert path.read_bytes() == "Báo cáo".encode()
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["quý 1.txt"]


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_atomic(tmp_path / "so.txt", "cũ")

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        write_atomic(path, "mới")
    assert path.read_text(encoding="utf-8") == "cũ"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["so.txt"]


def test_the_same_content_written_on_another_day_has_the_same_bytes() -> None:
    monday, tuesday = archive(5, a="1", b="2"), archive(6, a="1", b="2")
    assert monday != tuesday
    assert freeze_zip(monday) == freeze_zip(tuesday)
    assert freeze_zip(freeze_zip(monday)) == freeze_zip(monday)


def test_freezing_keeps_order_names_and_content() -> None:
    with zipfile.ZipFile(io.BytesIO(freeze_zip(archive(5, z="1", a="Mỹ Tú")))) as frozen:
        assert frozen.namelist() == ["z", "a"]
        assert frozen.read("a").decode() == "Mỹ Tú"


def test_other_content_has_other_bytes() -> None:
    assert freeze_zip(archive(5, a="1")) != freeze_zip(archive(5, a="2"))


def test_kept_content_is_written_once_under_its_hash(tmp_path: Path) -> None:
    digest, path = keep_by_content(tmp_path, b"nd", ".xlsx")
    assert digest == hashlib.sha256(b"nd").hexdigest() == sha256_bytes(b"nd") == sha256_file(path)
    assert path == tmp_path / digest[:2] / f"{digest}.xlsx"
    before = path.stat()
    assert keep_by_content(tmp_path, b"nd", ".xlsx") == (digest, path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
