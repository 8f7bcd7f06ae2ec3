"""Where each figure of a text stands: a row of the document's own tables, of the internal one also of its workbook.

The text carries links to bookmarks of the docx itself; each link says its place in its tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from cchc.documents.marking import Marking
from cchc.documents.places import Anchor
from cchc.errors import CchcError
from cchc.figures.facts import RoundFacts
from cchc.indicators import Indicator
from cchc.texts import t, table
from cchc.units import Tier

_TITLE_ROWS = 1
_NOTE_ROWS = 1
FIELD_NOTES = 2  # lines of notes above the table of fields


def first_table_row(marking: Marking, notes: int = _NOTE_ROWS) -> int:
    """The heading row (0-based) of a sheet of the appendix: below stamp, title and notes."""
    return (1 if marking.stamp else 0) + _TITLE_ROWS + notes


def summary_rows(facts: RoundFacts, heading: int) -> dict[str, int]:
    """Row (0-based) of each indicator on sheet 'Tổng hợp', whose heading stands in row `heading`.

    Sections and groups take a row of their own.
    """
    found: dict[str, int] = {}
    row, section, group = heading, None, None
    for indicator in facts.indicators:
        if indicator.section != section:
            section, group, row = indicator.section, None, row + 1
        if indicator.group != group:
            group, row = indicator.group, row + 1
        row += 1
        found[indicator.code] = row
    return found


def bookmark_of(code: str, number: int) -> str:
    """The bookmark of an indicator's row; the number keeps two codes apart that differ in punctuation only."""
    return "cs_" + re.sub(r"[^0-9A-Za-z]", "_", code)[:24] + f"_{number}"


class ReportAnchors:
    """The anchors of the report that leaves the department: places name rows of its own appendices, without codes."""

    def __init__(self, facts: RoundFacts, marking: Marking) -> None:
        self._facts, self._marking = facts, marking

    def indicator(self, code: str) -> Anchor:
        return self._indicators[code]

    def field(self, place: int) -> Anchor:
        """The row of a field (from 1) in the table of fields; the one after the last is the total."""
        return Anchor(f"linh_vuc_{place}", t("report.public_place.field", row=place))

    def named(self, name: str) -> Anchor:
        """What `dan(value, name)` in a template may name. CchcError with the known names otherwise."""
        if name not in self.names:
            raise CchcError(
                t("documents.template.unknown_place", place=name, known=", ".join(sorted(self.names)))
            )
        return self.names[name]

    @cached_property
    def _indicators(self) -> Mapping[str, Anchor]:
        return {
            indicator.code: Anchor(bookmark_of(indicator.code, number), self._row(indicator, number))
            for number, indicator in enumerate(self._facts.indicators, start=1)
        }

    def _row(self, indicator: Indicator, number: int) -> str:
        """Where an indicator stands, in words; `number` is its place in the table of all of them."""
        return t("report.public_place.indicator", number=number)

    @cached_property
    def names(self) -> Mapping[str, Anchor]:
        """Anchors of whole tables and of the rows of the table of scope by name."""
        tiers, places = table("report.tiers"), table("report.public_place")
        found = {name: Anchor(name, places[name]) for name in ("so_lieu", "linh_vuc", "dinh_chinh")}
        for scope in (*self._facts.tiers, Tier.PROVINCE):
            name = _timeliness(scope)
            found[name] = Anchor(name, t("report.public_place.scope", scope=tiers[scope]))
        return found


class InternalAnchors(ReportAnchors):
    """The anchors of the internal document: places name rows of the whole Excel appendix, with codes."""

    @property
    def origin(self) -> Mapping[str, str]:
        """From what the document is made."""
        return self._marking.origin

    def _row(self, indicator: Indicator, number: int) -> str:
        return t(
            "report.place.indicator",
            number=number,
            sheet=self._sheets["summary"],
            row=self._rows[indicator.code] + 1,
            code=indicator.code,
        )

    @cached_property
    def _sheets(self) -> dict[str, str]:
        return table("appendix.sheets")

    @cached_property
    def _rows(self) -> dict[str, int]:
        return summary_rows(self._facts, first_table_row(self._marking))

    @cached_property
    def names(self) -> Mapping[str, Anchor]:
        """Anchors of whole tables, of the rows of timeliness and of the headings of units' texts by name."""
        sheets, found = self._sheets, dict[str, Anchor]()
        start = first_table_row(self._marking)
        tiers = table("report.tiers")
        for offset, scope in enumerate([*self._facts.tiers, Tier.PROVINCE], start=1):
            key = _timeliness(scope)
            place = t(
                "report.place.timeliness",
                sheet=sheets["timeliness"],
                row=start + offset + 1,
                scope=tiers[scope],
            )
            found[key] = Anchor(key, place)
        for key, sheet in (
            ("so_lieu", "summary"),
            ("tre_han", "timeliness"),
            ("chenh_lech", "differences"),
            ("canh_bao", "findings"),
        ):
            found[key] = Anchor(key, t(f"report.place.{key}", sheet=sheets[sheet]))
        for section in self._facts.outline:
            name = f"y_kien_{section.code}"
            found[name] = Anchor(name, t("report.place.voices", heading=section.heading))
        return found


def _timeliness(scope: str) -> str:
    return "tien_do" if scope == Tier.PROVINCE else f"tien_do_{scope}"
