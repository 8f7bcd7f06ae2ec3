"""The council: what it changes, excludes or lets stand, always in a session with a quorum; never of one's own unit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.errors import RuleRefused
from cchc.indicators import format_number
from cchc.run import Run
from cchc.scores import (
    CouncilSession,
    FileEvent,
    FileEventKind,
    ScoreEvent,
    Stage,
    append,
    append_file_events,
    council_sessions,
    put_council_session,
)
from cchc.scoring.appraisal import AppraisalChoice
from cchc.scoring.cases import Case, Docket
from cchc.scoring.roles import Act, Roles
from cchc.texts import t


@dataclass(frozen=True)
class Ruling:
    """A decision of the council (or about an objection) on one criterion of one unit, with its reason."""

    unit: str
    criterion: str
    choice: str
    reason: str
    points: Decimal | None = None


class Council:
    """The council of the run's round, in the name of the run's actor, who is one of its members."""

    def __init__(self, run: Run, docket: Docket) -> None:
        self.run, self.docket = run, docket
        self.roles = Roles(docket.appraisers, run.units)

    @classmethod
    def of(cls, run: Run) -> Council:
        return cls(run, Docket.load(run))

    def hold(self, present: Collection[str], written: Collection[str], held_at: datetime) -> CouncilSession:
        """Record a session: who was there, who gave a word in writing. The same session again is one.

        RuleRefused when the actor is no member, when a name is none, when somebody is named twice, when the session
        lies ahead, and 'no-quorum': it takes more than the share of members that `appraisers.yaml` names.
        """
        self.roles.may(self.run.actor, Act.COUNCIL_APPROVE)
        council = self.docket.appraisers.council
        members = {council.chair, *council.members}
        if strangers := sorted({*present, *written} - members):
            raise _refused("strangers", names=", ".join(strangers))
        if twice := sorted({*present} & {*written}):
            raise _refused("twice", names=", ".join(twice))
        if held_at > self.run.as_of:
            raise _refused("ahead", moment=vn_instant(held_at))
        count = len({*present, *written})
        if not count > Decimal(str(council.quorum)) * len(members):
            share = format_number(Decimal(100) * Decimal(str(council.quorum)))
            raise _refused("no_quorum", count=count, total=len(members), share=share)
        round_id = self.run.round.round_id
        session = CouncilSession(round_id, held_at, tuple(sorted({*present})), tuple(sorted({*written})))
        with self.run.store.write() as tx:
            put_council_session(tx, session, self.run.as_of, self.run.actor)
        return session

    def rule(self, session_id: str, ruling: Ruling) -> bool:
        """Change, exclude or keep what stands, in a session; False when it stands so already by the council's word."""
        case = self._case(ruling)
        act = Act.COUNCIL_EXCLUDE if ruling.choice == AppraisalChoice.EXCLUDE else Act.COUNCIL_CHANGE
        self.roles.may(self.run.actor, act, unit=ruling.unit)
        session = self._session(session_id)
        self._must_be_unpublished()
        event = ruled(self.run, case, ruling, Stage.COUNCIL, _held(session))
        before = case.standing.council
        if before is not None and _says(before) == _says(event):
            return False
        with self.run.store.write() as tx:
            return append(tx, [event]) > 0

    def approve_few_points(self, session_id: str, unit: str, reason: str) -> bool:
        """Let a unit be ranked although fewer points are in force than the set asks for; False when it was."""
        self.roles.may(self.run.actor, Act.COUNCIL_APPROVE, unit=unit)
        session = self._session(session_id)
        self._must_be_unpublished()
        name = self.run.units.get(unit).name
        if not reason.strip():
            raise _refused("reason_needed", unit=name)
        kind = FileEventKind.UNRANKED_DECIDED
        if any(one.kind is kind and one.unit_code == unit for one in self.docket.events):
            return False
        event = FileEvent(
            self.run.round.round_id,
            unit,
            kind,
            self.run.actor,
            self.run.as_of,
            reason=reason.strip(),
            document_no=_held(session),
            detail={"session": session.session_id},
        )
        with self.run.store.write() as tx:
            return append_file_events(tx, [event]) > 0

    def _case(self, ruling: Ruling) -> Case:
        return case_of(self.docket, ruling)

    def _session(self, session_id: str) -> CouncilSession:
        """The session, in which the actor took part."""
        found = council_sessions(self.run.store, self.run.round.round_id)
        session = next((one for one in found if one.session_id == session_id), None)
        if session is None:
            known = ", ".join(one.session_id for one in found) or t("scoring.council.none")
            raise _refused("unknown_session", found=session_id, known=known)
        if self.run.actor not in (*session.present, *session.written):
            raise _refused("not_there", actor=self.run.actor, moment=vn_instant(session.held_at))
        return session

    def _must_be_unpublished(self) -> None:
        state = self.run.rounds.state(self.run.round.round_id, self.run.as_of)
        if state is not None and state.issues:
            raise _refused("published", round=self.run.round.title)


def case_of(docket: Docket, ruling: Ruling) -> Case:
    """The case that a ruling names; RuleRefused('unknown-case')."""
    case = docket.case(ruling.unit, ruling.criterion)
    if case is None:
        raise RuleRefused(
            "unknown-case",
            t(
                "scoring.appraisal.unknown_case",
                unit=docket.run.units.get(ruling.unit).name,
                criterion=ruling.criterion,
                round=docket.run.round.round_id,
            ),
        )
    return case


def ruled(run: Run, case: Case, ruling: Ruling, stage: Stage, document_no: str) -> ScoreEvent:
    """The event of a ruling. RuleRefused when it lacks a reason or points, or when nothing stands to be kept."""
    unit, values = case.unit.name, {"unit": case.unit.name, "criterion": case.row.code}
    reason, points, dropped = ruling.reason.strip(), ruling.points, ruling.choice == AppraisalChoice.EXCLUDE
    if not reason:
        raise _refused("reason_needed", unit=f"{unit}, {case.row.code}")
    if ruling.choice == AppraisalChoice.KEEP:
        before = case.standing.decision
        if before is None:
            raise RuleRefused("not-decided", t("scoring.council.nothing_to_keep", **values))
        points, dropped = before.points, before.dropped
    elif dropped:
        if points is not None:
            raise RuleRefused(
                "excluded-with-points",
                t("scoring.appraisal.excluded_with_points", found=format_number(points), **values),
            )
    elif ruling.choice != AppraisalChoice.CHANGE:
        raise RuleRefused(
            "unknown-choice", t("scoring.appraisal.unknown_choice", found=ruling.choice, **values)
        )
    elif points is None:
        raise RuleRefused("points-needed", t("scoring.appraisal.points_needed", **values))
    else:
        low, high = sorted((Decimal(0), case.row.max_points))
        if not low <= points <= high:
            limits = {"low": format_number(low), "high": format_number(high)}
            raise RuleRefused(
                "out-of-range",
                t("scoring.appraisal.out_of_range", found=format_number(points), **limits, **values),
            )
    return ScoreEvent(
        round_id=run.round.round_id,
        unit_code=case.unit.code,
        criterion=case.row.code,
        set_version=case.version,
        stage=stage,
        points=points,
        dropped=dropped,
        basis=t(f"scoring.appraisal.basis.{AppraisalChoice(ruling.choice)}"),
        actor=run.actor,
        at=run.as_of,
        reason=reason,
        document_no=document_no or None,
    )


def _held(session: CouncilSession) -> str:
    return t("scoring.council.held", moment=vn_instant(session.held_at))


def _says(event: ScoreEvent) -> tuple[object, ...]:
    return event.points, event.dropped, event.basis, event.reason, event.document_no


def _refused(key: str, **values: object) -> RuleRefused:
    return RuleRefused(key.replace("_", "-"), t(f"scoring.council.{key}", **values))
