"""The same workbook as other programs write it: each takes the .xlsx that we know and gives it in another dialect."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Part = tuple[str, bytes]
Change = Callable[[str, bytes], Part | None]


def rewritten(content: bytes, change: Change) -> bytes:
    """The archive with each part changed: its new name and bytes, None to leave it out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            made = change(name, old.read(name))
            if made is not None:
                info = zipfile.ZipInfo("placeholder")
                info.filename = made[0]  # the constructor would turn backslashes round
                info.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(info, made[1])
    return target.getvalue()


def strict(content: bytes) -> bytes:
    """'Strict Open XML' of Excel."""
    names = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )  # fmt: skip

    def change(name: str, part: bytes) -> Part:
        for usual, other in names:
            part = part.replace(usual, other) if name.endswith((".xml", ".rels")) else part
        return name, part

    return rewritten(content, change)


def prefixed(content: bytes) -> bytes:
    """As ClosedXML, EPPlus and the Open XML SDK write it: `<x:row>`."""

    def change(name: str, part: bytes) -> Part:
        if (
            name.startswith("xl/")
            and name.endswith(".xml")
            and _MAIN in part[:2000]
            and b":" not in _root(part)
        ):
            part = re.sub(rb"<(/?)([A-Za-z][\w]*)(?=[\s/>])", rb"<\1x:\2", part)
            part = part.replace(b'xmlns="' + _MAIN + b'"', b'xmlns:x="' + _MAIN + b'"', 1)
        return name, part

    return rewritten(content, change)


def _root(part: bytes) -> bytes:
    found = re.search(rb"<([A-Za-z][\w:.-]*)", part)
    return found[1] if found else b""


def backslashes(content: bytes) -> bytes:
    """As old .NET archives it."""
    return rewritten(content, lambda name, part: (name.replace("/", "\\"), part))


def capitals(content: bytes) -> bytes:
    return rewritten(content, lambda name, part: (name.replace("xl/", "XL/"), part))


def leading_slashes(content: bytes) -> bytes:
    return rewritten(content, lambda name, part: (f"/{name}", part))


def without_dimension(content: bytes) -> bytes:
    """As Google Sheets and streaming writers leave it out."""
    return rewritten(content, lambda name, part: (name, re.sub(rb"<dimension[^>]*/>", b"", part)))


def single_quotes(content: bytes) -> bytes:
    def change(name: str, part: bytes) -> Part:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            part = re.sub(rb'(<c\b[^>]*?\sr=)"([A-Z]+\d+)"', rb"\1'\2'", part)
        return name, part

    return rewritten(content, change)


def style_first(content: bytes) -> bytes:
    """The place of a cell behind its style, as WPS may write it."""

    def change(name: str, part: bytes) -> Part:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            part = re.sub(rb'<c (r="[A-Z]+\d+")((?:\s[a-z]+="[^"]*")+)', rb"<c\2 \1", part)
        return name, part

    return rewritten(content, change)


def shared_as_inline(content: bytes) -> bytes:
    """Every shared text written into its cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return content
        texts: list[bytes] = re.findall(rb"<si>(.*?)</si>", archive.read("xl/sharedStrings.xml"), re.DOTALL)

    def inline(found: re.Match[bytes]) -> bytes:
        return b"<c" + found[1] + b't="inlineStr"' + found[2] + b"><is>" + texts[int(found[3])] + b"</is></c>"

    def change(name: str, part: bytes) -> Part:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            part = re.sub(rb'<c\b([^>]*?)t="s"([^>]*)><v>(\d+)</v></c>', inline, part)
        return name, part

    return rewritten(content, change)


DIALECTS = {
    one.__name__: one
    for one in (
        strict, prefixed, backslashes, capitals, leading_slashes, without_dimension, single_quotes, style_first,
        shared_as_inline,
    )
}  # fmt: skip


def with_cell(content: bytes, cell: str, value: str = "x") -> bytes:
    """One more cell at the end of the first sheet, written as text in the cell."""
    row = re.sub(r"\D", "", cell)
    more = f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c></row></sheetData>'

    def change(name: str, part: bytes) -> Part:
        return name, part.replace(b"</sheetData>", more.encode()) if name.endswith("sheet1.xml") else part

    return rewritten(content, change)


def lying(content: bytes, name: str, grown: bytes) -> bytes:
    """A part that unpacks to `grown`, while the archive states the size and the sum of its first bytes only."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = archive.read(name)
    assert grown.startswith(said), "readers that stop at the stated size must see a sound part"
    honest = rewritten(content, lambda one, part: (one, grown if one == name else part))
    out = bytearray(honest)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        entry = archive.getinfo(name)
    where = struct.pack("<II", zlib.crc32(said), entry.compress_size) + struct.pack("<I", len(said))
    told = struct.pack("<III", entry.CRC, entry.compress_size, entry.file_size)
    place = out.find(told)
    while place >= 0:  # before the part, and in the archive's list
        out[place : place + 12] = where
        place = out.find(told, place + 12)
    return bytes(out)
