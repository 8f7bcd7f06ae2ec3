"""Page 'Chờ ký': a signed copy is looked at with its receivers, then recorded and sent, by whoever may act."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, NOW, OWN, client, moment
from tests.documents.test_handing_out import ROUND, issue, mails
from tests.support.signed import office, pdf_of

from cchc.clock import at
from cchc.documents.registry import DocumentRecord, document, pdf_copy
from cchc.documents.signed_copies import signed_copy
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_board import posted
from cchc_board.actors import Actor
from cchc_board.genuine import new_token
from cchc_rehearsal.signer import scanned_page

__all__ = ["moment"]
SCAN = {"ban-giay": "1", "ly-do": "ký giấy", "so": "12", "ngay-ky": "2026-03-19"}


@pytest.fixture
def run(store: Store, instance: Instance, moment: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    run = Run(store, instance, at(NOW.date(), 8), ROUND)
    RoundLedger(store).open(run.round, run.as_of, "thu")
    return run


@pytest.fixture
def report(run: Run) -> DocumentRecord:
    found = document(run.store, issue(run, signed=False)[0])
    assert found is not None
    return found


@pytest.fixture
def operator(run: Run) -> TestClient:
    return client(lambda: Actor("an"))


def upload(
    browser: TestClient,
    fields: dict[str, str],
    content: bytes,
    headers: dict[str, str] = OWN,
    token: str = "",
) -> Any:
    return browser.post(
        "/cho-ky",
        data={"viec": "xem", "ma": token or new_token(KEY, "an", NOW)} | fields,
        files={"tep": ("da-ky.pdf", content, "application/pdf")},
        headers=headers,
    )


def send(browser: TestClient, sealed: str) -> Any:
    fields = {"viec": "gui", "ma": new_token(KEY, "an", NOW), "ban": sealed}
    return browser.post("/cho-ky", data=fields, headers=OWN)


def test_a_copy_is_looked_at_with_its_receivers_and_leaves_when_they_are_agreed_to(
    run: Run, report: DocumentRecord, operator: TestClient
) -> None:
    assert "1 văn bản của đợt chờ bản đã ký" in html.unescape(operator.get(f"/dot/{ROUND}").text)
    listed = html.unescape(operator.get("/cho-ky").text)
    pdf = pdf_copy(run.store, report)
    assert pdf and f'/van-ban/{pdf.document_id}" download>Tải về (PDF)' in listed, "what is to be signed"
    assert "12/BC-UBND" in listed and "Bộ Nội vụ: 1 hộp thư" in listed and "12:00 19/03/2026" in listed
    looked = upload(operator, SCAN | {"van-ban": report.document_id}, scanned_page())
    assert looked.status_code == 200
    page = html.unescape(looked.text)
    assert "mang số 12, ngày 19/03/2026" in page and "Lý do: ký giấy" in page
    assert page.count("Bộ Nội vụ: 1 hộp thư") == 2, "beside the list, once more before it is sent"
    assert signed_copy(run.store, report) is None and mails(run) == []
    found = re.search(r'name="ban" value="([^"]+)"', looked.text)
    assert found
    done = send(operator, found[1])
    assert done.status_code == 303
    copy = signed_copy(run.store, report)
    assert copy is not None and copy.provenance["by"] == "an" and mails(run)
    assert "chờ bản đã ký" not in html.unescape(operator.get(f"/dot/{ROUND}").text)
    after = html.unescape(operator.get(done.headers["location"]).text)
    assert "Đã ghi bản đã ký của 12/BC-UBND" in after and "Không có văn bản nào chờ" in after


def test_where_no_pdf_was_made_the_word_file_is_offered(
    report: DocumentRecord, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cchc_board.papers.signing_page.pdf_copies", lambda *_: {})
    listed = html.unescape(operator.get("/cho-ky").text)
    assert f'/van-ban/{report.document_id}" download>Tải về</a>' in listed


def test_what_the_command_refuses_is_refused_in_its_words_and_what_was_typed_stays(
    run: Run, report: DocumentRecord, operator: TestClient
) -> None:
    named = {"van-ban": report.document_id}
    other = office().signer.sign(pdf_of("Một văn bản khác\nkhông có gì chung"), NOW)
    for fields, content, words in (
        (named, pdf_of("Chưa ký"), "chưa có chữ ký số"),
        (named, other, "PDF của một văn bản khác"),
        (SCAN | named | {"so": "13"}, scanned_page(), "Bản chụp “da-ky.pdf” ghi 13/BC-UBND"),
        (SCAN, scanned_page(), "Chưa chọn văn bản nào"),
        (named, b"", "Chưa chọn tệp PDF đã ký"),
    ):
        answer = upload(operator, fields, content)
        assert answer.status_code == 422 and words in html.unescape(answer.text)
    assert 'value="ký giấy"' in html.unescape(upload(operator, SCAN, scanned_page()).text)
    assert signed_copy(run.store, report) is None and mails(run) == []


def test_nobody_else_and_no_other_page_adds_a_copy(
    run: Run, report: DocumentRecord, operator: TestClient
) -> None:
    fields = SCAN | {"van-ban": report.document_id}
    viewer = client(lambda: None)
    assert "12/BC-UBND" in viewer.get("/cho-ky").text and 'type="file"' not in viewer.get("/cho-ky").text
    assert 'type="file"' not in operator.get("/cho-ky", params={"ngay": "2026-03-20"}).text
    refused = [
        upload(viewer, fields, scanned_page()),
        upload(operator, fields, scanned_page(), {"Origin": "http://evil.example"}),
        upload(operator, fields, scanned_page(), token=new_token(KEY, "binh", NOW)),
        operator.post("/cho-ky", data=fields, headers=OWN),
        operator.post("/cho-ky", content=b"--x--", headers=OWN | {"Content-Type": "multipart/form-data"}),
        send(viewer, "x"),
    ]
    assert [one.status_code for one in refused] == [403] * len(refused)
    assert send(operator, "x").status_code == 422, "nothing was looked at"
    assert signed_copy(run.store, report) is None


def test_a_file_larger_than_mails_carry_is_refused_with_what_to_do(
    report: DocumentRecord, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "LARGEST_FILE", 2000)
    answer = upload(operator, SCAN | {"van-ban": report.document_id}, b"%PDF" + b"a" * 4000)
    assert answer.status_code == 413 and "200 dpi" in html.unescape(answer.text)

    def parts() -> Any:
        for _ in range(100):
            yield b"a" * 100

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert operator.post("/cho-ky", content=parts(), headers=OWN | kind).status_code in (403, 413)
