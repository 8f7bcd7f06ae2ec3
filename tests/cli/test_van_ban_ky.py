"""`./cchc van-ban ky`: nothing is recorded before the receivers were looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.documents.test_handing_out import issue, mails, run
from typer.testing import CliRunner

from cchc.cli.van_ban_so import app
from cchc.documents.registry import document
from cchc.documents.signed_copies import signed_copy
from cchc.run import Run
from cchc_rehearsal.signer import scanned_page

__all__ = ["run"]


def test_receivers_are_shown_first_and_the_copy_is_kept_and_sent_when_they_are_agreed_to(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: run.as_of)
    report = document(run.store, issue(run, signed=False)[0])
    assert report is not None
    page = tmp_path / "da-ky.pdf"
    page.write_bytes(scanned_page())
    words = ["ky", "12/BC-UBND", str(page), "--nguoi-them", "Văn thư", "--ban-giay", "ký giấy"]
    words += ["--so", "12", "--ngay", "19/03/2026"]
    looked = CliRunner().invoke(app, words)
    assert looked.exit_code == 1 and "Bộ Nội vụ: 1 hộp thư" in looked.output, looked.output
    assert signed_copy(run.store, report) is None and mails(run) == []
    done = CliRunner().invoke(app, [*words, "--dong-y"])
    assert done.exit_code == 0, done.output
    copy = signed_copy(run.store, report)
    assert copy is not None and copy.provenance["by"] == "Văn thư"
    assert mails(run)
    listed = CliRunner().invoke(app, ["cho-ky"])
    assert "Văn thư thêm lúc" in listed.output
