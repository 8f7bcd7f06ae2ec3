"""Units that a person postponed or muted, and reminders that a person asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from cchc.chasing.holds import Hold, HoldKind, lift_hold, load_holds, put_hold
from cchc.chasing.plan import ByHand
from cchc.clock import at
from cchc.errors import RuleRefused

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)
DAYS = [day for day in range(9, 32) if date(2026, 3, day).weekday() < 5]


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


def hold(world: Any, kind: str, last: int, *, round_id: str = "", unit: int = 0, on: int = 9) -> Hold:
    made = Hold(
        world.unit(unit), round_id, HoldKind(kind), date(2026, 3, last), "Lũ lụt", "chuyên viên", day(on, 7)
    )
    put_hold(world.store, made)
    return made


def rungs_of(world: Any) -> dict[str, str]:
    return {rung: on for (_, rung), on in world.rungs().items()}


def test_a_postponed_unit_is_told_afterwards_what_holds_then(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    hold(world, "tam_hoan", 19)
    for number in DAYS:
        world.run(day(number))
    assert rungs_of(world) == {"qua_han_2": "2026-03-20", "qua_han_3": "2026-03-24"}


def test_what_fell_due_while_a_unit_was_muted_is_never_said(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    hold(world, "tat_nhac", 20)
    for number in DAYS:
        world.run(day(number))
    assert rungs_of(world) == {"qua_han_3": "2026-03-24"}


def test_a_hold_means_its_unit_and_its_round_and_never_the_request(world: Any) -> None:
    held = world.owe(world.unit(), DUE, opened=OPENED)
    other_round = world.owe(
        world.unit(), DUE, opened=OPENED, product="tu_cham", round_id="2026-CD", title="Tự chấm"
    )
    neighbour = world.owe(world.unit(1), DUE, opened=OPENED)
    hold(world, "tat_nhac", 31, round_id="2026-Q1", on=2)
    world.run(day(2), rungs=["yeu_cau"])
    for number in DAYS:
        world.run(day(number))
    assert {rung for owed, rung in world.rungs() if owed == held} == {"yeu_cau"}
    assert {rung for owed, rung in world.rungs() if owed == other_round} > {"qua_han_1"}
    assert {rung for owed, rung in world.rungs() if owed == neighbour} > {"qua_han_3"}


def test_a_lifted_hold_ends_today_and_leaves_its_history(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    hold(world, "tam_hoan", 31)
    world.run(day(16))
    assert lift_hold(world.store, world.unit(), "", day(17, 7), "Đã khắc phục", "chuyên viên") is not None
    assert lift_hold(world.store, world.unit(), "", day(17, 7), "Đã khắc phục", "chuyên viên") is None
    world.run(day(17))
    assert rungs_of(world) == {"ngay_han": "2026-03-17"}
    assert load_holds(world.store, day(16)).active(date(2026, 3, 16)), "what was known before stays known"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"reason": " "}, "hold-needs-reason"),
        ({"actor": ""}, "hold-needs-actor"),
        ({"last_day": date(2026, 3, 8)}, "hold-in-the-past"),
    ],
)
def test_a_hold_needs_a_reason_a_person_and_an_end_to_come(
    world: Any, changes: dict[str, Any], rule: str
) -> None:
    values: dict[str, Any] = {
        "unit_code": world.unit(), "round_id": "", "kind": HoldKind.MUTED, "last_day": date(2026, 3, 20),
        "reason": "Lũ lụt", "actor": "chuyên viên", "recorded_at": day(9),
    }  # fmt: skip
    with pytest.raises(RuleRefused) as refused:
        put_hold(world.store, Hold(**(values | changes)))
    assert refused.value.rule == rule
    assert load_holds(world.store, day(31)).active(date(2026, 3, 9)) == []


def test_a_reminder_by_hand_goes_besides_the_ladder_each_time_it_is_asked_for(world: Any) -> None:
    owed = world.owe(world.unit(), DUE, opened=OPENED)
    world.owe(world.unit(1), DUE, opened=OPENED)
    (rung,) = world.ladder.by_hand
    by_hand = ByHand(rung, frozenset({world.unit()}))
    for occasion in ("tay/1", "tay/2"):
        assert world.run(day(6), by_hand=by_hand, occasion=occasion).by_rung == {"nhac_tay": 1}
    assert world.decide(day(6), by_hand=by_hand, occasion="tay/2").mails == 0
    assert world.digests() == [(world.unit(), "2026-03-06")] * 2
    world.run(day(10))
    assert world.rungs()[owed, "nhac_truoc_han_1"] == "2026-03-10", "the ladder goes on"
    assert (owed, "nhac_tay") in world.rungs()
    assert world.decide(day(11)).mails == 0, "it never falls due by itself"


def test_a_reminder_by_hand_covers_the_rungs_whose_day_had_come(world: Any) -> None:
    world.owe(world.unit(), DUE, opened=OPENED)
    (rung,) = world.ladder.by_hand
    world.run(day(11), by_hand=ByHand(rung), occasion="tay/1")
    assert world.decide(day(12)).mails == 0
    world.run(day(16))
    assert rungs_of(world) == {"nhac_tay": "2026-03-11", "nhac_truoc_han_2": "2026-03-16"}
