"""What the criteria of a unit are computed from, each number with its origin: all of it frozen, none of it a claim.

Figures are those that the year's report takes, of units whose report was accepted; once the province's report is issued
they are those of its issue. A unit that is silent has no figures at all, also none of the systems: it earns nothing by
silence. Duties come from the ledger alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import ceil

from cchc.clock import TZ
from cchc.criteria import CriteriaSet, Duty, Inputs, Survey
from cchc.documents.form import SELF
from cchc.figures.reconciliation import Evidence, evidence
from cchc.indicators import Indicator
from cchc.inspection.counts import InspectionCounts, counts
from cchc.obligations import Obligation, ObligationState, timeliness
from cchc.run import Run
from cchc.scores import (
    ExternalValue,
    FilledSurvey,
    NumberUsed,
    external_values,
    set_among,
    survey_forms,
)
from cchc.submissions.kept import declared_nothing
from cchc.submissions.kept import standing as counted_reports
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.forms import ReportedFigure
from cchc.year import RoundKind

DUTY, SURVEY, OUTSIDE = "obl:", "ks:", "ngoai:"
_PARTS = (".num", ".den")
_LEFT_OUT = ("waived", "dissolved")
_COUNTED = ("count", "percent")  # kinds of which there are none where a section declares that nothing arose
# TC.giai_ngan: codes of the register have no small letter behind the point.
_OF_OUTSIDE = re.compile(r"[A-Z]+[0-9]*\.[a-z][A-Za-z0-9_.]*")


@dataclass(frozen=True)
class UnitInputs(Inputs):
    """Inputs with the origin of each number; duties and surveys have theirs under their name as well.

    has_report: whether an annual report of the unit was accepted; without one its figures are unknown.
    """

    origins: Mapping[str, tuple[NumberUsed, ...]] = field(default_factory=dict)
    has_report: bool = False


def year_round(run: Run) -> str:
    """The round whose report gives the figures."""
    return f"{run.round.year}-{RoundKind.YEAR}"


def figures_as_of(run: Run) -> datetime:
    """The moment whose figures count: of the issue of the year's report, else of the run."""
    state = run.rounds.state(year_round(run), run.as_of)
    issue = state.last_issue if state else None
    return min(issue.decided_at, run.as_of) if issue else run.as_of


def inputs_of(run: Run, units: Sequence[Unit], sets: Mapping[str, CriteriaSet]) -> dict[str, UnitInputs]:
    """unit -> what its criteria are computed from, by the names that its set reads."""
    world = _World.of(run, units)
    found = {}
    for unit in units:
        scored = set_among(sets, run.round.round_id, unit.code)
        names = {name for row in scored.rows_of(unit) for name in row.terms}
        found[unit.code] = world.of_unit(unit, scored, names)
    return found


@dataclass(frozen=True)
class _World:
    """Everything that units are computed from, read once."""

    run: Run
    figures: Mapping[str, Mapping[str, Evidence]]
    reports: Mapping[str, str]
    nothing: Mapping[str, Collection[str]]
    shas: Mapping[str, str]
    snapshots: Mapping[str, tuple[str, str]]
    duties: Mapping[str, Sequence[tuple[Obligation, ObligationState]]]
    inspected: Mapping[str, InspectionCounts]
    outside: Mapping[tuple[str, str], ExternalValue]
    forms: Mapping[tuple[str, str], Sequence[FilledSurvey]]

    @classmethod
    def of(cls, run: Run, units: Sequence[Unit]) -> _World:
        round_id, as_of, codes = year_round(run), figures_as_of(run), [unit.code for unit in units]
        duties = defaultdict(list)
        for kind in RoundKind:
            for pair in run.ledger.states(run.as_of, round_id=f"{run.round.year}-{kind}"):
                duties[pair[0].unit_code].append(pair)
        rows = run.store.query("scoring.submissions_of_round", round_id=round_id)
        sources = run.store.query("scoring.snapshots_of_round", round_id=round_id)
        return cls(
            run,
            evidence(run.store, round_id, as_of, codes),
            counted_reports(run.store, round_id, as_of=as_of),
            declared_nothing(run.store, round_id, as_of=as_of),
            {row["submission_id"]: row["file_sha256"] for row in rows},
            {row["source"]: (row["snapshot_id"], row["sha256"]) for row in sources},
            dict(duties),
            counts(run.store, codes, *_whole_year(run), as_of=run.as_of),
            external_values(run.store, run.round.year, run.as_of),
            survey_forms(run.store, run.round.round_id),
        )

    def of_unit(self, unit: Unit, scored: CriteriaSet, names: Collection[str]) -> UnitInputs:
        used = [*self._figures(unit, names), *self._inspected(unit, names), *self._outside(unit, names)]
        duties, surveys = self._duties(unit, names), self._surveys(unit, scored, names)
        origins: dict[str, tuple[NumberUsed, ...]] = {one.name: (one,) for one in used}
        origins |= {name: tuple(one for _, one in pairs) for name, pairs in duties.items()}
        origins |= {name: (one,) for name, (_, one) in surveys.items()}
        return UnitInputs(
            numbers={one.name: one.value for one in used},
            duties={name: tuple(duty for duty, _ in pairs) for name, pairs in duties.items()},
            surveys={name: survey for name, (survey, _) in surveys.items()},
            origins=origins,
            has_report=unit.code in self.reports,
        )

    def _figures(self, unit: Unit, names: Collection[str]) -> Iterable[NumberUsed]:
        """Figures of the year's report, by code and by parts; none of a unit whose report was not accepted."""
        if unit.code not in self.reports:
            return
        own, report = self.figures.get(unit.code, {}), self.reports[unit.code]
        for code in sorted({_bare(name) for name in names}):
            found = own.get(code)
            figure = found.taken if found else None
            if found is not None and figure is not None:
                yield from self._parts(code, figure, *self._origin(found, report))
            elif (
                (indicator := self._known.get(code))
                and indicator.kind in _COUNTED
                and indicator.section in self.nothing.get(unit.code, ())
            ):
                declared = t("scoring.origins.nothing", submission=report)
                nothing = ReportedFigure(code, value=Decimal(0), numerator=Decimal(0), denominator=Decimal(0))
                yield from self._parts(code, nothing, declared, self.shas.get(report, ""))

    @cached_property
    def _known(self) -> Mapping[str, Indicator]:
        return {one.code: one for one in self.run.indicators.all}

    def _origin(self, found: Evidence, report: str) -> tuple[str, str]:
        """(where the figure that is taken comes from, its hash)."""
        source = found.chosen
        if source is None or source == SELF:
            return report, self.shas.get(report, "")
        return self.snapshots.get(source, (source, ""))

    @staticmethod
    def _parts(code: str, figure: ReportedFigure, origin: str, sha256: str) -> Iterable[NumberUsed]:
        parts = {code: figure.value, f"{code}.num": figure.numerator, f"{code}.den": figure.denominator}
        for name, value in parts.items():
            if value is not None:
                yield NumberUsed(name, value, origin, sha256)

    def _inspected(self, unit: Unit, names: Collection[str]) -> Iterable[NumberUsed]:
        """What inspections of the year found. Where nobody was, nothing is known: that is no nought."""
        found = self.inspected[unit.code]
        origin = t("scoring.origins.inspection", year=self.run.round.year, visits=found.visits)
        for name, value in found.inputs.items():
            if name in names and value is not None:
                yield NumberUsed(name, value, origin)

    def _outside(self, unit: Unit, names: Collection[str]) -> Iterable[NumberUsed]:
        """Published figures. A table that was read and does not name the unit says so: None."""
        read = {index for index, _ in self.outside}
        for name in sorted(names):
            if not (name.startswith(OUTSIDE) or _OF_OUTSIDE.fullmatch(_bare(name))):
                continue
            index = name.removeprefix(OUTSIDE)
            value = self.outside.get((index, unit.code))
            if value is not None:
                yield NumberUsed(name, value.value, value.origin, value.file_sha256)
            elif index in read:
                yield NumberUsed(name, None, t("scoring.origins.not_named", index=index))

    def _duties(self, unit: Unit, names: Collection[str]) -> dict[str, list[tuple[Duty, NumberUsed]]]:
        wanted = [name for name in names if name.startswith(DUTY)]
        found: dict[str, list[tuple[Duty, NumberUsed]]] = {name: [] for name in wanted}
        for obligation, state in self.duties.get(unit.code, ()):
            if not self._counts(unit, obligation, state):
                continue
            whole = f"{DUTY}{obligation.product}"
            for name in (whole, f"{whole}/{obligation.item}"):
                if name in found:
                    duty = _duty(obligation, state, self.run.as_of)
                    late = None if duty.days_late is None else Decimal(duty.days_late)
                    found[name].append((duty, NumberUsed(name, late, obligation.obligation_id)))
        return found

    def _counts(self, unit: Unit, obligation: Obligation, state: ObligationState) -> bool:
        """Not what was waived, what the unit's end took away, or what fell due before there was the unit."""
        standing = timeliness(obligation, state, self.run.units, self.run.as_of)
        return standing not in _LEFT_OUT and state.due_at.astimezone(TZ).date() >= unit.valid_from

    def _surveys(
        self, unit: Unit, scored: CriteriaSet, names: Collection[str]
    ) -> dict[str, tuple[Survey, NumberUsed]]:
        found = {}
        for name in sorted(names):
            code = name.removeprefix(SURVEY)
            forms = self.forms.get((code, unit.code), ())
            if not name.startswith(SURVEY) or not forms:
                continue
            worth = {option.code: option.worth for option in scored.surveys[code].options}
            given = [worth[answer] for form in forms for answer in form.answers.values() if answer in worth]
            if given:
                mean = sum(given, Decimal(0)) / len(given)
                origin = t("scoring.origins.survey", survey=code, forms=len(forms))
                found[name] = Survey(len(forms), mean), NumberUsed(name, mean, origin)
        return found


def _whole_year(run: Run) -> tuple[date, date]:
    return date(run.round.year, 1, 1), date(run.round.year, 12, 31)


def _bare(name: str) -> str:
    for part in _PARTS:
        name = name.removesuffix(part)
    return name


def _duty(obligation: Obligation, state: ObligationState, as_of: datetime) -> Duty:
    """Late by an hour is late by a day: a day that has begun counts, as the rules on late files have it."""
    due = state.due_at.astimezone(TZ).date()
    done = None
    if state.fulfilled_at is not None:
        late = state.fulfilled_at - state.due_at
        done = (
            due + timedelta(days=ceil(late / timedelta(days=1)))
            if late > timedelta(0)
            else min(state.fulfilled_at.astimezone(TZ).date(), due)
        )
    round_kind = obligation.round_id.partition("-")[2]
    return Duty(round_kind, obligation.item, due, done, is_due=state.due_at <= as_of or done is not None)
