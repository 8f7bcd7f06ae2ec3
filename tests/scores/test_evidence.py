"""Evidence that counts is that of the version that counts; the same file elsewhere is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError
from tests.scores.conftest import LATER, OPENED, OTHER, ROUND, UNIT

from cchc.clock import END
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    SameFile,
    evidence_of,
    one_evidence,
    put_evidence,
    put_evidence_check,
    reused,
)
from cchc.store import Store

FILE = KeptEvidence(
    ROUND, UNIT, "1.1.1", EvidenceKind.FILE, "kh.pdf", "thu-1", OPENED, EvidenceStatus.KEPT, "a" * 64, 1200,
    "minh-chung/aa/a.pdf", document_no="05/KH-UBND",
)  # fmt: skip
LINK = KeptEvidence(
    ROUND, UNIT, "1.2.1", EvidenceKind.LINK, "https://a.gov.vn", "thu-1", OPENED, EvidenceStatus.NOT_OPENED,
    url="https://a.gov.vn",
)  # fmt: skip


def keep(store: Store, *evidence: KeptEvidence) -> int:
    with store.write() as tx:
        return put_evidence(tx, evidence)


def test_evidence_comes_back_whole_and_twice_is_once(scored_anywhere: Store) -> None:
    assert keep(scored_anywhere, FILE, LINK) == 2
    assert keep(scored_anywhere, FILE) == 0
    assert evidence_of(scored_anywhere, ROUND, UNIT, as_of=END) == [FILE, LINK]
    assert evidence_of(scored_anywhere, ROUND, UNIT, "1.2.1", as_of=END) == [LINK]
    assert evidence_of(scored_anywhere, ROUND, OTHER, as_of=END) == []
    assert one_evidence(scored_anywhere, FILE.evidence_id) == FILE


def test_what_came_of_opening_a_link_stands_beside_it(scored_anywhere: Store) -> None:
    keep(scored_anywhere, LINK)
    with scored_anywhere.write() as tx:
        put_evidence_check(tx, LINK.evidence_id, EvidenceStatus.DOES_NOT_OPEN, "mã 500", LATER)
        put_evidence_check(tx, LINK.evidence_id, EvidenceStatus.OPENS, "mã 200", LATER)
    (before,) = evidence_of(scored_anywhere, ROUND, UNIT, as_of=OPENED)
    assert before.status == EvidenceStatus.NOT_OPENED
    (found,) = evidence_of(scored_anywhere, ROUND, UNIT, as_of=END)
    assert (found.status, found.detail) == (EvidenceStatus.OPENS, "mã 200")


def test_one_file_for_two_criteria_or_two_units_is_shown_to_the_appraiser(scored: Store) -> None:
    again = replace(FILE, criterion="1.3.3")
    theirs = replace(FILE, unit_code=OTHER, received_with="thu-2")
    keep(scored, FILE, again, theirs, LINK)
    found = reused(scored, ROUND, UNIT)
    assert found[FILE.evidence_id] == [
        SameFile(ROUND, UNIT, "1.3.3", "kh.pdf"), SameFile(ROUND, OTHER, "1.1.1", "kh.pdf"),
    ]  # fmt: skip
    assert LINK.evidence_id not in found


def test_a_file_without_its_bytes_is_none(scored: Store) -> None:
    with pytest.raises(DBAPIError):
        keep(scored, replace(FILE, stored_path=None))
