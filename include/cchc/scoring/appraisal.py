"""Decisions 1 and 2 on points: one by one, in bulk where claim and data agree, and what is left of a group.

Every decision is an event of its own with who, when and why. Two turns: the first on everything a group has, the second
only on what a unit explained or the secretary opened again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from cchc.clock import vn_instant
from cchc.criteria import Points
from cchc.errors import RuleRefused
from cchc.indicators import format_number
from cchc.run import Run
from cchc.scores import FileEvent, FileEventKind, ScoreEvent, Stage, append, append_file_events
from cchc.scoring.briefs import Brief
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN, Case, Desk, Docket
from cchc.scoring.computing import compute_asking
from cchc.scoring.proposals import ProposedFor, same
from cchc.scoring.roles import Act, Roles
from cchc.texts import t

TURNS = {FIRST_TURN: Stage.FIRST, SECOND_TURN: Stage.SECOND}
_SYSTEM = "he-thong"  # who computes, whoever decided
CLOSING = {FIRST_TURN: "tham_dinh_1", SECOND_TURN: "tham_dinh_2"}  # moments of the calendar


class AppraisalChoice(StrEnum):
    """What an appraiser can do with a criterion."""

    KEEP = "giu"  # what is proposed; in the second turn, decision 1
    CHANGE = "sua"
    EXCLUDE = "loai"


@dataclass(frozen=True)
class Decided:
    """A decision as somebody asks for it. source: the document or figures on which other points rest."""

    unit: str
    criterion: str
    choice: str
    points: Decimal | None = None
    reason: str = ""
    source: str = ""


@dataclass(frozen=True)
class GroupStanding:
    """How far a desk is in a turn. undecided: (unit, criterion) of everything that is left, in order."""

    desk: Desk
    turn: int
    total: int
    decided: int
    changed: int
    without_evidence: int
    undecided: tuple[tuple[str, str], ...]

    @property
    def left(self) -> int:
        return len(self.undecided)


class Appraisal:
    """The appraisal of the run's round, in the name of the run's actor. Nothing is stored unless everything may be."""

    def __init__(self, run: Run, docket: Docket) -> None:
        self.run, self.docket = run, docket
        self.roles = Roles(docket.appraisers, run.units)

    @classmethod
    def of(cls, run: Run) -> Appraisal:
        return cls(run, Docket.load(run))

    def decide(self, wanted: Sequence[Decided], turn: int | None = None) -> int:
        """Take decisions, all or none; how many changed anything. What asks about the points that are decided here is
        computed from them.

        Raises RuleRefused with the words of the first that may not be; `checked` says them one by one.
        """
        count = self._put([self.checked(one, turn) for one in wanted])
        if ruled := [(one.unit, one.criterion) for one in wanted if one.criterion in self.docket.asked]:
            compute_asking(replace(self.run, actor=_SYSTEM), ruled)
        return count

    def checked(self, wanted: Decided, turn: int | None = None) -> ScoreEvent | None:
        """The event of a decision, or None when it says what stands already. RuleRefused when it may not be taken.

        turn: which the decision was written for (a workbook's); None: the one that is open.
        """
        case = self._case(wanted.unit, wanted.criterion)
        desk = self.docket.desk_of(case)
        self.roles.may(self.run.actor, Act.DECIDE, unit=wanted.unit, group=desk.code)
        event = self._event(case, wanted, turn or self.turn_of(case))
        if _says_the_same(case, event):
            return None
        self._must_be_open(case, desk, event.stage)
        return event

    def confirm_alike(self, desk_key: str, units: Collection[str] | None = None) -> int:
        """Keep what is proposed wherever claim and computed value agree and the evidence is whole: one event a
        criterion. Only what nobody decided; how many."""
        desk = self.docket.desk(desk_key)
        self._must_belong(desk)
        reason = t("scoring.appraisal.alike")
        events = [
            self._event(one, Decided(*one.key, AppraisalChoice.KEEP, reason=reason), FIRST_TURN)
            for one in self.docket.of(desk)
            if one.standing.first is None and one.is_alike and (units is None or one.unit.code in units)
        ]
        return self._put(events)

    def group_standing(self, desk_key: str, turn: int) -> GroupStanding:
        """Counts of a desk: in the second turn only of what is explained or opened again."""
        desk = self.docket.desk(desk_key)
        cases = self._cases(desk, turn)
        left = tuple(one.key for one in cases if _decided(one, turn) is None)
        return GroupStanding(
            desk,
            turn,
            total=len(cases),
            decided=len(cases) - len(left),
            changed=sum(one.is_changed for one in cases),
            without_evidence=sum(one.lacks_evidence for one in cases),
            undecided=left,
        )

    def reopen(self, unit: str, criterion: str, reason: str, document_no: str) -> bool:
        """The secretary opens a decided criterion again for the second turn, with a reason and a document."""
        case = self._case(unit, criterion)
        self.roles.may(self.run.actor, Act.REOPEN, unit=unit)
        if not reason.strip() or not document_no.strip():
            raise _refused("reopen_needs", unit=case.unit.name, criterion=criterion)
        if case.standing.first is None:
            raise _refused("not_decided", unit=case.unit.name, criterion=criterion)
        return self._file_event(
            FileEventKind.REOPENED,
            unit,
            {"criterion": criterion},
            reason=reason.strip(),
            document_no=document_no.strip(),
        )

    def confirm_group(self, desk_key: str, turn: int) -> bool:
        """The head says that the desk is done with a turn; False when he said so already.

        RuleRefused('left', ...) with the list of what is undecided.
        """
        self.refuse_head(desk_key)
        self.must_be_done(desk_key, turn)
        detail = {"desk": self.docket.desk(desk_key).key, "turn": turn}
        return self._file_event(FileEventKind.GROUP_CONFIRMED, "", detail)

    def refuse_head(self, desk_key: str) -> None:
        """RuleRefused('not-head'), ('own-unit') unless the actor is the one who says that the desk is done."""
        desk = self.docket.desk(desk_key)
        own = desk.own_unit if desk.is_substitute else None
        self.roles.may(self.run.actor, Act.CONFIRM_GROUP, unit=own, group=desk.code)

    def must_be_done(self, desk_key: str, turn: int) -> GroupStanding:
        """RuleRefused('undecided') that lists what a desk has left; its standing when that is nothing."""
        found = self.group_standing(desk_key, turn)
        if found.undecided:
            raise RuleRefused("undecided", self.left_in_words(found))
        return found

    def left_in_words(self, found: GroupStanding) -> str:
        """What a desk has left, each criterion by unit."""
        by_unit: dict[str, list[str]] = {}
        for unit, criterion in found.undecided:
            by_unit.setdefault(unit, []).append(criterion)
        lines = [f"- {self.run.units.get(unit).name}: {', '.join(codes)}" for unit, codes in by_unit.items()]
        return t(
            "scoring.appraisal.left",
            group=found.desk.name,
            turn=found.turn,
            count=found.left,
            list="\n".join(lines),
        )

    def is_confirmed(self, desk: Desk, turn: int) -> bool:
        """Whether the head has said that the desk is done with a turn."""
        return (desk.key, turn) in self._confirmed

    @cached_property
    def _confirmed(self) -> Collection[tuple[object, object]]:
        """(desk, turn) of everything that a head confirmed."""
        return {
            (one.detail.get("desk"), one.detail.get("turn"))
            for one in self.docket.events
            if one.kind is FileEventKind.GROUP_CONFIRMED
        }

    def turn_of(self, case: Case) -> int:
        """Which turn a decision on a case is of: the second one once the first was taken and it came up again."""
        return SECOND_TURN if case.for_second else FIRST_TURN

    def has_any(self, desk: Desk, turn: int) -> bool:
        """Whether a desk has anything in a turn."""
        if turn == FIRST_TURN:
            return self.docket.size_of(desk) > 0
        return bool(self._cases(desk, turn))

    def _cases(self, desk: Desk, turn: int) -> list[Brief]:
        found = self.docket.briefs_of(desk)
        return found if turn == FIRST_TURN else [one for one in found if one.for_second]

    @staticmethod
    def _decision(case: Case, turn: int) -> ScoreEvent | None:
        return case.standing.first if turn == FIRST_TURN else case.standing.second

    def _case(self, unit: str, criterion: str) -> Case:
        case = self.docket.case(unit, criterion)
        if case is None:
            name = self.run.units.get(unit).name if unit in self.run.units else unit
            raise _refused("unknown_case", unit=name, criterion=criterion, round=self.run.round.round_id)
        return case

    def _must_belong(self, desk: Desk) -> None:
        unit = desk.own_unit if desk.is_substitute else None
        self.roles.may(self.run.actor, Act.DECIDE, unit=unit, group=desk.code)

    def _must_be_open(self, case: Case, desk: Desk, stage: Stage) -> None:
        """A turn is open until its head confirmed it; what was decided in it stands from its moment on."""
        turn = FIRST_TURN if stage is Stage.FIRST else SECOND_TURN
        values = {"unit": case.unit.name, "criterion": case.row.code, "turn": turn}
        if turn == SECOND_TURN and not case.for_second:
            raise _refused("not_explained", **values)
        if self.is_confirmed(desk, turn):
            raise _refused("confirmed", group=desk.name, **values)
        closed = self.run.round.moments[CLOSING[turn]]
        if self._decision(case, turn) is not None and self.run.as_of > closed:
            raise _refused("closed", moment=vn_instant(closed), **values)

    def _event(self, case: Case, wanted: Decided, turn: int) -> ScoreEvent:
        values = {"unit": case.unit.name, "criterion": case.row.code}
        points, dropped, reason = self._worth(case, wanted, turn, values)
        computed = case.computed
        differs = (
            computed is not None
            and (computed.value is not None or computed.dropped)
            and (dropped != computed.dropped or not same(points, computed.value))
        )
        kept = wanted.choice == AppraisalChoice.KEEP
        if differs and not kept and not wanted.source.strip():
            shown = (
                t("scoring.appraisal.nothing_arose")
                if computed is None or computed.value is None
                else format_number(computed.value, 2)
            )
            raise _refused("source_needed", computed=shown, **values)
        return ScoreEvent(
            round_id=self.run.round.round_id,
            unit_code=case.unit.code,
            criterion=case.row.code,
            set_version=case.version,
            stage=TURNS[turn],
            points=points,
            dropped=dropped,
            basis=t(f"scoring.appraisal.basis.{wanted.choice}"),
            actor=self.run.actor,
            at=self.run.as_of,
            reason=reason,
            document_no=wanted.source.strip() or None,
        )

    def _worth(
        self, case: Case, wanted: Decided, turn: int, values: dict[str, str]
    ) -> tuple[Decimal | None, bool, str]:
        """Points, whether the criterion leaves the maximum, and the reason."""
        reason, points = wanted.reason.strip(), wanted.points
        if wanted.choice == AppraisalChoice.KEEP:
            kept, dropped, why = self._kept(case, turn, values)
            if points is not None and (dropped or not same(points, kept)):
                shown = t("scoring.appraisal.nothing_arose") if kept is None else format_number(kept, 2)
                raise _refused("kept_otherwise", found=format_number(points), kept=shown, **values)
            return kept, dropped, reason or why
        if wanted.choice not in (AppraisalChoice.CHANGE, AppraisalChoice.EXCLUDE):
            raise _refused("unknown_choice", found=wanted.choice, **values)
        if not reason:
            raise _refused("reason_needed", **values)
        if wanted.choice == AppraisalChoice.EXCLUDE:
            if points is not None:
                raise _refused("excluded_with_points", found=format_number(points), **values)
            return None, True, reason
        if points is None:
            raise _refused("points_needed", **values)
        low, high = sorted((Decimal(0), case.row.max_points))
        if not low <= points <= high:
            limits = {"low": format_number(low), "high": format_number(high)}
            raise _refused("out_of_range", found=format_number(points), **limits, **values)
        if case.computed is not None and same(points, case.computed.value):
            points = case.computed.value  # typed as it is shown: the exact value is meant
        return points, False, reason

    @staticmethod
    def _kept(case: Case, turn: int, values: dict[str, str]) -> tuple[Decimal | None, bool, str]:
        first = case.standing.first
        if turn == SECOND_TURN and first is not None:
            return first.points, first.dropped, t("scoring.appraisal.kept_first")
        proposal = case.proposal
        if not proposal.is_given:
            key = "no_data" if proposal.why is ProposedFor.NO_DATA else "must_be_decided"
            raise _refused(key, **values)
        return proposal.points, proposal.dropped, t(f"scoring.appraisal.proposed.{proposal.why}")

    def _put(self, events: Sequence[ScoreEvent | None]) -> int:
        new = [one for one in events if one is not None]
        if not new:
            return 0
        with self.run.store.write() as tx:
            return append(tx, new)

    def _file_event(
        self,
        kind: FileEventKind,
        unit: str,
        detail: dict[str, object],
        reason: str = "",
        document_no: str = "",
    ) -> bool:
        for known in self.docket.events:
            if known.kind is kind and known.unit_code == unit and dict(known.detail) == detail:
                return False
        event = FileEvent(
            self.run.round.round_id, unit, kind, self.run.actor, self.run.as_of, reason or None,
            document_no or None, detail,
        )  # fmt: skip
        with self.run.store.write() as tx:
            return append_file_events(tx, [event]) > 0


def _decided(one: Brief, turn: int) -> Points | None:
    return one.said.first if turn == FIRST_TURN else one.said.second


def _says_the_same(case: Case, event: ScoreEvent) -> bool:
    before = case.standing.first if event.stage is Stage.FIRST else case.standing.second
    if before is None:
        return False
    said = (before.points, before.dropped, before.basis, before.reason, before.document_no)
    return said == (event.points, event.dropped, event.basis, event.reason, event.document_no)


def _refused(key: str, **values: object) -> RuleRefused:
    return RuleRefused(key.replace("_", "-"), t(f"scoring.appraisal.{key}", **values))
