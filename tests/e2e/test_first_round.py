"""`docs/khoi-dau.md`, walked through as it stands: from nothing to an issued report of three units.

Requests leave over SMTP, filled forms come back into a real mailbox, a person approves through Airflow's API. The
steps and their order are those of the page; only the addresses of the servers are the test's own.
"""

from __future__ import annotations

import email
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.e2e.airflow_server import until
from tests.support.province import XLSX, good_answers

from cchc.airflow_env import airflow_environment, password_file
from cchc.clock import at, from_text
from cchc.obligations import Phase, RoundLedger
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store
from cchc_rehearsal.dovecot import LOOPBACK, PASSWORD, ImapAccount
from cchc_rehearsal.fill import fill_workbook
from cchc_rehearsal.signer import scanned_page
from cchc_rehearsal.sink import MailSink

PAGE = PROJECT_ROOT / "docs" / "khoi-dau.md"
ROUND = "2026-Q1"
# When each Dag of the page runs, in the order of the page.
MOMENTS = {
    "mo_dot_bao_cao": at(date(2026, 3, 2), 8),
    "tiep_nhan_bao_cao": at(date(2026, 3, 16), 10),
    "chot_dot_bao_cao": at(date(2026, 3, 19), 9),
    "don_doc": at(date(2026, 3, 20), 8),
}
OF_A_ROUND = ("mo_dot_bao_cao", "chot_dot_bao_cao")
SERVED = "up"  # runs until it is stopped
_FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_STEP = re.compile(r"^\./cchc (?P<command>.+)$|^- Chạy quy trình `(?P<dag>\w+)`", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """What the page tells to do: a command, or a Dag to start."""

    command: str = ""
    dag: str = ""


def steps() -> Iterator[Step]:
    for found in _STEP.finditer(PAGE.read_text(encoding="utf-8")):
        yield Step(found["command"] or "", found["dag"] or "")


def files_of_the_page() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    return {name: content for _, name, content in _FENCE.findall(text) if name}


@dataclass
class Newcomer:
    """Somebody at the machine: types commands, starts Dags, and answers as units and as the leader do."""

    folder: Path
    instance: Instance
    sink: MailSink
    account: ImapAccount

    def __post_init__(self) -> None:
        self.environment = {**os.environ, "CCHC_HOME": str(self.instance.root), "COLUMNS": "200"}
        self._dags: subprocess.Popen[str] | None = None

    def writes_the_files(self) -> None:
        for name, content in files_of_the_page().items():
            (self.folder / name).write_text(content, encoding="utf-8")
        (self.folder / "bao-cao-da-ky.pdf").write_bytes(scanned_page())
        file = self.folder / "tra-loi.yaml"
        answers = yaml.safe_load(file.read_text(encoding="utf-8")) | {
            "folder": str(self.folder / "cau-hinh"),
            "smtp_host": LOOPBACK, "smtp_port": self.sink.port, "smtp_security": "none", "smtp_user": "",
            "imap_host": LOOPBACK, "imap_port": self.account.tls_port, "imap_user": self.account.user,
            "ca_file": str(self.account.cert_file),
        }  # fmt: skip
        file.write_text(yaml.safe_dump(answers, allow_unicode=True), encoding="utf-8")

    def types(self, command: str) -> str:
        words = shlex.split(command.replace("ket-qua/", f"{self.instance.out}/"))
        done = subprocess.run(
            [sys.executable, "-m", "cchc.cli", *words],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0, f"./cchc {command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def serves(self) -> None:
        """`./cchc up` in a window of its own: ready, with the board behind its login, and ended by Ctrl-C.

        The scheduler starts nothing by the calendar meanwhile: the rounds of this test are those of another day.
        """
        screen = self.folder / "man-hinh.txt"
        environment = self.environment | {
            "PYTHONIOENCODING": "utf-8",
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        }
        with screen.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "cchc.cli", SERVED],
                cwd=self.folder, env=environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

        def ready() -> bool:
            told = screen.read_text(encoding="utf-8")
            assert process.poll() is None, told
            return "Ctrl-C" in told

        try:
            until(ready, 180, "the server is ready")
            address = re.search(r"http://127\.0\.0\.1:\d+", screen.read_text(encoding="utf-8"))
            assert address is not None, "the page says: open the address that the command prints"
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(f"{address[0]}/cchc/viec-can-lam", timeout=30)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0, screen.read_text(encoding="utf-8")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)

    def starts(self, dag: str) -> None:
        dags = self._running_dags()
        asked = {
            "dag": dag,
            "moment": MOMENTS[dag].isoformat(),
            "round": ROUND if dag in OF_A_ROUND else None,
        }
        assert dags.stdin and dags.stdout
        dags.stdin.write(json.dumps(asked) + "\n")
        dags.stdin.flush()
        if dag == "chot_dot_bao_cao":
            self._leader_approves()
        answer = dags.stdout.readline()
        log = (self.folder / "dags.log").read_text(encoding="utf-8")[-6000:]
        assert answer and json.loads(answer)["state"] == "success", f"{dag}: {answer}\n{log}"

    def leaves(self) -> None:
        if self._dags is not None:
            self._dags.stdin.close()  # type: ignore[union-attr]  # it is a pipe
            self._dags.wait(60)

    def units_reply(self) -> list[str]:
        """Each unit fills in the form that came with its request and answers the mail; who was asked."""
        asked = []
        for delivery in list(self.sink.received):
            request = email.message_from_bytes(delivery.path.read_bytes(), policy=default)
            forms = [one for one in request.iter_attachments() if str(one.get_filename()).endswith(".xlsx")]
            if not forms:
                continue
            form = forms[0].get_payload(decode=True)
            reply = EmailMessage(policy=SMTP)
            reply["From"], reply["To"] = delivery.recipients[0], str(request["Reply-To"])
            reply["Subject"] = f"Re: {request['Subject']}"
            reply["Message-ID"] = f"<tra-loi-{len(asked)}@vinhlong.gov.vn>"
            reply["In-Reply-To"] = reply["References"] = str(request["Message-ID"])
            reply.set_content("Kính gửi Sở Nội vụ, đơn vị xin gửi báo cáo.\n")
            filled = fill_workbook(form, good_answers(form, 7 + len(asked), signed_on=date(2026, 3, 16)))
            reply.add_attachment(
                filled, maintype="application", subtype=XLSX, filename=str(forms[0].get_filename())
            )
            taken_at = MOMENTS["tiep_nhan_bao_cao"] - timedelta(hours=1)
            self.account.deliver(reply.as_bytes(), taken_at)
            asked += delivery.recipients
        return sorted(asked)

    def _running_dags(self) -> subprocess.Popen[str]:
        if self._dags is None:
            self._dags = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("first_round.py"))],
                env=self._as_airflow(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                stderr=(self.folder / "dags.log").open("w"),
            )  # fmt: skip
        return self._dags

    def _as_airflow(self) -> dict[str, str]:
        own = airflow_environment(self.instance) | {"PYTHONPATH": str(PROJECT_ROOT)}
        return self.environment | own | {"CCHC_CONFIG": ""}

    def _leader_approves(self) -> None:
        password = json.loads(password_file(self.instance).read_text(encoding="utf-8"))["lanh-dao"]
        typed = {"so": "45", "ky_hieu": "BC-UBND", "ngay": "2026-03-19", "nhan_xet": ""}
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("decide.py"))],
            input=json.dumps(["lanh-dao", password, "chot_dot_bao_cao", typed]),
            env=self._as_airflow(), capture_output=True, text=True, check=False, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr[-3000:]


@pytest.fixture
def newcomer(
    tmp_path: Path, instance: Instance, account: ImapAccount, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Newcomer]:
    monkeypatch.setenv("CCHC_IMAP_PASSWORD", PASSWORD)
    with MailSink(tmp_path / "thu") as sink:
        person = Newcomer(tmp_path, instance, sink, account)
        try:
            yield person
        finally:
            person.leaves()


def rows(store: Store, statement: str, *values: str) -> list[dict[str, Any]]:
    with store.read() as tx:
        return [dict(row) for row in tx.connection.exec_driver_sql(statement, values).mappings()]


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(2400)
def test_the_first_round_of_three_units_is_issued_as_the_page_tells(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    mailboxes = ["anbinh@vinhlong.gov.vn", "stc@vinhlong.gov.vn", "stp@vinhlong.gov.vn"]
    newcomer.writes_the_files()
    took: list[tuple[str, float]] = []
    began = time.monotonic()
    for step in steps():
        started = time.monotonic()
        if step.dag:
            newcomer.starts(step.dag)
            if step.dag == "mo_dot_bao_cao":
                assert newcomer.units_reply() == mailboxes, "every unit is asked, with its form"
        elif step.command == SERVED:
            newcomer.serves()
        else:
            told = newcomer.types(step.command)
            if step.command.startswith("khoi-tao"):
                assert "Việc cần làm trước khi chạy thật" in told
        took.append((step.dag or f"./cchc {step.command}", time.monotonic() - started))
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(
            f"\nđợt đầu tiên: {seconds:.0f} s", *(f"  {one:5.1f} s  {what}" for what, one in took), sep="\n"
        )

    store = Store(newcomer.instance.store_url)
    state = RoundLedger(store).state(ROUND, datetime.now(at(date(2026, 3, 2)).tzinfo))
    assert state is not None and state.phase is Phase.ISSUED
    (report,) = rows(store, "SELECT * FROM documents WHERE kind = 'bao_cao' AND number IS NOT NULL")
    assert (report["number"], report["symbol"]) == ("45", "BC-UBND")
    receipts = rows(store, "SELECT recipients, state FROM mails WHERE kind = 'bien_nhan'")
    assert sorted(json.loads(one["recipients"])[0] for one in receipts) == mailboxes
    handed = rows(store, "SELECT recipients, state FROM mails WHERE kind = 'van_ban_ban_hanh'")
    assert sorted(box for one in handed for box in json.loads(one["recipients"])) == mailboxes
    assert {one["state"] for one in [*receipts, *handed]} == {"sent"}
    # The sending run is of a day before the leader's click, which is of today: it finds the draft waiting, and says so.
    to_decide, _again = rows(store, "SELECT * FROM mails WHERE kind = 'cho_phe_duyet' ORDER BY as_of")
    assert json.loads(to_decide["recipients"]) == ["lanhdao@vinhlong.gov.vn"]
    assert 'href="https://cchc.vinhlong.gov.vn/' in to_decide["html"]
    assert len(newcomer.account.lying_in("Da-xu-ly")) == 3
    assert newcomer.account.lying_in("INBOX") == newcomer.account.lying_in("Can-xem-lai") == []
    (mode,) = rows(store, "SELECT * FROM mail_modes ORDER BY changed_at DESC LIMIT 1")
    assert mode["mode"] == "live" and from_text(mode["changed_at"])
    store.close()


def test_the_page_begins_with_the_installation_and_ends_with_what_is_left() -> None:
    told = list(steps())
    assert told[0].command == "khoi-tao --tra-loi tra-loi.yaml"
    assert told[-1].command == "khoi-tao --viec-con-lai"
    assert [one.dag for one in told if one.dag] == list(MOMENTS)
    assert Step(SERVED) in told
    assert set(files_of_the_page()) == {"don-vi.csv", "tra-loi.yaml"}
