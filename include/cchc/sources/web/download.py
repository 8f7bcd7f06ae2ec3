"""From a declared endpoint to a file in the drop folder: whole, or none at all."""

from __future__ import annotations

import fcntl
import io
import itertools
import json
import logging
import os
from datetime import date
from pathlib import Path
from typing import IO, Any

from cchc.errors import CchcError
from cchc.files import put_in_place, remove
from cchc.sources.web.endpoints import Endpoint, Paging
from cchc.sources.web.server import WebServer
from cchc.sources.web.transfer import Transfer, WebError
from cchc.texts import t

log = logging.getLogger(__name__)


def download(endpoint: Endpoint, server: WebServer, first: date, last: date, folder: Path) -> Path:
    """Fetch the export of the days `first` to `last` (both included) into `folder`; returns the file.

    It holds personal data, so only its owner may read it. Until it is whole it has a name that nobody picks up, and
    after a failure nothing is left. The same days again replace what was not landed yet. Raises WebError (or
    CchcError when the folder cannot be written), naming the endpoint.
    """
    part = folder / f".{endpoint.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f".{endpoint.name}.dang-tai").open("w") as lock:  # ends with its process
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WebError(t("sources.web.busy")) from None
            try:
                part.touch(0o600)
                with part.open("w+b") as handle:
                    _fetch(endpoint, server, endpoint.query(first, last), handle)
                path = put_in_place(part, folder / f"{endpoint.name}-{first}-{last}.{endpoint.format}")
            finally:
                remove(part)
    except WebError as error:
        raise WebError(
            t("sources.web.failed", title=endpoint.title, name=endpoint.name, reason=error)
        ) from None
    except OSError as error:
        reason = t("sources.web.folder", folder=folder, reason=error.strerror)
        raise CchcError(
            t("sources.web.failed", title=endpoint.title, name=endpoint.name, reason=reason)
        ) from None
    log.info("endpoint %s: %d bytes", endpoint.name, path.stat().st_size)
    return path


def _fetch(endpoint: Endpoint, server: WebServer, query: dict[str, str], target: IO[bytes]) -> None:
    with Transfer(server, endpoint.path, endpoint.limits) as transfer:
        if endpoint.rows:
            _write_rows(endpoint.rows, endpoint.paging, transfer, query, target)
        elif not transfer.get(query, target) and endpoint.format == "csv":
            # Nobody said where it ends, so only a line that ends shows that the end is the end.
            target.seek(-min(4, target.seek(0, os.SEEK_END)), os.SEEK_END)
            if not target.read().rstrip(b"\x00").endswith((b"\n", b"\r")):
                raise WebError(t("sources.web.body.cut_off", where=transfer.url))


def _write_rows(
    field: str, paging: Paging | None, transfer: Transfer, query: dict[str, str], target: IO[bytes]
) -> None:
    """The rows of all pages as one JSON list, one row a line; WebError when one may be missing."""
    count, total, before, where = 0, None, None, transfer.url
    target.write(b"[")
    for number in itertools.count(paging.first if paging else 1):
        page = _page(transfer, query | ({paging.parameter: str(number)} if paging else {}))
        rows = _field(page, field, where)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise WebError(t("sources.web.pages.no_rows", where=where, field=field))
        if rows and rows == before:  # a server that does not know the parameter sends its first page for ever
            raise WebError(t("sources.web.pages.repeated", where=where))
        for row in rows:
            target.write((b",\n" if count else b"\n") + json.dumps(row, ensure_ascii=False).encode())
            count += 1
        if paging and paging.total:
            total = _field(page, paging.total, where)
            if not isinstance(total, int):
                raise WebError(t("sources.web.pages.no_total", where=where, field=paging.total))
        before = rows
        if not rows or not paging or (total is not None and count >= total):
            break
    target.write(b"\n]\n")
    if total is not None and total != count:
        raise WebError(t("sources.web.pages.count", where=where, total=total, count=count))
    if not count:
        raise WebError(t("sources.web.pages.nothing"))


def _page(transfer: Transfer, query: dict[str, str]) -> Any:
    body = io.BytesIO()
    transfer.get(query, body)
    try:
        return json.loads(body.getvalue().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise WebError(t("sources.web.body.damaged", where=transfer.url)) from None


def _field(body: Any, field: str, where: str) -> Any:
    for name in field.split("."):
        if not isinstance(body, dict) or name not in body:
            raise WebError(t("sources.web.pages.no_field", where=where, field=field))
        body = body[name]
    return body
