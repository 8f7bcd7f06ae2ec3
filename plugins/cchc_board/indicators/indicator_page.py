"""Page of one indicator in a round: every unit's figure beside its witnesses, the worst first, and how the province's
figure developed over the year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cchc.errors import CchcError
from cchc.table_files import PlainTable
from cchc.texts import t, table
from cchc.year import Round
from cchc_board.door import Asked
from cchc_board.indicators.chosen_round import asking, chosen_run
from cchc_board.indicators.followed_figures import FollowedLine, followed_lines
from cchc_board.indicators.steps import Bar, bars

if TYPE_CHECKING:
    from decimal import Decimal

    from cchc.figures.one_indicator import FigureOfUnit, IndicatorInRound
    from cchc.figures.reconciliation import ReconciliationLine
    from cchc.indicators import Indicator

DIFFERENT, FAR, MISSING = "chenh-lech", "bat-thuong", "thieu"
COLUMNS = ("own", "one_stop", "document", "catalogue", "taken", "gap", "explanation", "mark")
_TEXTS = ("explanation", "mark")


@dataclass(frozen=True)
class FigureRow:
    """A unit's figure in words, the cells in the order of the page's columns. marks: (class of the pill, words)."""

    code: str
    name: str
    tier: str
    cells: list[tuple[str, str]]
    marks: list[tuple[str, str]]
    explanation: str


@dataclass(frozen=True)
class StepRow:
    """The province's figure of one round in words."""

    round: Round
    figure: str
    covered: str
    origin: str
    comparable: bool


@dataclass(frozen=True)
class IndicatorPage:
    """What the template shows. columns: those that hold anything; by_tier: (tier, figure, how many)."""

    round: Round
    rounds: list[Round]
    indicator: Indicator
    who: str
    how: str
    province: str
    covered: str
    other: str
    by_tier: list[tuple[str, str, str]]
    known: bool
    filters: list[tuple[str, int]]
    chosen: str
    columns: list[str]
    rows: list[FigureRow]
    steps: list[StepRow]
    bars: list[Bar]
    mark: FollowedLine | None


def indicator_page(asked: Asked, code: str, chosen: str) -> IndicatorPage:
    """CchcError for an indicator that the round does not ask for, and for a filter that there is not."""
    from cchc.figures.followed import PROVINCE
    from cchc.figures.one_indicator import development, indicator_in_round
    from cchc.figures.origins import origin_words, other_words
    from cchc.figures.shown import coverage, tally_text
    from cchc.indicators.wording import how, stated_by

    run, rounds = chosen_run(asked)
    found = _of_viewer(asked, indicator_in_round(run, code))
    one, line = found.indicator, found.province
    counts = {word: len(_chosen(found, word)) for word in ("", DIFFERENT, FAR, MISSING)}
    columns = _columns(found)
    story = development(run, code)
    steps = [
        StepRow(
            step.round_,
            tally_text(one, step.line) if step.comparable else "",
            coverage(one, step.line),
            origin_words(step.line) if step.line else "",
            step.comparable,
        )
        for step in story
    ]
    figures = [
        (shown.round.round_id, shown.figure, step.value if step.comparable else None)
        for step, shown in zip(story, steps, strict=True)
    ]
    return IndicatorPage(
        round=run.round,
        rounds=asking(run, rounds, code),
        indicator=one,
        who=stated_by(one, run.units),
        how=how(one),
        province=tally_text(one, line),
        covered=coverage(one, line),
        other=other_words(one, line) if line else "",
        by_tier=[
            (scope, tally_text(one, own), coverage(one, own))
            for scope, own in found.lines.items()
            if own is not line
        ],
        known=line is not None,
        filters=[(word, count) for word, count in counts.items() if count or not word or word == chosen],
        chosen=chosen,
        columns=columns,
        rows=[_row(one, figure, columns) for figure in _chosen(found, chosen)],
        steps=steps,
        bars=bars(figures),
        mark=next((one for one in followed_lines(asked.desk, PROVINCE) if one.code == code), None),
    )


def figures_table(asked: Asked, code: str, chosen: str) -> tuple[str, PlainTable]:
    """The round, and its figures of the indicator as the page lists them, as numbers. CchcError as `indicator_page`."""
    from cchc.figures.one_indicator import indicator_in_round

    run, _ = chosen_run(asked)
    found = _of_viewer(asked, indicator_in_round(run, code))
    heads, tiers = table("board_indicators.columns"), table("board.tiers")
    names = ["numerator", "denominator"] if found.indicator.aggregation == "ratio" else []
    columns = _columns(found)
    rows = [
        [
            figure.unit.code,
            figure.unit.name,
            tiers.get(figure.unit.tier, figure.unit.tier),
            *(_cell(figure, name) for name in columns),
            *(getattr(figure, name) for name in names),
        ]
        for figure in _chosen(found, chosen)
    ]
    shown = [heads[name] for name in ("code", "unit", "tier", *columns, *names)]
    return run.round.round_id, PlainTable(code, shown, rows)


def _of_viewer(asked: Asked, found: IndicatorInRound) -> IndicatorInRound:
    """With the figures of the units that the viewer looks after; what is far was judged beside all."""
    return replace(found, figures=[one for one in found.figures if asked.desk.sees(one.unit.code)])


def _chosen(found: IndicatorInRound, word: str) -> list[FigureOfUnit]:
    if word == "":
        return list(found.figures)
    if word == DIFFERENT:
        return [one for one in found.figures if one.differs]
    if word == FAR:
        return [one for one in found.figures if one.far]
    if word == MISSING:
        return [one for one in found.figures if one.missing]
    raise CchcError(t("board.bad_filter", found=word))


def _columns(found: IndicatorInRound) -> list[str]:
    """The columns of which some unit has something; the figure that counts always, and what units gave only where it
    can be another."""
    alone = all((one.line is None and one.value is not None) or one.missing for one in found.figures)
    return [
        name
        for name in COLUMNS
        if name == "taken"
        or (
            not (alone and name == "own") and any(_cell(one, name) not in (None, "") for one in found.figures)
        )
    ]


def _cell(figure: FigureOfUnit, name: str) -> Decimal | str | None:
    """What stands in a column, as a number where it is one."""
    line = figure.line
    if name == "own":
        own = line.unit_value if line is not None else figure.value
        return own if own is not None else figure.typed or None
    if name == "taken":
        return figure.value
    if name == "explanation":
        return figure.explanation
    if name == "mark":
        return "; ".join(words for _, words in _marks(figure))
    return _of_line(line, name) if line is not None else None


def _of_line(line: ReconciliationLine, name: str) -> Decimal | None:
    return {
        "one_stop": line.one_stop_value,
        "document": line.document_value,
        "catalogue": line.catalogue_value,
        "gap": line.gap,
    }[name]


def _row(one: Indicator, figure: FigureOfUnit, columns: list[str]) -> FigureRow:
    from cchc.figures.shown import value_text
    from cchc.indicators.numbers import number

    def text(name: str) -> str:
        found = _cell(figure, name)
        if name == "gap":
            return number(figure.line.gap if figure.line else None, one.kind)
        return found if isinstance(found, str) else value_text(one, found)

    return FigureRow(
        code=figure.unit.code,
        name=figure.unit.name,
        tier=figure.unit.tier,
        cells=[(name, text(name)) for name in columns if name not in _TEXTS],
        marks=_marks(figure),
        explanation=figure.explanation,
    )


def _marks(figure: FigureOfUnit) -> list[tuple[str, str]]:
    """What is to be said of the figure, the worst first."""
    words, line = table("board_indicators.marks"), figure.line
    found = []
    if figure.differs:
        found.append(("late", words["explained"]) if figure.explanation else ("missing", words["differs"]))
    if figure.far:
        found.append(("late", words["far"]))
    if figure.missing:
        found.append(("pending", words["missing"]))
    if line is not None:
        said = (
            ("disputed", line.disputed),
            ("settled", line.settled),
            ("gap", line.has_gap),
            ("confirmed", line.agreement == "confirmed"),
        )
        found += [("", words[name]) for name, is_so in said if is_so]
    return found
