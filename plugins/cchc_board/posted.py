"""What a form of the board sends: fields, and perhaps one file; anything else did not come from our page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from cchc_board.genuine import NotGenuine

LARGEST_FORM = 2 * 1024 * 1024  # bytes; own words of all sections, each Vietnamese letter in nine of them
LARGEST_FILE = 25 * 1024 * 1024  # as much as mail servers take; a scan of forty pages has less
MOST_FIELDS = 2000
FILE = "tep"  # the field of the file


@dataclass(frozen=True)
class Posted:
    """A form as it came: its fields, and its file with the name that the browser gives it."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    file_name: str = ""
    file: bytes = b""
    too_large: bool = False


async def posted(request: Request) -> Posted:
    """A form with or without a file, as far as the file is not too large. Raises NotGenuine for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _with_file(request)
    if kind != "application/x-www-form-urlencoded":
        raise NotGenuine
    try:
        content = b"".join([part async for part in _bounded(request, LARGEST_FORM)])
        return Posted(parse_qs(content.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (_TooLarge, ValueError):
        raise NotGenuine from None


async def _with_file(request: Request) -> Posted:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LARGEST_FILE:
        return Posted(too_large=True)
    try:
        parser = MultiPartParser(
            request.headers, _bounded(request, LARGEST_FILE), max_files=1, max_fields=MOST_FIELDS
        )
        form = await parser.parse()
    except _TooLarge:
        return Posted(too_large=True)
    except (MultiPartException, KeyError, ValueError):
        raise NotGenuine from None
    fields: dict[str, list[str]] = {}
    try:
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            return Posted(fields)
        return Posted(fields, file.filename or "", await file.read())
    finally:
        await form.close()


class _TooLarge(Exception):
    """More came than may come."""


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    count = 0
    async for part in request.stream():
        count += len(part)
        if count > most:
            raise _TooLarge
        yield part
