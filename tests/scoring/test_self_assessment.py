"""The self-assessment report: what a unit claimed, what it lacks evidence for, what it finds difficult."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from tests.support.results import kept_set

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    ScoreEvent,
    Stage,
    append,
    pin_sets,
    put_evidence,
)
from cchc.scoring.self_assessment import record_self_assessment
from cchc.store import Store

ROUND, UNIT = "2026-CD", "so-tu-phap"
OPENED, CLAIMED = at(date(2026, 12, 1), 9), at(date(2026, 12, 20), 9)
SET = kept_set(
    ("1.1", "60", "dat:60;khong:0"), ("1.2", "30", "dat:30;khong:0"), ("2.1", "10", "dat:10;khong:0"),
    applies_to={"tiers": ["so"]},
)  # fmt: skip


def claim(code: str, points: str, told: str | None = None) -> ScoreEvent:
    return ScoreEvent(
        ROUND, UNIT, code, SET.version, Stage.CLAIM, Decimal(points), False, "tự chấm", UNIT, CLAIMED, reason=told
    )  # fmt: skip


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    own = Run(store, instance, OPENED, ROUND)
    own.rounds.open(own.round, OPENED, "thu")
    with store.write() as tx:
        pin_sets(tx, ROUND, {SET.code: SET}, OPENED, actor="thu")
    return replace(own, as_of=CLAIMED)


def test_the_report_names_what_was_claimed_without_evidence_and_what_the_unit_says_of_it(run: Run) -> None:
    with run.store.write() as tx:
        append(tx, [claim("1.1", "60"), claim("1.2", "30", "Quyết định đang trình ký"), claim("2.1", "0")])
        kept = KeptEvidence(
            ROUND, UNIT, "1.1", EvidenceKind.LINK, "Kế hoạch", "thu-1", CLAIMED, EvidenceStatus.OPENS,
            url="https://angiang.gov.vn/kh",
        )  # fmt: skip
        put_evidence(tx, [kept])
    made = record_self_assessment(run, UNIT)
    assert record_self_assessment(run, UNIT) == made, "the same claims are one report"
    document = Document(str(made.kept_at(run.instance)))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "90,00 trên 100 điểm của 3 tiêu chí" in text
    assert "BỘ TIÊU CHÍ MẪU" in text
    tables = [[[cell.text for cell in row.cells] for row in one.rows] for one in document.tables]
    (lacking,) = [rows for rows in tables if rows[0][-1] == "Giải trình"]
    assert [(row[0], row[-1]) for row in lacking[1:]] == [("1.2", "Quyết định đang trình ký")]
    head = "\n".join(cell for rows in tables[:1] for row in rows for cell in row)
    assert "SỞ TƯ PHÁP" in head, "the unit issues it"


def test_there_is_no_report_of_a_unit_that_handed_in_nothing(run: Run) -> None:
    with pytest.raises(RuleRefused, match="Sở Tư pháp chưa nộp biểu tự chấm"):
        record_self_assessment(run, UNIT)
