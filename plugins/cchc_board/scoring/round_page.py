"""Page of a round of scores: where it stands by its moments, whose files came, how far each desk is, the ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import TZ
from cchc.criteria import CriteriaSet
from cchc.errors import CchcError
from cchc.run import Run
from cchc.scores import pinned
from cchc.scores.outcomes import RankedUnit, rankings_of
from cchc.scores.unit_files import UnitFile
from cchc.scoring.appraisal import CLOSING, Appraisal, GroupStanding
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN
from cchc.submissions.late import waiting_late
from cchc.texts import t, table
from cchc.year import Round, RoundKind
from cchc_board.desk import RequestView
from cchc_board.door import Asked
from cchc_board.rounds.opened import ListedRound, opened_of_kind


@dataclass(frozen=True)
class MomentOfRound:
    """A moment of the calendar; `left`: working days until it, in words, empty when it is past."""

    name: str
    when: datetime
    left: str
    passed: bool


@dataclass(frozen=True)
class DeskLine:
    """A desk in the turn that is open. confirmed: whether its head closed the turn."""

    standing: GroupStanding
    confirmed: bool


@dataclass(frozen=True)
class ScoringPage:
    """What the template shows. behind: units whose file has not come. drafts: whether unpublished points are this
    person's business; without that no desk is shown. rankings: of the newest edition, by list."""

    round: Round
    sets: list[tuple[str, str]]
    moments: list[MomentOfRound]
    counts: list[tuple[str, int]]
    total: int
    behind: list[tuple[str, str]]
    late: list[tuple[str, str]]
    drafts: bool
    turn: int
    desks: list[DeskLine]
    rankings: list[tuple[str, Sequence[RankedUnit]]]
    names: dict[str, str]


def scoring_rounds(asked: Asked) -> list[ListedRound]:
    """Rounds of scores that were opened, the newest first."""
    desk = asked.desk
    late = waiting_late(asked.run()) if desk.store else []

    def waits(run: Run) -> list[str]:
        own = [one for one in late if one["round_id"] == run.round.round_id and desk.sees(one["unit_code"])]
        return [t("board_scoring.late_wait", count=len(own))] if own else []

    return opened_of_kind(desk, RoundKind.SCORING, waits)


def opened(asked: Asked) -> Run:
    """The run in the round of the address. CchcError for one that is none of scores, or not open yet."""
    round_ = asked.desk.calendar.round(asked.path["round_id"])
    run = asked.run(round_.round_id)
    if round_.kind != RoundKind.SCORING or round_.round_id not in asked.desk.opened_rounds(round_.year):
        raise CchcError(t("scores.cli.not_opened", round=round_.title))
    return run


def scoring_page(asked: Asked) -> ScoringPage:
    """Raises CchcError as `opened`."""
    desk, run = asked.desk, opened(asked)
    appraisal = Appraisal.of(run)
    files = {code: one for code, one in appraisal.docket.files.items() if desk.sees(one.unit_code)}
    states = Counter(one.state for one in files.values())
    sets = pinned(run.store, run.round.round_id)
    words = table("scores.file_states")
    drafts = asked.actor is not None and appraisal.roles.sees_drafts(asked.actor.name)
    turn = SECOND_TURN if run.as_of > run.round.moments[CLOSING[FIRST_TURN]] else FIRST_TURN
    return ScoringPage(
        round=run.round,
        sets=list(dict.fromkeys((one.title, one.version) for one in sets.values())),
        moments=[_moment(desk, name, when) for name, when in run.round.moments.items()],
        counts=[(words[state], count) for state, count in states.items()],
        total=len(files),
        behind=_named(desk, [one for one in files.values() if not one.version]),
        late=_named(desk, [one for one in files.values() if one.late_waiting]),
        drafts=drafts,
        turn=turn,
        desks=_desks(appraisal, turn) if drafts else [],
        rankings=_rankings(run, _list_names(sets)),
        names={unit.code: unit.name for unit in desk.units.all},
    )


def _moment(desk: RequestView, name: str, when: datetime) -> MomentOfRound:
    passed = when <= desk.as_of
    days = desk.calendar.working_days.between(
        desk.as_of.astimezone(TZ).date(), max(when, desk.as_of).astimezone(TZ).date()
    )
    left = "" if passed else t("board.days_left", days=days) if days else t("board.due_today")
    return MomentOfRound(table("scoring.papers.steps").get(name, name), when, left, passed)


def _named(desk: RequestView, files: Sequence[UnitFile]) -> list[tuple[str, str]]:
    return [(one.unit_code, desk.unit_name(one.unit_code)) for one in files]


def _desks(appraisal: Appraisal, turn: int) -> list[DeskLine]:
    appraisal.docket.read_briefs({desk.code for desk in appraisal.docket.desks})
    found = [(desk, appraisal.group_standing(desk.key, turn)) for desk in appraisal.docket.desks]
    return [DeskLine(one, appraisal.is_confirmed(desk, turn)) for desk, one in found if one.total]


def _list_names(sets: Mapping[str, CriteriaSet]) -> dict[str, str]:
    """What the lists of a round's sets are called, by code."""
    found = {}
    for one in sets.values():
        found[one.settings.code] = one.settings.list_name
        found |= {apart.code: apart.name for apart in one.settings.lists}
    return found


def _rankings(run: Run, names: Mapping[str, str]) -> list[tuple[str, Sequence[RankedUnit]]]:
    """The newest edition of each list, by its name; empty before the publication."""
    newest: dict[str, tuple[int, Sequence[RankedUnit]]] = {}
    for (code, edition), lines in rankings_of(run.store, run.round.round_id).items():
        if code not in newest or edition > newest[code][0]:
            newest[code] = edition, lines
    return [(names.get(code, code), lines) for code, (_, lines) in newest.items()]
