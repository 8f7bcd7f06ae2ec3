"""Bảng xếp hạng as a workbook: a sheet a list, fields, points of each criterion, and where most points were lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from cchc.documents.marking import Marking
from cchc.files import freeze_zip
from cchc.indicators.numbers import rounded
from cchc.scoring.results import RankingList, ScoredCriterion, UnitResult
from cchc.scoring.round_results import RoundResults
from cchc.scoring.tables import bare_name
from cchc.texts import t, table

MOST_LOST = 15  # criteria a list names
_SHEET_NAME = 31  # characters that a sheet's name may have
_FORBIDDEN = str.maketrans("[]:*?/\\", "-------")


@dataclass(frozen=True)
class Loss:
    """A criterion over all units of a list: how many lost points by it, how many points, and who lost most."""

    criterion: ScoredCriterion
    units: int
    points: Decimal
    in_force: int
    worst: str


def losses(ranking: RankingList) -> list[Loss]:
    """Criteria of a list by the points that its units lost there, most first."""
    found = []
    for row in ranking.criteria_set.rows:
        having = [
            (one, unit)
            for unit in ranking.results
            if (one := unit.criterion(row.code)) and not one.final.dropped
        ]
        lost = [(one.lost, unit.unit_code) for one, unit in having if one.lost > 0]
        if lost:
            worst = max(lost, key=lambda pair: pair[0])[1]
            found.append(
                Loss(having[0][0], len(lost), sum((a for a, _ in lost), Decimal(0)), len(having), worst)
            )
    return sorted(found, key=lambda one: one.points, reverse=True)


def build_ranking_book(
    results: RoundResults, names: Mapping[str, str], marking: Marking, state: str
) -> bytes:
    """`names`: of units by code. `state`: the line that says whether it is a draft or with which decision it goes
    (`replace_state` puts the one in the place of the other). Equal arguments give equal bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    title = t("score_results.book.title", year=results.year)
    book.set_properties({"title": title, "created": marking.utc_time})
    writer = _Writer(book, results, names, (title, state, *_remarks(results, marking)))
    taken: set[str] = set()
    for ranking in results.lists:
        writer.list_sheet(ranking, _sheet_name(ranking.title, taken))
    writer.fields()
    writer.criteria()
    writer.lost()
    book.close()
    return freeze_zip(buffer.getvalue())


def replace_state(content: bytes, before: str, after: str) -> bytes:
    """The same workbook with another state in it: so a published one is its draft to the last figure."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/sharedStrings.xml":
                data = data.replace(escape(before).encode(), escape(after).encode())
            target.writestr(part, data)
    return freeze_zip(buffer.getvalue())


def _remarks(results: RoundResults, marking: Marking) -> list[str]:
    versions = sorted({one.criteria_set.version for one in results.lists})
    lines = [t("score_results.book.versions", versions=", ".join(versions))]
    if results.is_sample:
        lines.append(t("score_results.sample"))
    if marking.rehearsal:
        lines.append(t("documents.stamp.rehearsal"))
    return lines


def _sheet_name(title: str, taken: set[str]) -> str:
    base = title.translate(_FORBIDDEN)[:_SHEET_NAME].strip()
    name, count = base, 2
    while name.lower() in taken:
        name = f"{base[: _SHEET_NAME - 4]} ({count})"
        count += 1
    taken.add(name.lower())
    return name


class _Writer:
    """Writes the sheets; every one has the same head."""

    def __init__(
        self, book: xlsxwriter.Workbook, results: RoundResults, names: Mapping[str, str], head: Sequence[str]
    ) -> None:
        self.book, self.results, self.names, self.head = book, results, names, head
        frame = {"border": 1, "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.column = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E2EC", "valign": "vcenter"}
        )
        self.part = book.add_format({"bold": True, "border": 1, "bg_color": "#F2F2F2"})
        self.cell = book.add_format({**frame, "text_wrap": True})
        self.number = book.add_format({**frame, "num_format": "0.00"})
        self.change = book.add_format({**frame, "num_format": "+0.00;-0.00;0.00"})

    def list_sheet(self, ranking: RankingList, name: str) -> None:
        columns = table("score_results.book.columns")
        sheet, line = self._sheet(
            name, list(columns.values()), [7, 34, 9, 9, 9, 8, 8, 9, 11, 9, 12, 9, 9, 44]
        )
        for one in ranking.results:
            before = self.results.before.get(one.unit_code)
            values: list[Any] = [
                "-" if one.rank is None else one.rank,
                self.names[one.unit_code],
                one.sum_of(lambda c: c.claim),
                one.sum_of(lambda c: c.first.value),
                one.sum_of(lambda c: c.second.value),
                one.bonus,
                one.penalty,
                one.total,
                one.in_force,
                one.index,
                one.class_name,
                before.index if before else None,
            ]
            self._row(sheet, line, values)
            difference = before.change.difference if before else None
            sheet.write(line, len(values), None if difference is None else float(difference), self.change)
            sheet.write(line, len(values) + 1, one.note, self.cell)
            line += 1
        for gone in ranking.not_scored:
            self._row(sheet, line, ["-", self.names[gone.unit_code], *[None] * 11, gone.note])
            line += 1
        line += 1
        for note in table("score_results.book.notes").values():
            sheet.write(line, 0, note)
            line += 1

    def fields(self) -> None:
        fixed = list(table("score_results.book.fixed").values())
        groups = {
            ranking.code: [f"{one.code}. {bare_name(one)}" for one in ranking.results[0].groups]
            for ranking in self.results.lists
            if ranking.results
        }
        # One head for all, repeated on each page, where the fields of all lists are the same.
        longest = max(groups.values(), key=len, default=[])
        same = all(longest[: len(own)] == own for own in groups.values())
        heads = [*fixed, *(longest if same else [""] * len(longest))]
        sheet, line = self._sheet(t("score_results.book.fields"), heads, [7, 34, 9, *([13] * len(longest))])
        for ranking in self.results.lists:
            own = [] if same else ["", "", "", *groups.get(ranking.code, ())]
            line = self._part(sheet, line, ranking.title, own)
            for one in ranking.results:
                shares: list[Any] = [group.share for group in one.groups]
                self._row(sheet, line, [one.rank, self.names[one.unit_code], one.index, *shares])
                line += 1

    def criteria(self) -> None:
        fixed = table("score_results.book.fixed")
        most = max((len(ranking.criteria_set.rows) for ranking in self.results.lists), default=0)
        heads = [fixed["rank"], fixed["unit"]] + [""] * most
        sheet, line = self._sheet(t("score_results.book.criteria"), heads, [7, 34] + [7] * most)
        # Eighty columns on one page would be unreadable: A3 pages side by side, units repeated.
        sheet.set_paper(8)
        sheet.fit_to_pages(3, 0)
        sheet.repeat_columns(0, 1)
        for ranking in self.results.lists:
            codes = [row.code for row in ranking.criteria_set.rows]
            line = self._part(sheet, line, ranking.title, ["", "", *codes])
            for one in ranking.results:
                self._row(
                    sheet,
                    line,
                    [one.rank, self.names[one.unit_code], *(_points(one, code) for code in codes)],
                )
                line += 1

    def lost(self) -> None:
        columns = table("score_results.book.lost_columns")
        sheet, line = self._sheet(
            t("score_results.book.lost"), list(columns.values()), [9, 52, 10, 12, 11, 12, 34]
        )
        for ranking in self.results.lists:
            line = self._part(sheet, line, ranking.title, [])
            for one in losses(ranking)[:MOST_LOST]:
                row = one.criterion.row
                mean = rounded(one.points / one.in_force)
                values = [
                    row.code,
                    row.criterion,
                    row.max_points,
                    one.units,
                    one.points,
                    mean,
                    self.names[one.worst],
                ]
                self._row(sheet, line, values)
                line += 1

    def _part(self, sheet: Any, line: int, title: str, heads: Sequence[str]) -> int:
        sheet.write(line, 0, title, self.part)
        line += 1
        for column, head in enumerate(heads):
            if head:
                sheet.write(line, column, head, self.column)
        return line + 1 if heads else line

    def _row(self, sheet: Any, line: int, values: Sequence[Any]) -> None:
        for column, value in enumerate(values):
            if isinstance(value, Decimal):
                sheet.write_number(line, column, float(value), self.number)
            else:
                sheet.write(line, column, value, self.cell)

    def _sheet(self, name: str, heads: Sequence[str], widths: Sequence[int]) -> tuple[Any, int]:
        sheet = self.book.add_worksheet(name)
        sheet.write(0, 0, self.head[0], self.title)
        for offset, line in enumerate(self.head[1:], start=1):
            sheet.write(offset, 0, line)
        top = len(self.head) + 1
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            if head:
                sheet.write(top, column, head, self.column)
            sheet.set_column(column, column, width)
        sheet.set_row(top, 48)  # the longest heading takes three lines
        sheet.freeze_panes(top + 1, 2)
        sheet.repeat_rows(top)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet, top + 1


def _points(result: UnitResult, code: str) -> Decimal | str | None:
    """Points of a criterion; a word where it is out of the maximum or does not apply to the unit."""
    one = result.criterion(code)
    if one is None:
        return t("score_results.book.not_applied")
    return t("score_results.book.not_arisen") if one.final.dropped else one.final.value
