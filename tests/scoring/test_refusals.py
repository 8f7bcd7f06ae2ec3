"""What scoring refuses, each by its rule and with nothing kept: appraisal, council, results, figures of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.support.appraised import DURING, LATE, OWN, ROUND, SCORED, SET, appraisal, opened, proven, said
from tests.support.results import kept_set

from cchc.criteria import Points
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import FileEventKind, ScoreEvent, Stage, append, file_events, history, pinned, set_among
from cchc.scoring import replacing
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.bringing import bring_external
from cchc.scoring.council import Council, Ruling
from cchc.scoring.gathering import round_results
from cchc.scoring.results import ScoredCriterion, UnitScores, rank_list
from cchc.store import Store

CRITERION = "2.1.1"
KEEP, CHANGE, EXCLUDE = AppraisalChoice.KEEP, AppraisalChoice.CHANGE, AppraisalChoice.EXCLUDE


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = opened(store, instance)
    proven(run, SCORED, CRITERION)
    said(run, SCORED, CRITERION, Stage.COMPUTED, "0.5")
    return run


def rule(act: Callable[[], object]) -> str:
    with pytest.raises(RuleRefused) as refused:
        act()
    return refused.value.rule


def decide(run: Run, *words: object, actor: str = "tp1", **more: object) -> str:
    return rule(lambda: appraisal(run, actor).decide([Decided(SCORED, CRITERION, *words, **more)]))  # type: ignore[arg-type]


def test_an_appraiser_is_refused_by_the_rule_that_he_breaks(run: Run) -> None:
    assert decide(run, "bo", Decimal(1), "Vì") == "unknown-choice"
    assert decide(run, EXCLUDE, Decimal(1), "Vì") == "excluded-with-points"
    assert decide(run, CHANGE, None, "Vì") == "points-needed"
    assert decide(run, CHANGE, Decimal("-0.5"), "Vì", "1/BC") == "out-of-range"
    other = Decided(SCORED, "99.9", KEEP)
    assert rule(lambda: appraisal(run, "tp1").decide([other])) == "unknown-case"
    stranger = Decided("khong-co", CRITERION, KEEP)
    assert rule(lambda: appraisal(run, "tp1").decide([stranger])) == "unknown-case"
    assert rule(lambda: appraisal(run, "tp1").group_standing("so-la", 1)) == "unknown-group"
    kept = [one for one in history(run.store, ROUND, SCORED, CRITERION) if one.stage is Stage.FIRST]
    assert kept == []


def test_the_second_turn_takes_only_what_was_explained_or_opened_again_with_a_document(run: Run) -> None:
    secretary = appraisal(run, "thuky1", LATE)
    assert rule(lambda: secretary.reopen(SCORED, CRITERION, "Sót", "7/SNV")) == "not-decided"
    appraisal(run, "tp1").decide([Decided(SCORED, CRITERION, KEEP)])
    second = Decided(SCORED, CRITERION, CHANGE, Decimal(1), "Đủ", "1/BC")
    assert rule(lambda: appraisal(run, "tp1", LATE).decide([second], 2)) == "not-explained"
    secretary = appraisal(run, "thuky1", LATE)
    assert rule(lambda: secretary.reopen(SCORED, CRITERION, "Sót", " ")) == "reopen-needs"
    assert rule(lambda: secretary.reopen(SCORED, CRITERION, " ", "7/SNV")) == "reopen-needs"
    assert secretary.reopen(SCORED, CRITERION, "Sót", "7/SNV")
    assert not appraisal(run, "thuky1", LATE).reopen(SCORED, CRITERION, "Sót", "7/SNV")
    assert appraisal(run, "tp1", LATE).decide([second], 2) == 1
    assert [one.kind for one in file_events(run.store, ROUND, SCORED)] == [FileEventKind.REOPENED]


def test_a_points_event_of_a_set_that_was_never_pinned_is_refused(run: Run) -> None:
    event = ScoreEvent(
        ROUND,
        SCORED,
        CRITERION,
        "so-2026@khac",
        Stage.FIRST,
        Decimal(1),
        False,
        "x",
        "tp1",
        DURING,
        reason="x",
    )

    def write() -> None:
        with run.store.write() as tx:
            append(tx, [event])

    assert rule(write) == "not-pinned"


def test_the_council_is_refused_by_the_rule_that_it_breaks(run: Run) -> None:
    def council() -> Council:
        own = appraisal(run, "vp.pct", LATE)
        return Council(own.run, own.docket)

    assert rule(lambda: council().hold(["vp.pct", "tp.gd"], [], LATE)) == "no-quorum"
    session = council().hold(["vp.pct", "tp.gd", "tc.gd"], [], LATE).session_id

    def ruled(*words: object) -> str:
        return rule(lambda: council().rule(session, Ruling(SCORED, CRITERION, *words)))  # type: ignore[arg-type]

    assert ruled(KEEP, "Giữ") == "not-decided"
    assert ruled(CHANGE, " ", Decimal(1)) == "reason-needed"
    assert ruled("bo", "Vì", Decimal(1)) == "unknown-choice"
    assert ruled(EXCLUDE, "Vì", Decimal(1)) == "excluded-with-points"
    assert rule(lambda: council().rule(session, Ruling(SCORED, "99.9", KEEP, "Giữ"))) == "unknown-case"


def test_results_need_a_pinned_set_and_one_set_a_list(run: Run) -> None:
    never = rule(lambda: round_results(run.store, run.units, "2025-CD", 2025, DURING))
    assert never == "not-pinned"
    first, second = (
        kept_set(("1.1", "100", "dat:100;khong:0")),
        kept_set(("1.1", "100", "dat:100;khong:0"), code="b"),
    )
    scores = [
        UnitScores(unit, one, (ScoredCriterion(one.rows[0], Points(Decimal(100))),))
        for unit, one in ((SCORED, first), (OWN, second))
    ]
    assert rule(lambda: rank_list("so", "Sở", scores)) == "one-set-a-list"
    assert rule(lambda: rank_list("so", "Sở", [])) == "one-set-a-list", "a list of nobody is none"
    assert rule(lambda: set_among({}, ROUND, SCORED)) == "no-set"


def test_figures_of_others_need_their_year(run: Run) -> None:
    assert rule(lambda: bring_external(run, "sipas.csv", b"")) == "year-needed"


def test_a_set_of_other_units_is_not_put_in_the_place_of_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = kept_set(("1.1", "100", "dat:100;khong:0"), code="so-2026", applies_to={"tiers": ["xa"]})
    monkeypatch.setattr(
        replacing, "CriteriaSets", SimpleNamespace(load=lambda: SimpleNamespace(get=lambda _: other))
    )
    secretary = replace(run, actor="thuky1")
    assert rule(lambda: replacing.replace_set(secretary, "so-2026", "Sửa", "7/SNV")) == "other-units"
    assert [one.version for one in pinned(run.store, ROUND).values() if one.code == "so-2026"] == [
        SET.version
    ]
