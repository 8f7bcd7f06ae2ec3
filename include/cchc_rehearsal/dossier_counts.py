"""The truth about the synthetic dossiers: counted one by one in plain Python, sharing nothing with the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from cchc.units import REPORTING_TIERS, Tier
from cchc_rehearsal.dossiers import NEW, ONLINE, POST, PROCEDURES, RECEIVED, STOPPED, SUPPLEMENT, Dossier
from cchc_rehearsal.export_parts import KnownValue, known_count, known_share


@dataclass(slots=True)
class DossierCounts:
    total: int = 0
    online: int = 0
    counter: int = 0
    carried: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_term: int = 0
    overdue: int = 0
    post: int = 0
    post_returned: int = 0
    processed: int = 0
    level_received: int = 0
    level_online: int = 0
    groups: defaultdict[tuple[str | int, str], int] = field(default_factory=lambda: defaultdict(int))


def count_dossiers(dossiers: Iterable[Dossier], first: int, last: int) -> defaultdict[int, DossierCounts]:
    """The counts of each unit (by its index) for the days `first` to `last`, as known on the last of them."""
    counts: defaultdict[int, DossierCounts] = defaultdict(DossierCounts)
    for dossier in dossiers:
        mine = counts[dossier.unit]  # from now on the unit is covered
        received = dossier.received
        if received is None or received > last:
            continue
        ended = dossier.end(last)
        if dossier.returned is not None and first <= dossier.returned <= last:
            mine.post_returned += dossier.return_channel == POST
        if ended is not None and ended < first:
            continue
        _, field_name, level, _, _ = PROCEDURES[dossier.procedure]
        mine.total += 1
        if received < first:
            mine.carried += 1
        elif dossier.channel == ONLINE:
            mine.online += 1
        else:
            mine.counter += 1
            mine.post += dossier.channel == POST
        if received >= first and level > 2:
            mine.level_received += 1
            mine.level_online += dossier.channel == ONLINE
        mine.processed += dossier.status(last) not in (NEW, RECEIVED)
        if ended is None:
            waiting = dossier.status(last) in (SUPPLEMENT, STOPPED)
            if waiting or dossier.due is None or dossier.due >= last:
                mine.in_term += 1
            else:
                mine.overdue += 1
            continue
        if dossier.withdrawn or dossier.due is None or ended == dossier.due:
            verdict = "on_time"
        else:
            verdict = "early" if ended < dossier.due else "late"
        setattr(mine, verdict, getattr(mine, verdict) + 1)
        for group, belongs in (("land", field_name == "Đất đai"), ("build", "xây dựng" in field_name)):
            if belongs:
                mine.groups[group, "resolved"] += 1
                mine.groups[group, "in_time"] += verdict != "late"
        if level > 2:
            mine.groups[level, "resolved"] += 1
            mine.groups[level, "online"] += dossier.channel == ONLINE
    return counts


def dossier_figures(counts: DossierCounts, tier: str) -> dict[str, KnownValue]:
    resolved = counts.early + counts.on_time + counts.late
    in_time = counts.early + counts.on_time
    groups = counts.groups
    plain = {
        "T06.1": counts.total,
        "T06.2": counts.online,
        "T06.3": counts.counter,
        "T06.4": counts.carried,
        "T06.5": resolved,
        "T06.6": counts.early,
        "T06.7": counts.on_time,
        "T06.8": counts.late,
        "T06.9": counts.in_term + counts.overdue,
        "T06.10": counts.in_term,
        "T06.11": counts.overdue,
        "VII.5.4": counts.post,
        "VII.5.5": counts.post_returned,
    }
    shares = {
        "T06.R": (in_time, resolved),
        "OS.1": (counts.processed, counts.total),
        "OS.2": (counts.level_online, counts.level_received),
        "VII.4.3": (groups[3, "online"], groups[3, "resolved"]),
        "VII.4.4": (groups[4, "online"], groups[4, "resolved"]),
    }
    if tier in REPORTING_TIERS:
        base = 6 if tier == Tier.COMMUNE else 1
        plain |= {f"III.6.{base}": counts.online + counts.counter, f"III.6.{base + 1}": resolved}
        shares |= {
            f"III.6.{base + 2}": (in_time, resolved),
            f"III.6.{base + 3}": (groups["land", "in_time"], groups["land", "resolved"]),
            f"III.6.{base + 4}": (groups["build", "in_time"], groups["build", "resolved"]),
        }
    return {code: known_count(number) for code, number in plain.items()} | {
        code: known_share(part, whole) for code, (part, whole) in shares.items()
    }
