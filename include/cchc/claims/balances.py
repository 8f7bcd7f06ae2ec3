"""A stock and its flows in a row: what there was, what came, what went, what is there now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, alike
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_PERIOD = r"(?:ky|nam|quy|thang|tuan|vu|dot)"
_CLOSING = re.compile(
    rf"\b(?:den )?(?:cuoi|het) {_PERIOD}\b|\b{_PERIOD} (?:nay )?(?:ket thuc|con lai)\b|\bden nay con\b"
)
_OPENING = re.compile(rf"\bdau {_PERIOD}\b|\b{_PERIOD} truoc\b|\bban dau\b|\bton cu\b")
_THERE_IS = re.compile(r"\bco\s*$")
_CAME = re.compile(
    r"\b(?:nhap|them|tang|tiep nhan|nhan|phat sinh|ket nap|chuyen (?:den|ve|vao)|tuyen|bo sung|moi|mua|"
    r"vay|thu(?! tuc))\b"
)
_WENT = re.compile(
    r"\b(?:xuat|chuyen (?:di|ra|cong tac)|giam|nghi|tu tran|thoi viec|ra khoi|tra|tinh gian|thanh ly|"
    r"ban(?! hanh)|chi|huy|khai tru|xoa|bai bo|bo(?=\s*$)|giai quyet|xu ly|xet xu|"
    r"su dung|cap phat|chet|mat|thoat|roi|loai|rut)\b"
)
_MOST = 8


def check_balance(passage: Passage, block: Read) -> None:
    """opening + what came - what went = closing, where every figure between says which it is."""
    for place, closing in enumerate(block.every):
        if closing.sort is not Sort.NUMBER or closing.approximate or not _CLOSING.search(closing.before):
            continue
        row = _row(block.every[max(0, place - _MOST) : place], closing)
        signs = [_sign(one) for one in row[1:]]
        if len(signs) < 2 or len(set(signs)) < 2 or 0 in signs:
            continue
        right = row[0].value + sum(
            (sign * one.value for sign, one in zip(signs, row[1:], strict=True)), Decimal(0)
        )
        figures = {one.start for one in (*row, closing)}
        if right == closing.value:
            block.held.update(figures)
            passage.right(ClaimKind.PARTS, row[0].start, closing.end)
            continue
        block.told.update(figures)
        told = format_number(row[0].value) + "".join(
            f" {'+' if sign > 0 else '-'} {format_number(one.value)}"
            for sign, one in zip(signs, row[1:], strict=True)
        )
        given, expected = passage.quoted(closing.start, closing.end), format_number(right)
        passage.say(
            ClaimKind.PARTS, Severity.WARNING, row[0].start, closing.end, stated=given, expected=expected,
            message=t("claims.balance", sum=told, right=expected, given=given),
        )  # fmt: skip


def _row(before: Sequence[Quantity], closing: Quantity) -> list[Quantity]:
    """The figures before the closing one, from the opening one on."""
    row: list[Quantity] = []
    for one in reversed(before):
        if one.depth > closing.depth or one.sort is Sort.PERCENT:
            continue
        if one.sort is not Sort.NUMBER or one.approximate or not alike(one, closing):
            return []
        row.insert(0, one)
        if (_OPENING.search(one.before) or _THERE_IS.search(one.gap)) and not (
            _CAME.search(one.before) or _WENT.search(one.before)
        ):
            return row
    return []


def _sign(one: Quantity) -> int:
    """1 for what came, -1 for what went; 0 where the words say neither, or both."""
    came, went = bool(_CAME.search(one.before)), bool(_WENT.search(one.before))
    return came - went
