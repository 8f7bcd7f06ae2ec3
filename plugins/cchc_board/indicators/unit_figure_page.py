"""Page of one figure of one unit: over the rounds, and down to the counts behind it, with their files and snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from cchc.clock import from_text
from cchc.errors import CchcError
from cchc.texts import t, table
from cchc.year import Round
from cchc_board.door import Asked
from cchc_board.indicators.chosen_round import asking, chosen_run
from cchc_board.indicators.followed_figures import FollowedLine, followed_lines
from cchc_board.indicators.steps import Bar, bars

if TYPE_CHECKING:
    from cchc.figures.one_indicator import NumbersBehind, UnitStep
    from cchc.figures.reconciliation import Evidence
    from cchc.indicators import Indicator
    from cchc.store import Row
    from cchc.units import Unit
    from cchc.workbooks.forms import ReportedFigure


@dataclass(frozen=True)
class RoundOfUnit:
    """The unit's figure of one round in words."""

    round: Round
    taken: str
    own: str
    system: str
    gap: str
    explanation: str
    comparable: bool


@dataclass(frozen=True)
class WitnessRow:
    """Who gives the figure of the chosen round: as given, its parts, and the file or the snapshot that it comes from.

    submission: of a file, to download it; moment: when the file came; cut_off: the day of a snapshot.
    """

    key: str
    name: str
    figure: str
    parts: str
    is_taken: bool
    has_gap: bool
    submission: str = ""
    file: str = ""
    moment: datetime | None = None
    cut_off: date | None = None
    mark: str = ""


@dataclass(frozen=True)
class UnitFigurePage:
    """What the template shows. counts: by system (code, name, number, parts) of what its snapshot counted."""

    round: Round
    rounds: list[Round]
    indicator: Indicator
    unit: Unit
    steps: list[RoundOfUnit]
    bars: list[Bar]
    witnesses: list[WitnessRow]
    made_of: list[tuple[str, str, str]]
    counts: list[tuple[str, list[tuple[str, str, str, str]]]]
    mark: FollowedLine | None


def unit_figure_page(asked: Asked, code: str, unit_code: str) -> UnitFigurePage:
    """CchcError for an indicator that the round does not ask for, for a unit that there is not, and for one that does
    not stand behind the indicator or is not the viewer's."""
    from cchc.figures.one_indicator import numbers_behind, unit_over_rounds

    run, rounds = chosen_run(asked)
    unit = asked.desk.find_unit(unit_code)
    if unit is None:
        raise CchcError(t("board_indicators.unknown_unit", unit=unit_code))
    asked.desk.refuse_others(unit_code)
    behind = numbers_behind(run, code, unit)
    known = run.indicators.in_round(run.round.reference_day, run.round.kind)
    one = next(each for each in known if each.code == code)
    story = unit_over_rounds(run, code, unit)
    if not story:
        raise CchcError(t("board_indicators.not_asked", unit=unit.name, code=code))
    steps = [_step(one, step) for step in story]
    figures = [
        (shown.round.round_id, shown.taken, step.figure.value if step.comparable else None)
        for step, shown in zip(story, steps, strict=True)
    ]
    return UnitFigurePage(
        round=run.round,
        rounds=asking(run, rounds, code),
        indicator=one,
        unit=unit,
        steps=steps,
        bars=bars(figures),
        witnesses=_witnesses(one, behind),
        made_of=_made_of(behind),
        counts=_counts(behind),
        mark=next((one for one in followed_lines(asked.desk, unit_code) if one.code == code), None),
    )


def _step(one: Indicator, step: UnitStep) -> RoundOfUnit:
    from cchc.figures.shown import value_text
    from cchc.indicators.numbers import number

    figure, line = step.figure, step.figure.line
    own = line.unit_value if line else figure.value
    return RoundOfUnit(
        round=step.round_,
        taken=value_text(one, figure.value),
        own=figure.typed or value_text(one, None) if own is None else value_text(one, own),
        system=value_text(one, line.system_value if line else None),
        gap=number(line.gap if line else None, one.kind),
        explanation=figure.explanation,
        comparable=step.comparable,
    )


def _witnesses(one: Indicator, behind: NumbersBehind) -> list[WitnessRow]:
    if behind.evidence is None:
        return []
    words = table("report.reconciliation.witness")
    return [
        _witness(one, words[name], behind.evidence, name, behind.origins) for name in behind.evidence.figures
    ]


def _witness(
    one: Indicator, words: str, evidence: Evidence, name: str, origins: Mapping[str, Row]
) -> WitnessRow:
    from cchc.figures.shown import stated, value_text

    figure, row = evidence.figures[name], origins.get(name)
    written = stated(figure) if figure.raw is not None else value_text(one, figure.value)
    is_file = row is not None and row["source"] is None
    return WitnessRow(
        key=name,
        name=words,
        figure=written,
        parts=_parts(figure),
        is_taken=evidence.chosen == name,
        has_gap=name in evidence.gaps,
        submission=row["origin"] if row is not None and is_file else "",
        file=(row["file_name"] or "") if row is not None and is_file else "",
        moment=from_text(row["received_at"]) if row is not None and row["received_at"] else None,
        cut_off=date.fromisoformat(row["cut_off"][:10]) if row is not None and row["cut_off"] else None,
        mark=((row["file_sha256"] or row["sha256"] or "") if row is not None else "")[:12],
    )


def _parts(figure: ReportedFigure) -> str:
    """`120/125`; empty without parts."""
    from cchc.indicators.numbers import number

    if figure.numerator is None and figure.denominator is None:
        return ""
    return f"{number(figure.numerator)}/{number(figure.denominator)}"


def _made_of(behind: NumbersBehind) -> list[tuple[str, str, str]]:
    from cchc.figures.shown import value_text

    return [(one.code, one.name.strip("- "), value_text(one, value)) for one, value in behind.made_of]


def _counts(behind: NumbersBehind) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    from cchc.figures.shown import value_text

    words = table("report.reconciliation.witness")
    return [
        (
            words[system],
            [
                (one.code, one.name.strip("- "), value_text(one, figure.value), _parts(figure))
                for one, figure in own
            ],
        )
        for system, own in behind.counts.items()
    ]
