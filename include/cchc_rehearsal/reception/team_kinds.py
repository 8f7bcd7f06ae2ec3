"""Kinds of workbooks of the inspection team: rows added to what was sent, in whatever file they are saved."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import openpyxl

from cchc.inspection import InspectionFinding, TeamOrder, build_findings_workbook, known_visits
from cchc.inspection.findings_book import AT
from cchc.inspection.minutes import MinutesRow
from cchc.texts import t
from cchc_rehearsal.dialects import DIALECTS
from cchc_rehearsal.mutations import mutate
from cchc_rehearsal.old_writing import WAYS
from cchc_rehearsal.reception.broken_files import PAGE, deep_xml, far_cell, flipped, locked_workbook
from cchc_rehearsal.reception.drawing import Draw, ItemKind, SentParcel, TeamWorkbook
from cchc_rehearsal.reception.promises import ORDERS, TEAM, Promise

_FOUND = (
    "Chưa niêm yết đủ thủ tục",
    "Thiếu sổ theo dõi hồ sơ",
    "Trễ hạn nhiều hồ sơ",
    "Chưa ban hành kế hoạch",
)
_ORDER = ("Niêm yết đủ thủ tục", "Lập sổ theo dõi", "Xin lỗi bằng văn bản", "Ban hành kế hoạch")
_FIRST_ROW = 5
Rows = Sequence[InspectionFinding]


def _rows(draw: Draw) -> list[InspectionFinding]:
    """What the team adds: one finding, or two of two units."""
    count = draw.chance.randint(1, 2)
    units = draw.chance.sample(draw.inspected, min(count, len(draw.inspected)))
    rows = []
    for place, code in enumerate(units):
        content, order = (f"{draw.chance.choice(told)} {draw.mark} {place}" for told in (_FOUND, _ORDER))
        rows.append(InspectionFinding(code, content, (TeamOrder(order),)))
    return rows


def book_of(draw: Draw, rows: Rows) -> bytes:
    """The team's workbook with these rows, as it was made for the team."""
    run = draw.forms.run
    names = {code: run.units.get(code).name for code in draw.inspected}
    held = run.as_of.date()
    minutes = [
        MinutesRow(one.visit_id, one.unit_code, held, agreed=True)
        for one in known_visits(run.store, "2026-KT")
        if one.unit_code in names
    ]
    return build_findings_workbook("Kết quả kiểm tra", names, rows, run.as_of, minutes=minutes)


def _typed(content: bytes, row: int, column: int, value: str | None) -> bytes:
    """A cell of the row (counted from the first finding) typed over."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[t("inspection.sheet_findings")].cell(_FIRST_ROW + row, column + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parcel(draw: Draw, dress: Callable[[bytes, int], bytes], added: list[InspectionFinding]) -> SentParcel:
    figures = {ORDERS: (Decimal(len(added)), Decimal(len(added)), None)}
    made = TeamWorkbook(lambda known: dress(book_of(draw, [*known, *added]), len(known)))
    return SentParcel(Promise.TAKEN, figures=figures, team=made)


def _valid(draw: Draw) -> SentParcel:
    return _parcel(draw, lambda content, _known: content, _rows(draw))


def _on_top(draw: Draw) -> SentParcel:
    """The new rows put above the others."""
    added = _rows(draw)
    made = TeamWorkbook(lambda known: book_of(draw, [*added, *reversed(known)]))
    figures = {ORDERS: (Decimal(len(added)), Decimal(len(added)), None)}
    return SentParcel(Promise.TAKEN, figures=figures, team=made)


def _dialect(draw: Draw) -> SentParcel:
    change = DIALECTS[draw.chance.choice(sorted(DIALECTS))]
    return _parcel(draw, lambda content, _known: change(content), _rows(draw))


def _odd_days(draw: Draw) -> SentParcel:
    """The day of the answer as people type it."""
    written = draw.chance.choice(("30/04/2026", "30-4-2026", "30.04.2026", " 30/4/2026 ", "2026-04-30"))
    return _parcel(draw, lambda content, known: _typed(content, known, AT["due"], written), _rows(draw))


def _old_letters(draw: Draw) -> SentParcel:
    way = WAYS[draw.chance.choice(("tcvn3", "vni"))]
    told = "Ủy ban nhân dân phường chưa ban hành kế hoạch cải cách hành chính trong năm"
    added = _rows(draw)
    return _parcel(
        draw,
        lambda content, known: _typed(content, known, AT["content"], f"{way(told)} {draw.mark} 0"),
        added,
    )


def _faulty(draw: Draw) -> SentParcel:
    """A row that cannot be sent: the workbook is refused whole, cell by cell."""
    column, value = draw.chance.choice(
        (
            ("unit", "khong-co"),
            ("content", None),
            ("order", None),
            ("due", "31/04/2026"),
            ("due", "tuần sau"),
            ("unit", None),
        )
    )
    made = _parcel(draw, lambda content, known: _typed(content, known, AT[column], value), _rows(draw))
    return SentParcel(Promise.REFUSED, team=made.team)


def _unfit(draw: Draw) -> SentParcel:
    mark = draw.mark.encode()
    refused: tuple[Callable[[bytes], bytes], ...] = (
        lambda _content: PAGE.encode() + mark,
        lambda _content: locked_workbook(mark),
        lambda content: content[: len(content) // 2],
        lambda _content: b"%PDF-1.7\n" + mark,
        lambda _content: b"",
        lambda content: far_cell(content, draw.mark),
    )
    make = draw.chance.choice(refused)
    made = _parcel(draw, lambda content, _known: make(content), _rows(draw))
    return SentParcel(Promise.REFUSED, team=made.team)


def _damaged(draw: Draw) -> SentParcel:
    make: Callable[[bytes], bytes] = draw.chance.choice(
        (flipped, lambda content: deep_xml(content, draw.mark.encode()))
    )
    made = _parcel(draw, lambda content, _known: make(content), _rows(draw))
    return SentParcel(Promise.WHOLE, team=made.team)


def _mutated(draw: Draw) -> SentParcel:
    seed = f"{draw.number}:{draw.chance.random()}"
    made = _parcel(draw, lambda content, _known: mutate(content, seed)[0], _rows(draw))
    return SentParcel(Promise.WHOLE, team=made.team)


_BUILDS: dict[str, tuple[float, Callable[[Draw], SentParcel]]] = {
    "team_valid": (1.2, _valid),
    "team_on_top": (0.6, _on_top),
    "team_dialect": (0.8, _dialect),
    "team_odd_days": (0.5, _odd_days),
    "team_old_letters": (0.5, _old_letters),
    "team_faulty": (0.8, _faulty),
    "team_unfit": (0.8, _unfit),
    "team_damaged": (0.4, _damaged),
    "team_mutated": (0.8, _mutated),
}
TEAM_KINDS = {name: ItemKind(name, TEAM, weight, build) for name, (weight, build) in _BUILDS.items()}
