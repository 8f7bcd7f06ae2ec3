"""Documents are kept once, never rewritten, and can say where they come from."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cchc.clock import at
from cchc.documents.registry import DocumentRecord, document, documents, origin_of, record_document
from cchc.errors import CchcError
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.store import Store
from cchc.year import Calendar

ROUND = "2026-Q1"
NOON = at(date(2026, 3, 19), 12)
ORIGIN = {"code": "abc", "snapshots": {"s": "1"}, "coverage": {"I.1.1": "5/6"}}


@pytest.fixture
def kept_store(any_store: Store) -> Store:
    RoundLedger(any_store).open(Calendar.load().round(ROUND), NOON, "thu")
    return any_store


def record(
    store: Store,
    instance: Instance,
    content: bytes,
    when: datetime = NOON,
    name: str = "bao-cao.docx",
    **more: object,
) -> str:
    document = DocumentRecord(
        round_id=ROUND, kind="bao_cao", draft=1, file_name=name, made_at=when, provenance=ORIGIN,
        **more,  # type: ignore[arg-type]  # keywords of the test
    )  # fmt: skip
    return record_document(store, instance, document, content)


def test_recording_twice_is_one_document_and_rewrites_no_file(kept_store: Store, instance: Instance) -> None:
    issue = {"number": "09", "symbol": "BC-UBND", "issued_on": date(2026, 3, 20)}
    first = record(kept_store, instance, b"abc", **issue)
    copy = instance.round_out(ROUND) / "bao-cao.docx"
    before = copy.stat().st_mtime_ns
    assert record(kept_store, instance, b"abc", when=NOON + timedelta(days=3), **issue) == first
    (only,) = documents(kept_store, ROUND)
    assert (only.document_id, only.made_at, only.issued_on) == (first, NOON, date(2026, 3, 20))
    assert copy.stat().st_mtime_ns == before
    assert only.provenance == ORIGIN


def test_the_same_bytes_as_draft_and_under_two_numbers_are_three_documents(
    kept_store: Store, instance: Instance
) -> None:
    """A table without a stamp has the same bytes as draft and as issued; its number must be on record all the same."""
    ids = [record(kept_store, instance, b"abc")]
    for number in ("09", "10"):
        ids.append(
            record(kept_store, instance, b"abc", number=number, symbol="BC-UBND", issued_on=date(2026, 3, 20))
        )
    assert len(set(ids)) == 3
    assert {one.number for one in documents(kept_store, ROUND)} == {None, "09", "10"}


def test_a_changed_file_is_another_document_and_both_are_kept(kept_store: Store, instance: Instance) -> None:
    record(kept_store, instance, b"abc")
    record(kept_store, instance, b"abd", when=NOON + timedelta(hours=1))
    old, new = documents(kept_store, ROUND)
    assert (old.kept_at(instance).read_bytes(), new.kept_at(instance).read_bytes()) == (b"abc", b"abd")
    assert new.copied_to(instance).read_bytes() == b"abd"


def test_a_file_can_be_asked_for_its_origin_until_somebody_changes_it(
    kept_store: Store, instance: Instance
) -> None:
    name = record(kept_store, instance, b"abc", unit_code="30292", name="cong-van/30292.docx")
    (found,) = origin_of(kept_store, b"abc")
    assert found == document(kept_store, name)
    assert found.copied_to(instance) == instance.round_out(ROUND) / "cong-van" / "30292.docx"
    assert origin_of(kept_store, b"abc!") == []


def test_a_name_that_leads_out_of_the_rounds_folder_is_refused(kept_store: Store, instance: Instance) -> None:
    with pytest.raises(CchcError):
        record(kept_store, instance, b"abc", name="../../ngoai.docx")
    assert documents(kept_store, ROUND) == []
    assert not list(instance.root.rglob("ngoai.docx"))
