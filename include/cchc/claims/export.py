"""Reviews of files as data for programs and as a workbook for people."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cchc.claims.kinds import ClaimKind, FigureCoverage, Review
from cchc.claims.texts import DocumentText
from cchc.files import freeze_zip
from cchc.severity import Severity
from cchc.texts import t, table

_COLORS = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.NOTE: "#E2EFDA"}
_WIDTHS = (28, 11, 24, 26, 60, 18, 18, 70)
_LONGEST_CELL = 2_000


@dataclass(frozen=True)
class ReviewedFile:
    """A file with its review, or with the reason why there is none."""

    path: str
    review: Review | None
    error: str | None = None
    document: DocumentText | None = None

    @property
    def remark(self) -> str | None:
        return self.document.remark if self.document and self.review else None

    def place(self, start: int, line: int) -> str:
        """Where a place of the text is, as people find it."""
        return self.document.place(start) if self.document else t("claims.places.lines", line=line)


def as_data(files: Sequence[ReviewedFile]) -> dict[str, Any]:
    """The documented JSON: offsets and lines are those of the text as it was read, `place` is for people.

    `coverage` counts the figures of the text. A file that could not be read has an `error` besides, and nothing in its
    lists; one in letters of before Unicode has
    a `remark`.
    """
    return {"files": [_file(one) for one in files]}


def _file(one: ReviewedFile) -> dict[str, Any]:
    review = one.review
    if review is None:
        return {"path": one.path, "findings": [], "checked": [], "error": one.error}
    line = _Lines(review.text)
    return {
        "path": one.path,
        **({"remark": one.remark} if one.remark else {}),
        "findings": [
            {
                "line": (at := line.of(fault.start)),
                "place": one.place(fault.start, at),
                "start": fault.start,
                "end": fault.end,
                "quote": review.quote(fault.start, fault.end),
                "kind": str(fault.kind),
                "stated": fault.stated,
                "expected": fault.expected,
                "severity": fault.severity,
                "message": fault.message,
            }
            for fault in review.faults
        ],
        "checked": [
            {
                "line": (at := line.of(said.start)),
                "place": one.place(said.start, at),
                "start": said.start,
                "end": said.end,
                "quote": review.quote(said.start, said.end),
                "kind": str(said.kind),
                "ok": said.ok,
            }
            for said in review.checked
        ],
        "coverage": {
            "figures": review.coverage.figures,
            "judged": review.coverage.judged,
            "right": review.coverage.right,
            "doubted": review.coverage.doubted,
        },
    }


class _Lines:
    """Lines of ascending places, without counting from the top for each."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def of(self, place: int) -> int:
        if place < self._place:
            self._place, self._line = 0, 1
        self._line += self._text.count("\n", self._place, place)
        self._place = place
        return self._line


def as_workbook(files: Sequence[ReviewedFile]) -> bytes:
    """Two sheets: what is to be looked at, and what was found right. The same reviews give the same bytes."""
    import xlsxwriter  # only where a workbook is asked for

    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": datetime(1980, 1, 1, tzinfo=UTC)})
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "bg_color": "#D9E1F2", "border": 1, "valign": "top"}
        )
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        colored = {
            key: book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": color})
            for key, color in _COLORS.items()
        }
        data = as_data(files)["files"]
        severities, kinds = table("severity.names"), table("claims.kinds")
        sheet = _sheet(book, t("claims.sheets.findings"), table("claims.columns"), _WIDTHS, bold)
        row = 1
        for file, one in zip(files, data, strict=True):
            if one.get("error"):
                _write(
                    sheet,
                    row,
                    [one["path"], "", "", kinds["claim_unreadable"], "", "", "", one["error"]],
                    plain,
                )
                row += 1
            if one.get("remark"):
                remark_kind = file.document.remark_kind if file.document else ClaimKind.LETTERS
                _write(
                    sheet,
                    row,
                    [one["path"], "", "", kinds[remark_kind], "", "", "", one["remark"]],
                    plain,
                )
                row += 1
            for item in one["findings"]:
                words = [
                    one["path"],
                    severities[item["severity"]].lower(),
                    item["place"],
                    kinds[item["kind"]],
                    _one_line(item["quote"]),
                    item["stated"],
                    item["expected"],
                    item["message"],
                ]
                _write(sheet, row, words, plain, colored[item["severity"]])
                row += 1
        columns = table("claims.columns")
        right = {key: columns[key] for key in ("file", "place", "kind", "quote")}
        sheet = _sheet(book, t("claims.sheets.right"), right, (28, 24, 26, 90), bold)
        row = 1
        for one in data:
            for item in one["checked"]:
                if item["ok"]:
                    words = [one["path"], item["place"], kinds[item["kind"]], _one_line(item["quote"])]
                    _write(sheet, row, words, plain)
                    row += 1
        names = table("claims.coverage")
        sheet = _sheet(book, t("claims.sheets.coverage"), names, (40, 14, 18, 14, 18, 12), bold)
        for row, reviewed in enumerate((one for one in files if one.review), 1):
            told = reviewed.review.coverage if reviewed.review else FigureCoverage(0, 0, 0)
            numbers = (told.figures, told.judged, told.right, told.doubted, told.percent)
            _write(sheet, row, [reviewed.path, *numbers], plain)
    return freeze_zip(target.getvalue())


def _sheet(book: Any, name: str, columns: dict[str, str], widths: Sequence[int], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, (title, width) in enumerate(zip(columns.values(), widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    return sheet


def _write(sheet: Any, row: int, words: Sequence[str | int], plain: Any, second: Any = None) -> None:
    for place, word in enumerate(words):
        form = second if second is not None and place == 1 else plain
        if isinstance(word, int):
            sheet.write_number(row, place, word, form)
        else:
            sheet.write_string(row, place, word, form)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_CELL]
