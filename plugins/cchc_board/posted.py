"""What a form of the board sends: plain fields, or fields and one file; anything else did not come from our page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from cchc_board.genuine import NotGenuine

LARGEST_FORM = 2 * 1024 * 1024  # bytes; own words of all sections, each Vietnamese letter in nine of them
LARGEST_FILE = 25 * 1024 * 1024  # as much as mail servers take; a scan of forty pages has less


@dataclass(frozen=True)
class Upload:
    """A form as it came: its fields, and its file with the name that the browser gives it."""

    fields: dict[str, list[str]]
    name: str
    content: bytes
    too_large: bool = False

    def text(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "").strip()


async def posted_file(request: Request) -> Upload:
    """A form with one file, as far as it is not too large. Raises NotGenuine for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise NotGenuine
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LARGEST_FILE:
        return Upload({}, "", b"", too_large=True)
    try:
        parser = MultiPartParser(request.headers, _bounded(request), max_files=1, max_fields=20)
        form = await parser.parse()
    except _TooLarge:
        return Upload({}, "", b"", too_large=True)
    except (MultiPartException, KeyError, ValueError):
        raise NotGenuine from None
    fields = {name: [value] for name, value in form.items() if isinstance(value, str)}
    file = form.get("tep")
    if not isinstance(file, UploadFile):
        return Upload(fields, "", b"")
    return Upload(fields, file.filename or "", await file.read())


class _TooLarge(Exception):
    """More came than a file may have."""


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    count = 0
    async for part in request.stream():
        count += len(part)
        if count > LARGEST_FILE:
            raise _TooLarge
        yield part


async def posted_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a plain form. Raises NotGenuine for anything else: our page sends nothing else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotGenuine
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_FORM:
            raise NotGenuine
    try:
        return parse_qs(content.decode("utf-8"), keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        raise NotGenuine from None
