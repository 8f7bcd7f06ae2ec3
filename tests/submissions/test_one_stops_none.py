"""One item never stops the others: whatever it does, it is taken in, refused or set aside, and the next is read."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.bad_readers import BAD, SECRET, judge_badly
from tests.support.province import MORNING, OTHER, ROUND, UNIT, minutes, read_mail

from cchc.errors import CchcError
from cchc.files import held_name, write_atomic
from cchc.stages import receiving
from cchc.submissions import inbox, reading
from cchc.submissions.set_aside import waiting
from cchc_rehearsal.fill import Answer, Answers, fill_workbook


def lay(province, content: bytes, name: str | bytes, minute: int = 0) -> Path:
    folder = province.instance.inbox / ROUND
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (os.fsdecode(name) if isinstance(name, bytes) else name)
    path.write_bytes(content)
    moment = (MORNING - minutes(60 - minute)).timestamp()
    os.utime(path, (moment, moment))
    return path


def received(province) -> dict[str, int]:
    run = province.at(MORNING)
    return receiving.receive(run, receiving.pending(run))


def alarms(province) -> list[str]:
    return [mail["plain"] for mail in province.mails() if "/can-xem-lai/" in mail["mail_key"]]


def everything_below(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """unforeseen(name): reading a file of that name breaks off with an exception that nobody foresaw."""

    def make(name: str) -> None:
        monkeypatch.setattr(reading, "judge_file", judge_badly)
        monkeypatch.setattr(receiving, "judge_file", judge_badly)
        monkeypatch.setenv(BAD, name)

    return make


def test_an_unforeseen_exception_sets_its_file_aside_and_the_next_is_taken_in(province, unforeseen) -> None:
    unforeseen("a.xlsx")
    content = province.filled()
    lay(province, content, "a.xlsx", 1)
    lay(province, province.filled(OTHER), "b.xlsx", 2)

    assert received(province) == {"set_aside": 1, "accepted": 1}
    assert province.status(OTHER) == "accepted"
    assert province.status(UNIT) == "open"
    aside = province.instance.inbox / inbox.REVIEW / ROUND
    assert (aside / "a.xlsx").read_bytes() == content
    (alarm,) = alarms(province)
    assert "a.xlsx" in alarm
    assert "ZeroDivisionError in" in alarm
    assert SECRET not in alarm + (aside / "a.xlsx.ly-do.txt").read_text()


def test_a_file_that_was_set_aside_is_taken_in_once_the_cause_is_mended(province, unforeseen) -> None:
    unforeseen("a.xlsx")
    lay(province, province.filled(), "a.xlsx")
    received(province)
    del os.environ[BAD]
    aside = province.instance.inbox / inbox.REVIEW / ROUND / "a.xlsx"
    aside.replace(province.instance.inbox / ROUND / "a.xlsx")

    assert received(province) == {"accepted": 1}


LONG = "Bao cao cai cach hanh chinh " * 8


@pytest.mark.parametrize(
    "name",
    [
        f"{LONG[:235]}.xlsx",
        ("Báo cáo cải cách hành chính quý I " * 5)[:150] + ".xlsx",
        b"B\xe1o c\xe1o.xlsx",
        b"\xff\xfe" + b"x" * 235 + b".xlsx",
        "a\nb\r\u202e.xlsx",
        "CON.xlsx ",
    ],
    ids=["240 bytes", "240 bytes of Vietnamese", "Latin 1", "240 bytes of rubbish", "line breaks", "blank"],
)
@pytest.mark.parametrize("kind", ["filled", "rubbish"])
def test_a_name_never_stops_the_folder(province, name: str | bytes, kind: str) -> None:
    lay(province, province.filled() if kind == "filled" else b"PK\x03\x04 rubbish", name, 1)
    lay(province, province.filled(OTHER), "b.xlsx", 2)

    expected = {"accepted": 2} if kind == "filled" else {"unreadable": 1, "accepted": 1}
    assert received(province) == expected
    assert [path.name for path in (province.instance.inbox / ROUND).iterdir()] == ["DOC-TRUOC.txt"]
    if kind == "rubbish":
        aside = province.instance.inbox / inbox.UNREADABLE / ROUND
        assert b"PK\x03\x04 rubbish" in everything_below(aside)
        assert len(list(aside.iterdir())) == 2


def test_a_folder_without_room_for_names_keeps_each_under_its_own(tmp_path: Path) -> None:
    names = {held_name(f"{LONG}{LONG}{number}.xlsx", room=11) for number in range(20)}

    assert len(names) == 20
    for name in names:
        assert name.endswith(".xlsx")
        write_atomic(tmp_path / f"{name}.ly-do.txt", "x")


def test_a_file_that_cannot_be_opened_is_named_and_the_next_is_read(province, monkeypatch) -> None:
    lay(province, province.filled(), "a.xlsx", 1)
    lay(province, province.filled(OTHER), "b.xlsx", 2)
    real = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "a.xlsx":
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as closed:
        closed.setattr(Path, "read_bytes", denied)
        assert received(province) == {"set_aside": 1, "accepted": 1}
    assert (province.instance.inbox / ROUND / "a.xlsx").exists()
    (alarm,) = alarms(province)
    assert "Permission denied" in alarm
    assert received(province) == {"accepted": 1}  # once it can be opened
    assert waiting(province.store) == []


def test_a_disk_without_room_is_nobodys_file_and_the_next_is_tried(province, monkeypatch) -> None:
    content = province.filled()
    lay(province, content, "a.xlsx", 1)
    lay(province, province.filled(OTHER), "b.xlsx", 2)
    real = receiving.write

    def full(run, tx, verdict) -> None:
        if verdict.arrival.file_name == "a.xlsx":
            raise OSError(28, "No space left on device")
        real(run, tx, verdict)

    with monkeypatch.context() as disk:
        disk.setattr(receiving, "write", full)
        with pytest.raises(CchcError, match=r"a\.xlsx: No space left on device"):
            received(province)
    assert province.status(OTHER) == "accepted"
    assert (province.instance.inbox / ROUND / "a.xlsx").read_bytes() == content
    assert received(province) == {"accepted": 1}


@dataclass(frozen=True)
class Odd:
    """A mail that broke a reader somewhere; what has to become of it."""

    raw: Callable[[bytes], bytes]
    words: frozenset[str]


def nested(mail: bytes, depth: int) -> bytes:
    head, _, _ = mail.partition(b"Content-Type:")
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (one, one) for one in range(depth)
    )
    return head + parts + b"Content-Type: text/plain\r\n\r\nx\r\n"


def subject(text: bytes) -> Callable[[bytes], bytes]:
    def change(mail: bytes) -> bytes:
        lines = mail.split(b"\r\n")
        place = next(number for number, line in enumerate(lines) if line.startswith(b"Subject:"))
        return b"\r\n".join([*lines[:place], b"Subject: " + text, *lines[place + 1 :]])

    return change


ODD = {
    "a cut encoded word": Odd(subject(b"=?utf-8?B?VGjDt?="), frozenset({"accepted"})),
    "an unknown letter table": Odd(subject(b"=?x-tcvn3?Q?=B8?="), frozenset({"accepted"})),
    "an encoded word of bad bytes": Odd(
        subject(b"=?utf-8?Q?=FF=FE?= =?utf-16?B?AA=="), frozenset({"accepted"})
    ),
    "parts 2,000 deep": Odd(lambda mail: nested(mail, 2000), frozenset({"set_aside", "answered"})),
    "parts 90 deep": Odd(lambda mail: nested(mail, 90), frozenset({"answered", "set_aside"})),
    "a zero byte in a header": Odd(subject(b"a\x00b"), frozenset({"accepted"})),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_mail_never_stops_the_mailbox(province, account, compose, odd: Odd) -> None:
    first = odd.raw(compose(("bieu.xlsx", province.filled())).as_bytes())
    account.deliver(first, MORNING - minutes(9))
    second = compose(
        ("bieu.xlsx", province.filled(OTHER)), sender=province.mailbox_of[OTHER], message_id="<2@x.example>"
    )
    account.deliver(second.as_bytes(), MORNING)

    counts = read_mail(province, account)

    assert province.status(OTHER) == "accepted"
    assert account.lying_in("INBOX") == []
    assert sum(counts.values()) == 2
    assert odd.words & counts.keys()
    # A letter in which a machine finds no file is answered, and waits for a person all the same.
    assert bool(alarms(province)) == bool({"set_aside", "answered"} & counts.keys())


def control_characters(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"DAUHIEU", b"Y mot_x000B_Y hai_x0007_"))
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["narrative", "explanation", "document number"])
def test_control_characters_of_an_old_workbook_never_stop_the_folder(province, resave, place: str) -> None:
    answers = {
        "narrative": Answers(figures={"I.1.1": Answer("mười hai")}, narratives={"noi_bat": "DAUHIEU"}),
        "explanation": Answers(figures={"I.1.1": Answer("mười hai", explanation="DAUHIEU")}),
        "document number": Answers(figures={"I.1.1": Answer("mười hai")}, document_number="DAUHIEU"),
    }[place]
    old = resave(control_characters(fill_workbook(province.filled(), answers)), "xls")
    lay(province, old, "a.xls", 1)
    lay(province, province.filled(OTHER), "b.xlsx", 2)

    assert received(province) == {"rejected": 1, "accepted": 1}
