"""Files that nobody should send, whatever they were meant to be: locked, blown up, nested, called something else."""

from __future__ import annotations

import io
import zipfile

from cchc_rehearsal.dialects import rewritten, with_cell

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PAGE = "<html><head><meta charset='utf-8'></head><body><table><tr><td>Báo cáo</td></tr></table></body></html>"
_MB = 1 << 20
DEEP = 30


def archive_of(*parts: tuple[str, bytes]) -> bytes:
    """A zip with the time of no day: the same item has the same bytes whenever it is drawn."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def locked_workbook(mark: bytes) -> bytes:
    """A container of Office behind a password, as far as anybody can see without it."""
    return OLD_OFFICE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(400) + mark


def locked_archive(mark: bytes) -> bytes:
    """A zip whose entries say that they are encrypted."""
    content = bytearray(archive_of(("bao-cao.xlsx", mark * 40)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    return bytes(content)


def bomb(name: str, megabytes: int) -> bytes:
    """A small archive that unpacks to so much. `name`: the part that grows."""
    piece = bytes(8 * _MB)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        if name.startswith("xl/"):
            archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), b"<workbook/>")
        if name.startswith("word/"):
            archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), b"<Types/>")
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as part:
            part.write(b"<x>")
            for _ in range(megabytes // 8):
                part.write(piece)
    return out.getvalue()


def with_comment(archive: bytes, mark: bytes) -> bytes:
    """Its own by a mark: an archive may end in a comment, whose length stands before it."""
    return archive[:-2] + len(mark).to_bytes(2, "little") + mark


def nested_archives(mark: bytes, depth: int = DEEP) -> bytes:
    content = mark * 10
    name = "trong-cung.txt"
    for level in range(depth):
        content, name = archive_of((name, content)), f"lop-{level}.zip"
    return content


def deep_xml(workbook: bytes, mark: bytes, depth: int = 100_000) -> bytes:
    """A workbook whose first sheet is nested deeper than any reader's stack."""
    nest = b"<a>" * depth + mark + b"</a>" * depth
    return rewritten(
        workbook,
        lambda name, part: (
            name,
            part.replace(b"</sheetData>", b"</sheetData>" + nest) if name.endswith("sheet1.xml") else part,
        ),
    )


def far_cell(workbook: bytes, mark: str) -> bytes:
    return with_cell(workbook, "XFD1048576", mark)


def flipped(content: bytes) -> bytes:
    """One byte wrong in the middle."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
