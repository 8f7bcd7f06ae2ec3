"""What units wrote in their own words, grouped under the headings; near-identical texts are told once.

A line whose figures or days contradict each other is not repeated in the province's name: it is left out, counted,
and stands with its fault on the sheet of warnings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from cchc.claims import check_text
from cchc.documents.text import clean
from cchc.folding import folded
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.outline import Section

NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_NOTHING = frozenset({"", "-", "không", "không có", "không phát sinh", "không có nội dung"})


@dataclass(frozen=True)
class Voice:
    """One text and the units that wrote it or nearly the same. `gapped`: each gave numbers of its own."""

    text: str
    units: tuple[Unit, ...]
    gapped: bool = False


def voices(
    section: Section,
    units: Sequence[Unit],
    narratives: Mapping[str, Mapping[str, str]],
    similar_percent: int,
    limit: int,
) -> list[Voice]:
    """Texts of one section: those of most units first, then in the order of the units.

    Two texts count as the same when their similarity, whatever their numbers, reaches `similar_percent`; the first
    one speaks for all. Where their numbers differ, the numbers are left out: no unit is quoted with another one's
    figure.
    Texts of more than `limit` characters are cut, and say so. 'Không' and the like say nothing.
    """
    said = [
        (unit, "\n".join(sound_lines(narratives.get(unit.code, {}).get(section.code, "")))) for unit in units
    ]
    said = [(unit, text) for unit, text in said if folded(text).strip(" .") not in _NOTHING]
    if not said:
        return []
    worded = [gapped(text[:limit]) for _, text in said]
    scores = process.cdist(worded, worded, scorer=fuzz.ratio, score_cutoff=similar_percent)
    spoken_by: dict[int, list[Unit]] = {}
    taken: set[int] = set()
    for first, (unit, _) in enumerate(said):
        if first in taken:
            continue
        same = [
            n for n in range(first + 1, len(said)) if n not in taken and scores[first][n] >= similar_percent
        ]
        taken.update(same)
        spoken_by[first] = [unit, *(said[n][0] for n in same)]
    texts = dict(said)
    found = [
        _voice(said[first][1], [texts[unit] for unit in spoken], spoken, limit)
        for first, spoken in spoken_by.items()
    ]
    return sorted(found, key=lambda voice: -len(voice.units))


@lru_cache(maxsize=4096)
def sound_lines(text: str) -> tuple[str, ...]:
    """The lines of a unit's text, cleaned, without those that the claim checker finds at fault."""
    lines = _lines(text)
    while lines:
        tidy = "\n".join(lines)
        faults = check_text(tidy).faults
        if not faults:
            break
        at_fault = {
            line
            for fault in faults
            for line in range(tidy.count("\n", 0, fault.start), tidy.count("\n", 0, fault.end) + 1)
        }
        gone = _whole_sentences(lines, at_fault)
        lines = [line for place, line in enumerate(lines) if place not in gone]
    return tuple(lines)


def _whole_sentences(lines: Sequence[str], at_fault: set[int]) -> set[int]:
    """The lines at fault with those over which their sentences run on: no fragment of a torn sentence stays."""
    found = set(at_fault)
    for place in sorted(at_fault):
        while place > 0 and _runs_on(lines[place - 1], lines[place]):
            place -= 1
            found.add(place)
    for place in sorted(at_fault):
        while place + 1 < len(lines) and _runs_on(lines[place], lines[place + 1]):
            place += 1
            found.add(place)
    return found


def _runs_on(line: str, following: str) -> bool:
    """Whether a sentence goes from one line to the next, as in text that was pasted from a PDF."""
    first = following[0]
    return line[-1] not in ".;:!?…" and (first.islower() or first.isdigit() or first in '(,%“"')


def left_out(units: Sequence[Unit], narratives: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """How many lines of each unit are not repeated, by the unit's code; units without any are not in it."""
    found: dict[str, int] = {}
    for unit in units:
        for text in narratives.get(unit.code, {}).values():
            if gone := len(_lines(text)) - len(sound_lines(text)):
                found[unit.code] = found.get(unit.code, 0) + gone
    return found


def _voice(text: str, same: Sequence[str], units: Sequence[Unit], limit: int) -> Voice:
    """The text itself when all give the same numbers, else the text with a gap for each number."""
    differ = len({tuple(NUMBER.findall(one)) for one in same}) > 1
    return Voice(_cut(gapped(text) if differ else text, limit), tuple(units), differ)


def gapped(text: str) -> str:
    """The text with a gap for each number: what two texts have in common whatever their figures."""
    return NUMBER.sub("…", text)


def _lines(text: str) -> list[str]:
    """Clean lines without empty ones."""
    return [line.strip() for line in clean(text).splitlines() if line.strip()]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rstrip() + t("report.cut")
