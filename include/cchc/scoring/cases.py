"""What lies before an appraiser: criteria of units by group, each with claim, computed value, evidence and words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
    pinned,
    set_among,
    standing,
)
from cchc.scoring.briefs import Brief, Judged, briefs, counts_with
from cchc.scoring.proposals import Proposal, propose
from cchc.texts import t
from cchc.units import Unit, UnitRegister

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
class Case(Judged):
    """One criterion of one unit, as far as is known by the run's moment."""

    unit: Unit
    row: CriterionRow
    version: str
    standing: Standing
    evidence: tuple[KeptEvidence, ...] = ()
    reopened: bool = False

    @property
    def claim(self) -> Points | None:
        return _worth(self.standing.claim)

    @property
    def computed(self) -> Points | None:
        return _worth(self.standing.computed)

    @property
    def decision(self) -> ScoreEvent | None:
        """The last appraisal; the council's word is another thing."""
        return self.standing.second or self.standing.first

    @property
    def first_points(self) -> Points | None:
        return _worth(self.standing.first)

    @property
    def last_points(self) -> Points | None:
        return _worth(self.decision)

    @cached_property
    def proposal(self) -> Proposal:
        claimed = self.claim is not None and bool(self.claim.value)
        return propose(self.row, self.computed, claimed, self.evidence)

    @property
    def is_proven(self) -> bool:
        return bool(self.evidence)

    @property
    def is_explained(self) -> bool:
        said = self.standing.explanation
        return said is not None and said.stance == EXPLAINS


def _worth(event: ScoreEvent | None) -> Points | None:
    return None if event is None else event.worth


class Docket:
    """The cases of a round by unit and criterion as of the run's moment, with the desks that take them.

    Read as far as they are asked for: one desk costs its own criteria, what nobody looks at costs nothing. What was
    read stays as it was then.
    """

    def __init__(self, run: Run, units: Iterable[str] | None = None) -> None:
        self.run, self.appraisers = run, Appraisers.load()
        self._wanted = None if units is None else frozenset(units)
        self._read: defaultdict[str, dict[tuple[str, str], Case]] = defaultdict(dict)  # by group
        self._briefed: defaultdict[str, list[Brief]] = defaultdict(list)

    @classmethod
    def load(cls, run: Run, units: Iterable[str] | None = None) -> Docket:
        """Everything of the run's round as it is known by its moment; of some units alone where they are named."""
        return cls(run, units)

    @cached_property
    def events(self) -> tuple[FileEvent, ...]:
        """What happened to units' files and to the round."""
        return tuple(file_events(self.run.store, self.run.round.round_id, as_of=self.run.as_of))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units that have any case."""
        return tuple({unit.code: unit for unit, _, _ in self._rows}.values())

    @cached_property
    def versions(self) -> frozenset[str]:
        """Of the sets by which any of them is scored."""
        return frozenset(version for _, version, _ in self._rows)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Criteria whose decided points other criteria wait for."""
        return frozenset(row.asks for one in self._sets.values() for row in one.rows if row.asks)

    @cached_property
    def desks(self) -> tuple[Desk, ...]:
        return tuple(desks_of(self.run.units, self.appraisers, self._sets.values(), self._scored))

    @cached_property
    def cases(self) -> Mapping[tuple[str, str], Case]:
        """All of them, by unit and then in the order of the set."""
        self._must_have({row.appraiser for _, _, row in self._rows})
        return {
            (unit.code, row.code): self._read[row.appraiser][unit.code, row.code]
            for unit, _, row in self._rows
        }

    def briefs_of(self, desk: Desk) -> list[Brief]:
        """What can be counted and chosen by of a desk's cases, without reading any; by unit and then in the order of
        the set."""
        self.read_briefs({desk.code})
        own, stands_in = desk.own_unit, desk.is_substitute  # as `Desk.takes`, of criteria of its group
        return [one for one in self._briefed[desk.code] if (one.unit.code == own) == stands_in]

    def read_briefs(self, groups: Collection[str]) -> None:
        """Read at once what `briefs_of` the desks of these groups gives."""
        if missing := self._missing(groups, self._briefed):
            rows = [(unit, row) for unit, _, row in self._rows if row.appraiser in missing]
            for one in briefs(self.run, rows, self.files, self._reopened):
                self._briefed[one.row.appraiser].append(one)

    def case(self, unit: str, criterion: str) -> Case | None:
        """One of them."""
        group = self._groups.get((unit, criterion))
        if group is None:
            return None
        self._must_have({group})
        return self._read[group][unit, criterion]

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
        self._must_have({desk.code})
        return [one for one in self._read[desk.code].values() if desk.takes(one.row, one.unit.code)]

    def chosen(self, keys: Sequence[tuple[str, str]]) -> list[Case]:
        """These cases with all that was said of them, in this order; other units' are not read."""
        near = Docket(self.run, {unit for unit, _ in keys})
        near.__dict__ |= {
            "files": self.files,
            "events": self.events,
            "_sets": self._sets,
        }  # of the round: read already
        found = (near.case(*key) for key in keys)
        return [one for one in found if one is not None]

    def size_of(self, desk: Desk) -> int:
        """How many cases a desk has, without reading what was said of them."""
        return sum(desk.takes(row, unit.code) for unit, _, row in self._rows)

    @cached_property
    def _sets(self) -> Mapping[str, CriteriaSet]:
        return pinned(self.run.store, self.run.round.round_id)

    @cached_property
    def files(self) -> Mapping[str, UnitFile]:
        """How the file of every unit stands."""
        return file_states(self.run.store, self.run.round.round_id, self.run.as_of, events=self.events)

    @cached_property
    def _scored(self) -> list[Unit]:
        return [unit for unit in self.run.units.all if unit.code in self.files]

    @cached_property
    def _rows(self) -> list[tuple[Unit, str, CriterionRow]]:
        """(unit, version of its set, criterion) of every case."""
        found = []
        for unit in self._scored:
            if self._wanted is None or unit.code in self._wanted:
                own = set_among(self._sets, self.run.round.round_id, unit)
                found += [(unit, own.version, row) for row in own.rows_of(unit)]
        return found

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], str]:
        return {(unit.code, row.code): row.appraiser for unit, _, row in self._rows}

    @cached_property
    def _reopened(self) -> Collection[tuple[str, str]]:
        return {
            (one.unit_code, str(one.detail.get("criterion")))
            for one in self.events
            if one.kind is FileEventKind.REOPENED
        }

    def _missing(self, groups: Collection[str], read: defaultdict[str, Any]) -> set[str]:
        """Which groups are to be read for these: the first group alone, then all others at once."""
        missing = set(groups) - set(read)
        if missing and read:
            missing |= set(self._groups.values()) - set(read)
        for group in missing:
            read[group]  # is there from now on, and empty
        return missing

    def _must_have(self, groups: Collection[str]) -> None:
        """Read the cases of these groups where they were not."""
        missing = self._missing(groups, self._read)
        if not missing:
            return
        rows = [one for one in self._rows if one[2].appraiser in missing]
        wanted = {(unit.code, row.code) for unit, _, row in rows}
        run, round_id = self.run, self.run.round.round_id
        stands = standing(
            run.store, round_id, units=self._wanted, only=lambda *key: key in wanted, as_of=run.as_of
        )
        proofs = _evidence(run, self.files, self._wanted)
        for unit, version, row in rows:
            key = (unit.code, row.code)
            known = stands.get(unit.code, {}).get(row.code) or Standing(row.code)
            self._read[row.appraiser][key] = Case(
                unit, row, version, known, tuple(proofs.get(key, ())), key in self._reopened
            )


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


def _evidence(
    run: Run, files: Mapping[str, UnitFile], units: Collection[str] | None
) -> dict[tuple[str, str], list[KeptEvidence]]:
    """By unit and criterion, what counts of it."""
    counts = counts_with(run, files)
    found: dict[tuple[str, str], list[KeptEvidence]] = {}
    for one in evidence_of(run.store, run.round.round_id, as_of=run.as_of, among=units):
        if counts(one.unit_code, one.received_with):
            found.setdefault((one.unit_code, one.criterion), []).append(one)
    return found


def _unknown_group(key: str, known: Iterable[str]) -> RuleRefused:
    return RuleRefused("unknown-group", t("scoring.cases.unknown_group", found=key, known=", ".join(known)))
