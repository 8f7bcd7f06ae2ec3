"""Page 'Chỉ tiêu': the indicators of a round by section, with the province's figures of it and of the round before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cchc.errors import CchcError
from cchc.run import Run
from cchc.texts import table
from cchc.year import Round, RoundKind
from cchc_board.door import Asked
from cchc_board.finding import named_so
from cchc_board.indicators.chosen_round import chosen_run
from cchc_board.indicators.followed_figures import FollowedLine, followed_lines

if TYPE_CHECKING:
    from cchc.figures.tally import Tally
    from cchc.indicators import Indicator


@dataclass(frozen=True)
class ProvinceRow:
    """An indicator in words. now, before: the province's figure of the round, and of the one before it where it meant
    the same; origin: where the figure comes from."""

    code: str
    name: str
    measure: str
    now: str
    before: str
    covered: str
    origin: str


@dataclass(frozen=True)
class SectionOfRound:
    """A section of the appendix with its groups, each with what it has."""

    code: str
    name: str
    groups: list[tuple[str, list[ProvinceRow]]]

    @property
    def count(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


@dataclass(frozen=True)
class IndicatorsPage:
    """What the template shows. `known`: whether the round has a draft, and so figures of the province."""

    round: Round
    rounds: list[Round]
    before: Round | None
    sections: list[SectionOfRound]
    sought: str
    known: bool
    followed: list[FollowedLine]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.sections)


def indicators_page(asked: Asked, sought: str) -> IndicatorsPage:
    """sought: words of a name, a group or a code, with or without accents. CchcError as `chosen_run`."""
    # Heavy, and every process of Airflow loads the plugin.
    from cchc.figures.consolidate import province_lines

    run, rounds = chosen_run(asked)
    before = _round_before(run)
    lines = province_lines(run.store, run.round.round_id, run.as_of)
    earlier = province_lines(run.store, before.round_id, run.as_of) if before else {}
    alike = (
        run.indicators.meaning_the_same(run.round.reference_day, before.reference_day)
        if before
        else frozenset()
    )
    rows = [
        (one, _row(one, lines.get(one.code), earlier.get(one.code) if one.code in alike else None))
        for one in run.indicators.in_round(run.round.reference_day, run.round.kind)
        if not sought or named_so(sought, one.name, one.group, one.section_name, one.code)
    ]
    sections = []
    for (code, name), own in groupby(rows, key=lambda pair: (pair[0].section, pair[0].section_name)):
        groups = groupby(own, key=lambda pair: pair[0].group)
        sections.append(SectionOfRound(code, name, [(key, [row for _, row in all_]) for key, all_ in groups]))
    return IndicatorsPage(
        run.round, rounds, before, sections, sought, bool(lines), followed_lines(asked.desk)
    )


def _row(one: Indicator, line: Tally | None, then: Tally | None) -> ProvinceRow:
    from cchc.figures.origins import origin_words
    from cchc.figures.shown import coverage, tally_text

    told = origin_words(line) if line is not None and one.of_units else ""
    return ProvinceRow(
        code=one.code,
        name=one.name.strip("- "),
        measure=one.unit_of_measure,
        now=tally_text(one, line),
        before=tally_text(one, then),
        covered=coverage(one, line) if one.of_units else "",
        origin=told or table("figures.stated_by")[one.stated_by],
    )


def _round_before(run: Run) -> Round | None:
    """The round of reports before this one; before the first of a year the last of the year before."""
    before = run.calendar.previous_report_round(run.round)
    if before is not None:
        return before
    try:
        return run.calendar.round(f"{run.round.year - 1}-{RoundKind.YEAR}")
    except CchcError:  # a year without a calendar
        return None
