"""The year's files changed on purpose: what is checked, kept and recorded, and what may not be changed so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cchc import clock
from cchc.chasing.ladder import Ladder
from cchc.clock import at
from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError, RuleRefused
from cchc.paths import Instance
from cchc.registers import FileProposal, changes, former_version, propose, proposing, put_in_force
from cchc.registers import edits as edit
from cchc.registers.dates import effects, round_date
from cchc.run import Run
from cchc.store import Store
from cchc.store.chain import Seals
from cchc.units import UnitRegister
from cchc.year import Calendar

NOW = at(date(2026, 3, 10), 9)


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reading all files anew, which takes a second: whether they are is seen in tests of their own."""
    monkeypatch.setattr(proposing, "faults_of", lambda *_: [])


@pytest.fixture
def run(instance: Instance, store: Store, config_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Run(store, instance, NOW, actor="an")


def changed_lines(folder: Path, proposal: FileProposal) -> list[str]:
    before = (folder / proposal.file).read_text(encoding="utf-8").splitlines()
    return [one for one in proposal.content.decode().splitlines() if one not in before]


def test_a_contact_takes_effect_with_who_and_why_and_the_file_before_is_kept(
    run: Run, config_copy: Path
) -> None:
    before = (config_copy / "units.csv").read_bytes()
    with pytest.raises(CchcError, match="dòng 35, cột phone: giá trị '0296'") as refused:
        edit.unit_contact("30292", {"phone": "0296"})
    assert "/tmp" not in str(refused.value) and (config_copy / "units.csv").read_bytes() == before
    found = edit.unit_contact("30292", {"phone": "0296 3841 222", "contact": "Văn thư"})
    assert found.differences[0] == "UBND phường Bình Đức, điện thoại: (trống) → 0296 3841 222"
    change = put_in_force(run, found, "Phường báo")
    unit = UnitRegister.load().get("30292")
    assert (unit.phone, unit.contact) == ("0296 3841 222", "Văn thư")
    assert unit.mailboxes == ("ubnd.30292@angiang.example",), "what was not named stays"
    assert (change.seq, change.actor, change.reason) == (1, "an", "Phường báo")
    assert former_version(run.store, run.instance, "units.csv", 1) == before
    assert changes(run.store, NOW, "documents.yaml") == []
    with pytest.raises(RuleRefused, match="vừa được người khác thay"):
        put_in_force(run, replace(found, content=b"code"), "Lần nữa")


@pytest.mark.usefixtures("unchecked")
def test_a_file_whose_change_could_not_be_recorded_is_as_it_was(
    run: Run, config_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (config_copy / "ladder.yaml").read_bytes()
    found = edit.rung_days("qua_han_2", 4)

    def broken(_seals: Seals) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Seals, "link", broken)
        with pytest.raises(OSError, match="No space"):
            put_in_force(run, found, "Đổi")
    assert (config_copy / "ladder.yaml").read_bytes() == before and changes(run.store, NOW) == []
    assert put_in_force(run, found, "Đổi lại").seq == 1


@pytest.mark.usefixtures("unchecked")
def test_nothing_is_written_without_reason_and_person_or_into_the_sample(
    run: Run, config_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = edit.rung_days("qua_han_2", 4)
    with pytest.raises(RuleRefused, match="lý do"):
        put_in_force(run, found, " ")
    with pytest.raises(RuleRefused, match="ai thay đổi"):
        put_in_force(replace(run, actor=""), found, "Vì")
    assert changes(run.store, NOW) == [] and Ladder.load().rung("qua_han_2").working_days == 3
    with pytest.raises(RuleRefused, match="giống hệt"):
        propose("ladder.yaml", (config_copy / "ladder.yaml").read_bytes())
    with pytest.raises(RuleRefused, match="không có tệp"):
        propose("../cai-dat.yaml", b"mail_mode: live")
    monkeypatch.delenv("CCHC_CONFIG")
    with pytest.raises(RuleRefused, match="bộ tệp mẫu"):
        edit.rung_days("qua_han_2", 4)


def test_a_fault_of_another_file_is_told_and_does_not_stop_a_sound_one(run: Run, config_copy: Path) -> None:
    (config_copy / "la.yaml").write_text("x: 1", encoding="utf-8")
    found = edit.rung_days("qua_han_2", 4)
    assert found.left == 1 and found.differences == ("Quá hạn lần 2, số ngày làm việc so với mốc: 3 → 4",)
    with pytest.raises(CchcError, match=r"ladder.yaml mới có 1 lỗi(.|\n)*60"):
        propose(
            "ladder.yaml",
            found.content.replace(b"also_within_working_days: 10", b"also_within_working_days: 99"),
        )


@pytest.mark.usefixtures("unchecked")
def test_another_signer_begins_where_the_one_before_ends(run: Run, config_copy: Path) -> None:
    so = ("so", "PHÓ GIÁM ĐỐC")
    found = edit.signer(*so, "Lê Thị Sen", date(2026, 6, 1))
    put_in_force(run, found, "Bổ nhiệm")
    settings = DocumentSettings.load()
    form = settings.form("don_doc")
    assert settings.signer(form, date(2026, 5, 31)) == "Trần Thị B"
    assert settings.signer(form, date(2026, 6, 1)) == "Lê Thị Sen"
    with pytest.raises(RuleRefused, match="đã được ghi ký từ ngày 01/06/2026"):
        edit.signer(*so, "Người khác", date(2026, 5, 1))
    with pytest.raises(RuleRefused, match="chức vụ ký"):
        edit.signer("so", "VUA", "Ai", date(2026, 6, 1))


@pytest.mark.usefixtures("unchecked")
def test_a_line_of_recipients_gets_its_mailboxes_and_units_behind_a_line_stay(
    run: Run, config_copy: Path
) -> None:
    line = "UBND tỉnh (b/c)"
    found = edit.receiver(line, ["vp@angiang.example", "vp@angiang.example"])
    assert f"    {line}: {{mailboxes: [vp@angiang.example]}}" in changed_lines(config_copy, found)
    put_in_force(run, found, "Văn phòng báo")
    assert DocumentSettings.load().mailing.receivers[line].mailboxes == ("vp@angiang.example",)
    put_in_force(run, edit.receiver(line, []), "Thôi gửi")
    assert line not in DocumentSettings.load().mailing.receivers
    with pytest.raises(RuleRefused, match="gửi đến các đơn vị"):
        edit.receiver("Các sở, ban, ngành tỉnh", ["a@b.example"])
    with pytest.raises(RuleRefused, match="Không văn bản nào"):
        edit.receiver("Ông A", ["a@b.example"])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("round_id", "what", "day", "written"),
    [
        ("2026-Q3", "unit_due_at", date(2026, 9, 16), 'day: "09-16"'),
        ("2026-Q3", "closes_at", date(2026, 9, 18), 'day: "09-18"'),
        ("2026-CD", "khoa", date(2026, 12, 28), 'day: "12-28"'),
        ("2026-CD", "kien_nghi", date(2027, 2, 12), 'day: "+1/02-12"'),
    ],
)
def test_a_date_of_one_round_moves_in_its_year_alone(
    run: Run, config_copy: Path, round_id: str, what: str, day: date, written: str
) -> None:
    found = round_date(round_id, what, day)
    assert written in changed_lines(config_copy, found)[-1]
    next_year = round_id.replace("2026", "2027")
    before = Calendar.load().round(next_year)
    put_in_force(run, found, "Tỉnh yêu cầu")
    round_ = Calendar.load().round(round_id)
    moved = round_.moments[what] if round_.moments else getattr(round_, what)
    assert moved.date() == day
    assert Calendar.load().round(next_year) == before


@pytest.mark.usefixtures("unchecked")
def test_what_a_date_touches_is_told_before_it_is_written(run: Run) -> None:
    (one,) = effects(run.store, NOW, round_date("2026-Q3", "unit_due_at", date(2026, 9, 16)))
    assert not one.is_open and one.concerned.startswith("sẽ chạm đến 122 đơn vị")
    assert [what for what, *_ in one.moves] == ["Hạn đơn vị nộp"]
    first = next(mail for mail in one.reminders if mail.name == "Nhắc trước hạn lần 1")
    assert (first.old, first.new) == (date(2026, 9, 10), date(2026, 9, 9))
    with pytest.raises(RuleRefused, match="không có mốc “ngay_le”"):
        round_date("2026-Q3", "ngay_le", date(2026, 9, 16))
    with pytest.raises(RuleRefused, match="cách xa năm"):
        round_date("2026-Q3", "unit_due_at", date(2029, 9, 16))


@pytest.mark.usefixtures("unchecked")
def test_a_day_off_is_added_once_made_a_worked_one_and_taken_back(run: Run) -> None:
    day = date(2026, 9, 17)
    put_in_force(run, edit.day_off(day, "Bão"), "Công điện")
    assert Calendar.load().working_days.why_off(day) == "Bão"
    assert Calendar.load().round("2026-Q3").unit_due_at.date() == date(2026, 9, 18)
    found = edit.day_worked(day, "Bù")
    assert found.differences == ("17/09/2026, lịch làm việc: nghỉ → làm việc (Bù)",)
    put_in_force(run, found, "Hủy công điện")
    put_in_force(run, edit.plain_day(day), "Thôi")
    assert Calendar.load().working_days.is_working(day)
    assert [one.seq for one in changes(run.store, NOW, "working_days.yaml")] == [3, 2, 1]
    with pytest.raises(RuleRefused, match="không có gì để bỏ"):
        edit.plain_day(day)


Refused = Callable[[], FileProposal]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: edit.unit_contact("khong-co", {"phone": "1"}), "không có đơn vị"),
        (lambda: edit.unit_contact("30292", {"tier": "so"}), "Không sửa cột “tier”"),
        (lambda: edit.unit_contact("30292", {"phone": ""}), "giống hệt"),
        (lambda: edit.rung_days("yeu_cau", 4), "Không có bậc đôn đốc"),
    ],
)
def test_what_carries_the_past_is_not_changed_place_by_place(run: Run, make: Refused, said: str) -> None:
    with pytest.raises(RuleRefused, match=said):
        make()
