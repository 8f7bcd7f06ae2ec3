"""Units chosen in a round: chosen by the rules, added or removed by a person with a reason, moved to other days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cchc.errors import RuleRefused
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.events import InspectionEvent, Subject, append_events, events_of, record_events
from cchc.inspection.visits import LEFT_OUT, known_visits, open_visits
from cchc.run import Run
from cchc.store import Store
from cchc.texts import t

CHOSEN, ADDED, REMOVED = "chon", "them", LEFT_OUT


@dataclass(frozen=True)
class ByPerson:
    """What a person says who changes the choice. document_no: needed when a unit is taken out that must go."""

    actor: str
    reason: str
    document_no: str = ""


def keep_choices(store: Store, round_id: str, ranked: Iterable[ChosenUnit], actor: str, at: datetime) -> int:
    """Record the choice once: a round that has one keeps it. Returns how many were chosen.

    Whoever was not chosen is recorded with the place in the order too, so that a page can say why.
    """
    with store.write() as tx:
        tx.execute("obligations.rounds_lock_one", round_id=round_id)
        if events_of(tx, round_id, Subject.CHOICE):
            return 0
        rows = list(ranked)
        append_events(
            tx,
            [
                InspectionEvent(
                    Subject.CHOICE, f"{round_id}/{one.unit_code}", round_id, one.unit_code,
                    CHOSEN if one.chosen else "xep", actor, at, payload=_payload(one), key="chon",
                )
                for one in rows
            ],
        )  # fmt: skip
    return sum(one.chosen for one in rows)


def load_ranked(store: Store, round_id: str) -> list[ChosenUnit]:
    """Every unit of the order of a round, in the order of its tiers, with what people changed."""
    found = [_folded(events) for events in events_of(store, round_id, Subject.CHOICE).values() if events]
    return sorted(found, key=lambda one: (one.tier, one.place or len(found), -one.risk, one.unit_code))


def load_choices(store: Store, round_id: str) -> list[ChosenUnit]:
    """The units that are to be inspected in a round, those of most risk first."""
    chosen = [one for one in load_ranked(store, round_id) if one.chosen]
    return sorted(chosen, key=lambda one: (-one.risk, one.unit_code))


def add_unit(run: Run, unit_code: str, said: ByPerson) -> bool:
    """Take a unit in; False when it is in already. RuleRefused('reason-needed'), ('unknown-unit')."""
    needs_reason(said)
    unit = run.units.get(unit_code)
    known = {one.unit_code: one for one in load_ranked(run.store, run.round.round_id)}
    if not known:
        raise RuleRefused("not-chosen-yet", t("inspection.choice.not_yet", year=run.round.year))
    if (one := known.get(unit_code)) is not None and one.chosen:
        return False
    return record_events(run.store, [_change(run, unit.code, ADDED, said)]) == 1


def removal_of(run: Run, unit_code: str, said: ByPerson) -> InspectionEvent | None:
    """What leaves a unit out; None when it is out already. A unit that must go this year needs a document's number.

    RuleRefused('reason-needed'), ('document-needed'), ('visited-already').
    """
    needs_reason(said)
    round_id = run.round.round_id
    one = next((one for one in load_choices(run.store, round_id) if one.unit_code == unit_code), None)
    if one is None:
        return None
    name = run.units.get(unit_code).name
    if one.must_go and not said.document_no.strip():
        words = t("inspection.choice.document_needed", unit=name, year=one.due_year)
        raise RuleRefused("document-needed", words)
    visits = open_visits(known_visits(run.store, round_id))
    if any(visit.unit_code == unit_code and visit.is_held for visit in visits):
        raise RuleRefused("visited-already", t("inspection.choice.visited", unit=name))
    return _change(run, unit_code, REMOVED, said)


def last_inspected(store: Store, before_year: int) -> dict[str, int]:
    """The last year before `before_year` in which each unit was inspected. Of a round of which no visit is recorded
    (it was held before visits were) the list of its choice counts. A surprise counts once it has its minutes."""
    found: dict[str, int] = {}
    for row in store.query("inspection.rounds_before", year=before_year):
        found |= {unit: int(row["year"]) for unit in _inspected(store, row["round_id"])}
    return found


def _inspected(store: Store, round_id: str) -> set[str]:
    if visits := known_visits(store, round_id):
        return {one.unit_code for one in visits if one.is_held and not one.is_secret}
    return {one.unit_code for one in load_choices(store, round_id)}


def coverage(
    store: Store, tiers: Mapping[str, Sequence[str]], until_year: int, years: int
) -> dict[str, dict[int, int]]:
    """By tier: how many of its units were inspected by the end of each of the last years; `tiers`: tier -> units."""
    seen: dict[str, set[str]] = {tier: set() for tier in tiers}
    found: dict[str, dict[int, int]] = {tier: {} for tier in tiers}
    inspected: dict[int, set[str]] = {year: set() for year in range(until_year - years + 1, until_year + 1)}
    for row in store.query("inspection.rounds_before", year=until_year + 1):
        if int(row["year"]) in inspected:
            inspected[int(row["year"])] |= _inspected(store, row["round_id"])
    for year, there in inspected.items():
        for tier, units in tiers.items():
            seen[tier] |= there & set(units)
            found[tier][year] = len(seen[tier])
    return found


def _change(run: Run, unit_code: str, kind: str, said: ByPerson) -> InspectionEvent:
    round_id = run.round.round_id
    return InspectionEvent(
        Subject.CHOICE, f"{round_id}/{unit_code}", round_id, unit_code, kind, said.actor, run.as_of,
        said.reason.strip(), said.document_no.strip() or None,
    )  # fmt: skip


def needs_reason(said: ByPerson) -> None:
    """RuleRefused('reason-needed')."""
    if not said.reason.strip():
        raise RuleRefused("reason-needed", t("inspection.choice.reason_needed"))


def _payload(one: ChosenUnit) -> dict[str, object]:
    return {
        "risk": str(one.risk), "why": one.reason, "tier": one.tier, "place": one.place, "due_year": one.due_year,
        "last_inspected": one.last_inspected, "must_go": one.must_go,
    }  # fmt: skip


def _folded(events: Sequence[InspectionEvent]) -> ChosenUnit:
    found: ChosenUnit | None = None
    for event in events:
        told = event.payload
        if event.kind in (CHOSEN, "xep"):
            found = ChosenUnit(
                event.unit_code, Decimal(str(told["risk"])), str(told["why"]), str(told.get("tier") or ""),
                int(told.get("place") or 0), int(told.get("due_year") or 0), told.get("last_inspected"),
                bool(told.get("must_go")), event.kind == CHOSEN,
            )  # fmt: skip
            continue
        if found is None:
            found = ChosenUnit(event.unit_code, Decimal(0), "", chosen=False)
        key = "inspection.choice.added" if event.kind == ADDED else "inspection.choice.removed"
        words = t(key, reason=event.reason)
        found = replace(
            found,
            chosen=event.kind == ADDED,
            reason="; ".join(part for part in (found.reason, words) if part),
        )
    assert found is not None, "no group of events is empty"
    return found
