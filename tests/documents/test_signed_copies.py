"""Nothing leaves that must be signed and is not: what is wrong with a signed copy has words of its own."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from tests.documents.test_handing_out import APPROVAL, NOON, ROUND, issue, mails, own_config, run
from tests.support.signed import FIRST, SIGNED_AT, office, pdf_of, signed_on_paper

from cchc.audit.files import registry
from cchc.audit.inquiry import Inquiry
from cchc.audit.proofs import LastProof
from cchc.chasing.day_summary import summarise_day
from cchc.claims.texts import read_document
from cchc.clock import at
from cchc.config_files.samples import samples_left
from cchc.documents.handing_out import mail_issued, mail_signed, waits
from cchc.documents.papers import pdf_copies, record, request_letter
from cchc.documents.registry import DocumentRecord, document, documents, record_document
from cchc.documents.same_text import difference
from cchc.documents.signed_copies import DIGITAL, Given, Looked, add, find, look_at, signed_copy, unsigned
from cchc.documents.signed_pdf import authorities, read_signed
from cchc.errors import ConfigErrors, RuleRefused
from cchc.mail.mail import ISSUED, URGING, Mail, enqueue, relative_to_root
from cchc.obligations import RoundEventKind
from cchc.run import Run
from cchc.stages import chasing
from cchc_rehearsal.signer import new_signer, scanned_page

__all__ = ["own_config", "run"]
TRUSTED = "certificates/ca-thu.pem"


@pytest.fixture
def report(run: Run) -> DocumentRecord:
    """An approved report that nobody has signed."""
    found = document(run.store, issue(run, signed=False)[0])
    assert found is not None
    return found


def printed(run: Run, one: DocumentRecord, old: str = "", new: str = "") -> bytes:
    """The document as Word prints it: its words, other bytes than ours."""
    text = read_document(one.kept_at(run.instance).read_bytes(), "van-ban.docx").text
    assert old in text
    return pdf_of(text.replace("\t", "  ").replace(old, new) if old else text.replace("\t", "  "))


def refused(run: Run, one: DocumentRecord, content: bytes, given: Given = DIGITAL) -> RuleRefused:
    with pytest.raises(RuleRefused, match=r"ky\.pdf") as found:
        look_at(run, one, content, "ky.pdf", given)
    assert signed_copy(run.store, one) is None, "looking records nothing"
    return found.value


def trust(folder: Path, pem: bytes) -> None:
    (folder / "certificates").mkdir()
    (folder / TRUSTED).write_bytes(pem)


def test_a_signed_copy_is_kept_with_who_added_it_who_signed_and_when(
    run: Run, report: DocumentRecord, own_config: Path
) -> None:
    trust(own_config, office().authority.pem)
    later = replace(run, as_of=SIGNED_AT + timedelta(hours=1), actor="Văn thư")
    content = office().signer.sign(printed(run, report), SIGNED_AT)
    looked = look_at(later, report, content, "ky.pdf")
    assert signed_copy(run.store, report) is None
    copy = add(later, looked)
    assert add(later, looked) == copy, "the same copy again is one"
    (signature,) = copy.provenance["signatures"]
    assert (signature["signer"], signature["trusted"]) == ("Nguyễn Văn A", True)
    assert signature["signed_at"] == "2026-03-19T14:00:00+07:00"
    assert (copy.provenance["by"], copy.provenance["signs"]) == ("Văn thư", report.document_id)
    assert (copy.number, copy.symbol, copy.issued_on) == ("12", "BC-UBND", date(2026, 3, 19))
    assert copy.kept_at(run.instance).read_bytes() == content
    (event,) = [one for one in run.rounds.events(ROUND) if one.kind is RoundEventKind.signed]
    assert (event.actor, event.detail["sha256"]) == ("Văn thư", copy.file_sha256)
    assert mail_signed(later) > 0
    assert mail_signed(later) == 0, "once"
    names = {Path(one).name for row in mails(run) for one in json.loads(row["attachments"])}
    assert names == {f"bao-cao-{ROUND}-12_da-ky.pdf", "phu-luc-12.xlsx"}


def test_nothing_is_mailed_before_the_signed_copy_is_there_and_operators_hear_of_it(
    run: Run, report: DocumentRecord
) -> None:
    assert waits(run, report)
    assert mail_issued(run, [report.document_id]) == mail_signed(run) == 0
    assert unsigned(run) == [report]
    found = summarise_day(run)
    assert found.unsigned == 1 and found.not_reached == []
    assert any("Chờ ký" in step for step in found.next_steps)
    signed_on_paper(run, [report.document_id])
    assert unsigned(run) == [] and summarise_day(run).unsigned == 0


def test_what_is_signed_two_weeks_later_goes_to_the_units_of_that_day(
    run: Run, report: DocumentRecord, own_config: Path
) -> None:
    gone = run.units.on(run.today, ["xa"])[0]
    path = own_config / "units.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    (ended,) = [row for row in rows if row["code"] == gone.code]
    new = {"code": "xa-moi", "valid_from": "2026-04-01", "mailboxes": "xamoi@angiang.example"}
    rows.append(ended | new | {"predecessors": gone.code})
    ended["valid_to"] = "2026-03-31"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    signed = replace(run, as_of=at(date(2026, 4, 2), 9))
    signed_on_paper(signed, [report.document_id])
    assert mail_signed(signed) > 0
    reached = {address for row in mails(run) for address in json.loads(row["recipients"])}
    assert "xamoi@angiang.example" in reached
    assert not reached & set(gone.mailboxes), "dissolved between the approval and the signature"


def test_a_mail_that_would_carry_an_unsigned_document_is_held(run: Run, report: DocumentRecord) -> None:
    draft = record(run, "bao_cao_du_thao", b"PK nhap", "nhap.docx")
    pdf = next(one for one in documents(run.store, ROUND) if one.kind == "bao_cao_pdf")
    letter = document(run.store, request_letter(run))
    parts = [report, pdf, document(run.store, draft), letter]
    for place, one in enumerate(parts):
        assert one is not None
        to_unit = Mail(
            f"thu/{place}", ISSUED, NOON, ROUND, None, ("a@b.example",), (), "Thư", "<p>Thư</p>", "Thư",
            (relative_to_root(run.instance, one.copied_to(run.instance)),),
        )  # fmt: skip
        inside = replace(to_unit, key=f"trong/{place}", kind=URGING)
        with run.store.write() as tx:
            enqueue(tx, to_unit)
            enqueue(tx, inside)
    counts = chasing.send(run)
    assert (counts["held"], counts["previewed"]) == (4, 4), "those who see to the signature get the draft"
    row = run.store.one("mail.mail", mail_key="thu/0")
    assert row is not None and "chưa có bản đã ký" in row["server_answer"]


def printed_by_us(run: Run, report: DocumentRecord, words: str) -> bytes:
    """A PDF that we made of the report; its text layer says what it says."""
    own, made_from = pdf_of(words), {"made_from": report.file_sha256}
    record = replace(report, kind="bao_cao_pdf", file_name="khac.pdf", provenance=made_from)
    record_document(run.store, run.instance, record, own)
    return own


def with_page_of(pdf: bytes, other: bytes) -> bytes:
    """The PDF with its page replaced behind its end, as an incremental update may."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pages = writer.root["/Pages"]
    page = PdfFileReader(io.BytesIO(other)).root["/Pages"]["/Kids"][0]
    pages["/Kids"][0] = writer.add_object(writer.import_object(page))
    writer.update_container(pages)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_our_own_pdf_with_another_page_behind_its_bytes_is_refused(run: Run, report: DocumentRecord) -> None:
    words = (
        "Trong năm các cơ quan, đơn vị đã giải quyết 47.106 hồ sơ thủ tục hành chính, đúng hạn 42.591 hồ sơ"
    )
    own = printed_by_us(run, report, words)
    shown = with_page_of(own, pdf_of(words.replace("47.106", "49.106")))
    assert shown.startswith(own)
    found = refused(run, report, office().signer.sign(shown, SIGNED_AT))
    assert found.rule == "text-differs" and "47" in str(found)


def test_a_signature_by_our_own_pdf_is_compared_with_that_pdf(run: Run, report: DocumentRecord) -> None:
    own = printed_by_us(run, report, "Trang in không có lớp chữ nào giống văn bản")
    assert isinstance(look_at(run, report, office().signer.sign(own, SIGNED_AT), "ky.pdf"), Looked)
    assert pdf_copies(run, []) == []


def test_what_is_no_pdf_is_said_to_be_none(run: Run, report: DocumentRecord) -> None:
    for content in (b"PK\x03\x04 docx", b"", b"%PDF-1.7 nua chung"):
        assert refused(run, report, content).rule == "no-pdf"


def test_an_unsigned_pdf_is_said_to_be_unsigned(run: Run, report: DocumentRecord) -> None:
    found = refused(run, report, printed(run, report))
    assert found.rule == "unsigned" and "--ban-giay" in str(found)


def test_a_pdf_that_was_changed_after_signing_is_refused_with_the_signers_name(
    run: Run, report: DocumentRecord
) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    content = office().signer.sign(printed(run, report), SIGNED_AT)
    flipped = bytearray(content)
    flipped[content.index(b"stream") + 40] ^= 1
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    page = writer.find_page_for_modification(0)[0].get_object()
    more = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 100 100 l S"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), more])
    writer.update_container(page)
    added = io.BytesIO()
    writer.write(added)
    for changed in (bytes(flipped), added.getvalue()):
        found = refused(run, report, changed)
        assert found.rule == "changed-after-signing" and "Nguyễn Văn A" in str(found)


def test_a_second_signature_breaks_no_first_one(run: Run, report: DocumentRecord) -> None:
    first = office().signer.sign(printed(run, report), SIGNED_AT)
    second = office().signer.sign(first, SIGNED_AT + timedelta(minutes=5), "DongDau")
    assert len(look_at(run, report, second, "ky.pdf").signatures) == 2


def test_a_certificate_of_an_unknown_authority_is_refused_where_authorities_are_configured(
    run: Run, report: DocumentRecord, own_config: Path
) -> None:
    content = office().signer.sign(printed(run, report), SIGNED_AT)
    assert not look_at(run, report, content, "ky.pdf").signatures[0].trusted, (
        "nothing to compare with is said"
    )
    trust(own_config, office("Cơ quan khác").authority.pem)
    found = refused(run, report, content)
    assert found.rule == "certificate-untrusted" and "Cơ quan chứng thực thử" in str(found)


def test_a_signature_outside_the_life_of_its_certificate_is_refused(
    run: Run, report: DocumentRecord, own_config: Path
) -> None:
    trust(own_config, office().authority.pem)
    old = new_signer(
        office().authority, "Người Cũ", "UBND tỉnh", FIRST - timedelta(days=400), FIRST - timedelta(days=35)
    )
    found = refused(run, report, old.sign(printed(run, report), SIGNED_AT))
    assert found.rule == "certificate-expired" and "27/11/2025" in str(found)


def test_a_signed_pdf_of_another_document_is_refused(run: Run, report: DocumentRecord) -> None:
    other = office().signer.sign(pdf_of("Kế hoạch khác\nSố: 99/KH-UBND\nNội dung khác hẳn"), SIGNED_AT)
    found = refused(run, report, other)
    assert found.rule == "another-document" and "12/BC-UBND" in str(found)


def test_a_signed_pdf_with_another_figure_names_the_figure_that_is_gone(
    run: Run, report: DocumentRecord
) -> None:
    content = office().signer.sign(printed(run, report, "17/03/2026", "18/03/2026"), SIGNED_AT)
    found = refused(run, report, content)
    assert found.rule == "text-differs" and "17" in str(found)


def test_a_scan_needs_a_persons_words_its_number_and_its_day(run: Run, report: DocumentRecord) -> None:
    day, page = date(2026, 3, 19), scanned_page()
    for given, rule in (
        (Given("12", day, "", scan=True), "scan-without-words"),
        (Given("", day, "ký giấy", scan=True), "number-needed"),
        (Given("12", None, "ký giấy", scan=True), "number-needed"),
        (Given("13", day, "ký giấy", scan=True), "another-number"),
        (Given("12", date(2026, 3, 20), "ký giấy", scan=True), "another-number"),
    ):
        assert refused(run, report, page, given).rule == rule
    copy = add(run, look_at(run, report, page, "ky.pdf", Given("12", day, "ký giấy", scan=True)))
    assert (copy.provenance["way"], copy.provenance["words"]) == ("scan", "ký giấy")


def test_a_letter_gets_its_number_from_its_signed_copy(run: Run) -> None:
    letter = document(run.store, request_letter(run))
    assert letter is not None
    assert refused(run, letter, office().signer.sign(printed(run, letter), SIGNED_AT)).rule == "number-needed"
    given = Given("45", date(2026, 3, 19))
    content = office().signer.sign(printed(run, letter), SIGNED_AT)
    copy = add(run, look_at(run, letter, content, "ky.pdf", given))
    assert (copy.number, copy.symbol, copy.issued_on) == ("45", "SNV-CCHC", date(2026, 3, 19))


def test_a_copy_that_was_sent_cannot_be_replaced(run: Run, report: DocumentRecord) -> None:
    signed_on_paper(run, [report.document_id])
    mail_issued(run, [report.document_id])
    with pytest.raises(RuleRefused) as found:
        look_at(run, report, scanned_page(), "ky.pdf", Given("12", date(2026, 3, 19), "ký giấy", scan=True))
    assert found.value.rule == "sent-already"


def test_a_document_is_named_by_its_number_its_file_or_its_id(run: Run, report: DocumentRecord) -> None:
    for name in ("12/BC-UBND", f"bao-cao-{ROUND}-12.docx", report.document_id):
        assert find(run, name) == report
    with pytest.raises(RuleRefused, match="12/BC-UBND") as found:
        find(run, "13/BC-UBND")
    assert found.value.rule == "no-such-document"


def test_a_document_sent_before_signatures_were_asked_for_waits_for_none(
    run: Run, own_config: Path, report: DocumentRecord
) -> None:
    path = own_config / "documents.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("required: [bao_cao, ", "required: ["), encoding="utf-8")
    assert mail_issued(run, [report.document_id]) > 0
    assert json.loads(mails(run)[0]["attachments"])[0].endswith(".docx")
    path.write_text(text, encoding="utf-8")
    assert unsigned(replace(run, as_of=NOON + timedelta(days=1))) == []


def test_the_audit_knows_signed_copies_and_misses_the_event_of_one(run: Run, report: DocumentRecord) -> None:
    (copy,) = signed_on_paper(run, [report.document_id])
    assert not damages(run)
    with run.store.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM round_events WHERE kind = 'signed'")
    assert damages(run) == {("copy_not_added", copy.document_id)}


def damages(run: Run) -> set[tuple[str, str]]:
    inquiry = Inquiry(run, LastProof(), None, read_again=True)
    with inquiry.asking("registry"):
        registry(inquiry)
    return {(one.kind, one.thing) for one in inquiry.damages}


def test_a_certificate_folder_with_something_else_in_it_is_a_fault_of_the_configuration(
    own_config: Path,
) -> None:
    assert authorities() == ()
    trust(own_config, b"khong phai chung thu")
    with pytest.raises(ConfigErrors, match="ca-thu"):
        authorities()
    (own_config / TRUSTED).write_bytes(office().authority.pem * 2)
    assert len(authorities()) == 2
    assert not [one for one in samples_left(own_config) if "certificates" in one.file]


def test_the_name_of_the_signer_is_read_without_any_authority() -> None:
    content = office().signer.sign(pdf_of("Một trang"), SIGNED_AT)
    (found,) = read_signed(content, "ky.pdf").signatures
    assert (found.signer, found.organisation, found.signed_at) == ("Nguyễn Văn A", "UBND tỉnh", SIGNED_AT)


def test_figures_are_compared_one_by_one_and_broken_ones_are_joined() -> None:
    text = "Tổng số 47.106 hồ sơ, đạt 98,5%; kinh phí 33.792.526.730 đồng"
    assert (
        difference(text, "Tổng số 47.106 hồ sơ, đạt 98,5%; kinh phí 33.792.526.73\n0\n97 đồng", None) is None
    )
    found = difference(text, text.replace("47.106", "47.107"), None)
    assert found is not None and found.figures == ("106",) and not found.is_another
    found = difference(text, text, "12/BC-UBND")
    assert found is not None and found.is_another
    assert difference(text, text + " Số: 12 / BC-UBND", "12/BC-UBND") is None


def test_the_approval_of_the_tests_is_the_one_that_is_signed() -> None:
    assert (APPROVAL.number, APPROVAL.decided_at) == ("12", at(date(2026, 3, 19), 12))
