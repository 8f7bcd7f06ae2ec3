"""From a declared endpoint to files in the drop folder: whole and checked, or none at all."""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from cchc.errors import CchcError
from cchc.sources.web.answers import check_body
from cchc.sources.web.endpoints import Endpoint
from cchc.sources.web.errors import WebError
from cchc.sources.web.pages import Pages, csv_pages, merge_json
from cchc.sources.web.server import WebServer
from cchc.sources.web.transfer import Transfer
from cchc.texts import t

log = logging.getLogger(__name__)
PART = ".part"


def download(endpoint: Endpoint, server: WebServer, first: date, last: date, folder: Path) -> list[Path]:
    """Fetch the export of the days `first` to `last` (both included) into `folder`; returns the files.

    One file; several for a CSV in pages. They hold personal data, so only their owner may read them. Until all
    are whole and checked they have names that nobody picks up, and after a failure none is left. The same
    days again replace what was not landed yet. Raises WebError (or CchcError when the folder cannot be
    written, or another download of the endpoint is under way), naming the endpoint.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(endpoint, folder), _Parts(endpoint, folder) as parts:
            with Transfer(server, endpoint.limits) as transfer:
                whole = _fetch(endpoint, transfer, Pages(endpoint, server, first, last), parts)
            files = _publish(endpoint, whole, endpoint.file_stem(first, last), folder)
    except WebError as error:
        log.warning("endpoint %s: %s", endpoint.name, error.fault)
        message = t("web.failed", title=endpoint.title, name=endpoint.name, reason=error)
        raise WebError(error.fault, message) from None
    except OSError as error:
        reason = t("web.folder", folder=folder, reason=error.strerror)
        raise CchcError(t("web.failed", title=endpoint.title, name=endpoint.name, reason=reason)) from None
    log.info("endpoint %s: %d file(s), %d bytes", endpoint.name, len(files), sum(map(_size, files)))
    return files


class _Parts:
    """Makes half-written files, private from the first moment, and removes those that stay half-written."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self._prefix, self._folder = f".{endpoint.name}.", folder
        self._made: list[Path] = []

    def __enter__(self) -> Iterator[Path]:
        # What a process left that was killed; nobody else downloads this endpoint now.
        for path in self._folder.glob(f"{self._prefix}*{PART}"):
            path.unlink(missing_ok=True)
        return iter(self._new, None)

    def __exit__(self, *_: object) -> None:
        for path in self._made:
            path.unlink(missing_ok=True)

    def _new(self) -> Path:
        descriptor, name = tempfile.mkstemp(prefix=self._prefix, suffix=PART, dir=self._folder)  # mode 0600
        os.close(descriptor)
        self._made.append(Path(name))
        return self._made[-1]


def _fetch(endpoint: Endpoint, transfer: Transfer, pages: Pages, parts: Iterator[Path]) -> list[Path]:
    """Half-written files with whole content."""
    if endpoint.format == "csv" and endpoint.paging:
        return list(csv_pages(endpoint, transfer, pages, parts))
    path = next(parts)
    if endpoint.format == "json" and (endpoint.paging or endpoint.rows):
        with path.open("wb") as target:
            count = merge_json(endpoint, transfer, pages, target, next(parts))
        if not count:
            raise WebError("empty", t("web.pages.nothing"))
        return [path]
    request = pages.start()
    with path.open("w+b") as handle:
        answer = transfer.get(request.url, request.query, handle)
    check_body(path, endpoint.format, answer, endpoint.limits.size)
    return [path]


def _publish(endpoint: Endpoint, whole: list[Path], stem: str, folder: Path) -> list[Path]:
    files = []
    for number, part in enumerate(whole, start=1):
        page = f"-trang-{number:04d}" if endpoint.format == "csv" and endpoint.paging else ""
        files.append(part.replace(folder / f"{stem}{page}.{endpoint.format}"))
    return files


def _size(path: Path) -> int:
    return path.stat().st_size


@contextmanager
def _only_one(endpoint: Endpoint, folder: Path) -> Iterator[None]:
    """Two downloads of one endpoint would remove each other's halves; the lock ends with its process."""
    with ExitStack() as stack:
        lock = stack.enter_context((folder / f".{endpoint.name}.dang-tai").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WebError("busy", t("web.busy")) from None
        yield
