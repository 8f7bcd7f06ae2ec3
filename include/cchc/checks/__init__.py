"""Rules over a unit's workbook, and claims in prose."""

from cchc.checks.context import CheckContext, References, reference_rounds
from cchc.checks.engine import run
from cchc.checks.finding import SEVERITIES, Finding, blocking, worst_first
from cchc.checks.live import live_rules
from cchc.checks.load import Rules
from cchc.checks.model import Rule

__all__ = [
    "SEVERITIES",
    "CheckContext",
    "Finding",
    "References",
    "Rule",
    "Rules",
    "blocking",
    "live_rules",
    "reference_rounds",
    "run",
    "worst_first",
]
