"""A file is opened again by the secretary alone, with reason and document, and locks again by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.support.scored_year import COMMUNE, DEPARTMENT, LOCKED, OPENED, ROUND, SILENT

from cchc.chasing import by_hand
from cchc.clock import at, vn_instant
from cchc.criteria import Appraisers, CriteriaSet, CriteriaSets, parse_set
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import FileEventKind, file_events, file_state
from cchc.scoring.replacing import replace_set
from cchc.stages import score_opening
from cchc.stages.score_reopening import extend, send_changed_forms, unlock
from cchc.store import Store

SECRETARY = Appraisers.load().secretary.accounts[0]
UNITS = (COMMUNE, SILENT, DEPARTMENT)


@pytest.fixture
def run(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Opened with three units, locked at its moment."""
    own = Run(store, instance, OPENED, ROUND)
    few = [own.units.get(code) for code in UNITS]
    monkeypatch.setattr(score_opening, "scored_units", lambda *_: few)
    score_opening.open_scoring(own)
    score_opening.build_forms(own, UNITS)
    return replace(own, actor=SECRETARY)


def locked(run: Run) -> Run:
    own = replace(run, as_of=LOCKED)
    assert len(score_opening.lock_files(own)) == len(UNITS)
    return replace(own, as_of=LOCKED + timedelta(hours=1))


@pytest.mark.parametrize("actor", ["tp1", "", COMMUNE, "he-thong"])
def test_nobody_but_the_secretary_opens_a_file_again(run: Run, actor: str) -> None:
    later = locked(run)
    with pytest.raises(RuleRefused, match="không phải thư ký"):
        unlock(replace(later, actor=actor), COMMUNE, "Thiếu tệp", "15/SNV")
    assert file_state(run.store, ROUND, COMMUNE, later.as_of).is_locked


def test_a_file_is_opened_with_reason_and_document_until_a_moment_and_locks_again_then(run: Run) -> None:
    later = locked(run)
    for reason, document in (("", "15/SNV"), ("Thiếu tệp", " ")):
        with pytest.raises(RuleRefused, match="phải ghi"):
            unlock(later, COMMUNE, reason, document)
    with pytest.raises(RuleRefused, match="đã qua"):
        unlock(later, COMMUNE, "Thiếu tệp", "15/SNV", LOCKED)
    until = unlock(later, COMMUNE, "Thiếu tệp", "15/SNV")
    assert until == at(date(2026, 12, 29), 17), "two working days after Friday"
    assert not file_state(run.store, ROUND, COMMUNE, later.as_of).is_locked
    assert not run.ledger.state(f"{ROUND}/{COMMUNE}/tu_cham", later.as_of).locked
    assert file_state(run.store, ROUND, SILENT, later.as_of).is_locked
    assert unlock(later, COMMUNE, "Lần nữa", "16/SNV") is None, "it is open"
    assert score_opening.lock_files(replace(later, as_of=until - timedelta(minutes=1))) == []
    assert score_opening.lock_files(replace(later, as_of=until)) == [COMMUNE]
    assert run.ledger.state(f"{ROUND}/{COMMUNE}/tu_cham", until).locked
    event = next(one for one in file_events(run.store, ROUND, COMMUNE) if one.kind is FileEventKind.UNLOCKED)
    assert (event.actor, event.reason, event.document_no) == (SECRETARY, "Thiếu tệp", "15/SNV")


def mails_to(run: Run, unit: str) -> list[str]:
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT unit_code, subject, plain FROM mails").all()
    return [f"{subject}\n{plain}" for code, subject, plain in rows if code == unit]


@pytest.mark.parametrize("actor", ["tp1", "", COMMUNE, "he-thong"])
def test_nobody_but_the_secretary_gives_more_time(run: Run, actor: str) -> None:
    with pytest.raises(RuleRefused, match="không phải thư ký"):
        extend(replace(run, actor=actor), COMMUNE, LOCKED + timedelta(days=3), "Bão lụt")
    assert mails_to(run, COMMUNE) == []


def test_a_unit_with_more_time_hears_of_it_and_is_locked_once_its_own_time_is_over(run: Run) -> None:
    early, until = replace(run, as_of=OPENED + timedelta(days=3)), LOCKED + timedelta(days=3)
    with pytest.raises(RuleRefused, match="phải ghi lý do"):
        extend(early, COMMUNE, until, " ")
    with pytest.raises(RuleRefused, match="không muộn hơn"):
        extend(early, COMMUNE, run.round.unit_due_at, "Bão lụt")
    with pytest.raises(RuleRefused, match="đã qua"):
        extend(early, COMMUNE, OPENED, "Bão lụt")
    with pytest.raises(RuleRefused, match="không có hồ sơ"):
        extend(early, "tinh-an-giang", until, "Bão lụt")
    assert extend(early, COMMUNE, until, "Bão lụt")
    assert not extend(replace(early, as_of=OPENED + timedelta(days=4)), COMMUNE, until, "Bão lụt"), (
        "it has it"
    )
    (told,) = mails_to(run, COMMUNE)
    assert vn_instant(until) in told and "Bão lụt" in told
    assert file_state(run.store, ROUND, COMMUNE, early.as_of).due_at == until
    (event,) = [one for one in file_events(run.store, ROUND, COMMUNE) if one.kind is FileEventKind.EXTENDED]
    assert (event.actor, event.reason, event.detail["until"]) == (SECRETARY, "Bão lụt", until.isoformat())
    assert score_opening.lock_files(replace(run, as_of=LOCKED)) == [SILENT, DEPARTMENT]
    assert score_opening.lock_due(replace(run, as_of=until - timedelta(minutes=1), round_id=None)) == []
    assert score_opening.lock_due(replace(run, as_of=until, round_id=None)) == [COMMUNE]
    with pytest.raises(RuleRefused, match="mo-lai"):
        extend(replace(run, as_of=until), COMMUNE, until + timedelta(days=1), "Bão lụt")


def test_a_unit_whose_file_is_opened_again_hears_until_when_and_by_what(run: Run) -> None:
    until = unlock(locked(run), COMMUNE, "Thiếu tệp", "15/SNV")
    (told,) = mails_to(run, COMMUNE)
    assert vn_instant(until) in told and "15/SNV" in told and "Thiếu tệp" in told
    assert score_opening.lock_due(replace(run, as_of=until, round_id=None)) == [COMMUNE]


def test_more_time_for_a_self_score_is_not_given_beside_the_secretary(run: Run) -> None:
    done = by_hand.extend(replace(run, as_of=OPENED + timedelta(days=1)), [COMMUNE], LOCKED, "Bão lụt")
    assert done.recorded == []
    assert f"./cchc cham-diem gia-han {ROUND} {COMMUNE}" in done.refused[0][1]


def test_only_units_whose_rows_changed_get_their_form_anew_and_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = CriteriaSets.load()
    files = json.loads(before.get("so-2026").content)
    row = next(one for one in before.get("so-2026").rows if one.how)
    files["tieu_chi.csv"] = files["tieu_chi.csv"].replace(row.how, row.how + " (sửa)", 1)
    other: CriteriaSet = parse_set(json.dumps(files, ensure_ascii=False, indent=0))
    changed = CriteriaSets(tuple(other if one.code == other.code else one for one in before.all))
    monkeypatch.setattr(CriteriaSets, "load", classmethod(lambda cls, folder=None: changed))
    paths = {code: score_opening.form_path(run, run.units.get(code)) for code in UNITS}
    old = {code: path.read_bytes() for code, path in paths.items()}
    later = replace(run, as_of=OPENED + timedelta(days=2))
    assert send_changed_forms(later) == []
    replace_set(later, "so-2026", "Sửa cách chấm", "12/QĐ-UBND")
    assert DEPARTMENT in send_changed_forms(later)
    assert paths[DEPARTMENT].read_bytes() != old[DEPARTMENT]
    assert [paths[code].read_bytes() for code in (COMMUNE, SILENT)] == [old[COMMUNE], old[SILENT]]
    sent = [one for one in file_events(run.store, ROUND, DEPARTMENT) if one.kind is FileEventKind.SHEET_SENT]
    assert [row.code in str(one.detail.get("changed")) for one in sent] == [False, True]
    assert send_changed_forms(replace(later, as_of=OPENED + timedelta(days=3))) == []
    assert isinstance(paths[DEPARTMENT], Path)
    with run.store.read() as tx:
        mails = tx.connection.exec_driver_sql("SELECT mail_key, unit_code, plain FROM mails").all()
    ((unit, text),) = [(unit, plain) for key, unit, plain in mails if key.startswith("doi-bo/")]
    assert unit == DEPARTMENT and f"- {row.code}: {row.criterion}" in text and "12/QĐ-UBND" in text


def test_a_locked_file_gets_no_new_form(run: Run, config_copy: Path) -> None:
    path = config_copy / "criteria" / "so-2026" / "tieu_chi.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Phụ lục kế hoạch", "Phụ lục của kế hoạch"), encoding="utf-8")
    later = replace(locked(run), actor="vp.pct")
    assert DEPARTMENT in replace_set(later, "so-2026", "Hội đồng sửa", "Biên bản 1").changed
    assert send_changed_forms(later) == []
