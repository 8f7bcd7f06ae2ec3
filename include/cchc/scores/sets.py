"""Sets of criteria as they were pinned when a round opened, whole: the folder may change, a round does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from cchc.clock import to_text
from cchc.criteria import CriteriaSet, parse_set
from cchc.errors import RuleRefused
from cchc.store import Store, Transaction
from cchc.texts import t
from cchc.units import Unit, UnitRegister


def pin_sets(
    transaction: Transaction,
    round_id: str,
    sets: Mapping[str, CriteriaSet],
    at: datetime,
    *,
    actor: str,
    reason: str | None = None,
    document_no: str | None = None,
) -> int:
    """Put sets in force for the lists (their keys) of a round; how many were new. One that is in force stays.

    A set that takes the place of another needs a reason: RuleRefused otherwise.
    """
    last = {row["list"]: row for row in transaction.query("scores.versions_of_round", round_id=round_id)}
    count = 0
    for name, one in sorted(sets.items()):
        before = last.get(name)
        if before is not None and before["version"] == one.version:
            continue
        if before is not None and not (reason or "").strip():
            raise RuleRefused("reason-needed", t("scores.replace_needs_reason", name=one.code))
        transaction.execute(
            "scores.pin_set",
            round_id=round_id,
            list=name,
            seq=int(before["seq"]) + 1 if before else 1,
            version=one.version,
            content=one.content,
            pinned_at=to_text(at),
            actor=actor,
            reason=reason,
            document_no=document_no,
        )
        count += 1
    return count


def pinned(store: Store, round_id: str) -> dict[str, CriteriaSet]:
    """The sets in force of a round by list; empty when it was never opened."""
    rows = store.query("scores.versions_of_round", round_id=round_id)
    return {row["list"]: _parsed(row["content"]) for row in rows}


def set_for(store: Store, round_id: str, unit: str) -> CriteriaSet:
    """The pinned set by which a unit is scored. RuleRefused when there is none."""
    return set_among(pinned(store, round_id), round_id, unit)


def set_among(sets: Mapping[str, CriteriaSet], round_id: str, unit: str | Unit) -> CriteriaSet:
    """The same of sets that were read already, and of a unit too."""
    scored = UnitRegister.load().get(unit) if isinstance(unit, str) else unit
    for one in sets.values():
        if one.settings.applies_to.holds(scored):
            return one
    raise RuleRefused("no-set", t("scores.no_set", unit=scored.code, round=round_id))


def versions_of(store: Store, round_id: str) -> dict[str, CriteriaSet]:
    """Every set that was ever pinned in a round, by its version: what was scored by it can be computed again."""
    with store.read() as tx:
        return sets_by_version(tx, round_id)


def sets_by_version(transaction: Transaction, round_id: str) -> dict[str, CriteriaSet]:
    """The same inside a transaction."""
    rows = transaction.query("scores.versions_of_round", round_id=round_id)
    return {row["version"]: _parsed(row["content"]) for row in rows}


@lru_cache(maxsize=16)
def _parsed(content: str) -> CriteriaSet:
    return parse_set(content)
