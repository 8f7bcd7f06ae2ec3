"""Figures of the catalogue of procedures: distinct by code, of the province as a whole, never added up over units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc.paths import Instance
from cchc.sources.columns import CATALOGUE
from cchc.sources.duck import connect, mappings, run
from cchc.sources.snapshots import Snapshot, find_snapshot
from cchc.sources.system_figures import SystemFigure, count
from cchc.store import Store
from cchc.year import Window

# Indicators that are a count of counts.sql; those of a level count the procedures that apply there.
INDICATORS: Mapping[str, str] = {
    "III.2.1": "published",
    "III.2.2": "ended",
    "III.2.3": "in_force",
    "III.2.4": "at_province",
    "III.2.5": "at_commune",
    "III.3.1": "is_public",
    "III.3.2": "online",
    "III.5.1": "linked_at_level",
    "III.5.2": "linked_between",
    "III.7.1": "on_portal",
    "III.7.2": "online",
    "III.7.3": "paid_online",
    "VII.4.1": "partly_online",
    "VII.4.2": "wholly_online",
    "VII.5.1": "by_post",
}


@dataclass(frozen=True)
class CatalogueFigures:
    """Figures by indicator, and the frozen catalogue behind them. What the lists do not tell has no figure."""

    figures: Mapping[str, SystemFigure]
    snapshot: Snapshot


def catalogue_figures(
    store: Store, instance: Instance, window: Window, at: datetime
) -> CatalogueFigures | None:
    """The figures of a window from the catalogue frozen at its end; None when none was frozen by `at`.

    In force: published by the window's last day and not ended by then. New and ended ones are those of the window, and
    need the days: without the column nobody knows.
    """
    snapshot = find_snapshot(store, instance, CATALOGUE, window.last)
    if snapshot is None or snapshot.frozen_at > at:
        return None
    with connect() as connection:
        values = {"path": str(snapshot.path), "first": window.first, "last": window.last}
        (counts,) = mappings(run(connection, "catalogue/counts.counts", **values))
    if not counts["in_force"]:  # a list of nothing is no list
        return CatalogueFigures({}, snapshot)
    known = {code: counts[name] for code, name in INDICATORS.items()}
    return CatalogueFigures(
        {code: count(number) for code, number in known.items() if number is not None}, snapshot
    )
