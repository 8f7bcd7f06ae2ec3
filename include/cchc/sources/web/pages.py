"""Answers in several pages: asked for until one is empty, counted where the server says how many rows there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin

from cchc.files import sha256_bytes, sha256_file
from cchc.sources.web.answers import Answer, check_body, parse_json
from cchc.sources.web.endpoints import Endpoint, Paging
from cchc.sources.web.errors import WebError, place
from cchc.sources.web.server import WebServer
from cchc.sources.web.transfer import Transfer
from cchc.texts import t


@dataclass(frozen=True)
class Request:
    """Where the next page is; `query` is empty for an address that the server gave itself."""

    url: str
    query: dict[str, str]


class Pages:
    """The requests of one download, one after the other."""

    def __init__(self, endpoint: Endpoint, server: WebServer, first: date, last: date) -> None:
        self._endpoint, self._server = endpoint, server
        self._query = endpoint.query(first, last)
        self._asked: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._received = 0

    @property
    def where(self) -> str:
        return place(self._server.url(self._endpoint.path))

    def start(self) -> Request:
        paging = self._endpoint.paging
        url = self._server.url(self._endpoint.path)
        if paging is None:
            return Request(url, self._query)
        query = dict(self._query)
        if paging.size_parameter:
            query[paging.size_parameter] = str(paging.size)
        if paging.parameter:
            query[paging.parameter] = str(paging.first if paging.kind == "page" else 0)
        return self._noted(Request(url, query))

    def after(self, request: Request, rows: int, next_url: str | None) -> Request | None:
        """The request after one that brought `rows` rows; None when the server names no next page.

        Raises WebError when there are more pages than the limit, or when a page leads back to an earlier one.
        """
        paging = self._endpoint.paging
        if paging is None:
            return None
        self._received += rows
        where = place(request.url)
        if paging.kind == "next":
            if not next_url:
                return None
            target = urljoin(request.url, next_url)
            if not self._server.owns(target):
                raise WebError("redirect", t("web.line.redirect", where=where, target=place(target)))
            request = Request(target, {})
        else:
            number = self._received if paging.kind == "offset" else paging.first + len(self._asked)
            request = Request(request.url, request.query | {str(paging.parameter): str(number)})
        if len(self._asked) >= self._endpoint.limits.pages:
            raise WebError("pages", t("web.pages.too_many", where=where, pages=self._endpoint.limits.pages))
        return self._noted(request)

    def _noted(self, request: Request) -> Request:
        key = (request.url, tuple(sorted(request.query.items())))
        if key in self._asked:
            raise WebError("repeated", t("web.pages.repeated", where=place(request.url)))
        self._asked.add(key)
        return request


def merge_json(endpoint: Endpoint, transfer: Transfer, pages: Pages, target: IO[bytes], scratch: Path) -> int:
    """The rows of all pages as one JSON list in `target`, one row a line; returns how many.

    `scratch` holds one page at a time. Raises WebError, also when the server's own count differs.
    """
    request: Request | None = pages.start()
    count, total, before = 0, None, ""
    target.write(b"[")
    while request:
        with scratch.open("w+b") as handle:
            answer = transfer.get(request.url, request.query, handle)
        body = _json_page(endpoint, scratch, answer)
        rows = _rows(body, endpoint.rows, answer.where)
        paging = endpoint.paging
        if paging and paging.total_field:
            total = _total(body, paging, answer.where)
        if not rows and (paging is None or paging.kind != "next"):
            break
        written = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
        before = _new(sha256_bytes(b"\n".join(written)), before, answer.where) if rows else before
        for line in written:
            target.write((b",\n" if count else b"\n") + line)
            count += 1
        if total is not None and count >= total and (paging is None or paging.kind != "next"):
            break
        field = paging.next_field if paging else None
        link = _field(body, field, answer.where, needed=False) if field else answer.next_url
        request = pages.after(request, len(rows), str(link) if link else None)
    target.write(b"\n]\n")
    if total is not None and total != count:
        raise WebError("rows", t("web.pages.count", where=pages.where, total=total, count=count))
    return count


def csv_pages(
    endpoint: Endpoint, transfer: Transfer, pages: Pages, new_file: Iterator[Path]
) -> Iterator[Path]:
    """The pages of a CSV, each a whole file with its own header; a page without rows ends them.

    The first page comes even without rows: an export of days on which nothing happened. `new_file` gives the
    empty files to write to.
    """
    request: Request | None = pages.start()
    before, number = "", 0
    while request:
        path = next(new_file)
        with path.open("w+b") as handle:
            answer = transfer.get(request.url, request.query, handle)
        number += 1
        empty = not answer.has_body or not path.stat().st_size
        if number == 1 or not empty:
            check_body(path, "csv", answer, endpoint.limits.size)
        rows = 0 if empty else _lines(path) - 1
        if number == 1 or rows > 0:
            before = _new(sha256_file(path), before, answer.where)
            yield path
        if rows <= 0 and (endpoint.paging is None or endpoint.paging.kind != "next"):
            return
        request = pages.after(request, max(rows, 0), answer.next_url)


def _json_page(endpoint: Endpoint, path: Path, answer: Answer) -> Any:
    if not answer.has_body:
        return []
    check_body(path, "json", answer, endpoint.limits.size)
    return parse_json(path, answer.where)


def _rows(body: Any, field: str | None, where: str) -> list[dict[str, Any]]:
    found = _field(body, field, where) if field and body != [] else body
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise WebError("rows", t("web.pages.no_rows", where=where, field=field or t("web.pages.whole")))
    return found


def _total(body: Any, paging: Paging, where: str) -> int | None:
    if body == []:
        return None
    total = _field(body, str(paging.total_field), where)
    if not isinstance(total, int):
        raise WebError("rows", t("web.pages.no_total", where=where, field=paging.total_field))
    return total


def _field(body: Any, field: str, where: str, needed: bool = True) -> Any:
    for name in field.split("."):
        if not isinstance(body, dict) or name not in body:
            if needed:
                raise WebError("rows", t("web.pages.no_field", where=where, field=field))
            return None
        body = body[name]
    return body


def _new(digest: str, before: str, where: str) -> str:
    """A server that does not know the paging parameter sends its first page for ever."""
    if digest == before:
        raise WebError("repeated", t("web.pages.repeated", where=where))
    return digest


def _lines(path: Path) -> int:
    """Lines that are not blank; a line break between quotes ends no line. Right for UTF-16 as well."""
    count, quotes, filled = 0, 0, False
    with path.open("rb") as handle:
        for line in handle:
            quotes += line.count(b'"')
            filled = filled or bool(line.strip(b"\x00\r\n\t ,;\xff\xfe"))
            if quotes % 2 == 0:
                count, filled = count + filled, False
    return count + filled
