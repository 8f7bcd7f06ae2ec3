"""A whole quarter against a plain reading of the ladder, written without looking at the code."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cchc.clock import at

FIRST, LAST = date(2026, 3, 2), date(2026, 5, 29)


HOLIDAYS = {date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}


WORKED = [
    d
    for d in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    if d.weekday() < 5 and d not in HOLIDAYS
]


PLAIN = {
    "bao_cao": [
        ("nhac_truoc_han_1", -5), ("nhac_truoc_han_2", -1), ("ngay_han", 0),
        ("qua_han_1", 1), ("qua_han_2", 3), ("qua_han_3", 5),
    ],
    "nhiem_vu": [("nhac_truoc_han_1", -5), ("qua_han_1", 1), ("qua_han_3", 5)],
    "tu_cham": [
        ("nhac_truoc_han_1", -5), ("nhac_truoc_han_2", -1), ("ngay_han", 0), ("qua_han_1", 1), ("qua_han_2", 3),
    ],
}  # fmt: skip


def counted(due: date, n: int) -> date:
    if n == 0:
        return [d for d in WORKED if d <= due][-1]
    if n < 0:
        return [d for d in WORKED if d < due][n]
    return [d for d in WORKED if d > due][n - 1]


def plain_reading(
    product: str, due: datetime, opened: datetime, answered: datetime | None, runs: list[datetime]
) -> dict[str, str]:
    """For every run that finds the product owed: of the rungs whose day came since the last mail, the latest
    that is still true. A rung before the due date is true until then, one after it from then on."""
    got: dict[str, str] = {}
    last_mail = date.min
    for run in runs:
        if run < opened or (answered and answered <= run):
            continue
        due_now = [
            (counted(due.date(), n), rung)
            for rung, n in PLAIN[product]
            if last_mail < counted(due.date(), n) <= run.date() and (n > 0) == (run > due)
        ]
        if due_now and max(due_now)[1] not in got:
            got[max(due_now)[1]] = run.date().isoformat()
            last_mail = run.date()
    return got


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_simulated_quarter_equals_a_plain_reading_of_the_ladder(world: Any, seed: int) -> None:
    dice = random.Random(seed)
    expected: dict[tuple[str, str], str] = {}
    runs = [at(d, 8) for d in WORKED if FIRST <= d <= LAST and dice.random() > (0.0 if seed == 1 else 0.25)]
    events: list[tuple[datetime, str]] = []
    for number in range(30):
        unit = world.unit(number)
        for product, round_id in (("bao_cao", "2026-Q1"), ("nhiem_vu", "2026-KH"), ("tu_cham", "2026-CD")):
            due = at(dice.choice([d for d in WORKED if date(2026, 3, 6) <= d <= date(2026, 5, 20)]), 17)
            opened = at(FIRST - timedelta(days=3), 8)
            answered = None
            if dice.random() < 0.7:
                answered = due + timedelta(days=dice.randint(-20, 15), hours=dice.randint(-8, 5))
                answered = max(answered, opened + timedelta(hours=1))
            owed = world.owe(
                unit,
                due,
                opened=opened,
                product=product,
                round_id=round_id,
                item="x" if product == "nhiem_vu" else "",
            )
            if answered:
                events.append((answered, owed))
            for rung, on in plain_reading(product, due, opened, answered, runs).items():
                expected[owed, rung] = on
    for n in range((LAST - FIRST).days + 1):  # days off too: they must stay empty
        morning = at(FIRST + timedelta(days=n), 8)
        for answered, owed in [event for event in sorted(events) if event[0] <= morning]:
            world.happens(owed, "submitted", answered, submission_id="s")
            events.remove((answered, owed))
        if morning in runs or morning.date() not in WORKED:
            world.run(morning)
    assert world.rungs() == expected
    assert len(expected) > 60
    sent = world.digests()
    assert len(sent) == len(set(sent)), "a unit got two digests on one day"
    assert {(owed.split("/")[1], on) for (owed, _), on in expected.items()} == set(sent)
