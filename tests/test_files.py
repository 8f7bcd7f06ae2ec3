"""Files are whole or absent, and their bytes follow from their content alone."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from cchc.files import (
    TEMPORARY,
    clear_leftovers,
    freeze_zip,
    keep_by_content,
    new_file,
    sha256_bytes,
    sha256_file,
    write_atomic,
    write_once,
)
from cchc.paths import PROJECT_ROOT


def archive(day: int, **files: str) -> bytes:
    """A zip whose entries were written on that day of 2026."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, day, 8, 0, 0)), text)
    return target.getvalue()


def test_a_written_file_is_there_with_its_folders_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "2026" / "quý 1.txt", "Báo cáo")
    assert path.read_bytes() == "Báo cáo".encode()
    assert path.stat().st_mode & 0o777 == 0o600
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


def test_a_kept_file_that_a_power_cut_emptied_is_written_anew(tmp_path: Path) -> None:
    _, path = keep_by_content(tmp_path, b"noi dung", ".xlsx")
    for damage in (b"", b"noi dunG"):
        path.write_bytes(damage)
        keep_by_content(tmp_path, b"noi dung", ".xlsx")
        assert path.read_bytes() == b"noi dung"


def test_bytes_are_on_the_disk_before_their_name_and_the_name_before_anybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CCHC_FSYNC")
    done: list[str] = []
    names: dict[int, str] = {}

    def opened(path: Path, *rest: int) -> int:
        names[found := really(path, *rest)] = Path(path).name
        return found

    def renamed(self: Path, target: Path) -> Path:
        done.append(f"rename {target.name}")
        return really_renamed(self, target)

    really, really_renamed = os.open, Path.replace
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(f"sync {names[descriptor]}"))
    monkeypatch.setattr(Path, "replace", renamed)
    write_atomic(tmp_path / "quy-1" / "so.txt", "mới")
    assert done == [f"sync {tmp_path.name}", "sync tep", "rename so.txt", "sync quy-1"]


def test_what_a_killed_writer_left_is_cleared_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    left = tmp_path / "du-lieu" / f"{TEMPORARY}chet"
    left.mkdir(parents=True)
    (left / "tep").write_bytes(b"nua chung")
    with new_file(tmp_path / "du-lieu" / "song.txt") as made:
        made.write_bytes(b"song")
        assert clear_leftovers(tmp_path) == 1
    assert [one.name for one in (tmp_path / "du-lieu").iterdir()] == ["song.txt"]


def test_a_file_that_is_written_once_is_never_replaced(tmp_path: Path) -> None:
    write_once(tmp_path / "khoa", "một", 0o600)
    write_once(tmp_path / "khoa", "hai", 0o600)
    assert (tmp_path / "khoa").read_text(encoding="utf-8") == "một"
    assert [one.name for one in tmp_path.iterdir()] == ["khoa"]


# What writes, renames or removes by itself, and why it may.
BY_ITSELF = {
    "files.py": "the one place",
    "cli/up.py": "logs of servers and a lock, nothing that anybody keeps",
    "config_files/own_folder.py": "a whole folder of durable files, renamed when it is whole",
    "documents/pdf.py": "a folder of the system's for LibreOffice, and a lock",
    "installing/questions.py": "a folder of the system's, gone after the check",
    "sources/duck.py": "the system's folder for what spills",
    "sources/reading.py": "inside the scratch folder that the landing puts in place",
    "sources/typed.py": "inside the scratch folder that the landing puts in place",
    "sources/web/download.py": "a half-written download, put in place when it is whole, and a lock",
    "store/copies.py": "a half-written copy before it is put in place",
    "backups/archive.py": "inside the scratch folder of a set, put in place when it was read back",
    "backups/sealing.py": "inside the scratch folder of a set; and a key that a person takes away",
    "backups/taking.py": "inside the scratch folder of a set, and a lock",
    "backups/restoring.py": "an empty place is filled; what breaks off is begun again",
    "identity.py": "a lock",
    "installing/accounts.py": "a journal to which lines are only added",
    "installing/scoring_sample.py": "samples of another province are taken out of a folder that is just being made",
    "registers/proposing.py": "a copy of the year's data to try a file in, gone afterwards",
    "sources/dropping.py": "a copy of a file that is only looked at, gone afterwards",
    "stages/concluding.py": "a form that nobody fills in any more; it is made again from the record",
}


def writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    name, of = node.func.attr, node.func.value
    if name in {
        "write_bytes",
        "write_text",
        "unlink",
        "rename",
        "renames",
        "rmdir",
        "symlink_to",
        "hardlink_to",
    }:
        return True
    if isinstance(of, ast.Name) and of.id == "shutil":
        return name != "which" and name != "disk_usage"
    if isinstance(of, ast.Name) and of.id == "os" and name in {"replace", "remove", "link", "truncate"}:
        return True
    if name == "replace":  # of a path: one argument; of a text: two; of a moment: named ones
        return len(node.args) == 1 and not node.keywords
    modes = [one.value for one in node.args if isinstance(one, ast.Constant)]
    return name in {"open", "fdopen"} and any(
        set(str(mode)) & set("wax+") and len(str(mode)) < 4 for mode in modes
    )


def test_whoever_keeps_something_does_it_in_the_one_place() -> None:
    library = PROJECT_ROOT / "include" / "cchc"
    found = {
        path.relative_to(library).as_posix()
        for path in library.rglob("*.py")
        if any(map(writes, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == BY_ITSELF.keys()
