"""Files that are either whole or absent, also after a power cut, and whose bytes depend on their content only.

What is written, renamed or removed for the installation goes through here. A file counts as written when its bytes and
its name are on the disk: it is written under a temporary name, synced, renamed, and its folder synced. Whoever records
it commits the row afterwards, and only then removes the original (`remove`).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import logging
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cchc.errors import DiskFull

log = logging.getLogger(__name__)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have


def sha256_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


TEMPORARY = ".dang-ghi."  # begins the name of whatever is not whole yet
_UNSYNCED = (errno.EINVAL, errno.ENOTSUP, errno.EROFS)  # file systems that cannot sync a folder


def write_atomic(path: Path, content: bytes | str, mode: int = 0o600) -> Path:
    """Write to a temporary name in the same folder, then rename; creates the folder. UTF-8 for text.

    Only its owner may read it, unless `mode` says otherwise. On return the file is on the disk. Raises DiskFull when
    there is no room; the old file is then untouched and nothing lies beside it.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with new_file(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
        temporary.chmod(mode)
    return path


def write_once(path: Path, content: str, mode: int) -> None:
    """Write a file that must never be replaced: of several writers at once the first one's stays."""
    with scratch(path.parent) as folder:
        made = write_atomic(folder / "tep", content, mode)
        with suppress(FileExistsError):  # a link appears whole or not at all
            os.link(made, path)
        sync_folder(path.parent)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A name for a library or a program to write to; at the end it becomes `path`, durably, or nothing does."""
    with room_for(path), scratch(path.parent) as folder:
        temporary = folder / "tep"
        yield temporary
        put_in_place(temporary, path)


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder in `beside` for what is not whole yet; it is gone afterwards, whatever happens inside.

    It is locked while we live, so that `clear_leftovers` knows those whose owner was killed.
    """
    make_folder(beside)
    folder = beside / f"{TEMPORARY}{secrets.token_hex(4)}"
    folder.mkdir(0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def append_line(path: Path, line: str) -> None:
    """Add a line to a journal that only its owner may read; creates it and its folder. UTF-8."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as journal:
        journal.write(f"{line}\n")


def put_in_place(made: Path, target: Path) -> Path:
    """Rename a file that somebody wrote, durably: its bytes first, then both folders. Replaces what was there."""
    make_folder(target.parent)
    _sync(made)
    made.replace(target)
    sync_folder(target.parent)
    if made.parent != target.parent and not made.parent.name.startswith(TEMPORARY):
        sync_folder(made.parent)
    return target


def remove(path: Path) -> None:
    """Remove a file whose content is kept elsewhere by now, if it is there."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)


def make_folder(folder: Path) -> Path:
    """Make a folder and those above it, durably; what is there stays."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
    return folder


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in _UNSYNCED:
            raise


def is_durable() -> bool:
    """Whether what is written must survive a power cut. Tests and rehearsed years write thousands of files for which
    nobody cuts the power, and say so; an installation that works never does."""
    return os.environ.get("CCHC_FSYNC") != "off"


def _sync(path: Path) -> None:
    if not is_durable():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_leftovers(root: Path) -> int:
    """Remove what killed writers left half-written below `root`; returns how many. What a living one writes stays."""
    cleared = 0
    for folder, names, _ in os.walk(root):
        for name in [name for name in names if name.startswith(TEMPORARY)]:
            names.remove(name)
            cleared += _clear(Path(folder) / name)
    return cleared


def _clear(left: Path) -> bool:
    try:
        descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        shutil.rmtree(left, ignore_errors=True)
        return True
    finally:
        os.close(descriptor)


LONGEST_NAME = 255  # bytes, of the file systems of Linux
_ROOM_FOR_TEMPORARY = 16  # of names that others put around one while they copy it


def shown_name(name: str) -> str:
    """A file's name as it can be shown and stored: bytes that are no UTF-8 become a sign for 'unknown'."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def held_name(name: str, room: int = 0) -> str:
    """The name under which a file of that name can be kept, with `room` bytes for what is put behind it.

    UTF-8, and short enough to be written; of a name that was cut the middle goes and a mark of the whole stays.
    """
    shown = shown_name(name)
    most = LONGEST_NAME - _ROOM_FOR_TEMPORARY - room
    if shown == name and len(shown.encode()) <= most:
        return shown
    mark = f"~{sha256_bytes(os.fsencode(name))[:8]}"
    stem, dot, suffix = shown.rpartition(".")
    if not stem or len(suffix.encode()) > 16:
        stem, dot, suffix = shown, "", ""
    left = most - len(mark) - len(f"{dot}{suffix}".encode())
    return f"{stem.encode()[:left].decode('utf-8', 'ignore')}{mark}{dot}{suffix}"


def free_path(folder: Path, name: str, digest: str) -> Path:
    """Where a file of that name and content can be kept without taking the place of another one."""
    path = folder / held_name(name)
    if not path.exists() or sha256_file(path) == digest:
        return path
    stem, dot, suffix = path.name.rpartition(".")
    return folder / held_name(f"{stem}~{digest[:8]}{dot}{suffix}" if stem else f"{suffix}~{digest[:8]}")


@contextmanager
def room_for(path: object) -> Iterator[None]:
    """Says in words that people understand when what is written inside finds no room: DiskFull naming `path`."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise DiskFull(path, error.strerror or str(error)) from error


def freeze_zip(content: bytes) -> bytes:
    """The same archive (xlsx, docx, ods) with fixed entry times, so that equal content has equal bytes.

    The writers' own 'modified' properties must be set by whoever made the file.
    """
    source, target = io.BytesIO(content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return target.getvalue()


def inert(text: str) -> str:
    """A cell of a CSV that a spreadsheet shows and never computes: an apostrophe before '=', '+', '-' and '@'.

    A lone '-' means 'not given' and stays. A tab or line break first would hide the sign from us, not from the
    spreadsheet, so blanks in front are looked past.
    """
    return f"'{text}" if text.strip() != "-" and text.lstrip().startswith(("=", "+", "-", "@")) else text


def keep_by_content(folder: Path, content: bytes, suffix: str) -> tuple[str, Path]:
    """Store bytes once under their hash (`ab/abcd....xlsx`), on the disk on return; returns (sha256, path).

    A file that is there is believed after its size and hash. A damaged one, as an old power cut left it, gives way to
    what it should be.
    """
    digest = sha256_bytes(content)
    path = folder / digest[:2] / f"{digest}{suffix}"
    if not path.exists():
        write_atomic(path, content)
    elif path.stat().st_size != len(content) or sha256_file(path) != digest:
        log.warning("%s is damaged and written anew", path)
        write_atomic(path, content)
    else:  # whoever wrote it may have been killed before it was on the disk
        _sync(path)
        sync_folder(path.parent)
        sync_folder(folder)
    return digest, path
