"""Files that are either whole or absent, and whose bytes depend on their content only."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cchc.errors import DiskFull

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have


def sha256_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_atomic(path: Path, content: bytes | str) -> Path:
    """Write to a temporary name in the same folder, then rename; creates the folder. UTF-8 for text.

    Raises DiskFull when there is no room; the old file is then untouched and nothing lies beside it.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with room_for(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(data)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return path


LONGEST_NAME = 255  # bytes, of the file systems of Linux
_ROOM_FOR_TEMPORARY = 16  # `write_atomic` puts a dot, a dot and eight letters around a name


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
    """Store bytes once under their hash (`ab/abcd....xlsx`), never rewriting; returns (sha256, path)."""
    digest = sha256_bytes(content)
    path = folder / digest[:2] / f"{digest}{suffix}"
    if not path.exists():
        write_atomic(path, content)
    return digest, path
