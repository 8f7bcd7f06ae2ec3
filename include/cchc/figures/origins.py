"""Where a figure of the appendix comes from, as the comment on its cell: files or snapshots with their hashes."""

from __future__ import annotations

from cchc.clock import vn_date, vn_instant
from cchc.documents.text import clean
from cchc.figures.facts import RoundFacts
from cchc.figures.shown import names
from cchc.figures.tally import Tally
from cchc.files import sha256_bytes
from cchc.texts import t, table
from cchc.units import Tier, Unit

_NAMED = 10


def of_unit(facts: RoundFacts, unit: Unit) -> str:
    """The file that holds the unit's figures; empty for a unit that sent none."""
    received = facts.received.get(unit.code)
    if received is None:
        return ""
    return t(
        "figures.origin.unit",
        file=clean(received.file_name),
        at=vn_instant(received.received_at),
        sha256=received.sha256,
    )


def of_total(facts: RoundFacts, line: Tally) -> str:
    """The reports behind a consolidated figure: how many, which are missing, and one hash over their files."""
    missing = [facts.unit_of[code].name for code in line.missing if code in facts.unit_of]
    out = {*line.missing, *line.stated}
    counted = [
        unit.code
        for unit in facts.units
        if line.scope in (Tier.PROVINCE, unit.tier)
        and facts.owes(unit, line.indicator)
        and unit.code not in out
    ]
    hashes = sorted(facts.received[code].sha256 for code in counted if code in facts.received)
    parts = [t("figures.origin.total", counted=line.units_counted, obliged=line.units_obliged)]
    if missing:
        parts.append(t("figures.origin.missing", names=clean(names(missing, _NAMED))))
    if hashes:
        digest = sha256_bytes("\n".join(hashes).encode())
        parts.append(t("figures.origin.files", count=len(hashes), sha256=digest))
    return "\n".join(parts)


def of_system(facts: RoundFacts, code: str) -> str:
    """The snapshots that the system's figure was counted from."""
    sources = table("sources.form_06.sources")
    return "\n".join(
        t(
            "figures.origin.snapshot",
            source=sources[stamp.source],
            cut_off=vn_date(stamp.cut_off),
            sha256=stamp.sha256,
        )
        for stamp in facts.snapshots.get(code, ())
    )
