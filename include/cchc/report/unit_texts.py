"""What units wrote in their own words, grouped under the headings; near-identical texts are told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from cchc.intake import Section
from cchc.report.figures import clean
from cchc.texts import t
from cchc.units import Unit

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
    found = [Voice(_cut(said[first][1], limit), tuple(spoken)) for first, spoken in spoken_by.items()]
    return sorted(found, key=lambda voice: -len(voice.units))


def _tidy(text: str) -> str:
    """Clean lines without empty ones."""
    return "\n".join(line.strip() for line in clean(text).splitlines() if line.strip())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rstrip() + t("report.cut")
