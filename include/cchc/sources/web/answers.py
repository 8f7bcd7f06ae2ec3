"""Judges what a server sent: the status, and whether the body is what it was asked for and whole."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any

from cchc.sources.web.errors import Passing, WebError
from cchc.texts import t

_BLOCK = 1 << 20
# Types that say nothing about the content; text/plain is what many servers call a CSV.
_SILENT = {"", "application/octet-stream", "binary/octet-stream", "application/download",
           "application/force-download", "application/x-download"}  # fmt: skip
_TYPES = {
    "csv": {"text/csv", "text/plain", "application/csv", "text/comma-separated-values",
            "text/tab-separated-values", "application/vnd.ms-excel"},
    "csv.gz": {"application/gzip", "application/x-gzip"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip",
             "application/vnd.ms-excel"},
    "xls": {"application/vnd.ms-excel", "application/x-msexcel", "application/msexcel"},
    "ods": {"application/vnd.oasis.opendocument.spreadsheet", "application/zip"},
    "json": {"application/json", "text/json", "text/plain"},
    "parquet": {"application/vnd.apache.parquet", "application/x-parquet", "application/parquet"},
}  # fmt: skip
_ZIP, _OLE, _GZIP, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"PAR1"
_MAGIC = {"xlsx": _ZIP, "ods": _ZIP, "xls": _OLE, "csv.gz": _GZIP, "parquet": _PARQUET}


@dataclass(frozen=True)
class Answer:
    """One whole answer. `sized`: its length was announced, so that a cut would have been seen.

    `next_url`: of the header Link; `has_body`: False for 204.
    """

    where: str
    content_type: str
    sized: bool
    next_url: str | None
    has_body: bool


def check_status(status: int, headers: Any, where: str) -> None:
    """Returns for 200, 204 and 206; raises WebError, or Passing where another try may help."""
    if status in (200, 204, 206):
        return
    final = {401: "unauthorised", 403: "forbidden", 404: "not-found", 410: "not-found"}
    if status in final:
        fault = final[status]
        raise WebError(fault, t(f"web.status.{fault.replace('-', '_')}", where=where, status=status))
    if status == 429:
        wait = retry_after(headers)
        raise Passing(WebError("too-many", t("web.status.too_many", where=where)), wait)
    if status >= 500 or status == 408:
        error = WebError("server", t("web.status.server", where=where, status=status))
        raise Passing(error, retry_after(headers))
    raise WebError("refused", t("web.status.other", where=where, status=status))


def retry_after(headers: Any) -> float | None:
    """Seconds that the server asks to wait; a date counts from the server's own clock (header Date)."""
    text = str(headers.get("Retry-After") or "").strip()
    if text.isdigit():
        return float(text)
    try:
        until, now = parsedate_to_datetime(text), parsedate_to_datetime(str(headers.get("Date") or ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):  # no date, or one with and one without a zone
        return None


def check_body(path: Path, format_: str, answer: Answer, largest: int) -> None:
    """Raises WebError unless the file is whole and of the format that was asked for and announced."""
    where, size = answer.where, path.stat().st_size
    if not size:
        raise WebError("empty", t("web.body.empty", where=where))
    with path.open("rb") as handle:
        start = handle.read(4096)
        found = kind_of(start)
        if found == "html" or "html" in answer.content_type:
            raise WebError("html", t("web.body.html", where=where))
        declared = answer.content_type
        if (
            declared not in _SILENT
            and declared not in _TYPES[format_]
            and not declared.endswith("+" + format_)
        ):
            raise WebError("wrong-kind", t("web.body.type", where=where, type=declared, format=format_))
        wanted = {"xlsx": "zip", "ods": "zip", "csv": "text", "csv.gz": "gzip"}.get(format_, format_)
        if found != wanted:
            kind = t(f"web.kinds.{found}")
            raise WebError("wrong-kind", t("web.body.kind", where=where, found=kind, format=format_))
        _check_whole(handle, path, format_, answer, largest)


def kind_of(start: bytes) -> str:
    """html, zip, xls, gzip, parquet, json, text or binary, from the first bytes of a body."""
    for name, magic in (("zip", _ZIP), ("xls", _OLE), ("gzip", _GZIP), ("parquet", _PARQUET)):
        if start.startswith(magic):
            return name
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which is full of zero bytes
        text = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode()
    else:
        text = start.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in text:
        return "binary"
    begin = text.lstrip()[:200].lower()
    if begin.startswith((b"<!doctype", b"<html", b"<head", b"<body")) or (
        begin.startswith(b"<") and b"<html" in text.lower()
    ):
        return "html"
    return "json" if begin.startswith((b"{", b"[")) else "text"


def parse_json(path: Path, where: str) -> Any:
    """The parsed body; a body that ends in the middle is told from one that was never JSON."""
    raw = path.read_bytes()
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            raise WebError("cut-off", t("web.body.cut_off", where=where)) from None
        raise WebError("damaged", t("web.body.damaged", where=where, format="json")) from None
    except (ValueError, RecursionError):
        raise WebError("damaged", t("web.body.damaged", where=where, format="json")) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are not JSON; the reader after us would stumble


def _check_whole(handle: IO[bytes], path: Path, format_: str, answer: Answer, largest: int) -> None:
    where = answer.where
    if format_ in ("xlsx", "ods"):
        try:
            with zipfile.ZipFile(path) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile:  # the directory stands at the end: it is what a cut takes first
            raise WebError("cut-off", t("web.body.cut_off", where=where)) from None
        if unpacked > largest:
            raise too_large(where, largest)
    elif format_ == "csv.gz":
        handle.seek(0)
        _check_gzip(handle, where, largest)
    elif format_ == "parquet":
        handle.seek(-4, 2)
        if handle.read() != _PARQUET:
            raise WebError("cut-off", t("web.body.cut_off", where=where))
    elif format_ == "json":
        parse_json(path, where)
    elif format_ == "csv" and not answer.sized:
        # Nobody announced the length, so only a line that ends shows that the end is the end.
        handle.seek(-min(4, path.stat().st_size), 2)
        if not handle.read().rstrip(b"\x00").endswith((b"\n", b"\r")):
            raise WebError("cut-off", t("web.body.cut_off", where=where))


def _check_gzip(handle: IO[bytes], where: str, largest: int) -> None:
    """Unpacks to nowhere: every member must end with the right sum, and together they must not be a bomb."""
    unpacked = 0
    try:
        with gzip.GzipFile(fileobj=handle) as archive:
            while block := archive.read(_BLOCK):
                unpacked += len(block)
                if unpacked > largest:
                    raise too_large(where, largest)
    except EOFError:
        raise WebError("cut-off", t("web.body.cut_off", where=where)) from None
    except (gzip.BadGzipFile, zlib.error):
        raise WebError("damaged", t("web.body.damaged", where=where, format="csv.gz")) from None


def too_large(where: str, largest: int) -> WebError:
    """`largest` in bytes."""
    return WebError("too-large", t("web.body.too_large", where=where, megabytes=f"{largest / 1e6:g}"))
