"""From a unit's counts to the figures of the appendix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cchc.indicators.numbers import ratio
from cchc.sources.counting import Counts
from cchc.units import Tier


@dataclass(frozen=True)
class SystemFigure:
    """A count (`value` only) or a share in per cent with its parts; a share of nothing has no value."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def count(number: int) -> SystemFigure:
    return SystemFigure(Decimal(number))


def share(numerator: int, denominator: int) -> SystemFigure:
    """Per cent with two decimals, half up; 0/0 is empty, never 0 %."""
    top, bottom = Decimal(numerator), Decimal(denominator)
    return SystemFigure(ratio(top, bottom, decimals=2), top, bottom)


# Indicators that are a count of counts.sql.
_ONE_STOP_COUNTS = {
    "T06.1": "total",
    "T06.2": "received_online",
    "T06.3": "received_direct_or_post",
    "T06.4": "carried_over",
    "T06.5": "resolved",
    "T06.6": "early",
    "T06.7": "on_time",
    "T06.8": "late",
    "T06.9": "still_open",
    "T06.10": "in_term",
    "T06.11": "overdue",
    "VII.5.4": "received_by_post",
}
# Received, resolved, in time, in time (land), in time (construction): the appendix has one block a tier. The
# register of indicators passes the district's block to the provincial bodies since July 2025.
_BLOCKS: dict[str, tuple[str, str, str, str, str]] = {
    Tier.BODY: ("III.6.1", "III.6.2", "III.6.3", "III.6.4", "III.6.5"),
    Tier.DISTRICT: ("III.6.1", "III.6.2", "III.6.3", "III.6.4", "III.6.5"),
    Tier.COMMUNE: ("III.6.6", "III.6.7", "III.6.8", "III.6.9", "III.6.10"),
}
_SENT_COUNTS = {
    "VB.1": "sent",
    "VB.2": "sent_paper",
    "VB.3": "sent_electronic",
    "VB.4": "sent_both",
    "VII.2.3": "sent",
}
_RECEIVED_COUNTS = {
    "VB.5": "received",
    "VB.6": "received_paper",
    "VB.7": "received_electronic",
    "VB.8": "received_both",
}


def one_stop_figures(
    counts: Counts,
    tier: str,
    *,
    has_level: bool,
    has_return_channel: bool,
    communes: Counts | None = None,
) -> dict[str, SystemFigure]:
    """Figures of one unit by indicator. Optional columns that no export has give no figure at all, nor does a
    channel or a field that is unknown of any of the dossiers that the figure counts.

    `communes`: counts of the communes below the unit together; a district also reported their block.
    """
    in_time = counts["early"] + counts["on_time"]
    figures = {code: count(counts[name]) for code, name in _ONE_STOP_COUNTS.items()}
    figures["T06.R"] = share(in_time, counts["resolved"])
    figures["OS.1"] = share(counts["processed"], counts["total"])
    if tier in _BLOCKS:
        figures |= _block(tier, counts)
    if communes is not None:
        figures |= _block(Tier.COMMUNE, communes)
    if has_return_channel:
        figures["VII.5.5"] = count(counts["returned_by_post"])
    if has_level:
        figures["OS.2"] = share(counts["level_online"], counts["level_received"])
        figures["VII.4.3"] = share(counts["level_3_online"], counts["level_3_resolved"])
        figures["VII.4.4"] = share(counts["level_4_online"], counts["level_4_resolved"])
    for code in _unknowable(counts, tier, communes):
        figures.pop(code, None)
    return figures


def _unknowable(counts: Counts, tier: str, communes: Counts | None) -> Iterator[str]:
    """Figures that ask for a column which the dossiers' export does not have."""
    if counts.get("received_channel_unknown", 0):
        yield from ("T06.2", "T06.3", "VII.5.4", "OS.2")
    if counts.get("resolved_channel_unknown", 0):
        yield from ("VII.4.3", "VII.4.4")
    for block, told in ((tier, counts), (Tier.COMMUNE, communes)):
        if told is not None and told.get("resolved_field_unknown", 0) and block in _BLOCKS:
            yield from _BLOCKS[block][3:]


def _block(tier: str, counts: Counts) -> dict[str, SystemFigure]:
    received, resolved, on_time, land, construction = _BLOCKS[tier]
    return {
        received: count(counts["received"]),
        resolved: count(counts["resolved"]),
        on_time: share(counts["early"] + counts["on_time"], counts["resolved"]),
        land: share(counts["land_in_time"], counts["land_resolved"]),
        construction: share(counts["construction_in_time"], counts["construction_resolved"]),
    }


def document_figures(
    counts: Counts, *, sent: bool, received: bool, has_signed: bool
) -> dict[str, SystemFigure]:
    """Figures of one unit by indicator; `sent`, `received`: which of the two registers covers the unit.

    VII.2.4 counts documents that are electronic only and digitally signed; VII.2.5 every electronic one,
    those that went on paper as well included (in the appendices seen the second share holds the first).
    """
    figures: dict[str, SystemFigure] = {}
    if received:
        figures |= {code: count(counts[name]) for code, name in _RECEIVED_COUNTS.items()}
    if sent:
        figures |= {code: count(counts[name]) for code, name in _SENT_COUNTS.items()}
        figures["VII.2.5"] = share(counts["sent_electronic_at_all"], counts["sent"])
        if has_signed:
            figures["VII.2.4"] = share(counts["sent_wholly_electronic"], counts["sent"])
            figures["VB.11"] = share(counts["signed"], counts["sent"])
    return figures
