"""Workbooks as they come by mail and by folder: saved by other programs, with macros, damaged, huge, hostile."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from tests.submissions.test_inbox import put, received
from tests.support.province import OTHER, ROUND, UNIT

from cchc.clock import at
from cchc.stages import receiving
from cchc.store import fingerprint
from cchc.submissions.inbox import UNREADABLE
from cchc.submissions.kept import latest_narratives, latest_values
from cchc.workbooks.form_workbook import IDENTITY_SHEET
from cchc_rehearsal.fill import Answer, Answers, fill_workbook
from cchc_rehearsal.old_writing import WAYS

MORNING = at(date(2026, 3, 10), 9)
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_MAIN = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def read(province, account):
    return receiving.receive_mail(province.at(MORNING), account.config())


def lay(province, content, name):
    """Put a file into the round's folder and take it in."""
    path = province.instance.inbox / ROUND / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    run = province.at(MORNING)
    return receiving.receive(run, receiving.pending(run))


def repacked(content, change=lambda name, part: part, more=()):
    """The archive with its parts changed, and parts put in."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in more:
            new.writestr(name, part)
    return buffer.getvalue()


def with_macros(content):
    """As Excel saves it as .xlsm: another main type, the program, a relation to it and its type."""

    def change(name, part):
        if name == "[Content_Types].xml":
            program = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            return part.replace(MAIN.encode(), MACRO_MAIN.encode()).replace(b"</Types>", program)
        if name == "xl/_rels/workbook.xml.rels":
            relation = (
                b'<Relationship Id="rIdVba" Target="vbaProject.bin" '
                b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>'
            )
            return part.replace(b"</Relationships>", relation)
        return part

    return repacked(content, change, [("xl/vbaProject.bin", b"Sub Auto_Open()")])


def kept_files(province):
    return [(province.instance.data / one["stored_path"]).read_bytes() for one in province.submissions()]


def returned(province):
    """The workbook that goes back with the one mail."""
    (mail,) = province.mails()
    (name,) = json.loads(mail["attachments"])
    return openpyxl.load_workbook(province.instance.root / name)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_ods_in_a_mail_counts_and_keeps_its_figures(province, account, compose, resave) -> None:
    account.deliver(compose(("bieu.ods", resave(province.filled(figure=12), "ods"))).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 12


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_wrong_ods_comes_back_as_the_form_with_its_cell_coloured(
    province, account, compose, resave
) -> None:
    account.deliver(compose(("bieu.ods", resave(province.faulty(), "ods"))).as_bytes(), MORNING)
    assert read(province, account) == {"rejected": 1}
    assert "mười hai" in province.mails()[0]["plain"]
    book = returned(province)
    cell = next(cell for cell in book["Số liệu"]["I"] if cell.value == "mười hai")
    assert cell.fill.fgColor.rgb == "FFF8CBAD"


def test_a_macro_workbook_in_a_mail_counts_and_its_program_is_never_kept(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsm", with_macros(province.filled()))).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}
    (kept,) = province.submissions()
    assert kept["file_name"] == "bieu.xlsx"
    (content,) = kept_files(province)
    assert b"Auto_Open" not in content
    openpyxl.load_workbook(io.BytesIO(content))
    (mail,) = province.mails()
    assert "macro" in mail["plain"]
    assert not [
        path
        for path in province.instance.root.rglob("*")
        if path.is_file() and b"Auto_Open" in path.read_bytes()
    ]


def test_a_macro_workbook_in_the_folder_counts_and_its_program_is_never_kept(province) -> None:
    assert lay(province, with_macros(province.filled()), "bieu.xlsm") == {"accepted": 1}
    assert not [
        path
        for path in province.instance.root.rglob("*")
        if path.is_file() and b"Auto_Open" in path.read_bytes()
    ]


def test_a_refused_macro_workbook_in_the_folder_is_set_aside_without_its_program(province) -> None:
    other = with_macros(repacked(province.filled(), more=[("xl/worksheets/la.xml", b"<x/>")]))
    foreign = repacked(other, lambda name, part: part.replace(b"2026-Q1", b"2026-6T"))
    assert set(lay(province, foreign, "bieu.xlsm")) <= {"unreadable", "refused"}
    aside = province.instance.inbox / UNREADABLE / ROUND
    assert sorted(path.name for path in aside.iterdir()) == ["bieu.xlsm.ly-do.txt", "bieu.xlsx"]
    assert b"vbaProject" not in (aside / "bieu.xlsx").read_bytes()


def test_a_bomb_in_a_mail_is_answered_as_too_large_and_nothing_is_unpacked(
    province, account, compose
) -> None:
    bomb = repacked(province.filled(), more=[("xl/media/anh.bin", bytes(61 * 1024 * 1024))])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bieu.xlsx", bomb)
    for number, (name, content) in enumerate([("bieu.xlsx", bomb), ("bieu.zip", packed.getvalue())]):
        mail = compose((name, content), message_id=f"<bom-{number}@dv.example>")
        account.deliver(mail.as_bytes(), MORNING)
    assert read(province, account) == {"answered": 2}
    assert {mail["subject"] for mail in province.mails()} == {"Thư hoặc tệp quá lớn"}
    assert province.submissions() == []


def test_a_damaged_macro_workbook_is_told_as_damaged_and_stops_nobody(province, account, compose) -> None:
    broken = bytearray(with_macros(province.filled()))
    start = broken.find(b"PK\x03\x04", 2000)
    broken[start - 400 : start - 200] = bytes(200)
    account.deliver(compose(("bieu.xlsm", bytes(broken))).as_bytes(), MORNING)
    good = compose(
        ("b.xlsx", province.filled(OTHER)), sender=province.mailbox_of[OTHER], message_id="<tot@dv.example>"
    )
    account.deliver(good.as_bytes(), MORNING)
    assert read(province, account) == {"answered": 1, "accepted": 1}
    assert any(mail["subject"] == "Tệp kèm thư bị hỏng" for mail in province.mails())


def test_a_file_of_100_mb_in_the_folder_is_refused_without_being_opened(province) -> None:
    before = len(province.mails())
    path = province.instance.inbox / ROUND / f"{ROUND}_{UNIT}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    run = province.at(MORNING)
    assert receiving.receive(run, receiving.pending(run)) == {"unreadable": 1}
    reason = province.instance.inbox / UNREADABLE / ROUND / f"{path.name}.ly-do.txt"
    assert "MB nên không được mở" in reason.read_text(encoding="utf-8")
    assert (len(province.mails()), province.submissions()) == (before, [])


FORMULA = '=HYPERLINK("http://x.example";"x")'


def test_what_a_unit_typed_stays_text_wherever_it_goes(province) -> None:
    """A formula typed as text is quoted in the mail and in the review, and is a formula in neither."""
    content = fill_workbook(province.form(), Answers({"I.1.1": Answer(FORMULA)}))
    assert lay(province, content, "bieu.xlsx") == {"rejected": 1}
    for sheet in ("Rà soát", "Số liệu"):
        cells = (cell for row in returned(province)[sheet].iter_rows() for cell in row)
        quoted = [cell for cell in cells if FORMULA in str(cell.value)]
        assert quoted and all(cell.data_type == "s" for cell in quoted)


@pytest.mark.parametrize(
    "entity", ['<!ENTITY e SYSTEM "file:///etc/passwd">', '<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;">']
)
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_entities_are_never_resolved(province, entity, part) -> None:
    def change(name, content):
        if name != part:
            return content
        body = content.split(b"?>", 1)[1].replace(b"<v>", b"<v>&e;", 1).replace(b"<t>", b"<t>&e;", 1)
        return b'<?xml version="1.0"?><!DOCTYPE x [' + entity.encode() + b"]>" + body

    before = fingerprint(province.store)
    words = lay(province, repacked(province.filled(), change), "bieu.xlsx")
    assert sum(words.values()) == 1
    told = "".join(mail["plain"] for mail in province.mails())
    assert "root:" not in told and "aaaa" not in told
    if "unreadable" in words:
        assert province.submissions() == []
    else:
        assert fingerprint(province.store) != before


def test_a_link_to_another_file_is_neither_followed_nor_sent_back(province) -> None:
    link = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
    )
    content = repacked(province.filled(), more=[("xl/externalLinks/externalLink1.xml", link)])
    assert lay(province, content, "bieu.xlsx") == {"accepted": 1}


def test_old_letters_reach_the_report_as_unicode_and_the_unit_is_told(province) -> None:
    text = "Ủy ban nhân dân phường đã ban hành kế hoạch cải cách hành chính, chỉ đạo các bộ phận triển khai đầy đủ"
    content = fill_workbook(province.filled(), Answers(narratives={"noi_bat": WAYS["tcvn3"](text)}))
    assert lay(province, content, "bieu.xlsx") == {"accepted": 1}
    assert latest_narratives(province.store, ROUND)[UNIT]["noi_bat"].lower() == text.lower()
    (answer,) = [mail for mail in province.mails() if "TCVN3" in mail["plain"]]
    assert "đã chuyển sang Unicode" in answer["plain"]


def test_letters_that_may_be_anything_are_given_back(province) -> None:
    mixed = (
        f"Ủy ban nhân dân phường đã ban hành kế hoạch: {WAYS['tcvn3']('triển khai đầy đủ nhiệm vụ trong kỳ')}"
    )
    content = fill_workbook(province.filled(), Answers(narratives={"noi_bat": mixed}))
    assert lay(province, content, "bieu.xlsx") == {"rejected": 1}
    assert latest_narratives(province.store, ROUND) == {}


def test_a_form_that_another_installation_signed_is_refused_and_its_twin_of_ours_is_not(province) -> None:
    book = openpyxl.load_workbook(io.BytesIO(province.filled()))
    (signature,) = (
        row[1] for row in book[IDENTITY_SHEET].iter_rows(max_col=2) if row[0].value == "signature"
    )
    ours, signature.value = signature.value, "a" * len(signature.value)

    def laid(name: str) -> dict[str, int]:
        content = io.BytesIO()
        book.save(content)
        put(province.instance.inbox / ROUND / name, content.getvalue())
        return received(province)

    assert laid("gia.xlsx") == {"rejected": 1}
    with province.store.read() as tx:
        found = {row[0] for row in tx.connection.exec_driver_sql("SELECT rule FROM findings")}
    assert "bieu-khong-do-he-thong-cap" in found
    signature.value = ours
    assert laid("that.xlsx") == {"accepted": 1}, "saved by the same program"
