"""Running the rules over one workbook. Pure: nothing is read but the arguments and the rule file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cchc.checks import answers, arithmetic, peers, presence, ratios, references
from cchc.checks.context import CheckContext
from cchc.checks.load import Rules
from cchc.checks.model import Compulsory, Rule
from cchc.checks.view import View
from cchc.intake.forms import FilledForm, Finding

# One function for each kind of rule.
_FAMILIES: dict[str, Callable[[Any, View], Iterator[Finding]]] = {
    "readable": presence.readable,
    "equal": arithmetic.equal,
    "at_most": arithmetic.at_most,
    "bounds": arithmetic.bounds,
    "only_if": arithmetic.only_if,
    "ratio": ratios.ratio,
    "share": ratios.share,
    "denominator": ratios.denominator,
    "parts_missing": ratios.parts_missing,
    "zero_of_nothing": ratios.zero_of_nothing,
    "fraction_typed": ratios.fraction_typed,
    "compulsory": presence.compulsory,
    "narrative": presence.narrative,
    "versus_system": references.versus_system,
    "not_below": references.not_below,
    "versus_round": references.versus_round,
    "versus_peers": peers.versus_peers,
    "opening_stock": references.opening_stock,
    "nothing_contradicted": presence.nothing_contradicted,
    "signed_before_cutoff": presence.signed_before_cutoff,
    "signed_before_window": presence.signed_before_window,
    "signed_in_future": presence.signed_in_future,
    "signed_form": presence.signed_form,
    "item_day": answers.item_day,
    "item_day_before": answers.item_day_before,
    "item_complete": answers.item_complete,
    "score_bounds": answers.score_bounds,
    "score_evidence": answers.score_evidence,
    "score_missing": answers.score_missing,
}


def run(filled: FilledForm, context: CheckContext, rules: Rules | None = None) -> list[Finding]:
    """Everything the rules have to say about a workbook, in the order of the rule file.

    A blank cell is named once, by the first compulsory rule that covers it. `rules` defaults to those of
    the configuration in force.
    """
    rules = rules or Rules.load()
    view = View(filled, context)
    found: list[Finding] = []
    blank: set[str | None] = set()
    for rule in rules.all:
        if not _applies(rule, context):
            continue
        for finding in _FAMILIES[rule.kind](rule, view):
            if isinstance(rule, Compulsory):
                if finding.indicator in blank:
                    continue
                blank.add(finding.indicator)
            found.append(finding)
    return found


def _applies(rule: Rule, context: CheckContext) -> bool:
    kind, tier = str(context.round_.kind), str(context.unit.tier)
    return (not rule.rounds or kind in rule.rounds) and (not rule.tiers or tier in rule.tiers)
