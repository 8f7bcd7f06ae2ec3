"""What units wrote in their own words as the report repeats it: single ideas, merged, those of most units first.

A text is taken apart into its clauses. A clause whose figures differ from unit to unit is nobody's in particular and
is left out, and so is one that says that there was nothing; the internal document has every text as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from cchc.folding import CAPITALS, folded
from cchc.report.narrative_rules import TextRules
from cchc.report.unit_texts import NUMBER, gapped, sound_lines
from cchc.units import Unit

_END = re.compile(rf";\s*|\.\s+(?=[{CAPITALS}])")
_BULLET = re.compile(r"^\s*(?:[-+*•–]|\(?[0-9]{1,2}[.)]|\(?[a-zđ][.)])\s*")
_ZERO = re.compile(r"(?<![\d.,/])0+(?![\d.,/])")
_FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Clause:
    """One idea and the units that wrote it or nearly the same."""

    text: str
    units: tuple[Unit, ...]


def clauses(text: str, rules: TextRules) -> Iterator[str]:
    """The ideas of one text that may be repeated: without bullets, subjects and what says that there was nothing."""
    for line in sound_lines(text):
        for piece in _END.split(_BULLET.sub("", line)):
            own = _without_subject(piece.strip(" .;,-"), rules)
            if says_something(own, rules):
                yield own[:1].upper() + own[1:]


def says_something(clause: str, rules: TextRules) -> bool:
    """Whether a clause is an idea: not too short or long, not 'không phát sinh' nor '0 hồ sơ', no fragment."""
    if not rules.least_characters <= len(clause) <= rules.characters:
        return False
    plain = folded(clause)
    if sum(letter.isalpha() for letter in plain) < _FEWEST_LETTERS or _ZERO.search(clause):
        return False
    return not any(plain.startswith(folded(phrase)) for phrase in (*rules.nothing, *rules.fragments))


def _without_subject(clause: str, rules: TextRules) -> str:
    """`Đơn vị duy trì giao ban` -> `duy trì giao ban`: many speak, and they are named behind."""
    for subject in sorted(rules.subjects, key=len, reverse=True):
        rest = clause.removeprefix(f"{subject} ")
        # `Đơn vị sự nghiệp` is no subject with its verb, and a name goes on with a capital.
        if rest != clause and rest[:1].islower() and not rest.startswith(rules.nouns):
            return rest
    return clause


def merged(
    units: Sequence[Unit],
    texts: Mapping[str, str],
    rules: TextRules,
    similar_percent: int,
    told: Sequence[str] = (),
) -> list[Clause]:
    """The ideas of many texts, those of most units first; what is in `told` already is not told again.

    texts: by the unit's code. Two clauses are the same from `similar_percent` on, whatever their figures; where the
    figures of the same clause differ, it is left out.
    """
    said = [
        (unit, clause) for unit in units for clause in dict.fromkeys(clauses(texts.get(unit.code, ""), rules))
    ]
    if not said:
        return []
    distinct = list(dict.fromkeys(gapped(clause) for _, clause in said))
    before = [gapped(one) for one in told]
    heads: dict[str, str] = {}
    known = list[str]()
    for one in distinct:
        found = process.extractOne(one, known, scorer=fuzz.ratio, score_cutoff=similar_percent)
        heads[one] = found[0] if found else one
        if not found:
            known.append(one)
    groups: dict[str, list[tuple[Unit, str]]] = {}
    for unit, clause in said:
        groups.setdefault(heads[gapped(clause)], []).append((unit, clause))
    found_clauses = [
        Clause(group[0][1], tuple(dict.fromkeys(unit for unit, _ in group)))
        for head, group in groups.items()
        if len({tuple(NUMBER.findall(clause)) for _, clause in group}) == 1
        and not process.extractOne(head, before, scorer=fuzz.ratio, score_cutoff=similar_percent)
    ]
    return sorted(found_clauses, key=lambda clause: -len(clause.units))
