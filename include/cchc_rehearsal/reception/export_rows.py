"""Small exports of both systems as software writes them, of one item each: its rows told from all others."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape

from cchc.units import Unit
from cchc_rehearsal.document_exports import MEDIUM_WORDS, OUT_HEADER, SUBJECTS, TYPES
from cchc_rehearsal.dossiers import CHANNEL_WORDS, FINISHED, LEVEL_WORDS, PROCEDURES, STATUS_WORDS
from cchc_rehearsal.export_parts import csv_bytes
from cchc_rehearsal.one_stop_exports import HEADER

Rows = list[dict[str, str]]
IMPOSSIBLE = ("31/02/2026", "00/00/0000", "31/06/2025", "1/13/2026", "45/01/2026")
_DAY, _RECEIVED, _ENDED = date(2026, 1, 12), "Ngày tiếp nhận", "Ngày kết thúc xử lý"
_SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


@dataclass(frozen=True)
class SmallExport:
    """Rows by header; `day`: the column that refuses what is no day."""

    header: Sequence[str]
    rows: Rows
    day: str

    def changed(self, change: Callable[[int, Mapping[str, str]], Mapping[str, str]]) -> SmallExport:
        rows = [{**row, **change(place, row)} for place, row in enumerate(self.rows)]
        return SmallExport(self.header, rows, self.day)

    def cells(self) -> list[list[str]]:
        return [list(self.header), *([row.get(name, "") for name in self.header] for row in self.rows)]


def dossiers(number: int, unit: Unit, count: int) -> SmallExport:
    """Finished dossiers of a unit."""
    rows = []
    for place in range(count):
        name, field_name, level, _, _ = PROCEDURES[(number + place) % len(PROCEDURES)]
        day = _DAY + timedelta(days=(number + place) % 20)
        channel = CHANNEL_WORDS[1 + place % 3]
        rows.append(
            {
                "STT": str(place + 1),
                "Mã hồ sơ": f"H01-{number:06}-{place}",
                "Mã TTHC": "1.000001.000.00.00.H01",
                "Tên TTHC": name,
                "Lĩnh vực": field_name,
                "Kênh thực hiện": channel,
                "Chủ hồ sơ": f"Công dân Giả Định {place:03}",
                "Số điện thoại": f"0999{number:06d}",
                "Ngày nộp": f"{day:%d/%m/%Y}",
                _RECEIVED: f"{day:%d/%m/%Y}",
                "Ngày hẹn trả": f"{day + timedelta(days=7):%d/%m/%Y}",
                _ENDED: f"{day + timedelta(days=5):%d/%m/%Y}",
                "Trạng thái": STATUS_WORDS[FINISHED],
                "Mã đơn vị": unit.code,
                "Đơn vị xử lý": unit.name,
                "Mức độ DVC": LEVEL_WORDS[level],
            }
        )
    return SmallExport(HEADER, rows, _RECEIVED)


def documents(number: int, unit: Unit, count: int) -> SmallExport:
    """Outgoing documents of a unit."""
    rows = []
    for place in range(count):
        kind, symbol = TYPES[(number + place) % len(TYPES)]
        rows.append(
            {
                "Số": str(number * 10 + place + 1),
                "Ký hiệu": symbol,
                "Ngày văn bản": f"{_DAY + timedelta(days=(number + place) % 20):%d/%m/%Y}",
                "Loại văn bản": kind,
                "Trích yếu": SUBJECTS[(number + place) % len(SUBJECTS)],
                "Độ mật": "Thường",
                "Hình thức gửi": list(MEDIUM_WORDS.values())[place % 3],
                "Ký số": "Có",
                "Người ký": "Người Ký Giả Định",
                "Nơi nhận": "Lưu",
                "Mã đơn vị": unit.code,
                "Đơn vị ban hành": unit.name,
            }
        )
    return SmallExport(OUT_HEADER, rows, "Ngày văn bản")


# -- kinds of files ---------------------------------------------------------------------------------------


def as_csv(one: SmallExport, delimiter: str = ";", *, bom: bool = True) -> bytes:
    header, *rows = one.cells()
    return csv_bytes(header, rows, delimiter=delimiter, bom=bom)


def as_tabs_in_utf_16(one: SmallExport) -> bytes:
    """'Unicode text' of Excel."""
    return as_csv(one, "\t", bom=False).decode().encode("utf-16")


def as_xlsx(one: SmallExport) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Danh sách")
    for place, cells in enumerate(one.cells()):
        sheet.write_row(place, 0, cells)
    book.set_properties({"created": _noon()})
    book.close()
    return out.getvalue()


def _noon() -> object:
    from datetime import datetime

    return datetime(2026, 3, 9, 12)  # noqa: DTZ001 - a property of a file, the same whenever it is drawn


def as_json(one: SmallExport) -> bytes:
    return json.dumps(one.rows, ensure_ascii=False).encode()


def as_parquet(one: SmallExport) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    columns = {name: pa.array([row.get(name) for row in one.rows], pa.string()) for name in one.header}
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def as_packed_csv(one: SmallExport) -> bytes:
    return gzip.compress(as_csv(one), mtime=0)


def as_ods(one: SmallExport) -> bytes:
    """As LibreOffice writes it, the empty rest of each row repeated."""
    lines = []
    for row in one.cells():
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        rest = f'<table:table-cell table:number-columns-repeated="{16384 - len(row)}"/>'
        lines.append(f"<table:table-row>{cells}{rest}</table:table-row>")
    content = (
        f'<?xml version="1.0"?><office:document-content{_SPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest/>"),
            ("content.xml", content),
        ):
            archive.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


FORMATS: dict[str, Callable[[SmallExport], bytes]] = {
    ".csv": as_csv,
    ".xlsx": as_xlsx,
    ".json": as_json,
    ".parquet": as_parquet,
    ".csv.gz": as_packed_csv,
    ".ods": as_ods,
}
