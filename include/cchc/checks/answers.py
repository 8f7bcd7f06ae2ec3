"""Rules about the item workbooks: plan tasks, answers after inspection, self-scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from cchc.checks.model import (
    ItemComplete,
    ItemDay,
    ItemDayBefore,
    Rule,
    ScoreBounds,
    ScoreEvidence,
    ScoreMissing,
)
from cchc.checks.view import View
from cchc.clock import vn_date
from cchc.indicators import format_number
from cchc.intake.forms import FilledItem, FilledScore, Finding
from cchc.texts import t


def item_day(rule: ItemDay, view: View) -> Iterator[Finding]:
    """Work was completed before it is reported."""
    today = view.context.today
    for item in view.filled.items:
        if item.done_on is not None and item.done_on > today:
            found = vn_date(item.done_on)
            message = t("checks.messages.item_day", item=_key(item), found=found, today=vn_date(today))
            yield _on_item(rule, item, found, t("checks.expected.day_until", day=vn_date(today)), message)


def item_day_before(rule: ItemDayBefore, view: View) -> Iterator[Finding]:
    """Work of a year was not completed before the year began: mostly the year was mistyped."""
    first = date(view.context.round_.year, 1, 1)
    for item in view.filled.items:
        if item.done_on is not None and item.done_on < first:
            found = vn_date(item.done_on)
            message = t("checks.messages.item_day_before", item=_key(item), found=found, year=first.year)
            yield _on_item(rule, item, found, t("checks.expected.day_from", day=vn_date(first)), message)


def item_complete(rule: ItemComplete, view: View) -> Iterator[Finding]:
    """A result comes with its day, or its document."""
    for item in view.filled.items:
        if item.given and getattr(item, rule.field) is None and _key(item) not in view.unreadable:
            name = "day" if rule.field == "done_on" else "document"
            message = t(f"checks.messages.item_{rule.field}", item=_key(item))
            yield _on_item(rule, item, None, t(f"checks.expected.{name}"), message)


def score_bounds(rule: ScoreBounds, view: View) -> Iterator[Finding]:
    """0 <= points <= maximum; a penalty runs from its negative maximum to 0."""
    for score in view.filled.scores:
        if score.self_points is None or score.max_points is None:
            continue
        low, high = sorted((Decimal(0), score.max_points))
        if low <= score.self_points <= high:
            continue
        expected = t("checks.expected.between", low=format_number(low), high=format_number(high))
        found = format_number(score.self_points)
        message = t("checks.messages.score_bounds", criterion=score.criterion, found=found, expected=expected)
        yield _on_score(rule, view, score, found, expected, message)


def score_evidence(rule: ScoreEvidence, view: View) -> Iterator[Finding]:
    """Points that count name their evidence."""
    for score in view.filled.scores:
        if score.self_points and score.self_points > 0 and not score.evidence:
            found = format_number(score.self_points)
            message = t("checks.messages.score_evidence", criterion=score.criterion, found=found)
            yield _on_score(rule, view, score, found, t("checks.expected.evidence"), message)


def score_missing(rule: ScoreMissing, view: View) -> Iterator[Finding]:
    """Every criterion has points, or the reason why not."""
    for score in view.filled.scores:
        if score.self_points is None and score.criterion not in view.unreadable:
            message = t("checks.messages.score_missing", criterion=score.criterion)
            yield _on_score(rule, view, score, None, t("checks.expected.given"), message)


def _key(item: FilledItem) -> str:
    return item.key or item.obligation_id


def _on_item(rule: Rule, item: FilledItem, found: str | None, expected: str, message: str) -> Finding:
    sheet = t("intake.sheets.items")
    return Finding(rule.code, rule.severity, sheet, item.cell, _key(item), found, expected, message)


def _on_score(
    rule: Rule, view: View, score: FilledScore, found: str | None, expected: str, message: str
) -> Finding:
    sheet = t("intake.sheets.scores")
    made = Finding(rule.code, rule.severity, sheet, score.cell, score.criterion, found, expected, message)
    return view.softened(rule, made, score.explanation)
