"""Whoever confirms is told what waits, and again while nothing is decided; orders of units that changed stay theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.inspection.scene import Scene, finding

from cchc.chasing.more_time import grant, waiting_pleas
from cchc.clock import at
from cchc.inspection import TeamOrder
from cchc.inspection.fields import InspectionFields
from cchc.inspection.mending import accept, open_orders
from cchc.inspection.records import unit_records
from cchc.stages import inspecting, receiving
from cchc_rehearsal.fill import Answers, fill_workbook

A, B = "30292", "30301"
ROUND = "2026-KT"
LETTER = at(date(2026, 4, 1), 9)
SENT = at(date(2026, 4, 13), 9)


@pytest.fixture
def scene(store, instance) -> Scene:
    scene = Scene.made(store, instance, [A, B])
    several = replace(
        finding(A, "Trễ hạn", "x", topic="Thủ tục hành chính"),
        orders=(TeamOrder("Xin lỗi"), TeamOrder("Rà quy trình")),
    )
    scene.handed_in(several, finding(A, "Thiếu sổ", "Lập sổ", topic="Tài chính công"))
    scene.letters_of(LETTER)
    return scene


def sent(scene: Scene, items: list[str], moment, name: str) -> None:
    form = scene.run.instance.round_out(ROUND) / "bieu-mau" / f"{ROUND}_{A}.xlsx"
    told = {
        f"{ROUND}/{A}/tra_loi/{item}": {"result": "Đã làm", "document": "1/UBND", "done_on": moment.date()}
        for item in items
    }
    path = scene.run.instance.inbox / ROUND / name
    path.write_bytes(fill_workbook(form.read_bytes(), Answers(items=told)))
    run = scene.at(moment)
    assert receiving.receive(run, receiving.pending(run)) == {"accepted": 1}


def mails(scene: Scene) -> list[tuple[str, str]]:
    with scene.run.store.read() as tx:
        words = "SELECT recipients, subject FROM mails WHERE mail_key LIKE 'xac-nhan/%' ORDER BY as_of, recipients"
        return [tuple(row) for row in tx.connection.exec_driver_sql(words)]


def test_each_group_is_written_to_of_what_waits_for_it_once_and_again_after_five_working_days(
    scene: Scene,
) -> None:
    """They were told nothing: answers waited until somebody read the notes of a run."""
    inspecting.mending(scene.at(SENT - timedelta(hours=1)))
    assert mails(scene) == []
    sent(scene, ["KT26-0001.1", "KT26-0002"], SENT, "a.xlsx")
    for hours in (1, 2, 24):
        inspecting.mending(scene.at(SENT + timedelta(hours=hours)))
    one = "1 kết quả khắc phục sau kiểm tra chờ xác nhận"
    fields = InspectionFields.load()
    homes = {fields.confirmers_of(topic, A).unit for topic in ("Thủ tục hành chính", "Tài chính công")}
    boxes = sorted(f'["{scene.run.units.get(code).mailboxes[0]}"]' for code in homes)
    assert len(boxes) == 2 and mails(scene) == [(box, one) for box in boxes]
    sent(scene, ["KT26-0001.2"], SENT + timedelta(days=2), "b.xlsx")
    inspecting.mending(scene.at(SENT + timedelta(days=2, hours=1)))
    assert [subject for _, subject in mails(scene)] == [one, one, one.replace("1 ", "2 ", 1)]
    late = scene.at(SENT + timedelta(days=7, hours=1))
    inspecting.mending(late)
    inspecting.mending(late)
    assert len(mails(scene)) == 5, "each group once again"
    for order in open_orders(late):
        actor = fields.confirmers_of(order.finding.finding.topic, A).accounts[0]
        assert accept(replace(late, actor=actor), order.item, "Đủ")
    inspecting.mending(scene.at(SENT + timedelta(days=30)))
    assert len(mails(scene)) == 5


def test_an_order_of_years_ago_that_is_not_mended_is_a_risk_still(scene: Scene) -> None:
    later = replace(scene.run, as_of=at(date(2028, 2, 2), 9), round_id="2028-KT")
    assert unit_records(later)[A].open_orders == 3


def test_what_a_unit_never_said_before_its_visit_is_wanted_no_longer_after_it(store, instance) -> None:
    """Its outline was urged although the conclusion had left."""
    scene = Scene.made(store, instance, [A, B])
    inspecting.announce(scene.at(LETTER, about="bat_dau"))
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    scene.read(LETTER + timedelta(days=3))
    owed = store_owed(scene, LETTER + timedelta(days=20))
    assert owed == {B}, "of a visit that was not held it is wanted still"


def store_owed(scene: Scene, moment) -> set[str]:
    return {
        one.unit_code
        for one, _ in scene.run.ledger.states(moment, round_id=ROUND, product="de_cuong", only_owed=True)
    }


def test_a_row_that_says_when_instead_of_what_is_a_plea_for_time(scene: Scene) -> None:
    """The form asks for it ('chưa xong: ghi lý do, thời hạn mới ở cột Ghi chú'); it was dropped without a word."""
    form = scene.run.instance.round_out(ROUND) / "bieu-mau" / f"{ROUND}_{A}.xlsx"
    late = {"note": "Chờ kinh phí, xin đến ngày 15/5/2026"}
    done = {"result": "Đã làm", "document": "1/UBND", "done_on": SENT.date()}
    both = {f"{ROUND}/{A}/tra_loi/KT26-0001.1": done, f"{ROUND}/{A}/tra_loi/KT26-0002": late}
    alone = {f"{ROUND}/{A}/tra_loi/KT26-0001.2": late}
    words = []
    for place, (told, moment) in enumerate(((both, SENT), (alone, SENT + timedelta(hours=1)))):
        path = scene.run.instance.inbox / ROUND / f"{place}.xlsx"
        path.write_bytes(fill_workbook(form.read_bytes(), Answers(items=told)))
        run = scene.at(moment)
        words.append(receiving.receive(run, receiving.pending(run)))
    assert words == [{"accepted": 1}, {"plea": 1}]
    later = scene.at(SENT + timedelta(days=1))
    (plea,) = waiting_pleas(later)
    assert plea.wanted == date(2026, 5, 15)
    assert {one.rpartition("/")[2] for one in plea.obligation_ids} == {"KT26-0001.2", "KT26-0002"}
    grant(replace(later, actor="van-hanh"), plea.plea_id)
    due = {one.item: state.current_due_at.date() for one, state in scene.orders(SENT + timedelta(days=2))}
    assert due["KT26-0002"] == due["KT26-0001.2"] == date(2026, 5, 15) != due["KT26-0001.1"]
