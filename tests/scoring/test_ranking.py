"""Ranks, bands, and who decides a point: data before self-score."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc.clock import at
from cchc.criteria import Criteria
from cchc.obligations import RoundLedger
from cchc.scoring import build_ranking_xlsx, load_scores, rank, settle_scores
from cchc.scoring.ranking import band_of, settle
from cchc.texts import t
from cchc.year import Calendar

CRITERIA = Criteria.load()
AS_OF = at(date(2026, 12, 7), 9)


def scored(points: dict[str, Decimal | None], dropped: frozenset[str] = frozenset()):
    return [settle(points.get(row.code), None, row.code in dropped, row.code) for row in CRITERIA.rows]


def test_equal_shares_have_equal_ranks_and_the_next_is_skipped() -> None:
    units = {"a": Decimal(1), "b": Decimal(2), "c": Decimal(1), "d": Decimal(0)}
    ranking = rank(CRITERIA, {unit: scored({"1.1.4": value}) for unit, value in units.items()})
    assert [(one.unit_code, one.rank) for one in ranking] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 2).map(Decimal), min_size=1))
def test_a_better_total_never_has_a_worse_rank(totals) -> None:
    ranking = rank(CRITERIA, {unit: scored({"1.1.4": value}) for unit, value in totals.items()})
    ranks = {one.unit_code: one.rank for one in ranking}
    assert all(ranks[a] <= ranks[b] for a in totals for b in totals if totals[a] >= totals[b])
    assert min(ranks.values()) == 1


def test_a_dropped_criterion_leaves_the_maximum_and_an_unscored_one_does_not() -> None:
    (full,) = rank(CRITERIA, {"a": scored({})})
    (dropped,) = rank(CRITERIA, {"a": scored({}, frozenset({"3.6"}))})
    assert full.reachable - dropped.reachable == 4
    assert full.unscored == len(CRITERIA.rows)


def test_bonus_and_penalty_move_the_total_only() -> None:
    (without,) = rank(CRITERIA, {"a": scored({})})
    (bonus,) = rank(CRITERIA, {"a": scored({"P.2": Decimal(2)})})
    assert (bonus.total, bonus.reachable) == (2, without.reachable)


@pytest.mark.parametrize(
    ("share", "band"),
    [("0.90", "Xuất sắc"), ("0.8999", "Tốt"), ("0.65", "Khá"), ("0.5", "Trung bình"), ("0", "Yếu")],
)
def test_a_band_begins_at_its_lower_edge(share, band) -> None:
    assert band_of(Decimal(share), CRITERIA.bands) == band


def test_data_decide_before_the_unit_itself() -> None:
    assert settle(Decimal(2), Decimal(1), False, "x").final == 1
    assert settle(Decimal(2), None, False, "x").final == 2
    assert settle(None, None, False, "x").final is None
    assert settle(Decimal(2), None, True, "x").final is None


def test_scores_come_back_from_the_store_and_settling_again_changes_nothing(any_store) -> None:
    figures = {"30292": {"I.1.1": Decimal(10), "I.1.2": Decimal(8)}}

    RoundLedger(any_store).open(Calendar.load().round("2026-CD"), AS_OF, "nguoi-thu")

    def run():
        return settle_scores(any_store, "2026-CD", CRITERIA, figures, {"30292": (True,)}, ["30292", "30295"])

    first = run()
    loaded = load_scores(any_store, "2026-CD")
    assert {unit: {s.criterion: s for s in rows} for unit, rows in first.items()} == {
        unit: {s.criterion: s for s in rows} for unit, rows in loaded.items()
    }
    by_code = {score.criterion: score for score in loaded["30292"]}
    assert (by_code["1.1.4"].final, by_code["1.1.4"].basis) == (1, "du-lieu")
    assert by_code["1.1.2"].final is None
    rows = any_store.query("scoring.scores_of_round", round_id="2026-CD")
    run()
    assert any_store.query("scoring.scores_of_round", round_id="2026-CD") == rows


def test_a_ranking_opens_says_what_it_is_on_every_sheet_and_is_the_same_each_time() -> None:
    scores = {"a": scored({"1.1.4": Decimal(2)}, frozenset({"3.6"})), "b": scored({})}
    ranking = rank(CRITERIA, scores)
    arguments = ("Xếp hạng 2026", CRITERIA, ranking, scores, {"a": "Xã A", "b": "Xã B"}, AS_OF, True)
    content = build_ranking_xlsx(*arguments)
    assert content == build_ranking_xlsx(*arguments)
    book = load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == 3
    for sheet in book:
        words = {cell for row in sheet.iter_rows(max_row=8, values_only=True) for cell in row}
        assert {t("scoring.example_set"), t("scoring.rehearsal")} <= words
        assert t("scoring.version", version=CRITERIA.version) in words
    cells = [row for row in book[t("scoring.sheet_ranking")].iter_rows(values_only=True) if row[0] in (1, 2)]
    assert [row[:3] for row in cells] == [(1, "Xã A", 2), (2, "Xã B", 0)]
