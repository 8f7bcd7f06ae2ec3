"""A whole made report: its head, sections of sentences and tables, footnotes, and the truth about each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from cchc_rehearsal.made_reports.sentences import PLACES, SENTENCES, beside
from cchc_rehearsal.made_reports.tables import Made, made_table
from cchc_rehearsal.made_reports.writing import Hand, slip, split

_HEADINGS = (
    "Công tác chỉ đạo, điều hành",
    "Cải cách thủ tục hành chính",
    "Cải cách tổ chức bộ máy",
    "Công vụ",
    "Khác",
)
_FAULTS = 0.22  # of the sentences and tables


@dataclass(frozen=True)
class PlantedTruth:
    """A statement from `start` to `end` of the text. wrong: a fault stands in it, to be told at any of `places`."""

    kind: str
    start: int
    end: int
    wrong: bool
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class MadeReport:
    number: int
    text: str
    truths: tuple[PlantedTruth, ...]

    @property
    def held_back(self) -> bool:
        return self.number % 3 == 2


class _Writer:
    def __init__(self) -> None:
        self.text, self.truths = "", list[PlantedTruth]()

    def add(self, text: str, after: str = "\n\n") -> tuple[int, int]:
        start = len(self.text)
        self.text += text + after
        return start, start + len(text)

    def state(self, kind: str, text: str, wrong: bool, after: str = "\n\n") -> None:
        place = self.add(text, after)
        self.truths.append(PlantedTruth(kind, *place, wrong, (place,)))


def made_report(number: int) -> MadeReport:
    """The report of a number: the same number gives the same text."""
    chance = Random(f"ra-soat {number}")  # noqa: S311 - makes examples
    hand, out = Hand.of(chance), _Writer()
    out.add("ỦY BAN NHÂN DÂN\nTỈNH AN GIANG")
    out.add("Số: 215/BC-UBND\tAn Giang, ngày 20 tháng 12 năm 2025")
    out.add("BÁO CÁO\nKết quả công tác cải cách hành chính năm 2025")
    notes: list[tuple[int, str, int]] = []
    for place, heading in enumerate(_HEADINGS, 1):
        out.add(f"{place}. {heading}")
        for _ in range(chance.randint(3, 6)):
            if chance.random() < 0.25:
                kind, text = beside(chance, hand, False)
                out.state(kind, text, False, chance.choice([" ", "\n\n"]))
                continue
            wrong = chance.random() < _FAULTS
            kind, text = chance.choice(SENTENCES)(chance, hand, wrong)
            out.state(kind, text, wrong, "\n\n" if "\n" in text or chance.random() < 0.6 else " ")
        out.text = out.text.rstrip(" ") + ("" if out.text.endswith("\n\n") else "\n\n")
        if chance.random() < 0.5:
            _table(out, chance, hand, place)
        if chance.random() < 0.3:
            notes.append(_noted(out, chance, hand, len(notes) + 1))
    for number_, text, told in notes:
        note = out.add(f"[{number_}] {text}", "\n")
        out.truths[told] = replace(truth := out.truths[told], places=(*truth.places, note))
    return MadeReport(number, out.text, tuple(out.truths))


def _table(out: _Writer, chance: Random, hand: Hand, place: int) -> None:
    wrong = chance.random() < 2 * _FAULTS
    made = made_table(chance, hand, wrong)
    out.add(f"Bảng {place}. Số liệu theo đơn vị", "\n")
    spans = _rows(out, made, chance.choice(["\t", " | ", "| |"]))
    out.add("", "\n")
    faulty = tuple(spans[row] for row in made.bad)
    for row, span in enumerate(spans[1:], 1):
        if row not in made.bad:
            out.truths.append(PlantedTruth(made.kind, *span, False, (span,)))
    if faulty:
        out.truths.append(PlantedTruth(made.kind, *faulty[0], True, faulty))
    elif chance.random() < 0.5 and made.kind in ("table_sum", "table_total"):
        _told(out, made, chance, hand)


def _told(out: _Writer, made: Made, chance: Random, hand: Hand) -> None:
    """A sentence that repeats the total of the table."""
    wrong = chance.random() < _FAULTS
    total = int("".join(one for one in made.rows[-1][2] if one.isdigit()))
    told = slip(chance, total) if wrong else total
    name = made.rows[0][2]
    start = name[0].lower() + name[1:]
    out.state("text_table", f"Theo bảng trên, {start} của các đơn vị là {hand.count(told)}.", wrong)


def _rows(out: _Writer, made: Made, mark: str) -> list[tuple[int, int]]:
    spans = []
    for place, row in enumerate(made.rows):
        line = f"| {' | '.join(row)} |" if mark == "| |" else mark.join(row)
        spans.append(out.add(line, "\n"))
        if mark == "| |" and place == 0:
            out.add("|" + "---|" * len(row), "\n")
    return spans


def _noted(out: _Writer, chance: Random, hand: Hand, number: int) -> tuple[int, str, int]:
    """A count whose parts stand in a footnote: (number, text, which truth it is of)."""
    wrong = chance.random() < _FAULTS
    total = chance.randint(20, 300)
    values = split(chance, total, 4)
    told = slip(chance, total) if wrong else total
    out.state("footnote", f"Trong năm đã ban hành {hand.count(told)} văn bản chỉ đạo[{number}].", wrong)
    listed = "; ".join(
        f"{place}: {hand.count(value)} văn bản" for place, value in zip(PLACES[1:5], values, strict=True)
    )
    return number, f"{listed}.", len(out.truths) - 1
