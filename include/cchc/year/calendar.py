"""Rounds of a year by the rules of `calendar.yaml`, each moved date with its explanation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from cchc.clock import at
from cchc.config_files import shown
from cchc.errors import CchcError, ConfigError
from cchc.paths import config_dir
from cchc.texts import t
from cchc.year.model import REPORT_KINDS, Round, RoundKind, Window
from cchc.year.rules import DayRule, RoundRule, load_rules
from cchc.year.working_days import WorkingDays

Phase = Literal["opens", "closes", "cut_off"]
_ROUND_ID = re.compile(r"(\d{4})-(\w+)")


@dataclass(frozen=True, order=True)
class Moment:
    """Something that happens in the year: a round opens or closes, or a window's last day ends."""

    at: datetime
    round_id: str
    phase: Phase


class Calendar:
    """Rounds and working days. Every date is computed from the files; nothing reads the clock."""

    def __init__(self, rules: dict[int | None, dict[RoundKind, RoundRule]], days: WorkingDays, source: Path) -> None:
        self._rules, self.working_days, self._source = rules, days, source
        self._years: dict[int, list[Round]] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> Calendar:
        """Raises ConfigErrors naming file, line, value and what is allowed."""
        folder = folder or config_dir()
        path = folder / "calendar.yaml"
        return cls(load_rules(path), WorkingDays.load(folder), path)

    def rounds(self, year: int) -> list[Round]:
        """The year's rounds in the order in which they open."""
        if year not in self._years:
            rules = self._rules.get(year, self._rules[None])
            found = [self._round(year, kind, rule) for kind, rule in rules.items()]
            self._years[year] = sorted(found, key=lambda one: (one.opens_at, one.round_id))
        return self._years[year]

    def round(self, round_id: str) -> Round:
        """The round of that id; an error that names the ids there are."""
        if (match := _ROUND_ID.fullmatch(round_id)) and 2016 <= int(match[1]) <= 2044:
            for one in self.rounds(int(match[1])):
                if one.round_id == round_id:
                    return one
            known = ", ".join(one.round_id for one in self.rounds(int(match[1])))
        else:
            known = t("year.id_form")
        raise CchcError(t("year.unknown_round", round_id=round_id, known=known))

    def previous_report_round(self, round_: Round) -> Round | None:
        """The report round before this one in the same year; None for the first."""
        reports = [one for one in self.rounds(round_.year) if one.kind in REPORT_KINDS]
        earlier = [one for one in reports if one.unit_due_at < round_.unit_due_at]
        return earlier[-1] if earlier else None

    def same_round_last_year(self, round_: Round) -> Round:
        return self.round(f"{round_.year - 1}-{round_.kind}")

    def moments(
        self, kinds: Collection[RoundKind], phases: Collection[Phase], first_year: int, last_year: int
    ) -> Iterator[Moment]:
        """What happens to rounds of `kinds` in the years given, in order. A cut-off happens at the end of its day."""
        found = []
        for year in range(first_year, last_year + 1):
            for one in self.rounds(year):
                if one.kind not in kinds:
                    continue
                if "opens" in phases:
                    found.append(Moment(one.opens_at, one.round_id, "opens"))
                if "closes" in phases:
                    found.append(Moment(one.closes_at, one.round_id, "closes"))
                if "cut_off" in phases and one.window:
                    found.append(Moment(at(one.window.last, 23, 30), one.round_id, "cut_off"))
        yield from sorted(found)

    def _round(self, year: int, kind: RoundKind, rule: RoundRule) -> Round:
        notes: list[str] = []
        province_due = self._moment(year, rule.province_due, notes)
        if rule.closes.before_province_due is not None:
            day = self.working_days.add(province_due.date(), -rule.closes.before_province_due)
            closes = at(day, *rule.closes.clock)
        else:
            closes = self._moment(year, rule.closes.as_day(), notes)
        window = None
        if rule.window:
            window = Window(rule.window.first.of(year), rule.window.last.of(year))
        result = Round(
            round_id=f"{year}-{kind}",
            year=year,
            kind=kind,
            title=rule.title.format(year=year),
            opens_at=self._moment(year, rule.opens, notes),
            window=window,
            unit_due_at=self._moment(year, rule.unit_due, notes),
            province_due_on=province_due.date(),
            closes_at=closes,
            tiers=tuple(rule.tiers),
            notes=tuple(dict.fromkeys(notes)),
        )
        self._check(result)
        return result

    def _moment(self, year: int, rule: DayRule, notes: list[str]) -> datetime:
        day = rule.day.of(year)
        moved = {"next": self.working_days.next, "previous": self.working_days.previous, "none": _same}[rule.on_day_off](day)
        if moved != day:
            notes.append(self.working_days.explain(day, moved))
        return at(moved, *rule.clock)

    def _check(self, one: Round) -> None:
        """A round must open before it is due, and be due before it closes for the province."""
        place = f"{one.round_id}"
        if not one.opens_at < one.unit_due_at:
            raise ConfigError(shown(self._source), place, one.unit_due_at.isoformat(), t("year.due_after_opening"))
        if one.window and one.window.first > one.window.last:
            raise ConfigError(shown(self._source), place, one.window.last.isoformat(), t("year.window_order"))
        if one.unit_due_at.date() > one.province_due_on + timedelta(days=1):
            raise ConfigError(shown(self._source), place, one.unit_due_at.isoformat(), t("year.due_before_province"))


def _same(day: date) -> date:
    return day
