"""What units sent is kept once, whole, and the last version that counts is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cchc.clock import at, to_text
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger, append
from cchc.paths import Instance
from cchc.store import Store, upgrade
from cchc.submissions.kept import (
    ReceivedSubmission,
    SubmissionOutcome,
    change_outcome,
    declared_nothing,
    findings_of,
    latest_narratives,
    latest_values,
    put_submission,
    submission,
    submissions_of,
)
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

AT = at(date(2026, 3, 10), 9)
OWED = "2026-Q1/30760/bao_cao"


@pytest.fixture
def instance(tmp_path):
    return Instance(tmp_path)


@pytest.fixture
def store(instance, round_):
    made = upgrade(Store(instance.store_url))
    RoundLedger(made).open(round_, AT, "test")
    owed = Obligation(OWED, "2026-Q1", "30760", "bao_cao", "", "Báo cáo", round_.unit_due_at)
    Ledger(made).open([owed], AT, "test")
    yield made
    made.close()


def filled(report, **figures):
    return fill_workbook(
        report,
        Answers(
            {code.replace("_", "."): answer for code, answer in figures.items()}, {"noi_bat": "Việc hay"}
        ),
    )


def keep(store, instance, content, received=AT, outcome=SubmissionOutcome.ACCEPTED, findings=(), **changed):
    """A file is kept and, as its outcome says, accepted or refused; once, however often it comes."""
    if "filled" not in changed:
        changed["filled"] = read_workbook(content, "b.xlsx")
    given = {"obligation_id": OWED, "file_name": "b.xlsx", "channel": "thu_muc"} | changed
    with store.write() as tx:
        kept = put_submission(
            tx,
            instance,
            ReceivedSubmission(
                content=content,
                received_at=received,
                recorded_at=received,
                findings=findings,
                outcome=outcome,
                **given,
            ),
        )
        if submission_of(tx, kept)["recorded_at"] == to_text(received):
            verdict = EventKind.rejected if outcome == SubmissionOutcome.REJECTED else EventKind.accepted
            append(tx, [event(kind, kept, received) for kind in (EventKind.submitted, verdict)])
    return kept


def submission_of(tx, kept):
    return tx.one("submissions.submission", submission_id=kept)


def event(kind, kept, when, **more):
    return Event(OWED, kind, when, when, "test", "Sai", {"submission_id": kept} | more)


def test_values_come_back_exactly_with_their_provenance(store, instance, report):
    content = filled(
        report,
        T06_1=Answer("27.554", explanation="Ước"),
        III_5_3=Answer(numerator=219, denominator=226),
        VB_1=Answer(0),
        VB_2=Answer("-"),
    )
    kept = keep(store, instance, content)
    figures = latest_values(store, "2026-Q1")["30760"]
    form = read_workbook(content, "b.xlsx")
    for code in ("T06.1", "III.5.3", "VB.1", "VB.2"):
        assert figures[code] == replace(form.figures[code], submission_id=kept, typed=True)
    assert figures["VB.1"].value == Decimal(0)
    assert figures["VB.2"].value is None
    assert "VB.3" not in figures
    assert latest_narratives(store, "2026-Q1") == {"30760": {"noi_bat": "Việc hay"}}
    assert submission(store, instance, kept).path.read_bytes() == content


def test_a_section_declared_empty_is_kept_as_such_and_not_as_noughts(store, instance, report):
    answers = Answers(
        {"T06.1": Answer(0), "I.1.1": Answer(2)},
        nothing_sections=["III", "VII"],
        nothing_narratives=["kien_nghi"],
    )
    content = fill_workbook(report, answers)
    form = read_workbook(content, "b.xlsx")
    assert set(form.nothing_sections) == {"III", "VII"} and set(form.nothing_narratives) == {"kien_nghi"}
    assert form.figures["T06.1"].nothing and not form.figures["I.1.1"].nothing
    keep(store, instance, content)
    assert declared_nothing(store, "2026-Q1") == {"30760": {"III", "VII"}}
    assert set(latest_values(store, "2026-Q1")["30760"]) == {"I.1.1"}
    assert declared_nothing(store, "2026-Q1", as_of=AT - timedelta(seconds=1)) == {}


def test_keeping_the_same_file_twice_changes_nothing(store, instance, report):
    content = filled(report, T06_1=Answer(5))
    found = [CheckFinding("x", "loi", "Số liệu", "I8", "T06.1", "5", "6", "Lệch 1")]
    first = keep(store, instance, content, findings=found)
    files = sorted(instance.data.rglob("*.xlsx"))
    again = keep(store, instance, content, AT + timedelta(days=1), SubmissionOutcome.REJECTED, findings=found)
    assert again == first
    assert sorted(instance.data.rglob("*.xlsx")) == files
    assert [(s.received_at, s.outcome) for s in submissions_of(store, instance, OWED)] == [(AT, "accepted")]
    assert findings_of(store, first) == found


def test_the_last_accepted_version_counts_and_refused_ones_do_not(store, instance, report):
    keep(store, instance, filled(report, T06_1=Answer(1)), AT)
    keep(
        store,
        instance,
        filled(report, T06_1=Answer(2)),
        AT + timedelta(hours=2),
        SubmissionOutcome.WITH_WARNINGS,
    )
    keep(
        store, instance, filled(report, T06_1=Answer(3)), AT + timedelta(hours=3), SubmissionOutcome.REJECTED
    )
    assert latest_values(store, "2026-Q1")["30760"]["T06.1"].value == 2
    assert latest_values(store, "2026-Q1", as_of=AT + timedelta(hours=1))["30760"]["T06.1"].value == 1


def test_the_outcome_is_what_is_shown_and_the_events_say_what_counts(store, instance, report):
    keep(store, instance, filled(report, T06_1=Answer(2)), AT)
    later = AT + timedelta(hours=3)
    bad = keep(store, instance, filled(report, T06_1=Answer(3)), later, SubmissionOutcome.REJECTED)
    assert change_outcome(store, bad, SubmissionOutcome.ACCEPTED) is True
    assert change_outcome(store, bad, SubmissionOutcome.ACCEPTED) is False
    assert latest_values(store, "2026-Q1")["30760"]["T06.1"].value == 2
    Ledger(store).record_many(
        replace(event(kind, bad, later + timedelta(days=1)), happened_at=later, key=f"nguyen-trang:{kind}")
        for kind in (EventKind.submitted, EventKind.accepted)
    )
    assert latest_values(store, "2026-Q1")["30760"]["T06.1"].value == 3
    assert latest_values(store, "2026-Q1", as_of=later)["30760"]["T06.1"].value == 2


def test_a_report_that_was_sent_back_no_longer_counts_until_it_is_corrected(store, instance, report):
    content = filled(report, T06_1=Answer(1))
    kept = keep(store, instance, content)
    due = to_text(AT + timedelta(days=5))
    Ledger(store).record(event(EventKind.returned, kept, AT + timedelta(days=1), due_at=due))
    assert latest_values(store, "2026-Q1", as_of=AT)["30760"]["T06.1"].submission_id == kept
    assert latest_values(store, "2026-Q1") == {}
    keep(store, instance, filled(report, T06_1=Answer(2)), AT + timedelta(days=2))
    assert latest_values(store, "2026-Q1")["30760"]["T06.1"].value == 2


def test_a_file_that_could_not_be_read_is_kept_too(store, instance):
    kept = keep(
        store,
        instance,
        b"%PDF scan",
        outcome=SubmissionOutcome.REJECTED,
        file_name="../../quet.pdf",
        filled=None,
    )
    found = submission(store, instance, kept)
    assert (found.file_name, found.outcome, found.path.read_bytes()) == ("quet.pdf", "rejected", b"%PDF scan")
    assert instance.data in found.path.parents
    assert latest_values(store, "2026-Q1") == {}
