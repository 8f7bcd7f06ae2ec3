"""A backup is taken after the audit, and the audit names whatever is no longer as it was recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.sources.samples import export, register
from tests.sources.samples import row as dossier
from tests.submissions.test_receipt_sent import arrive
from tests.support.province import MORNING, ROUND, UNIT, Province

from cchc import clock
from cchc.audit import last_proof
from cchc.backups import Shelf
from cchc.clock import at, vn_instant
from cchc.documents.letters import build_request_letter
from cchc.documents.papers import marking, record
from cchc.documents.registry import DocumentRecord, documents
from cchc.errors import CchcError, RuleRefused
from cchc.files import TEMPORARY, write_atomic
from cchc.mail.failure import TaskFailure, tell_failure
from cchc.sources import land_file
from cchc.stages import maintaining

MONDAY = at(date(2026, 3, 16), 6)


def notes(province: Province) -> list[tuple[bool, bool]]:
    """(proven, audited) of every set."""
    return [(one.proven, one.audited) for one in Shelf.of(province.instance).notes()]


def test_a_set_is_taken_after_the_audit_and_the_next_of_the_day_without_it(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    maintaining.backup(province.at(MONDAY))
    monkeypatch.setattr(maintaining, "audit", lambda _run: pytest.fail("proven today already"))
    maintaining.backup(province.at(MONDAY))
    assert notes(province) == [(True, True), (True, True)]


def test_what_the_audit_finds_does_not_keep_a_set_from_being_taken_nor_is_it_proven(
    province: Province,
) -> None:
    path = submission(province)
    maintaining.backup(province.at(MONDAY))
    (proven,) = [one for one in Shelf.of(province.instance).notes() if one.proven]
    monday = proven.moment + timedelta(days=1)
    path.chmod(0o600)
    path.write_bytes(b"khac")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: monday)
        with pytest.raises(CchcError, match="1 sai lệch"):
            maintaining.backup(province.at(MONDAY))
    assert notes(province) == [(True, True), (False, False)]


def test_damage_is_told_once_as_long_as_it_is_the_same_and_no_second_try_is_made(
    province: Province,
) -> None:
    """The task's alarm has the words of the error; an hour is within the quiet time of `mail.yaml`."""
    path = submission(province)
    letter(province).kept_at(province.instance).unlink()

    def told(hours: int) -> bool:
        moment = MONDAY + timedelta(hours=hours)
        with pytest.raises(RuleRefused) as damage:
            maintaining.backup(province.at(moment))
        failure = TaskFailure("Bảo trì", "sao_luu", f"run-{hours}", str(damage.value), "x")
        return tell_failure(province.store, failure, moment)

    assert [told(0), told(1)] == [True, False]
    path.unlink()
    assert told(2), "more damage is news"
    assert told(30)


def test_what_others_lay_beside_the_sets_stays(province: Province) -> None:
    folder = province.instance.root / "sao-luu"
    folder.mkdir()
    for name in ("ghi-chu.txt", "so-cai_2026-03-09.db"):
        (folder / name).write_text("giữ")
    maintaining.backup(province.at(MONDAY))
    assert {"ghi-chu.txt", "so-cai_2026-03-09.db"} <= {path.name for path in folder.iterdir()}


def test_another_place_that_is_down_fails_the_run_and_the_set_stands(
    province: Province, tmp_path: Path, change_config: Callable[[str, str, str], None]
) -> None:
    (tmp_path / "tep").write_text("không phải thư mục")
    change_config("backup.yaml", "elsewhere: []", f"elsewhere: [{{ address: {tmp_path}/tep/x }}]")
    with pytest.raises(CchcError, match="Không tới được nơi lưu"):
        maintaining.backup(province.at(MONDAY))
    assert notes(province) == [(True, True)]


def submission(province: Province) -> Path:
    assert arrive(province, province.filled()) == {"accepted": 1}
    (row,) = province.submissions()
    return province.instance.data / row["stored_path"]


def letter(province: Province) -> DocumentRecord:
    run = province.run
    record(run, "yeu_cau", build_request_letter(run.round, marking(run)), "cong-van-thu.docx")
    return next(one for one in documents(run.store, ROUND) if one.file_name == "cong-van-thu.docx")


def told(province: Province) -> str:
    with pytest.raises(CchcError) as refusal:
        maintaining.audit(province.at(MONDAY))
    return str(refusal.value)


def test_what_was_proven_is_kept_and_a_later_damage_is_said_to_be_younger(province: Province) -> None:
    path = submission(province)
    maintaining.audit(province.at(MONDAY))
    assert last_proof(province.run).proven_at == MONDAY
    path.unlink()
    later = province.at(MONDAY + timedelta(weeks=1))
    with pytest.raises(CchcError, match=rf"Mất tệp đã lưu: .*{path.name}.*{re.escape(vn_instant(MONDAY))}"):
        maintaining.audit(later)
    assert last_proof(later).proven_at == MONDAY


def test_a_history_that_the_rules_do_not_allow_is_named_with_its_round(province: Province) -> None:
    with province.store.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE obligation_events SET kind = 'accepted' WHERE kind = 'opened' AND obligation_id = "
            f"'{ROUND}/{UNIT}/bao_cao'"
        )
    assert f"Đợt {ROUND}: chuỗi sự kiện vi phạm quy tắc" in told(province)


def test_a_submission_that_counts_otherwise_than_its_events_say_is_named(province: Province) -> None:
    with province.store.write() as tx:
        tx.execute(
            "obligations.add_counted",
            obligation_id=f"{ROUND}/{UNIT}/bao_cao",
            submission_id="tu-y-ghi-vao",
            counted_from="2026-03-18T08:00:00+07:00",
            counted_until=None,
        )
    assert f"Nghĩa vụ {ROUND}/{UNIT}/bao_cao: bài nộp được tính ghi trong sổ cái khác" in told(province)


def test_every_damage_is_listed(province: Province) -> None:
    path = submission(province)
    path.unlink()
    obligation = f"{ROUND}/{UNIT}/bao_cao"
    with province.store.write() as tx:
        tx.execute(
            "chasing.insert_reminder",
            obligation_id=obligation,
            rung="qua-han",
            occasion="1",
            as_of="2026-03-18T08:00:00+07:00",
            mail_key="khong-co",
        )
    words = told(province)
    assert "2 sai lệch" in words
    assert f"Nghĩa vụ {obligation}, bậc qua-han: có ghi nhận nhắc nhưng không có thư" in words
    assert path.name in words


def test_a_lost_copy_is_laid_again_and_what_a_killed_writer_left_is_cleared(province: Province) -> None:
    copy = letter(province).copied_to(province.instance)
    copy.unlink()
    assert "Mất bản để mở" in told(province)
    left = province.instance.data / f"{TEMPORARY}cu"
    left.mkdir()
    assert maintaining.tidy(province.at(MONDAY)) == 2
    assert copy.is_file()
    assert not left.exists()
    assert maintaining.audit(province.at(MONDAY)) > 0


def test_exports_that_were_landed_before_hashes_were_kept_get_theirs(province: Province) -> None:
    path = province.instance.export_drop / "a.csv"
    write_atomic(path, export([dossier("H01-1")]))
    land_file(province.store, province.instance, path, register(), MORNING)
    with province.store.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM landing_files")
        tx.connection.exec_driver_sql("DELETE FROM chain WHERE name = 'landing_files'")
    assert maintaining.tidy(province.at(MONDAY)) == 1
    assert maintaining.tidy(province.at(MONDAY)) == 0
    with province.store.read() as tx:
        assert len(tx.connection.exec_driver_sql("SELECT sha256 FROM landing_files").all()) == 1
