"""The counting rules as rows for people: what was decided, in words."""

from __future__ import annotations

from collections.abc import Iterable

from cchc.sources.rules import OneStopRules
from cchc.texts import t, table


def rule_rows(rules: OneStopRules) -> list[tuple[str, str]]:
    """(rule, what is chosen) in the order of `counting.yaml`."""
    answers = table("form_06.answers")
    chosen = {
        "not_counted": _statuses(rules.not_counted),
        "finished": _statuses(rules.finished),
        "always_on_time": _statuses(rules.always_on_time),
        "always_in_term": _statuses(rules.always_in_term),
        "first_day": answers[rules.window.first_day],
        "last_day": answers[rules.window.last_day],
        "closing_day": answers[rules.closing_day],
        "late_by": answers[rules.late_by],
        "ended_on_due_day": answers[rules.ended_on_due_day],
        "due_on_last_day": answers[rules.due_on_last_day],
        "no_due_resolved": answers[rules.no_due_date.resolved],
        "no_due_open": answers[rules.no_due_date.open],
    }
    return [(title, chosen[name]) for name, title in table("form_06.rules").items()]


def _statuses(codes: Iterable[int]) -> str:
    names = table("form_06.statuses")
    return ", ".join(names[str(code)] for code in codes) or t("form_06.answers.none")
