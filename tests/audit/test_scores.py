"""Evidence is proven like every kept file, and a table that lost its guard against changes is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.scores.conftest import OPENED, open_scoring_round
from tests.scores.test_evidence import FILE

from cchc.audit.files import kept_files
from cchc.audit.inquiry import Inquiry
from cchc.audit.proofs import LastProof
from cchc.audit.store import pages
from cchc.depot import keep
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import put_evidence
from cchc.store import Store


def looked(run: Run, check) -> list[tuple[str, str]]:
    inquiry = Inquiry(run, LastProof(), None, read_again=True)
    check(inquiry)
    return [(one.kind, one.thing) for one in inquiry.damages]


@pytest.fixture
def run(any_store: Store, instance: Instance) -> Run:
    return Run(open_scoring_round(any_store), instance, OPENED)


def test_evidence_that_was_changed_or_is_gone_is_named(run: Run) -> None:
    digest, path = keep(run.instance, "minh-chung", b"van ban", ".pdf")
    stored = path.relative_to(run.instance.data).as_posix()
    with run.store.write() as tx:
        put_evidence(tx, [replace(FILE, sha256=digest, stored_path=stored)])
    assert looked(run, kept_files) == []
    path.write_bytes(b"van ban khac")
    assert [kind for kind, _ in looked(run, kept_files)] == ["file_changed"]
    path.unlink()
    assert [kind for kind, _ in looked(run, kept_files)] == ["file_gone"]


def test_a_guard_against_changes_that_was_taken_away_is_seen_on_both_engines(run: Run) -> None:
    assert looked(run, pages) == []
    drop = (
        "DROP TRIGGER score_events_no_update"
        if run.store.is_sqlite
        else "DROP TRIGGER score_events_no_change ON score_events"
    )
    with run.store.write() as tx:
        tx.connection.exec_driver_sql(drop)
    found = [thing for kind, thing in looked(run, pages) if kind == "schema"]
    assert len(found) == 1 and found[0].startswith("score_events")
