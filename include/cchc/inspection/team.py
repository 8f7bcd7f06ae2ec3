"""The team of a year and the schedule of its visits: `kiem-tra/<year>/doan.yaml`, `kiem-tra/<year>/lich.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file, one_of, place_of, shown
from cchc.errors import ConfigError, ConfigErrors, RuleRefused
from cchc.inspection.fields import InspectionFields
from cchc.inspection.visits import PlannedVisit, VisitKind
from cchc.mail.department import Login
from cchc.texts import t
from cchc.units import UnitRegister

_SEVERAL = re.compile(r"[;\s]+")


class TeamMember(StrictModel):
    """One of the team: the account, the unit it comes from, the title as the decision names it."""

    account: Login
    unit: str
    title: str = Field(min_length=1)


class InspectionTeam(StrictModel):
    """`doan.yaml`."""

    head: TeamMember
    deputies: tuple[TeamMember, ...] = ()
    members: tuple[TeamMember, ...] = Field(min_length=1)

    @property
    def everyone(self) -> tuple[TeamMember, ...]:
        return (self.head, *self.deputies, *self.members)

    def going(self, members: Sequence[str], unit_code: str) -> list[TeamMember]:
        """Who goes to a unit: those named, all where nobody is, with the head of the team; nobody to his own unit."""
        able = [one for one in self.everyone if one.unit != unit_code]
        leads = next((one for one in (self.head, *self.deputies) if one in able), None)
        return [one for one in able if not members or one.account in members or one == leads]

    @classmethod
    def of_year(cls, year: int, folder: Path | None = None) -> InspectionTeam:
        """RuleRefused('no-team') when nobody is named for the year."""
        found = _load_teams(folder).get(year)
        if found is None:
            raise RuleRefused("no-team", t("inspection.no_team", year=year))
        return found


class ScheduleRow(StrictModel):
    """A line of `lich.csv`. days: days of the visit, several with blanks between; topics: names or codes of fields and
    members: accounts, several with `;` between; on_paper: `co` when the unit is looked at by its report alone."""

    unit_code: str
    days: str | None = None
    half: Literal["sang", "chieu"] | None = None
    kind: Literal["theo_ke_hoach", "chuyen_de"] | None = None  # empty: of the plan
    topics: str | None = None
    members: str | None = None
    on_paper: Literal["co"] | None = None

    @field_validator("days")
    @classmethod
    def _real_days(cls, value: str | None) -> str | None:
        for one in _parts(value):
            date.fromisoformat(one)
        return value

    @property
    def visit_kind(self) -> VisitKind:
        return VisitKind(self.kind or VisitKind.PLANNED)

    def planned(self, round_id: str) -> PlannedVisit:
        """The visit of this line; the first of a unit is the plan's own."""
        own = f"{round_id}/{self.unit_code}"
        source = own if self.visit_kind is VisitKind.PLANNED else f"{own}/{self.visit_kind}/{self.days or ''}"
        return PlannedVisit(
            self.unit_code,
            self.visit_kind,
            source,
            tuple(date.fromisoformat(one) for one in _parts(self.days)),
            self.half or "",
            tuple(one.strip() for one in (self.topics or "").split(";") if one.strip()),
            tuple(_parts(self.members)),
            self.on_paper == "co",
        )


def schedule_of(year: int, folder: Path | None = None) -> tuple[ScheduleRow, ...]:
    """The schedule of a year; empty when none was written."""
    return _load_schedules(folder).get(year, ())


def _parts(text: str | None) -> list[str]:
    return [one for one in _SEVERAL.split((text or "").strip()) if one]


def _year_of(path: Path) -> int:
    name = path.parent.name
    if not name.isdigit():
        raise ConfigError(shown(path), t("config_files.whole_file"), name, t("inspection.folder_is_a_year"))
    return int(name)


@config_file("kiem-tra/*/doan.yaml")
def _load_teams(opened: OpenedFiles) -> dict[int, InspectionTeam]:
    units, found = UnitRegister.load(opened.folder), {}
    for path in opened.paths():
        team = opened.yaml(InspectionTeam, path)
        if faults := list(_faults(path, team, units)):
            raise ConfigErrors(faults)
        found[_year_of(path)] = team
    return found


def _faults(path: Path, team: InspectionTeam, units: UnitRegister) -> Iterator[ConfigError]:
    places: list[tuple[tuple[str, ...], TeamMember]] = [(("head",), team.head)]
    for part in ("deputies", "members"):
        places += [((part, str(place)), one) for place, one in enumerate(getattr(team, part))]
    known, seen = [unit.code for unit in units.all], set[str]()
    for keys, one in places:
        if one.unit not in units:
            yield ConfigError(shown(path), place_of(path, (*keys, "unit")), one.unit, one_of(one.unit, known))
        if one.account in seen:
            allowed = t("inspection.account_once")
            yield ConfigError(shown(path), place_of(path, (*keys, "account")), one.account, allowed)
        seen.add(one.account)


@config_file("kiem-tra/*/lich.csv")
def _load_schedules(opened: OpenedFiles) -> dict[int, tuple[ScheduleRow, ...]]:
    units, teams = UnitRegister.load(opened.folder), _load_teams(opened.folder)
    fields, found = InspectionFields.load(opened.folder), {}
    for path in opened.paths():
        year, rows, faults = _year_of(path), opened.csv(ScheduleRow, path), []
        team = teams.get(year)
        from_unit = {one.account: one.unit for one in team.everyone} if team else {}
        for number, row in rows.numbered():
            for column, value, allowed in _row_faults(row, units, from_unit, fields):
                place = t("config_files.row_column", row=number, column=column)
                faults.append(ConfigError(shown(path), place, value, allowed))
        if faults:
            raise ConfigErrors(faults)
        found[year] = tuple(rows)
    return found


def _row_faults(
    row: ScheduleRow, units: UnitRegister, from_unit: dict[str, str], fields: InspectionFields
) -> Iterator[tuple[str, str, str]]:
    if row.unit_code not in units:
        yield "unit_code", row.unit_code, one_of(row.unit_code, [unit.code for unit in units.all])
        return
    for account in _parts(row.members):
        if account not in from_unit:
            yield "members", account, one_of(account, from_unit)
        elif from_unit[account] == row.unit_code:
            yield (
                "members",
                account,
                t("inspection.not_own_unit", account=account, unit=units.get(row.unit_code).name),
            )
    for topic in row.planned("").topics:
        if fields.of(topic) is None:
            yield "topics", topic, one_of(topic, [one.name for one in fields.fields])
