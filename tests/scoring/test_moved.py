"""Nobody loses days of objecting because the publication itself was late: days worked out on the calendar by hand."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.scoring.moved import moved
from cchc.store import Store

OPENED = at(date(2026, 12, 1), 9)


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (at(date(2027, 1, 29), 15), at(date(2027, 2, 12), 17)),
        (at(date(2027, 1, 29), 18), at(date(2027, 2, 12), 17)),
        # Tuesday: 3, then after Tết 11, 12, 15 and 16 February.
        (at(date(2027, 2, 2), 16), at(date(2027, 2, 16), 17)),
    ],
    ids=["in time", "late on the day", "four days late"],
)
def test_five_working_days_are_left_for_objections(store: Store, instance: Instance, published, last) -> None:
    run = Run(store, instance, OPENED, "2026-CD")
    assert run.round.moments["kien_nghi"] == at(date(2027, 2, 12), 17)
    assert moved(run, "cong_bo", "kien_nghi", published) == last
