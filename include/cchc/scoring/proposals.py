"""What is put before an appraiser for one criterion of one unit: pure.

The computed value stands beside the claim and is proposed; what must be proven and is not, is proposed as 0; where
neither data nor proof decide, nothing is proposed and a person says the points.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cchc.criteria import CriterionRow, Points
from cchc.indicators.numbers import rounded

SHOWN_DECIMALS = 2  # as forms show points: what looks equal there is equal


class ProposedFor(StrEnum):
    """Why just this is proposed, or why nothing is."""

    COMPUTED = "he_thong_tinh"
    NOTHING_AROSE = "khong_phat_sinh"
    NO_EVIDENCE = "thieu_minh_chung"  # required: 0
    MUST_EXPLAIN = "thieu_minh_chung_giai_trinh"  # an explanation may stand in its place: a person decides
    NO_DATA = "khong_co_so_lieu"


@dataclass(frozen=True)
class Proposal:
    """Points that are proposed; None: nothing is, and `dropped` says that the criterion leaves the maximum."""

    points: Decimal | None
    dropped: bool
    why: ProposedFor

    @property
    def is_given(self) -> bool:
        return self.dropped or self.points is not None


def needs_files(row: CriterionRow) -> bool:
    """Whether the unit itself must bring the evidence: what systems and the ledger prove needs none of it."""
    return row.evidence_needed != "khong" and row.evidence_kind in ("tep", "lien_ket")


def is_whole(row: CriterionRow, evidence: Collection[object]) -> bool:
    """Whether everything that has to be proven is."""
    return not needs_files(row) or bool(evidence)


def propose(
    row: CriterionRow, computed: Points | None, claimed: bool, evidence: Collection[object]
) -> Proposal:
    """What is proposed as decision 1.

    claimed: whether the unit claimed any points. A bonus or a penalty that nobody claims needs no evidence.
    """
    if computed is not None and computed.dropped:
        return Proposal(None, True, ProposedFor.NOTHING_AROSE)
    if not is_whole(row, evidence) and (claimed or row.effect == "diem"):
        if row.evidence_needed == "bat_buoc":
            return Proposal(Decimal(0), False, ProposedFor.NO_EVIDENCE)
        return Proposal(None, False, ProposedFor.MUST_EXPLAIN)
    if computed is None or computed.value is None:
        return Proposal(None, False, ProposedFor.NO_DATA)
    return Proposal(computed.value, False, ProposedFor.COMPUTED)


def same(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two points look the same on every form."""
    if one is None or other is None:
        return one is other
    return rounded(one, SHOWN_DECIMALS) == rounded(other, SHOWN_DECIMALS)


def is_alike(
    row: CriterionRow, claim: Points | None, computed: Points | None, evidence: Collection[object]
) -> bool:
    """Whether a person may confirm it together with others: claim = computed, and the evidence whole.

    What is never claimed (surveys, external indices) is alike when it is computed; so is a bonus or penalty that the
    unit left blank and that is computed as 0.
    """
    if computed is None or (computed.value is None and not computed.dropped):
        return False
    if not row.is_claimable:
        return True
    if claim is None or (claim.value is None and not claim.dropped):
        nothing = computed.value == 0 and row.effect != "diem"
        return nothing or computed.dropped
    if not is_whole(row, evidence):
        return False
    return computed.dropped == claim.dropped and same(claim.value, computed.value)
