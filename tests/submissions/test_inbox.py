"""Arrival is a fact of ours: when a file was first seen counts, what grows waits, what lies wrong is named."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.support.province import MORNING, OTHER, ROUND, UNIT

from cchc.clock import at
from cchc.errors import CchcError
from cchc.obligations import timeliness
from cchc.stages import opening, receiving
from cchc.submissions import inbox
from cchc.submissions.set_aside import ask_again, dismiss, waiting

REPORT = f"{ROUND}/{UNIT}/bao_cao"
DUE = at(date(2026, 3, 17), 17)


class PowerCut(BaseException):
    """What no program can catch."""


def put(path: Path, content: bytes, written=MORNING) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


def received(province, moment=MORNING, **more) -> dict[str, int]:
    run = province.at(moment, **more)
    return receiving.receive(run, receiving.pending(run))


def told(province, moment=MORNING) -> dict[str, str]:
    """What lies wrong: place -> reason."""
    return {one.origin: one.reason for one in waiting(province.store, moment)}


def standing(province, moment) -> str:
    obligation = province.run.ledger.get(REPORT)
    state = province.run.ledger.state(REPORT, moment)
    return timeliness(obligation, state, province.run.units, moment)


def test_a_file_that_grows_arrived_when_it_was_seen_first_and_is_read_when_it_is_whole(province) -> None:
    content = province.filled()
    path = put(province.instance.inbox / ROUND / "b.xlsx", b"")
    with path.open("wb") as writer:
        writer.write(content[:20_000])
        writer.flush()
        assert received(province) == {}
        writer.write(content[20_000:])
    assert path.exists()

    assert received(province, MORNING + timedelta(minutes=30)) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-10T09:00:00+07:00"
    assert len(province.mails()) == 1


@pytest.mark.parametrize(
    "holds", ["an appending program", "a writer that says nothing", "half-written ending"]
)
def test_whatever_holds_a_file_it_waits_and_is_named_after_a_day(province, holds: str) -> None:
    name = "b.xlsx.part" if holds == "half-written ending" else "b.xlsx"
    path = put(province.instance.inbox / ROUND / name, province.filled())
    writer = None if name.endswith(".part") else path.open("ab" if holds.startswith("an") else "r+b")
    try:
        assert received(province) == {}
        assert told(province) == {}
        later = MORNING + timedelta(hours=25)
        assert received(province, later) == {"wrong": 1}
        assert "đang được chép" in told(province, later)[f"{ROUND}/{name}"]
        assert received(province, later + timedelta(minutes=30)) == {}, "told once"
    finally:
        if writer is not None:
            writer.close()


def test_where_nobody_can_tell_who_writes_a_damaged_file_gets_a_second_look(province, monkeypatch) -> None:
    monkeypatch.setattr(inbox, "is_held", lambda path: None)
    monkeypatch.setattr(receiving, "is_held", lambda path: None)
    content = province.filled()
    path = put(province.instance.inbox / ROUND / "b.xlsx", content[:20_000])
    assert received(province) == {"waiting": 1}
    put(path, content)
    assert received(province, MORNING + timedelta(minutes=30)) == {"accepted": 1}

    put(path, content[:20_000])
    assert received(province, MORNING + timedelta(minutes=60)) == {"waiting": 1}
    assert received(province, MORNING + timedelta(minutes=90)) == {"unreadable": 1}


def test_a_file_that_changes_while_it_is_read_waits(province, monkeypatch) -> None:
    path = put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    real = Path.read_bytes

    def growing(one: Path) -> bytes:
        content = real(one)
        if one == path:
            with one.open("ab") as handle:
                handle.write(b"x")
        return content

    with monkeypatch.context() as copy:
        copy.setattr(Path, "read_bytes", growing)
        assert received(province) == {"waiting": 1}
    assert path.exists()


WRONG = {
    "outside any folder": ("b.xlsx", "ngoài thư mục của đợt"),
    "in a sub-folder": (f"{ROUND}/30760/b.xlsx", "thư mục con"),
    "deep down": (f"{ROUND}/a/b/c/b.xlsx", "thư mục con"),
    "of an unknown round": ("2026-Q7/b.xlsx", "Không có đợt nào tên 2026-Q7"),
    "of a misspelt round": ("quý 1/b.xlsx", "Không có đợt nào tên quý 1"),
    "of a round that is not open": ("2026-Q3/b.xlsx", "chưa mở"),
    "in a folder of an unknown round, deep": ("2026-Q7/x/b.xlsx", "Không có đợt nào"),
}


@pytest.mark.parametrize(("place", "reason"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_lies_wrong_is_named_once_and_the_others_are_read(
    province, place: str, reason: str
) -> None:
    put(province.instance.inbox / ROUND / "tot.xlsx", province.filled(OTHER))
    path = put(province.instance.inbox / place, province.filled())

    assert received(province) == {"accepted": 1, "wrong": 1}
    assert reason in told(province)[place]
    (alarm,) = [mail for mail in province.mails() if "can-xem-lai" in mail["mail_key"]]
    assert reason in alarm["plain"]
    assert path.exists()
    assert received(province, MORNING + timedelta(minutes=30)) == {}

    path.replace(province.instance.inbox / ROUND / "b.xlsx")  # as the reason says
    assert received(province, MORNING + timedelta(minutes=60)) == {"accepted": 1}
    assert told(province, MORNING + timedelta(minutes=60)) == {}


@pytest.mark.parametrize("kind", ["pipe", "broken link", "link out of the inbox", "linked folder"])
def test_what_is_no_file_is_named_and_stops_nobody(province, tmp_path, kind: str) -> None:
    folder = province.instance.inbox / ROUND
    path = folder / "b.xlsx"
    outside = put(tmp_path / "ngoai" / "b.xlsx", province.filled())
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "linked folder":
        path.symlink_to(outside.parent)
    else:
        path.symlink_to(outside if kind.startswith("link") else tmp_path / "khong-co")
    put(folder / "c.xlsx", province.filled(OTHER))

    assert received(province) == {"accepted": 1, "wrong": 1}
    assert "không phải tệp thường" in told(province)[f"{ROUND}/b.xlsx"]
    assert outside.exists()


@pytest.mark.parametrize("name", [".b.xlsx", "~$b.xlsx", "Thumbs.db", "desktop.ini"])
def test_what_programs_leave_behind_is_nobodys_file(province, name: str) -> None:
    put(province.instance.inbox / ROUND / name, b"x")
    assert received(province) == {}
    assert told(province) == {}


def test_the_folder_of_a_round_is_there_once_it_is_open_and_says_what_belongs_there(province) -> None:
    note = province.instance.inbox / ROUND / "DOC-TRUOC.txt"
    text = note.read_text(encoding="utf-8")
    assert province.run.round.title in text
    assert "17 giờ 00 ngày 17/03/2026" in text
    note.unlink()
    received(province)
    assert note.exists()


def test_an_inbox_that_is_gone_is_not_made_anew_but_told(province, tmp_path) -> None:
    province.instance.inbox.rename(tmp_path / "roi")
    opening.open_round(province.at(MORNING, round_id="2026-6T"))
    with pytest.raises(CchcError, match="Không thấy thư mục"):
        receiving.pending(province.at(MORNING))


def test_a_run_that_dies_between_store_and_folder_repeats_nothing(province, monkeypatch) -> None:
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())

    def power_cut(self, **_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", power_cut)
        with pytest.raises(PowerCut):
            received(province)
    assert received(province, MORNING + timedelta(minutes=30)) == {"repeated": 1}
    assert len(province.submissions()) == len(province.mails()) == 1


def test_a_file_that_cannot_be_removed_is_named_and_counts_once(province, monkeypatch) -> None:
    path = put(province.instance.inbox / ROUND / "b.xlsx", province.filled())

    def denied(self, **_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as read_only:
        read_only.setattr(Path, "unlink", denied)
        assert received(province) == {"set_aside": 1}
        assert received(province, MORNING + timedelta(minutes=30)) == {"set_aside": 1}
    assert "không xóa được" in told(province)[f"{ROUND}/b.xlsx"]
    assert len(province.submissions()) == 1
    path.unlink()
    received(province, MORNING + timedelta(minutes=60))
    assert told(province, MORNING + timedelta(minutes=60)) == {}


def test_a_folder_that_cannot_be_opened_is_named_and_counts_as_not_looked_at(province, monkeypatch) -> None:
    path = put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    real = os.scandir

    def closed(folder):
        if Path(folder) == path.parent:
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    before, after = DUE - timedelta(hours=1), DUE + timedelta(hours=1)
    with monkeypatch.context() as rights:
        rights.setattr(os, "scandir", closed)
        assert received(province, before) == {"wrong": 1}
        assert received(province, after) == {}, "told once"
    assert "Không mở được thư mục này (Permission denied)" in told(province, after)[ROUND]
    assert received(province, after + timedelta(hours=1)) == {"accepted": 1}
    assert standing(province, after + timedelta(hours=1)) == "on_time"
    assert told(province, after + timedelta(hours=1)) == {}


def test_an_inbox_that_cannot_be_opened_fails_the_run(province, monkeypatch) -> None:
    def closed(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(CchcError, match="Không mở được thư mục nhận"):
        receiving.pending(province.at(MORNING))


def test_a_folder_that_is_named_as_a_file_is_named(province) -> None:
    (province.instance.inbox / ROUND / "b.xlsx").mkdir(parents=True)
    put(province.instance.inbox / ROUND / "c.xlsx", province.filled(OTHER))
    assert received(province) == {"accepted": 1, "wrong": 1}
    assert "không phải tệp thường" in told(province)[f"{ROUND}/b.xlsx"]


def test_what_lies_wrong_and_was_dismissed_is_not_told_again_but_its_successor_is(province) -> None:
    path = put(province.instance.inbox / "b.xlsx", b"x")
    received(province)
    (found,) = waiting(province.store)
    dismiss(province.at(MORNING, actor="an"), found.item_id, "tệp riêng của phòng")
    assert received(province, MORNING + timedelta(minutes=30)) == {}
    assert told(province, MORNING + timedelta(hours=1)) == {}
    path.unlink()
    received(province, MORNING + timedelta(hours=1))
    put(path, b"y")
    assert received(province, MORNING + timedelta(hours=2)) == {"wrong": 1}


def test_asking_for_another_reading_of_what_lies_wrong_tells_it_again_or_ends_when_it_is_mended(
    province,
) -> None:
    path = put(province.instance.inbox / "b.xlsx", province.filled())
    received(province)
    (found,) = waiting(province.store)
    ask_again(province.at(MORNING, actor="an"), found.item_id, "thử lại")
    assert received(province, MORNING + timedelta(minutes=30)) == {"wrong": 1}
    ask_again(province.at(MORNING + timedelta(minutes=30), actor="an"), found.item_id, "thử lại")
    path.replace(province.instance.inbox / ROUND / "b.xlsx")
    assert received(province, MORNING + timedelta(hours=1)) == {"accepted": 1}
    assert waiting(province.store) == []
