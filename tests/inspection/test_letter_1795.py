"""The letter of Kiên Giang after the inspection at Kiên Lương (1795/UBND-NC, 22/12/2020), and what became of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from tests.inspection.scene import Scene, approval, finding

from cchc.clock import at
from cchc.documents.registry import document
from cchc.errors import RuleRefused
from cchc.inspection import counts
from cchc.inspection.findings import FindingKind
from cchc.inspection.mending import accept, open_orders, send_back
from cchc.inspection.minutes import MinutesRow
from cchc.stages import concluding, receiving
from cchc_rehearsal.fill import Answers, fill_workbook

UNIT = "h-kien-luong"
REAL = Path(__file__).with_name("cong-van-1795.txt").read_text(encoding="utf-8")
BODIES = {
    3: "Văn phòng HĐND và UBND huyện",
    4: "Phòng Tài chính - Kế hoạch",
    5: "Phòng Nội vụ",
}
SIGNED = at(date(2020, 12, 22), 10)
CONFIRMER = "van-hanh"


def part(number: int) -> str:
    """The text of a numbered part of the real letter."""
    found = re.search(rf"^{number}\. (.+?)(?=^\d\. |^Yêu cầu Chủ tịch)", REAL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


RESULTS = next(line for line in REAL.splitlines() if line.startswith("Năm 2020, Ủy ban nhân dân huyện"))
_SIX = re.search(r"^6\. .+?(?=^Yêu cầu)", REAL, re.MULTILINE | re.DOTALL)
_, PROPOSAL, REPLY = (line for line in (_SIX or [""])[0].split("\n\n") if line.strip())


@pytest.fixture
def scene(store, instance) -> Scene:
    scene = Scene.made(store, instance, [UNIT], year=2020)
    rows = [finding(UNIT, part(n), part(n), responsible=BODIES.get(n, "")) for n in range(1, 6)]
    reply = finding(
        UNIT, " ".join(PROPOSAL.split()), " ".join(REPLY.split()), kind=FindingKind.REPLY,
        responsible="Sở Tài nguyên và Môi trường",
    )  # fmt: skip
    minutes = MinutesRow(
        scene.visits[UNIT], UNIT, date(2020, 11, 20), results=RESULTS, report="284/BC-ĐKT",
        report_day=date(2020, 11, 30), agreed=True, due=date(2020, 12, 29),
    )  # fmt: skip
    scene.handed_in(*rows, reply, minutes=[minutes])
    scene.read(SIGNED - timedelta(hours=1))
    return scene


def issued(scene: Scene) -> str:
    run = scene.at(SIGNED, about=scene.visits[UNIT])
    concluding.draft(run)
    (identity,) = concluding.issue(run, approval(SIGNED, "1795"))
    return identity


def words(scene: Scene, identity: str) -> str:
    kept = document(scene.run.store, identity)
    assert kept is not None
    opened = Document(kept.kept_at(scene.run.instance))
    paragraphs = [
        *opened.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    ]
    return "\n".join(
        "".join(node.text or "" for node in one.iter() if node.tag.endswith("}t")) for one in paragraphs
    )


def test_the_letter_has_every_element_of_the_real_one(scene: Scene) -> None:
    text = words(scene, issued(scene))
    head, _, rest = text.partition("Kính gửi")
    assert "ỦY BAN NHÂN DÂN" in head and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head
    assert "Số: 1795/UBND-NC" in head and "ngày 22 tháng 12 năm 2020" in head
    assert "V/v tiếp tục chỉ đạo sau kiểm tra công tác CCHC năm 2020 đối với UBND huyện Kiên Lương" in head
    assert rest.startswith(": Chủ tịch UBND huyện Kiên Lương.")
    assert "Qua xem xét Báo cáo số 284/BC-ĐKT ngày 30/11/2020 của Đoàn kiểm tra" in rest
    assert "Ủy ban nhân dân tỉnh nhận thấy:" in rest and RESULTS in rest
    assert "Tuy nhiên, bên cạnh những kết quả đạt được vẫn còn một số hạn chế" in rest
    for number in range(1, 6):
        assert f"\n{number}. {part(number)}" in rest, f"order {number}"
        assert BODIES.get(number, "") in part(number)
    assert "Phát hiện:" not in rest, "what the order says is not said twice"
    assert "\n6. Đối với kiến nghị của UBND huyện Kiên Lương:" in rest
    assert " ".join(PROPOSAL.split()) in rest and " ".join(REPLY.split()) in rest
    assert "Yêu cầu Chủ tịch UBND huyện Kiên Lương chỉ đạo thực hiện các nội dung nêu trên" in rest
    assert "(qua Sở Nội vụ) chậm nhất là ngày 29/12/2020" in rest
    for line in (
        "- Như trên;",
        "- Thành viên Đoàn kiểm tra;",
        "- Lưu: VT, SNV",
        "Trung tâm Phục vụ hành chính công",
    ):
        assert line in rest
    assert "CHỦ TỊCH" in rest


def test_the_day_of_the_answer_is_in_bold_as_in_the_real_letter(scene: Scene) -> None:
    kept = document(scene.run.store, issued(scene))
    assert kept is not None
    runs = [run for one in Document(kept.kept_at(scene.run.instance)).paragraphs for run in one.runs]
    assert [run.text for run in runs if run.bold and "29/12/2020" in run.text] == [
        "chậm nhất là ngày 29/12/2020"
    ]


def test_five_findings_are_owed_and_the_answer_to_the_units_proposal_is_not(scene: Scene) -> None:
    issued(scene)
    orders = scene.orders(SIGNED)
    assert [one.item for one, _ in orders] == [f"KT20-000{n}" for n in range(1, 6)]
    assert {one.due_at for one, _ in orders} == {at(date(2020, 12, 29), 17)}
    known = {one.finding_id: one for one in scene.known()}
    assert [known[f"KT20-000{n}"].orders[0].responsible for n in range(1, 6)] == [
        "", "", BODIES[3], BODIES[4], BODIES[5],
    ]  # fmt: skip
    reply = known["KT20-0006"]
    assert (reply.number, reply.orders[0].obligation_id) == (6, ""), "numbered in the letter, owed by nobody"
    found = counts(scene.run.store, [UNIT], date(2020, 12, 1), date(2020, 12, 31))[UNIT]
    assert (found.found, found.mended, found.due) == (5, 0, 5)


def test_a_body_that_owes_the_answer_to_a_proposal_is_asked_by_itself(scene: Scene, store) -> None:
    """Sở Tài nguyên và Môi trường of that time is in no register: a body of today stands for it."""
    reply = scene.known()[5].finding
    body = next(
        unit for unit in scene.run.units.on(date(2020, 12, 22)) if unit.tier == "huyen" and unit.code != UNIT
    )
    order = replace(reply.orders[0], responsible=body.name, due=date(2021, 1, 15))
    rows = [one.finding for one in scene.known()[:5]]
    scene.handed_in(*rows, replace(reply, orders=(order,)))
    scene.read(SIGNED - timedelta(minutes=30))
    issued(scene)
    (owed,) = [one for one, _ in scene.orders(SIGNED) if one.unit_code == body.code]
    assert (owed.item, owed.due_at) == ("KT20-0006", at(date(2021, 1, 15), 17))
    assert counts(store, [body.code], date(2020, 12, 1), date(2021, 1, 31))[body.code].found == 0


def answer(scene: Scene, items: list[int], moment, name: str) -> None:
    """The unit sends its signed form with rows for some of the orders."""
    round_id = scene.run.round.round_id
    form = scene.run.instance.round_out(round_id) / "bieu-mau" / f"{round_id}_{UNIT}.xlsx"
    told = {
        f"{round_id}/{UNIT}/tra_loi/KT20-000{n}": {
            "result": f"Đã thực hiện yêu cầu {n}", "document": f"{n}/BC-UBND", "done_on": moment.date()
        }
        for n in items
    }  # fmt: skip
    path = scene.run.instance.inbox / round_id / name
    path.write_bytes(fill_workbook(form.read_bytes(), Answers(items=told)))
    run = scene.at(moment)
    assert receiving.receive(run, receiving.pending(run)) == {"accepted": 1}


def test_nothing_counts_as_mended_before_a_confirmer_accepts_it(scene: Scene) -> None:
    """Answers were accepted by the check of the form alone."""
    issued(scene)
    sent = at(date(2020, 12, 28), 9)
    answer(scene, [1, 2, 3, 4], sent, "2020-KT_h-kien-luong.xlsx")
    day = at(date(2020, 12, 29), 9)

    def found(moment) -> tuple[int, ...]:
        run = scene.at(moment)
        orders = open_orders(run)
        total = counts(scene.run.store, [UNIT], date(2020, 12, 1), moment.date(), as_of=moment)[UNIT]
        waiting, overdue = sum(one.waits for one in orders), sum(one.is_overdue(moment) for one in orders)
        return total.found, total.mended, waiting, overdue

    assert found(day) == (5, 0, 4, 0)
    assert all(state.status == "submitted" and not state.fulfilled for _, state in scene.orders(day)[:4])
    for item in ("KT20-0001", "KT20-0002", "KT20-0004"):
        assert accept(scene.at(day, actor=CONFIRMER), item, "Đủ minh chứng")
    assert send_back(scene.at(day, actor=CONFIRMER), "KT20-0003", "Chưa niêm yết ở xã", date(2021, 1, 8))
    with pytest.raises(RuleRefused) as refused:
        accept(scene.at(day, actor=CONFIRMER), "KT20-0005")
    assert refused.value.rule == "nothing-to-confirm"
    late = at(date(2020, 12, 30), 9)
    assert found(late) == (5, 3, 0, 1), "5 is overdue, 3 has its new day"
    states = {one.item: state for one, state in scene.orders(late)}
    assert states["KT20-0003"].current_due_at == at(date(2021, 1, 8), 17)
    assert states["KT20-0003"].return_reason == "Chưa niêm yết ở xã"
    answer(scene, [3], at(date(2021, 1, 7), 9), "2020-KT_h-kien-luong_lan2.xlsx")
    assert found(at(date(2021, 1, 7), 10)) == (5, 3, 1, 1)
    assert not accept(scene.at(late, actor=CONFIRMER), "KT20-0001"), "accepted already"
