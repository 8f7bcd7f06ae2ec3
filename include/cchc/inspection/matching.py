"""Which rows of the team's workbook are new: a row is known by what it says, wherever it stands now.

People put rows on top and sort them; the place of a row says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from cchc.folding import folded
from cchc.inspection.findings import InspectionFinding
from cchc.store import Row

_ALIKE = 0.6  # of the letters of two texts; below, a row is another finding and not the same one reworded


@dataclass(frozen=True)
class Matched:
    """`new`: to be sent, numbered behind those that were. `changed`: rows that say something else than what was sent,
    each with the number of what was sent."""

    new: list[InspectionFinding]
    changed: list[tuple[InspectionFinding, int]]


def match_findings(found: Iterable[InspectionFinding], sent: Sequence[Row]) -> Matched:
    """Compare the rows with what was sent. A row that is there twice counts once."""
    known = {(row["unit_code"], _says(row["content"], row["order_text"])) for row in sent}
    rows = {(one.unit_code, _says(one.content, one.order_text)): one for one in reversed(list(found))}
    unknown = [one for key, one in reversed(rows.items()) if key not in known]
    gone = [row for row in sent if (row["unit_code"], _says(row["content"], row["order_text"])) not in rows]
    last: dict[str, int] = defaultdict(int)
    for row in sent:
        last[row["unit_code"]] = max(last[row["unit_code"]], row["number"])
    new, changed = list[InspectionFinding](), list[tuple[InspectionFinding, int]]()
    for finding in unknown:
        earlier = next((row for row in gone if _reworded(finding, row)), None)
        if earlier is not None:
            gone.remove(earlier)
            changed.append((finding, earlier["number"]))
        else:
            last[finding.unit_code] += 1
            new.append(replace(finding, number=last[finding.unit_code]))
    return Matched(new, changed)


def _says(content: str, order: str) -> tuple[str, str]:
    return " ".join(folded(content).split()), " ".join(folded(order).split())


def _reworded(finding: InspectionFinding, row: Row) -> bool:
    """Whether a row says in other words what was sent to the unit and stands in the workbook no longer."""
    if finding.unit_code != row["unit_code"]:
        return False
    pairs = zip(
        _says(finding.content, finding.order_text), _says(row["content"], row["order_text"]), strict=True
    )
    return any(SequenceMatcher(None, one, other).ratio() >= _ALIKE for one, other in pairs)
