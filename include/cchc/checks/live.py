"""The rules that a workbook can check by itself, for one unit and round."""

from __future__ import annotations

from cchc.checks.load import Rules
from cchc.checks.rule import Rule
from cchc.severity import Severity

_COUNTED = (Severity.ERROR, Severity.WARNING)  # a mere note colours nothing


def live_rules(rules: Rules, tier: str, round_kind: str) -> list[Rule]:
    """What the form of a unit of `tier` checks in a round of `round_kind`; each rule knows its formulas (`Rule.live`).

    What needs other rounds, other units or the narrative's meaning has none.
    """
    return [rule for rule in rules.all if rule.severity in _COUNTED and rule.applies(tier, str(round_kind))]
