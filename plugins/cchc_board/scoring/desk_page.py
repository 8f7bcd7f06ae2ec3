"""An appraiser's desk: the cases of a group, those that need a look first; and the score sheet of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.criteria import CriterionRow, Points
from cchc.errors import CchcError
from cchc.scores import Objection, council_sessions, objections_of
from cchc.scores.events import ScoreEvent
from cchc.scores.outcomes import CouncilSession
from cchc.scoring.appraisal import CLOSING, Appraisal, GroupStanding
from cchc.scoring.briefs import Brief
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN, Case, Docket
from cchc.texts import t
from cchc.units import Unit
from cchc.year import Round
from cchc_board.door import Asked
from cchc_board.scoring.round_page import opened
from cchc_board.scoring.said import Said, Speech

SHOWN = 60  # cases of one page: what an appraiser reads at a sitting
FILTERS = ("chua-quyet", "khac-so", "thieu-minh-chung", "giai-trinh", "tat-ca")


@dataclass(frozen=True)
class DeskPage:
    """What the template shows of a desk. alike: cases that may be confirmed together; mine: whether this person may
    decide here."""

    round: Round
    standing: GroupStanding
    cases: list[Case]
    count: int
    chosen: str
    alike: int
    mine: bool
    may_head: bool
    speech: Speech


@dataclass(frozen=True)
class SheetLine:
    """A criterion of a unit with the last word of each stage about it, in their order."""

    case: Case
    said: Sequence[Said]


@dataclass(frozen=True)
class SheetPage:
    """What the template shows of a unit's sheet. final: sum of what was decided; undecided: how many are left;
    sessions: of the council, to decide in; objections: the unit's."""

    round: Round
    unit: Unit
    lines: list[SheetLine]
    final: Decimal
    most: Decimal
    undecided: int
    sessions: list[CouncilSession]
    objections: list[Objection]


def desk_page(asked: Asked) -> DeskPage:
    """Of the viewer's units. Raises RuleRefused('no-drafts'), ('unknown-group'), and CchcError as `opened`."""
    run = opened(asked)
    appraisal = Appraisal.of(run)
    _sees(asked, appraisal)
    chosen = asked.query.get("loc", FILTERS[0])
    if chosen not in FILTERS:
        raise CchcError(t("board.bad_filter", found=chosen))
    turn = SECOND_TURN if run.as_of > run.round.moments[CLOSING[FIRST_TURN]] else FIRST_TURN
    standing = appraisal.group_standing(asked.path["group"], turn)
    every = [one for one in appraisal.docket.briefs_of(standing.desk) if asked.desk.sees(one.unit.code)]
    left = set(standing.undecided)
    found = [one.key for one in every if _is_chosen(one, chosen, left)]
    alike = sum(one.is_alike for one in every if one.said.first is None)
    name = asked.actor.name if asked.actor else ""
    desk = standing.desk
    return DeskPage(
        run.round,
        standing,
        appraisal.docket.chosen(found[:SHOWN]),
        len(found),
        chosen,
        alike,
        name in desk.accounts,
        name == desk.head,
        Speech(run),
    )


def _is_chosen(case: Brief, chosen: str, left: set[tuple[str, str]]) -> bool:
    match chosen:
        case "chua-quyet":
            return case.key in left
        case "khac-so":
            return not _same(case.claim, case.computed)
        case "thieu-minh-chung":
            return case.lacks_evidence
        case "giai-trinh":
            return case.is_explained
    return True


def _same(one: Points | None, other: Points | None) -> bool:
    return (one.value if one else None) == (other.value if other else None)


def sheet_page(asked: Asked) -> SheetPage:
    """The sheet of a unit with every decision and its reasons, for whoever sees drafts."""
    run, code = opened(asked), asked.path["code"]
    asked.desk.refuse_others(code)
    _sees(asked, Appraisal.of(run))
    unit = run.units.get(code)
    cases = list(Docket.load(run, [code]).cases.values())
    if not cases:
        raise CchcError(t("board_scoring.no_sheet", unit=unit.name))
    points, speech = [one.standing.final for one in cases], Speech(run)
    return SheetPage(
        run.round,
        unit,
        [SheetLine(one, [speech.of(event) for event in _events(one)]) for one in cases],
        sum((one.value for one in points if one.value is not None and not one.dropped), Decimal()),
        sum((_most(one.row) for one in cases), Decimal()),
        sum(not one.standing.is_decided for one in cases),
        council_sessions(run.store, run.round.round_id),
        [one for one in objections_of(run.store, run.round.round_id) if one.unit_code == code],
    )


def _events(case: Case) -> list[ScoreEvent]:
    one = case.standing
    stages = (one.claim, one.computed, one.first, one.second, one.council, one.objection)
    return [event for event in stages if event is not None]


def _most(row: CriterionRow) -> Decimal:
    return row.max_points if row.effect == "diem" else Decimal()


def _sees(asked: Asked, appraisal: Appraisal) -> None:
    from cchc.scoring.roles import Act

    appraisal.roles.may(asked.actor.name if asked.actor else "", Act.SEE_DRAFTS)
