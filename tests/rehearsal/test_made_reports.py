"""Made reports: the same number gives the same text, and the checker is measured on them as people would."""

from __future__ import annotations

from cchc.claims import check_text
from cchc_rehearsal.bench.ra_soat import ClaimTally, made
from cchc_rehearsal.made_reports import made_report


def test_the_same_number_gives_the_same_report_with_its_truth_in_place() -> None:
    one = made_report(4)
    assert one == made_report(4) != made_report(7)
    assert all(0 <= truth.start < truth.end <= len(one.text) for truth in one.truths)
    assert any(truth.wrong for truth in one.truths) and any(not truth.wrong for truth in one.truths)


def test_the_checker_finds_planted_faults_and_blames_nothing_else() -> None:
    tally = ClaimTally()
    for example in made(16, held=False):
        list(tally.count(example, check_text(example.text)))
    every = list(tally.by_kind.values())
    faults, found = sum(row["faults"] for row in every), sum(row["found"] for row in every)
    assert faults > 30 and found >= 0.95 * faults
    assert sum(row["blamed_error"] for row in every) == 0
    tables = [row for kind, row in tally.by_kind.items() if kind.startswith("table_")]
    assert sum(row["found"] for row in tables) >= 0.98 * sum(row["faults"] for row in tables)
    assert sum(row["seen"] for row in tables) >= 0.99 * sum(row["right"] for row in tables)
