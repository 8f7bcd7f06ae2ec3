"""Page 'Năm': the rounds of a year, each with its bar, its dates and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass

from cchc import clock
from cchc.indicators import format_number
from cchc.indicators.numbers import ratio
from cchc.obligations import RoundState, RoundSummary, summarise
from cchc.texts import t, table
from cchc.year import REPORT_KINDS, Round
from cchc_board.desk import RequestView
from cchc_board.rounds.bars import Segment, segments
from cchc_board.rounds.standing import RoundStatus, standing


@dataclass(frozen=True)
class RoundCard:
    """One round of the year page. `summary` is None while the round is not open."""

    round: Round
    standing: RoundStatus
    summary: RoundSummary | None
    bar: list[Segment]
    noun: str
    spoken: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class YearPage:
    """What the template shows. Totals are over the rounds that are open; of reports only where it says so."""

    year: int
    cards: list[RoundCard]
    report_on_time: str | None
    overdue: int
    waiting: int
    issued: int


def percent(part: int, whole: int) -> str | None:
    """`96,7 %`; None when there is nothing to divide by."""
    value = ratio(part, whole, decimals=1)
    return None if value is None else f"{format_number(value, 1)}%"


def counts_of(summary: RoundSummary) -> dict[str, int]:
    """Of all that are obliged how many stand how; who has handed in and waits for us is not told as missing."""
    return {
        "on_time": summary.on_time,
        "late": summary.late,
        "waiting": summary.waiting,
        "missing": summary.overdue,
        "pending": summary.pending,
    }


def spoken(summary: RoundSummary, noun: str) -> str:
    """The bar in words, for those who cannot see it and those who do not trust it."""
    names = table("board.timeliness")
    parts = [f"{count} {names[name].lower()}" for name, count in counts_of(summary).items() if count]
    return t(
        "board.bar_words", parts=", ".join(parts) or t("board.nobody"), obliged=summary.obliged, noun=noun
    )


def noun_of(round_: Round) -> str:
    nouns = table("board.nouns")
    return nouns.get(str(round_.kind), nouns["report"])


def round_card(desk: RequestView, round_: Round, state: RoundState | None) -> RoundCard:
    """The counts are of the viewer's units; `state` None: the round was not open at the moment shown."""
    summary, noun = None, noun_of(round_)
    if state is not None:
        every = desk.ledger.states(desk.as_of, round_id=round_.round_id)
        states = [(one, own) for one, own in every if desk.sees(one.unit_code)]
        summary = summarise(states, desk.units, desk.as_of)
    return RoundCard(
        round=round_,
        standing=standing(round_, desk.as_of, state),
        summary=summary,
        bar=segments(counts_of(summary)) if summary else [],
        noun=noun,
        spoken=spoken(summary, noun) if summary else "",
        notes=round_.notes,
    )


def year_page(desk: RequestView, year: int) -> YearPage:
    """Rounds come from the calendar, with the dates they were opened with once they are open; the counts are of the
    viewer's units."""
    opened = desk.opened_rounds(year)
    cards = []
    for round_ in desk.calendar.rounds(year):
        cards.append(round_card(desk, round_, opened.get(round_.round_id)))
    reports = [card.summary for card in cards if card.summary and card.round.kind in REPORT_KINDS]
    due = sum(one.on_time + one.late + one.missing for one in reports)
    return YearPage(
        year=year,
        cards=cards,
        report_on_time=percent(sum(one.on_time for one in reports), due),
        overdue=sum(card.summary.overdue for card in cards if card.summary),
        waiting=sum(card.standing.waiting for card in cards),
        issued=sum(card.standing.code == "issued" for card in cards),
    )


def moment_words(desk: RequestView) -> str:
    """Which moment the page shows."""
    return clock.vn_instant(desk.as_of)
