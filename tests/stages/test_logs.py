"""What is logged while a round goes on names no mailbox and no person: logs are read, copied and kept by many."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.sources.samples import export, register
from tests.sources.samples import row as dossier
from tests.submissions.test_receipt_sent import arrive
from tests.support.province import MORNING, OTHER, ROUND, UNIT, Province

from cchc.chasing.sending import send_current
from cchc.clock import at
from cchc.errors import CchcError
from cchc.mail.mail import Mail, enqueue
from cchc.mail.server import SmtpConfig
from cchc.sources import freeze_snapshot, land_file
from cchc.stages import chasing, maintaining
from cchc_airflow.notifier import ApprovalNotifier
from cchc_rehearsal.fill import Answers, fill_workbook

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PERSON, PHONE = "Nguyễn Thị Rất Riêng", "0912345678"


def landed(province: Province) -> None:
    """An export whose columns hold people, and rows that cannot be taken."""
    path = province.instance.export_drop / "mot-cua.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export([dossier("H01-1"), dossier("H01-2", Ngày_hẹn_trả=f"{PERSON} {PHONE}")]))
    land_file(province.store, province.instance, path, register(), MORNING)
    freeze_snapshot(province.store, province.instance, "one_stop", MORNING.date(), MORNING)


def test_a_round_with_receipts_returns_reminders_and_failures_logs_nobody(
    province: Province,
    make_mail: Callable[..., Mail],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert arrive(province, province.filled()) == {"accepted": 1}
    by_name = fill_workbook(
        province.form(OTHER),
        Answers(narratives={"thu_tuc": f"{PERSON}, điện thoại {PHONE}, hộp thư rieng@tu.example"}),
    )
    arrive(province, by_name, f"{ROUND}_{OTHER}.xlsx")
    landed(province)
    late = province.at(at(date(2026, 3, 18), 8))
    chasing.decide(late)
    chasing.report(late)
    maintaining.audit(late)
    settings = province.instance.settings_file
    settings.write_text("mail_mode: redirect\nredirect_to: nhan@thay.example\n", encoding="utf-8")
    nowhere = SmtpConfig("127.0.0.1", 1, None, None, "none", "cchc@so.example")
    tomorrow = replace(late, as_of=late.as_of + timedelta(days=1), smtp=nowhere)
    with tomorrow.store.write() as tx:
        enqueue(tx, replace(make_mail(), as_of=tomorrow.as_of))
    with pytest.raises(CchcError):
        send_current(tomorrow.store, tomorrow.instance, nowhere, tomorrow.as_of)
    monkeypatch.setattr("cchc_airflow.context.run_context", lambda _: tomorrow)
    monkeypatch.setattr(ApprovalNotifier, "enqueue", lambda *_: None)
    ApprovalNotifier("dự thảo").notify({})
    assert "the mail could not be sent" in caplog.text, "the sending that failed was logged"
    assert ADDRESS.findall(caplog.text) == []
    for word in (PERSON, PHONE, *province.run.units.get(UNIT).mailboxes):
        assert word not in caplog.text
