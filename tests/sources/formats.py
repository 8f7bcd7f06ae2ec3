"""The same rows as files of every kind that is read."""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from tests.sources.samples import HEADER, export, xlsx

Rows = Sequence[Mapping[str, str]]


def windows_1258(text: str) -> bytes:
    """As a Vietnamese Windows writes it: a letter with its hat, then the tone."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((part for part in parts if part in tones), "")
        out.append(unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts) + tone)
    return "".join(out).encode("cp1258")


def parquet(rows: Rows, header: Sequence[str] = HEADER) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as files

    out = io.BytesIO()
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in header})
    files.write_table(table, out)
    return out.getvalue()


def ods(rows: Iterable[Sequence[str]]) -> bytes:
    """As LibreOffice writes it, with the empty rest of the sheet in repeated cells."""
    lines = []
    for row in rows:
        cells = "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            + escape(cell)
            + "</text:p></table:table-cell>"
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        rest = f'<table:table-cell table:number-columns-repeated="{16384 - len(row)}"/>'
        lines.append(f"<table:table-row>{cells}{rest}</table:table-row>")
    lines.append(
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return ods_of("".join(lines))


def ods_of(rows: str, manifest: str = "") -> bytes:
    """An OpenDocument of one sheet with these rows (XML)."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def cells_of(rows: Rows, header: Sequence[str] = HEADER) -> list[list[str]]:
    return [list(header), *([row.get(name, "") for name in header] for row in rows)]


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "bom.csv": export,
    "phay.csv": lambda rows: export(rows, delimiter=",", bom=False),
    "tab.txt": lambda rows: export(rows, delimiter="\t"),
    "utf16.csv": lambda rows: export(rows, bom=False).decode().encode("utf-16"),
    "1258.csv": lambda rows: windows_1258(export(rows, bom=False).decode()),
    "nen.csv.gz": lambda rows: gzip.compress(export(rows)),
    "bang.xlsx": xlsx,
    "tieu-de.xlsx": lambda rows: xlsx(rows, title_rows=4),
    "bang.ods": lambda rows: ods(cells_of(rows)),
    "danh-sach.json": lambda rows: json.dumps(rows, ensure_ascii=False).encode(),
    "boc.json": lambda rows: json.dumps({"total": 3, "data": rows}).encode(),
    "tung-dong.json": lambda rows: "\n".join(json.dumps(one) for one in rows).encode(),
    "bang.parquet": parquet,
}


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
