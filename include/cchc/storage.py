"""Places off the machine: a mounted folder, or object storage, by their address, as `fsspec` opens them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.texts import t

_PIECE = 1 << 20


@dataclass(frozen=True)
class StoragePlace:
    """address: a folder, `s3://bucket/folder`. secrets_file: JSON with what opens it, readable by its owner only."""

    address: str
    secrets_file: str | None = None

    @property
    def fs(self) -> Any:
        return self._open[0]

    @property
    def folder(self) -> str:
        """Where on the file system it begins, without a slash at the end."""
        return self._open[1]

    @cached_property
    def _open(self) -> tuple[Any, str]:
        """CchcError when the kind of address or its secrets cannot be used."""
        from fsspec import url_to_fs

        try:
            fs, folder = url_to_fs(self.address, **self._secrets())
        except (ImportError, ValueError) as error:
            raise CchcError(t("storage.unusable", address=self.address, why=error)) from error
        return fs, str(folder).rstrip("/")

    @property
    def is_here(self) -> bool:
        """Whether it is a folder of this machine."""
        return "file" in self.fs.protocol

    def sha256_of(self, path: str) -> str:
        """Of a file as it lies there, byte for byte."""
        digest = hashlib.sha256()
        with self.reached(), self.fs.open(path, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Says in words that the place cannot be reached; what is ours passes."""
        try:
            yield
        except CchcError:
            raise
        except (
            Exception
        ) as error:  # each library behind fsspec raises what is its own; nothing of it is common
            why = str(error) or type(error).__name__
            raise CchcError(t("storage.down", address=self.address, why=why)) from error

    def _secrets(self) -> dict[str, Any]:
        if self.secrets_file is None:
            return {"use_listings_cache": False} if self.address.startswith("s3:") else {}
        path = Path(self.secrets_file)
        try:
            if path.stat().st_mode & 0o077:
                raise CchcError(t("storage.secrets_readable", path=path))
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise CchcError(t("storage.secrets_unreadable", path=path)) from None
        return {**dict(values), "use_listings_cache": False}
