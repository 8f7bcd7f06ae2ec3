"""Whatever is damaged, by time, by hand or by a fault of ours, the audit sees it and names it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.audit.conftest import LATER, NOW, ROUND, Installation

from cchc.audit import figures
from cchc.clock import vn_instant
from cchc.files import write_atomic
from cchc.run import Run
from cchc.stages import receiving
from cchc.store import Store
from cchc.store.chain import link_of
from cchc_rehearsal.reception.forms import UnitForms

Damaging = Callable[[Installation], None]


@dataclass(frozen=True)
class Kind:
    """A kind of damage: what does it, and a word of what must be said of it."""

    name: str
    damage: Damaging
    said: str


def changed_byte(pattern: str) -> Damaging:
    def damage(one: Installation) -> None:
        path = one.one(pattern)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return damage


def gone(pattern: str) -> Damaging:
    return lambda one: one.one(pattern).unlink()


def emptied(pattern: str) -> Damaging:
    return lambda one: one.one(pattern).write_bytes(b"")


def cut_off(pattern: str) -> Damaging:
    def damage(one: Installation) -> None:
        path = one.one(pattern)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return damage


def swapped(pattern: str) -> Damaging:
    def damage(one: Installation) -> None:
        first, second = sorted(one.root.glob(pattern))[:2]
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)

    return damage


def by_hand(*statements: str) -> Damaging:
    """Somebody opens the store with a tool of their own."""

    def damage(one: Installation) -> None:
        with closing(sqlite3.connect(one.database)) as store:
            for statement in statements:
                assert store.execute(statement).rowcount, statement
            store.commit()

    return damage


def link_changed(one: Installation) -> None:
    """A row is changed and its own link made to fit; those that follow do not."""
    with closing(sqlite3.connect(one.database)) as store:
        query = (
            "SELECT place, name, record FROM chain WHERE name = 'submission_values' ORDER BY place LIMIT 1"
        )
        place, name, record = store.execute(query).fetchone()
        (before,) = store.execute("SELECT link FROM chain WHERE place = ?", (place - 1,)).fetchone()
        content = "0" * 64
        store.execute(
            "UPDATE chain SET content = ?, link = ? WHERE place = ?",
            (content, link_of(before, place, name, record, content), place),
        )
        store.commit()


def parquet_with_other_rows(one: Installation) -> None:
    """Sound Parquet, recorded with its new hash: only its rows tell."""
    import duckdb

    path = one.one("du-lieu/nguon/*/nhan/*.parquet")
    other = path.with_suffix(".khac")
    duckdb.execute(f"COPY (FROM '{path}' LIMIT 2) TO '{other}' (FORMAT parquet)")
    other.replace(path)


def snapshot_with_other_rows(one: Installation) -> None:
    import duckdb

    path = one.one("du-lieu/nguon/*/chot/*.parquet")
    other = path.with_suffix(".khac")
    duckdb.execute(f"COPY (FROM '{path}' LIMIT 1) TO '{other}' (FORMAT parquet)")
    other.replace(path)


def older_store(one: Installation) -> None:
    """The store of last week's backup in the place of the store."""
    with closing(sqlite3.connect(one.database)) as store:
        last = store.execute("SELECT MAX(place) FROM chain").fetchone()[0]
        store.execute("DELETE FROM folder_looks")
        store.execute("DELETE FROM chain WHERE place > ?", (last - 1,))
        query = "UPDATE chain_head SET (place, link) = (SELECT place, link FROM chain ORDER BY place DESC LIMIT 1)"
        store.execute(query)
        store.commit()


REPORT = "du-lieu/bai-nop/*/*.xlsx"
DOCUMENT = "du-lieu/van-ban/*/*.docx"
LANDED = "du-lieu/nguon/*/nhan/*.parquet"
FROZEN = "du-lieu/nguon/*/chot/*.parquet"
EVENT = "SELECT MIN(rowid) FROM obligation_events WHERE kind = 'accepted'"

KINDS = [
    Kind("a changed byte in a workbook that a unit sent", changed_byte(REPORT), "bị sửa"),
    Kind("a workbook that a unit sent is gone", gone(REPORT), "Mất tệp"),
    Kind("a workbook that a unit sent is empty", emptied(REPORT), "bị rỗng"),
    Kind("a workbook that a unit sent is cut off", cut_off(REPORT), "bị sửa"),
    Kind("two workbooks have changed places", swapped(REPORT), "bị sửa"),
    Kind("a changed byte in an enclosure", changed_byte("du-lieu/bai-nop/*/*.pdf"), "bị sửa"),
    Kind("a changed byte in an issued document", changed_byte(DOCUMENT), "bị sửa"),
    Kind("an issued document is gone", gone(DOCUMENT), "Mất tệp"),
    Kind("the copy of a document that people open is gone", gone("ket-qua/2026/2026-KH/*.docx"), "bản để mở"),
    Kind("a landed Parquet file is gone", gone(LANDED), "Mất tệp"),
    Kind("a changed byte in a landed Parquet file", changed_byte(LANDED), "bị sửa"),
    Kind("a landed Parquet file with fewer rows", parquet_with_other_rows, "dòng"),
    Kind("a quarantine file is changed", changed_byte("du-lieu/nguon/*/cach-ly/*.csv"), "bị sửa"),
    Kind("a frozen snapshot is gone", gone(FROZEN), "Mất tệp"),
    Kind("a frozen snapshot with fewer rows", snapshot_with_other_rows, "bị sửa"),
    Kind("a backup is cut off", cut_off("sao-luu/cchc_*[!n]"), "sao lưu hỏng"),
    Kind("the attachment of a mail that waits is gone", gone("ket-qua/2026/2026-KH/bieu-mau/*.xlsx"), "tệp kèm"),
    Kind("an event is removed", by_hand(f"DELETE FROM obligation_events WHERE rowid = ({EVENT})"), "bị xóa"),
    Kind("an event is changed",
         by_hand(f"UPDATE obligation_events SET happened_at = '2026-03-01T08:00:00+07:00' WHERE rowid = ({EVENT})"),
         "bị sửa thẳng"),
    Kind("an event is written twice",
         by_hand("INSERT INTO obligation_events SELECT obligation_id, seq + 9, kind, happened_at, recorded_at, actor, "
                 f"reason, detail, event_key || '/2' FROM obligation_events WHERE rowid = ({EVENT})"),
         "được thêm thẳng"),
    Kind("an event of a round is removed", by_hand("DELETE FROM round_events WHERE kind = 'issued'"), "bị xóa"),
    Kind("a figure is changed",
         by_hand("UPDATE submission_values SET value = '999' WHERE rowid = (SELECT MIN(rowid) FROM submission_values "
                 "WHERE value IS NOT NULL)"),
         "chỉ tiêu"),
    Kind("a figure is removed",
         by_hand("DELETE FROM submission_values WHERE rowid = (SELECT MIN(rowid) FROM submission_values "
                 "WHERE value IS NOT NULL)"),
         "chỉ tiêu"),
    Kind("a submission's hash is cleared", by_hand("UPDATE submissions SET file_sha256 = ''"), "bị sửa thẳng"),
    Kind("a submission's outcome is turned", by_hand("UPDATE submissions SET outcome = 'rejected'"),
         "submission_outcomes"),
    Kind("what counts is turned", by_hand("UPDATE counted_submissions SET counted_until = counted_from"), "được tính"),
    Kind("a document's number is changed", by_hand("UPDATE documents SET number = '4' WHERE number = '3'"),
         "documents"),
    Kind("a document is removed from the registry", by_hand("DELETE FROM documents WHERE number = '3'"), "sổ đăng ký"),
    Kind("rows of a landing that do not add up",
         by_hand("UPDATE landings SET rows_read = rows_read + 1, rows_accepted = rows_accepted + 1"), "dòng"),
    Kind("a reminder's mail is removed",
         by_hand("DELETE FROM mails WHERE mail_key = (SELECT MIN(mail_key) FROM reminders)"),
         "không có thư"),
    Kind("a mail's text is changed", by_hand("UPDATE mails SET plain = plain || '.'"), "bị sửa thẳng"),
    Kind("a link of the chain is made to fit", link_changed, "mắt xích"),
    Kind("an older store in the place of the store", older_store, "không nối tiếp"),
]  # fmt: skip


def test_there_are_thirty_three_kinds() -> None:
    assert len({one.name for one in KINDS}) == len(KINDS) == 33


@pytest.mark.parametrize("kind", [pytest.param(one, id=one.name) for one in KINDS])
def test_the_audit_sees_it_names_it_and_says_since_when(installation: Installation, kind: Kind) -> None:
    kind.damage(installation)
    found = installation.audit()
    told = found.told()
    assert kind.said in told, told or "nothing was seen"
    assert vn_instant(NOW) in told
    assert "Việc cần làm" in told


@pytest.mark.parametrize("kind", [pytest.param(one, id=one.name) for one in KINDS])
def test_the_audit_that_reads_no_workbook_again_sees_it_too(installation: Installation, kind: Kind) -> None:
    kind.damage(installation)
    assert not installation.audit(read_again=False).proven


def test_workbooks_are_read_once_by_each_program_and_later_ones_when_they_have_come(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read() -> int:
        found = installation.audit(read_again=False)
        assert found.proven, found.told()
        return found.checked["figures"]

    every = installation.audit().checked["figures"]
    assert read() == 0 < every
    store = Store(f"sqlite:///{installation.database}")
    run = Run(store, installation.instance, LATER, ROUND)
    forms = UnitForms(run, 3)
    write_atomic(run.instance.inbox / ROUND / "lan2.xlsx", forms.filled(7, forms.units[1]).content)
    assert receiving.receive(run, receiving.pending(run))
    store.close()
    assert read() == 1
    monkeypatch.setattr(figures, "code_revision", lambda: "another program")
    assert read() == every + 1


def test_a_sound_installation_is_proven_and_stays_so(installation: Installation) -> None:
    found = installation.audit()
    assert found.proven, found.told()
    assert all(found.checked.values()), found.checked


def leaf_pages(database: Path) -> list[tuple[int, int, int]]:
    """(page, first and last byte of the cells in it) of the pages that hold rows or keys."""
    content = database.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    found = []
    for page in range(2, len(content) // size + 1):
        start = (page - 1) * size
        if content[start] in (10, 13) and int.from_bytes(content[start + 3 : start + 5], "big"):
            cells = int.from_bytes(content[start + 5 : start + 7], "big") or size
            found.append((page, start + cells, start + size))
    return found


PAGES = 20


@pytest.mark.slow
@pytest.mark.parametrize("whole", [True, False], ids=["the whole page", "a bit of its rows"])
def test_twenty_of_twenty_damaged_pages_are_seen(sound: Path, tmp_path: Path, whole: bool) -> None:
    """Pages from all over the file, one at a time; of each a bit in the middle of its rows, or everything."""
    root = tmp_path / "cai-dat"
    shutil.copytree(sound, root)
    one = Installation(root)
    with closing(sqlite3.connect(one.database)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.execute("VACUUM")
    pages, content = leaf_pages(one.database), one.database.read_bytes()
    assert len(pages) > PAGES
    assert one.audit().proven, "else the damage is not what is seen"
    unseen = []
    for page, first, last in pages[:: len(pages) // PAGES][:PAGES]:
        damaged = bytearray(content)
        if whole:
            damaged[last - 4096 : last] = bytes(4096)
        else:
            damaged[(first + last) // 2] ^= 4
        one.database.write_bytes(damaged)
        for left in root.glob("so-cai.db-*"):
            left.unlink()
        if one.audit().proven:
            unseen.append(page)
    assert unseen == []
