"""Stores in daily use: an old migration never changes, and a filled store of every frozen schema comes forwards."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from tests.store.filled import fill

from cchc.clock import END, at, to_text
from cchc.errors import CchcError
from cchc.inspection import known_findings, load_choices
from cchc.obligations import Ledger, fold
from cchc.paths import SQL_DIR
from cchc.scores import evidence_of
from cchc.store import Store, dump, upgrade
from cchc.store.migrate import alembic_config, heads
from cchc.submissions.kept import standing

DUE = "2026-05-04T17:00:00+07:00"
FROZEN = {
    "0001_ledger": "1c53756cbc03393294f695b1c3a4deac2240ad654b9484529ef134dbfc4ca737",
    "0002_counted_submissions": "72d782c6cf0db98e73be965c657756d1b66485ca5c3c2cbe87b074d4106cc41f",
    "0003_sending": "2b80c17f68c820413b3af4ec4fcc1ecb0585bea562f5e201aaa5ca241f5ab466",
    "0004_arrivals": "b12e4406b07911d5b9fb176c492b1a534f23e3b749a7aa2bca5eed43dc64374d",
    "0005_installation": "9b18d8cf4dc2e9f5fd791be793de0ee73388f24c000e09767b335bf39fabc095",
    "0006_chain": "5c5f65365e6b177bc1bb06e835f02e823d3b687f1e35d3141f64fe4bafecc39b",
    "0007_past_figures": "b4310e7000b046eb9e28f1d3b6a47d4e4d730eddaf0a5c13ec55620502dfaaa1",
    "0008_origins": "65926ac1bf61fa919b88922f3e74b88a659c9d1d211a21e248d0d84970f1f2ba",
    "0009_shown_figures": "ce5fa5fc4a4f9a8d58ca64b628e72247aaeb917d89255bf4568210ced39977b8",
    "0010_scoring": "8445ee34ee14f50fbd8986df38c8840c397ee226412527ad1393c8c3ae470a52",
    "0011_inspection": "65853b823a292755bacbda52a5d5cfd173a1f819774ad4b824a540062f30bf06",
    "0012_registers": "17888104158339f3966a3789eb9652d266980dc00e8c7eba3932dcd4e8751cd9",
    "0013_unit_page": "e888f765e8b360667800d151e0d6ab741537818b85c790f27baf11add91fa566",
    "0014_reading": "a14135a055caa4b16c4a8222b714bfa5bd3395f9946b6c8c869873bce814236f",
    "0015_counted_evidence": "ceeaf104dea6fa49aaa6221391ab649a840f945855529718a6a3db2b04fb951a",
}


@pytest.fixture
def filled(empty_store: Store, tmp_path: Path) -> Store:
    """The store of 44b1a2b, once on SQLite and once on PostgreSQL."""
    return fill(empty_store, tmp_path)


def content_hash(migration: str) -> str:
    files = sorted(one for one in (SQL_DIR / "migrations" / migration).rglob("*") if one.is_file())
    parts = (f"{file.name}\n{file.read_text(encoding='utf-8')}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@pytest.mark.parametrize("migration", FROZEN)
def test_a_migration_that_stores_have_run_stays_as_it_was(migration: str) -> None:
    assert content_hash(migration) == FROZEN[migration], (
        f"{migration} has run on stores in daily use and never runs there again: what it says now would hold for new "
        "stores only. Put it back (git log -- include/sql/migrations) and write the change as a new migration."
    )


def test_no_migration_is_forgotten() -> None:
    """The newest one may still be on its way."""
    names = sorted(folder.name for folder in (SQL_DIR / "migrations").iterdir())
    assert list(FROZEN) in (names, names[:-1])


def test_a_filled_store_comes_forwards_and_keeps_every_row(filled: Store) -> None:
    before = dump(filled)
    assert len(before["obligation_events"]) > 300
    assert len(before["submissions"]) == 30
    upgrade(filled)
    after = dump(filled)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {
        "config_changes", "consolidated_readings", "council_sessions", "counted_submissions", "evidence",
        "evidence_checks",
        "explanations", "external_values", "figure_marks", "folder_looks", "folder_sightings", "homes",
        "inspected_findings", "inspection_events", "inspection_visits", "landing_files", "mail_acts", "mail_stops",
        "mail_tries", "objection_decisions", "objections", "past_figures", "past_imports", "rankings",
        "score_events", "score_file_events", "scoring_sets", "sent_before_restore", "set_aside", "set_aside_steps",
        "settled_figures", "shown_figures", "source_gaps", "survey_forms",
        "unit_page_revocations", "unit_page_uses",
    }  # fmt: skip
    with filled.read() as tx:
        assert [
            str(one) for one in tx.connection.exec_driver_sql("SELECT * FROM alembic_version").scalars()
        ] == heads()


@pytest.mark.parametrize("made_a_view", [False, True])
def test_every_store_of_the_schema_before_finds_the_evidence_that_counts(
    empty_store: Store, made_a_view: bool
) -> None:
    """For some hours 0014 made a view of what counts now: stores have it, and others of the same number do not."""
    with empty_store.write() as tx:
        command.upgrade(alembic_config(tx.connection), "0014")
        if made_a_view:
            tx.connection.exec_driver_sql("CREATE VIEW counted_evidence AS SELECT * FROM evidence")
    assert evidence_of(upgrade(empty_store), "2026-CD", as_of=END) == []
    with empty_store.read() as tx:
        assert "counted_evidence" not in inspect(tx.connection).get_view_names()


def test_findings_and_choices_of_before_get_their_numbers_and_keep_their_obligations(filled: Store) -> None:
    round_id = "2026-Q1"
    with filled.write() as tx:
        for sql in (
            f"INSERT INTO inspection_choices VALUES ('{round_id}', '30292', '2.0', '1 báo cáo trễ')",
            f"INSERT INTO inspection_findings VALUES ('{round_id}', '30292', 1, 'Thiếu sổ', 'Lập sổ', '{DUE}')",
        ):
            tx.connection.exec_driver_sql(sql)
    upgrade(filled)
    (known,) = known_findings(filled, round_id)
    assert (known.finding_id, known.is_issued, known.finding.content) == ("KT26-0001", True, "Thiếu sổ")
    assert [one.obligation_id for one in known.orders] == [f"{round_id}/30292/tra_loi/1"]
    assert [one.unit_code for one in load_choices(filled, round_id)] == ["30292"]
    with filled.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT name FROM chain ORDER BY place").scalars()
        assert {"inspected_findings", "inspection_events"} <= set(rows), "linked behind all links there were"
    for change in ("UPDATE inspection_events SET actor = 'x'", "DELETE FROM inspected_findings"):
        with pytest.raises(DBAPIError, match="append-only"), filled.write() as tx:
            tx.connection.exec_driver_sql(change)


def test_the_two_engines_hold_the_same_store_after_it_came_forwards(
    empty_sqlite: Store, empty_postgres: Store, tmp_path: Path
) -> None:
    one, other = (dump(upgrade(fill(store, tmp_path))) for store in (empty_sqlite, empty_postgres))
    assert one == other


FIRST_DAY = at(date(2026, 3, 2), 8)
MOMENTS = [*(FIRST_DAY + timedelta(hours=12 * number) for number in range(60)), END]


def test_what_counts_is_the_fold_of_the_events_after_it_came_forwards(filled: Store) -> None:
    upgrade(filled)
    ledger = Ledger(filled)
    obligations = [one for one, _ in ledger.states(END)]
    assert len(obligations) == 122
    assert ledger.wrongly_counted("2026-Q1") == []
    histories = {one: ledger.history(one.obligation_id) for one in obligations}
    for moment in MOMENTS:
        expected = {}
        for one, history in histories.items():
            known = [event for event in history if event.recorded_at <= moment]
            state = fold(one, known) if known else None
            if state and state.standing == "accepted" and state.status != "waived":
                expected[one.unit_code] = state.accepted_submission_id
        assert standing(filled, "2026-Q1", as_of=moment) == expected
    assert len(expected) == 16, "the stories of the fixture"


@pytest.mark.parametrize(
    ("unit", "spans"),
    [
        pytest.param("ban-quan-ly-du-an", [(3, 6), (7, None)], id="sent before the return, read after it"),
        pytest.param("trung-tam-hcc", [(6, None)], id="an older file read after a newer one"),
        pytest.param("thue-tinh", [(4, 5), (7, None)], id="returned, then taken as it was"),
        pytest.param("30292", [(6, None)], id="accepted, its outcome never changed"),
        pytest.param("so-giao-duc-dao-tao", [(4, 8)], id="waived"),
        pytest.param("so-dan-toc-ton-giao", [(16, None)], id="given more time"),
        pytest.param("so-ngoai-vu", [(4, 21), (21, None)], id="accepted late"),
        pytest.param("30301", [(4, 22.1), (24, None)], id="corrected after the issue"),
        pytest.param("thanh-tra-tinh", [], id="late and left"),
    ],
)
def test_each_story_of_the_filled_store_counts_as_its_events_say(
    filled: Store, unit: str, spans: list[tuple[float, float | None]]
) -> None:
    upgrade(filled)
    rows = filled.query("obligations.counted_of_round", round_id="2026-Q1")
    found = [row for row in rows if row["obligation_id"] == f"2026-Q1/{unit}/bao_cao"]
    moments = [(row["counted_from"], row["counted_until"]) for row in found]
    assert moments == [
        tuple(None if one is None else to_text(FIRST_DAY + timedelta(days=one)) for one in span)
        for span in spans
    ]


def test_a_history_that_the_rules_do_not_allow_stops_the_migration_and_changes_nothing(filled: Store) -> None:
    with filled.write() as tx:
        tx.connection.exec_driver_sql(
            "DELETE FROM obligation_events WHERE kind = 'opened' AND obligation_id = '2026-Q1/vp-ubnd/bao_cao'"
        )
    before = dump(filled)
    with pytest.raises(CchcError, match=r"Chưa nâng cấp được sổ cái.*2026-Q1/vp-ubnd/bao_cao"):
        upgrade(filled)
    assert dump(filled) == before
