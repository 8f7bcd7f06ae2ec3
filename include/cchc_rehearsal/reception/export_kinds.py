"""Kinds of exports that are dropped: of the one-stop and of the document-management software."""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from cchc_rehearsal.dialects import DIALECTS
from cchc_rehearsal.mutations import mutate
from cchc_rehearsal.old_writing import WAYS
from cchc_rehearsal.reception.broken_files import (
    OLD_OFFICE,
    PAGE,
    archive_of,
    bomb,
    far_cell,
    locked_workbook,
    with_comment,
)
from cchc_rehearsal.reception.drawing import Draw, FolderFile, ItemKind, SentParcel
from cchc_rehearsal.reception.export_rows import (
    FORMATS,
    IMPOSSIBLE,
    SmallExport,
    as_csv,
    as_tabs_in_utf_16,
    as_xlsx,
    documents,
    dossiers,
)
from cchc_rehearsal.reception.promises import EXPORTS, ROWS, Promise

_MOMENTS = (
    "02/02/2026 8:30:00 SA", "02/02/2026 2:30:00 CH", "02/02/2026 2:30:00 PM", "2026-02-02 08:30:25.537",
    "2026-02-02T01:30:00.000Z", "2026-02-02T08:30:00+07:00", '="02/02/2026"', "'02/02/2026", " 02/02/2026\u00a0",
)  # fmt: skip


def _export(draw: Draw) -> SmallExport:
    make = draw.chance.choice((dossiers, documents))
    return make(draw.number, draw.unit, draw.chance.randint(1, 8))


def _dropped(draw: Draw, content: bytes, suffix: str, name: str | None = None) -> FolderFile:
    return FolderFile(name or f"{draw.number:06} so-lieu{suffix}", content, "")


def _landed(one: SmallExport, *files: FolderFile, held: int = 0, once: bool = False) -> SentParcel:
    figures = {ROWS: (Decimal(len(one.rows) - held), Decimal(held), None)}
    return SentParcel(Promise.TAKEN, files, figures=figures, once=once)


def _valid(draw: Draw) -> SentParcel:
    one, suffix = _export(draw), draw.chance.choice(list(FORMATS))
    return _landed(one, _dropped(draw, FORMATS[suffix](one), suffix))


def _dialect(draw: Draw) -> SentParcel:
    one, change = _export(draw), DIALECTS[draw.chance.choice(sorted(DIALECTS))]
    return _landed(one, _dropped(draw, change(as_xlsx(one)), ".xlsx"))


def _misnamed(draw: Draw) -> SentParcel:
    one = _export(draw)
    content, suffix = draw.chance.choice(
        (
            (as_xlsx(one), ".xls"),
            (as_xlsx(one), ".csv"),
            (as_csv(one), ".xlsx"),
            (as_csv(one, ",", bom=False), ".xls"),
            (as_tabs_in_utf_16(one), ".xls"),
            (as_tabs_in_utf_16(one), ".csv"),
            (FORMATS[".ods"](one), ".xlsx"),
        )
    )
    return _landed(one, _dropped(draw, content, suffix))


def _odd_name(draw: Draw) -> SentParcel:
    one, number = _export(draw), f"{draw.number:06}"
    name = draw.chance.choice(
        (
            number + "x" * 245 + ".csv",
            os.fsdecode(number.encode() + b" s\xf4 li\xeau.csv"),
            number + "\nb\r\u202e.csv",
            number + unicodedata.normalize("NFD", " Số liệu một cửa (1) - Copy.csv"),
        )
    )
    return _landed(one, _dropped(draw, as_csv(one), ".csv", name))


def _odd_days(draw: Draw) -> SentParcel:
    """Days and hours as software writes them: one way in a file, as its own column has it."""
    one = _export(draw)
    moment = draw.chance.choice(_MOMENTS)
    later = moment.replace("02/02/2026", "10/02/2026").replace("2026-02-02", "2026-02-10")
    one = one.changed(
        lambda _place, row: {one.day: moment} | ({"Ngày kết thúc xử lý": later} if "Mã hồ sơ" in row else {})
    )
    return _landed(one, _dropped(draw, as_csv(one), ".csv"))


def _old_letters(draw: Draw) -> SentParcel:
    way, one = WAYS[draw.chance.choice(("tcvn3", "vni"))], _export(draw)
    old = SmallExport(
        [way(name) for name in one.header],
        [{way(name): way(cell) for name, cell in row.items()} for row in one.rows],
        way(one.day),
    )
    suffix = draw.chance.choice((".csv", ".xlsx", ".json"))
    return _landed(one, _dropped(draw, FORMATS[suffix](old), suffix))


def _faulty_rows(draw: Draw) -> SentParcel:
    """Some days that do not exist: these rows are held back, the others count."""
    one = _export(draw)
    bad = set(draw.chance.sample(range(len(one.rows)), draw.chance.randint(0, len(one.rows) - 1)))
    one = one.changed(
        lambda place, _row: {one.day: draw.chance.choice(IMPOSSIBLE)} if place in bad else {},
    )
    suffix = draw.chance.choice((".csv", ".xlsx", ".json"))
    return _landed(one, _dropped(draw, FORMATS[suffix](one), suffix), held=len(bad))


@functools.cache
def _bomb() -> bytes:
    """More than an export may unpack to. Made once: two gigabytes take their time."""
    return bomb("xl/worksheets/sheet1.xml", megabytes=2200)


def unfit(draw: Draw, workbook: bytes) -> tuple[bytes, str]:
    """(content, suffix) of something of which no table can be made, by the item's mark its own."""
    mark = draw.mark.encode()
    choices: tuple[Callable[[], tuple[bytes, str]], ...] = (
        lambda: (PAGE.encode() + mark, ".xls"),
        lambda: (locked_workbook(mark), ".xlsx"),
        lambda: (workbook[: len(workbook) // 2] + mark, ".xlsx"),
        lambda: (OLD_OFFICE + mark * 100, ".xls"),
        lambda: (b"%PDF-1.7\n" + mark, ".xlsx"),
        lambda: (archive_of(("a.csv", mark)), ".zip"),
        lambda: (b"\x00" * 1000 + mark, ".csv"),
        lambda: (f"Ho ten;Luong\n{draw.mark};5\n".encode(), ".csv"),
        lambda: (far_cell(workbook, draw.mark), ".xlsx"),
        lambda: (with_comment(_bomb(), mark), ".xlsx"),
        lambda: (b"\x1f\x8b\x08" + mark, ".csv.gz"),
    )
    return draw.chance.choice(choices)()


def _unfit(draw: Draw) -> SentParcel:
    content, suffix = unfit(draw, as_xlsx(_export(draw)))
    return SentParcel(Promise.REFUSED, (_dropped(draw, content, suffix),))


def _mutated(draw: Draw) -> SentParcel:
    content, name, _ = mutate(as_xlsx(_export(draw)), f"{draw.number}:{draw.chance.random()}")
    return SentParcel(Promise.WHOLE, (_dropped(draw, content, "." + name.rpartition(".")[2]),))


def _twice(draw: Draw) -> SentParcel:
    one = _export(draw)
    files = [_dropped(draw, as_csv(one), "", f"{draw.number:06} ban-{copy}.csv") for copy in (1, 2)]
    return _landed(one, *files, once=True)


def _copying(draw: Draw) -> SentParcel:
    """A file of which the program that copies it has written the first part only."""
    one = _export(draw)
    content = as_csv(one)
    first = draw.chance.randrange(len(content))
    return _landed(one, FolderFile(f"{draw.number:06} so-lieu.csv", content, "", first=first))


_BUILDS: dict[str, tuple[float, Callable[[Draw], SentParcel]]] = {
    "export_valid": (5, _valid),
    "export_dialect": (2, _dialect),
    "export_misnamed": (2, _misnamed),
    "export_odd_name": (1.5, _odd_name),
    "export_odd_days": (2, _odd_days),
    "export_old_letters": (1.5, _old_letters),
    "export_faulty_rows": (2, _faulty_rows),
    "export_unfit": (3, _unfit),
    "export_mutated": (2, _mutated),
    "export_twice": (1, _twice),
    "export_copying": (1, _copying),
}
EXPORT_KINDS = {name: ItemKind(name, EXPORTS, weight, build) for name, (weight, build) in _BUILDS.items()}
