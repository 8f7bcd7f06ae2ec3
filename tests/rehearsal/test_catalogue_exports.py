"""The synthetic catalogue: what the system counts of its lists is what is so of the procedures."""

from __future__ import annotations

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import CATALOGUE, catalogue_figures, freeze_snapshot, land_file
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import REPORT_KINDS, Calendar
from cchc_rehearsal.catalogue_exports import CatalogueYear


def test_every_round_counts_the_truth_of_its_window(store: Store, instance: Instance) -> None:
    province, units = CatalogueYear(2026, 1), UnitRegister.load()
    instance.export_drop.mkdir(parents=True)
    seen = set()
    for round_ in (one for one in Calendar.load().rounds(2026) if one.kind in REPORT_KINDS):
        assert round_.window is not None
        last = round_.window.last
        path = instance.export_drop / f"danh-muc_{last}.csv"
        path.write_bytes(province.file(last))
        assert land_file(store, instance, path, units, at(last, 19)).rows_quarantined == 0
        freeze_snapshot(store, instance, CATALOGUE, last, at(last, 23))
        found = catalogue_figures(store, instance, round_.window, at(last, 23))
        assert found is not None
        truth = province.truth(round_.window)
        assert {code: int(one.value or 0) for code, one in found.figures.items()} == truth
        assert truth["III.2.4"] + truth["III.2.5"] > truth["III.2.3"] > 150
        seen.add(truth["III.2.3"])
    assert len(seen) > 1, "the list changes within the year"
