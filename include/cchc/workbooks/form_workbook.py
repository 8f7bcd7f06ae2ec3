"""The common body of every workbook that units fill in: styles, printing, locking, identity, bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cchc.clock import TZ
from cchc.files import freeze_zip
from cchc.texts import t
from cchc.workbooks.forms import Identity

IDENTITY_SHEET = "cchc"
LAYOUT_FIRST_ROW = 10  # 0-based; the identity's fields stand above
SECTION = "section"  # kind of a layout row that is a section's heading
FONT = "Times New Roman"

_LETTERS_PER_WIDTH = (
    1.35  # mean letters of 11 pt Times New Roman on one unit of column width, measured in prints
)

# Colours that stay apart in grey print as well: input cells are the lightest.
INPUT_FILL, SYSTEM_FILL, DERIVED_FILL = "#FFF9DB", "#ECECEC", "#E3F0FA"
SECTION_FILL, HEADER_FILL, FAULT_FILL, WARN_FILL = "#1F4E79", "#D6E3F0", "#F8CBAD", "#FFE0B2"

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
_GRID: dict[str, Any] = {**_BASE, "border": 1, "border_color": "#8C8C8C"}
_RIGHT: dict[str, Any] = {"align": "right", "indent": 1}
_INPUT: dict[str, Any] = {**_GRID, "bg_color": INPUT_FILL, "locked": False}
_OTHER: dict[str, Any] = {**_GRID, "locked": False}
_SYSTEM: dict[str, Any] = {**_GRID, "bg_color": SYSTEM_FILL, **_RIGHT}
_CENTRE: dict[str, Any] = {"align": "center", "indent": 0}  # an indent would turn it to the left
_WRAP: dict[str, Any] = {"text_wrap": True, "valign": "top"}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # days that a cell may hold
WHOLE, PERCENT, DAY = "#,##0", "0.00", "dd/mm/yyyy"

STYLES: dict[str, dict[str, Any]] = {
    "plain": _BASE,
    "beside": {**_BASE, "indent": 1},
    "title": {**_BASE, "bold": True, "font_size": 14, "font_color": SECTION_FILL},
    "subtitle": {**_BASE, "italic": True},
    "label": {**_BASE, "bold": True},
    "label_right": {**_BASE, "bold": True, **_RIGHT},
    "number": {**_BASE, **_RIGHT, "valign": "top"},
    "paragraph": {**_BASE, **_WRAP},
    "heading": {**_BASE, "bold": True, "font_size": 12, "font_color": SECTION_FILL, "bottom": 1},
    "header": {**_GRID, "bold": True, "align": "center", "text_wrap": True, "bg_color": HEADER_FILL},
    "header_number": {**_GRID, "italic": True, "font_size": 9, "align": "center", "bg_color": HEADER_FILL},
    "section": {**_BASE, "bold": True, "font_color": "#FFFFFF", "bg_color": SECTION_FILL},
    "section_right": {
        **_BASE,
        **_RIGHT,
        "italic": True,
        "font_color": "#FFFFFF",
        "bg_color": SECTION_FILL,
    },
    "group": {**_BASE, "bold": True, "italic": True, "bottom": 1, "bottom_color": "#8C8C8C"},
    "code": {**_GRID, "align": "center", "font_color": "#595959", "font_size": 10},
    "name": {**_GRID, "text_wrap": True},
    "top": {**_GRID, **_WRAP},
    "unit": {**_GRID, "align": "center", "text_wrap": True, "font_size": 10},
    "system_whole": {**_SYSTEM, "num_format": WHOLE},
    "system_percent": {**_SYSTEM, "num_format": PERCENT},
    "system_none": {**_SYSTEM, **_CENTRE, "font_color": "#7F7F7F", "font_size": 10},
    "system_none_wrapped": {
        **_SYSTEM,
        **_CENTRE,
        "font_color": "#7F7F7F",
        "font_size": 10,
        "text_wrap": True,
    },
    "check": {**_GRID, "text_wrap": True, "font_size": 10},
    "check_top": {**_GRID, **_WRAP, "font_size": 10},
    "system_text": {**_SYSTEM, **_CENTRE, "text_wrap": True},
    "absent": {**_GRID, "bg_color": SYSTEM_FILL},
    "input_whole": {**_INPUT, **_RIGHT, "num_format": WHOLE},
    "input_points": {**_INPUT, **_RIGHT, "num_format": "0.##"},
    "input_list": {**_INPUT, "align": "center"},
    "input_text": {**_INPUT, **_WRAP, "num_format": "@"},
    "input_line": {**_INPUT, "num_format": "@"},
    "input_day": {**_INPUT, "align": "center", "num_format": DAY},
    # Written in only by whoever disagrees with what is shown.
    "other_whole": {**_OTHER, **_RIGHT, "num_format": WHOLE},
    "other_list": {**_OTHER, "align": "center"},
    "other_text": {**_OTHER, **_WRAP, "num_format": "@"},
    "other_ratio": {**_OTHER, **_RIGHT, "num_format": PERCENT},
    "derived": {
        **_GRID,
        "bg_color": DERIVED_FILL,
        "locked": False,
        "align": "right",
        "indent": 1,
        "num_format": PERCENT,
    },
    "derived_whole": {**_GRID, "bg_color": DERIVED_FILL, "locked": False, **_RIGHT, "num_format": WHOLE},
    "computed_whole": {**_GRID, "bg_color": DERIVED_FILL, **_RIGHT, "num_format": WHOLE},
    "points": {**_GRID, **_RIGHT, "num_format": "0.##"},
    "total": {
        **_GRID,
        "bold": True,
        "align": "right",
        "indent": 1,
        "num_format": "0.##",
        "bg_color": HEADER_FILL,
    },
    "total_label": {**_GRID, "bold": True, "bg_color": HEADER_FILL},
    "day": {**_GRID, "align": "center", "num_format": DAY},
    "length": {
        **_GRID,
        "align": "right",
        "indent": 1,
        "valign": "top",
        "font_color": "#595959",
        "num_format": WHOLE,
    },
    "bold_run": {"font_name": FONT, "font_size": 11, "bold": True},
    "hint_run": {"font_name": FONT, "font_size": 10, "italic": True, "font_color": "#595959"},
    "swatch_input": {**_INPUT},
    "swatch_other": {**_OTHER},
    "swatch_system": {**_SYSTEM},
    "swatch_derived": {**_GRID, "bg_color": DERIVED_FILL},
    "swatch_fault": {**_GRID, "bg_color": FAULT_FILL},
    "swatch_warning": {**_GRID, "bg_color": WARN_FILL},
}


@dataclass(frozen=True)
class LayoutRow:
    """What the form asks for in one row, kept inside the workbook so that it can be read without us.

    `kind` is an indicator's kind, or `section`, `narrative`, `item`, `score`. `options` is `1=Có;0=Không`.
    `numerator` and `denominator` are expressions over other rows or `own`; of a count, `numerator` is the sum that it
    follows from. `extra` holds an indicator's section, an obligation's id or a criterion's maximum; `shown` what the
    form shows instead of asking (`Shown.packed`).
    """

    key: str
    kind: str
    options: str = ""
    numerator: str = ""
    denominator: str = ""
    extra: str = ""
    shown: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """As it stands in the hidden sheet; forms of before have no `shown`, and keep their hash."""
        asked = (self.key, self.kind, self.options, self.numerator, self.denominator, self.extra)
        return (*asked, self.shown) if self.shown else asked


def layout_hash(rows: Iterable[LayoutRow]) -> str:
    """8 hex digits over what a form asks for."""
    return hashlib.sha256("\n".join("|".join(row.cells) for row in rows).encode()).hexdigest()[:8]


def fitted_height(texts: Iterable[tuple[str, float]], *, least: float = 18) -> float:
    """Row height in points for wrapped `texts`, each with its column's width in characters.

    Excel fits unmerged rows by itself, LibreOffice does not for files of other programs: so say it always.
    """
    lines = max(
        sum(max(1, ceil(_letters(line) / (width * _LETTERS_PER_WIDTH))) for line in text.split("\n"))
        for text, width in texts
    )
    return max(least, lines * 14.5 + 4)


@lru_cache(maxsize=16384)  # the forms of a round repeat their texts
def _letters(line: str) -> float:
    """The length in small letters: figures and capitals are wider."""
    return len(line) + 0.3 * sum(letter.isdigit() or letter.isupper() for letter in line)


def pack_options(options: Mapping[str, str]) -> str:
    return ";".join(f"{key}={label}" for key, label in options.items())


def unpack_options(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


class _FormSheet(Worksheet):  # type: ignore[misc]  # the library carries no types
    """The forms of a round repeat their formulas; the library searches each for every function of newer Excels."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _prepared(formula, expand_future_functions)


@lru_cache(maxsize=16384)
def _prepared(formula: str, expand_future_functions: bool) -> str:
    return str(Worksheet()._prepare_formula(formula, expand_future_functions))


class FormWorkbook:
    """One workbook in the making. Sheets appear in the order in which they are added."""

    def __init__(self, title: str, as_of: datetime) -> None:
        self._buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(
            self._buffer,
            # Nothing that a text contains may turn into a formula, a link or a number.
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.workbook.worksheet_class = _FormSheet
        created = as_of.astimezone(TZ).replace(tzinfo=None, microsecond=0)
        author = t("workbooks.workbook.author")
        self.workbook.set_properties({"title": title, "author": author, "created": created})
        self._styles: dict[str, Format] = {}

    def style(self, name: str) -> Format:
        """The shared format `name` of STYLES."""
        if name not in self._styles:
            self._styles[name] = self.workbook.add_format(STYLES[name])
        return self._styles[name]

    @cached_property
    def fault_format(self) -> Format:
        return self.workbook.add_format({"bg_color": FAULT_FILL})

    @cached_property
    def warn_format(self) -> Format:
        return self.workbook.add_format({"bg_color": WARN_FILL})

    def sheet(self, name: str, *, landscape: bool, widths: Iterable[float], footer: str) -> Worksheet:
        """A locked A4 sheet, one page wide, with the given column widths (characters)."""
        sheet = self.workbook.add_worksheet(name)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8{t('workbooks.workbook.page')}")
        sheet.hide_gridlines(2)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.style("plain"))
        # No password: the lock guards against slips, and an official must be able to open it.
        sheet.protect("", {"format_rows": True, "format_columns": True, "autofilter": True})
        return sheet

    def identity_sheet(
        self, identity: Identity, layout: Iterable[LayoutRow], key: bytes | None = None
    ) -> None:
        """The very hidden sheet that says whose workbook this is and what it asks for; signed when there is a key."""
        sheet = self.workbook.add_worksheet(IDENTITY_SHEET)
        sheet.very_hidden()
        sheet.protect("")
        fields = {
            "form": identity.form,
            "unit_code": identity.unit_code,
            "round_id": identity.round_id,
            "version": identity.version,
            "layout": identity.layout,
            "unit_name": identity.unit_name,
            "round_title": identity.round_title,
            "checksum": identity.checksum,
            "signature": identity.signature(key) if key else "",
        }
        for row, (name, value) in enumerate(fields.items()):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        for row, asked in enumerate(layout, start=LAYOUT_FIRST_ROW):
            for column, part in enumerate(asked.cells):
                if part:
                    sheet.write_string(row, column, part)

    def finish(self) -> bytes:
        """The file's bytes; equal input gives equal bytes."""
        self.workbook.close()
        return _lock_structure(self._buffer.getvalue())


def _lock_structure(content: bytes) -> bytes:
    """Sheets cannot be renamed, moved or deleted by accident; xlsxwriter has no call for it."""
    source, target = io.BytesIO(content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"<bookViews>", b'<workbookProtection lockStructure="1"/><bookViews>', 1)
            new.writestr(name, part)
    return freeze_zip(target.getvalue())
