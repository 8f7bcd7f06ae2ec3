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
FILE = "tep"  # the field of the files


@dataclass(frozen=True)
class Posted:
    """A form as it came: its fields, and its files with the names that the browser gives them."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: tuple[tuple[str, bytes], ...] = ()
    too_large: bool = False

    @property
    def file_name(self) -> str:
        return self.files[0][0] if self.files else ""

    @property
    def file(self) -> bytes:
        return self.files[0][1] if self.files else b""


async def posted(request: Request) -> Posted:
    """A form with or without a file, as far as the file is not too large. Raises NotGenuine for anything else."""
    return await posted_files(request, 1)


async def posted_files(request: Request, most: int) -> Posted:
    """A form with up to so many files, as far as they are not too large together. Raises NotGenuine for anything
    else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _with_files(request, most)
    if kind != "application/x-www-form-urlencoded":
        raise NotGenuine
    try:
        content = b"".join([part async for part in _bounded(request, LARGEST_FORM)])
        fields = parse_qs(content.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return Posted(_readable(fields))
    except (_TooLarge, ValueError):
        raise NotGenuine from None


async def _with_files(request: Request, most: int) -> Posted:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LARGEST_FILE:
        return Posted(too_large=True)
    try:
        parser = MultiPartParser(
            request.headers, _bounded(request, LARGEST_FILE), max_files=most, max_fields=MOST_FIELDS
        )
        form = await parser.parse()
    except _TooLarge:
        return Posted(too_large=True)
    except (MultiPartException, KeyError, ValueError):
        raise NotGenuine from None
    fields: dict[str, list[str]] = {}
    try:
        files = []
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
            elif name == FILE and isinstance(value, UploadFile) and value.filename:
                files.append((value.filename.replace("\0", ""), await value.read()))
        return Posted(_readable(fields), tuple(files))
    finally:
        await form.close()


def _readable(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """The fields. NotGenuine for what nobody types, no text has, and stores refuse."""
    if any("\0" in one for values in fields.values() for one in values):
        raise NotGenuine
    return fields


class _TooLarge(Exception):
    """More came than may come."""


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    count = 0
    async for part in request.stream():
        count += len(part)
        if count > most:
            raise _TooLarge
        yield part
