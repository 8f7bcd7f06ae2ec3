"""A unit's day on a telephone, through the link in a mail that was really sent; and a wrong hand at every door.

The page runs as its own service, as `./cchc trang-don-vi chay` starts it; nothing else of the installation runs.
"""

from __future__ import annotations

import email
import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from tests.board.test_every_page_in_a_browser import axe_source, of_one_page
from tests.e2e.airflow_server import until
from tests.e2e.browser import Person, browsing
from tests.support.province import good_answers

from cchc.chasing.attachments import forms_of
from cchc.chasing.decide import decide_reminders
from cchc.chasing.ladder import Ladder
from cchc.chasing.more_time import waiting_pleas
from cchc.chasing.sending import send_current
from cchc.clock import at
from cchc.mail.server import SmtpConfig
from cchc.paths import PROJECT_ROOT, Instance
from cchc.run import Run
from cchc.stages import opening
from cchc.store import Store
from cchc.unit_page.uses import link_for, uses_of
from cchc_rehearsal.fill import Answer, Answers, fill_workbook
from cchc_rehearsal.sink import MailSink

UNIT, OTHER = "30292", "30301"
FIRST, SECOND = "2026-Q1", "2026-6T"
_LINK = re.compile(r'href="(http://127\.0\.0\.1:\d+/v/[^"]+)"')


@dataclass
class House:
    """The department's side: a store, a mail server that takes everything, the page's address."""

    store: Store
    instance: Instance
    sink: MailSink
    folder: Path
    address: str

    def at(self, moment: datetime, round_id: str = FIRST, actor: str = "he-thong") -> Run:
        return Run(self.store, self.instance, moment, round_id, actor=actor)

    def opens(self, round_id: str, moment: datetime) -> None:
        """The round opens, and its requests leave."""
        run = self.at(moment, round_id)
        opening.open_round(run)
        opening.build_workbooks(run, [UNIT, OTHER])
        decide_reminders(run, rungs=Ladder.load().opening_codes, forms_of=forms_of(run), round_id=round_id)
        self.sends(moment)

    def sends(self, moment: datetime) -> None:
        smtp = SmtpConfig("127.0.0.1", self.sink.port, None, None, "none", "cchc@sonoivu.angiang.mau-thu.vn")
        sent = send_current(self.store, self.instance, smtp, moment)
        assert not sent.failed and not sent.dead and not sent.stopped

    def mails_to(self, unit: str) -> list[tuple[str, str, str]]:
        """(subject, HTML, plain) of what the mailbox of a unit holds, in the order in which it came."""
        box = self.at(at(date(2026, 3, 2))).units.get(unit).mailboxes[0]
        found = []
        for path in sorted(self.folder.rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            if box in str(mail["To"]):
                html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
                assert html is not None and plain is not None
                found.append((str(mail["Subject"]), html.get_content(), plain.get_content()))
        return found

    def link_of(self, unit: str, given: datetime) -> str:
        found = link_for(self.store, self.instance, unit, FIRST, given)
        assert found is not None
        return found.address

    def status(self, unit: str, round_id: str = FIRST) -> str:
        state = self.at(at(date(2026, 12, 1))).ledger.state(
            f"{round_id}/{unit}/bao_cao", at(date(2026, 12, 1))
        )
        assert state is not None
        return state.status


@pytest.fixture
def house(
    store: Store,
    instance: Instance,
    small_config: Path,
    sink: MailSink,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("CCHC_CONFIG", str(small_config))
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", address)
    instance.root.mkdir(exist_ok=True)
    instance.settings_file.write_text("mail_mode: live\nrehearsal: true\n", encoding="utf-8")
    built = House(store, instance, sink, tmp_path / "thu", address)
    built.opens(FIRST, at(date(2026, 3, 2), 8))
    with served(port):
        yield built


@contextmanager
def served(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "cchc.cli", "trang-don-vi", "chay", "--cong", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=dict(os.environ))
    try:
        until(lambda: process.poll() is not None or answers(port), 120, "the page answers")
        assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).status == 200)
    except OSError:
        return False


def link_in(mail: tuple[str, str, str]) -> str:
    """The link as somebody finds it in the mail, in either of its texts the same."""
    found = _LINK.search(mail[1])
    assert found is not None and found[1] in mail[2]
    return found[1]


def opens(person: Person, link: str, *expected: str) -> None:
    person.driver.get(link)
    person.reads(*expected)
    width = person.driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= 360, f"{width} px wide on a telephone of 360"


def sends(person: Person, act: str, **fields: str) -> None:
    """Fill a form of the page and press its button."""
    form = person.driver.find_element("xpath", f"//form[.//input[@name='viec' and @value='{act}']]")
    for name, value in fields.items():
        form.find_elements("name", name)[0].send_keys(value)
    before = person.driver.find_element("tag name", "html")
    form.find_element("tag name", "button").click()
    until(lambda: gone(before), 60, "the next page")


def axe_finds_nothing(person: Person, link: str) -> None:
    """On a desk and a telephone, by day and night, with every form and finding on the page."""
    person.driver.set_script_timeout(120)
    person.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})  # axe is none of the page's scripts
    person.driver.get(link)
    assert of_one_page(person.driver, axe_source()) == {}
    person.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    person.driver.get(link)


def gone(element: object) -> bool:
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

    try:
        return not element.is_displayed()  # type: ignore[attr-defined]
    except (StaleElementReferenceException, WebDriverException):
        return True


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_a_unit_does_its_day_on_a_telephone_through_its_link(house: House, tmp_path: Path) -> None:
    (request,) = house.mails_to(UNIT)
    link = link_in(request)
    with house.store.read() as tx:
        kept = tx.connection.exec_driver_sql("SELECT html || plain FROM mails").scalars().all()
    assert kept and not any("/v/" in one for one in kept), "the outbox holds no link"
    downloads = tmp_path / "tai-ve"
    with browsing(house.address, phone=True, downloads=downloads) as person:
        opens(person, link, "Việc phải nộp", "Hạn: 17:00", "Chưa nhận được tệp nào")
        person.takes_a_picture(tmp_path / "mo-trang.png")

        # The form, as it was sent; filled wrongly, and the page says what is wrong in which cell.
        name = f"{FIRST}_{UNIT}.xlsx"
        person.driver.find_element("link text", name).click()
        form = until(lambda: next(iter(downloads.glob(name)), None), 30, "the form")
        assert form.read_bytes() == (house.instance.round_out(FIRST) / "bieu-mau" / name).read_bytes()
        wrong, right = tmp_path / "bieu da dien.xlsx", tmp_path / "bieu V2.xlsx"
        wrong.write_bytes(fill_workbook(form.read_bytes(), Answers(figures={"I.1.1": Answer("mười hai")})))
        right.write_bytes(fill_workbook(form.read_bytes(), good_answers(form.read_bytes(), 3)))
        sends(person, "nop", tep=str(wrong))
        shown = "\n".join(person.reads("Chưa được nhận", "mười hai", "Không được nhận"))
        assert re.search(r"Lỗi, Số liệu, [A-Z]\d+: ", shown), "the cell by its name"
        assert house.status(UNIT) == "rejected"

        axe_finds_nothing(person, link)

        sends(person, "nop", tep=str(right))
        person.reads("Đã nhận", "Đơn vị không còn nợ gì của đợt này")
        person.takes_a_picture(tmp_path / "da-nhan.png")
        assert house.status(UNIT) == "accepted"
        house.sends(at(date(2026, 3, 2), 9))
        faults, good = sorted(house.mails_to(UNIT)[1:])  # by their subjects
        assert "Chưa nhận được" in faults[0] and link_in(faults) == link, "it leads back to the page"
        assert "Đã nhận" in good[0] and not _LINK.search(good[1]), "nothing more is asked"

        # Another round: more time, then nothing to report after all.
        house.opens(SECOND, at(date(2026, 6, 1), 8))
        second = link_in(house.mails_to(UNIT)[-1])
        due = house.at(at(date(2026, 6, 1), 8), SECOND).round.unit_due_at.date()
        opens(person, second, "Xin lùi hạn", "Khai không phát sinh")
        sends(person, "xin_lui_han", den=f"{due + timedelta(days=3):%d/%m/%Y}")
        person.reads("Đã nhận đề nghị lùi hạn", "đang chờ quyết định")
        (plea,) = waiting_pleas(house.at(at(date(2026, 6, 1), 9), SECOND))
        assert (plea.unit_code, plea.round_id, plea.wanted) == (UNIT, SECOND, due + timedelta(days=3))
        person.driver.find_element("name", "xac-nhan").click()
        sends(person, "khong_phat_sinh")
        person.reads("không phát sinh", "Đơn vị không còn nợ gì của đợt này")
        assert house.status(UNIT, SECOND) == "nothing_to_report"
    used = {(one.round_id, one.kind.value) for one in uses_of(house.store, UNIT)}
    assert {(FIRST, "upload"), (FIRST, "form"), (SECOND, "more_time"), (SECOND, "nothing")} <= used


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_a_wrong_hand_does_nothing(house: House, tmp_path: Path) -> None:
    link, others = (link_in(house.mails_to(unit)[0]) for unit in (UNIT, OTHER))
    names = {code: house.at(at(date(2026, 3, 2))).units.get(code).name for code in (UNIT, OTHER)}
    form = house.instance.round_out(FIRST) / "bieu-mau" / f"{FIRST}_{UNIT}.xlsx"
    mine = tmp_path / "bieu.xlsx"
    mine.write_bytes(fill_workbook(form.read_bytes(), good_answers(form.read_bytes(), 3)))
    with browsing(house.address, phone=True, downloads=tmp_path) as person:
        opens(person, link[:-6] + "AAAAAA", "Liên kết không đúng", "điện thoại")
        opens(person, house.link_of(UNIT, at(date(2025, 12, 1))), "Liên kết đã hết hạn", "điện thoại")

        # Another unit's link shows that unit, and takes no file of this one.
        opens(person, others, names[OTHER])
        assert names[UNIT] not in "\n".join(person.labels)
        sends(person, "nop", tep=str(mine))
        person.reads(names[UNIT], "Cần hỏi")  # the refusal says whose form it is
        assert house.status(UNIT) == house.status(OTHER) == "open"

        # Another site's form, pressed by somebody who has the page open and whose link the site has got to know.
        with elsewhere(link) as trap:
            person.driver.get(trap)
            person.driver.find_element("tag name", "button").click()
            person.reads("Chưa thực hiện")
        assert house.status(UNIT) == "open"

        # Revoked by command: what lies open is of no use any more.
        opens(person, link, "Khai không phát sinh")
        revoke = ["trang-don-vi", "thu-hoi", UNIT, "--ly-do", "Thư bị chuyển nhầm", "--nguoi", "Chuyên viên"]
        said = subprocess.run(
            [sys.executable, "-m", "cchc.cli", *revoke],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Đã thu hồi" in said.stdout
        person.driver.find_element("name", "xac-nhan").click()
        sends(person, "khong_phat_sinh")
        person.reads("Liên kết đã bị thu hồi", "điện thoại")
        assert house.status(UNIT) == "open"


@contextmanager
def elsewhere(link: str) -> Iterator[str]:
    """A site of somebody else with a button that posts to the unit's page."""
    page = (
        f'<form method="post" action="{link}"><input name="viec" value="khong_phat_sinh">'
        '<input name="xac-nhan" value="co"><input name="ma" value="x"><button>Xem ảnh</button></form>'
    ).encode()

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as in http.server
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Trap) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
