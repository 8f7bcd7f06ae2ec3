"""'100 % hồ sơ đúng hạn', 'không có hồ sơ quá hạn' in a text that tells late ones elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cchc.claims.flat import words_of
from cchc.claims.grids import FigureTable
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Read
from cchc.claims.tokens import Sort
from cchc.severity import Severity
from cchc.texts import t

_ALL = re.compile(
    r"(?:\b100\s?(?:%|phan tram)|\btat ca|\btoan bo)[^.;()0-9]{0,70}\b(?:dung|truoc)(?: (?:va|,) (?:dung|truoc))? han\b"
    r"|\bkhong (?:co|de|phat sinh|xay ra)[^.;()0-9]{0,40}\b(?:qua|tre|cham) han\b"
)
_LATE = re.compile(r"\b(?:qua|tre|cham) han\b")
# What says nothing of which files are meant.
_PLAIN = words_of(
    "ho so giai quyet duoc tra ket qua dung han truoc tiep nhan thu tuc hanh chinh deu da tat ca toan bo khong co de "
    "phat sinh xay ra nao qua tre cham truong hop xu ly va cac so phan tram tthc cho nguoi dan to chuc ca nhan tinh "
    "trang bi cua theo quy dinh"
)
_OTHER_TIME = re.compile(r"\b(?:cung ky|nam truoc|ky truoc|quy truoc|so voi|dang|con lai)\b")
_GOAL = re.compile(
    r"\b(?:bao dam|dam bao|phan dau|muc tieu|chi tieu|quyet tam|tiep tuc|yeu cau|de nghi|nham|giu|phai|se|huong toi)\b"
)
_SCOPED = re.compile(r"\b(?:cap|linh vuc|tai|rieng|doi voi|thuoc|truc tuyen|thang|quy|ngay|dot|nhom|cua)\b")


def check_all_in_time(passage: Passage, read: Sequence[Read], tables: Sequence[FigureTable]) -> None:
    told = list(_claims(passage, read))
    if not told:
        return
    late = next(_late(read, passage), None) or next(_late_of_tables(tables), None)
    if late is None:
        return
    for start, end in told:
        given = passage.quoted(start, end)
        passage.say(
            ClaimKind.TWO_VALUES, Severity.WARNING, start, end, stated=given, expected=passage.quoted(*late),
            message=t("claims.late_after_all", given=given, late=passage.quoted(*late)),
        )  # fmt: skip


def _claims(passage: Passage, read: Sequence[Read]) -> Iterator[tuple[int, int]]:
    """Where all files of the text are said to be in time, none of them singled out."""
    for start, end in passage.sentences:
        for match in _ALL.finditer(passage.flat, start, end):
            ahead = passage.flat[max(start, match.start() - 120) : match.start()]
            behind = re.split(r"[,;.]", passage.flat[match.end() : min(end, match.end() + 40)])[0]
            wanted = re.findall("[a-z]+", match[0])
            wished = _GOAL.search(passage.flat, start, match.start()) or (
                match[0].startswith("khong de") and not passage.flat[start : match.start()].strip(" -+*\n")
            )
            if (
                not wished
                and "ho so" in match[0]
                and set(wanted) <= _PLAIN
                and not _SCOPED.search(f"{ahead} {behind}")
            ):
                yield match.start(), match.end()


def _late(read: Sequence[Read], passage: Passage) -> Iterator[tuple[int, int]]:
    for block in read:
        for one in block.every:
            if (
                one.sort is not Sort.NUMBER
                or one.role != "late"
                or not one.value
                or one.noun[:2] not in _FILES
            ):
                continue
            around = passage.flat[max(0, one.start - 60) : one.end + 30]
            if _LATE.search(f"{one.before} {one.after}") and not _OTHER_TIME.search(around):
                yield one.start, one.end


_FILES = (("ho", "so"), ())


def _late_of_tables(tables: Sequence[FigureTable]) -> Iterator[tuple[int, int]]:
    for table in tables:
        for column in table.figures:
            name = table.names[column]
            if (
                not _LATE.search(name)
                or table.is_share(column)
                or _OTHER_TIME.search(name)
                or "trong han" in name
            ):
                continue
            for row in table.rows:
                cell = row.cells[column]
                if table.is_total(row) and cell.value:
                    yield cell.start, cell.end
