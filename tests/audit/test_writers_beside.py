"""An audit beside which others write: what came between two of its readings is no damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event as sqlalchemy_event
from tests.audit.conftest import NOW, Installation

from cchc.audit.figures import figures
from cchc.audit.files import backups, registry
from cchc.audit.inquiry import Inquiry
from cchc.audit.proofs import LastProof
from cchc.audit.store import chain
from cchc.backups import Shelf
from cchc.clock import at, to_text
from cchc.documents.registry import DocumentRecord, add_document, copy_out, keep_document
from cchc.files import write_atomic
from cchc.obligations import RoundEvent, RoundEventKind, append_round_event
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.stages import opening, planning, receiving
from cchc.store import Store
from cchc_rehearsal.reception.forms import UnitForms

PLAN, ROUND = "2026-KH", "2026-Q1"
DRAFTED, OPENED, RECEIVED = at(date(2026, 1, 5), 9), at(date(2026, 3, 2), 8), at(date(2026, 3, 10), 9)


def inquiry_of(run: Run) -> Inquiry:
    return Inquiry(run, LastProof(), None, read_again=True)


def told(inquiry: Inquiry) -> list[str]:
    return [str(one) for one in inquiry.damages]


@contextmanager
def writer_after(store: Store, table: str, write: Callable[[Store], object]) -> Iterator[list[str]]:
    """Another connection writes, once, as soon as `store` has read `table`; what it was woken by."""
    other, woken = Store(store.url), list[str]()

    def wake(*arguments: object) -> None:
        if f"FROM {table}" in str(arguments[2]) and not woken:
            woken.append(table)
            write(other)

    sqlalchemy_event.listen(store.engine, "after_cursor_execute", wake)
    try:
        yield woken
    finally:
        sqlalchemy_event.remove(store.engine, "after_cursor_execute", wake)
        other.close()


@pytest.fixture
def planned(any_store: Store, instance: Instance) -> Run:
    run = Run(any_store, instance, DRAFTED, PLAN)
    planning.draft(run)
    return run


def issue(run: Run) -> None:
    answer = {"decision": "approve", "by": "Chủ tịch", "decided_at": to_text(at(date(2026, 1, 12), 10)), "number": "3",
              "symbol": "KH-UBND", "issued_on": "2026-01-12"}  # fmt: skip
    planning.issue(run, Approval.parse(answer))


@pytest.mark.parametrize("table", ["documents", "round_events"])
def test_a_decision_issued_while_the_registry_is_read_is_no_damage(planned: Run, table: str) -> None:
    inquiry = inquiry_of(planned)
    with writer_after(planned.store, table, lambda other: issue(replace(planned, store=other))) as woken:
        registry(inquiry)
    assert woken and told(inquiry) == []
    assert any(one.kind is RoundEventKind.issued for one in planned.rounds.events(PLAN))
    registry(again := inquiry_of(planned))
    assert told(again) == [] and again.counts.total() > inquiry.counts.total()


def test_a_document_whose_copy_is_still_being_laid_is_no_damage_and_is_when_it_never_comes(
    planned: Run,
) -> None:
    made = DocumentRecord(
        round_id=PLAN, kind="thu", draft=1, file_name="thu.txt", made_at=DRAFTED, provenance={}
    )
    record = keep_document(planned.instance, made, b"thu")
    chain(inquiry := inquiry_of(planned))
    with planned.store.write() as tx:
        add_document(tx, record)
    registry(inquiry)
    assert told(inquiry) == []
    chain(later := inquiry_of(planned))
    registry(later)
    assert [(one.kind, Path(one.thing).name) for one in later.damages] == [("copy_gone", "thu.txt")]
    copy_out(planned.instance, record)
    registry(at_last := inquiry_of(planned))
    assert told(at_last) == []


def test_an_event_that_names_no_document_is_still_damage(planned: Run) -> None:
    stray = RoundEvent(
        PLAN, RoundEventKind.edited, DRAFTED, DRAFTED, "thu", None, {"documents": ["khong-co"]}, "thu"
    )
    with planned.store.write() as tx:
        append_round_event(tx, stray)
    registry(inquiry := inquiry_of(planned))
    assert [(one.kind, one.thing) for one in inquiry.damages] == [("document_unknown", "khong-co")]


def test_a_workbook_received_while_figures_are_read_is_no_damage(
    any_store: Store, instance: Instance
) -> None:
    opening.open_round(Run(any_store, instance, OPENED, ROUND))
    run = Run(any_store, instance, RECEIVED, ROUND)
    forms = UnitForms(run, 2)
    content = [forms.filled(number, unit).content for number, unit in enumerate(forms.units)]

    def receive(store: Store, number: int) -> None:
        mine = replace(run, store=store)
        write_atomic(instance.inbox / ROUND / f"{forms.units[number].code}.xlsx", content[number])
        assert receiving.receive(mine, receiving.pending(mine)) == {"accepted": 1}

    receive(any_store, 0)
    inquiry = inquiry_of(run)
    with writer_after(any_store, "submission_values", lambda other: receive(other, 1)) as woken:
        figures(inquiry)
    assert woken and told(inquiry) == []
    figures(again := inquiry_of(run))
    assert told(again) == [] and again.counts.total() == 2


def test_a_set_that_a_backup_removes_by_its_rule_meanwhile_is_no_damage(
    installation: Installation, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, read = Shelf.of(installation.instance), Shelf.sha256_of
    (note,) = shelf.notes()
    path = Path(shelf.address) / note.name

    def removed_first(self: Shelf, name: str) -> str:
        path.unlink()
        return read(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "sha256_of", removed_first)
        backups(inquiry := inquiry_of(Run(store, installation.instance, NOW)))
    assert told(inquiry) == []
