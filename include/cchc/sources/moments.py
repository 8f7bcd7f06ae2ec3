"""How the days and hours of one column are written, decided by the column and never by a single cell.

`02/03/2026` alone may be either day; whether a software writes the month first, or two digits for a year, shows in
the other cells of its column. The view `dated` reads the cells with what is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cchc.folding import visible
from cchc.moments import DAY_FIRST, PLAIN, SHORT_YEARS, fits, with_times
from cchc.sources.tables.base import literal

_THREE = re.compile(r"(?<!\d)(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_SWAP = str.maketrans("dm", "md")
_MONTHS = 12
_LOOKED_AT = 200


@dataclass(frozen=True)
class Spelling:
    """What the cells of a date column show together; `swapped`: the month certainly stands before the day."""

    day_first: bool = False
    swapped: bool = False
    long_years: bool = False
    short_years: bool = False


def spelling(texts: Iterable[str]) -> Spelling:
    found = [match for match in (_THREE.search(visible(text)) for text in dict.fromkeys(texts)) if match]
    pairs = [(int(match[1]), int(match[3])) for match in found]
    day_first = any(first > _MONTHS >= second for first, second in pairs)
    odd = sum(second > _MONTHS >= first for first, second in pairs)
    # One odd cell among others is a typing fault; so is one that writes its zeros otherwise than they do.
    padded = any(part.startswith("0") for match in found for part in (match[1], match[3]))
    bare = any(len(part) == 1 for match in found for part in (match[1], match[3]))
    return Spelling(
        day_first=day_first,
        swapped=not day_first and not (padded and bare) and odd > 0 and (odd > 1 or odd == len(found)),
        long_years=any(len(match[4]) == 4 for match in found),
        short_years=any(len(match[4]) == 2 for match in found),
    )


def formats_of(found: Spelling, declared: Sequence[str]) -> tuple[str, ...]:
    """The formats to try on a column's tidied cells: those that its layout declares, then what software writes."""
    days = [*DAY_FIRST, *(SHORT_YEARS if found.short_years and not found.long_years else ())]
    if found.swapped:
        days = [day.translate(_SWAP) for day in days]
        declared = [one for one in declared if not re.search("%d.%m", one)]
    return tuple(dict.fromkeys([*declared, *with_times([*days, *PLAIN])]))


def usual_format(texts: Sequence[str], formats: Sequence[str]) -> str:
    """The format that most texts of a column have as they stand; the first one for a column without a date."""
    counts = Counter(dict.fromkeys(formats, 0))
    for text in texts[:_LOOKED_AT]:
        for name in formats:
            if not fits(text, name):
                continue
            try:
                datetime.strptime(text, name)  # noqa: DTZ007 - only whether it parses
            except ValueError:
                continue
            counts[name] += 1
            break
    return counts.most_common(1)[0][0]


def spellings(samples: Mapping[str, Sequence[str]]) -> dict[str, Spelling]:
    """Of every column; one whose cells leave the order open follows the other columns of its file."""
    found = {name: spelling(texts) for name, texts in samples.items()}
    swapped = any(one.swapped for one in found.values()) and not any(one.day_first for one in found.values())
    return {
        name: Spelling(False, True, one.long_years, one.short_years) if swapped else one
        for name, one in found.items()
    }


def date_cells(connection: Any, usual: Mapping[str, str], formats: Mapping[str, Sequence[str]]) -> None:
    """Make view `dated`: the columns of `cells`, and of each date column `<name>_moment`.

    `usual` and `formats` by column: see `usual_format` and `formats_of`. Every step is a projection of its own: what
    the next one names is computed once. A lambda would name it too, and compile its patterns anew every 2,048 rows.
    """
    steps = (
        lambda name: f"try_strptime({name}, {literal(usual[name])}) AS {name}_usual",
        lambda name: f"odd_text({name}, {name}_usual) AS {name}_odd",
        lambda name: f"zone_of({name}_odd) AS {name}_zone",
        lambda name: (
            f"CASE WHEN {name}_odd IS NULL THEN {name}_usual "
            f"ELSE odd_moment({name}_odd, {name}_zone, [{', '.join(map(literal, formats[name]))}]) END AS {name}_read"
        ),
        lambda name: (
            f"CASE WHEN {name}_read >= getvariable('earliest_day') THEN {name}_read END AS {name}_moment"
        ),
    )
    query = "cells"
    for step in steps:
        query = f"(SELECT *, {', '.join(map(step, usual))} FROM {query})"  # noqa: S608 - our columns, literals
    connection.execute(f"CREATE OR REPLACE TEMP VIEW dated AS FROM {query}")
