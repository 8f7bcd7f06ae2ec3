"""Reports that people wrote with faults: no set may lose what was found in it, and nothing right is called wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from cchc.claims import check_text
from cchc_rehearsal.bench.ra_soat import ClaimTally, Example
from cchc_rehearsal.written_reports import ReportSet, written_reports

# Percent of the faults that are found, of the right figures that are looked at. First looks stand in the room itself.
FLOORS = {
    "before": (93, 93),
    "first": (97, 90),
    "second": (98, 90),
    "third": (94, 92),
    "fourth": (94, 92),
    "fifth": (85, 90),
    "sixth": (96, 95),
    "seventh": (93, 88),
    "eighth": (81, 94),
    "ninth": (84, 96),
    "tenth": (93, 96),
    "eleventh": (67, 94),
    "twelfth": (45, 91),
}

FALSE_ERRORS: dict[str, int] = {}


@pytest.mark.parametrize("name", ReportSet)
def test_a_set_keeps_what_was_found_in_it(name: ReportSet) -> None:
    tally = ClaimTally()
    for one in written_reports(name):
        list(tally.count(Example(*one), check_text(one[1])))
    total = sum(tally.by_kind.values(), Counter())
    found, seen = FLOORS[name]
    assert total["found"] * 100 >= found * total["faults"] > 0
    assert total["seen"] * 100 >= seen * total["right"] > 0
    assert total["blamed_error"] <= FALSE_ERRORS.get(name, 0)


def test_a_mark_left_open_is_told_with_its_file(tmp_path, monkeypatch) -> None:
    (tmp_path / "first-01.txt").write_text("Có ⟦12 xã", encoding="utf-8")
    monkeypatch.setattr("cchc_rehearsal.written_reports.__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ValueError, match="first-01"):
        list(written_reports(ReportSet.FIRST))
