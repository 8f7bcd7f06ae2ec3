"""Inspection: choosing units, the team's findings, orders with deadlines."""

from cchc.inspection.choice import ChosenUnit, UnitRecord, choose_units
from cchc.inspection.findings import (
    FindingsRefused,
    InspectionFinding,
    build_findings_workbook,
    due_text,
    read_findings_workbook,
)
from cchc.inspection.matching import Matched, match_findings
from cchc.inspection.rules import InspectionRules
from cchc.inspection.stored import keep_choices, keep_findings, last_inspected, load_choices, load_findings

__all__ = [
    "ChosenUnit",
    "FindingsRefused",
    "InspectionFinding",
    "InspectionRules",
    "Matched",
    "UnitRecord",
    "build_findings_workbook",
    "choose_units",
    "due_text",
    "keep_choices",
    "keep_findings",
    "last_inspected",
    "load_choices",
    "load_findings",
    "match_findings",
    "read_findings_workbook",
]
