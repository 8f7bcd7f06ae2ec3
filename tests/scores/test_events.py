"""Words on points: added once, never changed, never out of range, and a decision never without its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError
from tests.scores.conftest import LATER, OTHER, ROUND, UNIT, said, sample_sets

from cchc.errors import RuleRefused
from cchc.scores import NumberUsed, Stage, append, history, standing
from cchc.store import Store
from cchc.store.chain import SEALED, contents

NUMBERS = (NumberUsed("I.1.2", Decimal("8"), "2026-NAM/30760/bao_cao/ab", "f" * 64),)


def add(store: Store, *events) -> int:
    with store.write() as tx:
        return append(tx, events)


def test_the_same_word_said_twice_is_one_and_comes_back_whole(scored_anywhere: Store) -> None:
    claim = said(Stage.CLAIM, "1.50", actor=UNIT, reason="Đã ban hành", numbers=NUMBERS)
    assert add(scored_anywhere, claim, claim) == 1
    assert add(scored_anywhere, claim) == 0
    (found,) = history(scored_anywhere, ROUND, UNIT, "1.1.1")
    assert replace(found, prior_event_id=None) == replace(claim, points=Decimal("1.5"))
    assert found.event_id == claim.event_id


def test_every_word_names_the_one_before_it(scored: Store) -> None:
    words = [said(Stage.CLAIM, "1"), said(Stage.COMPUTED, None), said(Stage.FIRST, "0.75")]
    assert add(scored, *words) == 3
    found = history(scored, ROUND, UNIT, "1.1.1")
    assert [one.stage for one in found] == [Stage.CLAIM, Stage.COMPUTED, Stage.FIRST]
    assert [one.prior_event_id for one in found] == [None, words[0].event_id, words[1].event_id]


@pytest.mark.parametrize(
    ("criterion", "points"), [("1.1.1", "1.51"), ("1.1.1", "-0.01"), ("P.4", "0.5"), ("P.4", "-6.5")]
)
def test_points_outside_of_what_the_criterion_allows_never_reach_the_store(
    scored: Store, criterion: str, points: str
) -> None:
    """The old store kept 5 of 2, and -0.40 of a numerator of -1."""
    for stage in (Stage.CLAIM, Stage.FIRST):
        with pytest.raises(RuleRefused, match=rf"{criterion}.*nằm ngoài khoảng"):
            add(scored, said(stage, points, criterion))
    assert history(scored, ROUND, UNIT, criterion) == []


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.SECOND, Stage.COUNCIL, Stage.OBJECTION])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_nobody_decides_without_a_reason(scored: Store, stage: Stage, reason: str | None) -> None:
    with pytest.raises(RuleRefused, match="phải ghi lý do"):
        add(scored, said(stage, "1", reason=reason))


def test_what_was_never_pinned_and_what_the_set_does_not_hold_is_refused(scored: Store) -> None:
    with pytest.raises(RuleRefused, match="chưa được chốt"):
        add(scored, replace(said(Stage.CLAIM, "1"), set_version="xa-2026@000000000000"))
    with pytest.raises(RuleRefused, match=r"không có tiêu chí 9.9.9"):
        add(scored, said(Stage.CLAIM, "1", "9.9.9"))
    with pytest.raises(RuleRefused, match="2025-CD"):
        add(scored, replace(said(Stage.CLAIM, "1"), round_id="2025-CD"))


def test_neither_a_claim_nor_a_computed_value_is_final(scored: Store) -> None:
    """Of the old set 23 rows of 51 were final because the unit said so."""
    add(scored, said(Stage.CLAIM, "1.5"), said(Stage.COMPUTED, "1.5"))
    one = standing(scored, ROUND)[UNIT]["1.1.1"]
    assert (one.claim and one.claim.points, one.computed and one.computed.points) == (Decimal("1.5"),) * 2
    assert not one.is_decided
    assert one.final.value is None and not one.final.dropped


def test_the_last_stage_decides_and_within_it_the_last_word(scored: Store) -> None:
    words = [
        said(Stage.COUNCIL, "0.25"), said(Stage.FIRST, "1"), said(Stage.FIRST, "0.5"), said(Stage.SECOND, "0.75"),
    ]  # fmt: skip
    add(scored, said(Stage.CLAIM, "1.5"), *words[1:])
    assert standing(scored, ROUND)[UNIT]["1.1.1"].final.value == Decimal("0.75")
    add(scored, words[0])
    assert standing(scored, ROUND, units=[UNIT])[UNIT]["1.1.1"].final.value == Decimal("0.25")
    add(scored, said(Stage.OBJECTION, None, dropped=True))
    final = standing(scored, ROUND, units=[UNIT])[UNIT]["1.1.1"].final
    assert final.dropped and final.value is None
    row = scored.query("scores.events_of_units", round_id=ROUND, units=[UNIT], as_of="9999")
    assert len(row) == 6
    with scored.read() as tx:
        found = tx.connection.exec_driver_sql("SELECT stage, dropped FROM score_standing").all()
    assert [tuple(one) for one in found] == [("kien_nghi", 1)], "the view says the same"


def test_a_day_of_the_past_sees_what_was_known_then(scored: Store) -> None:
    add(scored, said(Stage.FIRST, "1"), said(Stage.SECOND, "0.5", moment=LATER + timedelta(days=9)))
    assert standing(scored, ROUND, as_of=LATER)[UNIT]["1.1.1"].final.value == 1
    assert standing(scored, ROUND)[UNIT]["1.1.1"].final.value == Decimal("0.5")


def test_units_of_two_sets_stand_beside_each_other(scored: Store) -> None:
    add(scored, said(Stage.FIRST, "1"), said(Stage.FIRST, "0.5", unit=OTHER))
    found = standing(scored, ROUND)
    assert {unit: one["1.1.1"].final.value for unit, one in found.items()} == {UNIT: 1, OTHER: Decimal("0.5")}
    assert found[OTHER]["1.1.1"].first.set_version == sample_sets()["so-2026"].version


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE score_events SET points = '0'",
        "DELETE FROM score_events",
        "UPDATE scoring_sets SET content = ''",
        "DELETE FROM scoring_sets",
    ],
)
def test_the_store_itself_refuses_to_change_or_remove_a_row(scored_anywhere: Store, change: str) -> None:
    add(scored_anywhere, said(Stage.FIRST, "1"))
    with pytest.raises(DBAPIError, match="append-only"), scored_anywhere.write() as tx:
        tx.connection.exec_driver_sql(change)
    assert standing(scored_anywhere, ROUND)[UNIT]["1.1.1"].final.value == 1


def test_every_table_of_the_record_is_append_only_on_both_engines(any_store: Store) -> None:
    tables = {
        "scoring_sets", "score_events", "score_file_events", "evidence", "evidence_checks", "explanations",
        "survey_forms", "external_values", "council_sessions", "objections", "objection_decisions", "rankings",
        "inspected_findings", "inspection_events", "inspection_visits",
    }  # fmt: skip
    query = (
        "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'"
        if any_store.is_sqlite
        else "SELECT c.relname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND c.relnamespace = CAST(current_schema() AS regnamespace)"
    )
    with any_store.read() as tx:
        assert set(tx.connection.exec_driver_sql(query).scalars()) == tables


def test_one_step_of_one_unit_is_one_link_of_the_chain(scored: Store) -> None:
    before = len(scored.query("chain.links"))
    add(scored, *(said(Stage.COMPUTED, "0.5", code) for code in ("1.1.1", "1.2.1", "1.3.3")))
    assert len(scored.query("chain.links")) == before + 1
    add(scored, said(Stage.FIRST, "0.5"))
    assert len(scored.query("chain.links")) == before + 2
    sealed = next(one for one in SEALED if one.name == "score_events")
    with scored.read() as tx:
        assert len(contents(tx.connection, sealed, None)) == 2
