"""The cell formats of a workbook's styles.xml: one's own with another fill, and new ones.

Nothing that is there changes, for other cells have it too.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from cchc.office.package import BadArchive
from cchc.workbooks.edited import NS, put_in_order
from cchc.workbooks.form_workbook import FONT

_NO_FILL = '<fill><patternFill patternType="none"/></fill>'
# What a list begins with, where a program left it out; programs take the first two fills for these, whatever is there.
_FIRST = {
    "fonts": (f'<font><sz val="11"/><name val="{FONT}"/><family val="1"/></font>',),
    "fills": (_NO_FILL, '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
_SIDES = "".join(
    f'<{side} style="thin"><color rgb="FF8C8C8C"/></{side}>' for side in ("left", "right", "top", "bottom")
)


@dataclass(frozen=True)
class Look:
    """A format of a cell that the form does not have. Colours as `#RRGGBB`; alignment: attributes."""

    bold: bool = False
    size: int = 11
    colour: str = ""
    underlined: bool = False
    fill: str | None = None
    grid: bool = False
    alignment: str = 'vertical="center"'


def empty_styles() -> Any:
    """The root of a styles.xml in which there is the one style that every workbook has."""
    normal = '<cellStyle name="Normal" xfId="0" builtinId="0"/>'
    return etree.fromstring(
        f'<styleSheet xmlns="{NS[1:-1]}"><cellStyleXfs count="1">{_FIRST["cellXfs"][0]}</cellStyleXfs>'
        f'<cellStyles count="1">{normal}</cellStyles></styleSheet>'
    )


class CellStyles:
    """Formats by their number (`s` of a cell). BadArchive for lists that cannot be understood."""

    def __init__(self, root: Any) -> None:
        self._lists = {name: _list(root, name) for name in _FIRST}
        self._places = {
            name: {_key(child): place for place, child in reversed(list(enumerate(_members(found))))}
            for name, found in self._lists.items()
        }
        self._xfs = _members(self._lists["cellXfs"])
        self._filled: dict[tuple[int, str | None], int] = {}

    def filled(self, style: int, colour: str | None) -> int:
        """The format with that fill and nothing else changed; None: without a fill."""
        if (style, colour) not in self._filled:
            xf = deepcopy(self._xf(style))
            xf.attrib.update({"fillId": str(self._fill(colour)), "applyFill": "1"})
            self._filled[style, colour] = self._place("cellXfs", xf)
        return self._filled[style, colour]

    def look(self, look: Look) -> int:
        """The format of a look."""
        colour = f'<color rgb="FF{look.colour[1:]}"/>' if look.colour else ""
        font = self._place(
            "fonts",
            _parsed(
                f'<font>{"<b/>" * look.bold}{"<u/>" * look.underlined}<sz val="{look.size}"/>{colour}'
                f'<name val="{FONT}"/><family val="1"/></font>'
            ),
        )
        lines = f"<border>{_SIDES}<diagonal/></border>" if look.grid else _FIRST["borders"][0]
        border = self._place("borders", _parsed(lines))
        return self._place(
            "cellXfs",
            _parsed(
                f'<xf numFmtId="0" fontId="{font}" fillId="{self._fill(look.fill)}" borderId="{border}" applyFont="1" '
                f'applyFill="1" applyBorder="1" applyAlignment="1"><alignment {look.alignment}/></xf>'
            ),
        )

    def colour(self, style: int) -> str | None:
        """The colour that fills cells of a format, as `#RRGGBB`; None for no fill, '' for another kind of one."""
        pattern = self._of(style, "fills", "fillId").find(f"{NS}patternFill")
        if pattern is None:
            return ""
        kind = pattern.get("patternType", "none")
        if kind != "solid":
            return None if kind == "none" else ""
        colour = pattern.find(f"{NS}fgColor")
        rgb = "" if colour is None else colour.get("rgb", "")
        return f"#{rgb[-6:].upper()}" if rgb else ""

    def is_locked(self, style: int) -> bool:
        protection = self._xf(style).find(f"{NS}protection")
        return protection is None or protection.get("locked", "1") not in ("0", "false")

    def has_border(self, style: int) -> bool:
        """Whether there is a line at the left."""
        left = self._of(style, "borders", "borderId").find(f"{NS}left")
        return left is not None and left.get("style", "none") != "none"

    def _xf(self, style: int) -> Any:
        if not 0 <= style < len(self._xfs):
            raise BadArchive
        return self._xfs[style]

    def _of(self, style: int, name: str, attribute: str) -> Any:
        return _members(self._lists[name])[int(self._xf(style).get(attribute, "0"))]

    def _fill(self, colour: str | None) -> int:
        if colour is None:
            return self._place("fills", _parsed(_NO_FILL))
        return self._place(
            "fills",
            _parsed(
                f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour[1:]}"/>'
                '<bgColor indexed="64"/></patternFill></fill>'
            ),
        )

    def _place(self, name: str, element: Any) -> int:
        """The number of an equal member of a list, put at its end if there is none."""
        places: dict[tuple[object, ...], int] = self._places[name]
        found = self._lists[name]
        key = _key(element)
        if key not in places:
            places[key] = len(_members(found))
            found.append(element)
            found.set("count", str(places[key] + 1))
            if name == "cellXfs":
                self._xfs.append(element)
        return places[key]


def _list(root: Any, name: str) -> Any:
    found = root.find(f"{NS}{name}")
    if found is None:
        found = etree.Element(f"{NS}{name}")
        put_in_order(root, found)
    for first in _FIRST[name][len(_members(found)) :]:
        found.append(_parsed(first))
    found.set("count", str(len(_members(found))))
    return found


def _members(found: Any) -> list[Any]:
    return [child for child in found if isinstance(child.tag, str)]


def _parsed(xml: str) -> Any:
    return etree.fromstring(f'<in xmlns="{NS[1:-1]}">{xml}</in>')[0]


def _key(element: Any) -> tuple[object, ...]:
    """What makes two members equal, whatever the order of their attributes."""
    return (element.tag, frozenset(element.attrib.items()), *(_key(child) for child in _members(element)))
