"""Page of a year's inspections: which units and why, how the tiers are covered, visits, orders that are open."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.choices import coverage, load_ranked
from cchc.inspection.mending import OpenOrder, open_orders
from cchc.inspection.papers import days_text
from cchc.inspection.rules import InspectionRules
from cchc.inspection.visits import Visit, known_visits
from cchc.run import Run
from cchc.texts import t
from cchc.year import Round, RoundKind
from cchc_board.desk import RequestView
from cchc_board.door import Asked
from cchc_board.rounds.opened import ListedRound, opened_of_kind

YEARS = 5  # of the picture of coverage


@dataclass(frozen=True)
class VisitLine:
    """A visit that everybody may know of. days: as papers say them."""

    visit: Visit
    name: str
    days: str


@dataclass(frozen=True)
class OrderLine:
    """An issued order that is not mended. confirms: whether an answer waits for its confirmer."""

    order: OpenOrder
    name: str
    overdue: bool


@dataclass(frozen=True)
class TierCoverage:
    """A tier: how many of its units were inspected by the end of each year, of how many."""

    tier: str
    units: int
    by_year: dict[int, int]


@dataclass(frozen=True)
class InspectionPage:
    """What the template shows. left: units that the plan did not take, for whoever adds one."""

    round: Round
    chosen: list[tuple[ChosenUnit, str]]
    left: list[tuple[str, str]]
    tiers: list[TierCoverage]
    visits: list[VisitLine]
    orders: list[OrderLine]


def inspection_rounds_shown(asked: Asked) -> list[ListedRound]:
    """Rounds of inspections that were opened, the newest first."""

    def waits(run: Run) -> list[str]:
        orders = _orders(asked.desk, run)
        late, answered = sum(one.overdue for one in orders), sum(one.order.waits for one in orders)
        lines = [t("board_inspection.orders_wait", count=len(orders), late=late)] if orders else []
        return [*lines, t("board_inspection.answers_wait", count=answered)] if answered else lines

    return opened_of_kind(asked.desk, RoundKind.INSPECTION, waits)


def inspection_page(asked: Asked) -> InspectionPage:
    """CchcError for a round that is none of inspections, or not open yet."""
    desk = asked.desk
    round_ = desk.calendar.round(asked.path["round_id"])
    run = asked.run(round_.round_id)
    if round_.kind != RoundKind.INSPECTION or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board_inspection.not_opened", round=round_.title))
    ranked = load_ranked(run.store, round_.round_id)
    chosen = [
        (one, desk.unit_name(one.unit_code)) for one in ranked if one.chosen and desk.sees(one.unit_code)
    ]
    tiers: dict[str, list[str]] = {
        tier: [unit.code for unit in run.units.on(run.today, [tier])] for tier in InspectionRules.load().tiers
    }
    covered = coverage(run.store, tiers, round_.year, YEARS)
    taken = {one.unit_code for one, _ in chosen}
    return InspectionPage(
        round=round_,
        chosen=chosen,
        left=[
            (code, desk.unit_name(code))
            for codes in tiers.values()
            for code in codes
            if code not in taken and desk.sees(code)
        ],
        tiers=[TierCoverage(str(tier), len(tiers[tier]), found) for tier, found in covered.items()],
        visits=_visits(desk, run),
        orders=_orders(desk, run),
    )


def _visits(desk: RequestView, run: Run) -> list[VisitLine]:
    """By day; a surprise visit is nobody's business before its minutes."""
    visits = known_visits(run.store, run.round.round_id, run.as_of)
    shown = [one for one in visits if not one.is_secret and desk.sees(one.unit_code)]
    shown.sort(key=lambda one: (one.is_dropped, one.days or (run.round.opens_at.date(),), one.visit_id))
    return [VisitLine(one, desk.unit_name(one.unit_code), _days(one)) for one in shown]


def _days(visit: Visit) -> str:
    """When the team comes, or came where nobody had planned the day."""
    held = visit.held_on
    return days_text(visit) or (vn_date(held) if held else "")


def _orders(desk: RequestView, run: Run) -> list[OrderLine]:
    secret = {one.visit_id for one in known_visits(run.store, run.round.round_id) if one.is_secret}
    return [
        OrderLine(
            one, desk.unit_name(one.order.unit_code or one.finding.unit_code), one.is_overdue(run.as_of)
        )
        for one in open_orders(run, run.round.round_id)
        if one.finding.visit_id not in secret and desk.sees(one.order.unit_code or one.finding.unit_code)
    ]
