"""Running the rules over one workbook. Pure: nothing is read but the arguments and the rule file."""

from __future__ import annotations

from cchc.checks.context import CheckContext
from cchc.checks.load import Rules
from cchc.checks.view import View
from cchc.workbooks.forms import CheckFinding, FilledForm


def run(filled: FilledForm, context: CheckContext, rules: Rules | None = None) -> list[CheckFinding]:
    """Everything the rules have to say about a workbook, in the order of the rule file.

    A blank cell is named once, by the first compulsory rule that covers it. `rules` defaults to those of
    the configuration in force.
    """
    rules = rules or Rules.load()
    view = View(filled, context)
    found: list[CheckFinding] = []
    said: set[tuple[str, str | None]] = set()
    for rule in rules.all:
        if not rule.applies(str(context.unit.tier), str(context.round_.kind)):
            continue
        for finding in rule.findings(view):
            if rule.first_only and (rule.kind, finding.indicator) in said:
                continue
            said.add((rule.kind, finding.indicator))
            found.append(finding)
    return found
