"""A set that is pinned is that set for ever, whatever the folder says later."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.scores.conftest import LATER, OTHER, ROUND, UNIT, sample_sets

from cchc.criteria import CriteriaSet, parse_set
from cchc.errors import RuleRefused
from cchc.scores import pin_sets, pinned, set_for, versions_of
from cchc.store import Store


def renamed(one: CriteriaSet) -> CriteriaSet:
    """The set with other bytes, and so of another version."""
    files = json.loads(one.content)
    files["bo.yaml"] = files["bo.yaml"] + "# sửa\n"
    return parse_set(json.dumps(files, ensure_ascii=False, indent=0))


def test_a_unit_is_scored_by_the_set_of_its_own_kind(scored_anywhere: Store) -> None:
    assert set_for(scored_anywhere, ROUND, UNIT).version == sample_sets()["xa-2026"].version
    assert set_for(scored_anywhere, ROUND, OTHER).version == sample_sets()["so-2026"].version
    with pytest.raises(RuleRefused, match="không thuộc bộ tiêu chí nào"):
        set_for(scored_anywhere, "2025-CD", UNIT)


def test_the_set_that_is_pinned_comes_back_whole(scored: Store) -> None:
    found, wanted = pinned(scored, ROUND)["xa-2026"], sample_sets()["xa-2026"]
    assert (found.version, found.settings) == (wanted.version, wanted.settings)
    assert [one.code for one in found.rows] == [one.code for one in wanted.rows]


def test_pinning_again_changes_nothing_and_another_set_needs_a_reason(scored: Store) -> None:
    other = {"xa-2026": renamed(sample_sets()["xa-2026"])}
    with scored.write() as tx:
        assert pin_sets(tx, ROUND, sample_sets(), LATER, actor="thu") == 0
    with pytest.raises(RuleRefused, match="phải ghi lý do"), scored.write() as tx:
        pin_sets(tx, ROUND, other, LATER, actor="thu")
    with scored.write() as tx:
        more = {"reason": "Sửa tên", "document_no": "12/QĐ-UBND"}
        assert pin_sets(tx, ROUND, other, LATER + timedelta(days=1), actor="thu", **more) == 1
    assert set_for(scored, ROUND, UNIT).version == other["xa-2026"].version
    assert len(versions_of(scored, ROUND)) == 3, (
        "the old one stays, so that what it scored can be computed again"
    )
