"""Withdrawing and amending what was issued, what is not mended for long, and the numbers that others take from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.inspection.scene import Scene, finding, leader

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.inspection import TeamOrder, VisitState, counts, known_visits
from cchc.inspection.counts import not_mended
from cchc.inspection.findings import FindingState, Gravity
from cchc.inspection.findings_book import FindingsRefused
from cchc.inspection.mending import amend, find_order, open_orders, withdraw
from cchc.inspection.visits import advance_in
from cchc.stages import inspecting

A, B = "30292", "30301"
NOW = at(date(2026, 4, 1), 9)


@pytest.fixture
def scene(store, instance) -> Scene:
    scene = Scene.made(store, instance, [A, B])
    several = replace(
        finding(A, "Trễ hạn", "x", topic="Thủ tục hành chính", severity=Gravity.GRAVE),
        orders=(TeamOrder("Xin lỗi", "Văn phòng"), TeamOrder("Rà quy trình", "", date(2026, 6, 1))),
    )
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), several)
    scene.letters_of(NOW)
    return scene


def rule(call, *arguments) -> str:
    with pytest.raises(RuleRefused) as refused:
        call(*arguments)
    return refused.value.rule


def test_each_order_of_a_finding_is_owed_by_itself_and_named_by_its_number(scene: Scene) -> None:
    assert [one.item for one, _ in scene.orders(NOW)] == ["KT26-0001", "KT26-0002.1", "KT26-0002.2"]
    run = scene.at(NOW)
    assert find_order(run, "kt26-0002.2").order.text == "Rà quy trình"
    assert rule(find_order, run, "KT26-0002") == "which-order"
    assert rule(find_order, run, "KT26-0009") == "no-such-order"
    found = counts(run.store, [A], date(2026, 1, 1), date(2026, 12, 31))[A]
    assert (found.found, found.open, found.due) == (2, 3, 3), "a finding is one, however many orders it has"


def test_an_order_is_withdrawn_by_a_leader_with_a_document_and_owed_no_longer(scene: Scene) -> None:
    later = NOW + timedelta(days=2)
    run = scene.at(later, actor=leader())
    assert (
        rule(withdraw, scene.at(later, actor="van-hanh"), "KT26-0001", "Nhầm", "5/UBND-NC") == "not-a-leader"
    )
    assert rule(withdraw, run, "KT26-0001", " ", "5/UBND-NC") == "reason-needed"
    assert rule(withdraw, run, "KT26-0001", "Nhầm", "") == "document-needed"
    assert rule(withdraw, run, "KT26-0042", "Nhầm", "5/UBND-NC") == "no-such-finding"
    assert withdraw(run, "KT26-0001", "Nhầm đơn vị", "5/UBND-NC")
    assert not withdraw(scene.at(later, actor=leader()), "KT26-0001", "Nhầm đơn vị", "5/UBND-NC")
    known = scene.known()[0]
    assert (known.state, known.withdrawn_by) == (FindingState.WITHDRAWN, ("Nhầm đơn vị", "5/UBND-NC"))
    assert [one.item for one in open_orders(scene.at(later))] == ["KT26-0002.1", "KT26-0002.2"]
    assert scene.read(later + timedelta(hours=1)) == [], "its row is neither new nor put back"


def test_an_amended_order_has_the_new_words_and_the_teams_rows_follow(scene: Scene) -> None:
    later = NOW + timedelta(days=2)
    run = scene.at(later, actor=leader())
    assert rule(amend, run, "KT26-0002", ["Chỉ một"], "Sửa", "6/UBND-NC") == "orders-differ"
    old = [one.finding for one in scene.known()]
    assert amend(run, "KT26-0002", ["Xin lỗi công khai", "Rà quy trình"], "Sửa", "6/UBND-NC")
    known = scene.known()[1]
    assert known.orders[0].text == "Xin lỗi công khai" and known.amended_by == ("6/UBND-NC",)
    assert known.orders[0].due_at == known.orders[0].due_at and len(scene.orders(later)) == 3
    assert scene.read(later + timedelta(hours=1)) == []
    scene.handed_in(*old)
    with pytest.raises(FindingsRefused, match="KT26-0002 đã ban hành"):
        scene.read(later + timedelta(hours=2))


def test_what_is_open_for_twelve_and_twenty_four_months_is_named(scene: Scene) -> None:
    ages = {when: [len(not_mended(scene.run.store, at(when, 9), months)) for months in (0, 12, 24)]
            for when in (date(2027, 3, 31), date(2027, 4, 1), date(2028, 4, 1))}  # fmt: skip
    assert list(ages.values()) == [[2, 0, 0], [2, 2, 0], [2, 2, 2]]
    run = scene.at(at(date(2028, 4, 1), 9))
    assert inspecting.mending(run) == {"overdue": 3, "months_12": 2, "months_24": 2}
    assert any("quá 24 tháng" in note and "KT26-0001" in note for note in run.notes)


def test_scoring_is_given_counts_of_an_inspected_unit_and_nothing_of_another(scene: Scene) -> None:
    found = counts(scene.run.store, [A, B], date(2026, 1, 1), date(2026, 12, 31))
    inputs = found[A].inputs
    assert inputs["kt:nang"] == inputs["kt:vua"] == inputs["kt:thu-tuc"] == Decimal(1)
    assert (inputs["kt:nhac_nho"], inputs["kt:ton_tai"], inputs["kt:lan_kiem_tra"]) == (0, 2, 1)
    assert found[B].inputs["kt:nang"] is None, "where nobody was, nothing is known"
    assert found[B].inputs["kt:lan_kiem_tra"] == 0
    earlier = counts(scene.run.store, [A], date(2025, 1, 1), date(2025, 12, 31))[A]
    assert (earlier.found, earlier.by_name) == (0, {})


def test_reports_and_figures_are_counted_by_their_fields_from_the_day_of_the_letter(scene: Scene) -> None:
    """The visit is of 30 March, the letter of 1 April; until then nothing is known, as of a unit that nobody visits."""
    year = (date(2026, 1, 1), date(2026, 12, 31))

    def known(moment: datetime, period: tuple[date, date] = year) -> list[Decimal | None]:
        inputs = counts(scene.run.store, [A], *period, as_of=moment)[A].inputs
        return [inputs["kt:bao_cao"], inputs["kt:chenh_lech"], inputs["kt:nang"]]

    assert known(NOW) == [0, 0, 1]
    said = (("Thiếu mục", "Chế độ báo cáo"), ("Gửi muộn", "bao-cao"), ("Lệch số", "Số liệu báo cáo"))
    more = [finding(A, text, "Sửa", topic=topic) for text, topic in said]
    scene.handed_in(*(one.finding for one in scene.known()), *more)
    found = NOW + timedelta(days=20)
    ready = scene.read(found)
    assert known(found) == [None] * 3, "its second letter is still to come"
    scene.conclude(ready[0], NOW + timedelta(days=30), "77")
    assert known(NOW + timedelta(days=30)) == [2, 1, 1]
    assert known(found) == [None] * 3, "as it was known then"
    april = (date(2026, 4, 2), date(2026, 4, 30))
    assert known(NOW + timedelta(days=40), april) == [None] * 3, "neither visit nor letter lies in it"
    other = counts(scene.run.store, [B], *year, as_of=NOW + timedelta(days=40))[B].inputs
    assert (other["kt:bao_cao"], other["kt:chenh_lech"]) == (None, None)


def test_a_visit_without_its_minutes_says_nothing_yet(scene: Scene) -> None:
    visit = next(one for one in known_visits(scene.run.store, "2026-KT") if one.unit_code == B)
    day = at(date(2026, 9, 1), 9)
    with scene.run.store.write() as tx:
        advance_in(tx, scene.at(day), visit, VisitState.HELD)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    found = counts(scene.run.store, [B], *year, as_of=day)[B]
    assert (found.visits, found.inputs["kt:nang"], found.inputs["kt:lan_kiem_tra"]) == (1, None, 1)


def test_visits_go_on_by_what_units_send_and_a_later_letter_stops_at_none(scene: Scene) -> None:
    later = NOW + timedelta(days=1)
    inspecting.mending(scene.at(later))
    state = {one.unit_code: one.state for one in known_visits(scene.run.store, "2026-KT")}
    assert state == {A: VisitState.MENDING, B: VisitState.EXPECTED}
    scene.handed_in(*(one.finding for one in scene.known()), finding(A, "Mới", "Việc mới"))
    assert scene.letters_of(later + timedelta(hours=1)) == 1
    for item in ("KT26-0001", "KT26-0002", "KT26-0003"):
        withdraw(scene.at(later + timedelta(hours=2), actor=leader()), item, "x", "7/UBND-NC")
    inspecting.mending(scene.at(later + timedelta(days=1)))
    assert next(iter(known_visits(scene.run.store, "2026-KT"))).state is VisitState.DONE
