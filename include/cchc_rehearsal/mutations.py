"""Workbooks as they come from a bad day: filled forms changed by people, programs, cables and ill will.

Every mutation is a function of its own seed only, so that a case that fails can be made again from its number.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from cchc.files import freeze_zip

TYPED = (
    "1.234",
    "1,234",
    "12,5%",
    " 12 ",
    "１２",
    "-",
    "–",
    "1.234,56",
    "1 234",
    "12a",
    "mười hai",
    "-5",
    "1e5",
    "1e400",
    "NaN",
    "∞",
    "0x10",
    "½",
    "٣",
    "12/03/2026",
    "TRUE",
    "#REF!",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+84",
    "\u200b12",
    "12\u00a0000",
    "9" * 400,
    "x" * 32_767,
    "<b>12</b>",
    "{0}",
    "%s",
    "';--",
    "\ud7ff",
    "🙂",
    "1\n2",
    "Không",
    "Có",
    "7",
)
NUMBERS = (
    "-1",
    "0.5",
    "1E+308",
    "1E-308",
    "46095",
    "2958465",
    "99999999999999999999",
    "1e400",
    "nan",
    "",
    "abc",
    " 5 ",
)
FORMULAS = (
    "1+1", "1/0", "[1]Sheet1!A1", "DDE(\"cmd\";\"/C calc\";\"x\")", "cmd|'/C calc'!A0", "HYPERLINK(\"http://x.invalid\")",
    "WEBSERVICE(\"http://x.invalid\")", "INDIRECT(\"A1\")", "A1:XFD1048576",
)  # fmt: skip
ERRORS = ("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "")
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]+)"([^>]*?)(?:/>|>.*?</c>)', re.DOTALL)
_ROW = re.compile(rb"<row [^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">'
    b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)

Parts = dict[str, bytes]
Mutation = Callable[[random.Random, Parts], None]


def mutate(content: bytes, seed: str) -> tuple[bytes, str, str]:
    """(bytes, file name, what was done) of the case `seed`: one to three mutations of a filled form."""
    chance = random.Random(seed)  # noqa: S311 - made-up damage, no secrets
    parts = _parts(content)
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choices(list(MUTATIONS), weights=[weight for weight, _ in MUTATIONS.values()])[0]
        MUTATIONS[name][1](chance, parts)
        done.append(name)
    changed = _packed(parts)
    if chance.random() < 0.12:
        name = chance.choice(list(DAMAGES))
        changed = DAMAGES[name](chance, changed)
        done.append(name)
    suffix = chance.choice((".xlsx",) * 8 + (".xlsm", ".ods", ".xls", ".dat", ""))
    return changed, f"bieu{suffix}", "+".join(done)


def _parts(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return freeze_zip(buffer.getvalue())


def _sheet(chance: random.Random, parts: Parts) -> str:
    """Mostly a sheet that units fill in; seldom the guide or the identity. An empty one when all are lost."""
    sheets = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))
    if not sheets:
        sheets = ["xl/worksheets/sheet1.xml"]
        parts[sheets[0]] = b""
    return chance.choices(sheets, weights=[8 if number in (1, 2) else 1 for number in range(len(sheets))])[0]


def _change_cell(chance: random.Random, parts: Parts, make: Callable[[bytes], bytes]) -> None:
    """Mostly a cell that units type into (empty, or with a text of its own), else any, also the form's own."""
    name = _sheet(chance, parts)
    cells = list(_CELL.finditer(parts[name]))
    if not cells:
        return
    typed = [cell for cell in cells if cell[0].endswith(b"/>") or b'"inlineStr"' in cell[2]]
    found = chance.choice(typed if typed and chance.random() < 0.75 else cells)
    parts[name] = parts[name][: found.start()] + make(found[1]) + parts[name][found.end() :]


def _type_text(chance: random.Random, parts: Parts) -> None:
    text = chance.choice(TYPED).replace("&", "&amp;").replace("<", "&lt;").encode()
    _change_cell(
        chance,
        parts,
        lambda at: b'<c r="%b" t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (at, text),
    )


def _type_number(chance: random.Random, parts: Parts) -> None:
    number = chance.choice(NUMBERS).encode()
    _change_cell(chance, parts, lambda at: b'<c r="%b"><v>%b</v></c>' % (at, number))


def _date(chance: random.Random, parts: Parts) -> None:
    """A number in a cell that is shown as a date, and a date as ISO text: what a spreadsheet makes of '1/2'."""
    name = "xl/styles.xml"
    style = b""
    if b"<cellXfs" in parts.get(name, b""):
        count = re.search(rb'<cellXfs count="(\d+)"', parts[name])
        if count:
            style = b' s="%b"' % count[1]
            parts[name] = parts[name].replace(count[0], b'<cellXfs count="%d"' % (int(count[1]) + 1), 1)
            parts[name] = parts[name].replace(
                b"</cellXfs>",
                b'<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>',
            )
    inner = chance.choice((b"<v>46023</v>", b"<v>0.5</v>", b"<v>-1</v>", b"<v>60</v>"))
    _change_cell(chance, parts, lambda at: b'<c r="%b"%b>%b</c>' % (at, style, inner))


def _formula(chance: random.Random, parts: Parts) -> None:
    formula = chance.choice(FORMULAS).replace('"', "&quot;").encode()
    result = chance.choice((b"", b"<v></v>", b"<v>12</v>", b"<v>x</v>"))
    _change_cell(chance, parts, lambda at: b'<c r="%b"><f>%b</f>%b</c>' % (at, formula, result))


def _error(chance: random.Random, parts: Parts) -> None:
    word = chance.choice(ERRORS).encode()
    _change_cell(chance, parts, lambda at: b'<c r="%b" t="e"><v>%b</v></c>' % (at, word))


def _odd_type(chance: random.Random, parts: Parts) -> None:
    """Types that point nowhere: a shared string that is not there, a truth that is none, a type nobody knows."""
    kind = chance.choice(
        (b's"><v>999999999', b's"><v>-1', b's"><v>x', b'b"><v>9', b'd"><v>2026-13-45', b'zz"><v>1')
    )
    _change_cell(chance, parts, lambda at: b'<c r="%b" t="%b</v></c>' % (at, kind))


def _odd_place(chance: random.Random, parts: Parts) -> None:
    place = chance.choice((b"", b"A0", b"XFD1048576", b"ZZZZ1", b"A-1", b"1A", b"A99999999999"))
    _change_cell(chance, parts, lambda _: b'<c r="%b"><v>1</v></c>' % place)


def _rows(chance: random.Random, parts: Parts) -> None:
    """Rows hidden, deleted, doubled or put elsewhere."""
    name = _sheet(chance, parts)
    rows = list(_ROW.finditer(parts[name]))
    if len(rows) < 3:
        return
    found, other = chance.choice(rows), chance.choice(rows)
    part = parts[name]
    way = chance.randrange(4)
    if way == 0:
        part = (
            part[: found.start()] + found[0].replace(b"<row ", b'<row hidden="1" ', 1) + part[found.end() :]
        )
    elif way == 1:
        part = part[: found.start()] + part[found.end() :]
    elif way == 2:
        part = part[: found.end()] + other[0] + part[found.end() :]
    else:
        part = part.replace(b"</sheetData>", found[0] + b"</sheetData>")
    parts[name] = part


def _merge(chance: random.Random, parts: Parts) -> None:
    name = _sheet(chance, parts)
    place = chance.choice((b"A4:K4", b"I6:I60", b"A1:XFD1048576", b"I8", b"x:y"))
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="%b"/></mergeCells>' % place
    parts[name] = parts[name].replace(b"</sheetData>", merged, 1)


def _entities(chance: random.Random, parts: Parts) -> None:
    """XXE and laughing entities, in a sheet, the shared strings or the workbook."""
    targets = [
        name for name in ("xl/sharedStrings.xml", "xl/workbook.xml", _sheet(chance, parts)) if name in parts
    ]
    name = chance.choice(targets)
    body = re.sub(rb"^<\?xml[^>]*\?>", b"", parts[name])
    parts[name] = _XXE + re.sub(rb"(<(?:v|t)(?: [^>]*)?>)", rb"\1&e;&c;", body, count=3)


def _link_outside(chance: random.Random, parts: Parts) -> None:
    parts["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="x/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )


def _macro(chance: random.Random, parts: Parts) -> None:
    programs = ("xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.bin")
    parts[chance.choice(programs)] = b"chuong trinh"
    types = "[Content_Types].xml"
    if types in parts:
        parts[types] = parts[types].replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )


def _lose_part(chance: random.Random, parts: Parts) -> None:
    del parts[chance.choice(sorted(parts))]
    if not parts:
        parts["rong"] = b""


def _break_part(chance: random.Random, parts: Parts) -> None:
    name = chance.choice(sorted(parts))
    part = bytearray(parts[name] or b"x")
    way = chance.randrange(3)
    if way == 0:
        parts[name] = bytes(part[: chance.randrange(len(part))])
    elif way == 1:
        for _ in range(chance.randint(1, 20)):
            part[chance.randrange(len(part))] = chance.randrange(256)
        parts[name] = bytes(part)
    else:
        parts[name] = chance.choice(
            (b"", b"\x00" * 50, b"<a>" * 5000, b"khong phai xml", b"\xff\xfe<\x00a\x00")
        )


def _identity(chance: random.Random, parts: Parts) -> None:
    """Another unit, round or form in the hidden sheet's strings."""
    name = "xl/sharedStrings.xml"
    if name not in parts:
        return
    slips = ((b"2026-Q1", b"2026-6T"), (b"bao_cao", b"tu_cham"), (b"2026-Q1", b"../../x"), (b"2026-Q1", b""))
    old, new = chance.choice(slips)
    parts[name] = parts[name].replace(b">" + old + b"<", b">" + new + b"<")


def _rename_sheet(chance: random.Random, parts: Parts) -> None:
    name = "xl/workbook.xml"
    if name in parts:
        new = chance.choice(("Sheet1", "", "A" * 300, "cchc", "Rà soát")).encode()
        parts[name] = parts[name].replace('name="Số liệu"'.encode(), b'name="%b"' % new)


def _bomb(chance: random.Random, parts: Parts) -> None:
    name = chance.choice(("bom.bin", _sheet(chance, parts)))
    parts[name] = parts.get(name, b"") + b" " * (61 * 1024 * 1024)


MUTATIONS: dict[str, tuple[float, Mutation]] = {
    "chu": (30, _type_text),
    "so": (15, _type_number),
    "ngay": (6, _date),
    "cong-thuc": (12, _formula),
    "loi-o": (8, _error),
    "kieu-la": (6, _odd_type),
    "o-la": (4, _odd_place),
    "dong": (12, _rows),
    "gop-o": (5, _merge),
    "xxe": (4, _entities),
    "lien-ket": (4, _link_outside),
    "macro": (4, _macro),
    "mat-phan": (5, _lose_part),
    "hong-phan": (8, _break_part),
    "nhan-dang": (4, _identity),
    "doi-ten-sheet": (3, _rename_sheet),
    "bom": (0.2, _bomb),  # seldom: unpacking 61 MB takes its time
}


def _cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def _flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 30)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _wrap(_chance: random.Random, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("trong/bieu.xlsx"), content)
    return buffer.getvalue()


DAMAGES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "cat-cut": _cut,
    "lat-bit": _flip,
    "nen-zip": _wrap,
    "rac-dau": lambda _, content: b"\x00\x01rac" + content,
    "rac-cuoi": lambda _, content: content + b"\x00" * 1000,
}
