"""Where each figure of the report's text stands: a row of its appendix, and a row of the Excel appendix.

The text carries links to bookmarks of the docx itself; each link names the row of the xlsx in its tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from cchc.documents.marking import Marking
from cchc.documents.places import Anchor
from cchc.errors import CchcError
from cchc.figures.facts import RoundFacts
from cchc.texts import t, table
from cchc.units import Tier, Unit

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


class ReportAnchors:
    """The anchors of one report."""

    def __init__(self, facts: RoundFacts, marking: Marking) -> None:
        self._facts, self._marking = facts, marking
        self._sheets = table("appendix.sheets")

    def indicator(self, code: str) -> Anchor:
        return self._indicators[code]

    def of_unit(self, code: str, unit: Unit) -> Anchor:
        """The indicator's row; the place is the unit's cell in the xlsx."""
        # heading rows: section, name, measure, totals, coverage, codes (see appendix_units)
        totals = len(self._facts.tiers) + 1 if len(self._facts.tiers) > 1 else 1
        row = first_table_row(self._marking, notes=2) + 3 + totals + 2 + self._places[unit.code]
        place = t("report.place.unit", sheet=self._sheets["units"], row=row + 1, code=code)
        return Anchor(self._indicators[code].name, place)

    def field(self, place: int) -> Anchor:
        """The row of a field (from 1) in the table of fields; the one after the last is the total."""
        row = first_table_row(self._marking, FIELD_NOTES) + place
        text = t("report.place.field", section=self._field_section, sheet=self._sheets["fields"], row=row + 1)
        return Anchor(f"linh_vuc_{place}", text)

    @property
    def _field_section(self) -> int:
        """Its heading's number in Phụ lục II: after the reconciliation, which is only there with system figures."""
        return 5 if self._facts.system else 4

    def named(self, name: str) -> Anchor:
        """What `dan(value, name)` in a template may name. CchcError with the known names otherwise."""
        if name not in self.names:
            raise CchcError(
                t("documents.template.unknown_place", place=name, known=", ".join(sorted(self.names)))
            )
        return self.names[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {unit.code: place for place, unit in enumerate(self._facts.units)}

    @cached_property
    def _indicators(self) -> Mapping[str, Anchor]:
        rows = summary_rows(self._facts, first_table_row(self._marking))
        found: dict[str, Anchor] = {}
        for number, indicator in enumerate(self._facts.indicators, start=1):
            place = t(
                "report.place.indicator",
                number=number,
                sheet=self._sheets["summary"],
                row=rows[indicator.code] + 1,
                code=indicator.code,
            )
            # The number keeps two codes apart that differ in punctuation only.
            name = "cs_" + re.sub(r"[^0-9A-Za-z]", "_", indicator.code)[:24] + f"_{number}"
            found[indicator.code] = Anchor(name, place)
        return found

    @cached_property
    def names(self) -> Mapping[str, Anchor]:
        """Anchors of whole tables and of the rows of timeliness by name."""
        sheets, found = self._sheets, dict[str, Anchor]()
        start = first_table_row(self._marking)
        tiers = table("report.tiers")
        for offset, scope in enumerate([*self._facts.tiers, Tier.PROVINCE], start=1):
            key = "tien_do" if scope == Tier.PROVINCE else f"tien_do_{scope}"
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
            ("dinh_chinh", "summary"),
        ):
            found[key] = Anchor(key, t(f"report.place.{key}", sheet=sheets[sheet]))
        place = t("report.place.linh_vuc", section=self._field_section, sheet=sheets["fields"])
        found["linh_vuc"] = Anchor("linh_vuc", place)
        for section in self._facts.outline:
            name = f"y_kien_{section.code}"
            found[name] = Anchor(name, t("report.place.voices", heading=section.heading))
        return found
