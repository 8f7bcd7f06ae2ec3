from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cchc.chasing.holds import Hold, HoldKind, put_hold
from cchc.cli.thu_gui_lai import app
from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.mail.department import Department

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"}, catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return " ".join(result.output.split())


@pytest.fixture
def home(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small province as the installation that the command finds."""
    monkeypatch.setenv("CCHC_HOME", str(world.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", world.store.url)
    world.owe(world.unit(), DUE, opened=OPENED)
    return world


def rows(world: Any) -> list[Any]:
    with world.store.read() as tx:
        names = ("mails", "reminders", "obligation_events", "obligations")
        return [list(tx.connection.exec_driver_sql(f"SELECT * FROM {name}")) for name in names]


def test_looking_shows_who_gets_what_and_why_and_writes_nothing(home: Any, tmp_path: Path) -> None:
    home.decide(at(date(2026, 3, 2), 8), rungs=["yeu_cau"])
    before = rows(home)
    shown = run("xem", "--ngay", "10/03/2026", "--html", str(tmp_path / "html"))
    unit = home.units.get(home.unit())
    for word in (
        "xem trước",
        unit.mailboxes[0],
        "Nhắc trước hạn lần 1",
        "17/03/2026",
        "Còn trong hộp đi",
        "còn 5 ngày làm việc",
    ):
        assert word in shown
    (page,) = (tmp_path / "html").glob("*.html")
    assert unit.name in page.read_text(encoding="utf-8")
    assert rows(home) == before


def test_a_request_that_only_an_opening_sends_is_not_promised(home: Any) -> None:
    assert "Không có thư nhắc nào" in run("xem", "--ngay", "03/03/2026")


def test_a_mode_in_which_nothing_can_leave_is_told(home: Any, set_to: Any) -> None:
    set_to(home.instance, "live")
    assert "chưa thư nào gửi được" in run("xem", "--ngay", "10/03/2026")


def test_what_is_outdated_in_the_outbox_is_told_and_what_comes_instead(home: Any) -> None:
    home.decide(at(date(2026, 3, 10), 8))
    shown = run("xem", "--ngay", "11/03/2026")
    assert "bỏ vì nội dung hết đúng" in shown
    assert "1 thư nhắc ngày 11/03/2026" in shown


def test_a_day_off_says_why(home: Any) -> None:
    shown = run("xem", "--ngay", "2026-03-14")
    assert "thứ Bảy" in shown
    assert "Không có thư nhắc nào" in shown


def test_an_impossible_day_is_one_clear_error(home: Any) -> None:
    with pytest.raises(CchcError, match="31/06/2026"):
        run("xem", "--ngay", "31/06/2026")


def test_looking_at_an_installation_that_was_never_opened_creates_nothing(
    instance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    before = sorted(instance.root.parent.rglob("*"))
    with pytest.raises(CchcError, match="cchc up"):
        run("xem")
    assert sorted(instance.root.parent.rglob("*")) == before


def test_the_mode_is_shown_and_live_is_switched_on_only_with_the_name(home: Any, own_addresses: Path) -> None:
    assert "[XEM TRƯỚC]" in run("che-do")
    with pytest.raises(RuleRefused):
        run("che-do", "live", "--nguoi", "chị Quản trị")
    shown = run("che-do", "live", "--nguoi", "chị Quản trị", "--ten", Department.load().name)
    assert "gửi thật" in shown
    assert "bởi chị Quản trị" in shown
    shown = run("che-do", "redirect", "--nguoi", "anh B", "--den", "thu@nghiem.example")
    assert "thu@nghiem.example" in shown
    assert "bởi anh B" in run("che-do")


def test_looking_says_who_is_left_alone_and_why(home: Any) -> None:
    home.run(at(date(2026, 3, 2), 8), rungs=["yeu_cau"])
    when = at(date(2026, 3, 9), 9)
    put_hold(
        home.store,
        Hold(home.unit(), "", HoldKind.MUTED, date(2026, 3, 20), "Lũ lụt", "chuyên viên", when),
    )
    shown = run("xem", "--ngay", "10/03/2026")
    assert "Không có thư nhắc nào" in shown
    assert "đến hết ngày 20/03/2026, lý do: Lũ lụt" in shown


def test_all_sending_rests_at_a_persons_word_and_goes_on_at_another(home: Any) -> None:
    assert "không thư nào được gửi" in run("tam-dung", "--ly-do", "Biểu sai", "--nguoi", "chị Lan")
    assert "chị Lan tạm dừng gửi mọi thư" in run("xem", "--ngay", "10/03/2026")
    with pytest.raises(RuleRefused, match="đang dừng rồi"):
        run("tam-dung", "--ly-do", "Biểu sai", "--nguoi", "anh Tư")
    run("tiep-tuc", "--nguoi", "anh Tư")
    assert "tạm dừng" not in run("xem", "--ngay", "10/03/2026")
