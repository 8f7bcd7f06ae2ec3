"""Names as exports write them, and finding the unit of our register that one means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from cchc.errors import CchcError
from cchc.folding import folded, loose, visible
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import Unit, UnitRegister

SHOWN_UNITS, LIKE = 3, 72.0  # a likeness in per cent
# Family names that nearly every Vietnamese bears, with and without accents.
_FAMILY = re.compile(
    "nguyễn|nguyen|trần|tran|lê|phạm|pham|huỳnh|huynh|hoàng|hoang|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|duong|lý|đoàn|"
    "trịnh|trinh|đinh|lâm|mai|trương|truong|cao|châu|thạch|danh|quách|tạ|tô|tăng|kiều|lương|vương"
)
_NUMBER_OR_ADDRESS = re.compile(r"@|(?:\d[ .\-]?){9,}")
_PEOPLES_COMMITTEE = re.compile(r"^(ubnd|uy ban nhan dan) ")


def is_personal(text: str) -> bool:
    """A telephone or identity number, or an address of electronic mail; the macro of that name does the same."""
    return _NUMBER_OR_ADDRESS.search(text) is not None


def may_be_person(text: str) -> bool:
    """Whether a text reads like a person's name or an identity or telephone number: no list of words has such."""
    words = visible(text).split()
    named = (
        2 <= len(words) <= 6
        and _FAMILY.fullmatch(folded(words[0]))
        and all(word[:1].isupper() and word.isalpha() for word in words)
    )
    return bool(named) or is_personal(text)


class UnitFinder:
    """Maps the unit cells of an export to the register: code or name exactly, then the name without its accents.

    `day`: when several units bear a name, the one valid on that day is meant. `aliases`: text of the export
    -> code of the register, looked at first.
    """

    def __init__(self, units: UnitRegister, day: date, aliases: Mapping[str, str]) -> None:
        self._day = day
        self._exact: dict[str, list[Unit]] = defaultdict(list)
        self._normalised: dict[str, list[Unit]] = defaultdict(list)
        for unit in units.all:
            if not unit.reports:  # a province is in the register as a parent, it handles nothing
                continue
            for text in (unit.code, unit.name):
                self._exact[folded(text)].append(unit)
            self._normalised[_key(unit.name)].append(unit)
        self._aliases = {loose(text): code for text, code in aliases.items()}
        known = {unit.code for unit in units.all}
        for text, code in aliases.items():
            if code not in known:
                raise CchcError(t("sources.config.alias_unit", text=text, code=code))

    def find(self, code: str, name: str) -> tuple[str | None, str | None]:
        """(code of the register, None) or (None, reason key): `no_unit`, `unknown_unit`, `ambiguous_unit`,
        `unit_disagrees` (the code cell and the name cell mean two units)."""
        code, name = code.strip(), name.strip()
        if not code and not name:
            return None, "no_unit"
        found, faults = [], []
        for text in filter(None, (code, name)):
            unit, fault = self._one(text)
            if unit is not None:
                found.append(unit)
            elif fault is not None:
                faults.append(fault)
        if len(set(found)) == 1:
            return found[0], None
        if found:
            return None, "unit_disagrees"
        return None, "ambiguous_unit" if "ambiguous_unit" in faults else "unknown_unit"

    def nearest(self, text: str) -> tuple[str, ...]:
        """At most three units valid on the day whose names are like `text`, best first, as 'name (code)'."""
        from rapidfuzz import fuzz, process

        choices = {
            f"{unit.name} ({unit.code})": key
            for key, units in self._normalised.items()
            for unit in units
            if unit.valid_on(self._day)
        }
        found = process.extract(_key(text), choices, scorer=fuzz.ratio, limit=SHOWN_UNITS, score_cutoff=LIKE)
        return tuple(name for _, _, name in found)

    def _one(self, text: str) -> tuple[str | None, str | None]:
        alias = self._aliases.get(loose(text))
        if alias is not None:
            return alias, None
        for candidates in (self._exact.get(folded(text)), self._normalised.get(_key(text))):
            if not candidates:
                continue
            codes = {unit.code for unit in candidates}
            if len(codes) > 1:
                codes = {unit.code for unit in candidates if unit.valid_on(self._day)}
            return (codes.pop(), None) if len(codes) == 1 else (None, "ambiguous_unit")
        return None, "unknown_unit"


def _key(name: str) -> str:
    """Normalised name without 'UBND' before it: exports write it or not."""
    return _PEOPLES_COMMITTEE.sub("", loose(name))
