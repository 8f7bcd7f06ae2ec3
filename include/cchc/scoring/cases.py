"""What lies before an appraiser: criteria of units by group, each with claim, computed value, evidence and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cchc.criteria import Appraisers, CriteriaSet, CriterionRow, Points
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.scores import (
    EXPLAINS,
    FileEvent,
    FileEventKind,
    KeptEvidence,
    ScoreEvent,
    Standing,
    UnitFile,
    evidence_of,
    file_events,
    file_states,
    objections_of,
    pinned,
    set_among,
    standing,
)
from cchc.scoring.proposals import Proposal, is_alike, is_whole, needs_files, propose, same
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.year import Product

SUBSTITUTE = "thay-the"  # behind a group's code: whoever appraises the group's own unit
FIRST_TURN, SECOND_TURN = 1, 2


@dataclass(frozen=True)
class Desk:
    """Who appraises together: a group, or the body that stands in for it where its own unit is concerned.

    code: the group's; key: `so-tu-phap`, or `so-tu-phap:thay-the`. own_unit: the group's unit.
    """

    key: str
    code: str
    name: str
    unit: str
    own_unit: str
    accounts: tuple[str, ...]
    head: str

    @property
    def is_substitute(self) -> bool:
        return self.key != self.code

    def takes(self, row: CriterionRow, unit: str) -> bool:
        """Whether this desk appraises the criterion of that unit."""
        return row.appraiser == self.code and (unit == self.own_unit) == self.is_substitute


@dataclass(frozen=True)
class Case:
    """One criterion of one unit, as far as is known by the run's moment."""

    unit: Unit
    row: CriterionRow
    version: str
    standing: Standing
    evidence: tuple[KeptEvidence, ...] = ()
    reopened: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.unit.code, self.row.code

    @property
    def claim(self) -> Points | None:
        return None if self.standing.claim is None else self.standing.claim.worth

    @property
    def computed(self) -> Points | None:
        return None if self.standing.computed is None else self.standing.computed.worth

    @property
    def decision(self) -> ScoreEvent | None:
        """The last appraisal; the council's word is another thing."""
        return self.standing.second or self.standing.first

    @cached_property
    def proposal(self) -> Proposal:
        claimed = self.claim is not None and bool(self.claim.value)
        return propose(self.row, self.computed, claimed, self.evidence)

    @property
    def is_alike(self) -> bool:
        return is_alike(self.row, self.claim, self.computed, self.evidence)

    @property
    def lacks_evidence(self) -> bool:
        return needs_files(self.row) and not is_whole(self.row, self.evidence)

    @property
    def is_explained(self) -> bool:
        said = self.standing.explanation
        return said is not None and said.stance == EXPLAINS

    @property
    def for_second(self) -> bool:
        """Whether the second appraisal is about it: explained, or opened again."""
        return self.standing.first is not None and (self.is_explained or self.reopened)

    @property
    def is_changed(self) -> bool:
        """Whether the last decision gives other points than the unit claimed."""
        one, claim = self.decision, self.claim
        if one is None:
            return False
        claimed = None if claim is None else claim.value
        return one.dropped or not same(one.points, claimed)

    @property
    def is_contested(self) -> bool:
        """Whether the unit may explain itself: decided otherwise than claimed, or 0 for want of evidence."""
        first = self.standing.first
        if first is None or not self.row.is_claimable:
            return False
        claimed = self.claim is not None and self.claim.value is not None
        zero = first.points == 0 and self.lacks_evidence and self.row.effect == "diem"
        return (claimed and self.is_changed) or zero


@dataclass(frozen=True)
class Docket:
    """All cases of a round by unit and criterion, with the desks that take them and what happened to these."""

    run: Run
    appraisers: Appraisers
    desks: tuple[Desk, ...]
    cases: Mapping[tuple[str, str], Case]
    events: tuple[FileEvent, ...] = field(repr=False, default=())

    @classmethod
    def load(cls, run: Run, units: Iterable[str] | None = None) -> Docket:
        """Everything of the run's round as it is known by its moment; of some units alone where they are named."""
        round_id, register = run.round.round_id, Appraisers.load()
        wanted = None if units is None else set(units)
        sets, stands = pinned(run.store, round_id), standing(run.store, round_id, as_of=run.as_of)
        files = file_states(run.store, round_id, run.as_of)
        scored = [unit for unit in run.units.all if unit.code in files]
        proofs = _evidence(run, files)
        events = tuple(file_events(run.store, round_id, as_of=run.as_of))
        reopened = {
            (one.unit_code, one.detail.get("criterion"))
            for one in events
            if one.kind is FileEventKind.REOPENED
        }
        cases: dict[tuple[str, str], Case] = {}
        for unit in scored:
            if wanted is not None and unit.code not in wanted:
                continue
            own = set_among(sets, round_id, unit.code)
            for row in own.rows_of(unit):
                key = (unit.code, row.code)
                known = stands.get(unit.code, {}).get(row.code) or Standing(row.code)
                cases[key] = Case(unit, row, own.version, known, tuple(proofs.get(key, ())), key in reopened)
        return cls(run, register, tuple(desks_of(run.units, register, sets.values(), scored)), cases, events)

    def desk(self, key: str) -> Desk:
        """RuleRefused('unknown-group') when there is no such desk."""
        found = next((one for one in self.desks if one.key == key), None)
        if found is None:
            raise _unknown_group(key, [one.key for one in self.desks])
        return found

    def desk_of(self, case: Case) -> Desk:
        """Who appraises a case."""
        return next(one for one in self.desks if one.takes(case.row, case.unit.code))

    def of(self, desk: Desk) -> list[Case]:
        """The cases of a desk, by unit and then in the order of the set."""
        return [one for one in self.cases.values() if desk.takes(one.row, one.unit.code)]


def desks_of(
    units: UnitRegister, register: Appraisers, sets: Iterable[CriteriaSet], scored: Iterable[Unit]
) -> list[Desk]:
    """The groups that appraise anything in the round, and who stands in for each where its own unit is scored."""
    rows = [row for one in sets for row in one.rows]
    asked = {row.appraiser for row in rows}
    codes = {unit.code for unit in scored}
    found = []
    for group in register.groups:
        if group.code not in asked:
            continue
        name = units.get(group.unit).name
        found.append(
            Desk(group.code, group.code, name, group.unit, group.unit, tuple(group.accounts), group.head)
        )
        if group.unit not in codes:
            continue
        other = register.substitute(group.code)
        title = t("scoring.cases.substitute", body=units.get(other.unit).name, unit=name)
        key = f"{group.code}:{SUBSTITUTE}"
        found.append(Desk(key, group.code, title, other.unit, group.unit, tuple(other.accounts), other.head))
    return found


def _evidence(run: Run, files: Mapping[str, UnitFile]) -> dict[tuple[str, str], list[KeptEvidence]]:
    """By unit and criterion, of the version of a unit's file that counts, of its explanations and objections."""
    round_id = run.round.round_id
    objected = {one.objection_id for one in objections_of(run.store, round_id)}
    counted = {code: one.submission_id for code, one in files.items()}
    found: dict[tuple[str, str], list[KeptEvidence]] = {}
    for one in evidence_of(run.store, round_id):
        explaining = one.received_with.startswith(f"{round_id}/{one.unit_code}/{Product.EXPLANATION}/")
        beside = explaining or one.received_with in objected
        if one.at <= run.as_of and (beside or one.received_with == counted.get(one.unit_code)):
            found.setdefault((one.unit_code, one.criterion), []).append(one)
    return found


def _unknown_group(key: str, known: Iterable[str]) -> RuleRefused:
    return RuleRefused("unknown-group", t("scoring.cases.unknown_group", found=key, known=", ".join(known)))
