"""Kinds of files that come by the inbox folder."""

from __future__ import annotations

import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import timedelta

from cchc_rehearsal.dialects import DIALECTS, rewritten
from cchc_rehearsal.mutations import mutate
from cchc_rehearsal.old_writing import WAYS
from cchc_rehearsal.reception.drawing import Draw, FolderFile, ItemKind, SentParcel
from cchc_rehearsal.reception.promises import FOLDER, Promise

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = (
    "<html><head><meta charset='utf-8'></head><body><table><tr><td>Báo cáo</td></tr></table></body></html>"
)


def _laid(draw: Draw, content: bytes, name: str | None = None, **more: object) -> tuple[FolderFile, ...]:
    place = {"folder": draw.round_id} | more
    return (FolderFile(name or draw.name(), content, **place),)  # type: ignore[arg-type]  # fields by name


def _valid(draw: Draw, content: bytes | None = None, name: str | None = None, **more: object) -> SentParcel:
    filled = draw.filled()
    files = _laid(draw, filled.content if content is None else content, name, **more)
    return SentParcel(Promise.TAKEN, files, figures=filled.figures, boxes=draw.boxes)


def _odd_name(draw: Draw) -> SentParcel:
    number = f"{draw.number:06}"
    names = (
        number + " Báo cáo cải cách hành chính quý I" * 4 + ".xlsx",
        number + "x" * 225 + ".xlsx",
        os.fsdecode(number.encode() + b" B\xe1o c\xe1o.xlsx"),
        os.fsdecode(number.encode() + b"\xff\xfe" + b"x" * 200 + b".xlsx"),
        number + "\nb\r\u202e.xlsx",
        number + " (1) - Copy.xlsx ",
        number + unicodedata.normalize("NFD", " Quý I đã ký.xlsx"),
    )
    return _valid(draw, name=draw.chance.choice(names))


def _decomposed(draw: Draw) -> SentParcel:
    """Letters with their marks apart, in the cells that the unit filled in and in the names of the sheets."""

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name != "xl/workbook.xml" and not re.search(r"worksheets/sheet[12]\.xml$", name):
            return name, part
        return name, unicodedata.normalize("NFD", part.decode()).encode()

    return _valid(draw, rewritten(draw.filled().content, change))


def _told(draw: Draw, change: Callable[[str], str]) -> bytes:
    """The filled form with a changed text before the item's mark."""
    text = "Ủy ban nhân dân phường đã ban hành kế hoạch cải cách hành chính, phân công nhiệm vụ cụ thể"
    old, new = f"Mã của bài: {draw.mark}".encode(), f"{change(text)} {draw.mark}".encode()
    return rewritten(draw.filled().content, lambda name, part: (name, part.replace(old, new)))


def _old_letters(draw: Draw) -> SentParcel:
    written = WAYS[draw.chance.choice(("tcvn3", "vni"))]
    filled = draw.filled()

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if not name.startswith("xl/worksheets/sheet2"):
            return name, part
        pattern = re.compile(rb"(<t[^>]*>)([^<]*" + draw.mark.encode() + rb"[^<]*)(</t>)")
        sentence = "Ủy ban nhân dân phường đã ban hành kế hoạch, phân công nhiệm vụ cụ thể cho từng cán bộ."
        told = f"{written(sentence)} {draw.mark}".encode()
        return name, pattern.sub(lambda found: found[1] + told + found[3], part)

    return _valid(draw, rewritten(filled.content, change))


def _control_characters(draw: Draw) -> SentParcel:
    return _valid(draw, _told(draw, lambda text: f"{text[:10]}_x000B_{text[10:]}_x0007_"))


def _odd_time(draw: Draw) -> SentParcel:
    days = draw.chance.choice((-3650, -400, -20, 2, 365))
    return _valid(draw, written=timedelta(days=days))


def _copying(draw: Draw) -> SentParcel:
    content = draw.filled().content
    return _valid(draw, content, first=draw.chance.randrange(len(content)))


def zipped(draw: Draw, *files: tuple[str, bytes], backslashes: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename = f"bao-cao{chr(92) if backslashes else '/'}{name}"
            archive.writestr(info, content)
    return out.getvalue()


def _zipped(draw: Draw) -> SentParcel:
    inner = (draw.name(), draw.filled().content)
    content = zipped(draw, inner, backslashes=draw.chance.random() < 0.5)
    return _valid(draw, content, draw.name(".zip"))


def with_macros(content: bytes) -> bytes:
    """As Excel saves it as .xlsm: another main type, the program, a relation to it and its type."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name == "[Content_Types].xml":
            part = part.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            program = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            return name, part.replace(b"</Types>", program)
        if name == "xl/_rels/workbook.xml.rels":
            relation = (
                b'<Relationship Id="rIdVba" Target="vbaProject.bin" '
                b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>'
            )
            return name, part.replace(b"</Relationships>", relation)
        return name, part

    out = io.BytesIO(rewritten(content, change))
    with zipfile.ZipFile(out, "a") as archive:
        # With the time of no day: the same item has the same bytes whenever it is drawn.
        archive.writestr(zipfile.ZipInfo("xl/vbaProject.bin"), b"Sub Auto_Open()")
    return out.getvalue()


def _macros(draw: Draw) -> SentParcel:
    return _valid(draw, with_macros(draw.filled().content), draw.name(".xlsm"))


def _misnamed(draw: Draw) -> SentParcel:
    return _valid(draw, name=draw.name(draw.chance.choice((".xls", ".dat", "", ".XLSX", ".docx", ".pdf"))))


def _dialect(draw: Draw) -> SentParcel:
    change = DIALECTS[draw.chance.choice(sorted(DIALECTS))]
    return _valid(draw, change(draw.filled().content))


def _faulty(draw: Draw) -> SentParcel:
    return SentParcel(Promise.REJECTED, _laid(draw, draw.filled(faulty=True).content), boxes=draw.boxes)


def _nothing(draw: Draw) -> SentParcel:
    # Whoever has reported can no longer declare that there is nothing.
    unit = draw.chance.choice(draw.forms.idle)
    name = f"{draw.round_id}_{unit.code}_{draw.number:06}.xlsx"
    files = _laid(draw, draw.forms.nothing(unit, draw.number), name)
    return SentParcel(Promise.DECLARED, files, boxes=frozenset(unit.mailboxes))


def rubbish(draw: Draw) -> tuple[bytes, str]:
    """(content, suffix) of something that no form can be made of; each its own by the item's mark."""
    filled, mark = draw.filled().content, draw.mark.encode()
    choices = (
        (b"PK\x03\x04 rac " + mark, ".xlsx"),
        (filled[: len(filled) // 2], ".xlsx"),
        (_PAGE.encode() + mark, ".xls"),
        (f"Mã;Tên;Số\n1;{draw.mark};3\n".encode(), ".xlsx"),
        (_OLD_EXCEL + mark * 100, ".xls"),
        (b"%PDF-1.7\n" + mark, ".xlsx"),
        (b"\x00" * 1000 + mark, ".xlsx"),
        (zipped(draw, ("doc.txt", b"khong co bieu nao " + mark)), ".zip"),
        (zipped(draw, ("trong.zip", zipped(draw, ("a.xlsx", filled)))), ".zip"),
    )
    return draw.chance.choice(choices)


def _rubbish(draw: Draw) -> SentParcel:
    content, suffix = rubbish(draw)
    return SentParcel(Promise.REFUSED, _laid(draw, content, draw.name(suffix)), boxes=draw.boxes)


def _rubbish_of_nobody(draw: Draw) -> SentParcel:
    content, suffix = rubbish(draw)
    return SentParcel(Promise.KEPT, _laid(draw, content, f"{draw.number:06} Báo cáo{suffix}"))


def _wrong_place(draw: Draw) -> SentParcel:
    folder = draw.chance.choice(
        ("", f"{draw.round_id}/phong-{draw.number % 7}", "2026-Q5", "2026-NAM", "Quý I")
    )
    return SentParcel(Promise.NAMED, _laid(draw, draw.filled().content, folder=folder))


def _mutated(draw: Draw) -> SentParcel:
    content, name, _ = mutate(draw.filled().content, f"{draw.number}:{draw.chance.random()}")
    return SentParcel(
        Promise.WHOLE, _laid(draw, content, draw.name("." + name.rpartition(".")[2])), boxes=draw.boxes
    )


def _twice(draw: Draw) -> SentParcel:
    """The same file under two names: it counts once."""
    filled = draw.filled()
    files = tuple(_laid(draw, filled.content, draw.name(more=f"_ban{copy}"))[0] for copy in (1, 2))
    return SentParcel(Promise.TAKEN, files, figures=filled.figures, boxes=draw.boxes, once=True)


def _of_another_round(draw: Draw) -> SentParcel:
    """A form whose hidden identity names another round than the folder."""
    other = rewritten(
        draw.filled().content,
        lambda name, part: (
            name,
            part.replace(b">2026-Q1<", b">2026-6T<") if name == "xl/sharedStrings.xml" else part,
        ),
    )
    return SentParcel(Promise.REFUSED, _laid(draw, other), boxes=draw.boxes)


_BUILDS: dict[str, tuple[float, Callable[[Draw], SentParcel]]] = {
    "folder_valid": (14, _valid),
    "folder_odd_name": (4, _odd_name),
    "folder_decomposed": (2, _decomposed),
    "folder_old_letters": (2, _old_letters),
    "folder_control_characters": (2, _control_characters),
    "folder_odd_time": (3, _odd_time),
    "folder_copying": (3, _copying),
    "folder_zipped": (2, _zipped),
    "folder_macros": (2, _macros),
    "folder_misnamed": (2, _misnamed),
    "folder_dialect": (3, _dialect),
    "folder_faulty": (4, _faulty),
    "folder_nothing": (2, _nothing),
    "folder_rubbish": (4, _rubbish),
    "folder_rubbish_of_nobody": (2, _rubbish_of_nobody),
    "folder_wrong_place": (1.5, _wrong_place),
    "folder_mutated": (5, _mutated),
    "folder_twice": (1.5, _twice),
    "folder_another_round": (1, _of_another_round),
}
FOLDER_KINDS = {name: ItemKind(name, FOLDER, weight, build) for name, (weight, build) in _BUILDS.items()}
