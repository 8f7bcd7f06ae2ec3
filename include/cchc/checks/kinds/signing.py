"""Rules about the form's identity and the day on which the report was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from cchc.checks.rule import Rule, Situation, Witness
from cchc.checks.view import View
from cchc.clock import at, vn_date
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding


class SignedForm(Rule):
    """The form was made, and its identity signed, by this installation; else it is forged or made elsewhere."""

    kind: Literal["signed_form"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        if view.filled.signed is False:
            message = t("checks.messages.signed_form", title=view.filled.identity.title)
            yield self.on_cell(t("workbooks.sheets.guide"), "", None, t("checks.expected.our_form"), message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield Witness(form={"signed": False})


class _SigningDay(Rule):
    def _finding(self, view: View, signed: date, expected: str, key: str, **days: str) -> CheckFinding:
        message = t(f"checks.messages.{key}", signed=vn_date(signed), **days)
        return self.on_cell(view.figures_sheet, view.filled.signed_cell, vn_date(signed), expected, message)

    @staticmethod
    def _signed(view: View) -> date | None:
        return view.context.signed_on or view.filled.signed_on

    @staticmethod
    def _witness(situation: Situation, day: date) -> Witness:
        return Witness(form={"signed_on": day}, context={"as_of": at(situation.last, 12)})


class SignedBeforeCutoff(_SigningDay):
    """The data window does not end after the report was signed."""

    kind: Literal["signed_before_cutoff"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        signed, window = self._signed(view), view.context.round_.window
        if signed is not None and window is not None and window.first <= signed < window.last:
            cut_off = vn_date(window.last)
            expected = t("checks.expected.day_from", day=cut_off)
            yield self._finding(view, signed, expected, self.kind, cut_off=cut_off)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, situation.last - timedelta(days=1))


class SignedBeforeWindow(_SigningDay):
    """The report was not signed before its data window begins, nor more than `days_early` days before the cut-off:
    the window of a whole year also holds last year's day of signing. Mostly the year was mistyped."""

    kind: Literal["signed_before_window"]
    days_early: int | None = Field(default=None, ge=0)

    def findings(self, view: View) -> Iterator[CheckFinding]:
        signed, window = self._signed(view), view.context.round_.window
        if signed is None or window is None:
            return
        earliest = window.first
        if self.days_early is not None:
            earliest = max(earliest, window.last - timedelta(days=self.days_early))
        if signed < earliest:
            days = {
                "first": vn_date(window.first),
                "last": vn_date(window.last),
                "earliest": vn_date(earliest),
            }
            expected = t("checks.expected.day_from", day=days["earliest"])
            yield self._finding(view, signed, expected, self.kind, **days)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, situation.first - timedelta(days=1))


class SignedInFuture(_SigningDay):
    """The report was signed before it was sent."""

    kind: Literal["signed_in_future"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        signed, today = self._signed(view), view.context.today
        if signed is not None and signed > today:
            expected = t("checks.expected.day_until", day=vn_date(today))
            yield self._finding(view, signed, expected, self.kind, today=vn_date(today))

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield self._witness(situation, situation.last + timedelta(days=1))
