"""Page 'Tỷ lệ báo cáo': how many were expected, came, and came in time, by tier and round of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from cchc.indicators.numbers import ratio
from cchc.obligations import RoundSummary, summarise
from cchc.obligations.obliging import Pair
from cchc.table_files import PlainTable
from cchc.texts import t, table
from cchc.units import REPORTING_TIERS
from cchc.year import REPORT_KINDS, Round
from cchc_board.desk import RequestView

ALL, UNKNOWN = "", "?"  # in the place of a tier
COUNTS = ("obliged", "received", "on_time", "late", "waiting", "missing", "pending", "waived")
RATES = ("received_rate", "on_time_rate")


@dataclass(frozen=True)
class RateLine:
    """A tier of a round, or of all the rounds of the year."""

    tier: str
    summary: RoundSummary

    @property
    def name(self) -> str:
        """The tier in words."""
        other = {ALL: t("board_rates.all_tiers"), UNKNOWN: t("board_rates.unknown_tier")}
        return other.get(self.tier) or table("units.tiers")[self.tier]

    @property
    def counts(self) -> dict[str, int]:
        """By column: how many; what came is on time or late."""
        one = self.summary
        others = {"received": one.completeness[0], "missing": one.overdue}
        return {name: others[name] if name in others else getattr(one, name) for name in COUNTS}

    @property
    def parts(self) -> dict[str, tuple[int, int]]:
        """By column the parts of a rate: of whom it was expected, who did; of those due by now, who was in time."""
        one = self.summary
        return {"received_rate": one.completeness, "on_time_rate": (one.on_time, one.obliged - one.pending)}

    @property
    def rates(self) -> dict[str, Decimal | None]:
        """In percent to one place; None where nothing can be divided."""
        return {name: ratio(*parts, decimals=1) for name, parts in self.parts.items()}


@dataclass(frozen=True)
class RoundRates:
    """A report round with its tiers, then all of them. No lines while it is not open."""

    round: Round
    lines: list[RateLine]


@dataclass(frozen=True)
class RatesPage:
    """What the template shows. whole: the year's open rounds added up, by tier."""

    year: int
    rounds: list[RoundRates]
    whole: list[RateLine]

    @property
    def open(self) -> int:
        return sum(bool(one.lines) for one in self.rounds)


def rates_page(desk: RequestView, year: int) -> RatesPage:
    """Of the viewer's units, as known at the moment shown; two statements a round."""
    opened, tiers = desk.opened_rounds(year), {unit.code: unit.tier for unit in desk.units.all}
    rounds, of_tier = [], defaultdict[str, list[RoundSummary]](list)
    for round_ in desk.calendar.rounds(year):
        if round_.kind not in REPORT_KINDS:
            continue
        pairs: dict[str, list[Pair]] = defaultdict(list)
        if round_.round_id in opened:
            for one, state in desk.ledger.states(desk.as_of, round_id=round_.round_id):
                if desk.sees(one.unit_code):
                    pairs[tiers.get(one.unit_code, UNKNOWN)].append((one, state))
        found = {tier: summarise(own, desk.units, desk.as_of) for tier, own in pairs.items()}
        for tier, summary in found.items():
            of_tier[tier].append(summary)
        rounds.append(RoundRates(round_, _lines(found)))
    return RatesPage(year, rounds, _lines({tier: added(own) for tier, own in of_tier.items()}))


def _lines(found: dict[str, RoundSummary]) -> list[RateLine]:
    """Tiers in their order, then all of them; nothing while there is no tier."""
    order = [*REPORTING_TIERS, *sorted(found.keys() - set(REPORTING_TIERS))]
    lines = [RateLine(tier, found[tier]) for tier in order if tier in found]
    return [*lines, RateLine(ALL, added(found.values()))] if lines else []


def added(summaries: Iterable[RoundSummary]) -> RoundSummary:
    """The counts added up: rates of a whole follow from them, and are never means of rates."""
    own = list(summaries)
    return RoundSummary(
        **{one.name: sum(getattr(each, one.name) for each in own) for one in fields(RoundSummary)}
    )


def rates_table(page: RatesPage) -> PlainTable:
    """The page as a table: a row a tier of a round; a round that is not open has empty cells, not noughts."""
    heads = table("board_rates.columns")
    rows: list[tuple[object, ...]] = []
    for one in page.rounds:
        rows += [_row(one.round.title, line) for line in one.lines]
        if not one.lines:
            rows.append((one.round.title, *(None for _ in range(len(heads) - 1))))
    rows += [_row(t("board_rates.whole_year"), line) for line in page.whole]
    return PlainTable(t("board_rates.sheet"), list(heads.values()), rows)


def _row(title: str, line: RateLine) -> tuple[object, ...]:
    return title, line.name, *line.counts.values(), *line.rates.values()
