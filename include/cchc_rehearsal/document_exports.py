"""A year of documents in and out of a synthetic province, as the document-management software exports them.

A document is exported in the week in which a clerk enters it, which can be days after its own date: what is
entered after the cut-off is not in the snapshot, though its date lies in the window.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from cchc.units import Tier
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.export_parts import (
    KnownValue,
    csv_bytes,
    known_count,
    known_share,
    made_up_person,
    shown_day,
    working,
)

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Window

TOTAL = 40_000
OUT, IN = "di", "den"
Direction = Literal["di", "den"]
REGISTER_WORDS = {OUT: "Văn bản đi", IN: "Văn bản đến"}
PAPER, ELECTRONIC, BOTH = "giay", "dien-tu", "dien-tu-va-giay"
MEDIUM_WORDS = {
    PAPER: "Văn bản giấy",
    ELECTRONIC: "Văn bản điện tử không kèm văn bản giấy",
    BOTH: "Văn bản điện tử kèm văn bản giấy",
}
TYPES = (
    ("Công văn", "UBND"),
    ("Báo cáo", "BC-UBND"),
    ("Kế hoạch", "KH-UBND"),
    ("Thông báo", "TB-UBND"),
    ("Quyết định", "QĐ-UBND"),
)
SUBJECTS = (
    "Về việc triển khai công tác cải cách hành chính",
    "Báo cáo kết quả công tác quý",
    "Về việc đôn đốc giải quyết hồ sơ tồn đọng",
    "Về việc cử người tham gia tập huấn",
    "Kế hoạch kiểm tra công tác văn thư, lưu trữ",
)
HEADER = (
    "Loại sổ", "Số", "Ký hiệu", "Ngày vào sổ", "Loại văn bản", "Trích yếu", "Độ mật", "Hình thức", "Ký số",
    "Người ký", "Tác giả", "Nơi nhận", "Mã đơn vị", "Đơn vị",
)  # fmt: skip
OUT_HEADER = (
    "Số", "Ký hiệu", "Ngày văn bản", "Loại văn bản", "Trích yếu", "Độ mật", "Hình thức gửi", "Ký số",
    "Người ký", "Nơi nhận", "Mã đơn vị", "Đơn vị ban hành",
)  # fmt: skip
IN_HEADER = (
    "Số đến", "Ngày đến", "Tác giả", "Số, ký hiệu", "Loại văn bản", "Trích yếu", "Độ mật", "Hình thức nhận",
    "Mã đơn vị", "Đơn vị nhận",
)  # fmt: skip
PERSONAL = ("Người ký", "Tác giả", "Nơi nhận")


@dataclass(slots=True)
class Document:
    """One document in or out; `day` is its own date, `entered` the day it was typed in (ordinals)."""

    index: int
    unit: int
    direction: str
    number: int
    kind: int
    day: int
    entered: int
    medium: str
    signed: bool
    secret: bool
    subject: str
    fault: str


class DocumentYear:
    """All documents of the reporting year `year`; deterministic by `seed`."""

    def __init__(self, units: Sequence[Unit], year: int, seed: int, total: int = TOTAL) -> None:
        self.units = list(units)
        self.year, self.seed = year, seed
        self.first, self.last = date(year - 1, 12, 15).toordinal(), date(year, 12, 14).toordinal()
        chance = seeded(seed, "van-ban")
        weights = [
            chance.lognormvariate(0, 0.4) * (2.0 if unit.tier == Tier.BODY else 1.0) for unit in self.units
        ]
        whole = sum(weights) or 1.0
        self.documents: list[Document] = []
        for place, weight in enumerate(weights):
            self._fill(place, round(total * weight / whole), seeded(seed, "van-ban", self.units[place].code))
        self.documents.sort(
            key=lambda document: (document.entered, document.unit, document.direction, document.number)
        )
        for index, document in enumerate(self.documents, 1):
            document.index = index
        self._entered = [document.entered for document in self.documents]

    def weekly_file(self, first: date, last: date, direction: Direction | None = None) -> bytes:
        """CSV (commas, UTF-8) of the documents entered from `first` to `last`: both registers in one file, or
        the register of one `direction` in its own layout."""
        begin = bisect_right(self._entered, first.toordinal() - 1)
        chosen = self.documents[begin : bisect_right(self._entered, last.toordinal())]
        header = {OUT: OUT_HEADER, IN: IN_HEADER, None: HEADER}[direction]
        rows = (self._row(document) for document in chosen if direction in (None, document.direction))
        return csv_bytes(header, ([row[name] for name in header] for row in rows), delimiter=",", bom=False)

    def truth(self, window: Window) -> dict[tuple[str, str], KnownValue]:
        """(unit, indicator) -> figure for `window`, as known on its last day; every unit registers here."""
        first, last = window.first.toordinal(), window.last.toordinal()
        told = self.documents[: bisect_right(self._entered, last)]
        by_unit: list[list[Document]] = [[] for _ in self.units]
        for document in told:
            if not document.fault and first <= document.day <= last:
                by_unit[document.unit].append(document)
        return {
            (unit.code, code): value
            for unit, documents in zip(self.units, by_unit, strict=True)
            for code, value in _figures(documents).items()
        }

    def _fill(self, place: int, count: int, chance: random.Random) -> None:
        days = sorted(working(chance.randint(self.first, self.last - 2)) for _ in range(count))
        electronic = chance.uniform(0.6, 0.9)
        numbers = {OUT: 0, IN: 0}
        new_year = date(self.year, 1, 1).toordinal()
        numbered_in = self.year - 1
        for day in days:
            if day >= new_year and numbered_in < self.year:
                numbers, numbered_in = {OUT: 0, IN: 0}, self.year  # registers begin anew on 1 January
            direction = OUT if chance.random() < 0.36 else IN
            numbers[direction] += 1
            draw = chance.random()
            medium = (
                ELECTRONIC
                if draw < electronic
                else BOTH
                if draw < electronic + 0.7 * (1 - electronic)
                else PAPER
            )
            fault = chance.random()
            self.documents.append(
                Document(
                    index=0,
                    unit=place,
                    direction=direction,
                    number=numbers[direction],
                    kind=chance.randrange(len(TYPES)),
                    day=day,
                    entered=day if chance.random() < 0.9 else min(day + chance.randint(1, 12), self.last),
                    medium=medium,
                    signed=medium != PAPER and chance.random() < (0.95 if medium == ELECTRONIC else 0.8),
                    secret=chance.random() < 0.02,
                    subject=chance.choice(SUBJECTS),
                    fault="date" if fault < 0.001 else "unit" if fault < 0.002 else "",
                )
            )

    def _row(self, document: Document) -> dict[str, object]:
        """All cells by header, for whichever register they are asked."""
        unit = self.units[document.unit]
        type_name, symbol = TYPES[document.kind]
        person = made_up_person(document.index, seeded(self.seed, document.index))
        day = f"31/02/{self.year}" if document.fault == "date" else shown_day(document.day)
        name = "Đơn vị Không Có Trong Danh Mục" if document.fault == "unit" else unit.name
        subject = (
            f"Nội dung mật giả định {document.index:06d} về cải cách hành chính"
            if document.secret
            else document.subject
        )
        medium = MEDIUM_WORDS[document.medium]
        row: dict[str, object] = {
            "Loại sổ": REGISTER_WORDS[document.direction],
            "Loại văn bản": type_name,
            "Trích yếu": subject,
            "Độ mật": "Mật" if document.secret else "Thường",
            "Ký số": "Có" if document.signed else "Không",
            "Người ký": person[0],
            "Tác giả": person[0] if document.direction == IN else unit.name,
            "Nơi nhận": person[4],
            "Mã đơn vị": "" if document.fault == "unit" or document.index % 4 == 0 else unit.code,
        }
        row |= dict.fromkeys(("Số", "Số đến"), document.number)
        row |= dict.fromkeys(("Ký hiệu", "Số, ký hiệu"), symbol)
        row |= dict.fromkeys(("Ngày vào sổ", "Ngày văn bản", "Ngày đến"), day)
        row |= dict.fromkeys(("Hình thức", "Hình thức gửi", "Hình thức nhận"), medium)
        row |= dict.fromkeys(("Đơn vị", "Đơn vị ban hành", "Đơn vị nhận"), name)
        return row


def _figures(documents: Iterable[Document]) -> dict[str, KnownValue]:
    out: dict[str, list[Document]] = {PAPER: [], ELECTRONIC: [], BOTH: []}
    arrived = {PAPER: 0, ELECTRONIC: 0, BOTH: 0}
    for document in documents:
        if document.direction == OUT:
            out[document.medium].append(document)
        else:
            arrived[document.medium] += 1
    sent = sum(map(len, out.values()))
    signed = sum(document.signed for kept in out.values() for document in kept)
    return {
        "VB.1": known_count(sent),
        "VB.2": known_count(len(out[PAPER])),
        "VB.3": known_count(len(out[ELECTRONIC])),
        "VB.4": known_count(len(out[BOTH])),
        "VB.5": known_count(sum(arrived.values())),
        "VB.6": known_count(arrived[PAPER]),
        "VB.7": known_count(arrived[ELECTRONIC]),
        "VB.8": known_count(arrived[BOTH]),
        "VB.11": known_share(signed, sent),
        "VII.2.3": known_count(sent),
        "VII.2.4": known_share(sum(document.signed for document in out[ELECTRONIC]), sent),
        "VII.2.5": known_share(len(out[ELECTRONIC]) + len(out[BOTH]), sent),
    }
