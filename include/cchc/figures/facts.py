"""Everything that the documents of a round say, gathered once: standings, figures, texts, findings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from cchc.checks import Rules
from cchc.clock import from_text, to_text
from cchc.documents.form import DocumentSettings
from cchc.figures.consolidate import Consolidation, add_up, counted_figures, obliged_units, owed_indicators
from cchc.figures.last_year import YearComparison, last_year
from cchc.figures.province import with_derived
from cchc.figures.readings import Origins, origins_of
from cchc.figures.reconciliation import (
    ReconciliationLine,
    by_witness,
    evidence,
    evidence_beside_systems,
    reconcile,
)
from cchc.figures.tally import Figures, Tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.obligations import (
    Ledger,
    Obligation,
    ObligationState,
    RoundSummary,
    UnprovenFigures,
    lateness,
    summarise,
    timeliness,
    unproven_figures,
)
from cchc.severity import Severity
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.store import Store
from cchc.submissions.kept import latest_narratives, standing
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.outline import Section, load_outline
from cchc.year import Calendar, Product, Round, RoundKind, WorkingDays


@dataclass(frozen=True)
class UnitStanding:
    """How one unit stands with the round's report. Lateness in whole days, 0 when not late.

    `timeliness` is on_time | late | missing | pending (`waived` and `dissolved` units are not listed). `unproven`: its
    figures count, and nobody has confirmed them (`obligations.proof`).
    """

    unit: Unit
    status: str
    timeliness: str
    due_at: datetime
    first_submitted_at: datetime | None
    fulfilled_at: datetime | None
    late_working_days: int
    late_calendar_days: int
    unproven: bool = False

    @property
    def reported(self) -> bool:
        return self.fulfilled_at is not None


@dataclass(frozen=True)
class ReceivedReport:
    """The file that holds a unit's counted report."""

    file_name: str
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class SnapshotStamp:
    """A frozen state of one source that system values were counted from."""

    snapshot_id: str
    source: str
    cut_off: date
    sha256: str


@dataclass(frozen=True)
class RoundFacts:
    """The facts of one round as known at `as_of`.

    `owed`: by unit the codes that it stands behind; `figures` hold what follows from a unit's other figures too.
    `outline` holds the headings that this round asks for, `sections` every section of the indicator register.
    `received` is by unit; `snapshots` by indicator: those behind its system values. `origins`: who gave each figure
    that counts, by unit and indicator (see `readings.origin_of` for one that follows from others).
    """

    round_: Round
    as_of: datetime
    indicators: Sequence[Indicator]
    owed: Mapping[str, frozenset[str]]
    consolidation: Consolidation
    standings: Sequence[UnitStanding]
    summary: RoundSummary
    summary_by_tier: Mapping[str, RoundSummary]
    figures: Mapping[str, Mapping[str, ReportedFigure]]
    system: Mapping[str, Figures]
    system_lines: Mapping[tuple[str, str], Tally]
    reconciliation: Sequence[ReconciliationLine]
    findings: Sequence[tuple[Unit, CheckFinding]]
    outline: Sequence[Section]
    sections: Sequence[str]
    narratives: Mapping[str, Mapping[str, str]]
    last_year: YearComparison | None = None
    history: Sequence[tuple[Round, RoundSummary]] = field(default=())
    received: Mapping[str, ReceivedReport] = field(default_factory=dict)
    snapshots: Mapping[str, Sequence[SnapshotStamp]] = field(default_factory=dict)
    origins: Origins = field(default_factory=dict)

    @cached_property
    def differences(self) -> list[ReconciliationLine]:
        """Figures on which unit and system disagree, by indicator and then by unit."""
        return [line for line in self.reconciliation if line.differs]

    @cached_property
    def units(self) -> list[Unit]:
        """The obliged units in the order in which they are shown."""
        return [standing.unit for standing in self.standings]

    @cached_property
    def unproven(self) -> list[Unit]:
        """Units whose figures count, and which nobody has confirmed."""
        return [standing.unit for standing in self.standings if standing.unproven]

    @cached_property
    def unit_of(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def indicator_of(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def tiers(self) -> list[str]:
        return list(dict.fromkeys(unit.tier for unit in self.units))

    def owes(self, unit: Unit, code: str) -> bool:
        return code in self.owed.get(unit.code, frozenset())


def gather(
    store: Store,
    round_: Round,
    consolidation: Consolidation,
    units: UnitRegister,
    indicators: IndicatorRegister,
    calendar: Calendar,
    as_of: datetime,
    settings: DocumentSettings | None = None,
) -> RoundFacts:
    """Read the facts of a round for its documents as they were when the draft was consolidated.

    So what is issued is what was approved, even when a late report came in between; `as_of` can only look
    further back. Whether figures were confirmed meanwhile is known as of `as_of`.
    """
    rules = (settings or DocumentSettings.load()).report
    known_by, as_of = as_of, min(as_of, consolidation.as_of)
    obliged, nothing = obliged_units(store, round_, units, as_of)
    shown, owed = owed_indicators(round_, obliged, indicators)
    pairs = _pairs(store, round_, as_of)
    found = evidence(store, round_.round_id, as_of)
    figures = with_derived(counted_figures(found), shown, owed)
    witness = by_witness(found, ONE_STOP, DOC_MANAGEMENT)
    read = {state.last_submission_id for _, state in pairs if state.last_submission_id}
    by_unit = {obligation.unit_code: (obligation, state) for obligation, state in pairs}
    doubt = {
        one.unit_code: one
        for one in unproven_figures(store, as_of, round_id=round_.round_id, known_by=known_by)
        if one.unit_code in by_unit
    }
    return RoundFacts(
        round_=round_,
        as_of=as_of,
        indicators=shown,
        owed=owed,
        consolidation=consolidation,
        standings=[
            replace(
                _standing(unit, *by_unit[unit.code], units, as_of, calendar.working_days),
                unproven=unit.code in doubt,
            )
            for unit in obliged
        ],
        summary=summarise(pairs, units, as_of),
        summary_by_tier=_by_tier(pairs, obliged, units, as_of),
        figures=figures,
        system=witness,
        system_lines=add_up(shown, owed, obliged, witness),
        reconciliation=reconcile(
            shown, owed, obliged, found, rules.difference_tolerance, Rules.load(), str(round_.kind)
        ),
        findings=[
            *((unit, _in_doubt(doubt[unit.code])) for unit in obliged if unit.code in doubt),
            *_findings(store, round_, obliged, read),
        ],
        outline=[section for section in load_outline() if section.asked_in(round_.kind)],
        sections=list(dict.fromkeys(indicator.section for indicator in indicators.all)),
        narratives=latest_narratives(store, round_.round_id, as_of=as_of),
        last_year=last_year(
            store,
            calendar.same_round_last_year(round_),
            indicators,
            (shown, owed, obliged, figures),
            consolidation,
            units,
            as_of,
        ),
        history=_history(store, calendar, round_, units, as_of),
        received=_received(store, round_, read),
        snapshots=_snapshots(store, round_, as_of),
        origins=origins_of(found, {*nothing, *standing(store, round_.round_id, as_of=as_of)}),
    )


def reconciliation_of(
    store: Store, round_: Round, units: UnitRegister, indicators: IndicatorRegister, as_of: datetime
) -> list[ReconciliationLine]:
    """What units reported beside the exports as known at `as_of`, drafted or not."""
    obliged, _ = obliged_units(store, round_, units, as_of)
    shown, owed = owed_indicators(round_, obliged, indicators)
    tolerance = DocumentSettings.load().report.difference_tolerance
    beside, found = evidence_beside_systems(store, round_.round_id, shown, as_of)
    return reconcile(beside, owed, obliged, found, tolerance, Rules.load(), str(round_.kind))


def _pairs(store: Store, round_: Round, as_of: datetime) -> list[tuple[Obligation, ObligationState]]:
    return list(Ledger(store).states(as_of, round_id=round_.round_id, product=Product.REPORT))


def _standing(
    unit: Unit,
    obligation: Obligation,
    state: ObligationState,
    units: UnitRegister,
    as_of: datetime,
    working_days: WorkingDays,
) -> UnitStanding:
    late = lateness(state, as_of, working_days)
    return UnitStanding(
        unit=unit,
        status=state.status,
        timeliness=timeliness(obligation, state, units, as_of),
        due_at=state.due_at,
        first_submitted_at=state.first_submitted_at,
        fulfilled_at=state.fulfilled_at,
        late_working_days=late.working_days,
        late_calendar_days=late.calendar_days,
    )


def _by_tier(
    pairs: Sequence[tuple[Obligation, ObligationState]],
    obliged: Sequence[Unit],
    units: UnitRegister,
    as_of: datetime,
) -> dict[str, RoundSummary]:
    tier_of = {unit.code: unit.tier for unit in obliged}
    groups: dict[str, list[tuple[Obligation, ObligationState]]] = {unit.tier: [] for unit in obliged}
    for obligation, state in pairs:
        if obligation.unit_code in tier_of:
            groups[tier_of[obligation.unit_code]].append((obligation, state))
    return {tier: summarise(own, units, as_of) for tier, own in groups.items()}


def _received(store: Store, round_: Round, read: Collection[str]) -> dict[str, ReceivedReport]:
    return {
        row["unit_code"]: ReceivedReport(row["file_name"], row["file_sha256"], from_text(row["received_at"]))
        for row in store.query(
            "figures.submissions_of_round", round_id=round_.round_id, product=Product.REPORT
        )
        if row["submission_id"] in read
    }


def _snapshots(store: Store, round_: Round, as_of: datetime) -> dict[str, tuple[SnapshotStamp, ...]]:
    found: dict[str, tuple[SnapshotStamp, ...]] = {}
    rows = store.query("figures.snapshots_behind", round_id=round_.round_id, known_by=to_text(as_of))
    for row in rows:
        cut_off = date.fromisoformat(row["cut_off"][:10])
        stamp = SnapshotStamp(row["snapshot_id"], row["source"], cut_off, row["sha256"])
        found[row["indicator"]] = (*found.get(row["indicator"], ()), stamp)
    return found


def _findings(
    store: Store, round_: Round, units: Sequence[Unit], read: Collection[str]
) -> list[tuple[Unit, CheckFinding]]:
    """Findings of the newest submission of each unit, in the order of the units."""
    place = {unit.code: n for n, unit in enumerate(units)}
    rows = [
        row
        for row in store.query("figures.findings_of_round", round_id=round_.round_id, product=Product.REPORT)
        if row["submission_id"] in read and row["unit_code"] in place
    ]
    rows.sort(key=lambda row: place[row["unit_code"]])
    names = CheckFinding.__dataclass_fields__
    return [
        (units[place[row["unit_code"]]], CheckFinding(**{name: row[name] for name in names})) for row in rows
    ]


def _in_doubt(figures: UnprovenFigures) -> CheckFinding:
    """The doubt as a remark of the draft; it stands before what the checks say."""
    return CheckFinding(
        rule="chua-xac-thuc",
        severity=Severity.WARNING,
        sheet="",
        cell="",
        indicator=None,
        found=None,
        expected=None,
        message=t("figures.unproven", what=figures.what),
    )


def _history(
    store: Store, calendar: Calendar, round_: Round, units: UnitRegister, as_of: datetime
) -> list[tuple[Round, RoundSummary]]:
    """Summaries of the year's report rounds up to and with this one, as far as they were opened."""
    kinds = {RoundKind.Q1, RoundKind.H1, RoundKind.Q3, RoundKind.YEAR}
    rounds = [r for r in calendar.rounds(round_.year) if r.kind in kinds and r.opens_at <= round_.opens_at]
    history = [(r, summarise(_pairs(store, r, as_of), units, as_of)) for r in rounds]
    return [(r, summary) for r, summary in history if summary.obliged]
