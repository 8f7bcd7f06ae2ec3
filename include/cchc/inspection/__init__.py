"""Inspection: choosing units, visits of the team, findings with orders, answers that somebody confirms."""

from cchc.inspection.choice import ChosenUnit, UnitRecord, choose_units, rank_units
from cchc.inspection.choices import keep_choices, last_inspected, load_choices
from cchc.inspection.counts import InspectionCounts, counts
from cchc.inspection.findings import (
    FindingKind,
    InspectionFinding,
    KnownFinding,
    TeamOrder,
    known_findings,
)
from cchc.inspection.findings_book import FindingsRefused, build_findings_workbook, read_findings_workbook
from cchc.inspection.rules import InspectionRules
from cchc.inspection.visits import PlannedVisit, Visit, VisitKind, VisitState, known_visits

__all__ = [
    "ChosenUnit",
    "FindingKind",
    "FindingsRefused",
    "InspectionCounts",
    "InspectionFinding",
    "InspectionRules",
    "KnownFinding",
    "PlannedVisit",
    "TeamOrder",
    "UnitRecord",
    "Visit",
    "VisitKind",
    "VisitState",
    "build_findings_workbook",
    "choose_units",
    "counts",
    "keep_choices",
    "known_findings",
    "known_visits",
    "last_inspected",
    "load_choices",
    "rank_units",
    "read_findings_workbook",
]
