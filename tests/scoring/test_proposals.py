"""What is put before an appraiser: never the claim; 0 without required evidence; nothing where nobody knows."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from cchc.criteria import Points
from cchc.scoring.proposals import ProposedFor, is_alike, propose, same

ONE, TWO = Points(Decimal(1)), Points(Decimal(2))
DROPPED, UNKNOWN = Points(None, dropped=True), Points(None)
PROOF = ("tệp",)


def row(**given: Any) -> Any:
    base = {"evidence_needed": "bat_buoc", "evidence_kind": "tep", "effect": "diem", "is_claimable": True}
    return SimpleNamespace(**base | given)


@pytest.mark.parametrize(
    ("given", "computed", "evidence", "points", "dropped", "why"),
    [
        ({}, ONE, PROOF, Decimal(1), False, ProposedFor.COMPUTED),
        ({}, ONE, (), Decimal(0), False, ProposedFor.NO_EVIDENCE),
        ({}, UNKNOWN, (), Decimal(0), False, ProposedFor.NO_EVIDENCE),
        ({"evidence_needed": "giai_trinh_thay"}, ONE, (), None, False, ProposedFor.MUST_EXPLAIN),
        ({"evidence_needed": "khong"}, ONE, (), Decimal(1), False, ProposedFor.COMPUTED),
        ({"evidence_kind": "so_nghia_vu"}, ONE, (), Decimal(1), False, ProposedFor.COMPUTED),
        ({"evidence_kind": "he_thong"}, UNKNOWN, (), None, False, ProposedFor.NO_DATA),
        ({}, UNKNOWN, PROOF, None, False, ProposedFor.NO_DATA),
        ({}, None, PROOF, None, False, ProposedFor.NO_DATA),
        ({}, DROPPED, (), None, True, ProposedFor.NOTHING_AROSE),
    ],
)
def test_what_is_proposed_follows_from_data_and_evidence(
    given: dict[str, str],
    computed: Points | None,
    evidence: tuple[str, ...],
    points: Decimal | None,
    dropped: bool,
    why: str,
) -> None:
    found = propose(row(**given), computed, True, evidence)
    assert (found.points, found.dropped, found.why) == (points, dropped, why)


def test_a_bonus_that_nobody_claims_needs_no_evidence() -> None:
    bonus = row(effect="thuong")
    assert propose(bonus, Points(Decimal(0)), False, ()).why is ProposedFor.COMPUTED
    assert propose(bonus, ONE, True, ()).why is ProposedFor.NO_EVIDENCE


@pytest.mark.parametrize(
    ("given", "claim", "computed", "evidence", "alike"),
    [
        ({}, ONE, ONE, PROOF, True),
        ({}, Points(Decimal("9.99")), Points(Decimal("9.9882")), PROOF, True),
        ({}, TWO, ONE, PROOF, False),
        ({}, ONE, ONE, (), False),
        ({"evidence_kind": "he_thong"}, ONE, ONE, (), True),
        ({}, None, ONE, PROOF, False),
        ({}, ONE, UNKNOWN, PROOF, False),
        ({}, ONE, None, PROOF, False),
        ({}, ONE, DROPPED, PROOF, False),
        ({}, None, DROPPED, (), True),
        ({"is_claimable": False}, None, ONE, (), True),
        ({"is_claimable": False}, None, UNKNOWN, (), False),
        ({"effect": "phat"}, None, Points(Decimal(0)), (), True),
        ({"effect": "phat"}, None, Points(Decimal(-1)), (), False),
    ],
)
def test_only_what_agrees_and_is_proven_is_confirmed_in_bulk(
    given: dict[str, Any],
    claim: Points | None,
    computed: Points | None,
    evidence: tuple[str, ...],
    alike: bool,
) -> None:
    """A claim alone, or data that disagree with it, always needs a person's own decision."""
    assert is_alike(row(**given), claim, computed, evidence) is alike


def test_points_are_equal_when_forms_show_them_so() -> None:
    assert same(Decimal("9.995"), Decimal("10.00"))
    assert not same(Decimal("9.994"), Decimal("10.00"))
    assert not same(None, Decimal(0))
    assert same(None, None)
