"""A round's bar: on time, late, waiting for us, missing, pending; widths in thousandths that add up to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE = 1000
ORDER = ("on_time", "late", "waiting", "missing", "pending")


@dataclass(frozen=True)
class Segment:
    """One stretch of a bar, `x` and `width` out of 1000."""

    name: str
    count: int
    x: int
    width: int


def segments(counts: Mapping[str, int]) -> list[Segment]:
    """Stretches of the counts that are not nothing; together the whole bar, none of them invisible."""
    present = [(name, counts.get(name, 0)) for name in ORDER if counts.get(name, 0) > 0]
    total = sum(count for _, count in present)
    if not total:
        return []
    # One unit among many must still be seen: a narrow stretch gets six thousandths, the widest pays for it.
    widths = [max(6, WHOLE * count // total) for _, count in present]
    widths[widths.index(max(widths))] += WHOLE - sum(widths)
    found, x = [], 0
    for (name, count), width in zip(present, widths, strict=True):
        found.append(Segment(name, count, x, width))
        x += width
    return found
