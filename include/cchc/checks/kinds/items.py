"""Rules about item workbooks: plan tasks and answers after inspection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.clock import at, vn_date
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledItem


class _ItemRule(Rule):
    def _on_item(self, item: FilledItem, found: str | None, expected: str, message: str) -> CheckFinding:
        made = self.on_cell(t("workbooks.sheets.items"), item.cell, found, expected, message)
        return replace(made, indicator=_key(item))

    @staticmethod
    def _witness(situation: Situation, **given: Any) -> Witness:
        whole: dict[str, Any] = {"result": "x", "document": "x", "done_on": situation.last}
        return Witness(
            form={"items": [FilledItem("x", **(whole | given))]}, context={"as_of": at(situation.last, 12)}
        )


class ItemDay(_ItemRule):
    """A day of completion is not in the future: work was completed before it is reported."""

    kind: Literal["item_day"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        today = view.context.today
        for item in view.filled.items:
            if item.done_on is not None and item.done_on > today:
                found = vn_date(item.done_on)
                message = t("checks.messages.item_day", item=_key(item), found=found, today=vn_date(today))
                yield self._on_item(item, found, t("checks.expected.day_until", day=vn_date(today)), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, done_on=situation.last + timedelta(days=1))


class ItemDayBefore(_ItemRule):
    """A day of completion is not before the year of the round: mostly the year was mistyped."""

    kind: Literal["item_day_before"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        first = date(view.context.round_.year, 1, 1)
        for item in view.filled.items:
            if item.done_on is not None and item.done_on < first:
                found = vn_date(item.done_on)
                message = t("checks.messages.item_day_before", item=_key(item), found=found, year=first.year)
                yield self._on_item(item, found, t("checks.expected.day_from", day=vn_date(first)), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, done_on=date(situation.first.year - 1, 1, 1))


class ItemComplete(_ItemRule):
    """A row with a result also has its day or its document."""

    kind: Literal["item_complete"]
    field: Literal["done_on", "document"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for item in view.filled.items:
            if item.given and getattr(item, self.field) is None and _key(item) not in view.unreadable:
                name = "day" if self.field == "done_on" else "document"
                message = t(f"checks.messages.item_{self.field}", item=_key(item))
                yield self._on_item(item, None, t(f"checks.expected.{name}"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, **{self.field: None})


def _key(item: FilledItem) -> str:
    return item.key or item.obligation_id
