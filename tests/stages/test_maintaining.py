"""A backup is taken after the audit, and the audit names whatever is no longer as it was recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.sources.samples import export, register
from tests.sources.samples import row as dossier
from tests.submissions.test_receipt_sent import arrive
from tests.support.province import MORNING, ROUND, UNIT, Province

from cchc import clock
from cchc.backups import Shelf
from cchc.clock import at
from cchc.documents.letters import build_request_letter
from cchc.documents.papers import marking, record
from cchc.documents.registry import documents
from cchc.errors import CchcError
from cchc.sources import freeze_snapshot, land_file
from cchc.stages import maintaining
from cchc.store.copies import dump

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
    with pytest.raises(CchcError, match="Không tới được nơi sao lưu"):
        maintaining.backup(province.at(MONDAY))
    assert notes(province) == [(True, True)]


def submission(province: Province) -> Path:
    assert arrive(province, province.filled()) == {"accepted": 1}
    (row,) = province.submissions()
    return province.instance.data / row["stored_path"]


def letter(province: Province) -> Path:
    run = province.run
    before = {one.document_id for one in documents(run.store, ROUND)}
    record(run, "yeu_cau", build_request_letter(run.round, marking(run)), "cong-van-thu.docx")
    (one,) = [one for one in documents(run.store, ROUND) if one.document_id not in before]
    return one.kept_at(run.instance)


def snapshot(province: Province) -> Path:
    path = province.instance.export_drop / "a.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export([dossier("H01-1"), dossier("H01-2")]))
    land_file(province.store, province.instance, path, register(), MORNING)
    frozen = freeze_snapshot(province.store, province.instance, "one_stop", MORNING.date(), MORNING)
    assert frozen is not None
    return frozen.path


def test_the_audit_counts_every_history_file_and_reminder_once(province: Province) -> None:
    tables = ("obligations", "submissions", "documents", "reminders")
    rows = {one: len(lines) for one, lines in dump(province.store).items() if one in tables}
    assert set(rows) == set(tables)
    assert rows["obligations"] > 0
    assert maintaining.audit(province.at(MONDAY)) == sum(rows.values()), rows


@pytest.fixture(params=[submission, letter, snapshot])
def kept(province: Province, request: pytest.FixtureRequest) -> Path:
    """A file of which the store remembers the hash; before it is touched the audit has nothing to say."""
    without = maintaining.audit(province.at(MONDAY))
    make: Callable[[Province], Path] = request.param
    path = make(province)
    assert maintaining.audit(province.at(MONDAY)) == without + 1
    return path


def told(province: Province) -> str:
    with pytest.raises(CchcError) as refusal:
        maintaining.audit(province.at(MONDAY))
    return str(refusal.value)


def test_a_kept_file_that_was_changed_is_named(province: Province, kept: Path) -> None:
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    name = str(kept.relative_to(province.instance.data))
    assert "1 sai lệch" in told(province)
    assert f"Tệp đã lưu bị sửa (không khớp mã băm): {name}" in told(province)


def test_a_kept_file_that_is_gone_is_named(province: Province, kept: Path) -> None:
    kept.unlink()
    assert f"Mất tệp đã lưu: {kept.relative_to(province.instance.data)}" in told(province)


def test_a_snapshot_with_other_rows_is_named_although_it_can_be_read(province: Province) -> None:
    import duckdb

    path = snapshot(province)
    other = path.with_suffix(".khac")
    duckdb.execute(f"COPY (FROM '{path}' LIMIT 1) TO '{other}' (FORMAT parquet)")
    other.replace(path)
    assert f"bị sửa (không khớp mã băm): {path.relative_to(province.instance.data)}" in told(province)


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


def test_a_reminder_without_its_mail_is_named_and_every_breach_is_listed(province: Province) -> None:
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
