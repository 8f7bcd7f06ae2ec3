"""What units wrote in their own words, grouped under the headings; near-identical texts are told once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from cchc.intake import Section
from cchc.report.figures import clean
from cchc.texts import t
from cchc.units import Unit

_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_NOTHING = frozenset({"", "-", "không", "không có", "không phát sinh", "không có nội dung"})


@dataclass(frozen=True)
class Voice:
    """One text and the units that wrote it or nearly the same."""

    text: str
    units: tuple[Unit, ...]


def voices(
    section: Section,
    units: Sequence[Unit],
    narratives: Mapping[str, Mapping[str, str]],
    similar_percent: int,
    limit: int,
) -> list[Voice]:
    """Texts of one section: those of most units first, then in the order of the units.

    Two texts count as the same when their similarity reaches `similar_percent`; the first one speaks for all.
    Where their numbers differ, the numbers are left out: no unit is quoted with another one's figure.
    Texts of more than `limit` characters are cut, and say so. 'Không' and the like say nothing.
    """
    said = [(unit, _tidy(narratives.get(unit.code, {}).get(section.code, ""))) for unit in units]
    said = [(unit, text) for unit, text in said if text.lower().strip(" .") not in _NOTHING]
    if not said:
        return []
    scores = process.cdist(
        [text[:limit] for _, text in said], [text[:limit] for _, text in said], scorer=fuzz.ratio,
        score_cutoff=similar_percent,
    )  # fmt: skip
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
        Voice(_cut(_common(said[first][1], [texts[unit] for unit in spoken]), limit), tuple(spoken))
        for first, spoken in spoken_by.items()
    ]
    return sorted(found, key=lambda voice: -len(voice.units))


def _common(text: str, same: Sequence[str]) -> str:
    """The text itself when all give the same numbers, else the text with a gap for each number."""
    if len({tuple(_NUMBER.findall(one)) for one in same}) == 1:
        return text
    return _NUMBER.sub("…", text)


def _tidy(text: str) -> str:
    """Clean lines without empty ones."""
    return "\n".join(line.strip() for line in clean(text).splitlines() if line.strip())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rstrip() + t("report.cut")
