"""A figure beyond its bounds is explained or mended before its report is approved; other figures need other words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.support.reports import Reporting

from cchc.errors import RuleRefused
from cchc.figures.bound_review import (
    broken_bounds,
    explain,
    explain_all,
    refuse_unexplained,
    told,
    unexplained,
)
from cchc.figures.consolidate import consolidate
from cchc.obligations import RoundEventKind
from cchc.run import Approval, Run
from cchc.workbooks.forms import ReportedFigure

PLACE = "phan-trong-tong/II.3.2"


def run_of(reporting: Reporting, moment: datetime, actor: str = "Trưởng phòng") -> Run:
    return Run(reporting.store, reporting.instance, moment, reporting.round_.round_id, actor)


def reviewed(reporting: Reporting, whole: int, part: int, moment: datetime) -> Run:
    """The first unit reports, and the round is consolidated at the moment."""
    figures = {
        code: ReportedFigure(code, raw=str(value), value=Decimal(value))
        for code, value in (("II.3.1", whole), ("II.3.2", part))
    }
    reporting.report(reporting.units[0], figures, when=moment - timedelta(hours=1))
    run = run_of(reporting, moment)
    consolidate(run.store, run.round, None, run.units, run.indicators, run.as_of)
    return run


def approval(moment: datetime, decision: str = "approve") -> Approval:
    return Approval(decision, "Chủ tịch", moment)


def test_nobody_approves_a_figure_beyond_its_bounds_without_words(reporting: Reporting) -> None:
    closes = reporting.round_.closes_at
    run = reviewed(reporting, 5, 9, closes)
    assert [one.place for one in broken_bounds(run)] == [PLACE]
    with pytest.raises(RuleRefused) as refused:
        refuse_unexplained(run, approval(closes + timedelta(hours=2)))
    assert refused.value.rule == "bounds-open"
    for said in (PLACE, reporting.units[0].name, "không quá II.3.1 = 5", "./cchc gioi-han 2026-Q1"):
        assert said in str(refused.value)
    refuse_unexplained(run, approval(closes, "return"))


def test_words_are_kept_count_from_their_moment_and_are_shown_to_whoever_decides(
    reporting: Reporting,
) -> None:
    closes = reporting.round_.closes_at
    run = reviewed(reporting, 5, 9, closes)
    said = run_of(reporting, closes + timedelta(days=1))
    explain(said, [PLACE], "  Gồm văn bản của năm trước. ")
    with pytest.raises(RuleRefused, match="chưa giải trình"):
        refuse_unexplained(run, approval(closes + timedelta(hours=2)))
    refuse_unexplained(run, approval(closes + timedelta(days=2)))
    (line,) = told(run)
    assert "Đã giải trình: Gồm văn bản của năm trước. (Trưởng phòng" in line
    (event,) = [one for one in run.rounds.events("2026-Q1") if one.kind is RoundEventKind.explained]
    assert (event.reason, event.actor) == ("Gồm văn bản của năm trước.", "Trưởng phòng")


def test_another_figure_needs_words_of_its_own_and_a_mended_one_none(reporting: Reporting) -> None:
    closes = reporting.round_.closes_at
    reviewed(reporting, 5, 9, closes)
    explain(run_of(reporting, closes), [PLACE], "Gồm văn bản của năm trước.")
    again = reviewed(reporting, 5, 90, closes + timedelta(days=1))
    assert [one.place for one in unexplained(again)] == [PLACE]
    assert unexplained(again, draft=1) == [], "what was said of the first draft still holds for it"
    mended = reviewed(reporting, 9, 9, closes + timedelta(days=2))
    refuse_unexplained(mended, approval(closes + timedelta(days=3)))
    assert told(mended) == []
    with pytest.raises(RuleRefused, match="đều trong giới hạn, không phải giải trình"):
        explain(mended, [PLACE], "Đúng.")


def test_empty_words_and_unknown_places_are_refused_and_keep_nothing(reporting: Reporting) -> None:
    closes = reporting.round_.closes_at
    run = reviewed(reporting, 5, 9, closes)
    with pytest.raises(RuleRefused, match="Cần lời giải trình"):
        explain(run, [PLACE], "  ")
    with pytest.raises(RuleRefused, match=r"không có mục la/I\.1\.1.*phan-trong-tong/II\.3\.2"):
        explain(run, [PLACE, "la/I.1.1"], "Đúng.")
    assert [one.place for one in unexplained(run)] == [PLACE]


def test_before_a_consolidation_there_is_nothing_to_review(reporting: Reporting) -> None:
    run = run_of(reporting, reporting.round_.closes_at)
    with pytest.raises(RuleRefused, match="chưa có số liệu tổng hợp"):
        broken_bounds(run)
    assert told(run) == []
    refuse_unexplained(run, approval(run.as_of))  # that there is no draft is for the issuing step to say


def test_a_rehearsed_decision_explains_in_the_name_of_whoever_decides(reporting: Reporting) -> None:
    closes = reporting.round_.closes_at
    run = reviewed(reporting, 5, 9, closes)
    decided = approval(closes + timedelta(hours=3))
    explain_all(run, decided, "Diễn tập.")
    refuse_unexplained(run, decided)
    (event,) = [one for one in run.rounds.events("2026-Q1") if one.kind is RoundEventKind.explained]
    assert (event.actor, event.happened_at) == ("Chủ tịch", decided.decided_at)
    explain_all(replace(run), decided, "Diễn tập.")  # nothing is left to be explained


def test_a_round_without_reports_has_no_bounds(reporting: Reporting) -> None:
    run = replace(run_of(reporting, reporting.round_.closes_at), round_id="2026-CD")
    refuse_unexplained(run, approval(reporting.round_.closes_at))
    assert told(run) == []
