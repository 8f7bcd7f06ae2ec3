"""What differs between two versions of a set: rows added, taken out and changed, settings and surveys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cchc.criteria.row import CriterionRow
from cchc.criteria.sets import CriteriaSet
from cchc.indicators import format_number

ADDED, REMOVED = "added", "removed"
# Not what a row says but how it is computed; what it says is compared.
_DERIVED = ("formula", "decimals")


@dataclass(frozen=True)
class SetDifference:
    """One difference. code: of the criterion, '' for a setting or a survey. what: `added`, `removed`, or the column or
    key, as the files call it; before and after as they stand there, '' where there is nothing."""

    code: str
    what: str
    before: str
    after: str


def differences(before: CriteriaSet, after: CriteriaSet) -> list[SetDifference]:
    """Settings first, then criteria in their order; equal content has none, whatever the versions are called."""
    return [*_settings(before, after), *_rows(before, after)]


def changed_rows(before: CriteriaSet, after: CriteriaSet) -> frozenset[str]:
    """Codes of criteria that were added, taken out or changed: whose units must be told."""
    return frozenset(one.code for one in _rows(before, after))


def _settings(before: CriteriaSet, after: CriteriaSet) -> Iterator[SetDifference]:
    pairs = [(before.settings.model_dump(mode="json"), after.settings.model_dump(mode="json"), "")]
    codes = sorted({*before.surveys, *after.surveys})
    for code in codes:
        old, new = before.surveys.get(code), after.surveys.get(code)
        pairs.append(
            (
                old.model_dump(mode="json") if old else {},
                new.model_dump(mode="json") if new else {},
                f"phieu/{code}.",
            )
        )
    for old_values, new_values, prefix in pairs:
        for key in dict.fromkeys([*old_values, *new_values]):
            if old_values.get(key) != new_values.get(key):
                yield SetDifference(
                    "", f"{prefix}{key}", _shown(old_values.get(key)), _shown(new_values.get(key))
                )


def _rows(before: CriteriaSet, after: CriteriaSet) -> Iterator[SetDifference]:
    old, new = ({row.code: row for row in one.rows} for one in (before, after))
    for code in dict.fromkeys([*new, *old]):
        if code not in old:
            yield SetDifference(code, ADDED, "", new[code].criterion)
        elif code not in new:
            yield SetDifference(code, REMOVED, old[code].criterion, "")
        else:
            yield from _row(old[code], new[code])


def _row(old: CriterionRow, new: CriterionRow) -> Iterator[SetDifference]:
    for name in CriterionRow.__dataclass_fields__:
        if name in _DERIVED or getattr(old, name) == getattr(new, name):
            continue
        yield SetDifference(old.code, name, _shown(getattr(old, name)), _shown(getattr(new, name)))


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    return "" if value is None else str(value)
