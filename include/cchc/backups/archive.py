"""The archive itself: a stream of members, hashed while it is written, and read back member by member."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import zstandard

from cchc.backups.manifest import MANIFEST, Manifest, Member
from cchc.errors import CchcError
from cchc.files import is_durable, room_for
from cchc.texts import t

LEVEL = 3
_PIECE = 1 << 20
Progress = Callable[[int], None]
"""Told how many more bytes of members have passed."""
Take = Callable[[str], Path]
"""Gives the new path of a member; the name of a folder ends with a slash."""


class _Counted:
    """A reader that hashes what passes, and tells it."""

    def __init__(self, source: Any, progress: Progress | None) -> None:
        self._source, self._progress = source, progress
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._source.read(size)
        self._digest.update(piece)
        if self._progress:
            self._progress(len(piece))
        return piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class SetWriter:
    """Writes members one after the other; `finish` adds the manifest. Made by `writing_set`."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress | None) -> None:
        self._tar, self._progress = tar, progress
        self.members: list[Member] = []

    def add_file(self, path: Path, name: str) -> bool:
        """A file as it is when it is opened; False when it is gone. CchcError for one that shrinks."""
        try:
            handle = path.open("rb")
        except FileNotFoundError:
            return False
        with handle:
            info = self._tar.gettarinfo(arcname=name, fileobj=handle)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            self._add(info, handle)
        return True

    def add_bytes(self, content: bytes, name: str) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._add(info, io.BytesIO(content))

    def add_folder(self, name: str) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.mode = tarfile.DIRTYPE, 0o700
        self._tar.addfile(info)

    def finish(self, manifest: Manifest) -> None:
        self.add_bytes(manifest.to_json(), MANIFEST)

    def _add(self, info: tarfile.TarInfo, source: Any) -> None:
        # Two names of one file would be a link to the first: each member stands for itself.
        info.type, info.linkname = tarfile.REGTYPE, ""
        counted = _Counted(source, self._progress)
        try:
            self._tar.addfile(info, counted)
        except OSError as error:
            if error.errno is not None:
                raise
            raise CchcError(
                t("backups.file_changed", name=info.name)
            ) from error  # it became shorter meanwhile
        self.members.append(Member(info.name, info.size, counted.sha256))


@contextmanager
def writing_set(path: Path, progress: Progress | None = None) -> Iterator[SetWriter]:
    """A new archive at `path`. Raises DiskFull when there is no room."""
    with room_for(path), _private(path) as raw:
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        with (
            compressor.stream_writer(raw, closefd=False) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield SetWriter(tar, progress)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        yield handle


def read_set(source: BinaryIO, take: Take | None = None, progress: Progress | None = None) -> Manifest:
    """Read a whole archive and hold every member against the manifest; returns the manifest.

    Raises CchcError naming what is damaged, missing, too much, or leads out of the folder it is unpacked in.
    """
    found: list[Member] = []
    manifest: Manifest | None = None
    try:
        stream = zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for info in tar:
                if manifest is not None:
                    raise _damaged(t("backups.why.too_much", name=info.name))
                _refuse_odd(info)
                if info.isdir():
                    if take is not None:
                        take(f"{info.name}/").mkdir(parents=True, exist_ok=True)
                    continue
                content = tar.extractfile(info)
                if info.name == MANIFEST and content is not None:
                    manifest = Manifest.from_json(content.read())
                    continue
                counted = _Counted(content, progress)
                _pour(counted, info, take(info.name) if take else None)
                found.append(Member(info.name, info.size, counted.sha256))
        # Behind the end of the archive: its padding, and the checksum of all that was compressed.
        while piece := stream.read(_PIECE):
            if piece.strip(b"\0"):
                raise _damaged(t("backups.why.too_much", name="?"))
    except (zstandard.ZstdError, tarfile.TarError, EOFError) as error:
        raise _damaged(t("backups.why.unreadable", words=error)) from error
    if manifest is None:
        raise _damaged(t("backups.why.cut_off"))
    _compare(manifest, found)
    return manifest


def _pour(counted: _Counted, info: tarfile.TarInfo, target: Path | None) -> None:
    if target is None:
        while counted.read(_PIECE):
            pass
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with room_for(target), _private(target) as file:
        while piece := counted.read(_PIECE):
            file.write(piece)
        file.flush()
        if is_durable():
            os.fsync(file.fileno())
    os.utime(target, (info.mtime, info.mtime))


def _refuse_odd(info: tarfile.TarInfo) -> None:
    """An archive may come from anywhere: nothing in it may lie outside of the folder, or be more than a file."""
    path = PurePosixPath(info.name)
    if path.is_absolute() or ".." in path.parts or not (info.isreg() or info.isdir()):
        raise _damaged(t("backups.why.odd", name=info.name))


def _compare(manifest: Manifest, found: list[Member]) -> None:
    wanted = {one.name: one for one in manifest.members}
    for one in found:
        if wanted.pop(one.name, None) != one:
            raise _damaged(t("backups.why.changed", name=one.name))
    if wanted:
        raise _damaged(t("backups.why.missing", name=next(iter(wanted))))


def _damaged(why: str) -> CchcError:
    return CchcError(t("backups.damaged", why=why))
