"""A unit's figures beside its own of other rounds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from cchc.checks.rule import MildSeverity, NamedFigure, Rule, Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, format_number
from cchc.indicators.numbers import number
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure


class NotBelow(Targeted):
    """A figure is not below what was reported for the rounds whose windows lie in this one's.

    `add_up`: those figures are added up, for what happened within a window; otherwise the highest of them
    counts, for what each round reports since the start of the year. A round for which nothing was reported is left
    out: what is known already is a lower bound.
    """

    kind: Literal["not_below"]
    add_up: bool

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            code = indicator.code
            known = {
                round_id: figures[code]
                for round_id, figures in view.context.covered.items()
                if code in figures
            }
            if figure.value is None or not known:
                continue
            least = sum(known.values(), Decimal(0)) if self.add_up else max(known.values())
            if figure.value >= least:
                continue
            shown, before = view.shown(figure.value, code), view.shown(least, code)
            message = t(
                "checks.messages.not_below" if self.add_up else "checks.messages.not_below_highest",
                indicator=view.name(code),
                found=shown,
                least=before,
                rounds=", ".join(
                    f"{_round_name(r)}: {view.shown(value, code)}" for r, value in known.items()
                ),
            )
            yield self.on_figure(view, figure, shown, t("checks.expected.at_least", value=before), message)

    def misuse(self) -> Iterator[tuple[str, str, str]]:
        if not self.indicators:
            yield "", t("config_files.absent"), t("checks.config.some_target")

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        code = indicator.code
        if situation.references.covered:
            covered = {round_id: {code: Decimal(10)} for round_id in situation.references.covered}
            yield Witness({code: ReportedFigure(code, "0", Decimal(0))}, context={"covered": covered})


class VersusRound(Targeted):
    """A figure is not `factor` times that of another round, nor that part of it; differences up to `absolute`
    (percentages: `percent_points`) are never named. Without a list: every count, sum of money and percentage."""

    looks_at = ("count", "money", "percent")
    kind: Literal["versus_round"]
    against: Literal["previous", "last_year"]
    factor: Decimal = Field(gt=1)
    absolute: Decimal = Field(ge=0)
    percent_points: Decimal = Field(default=Decimal(100), gt=0)
    severity: MildSeverity

    def findings(self, view: View) -> Iterator[CheckFinding]:
        context = view.context
        earlier = context.previous if self.against == "previous" else context.last_year
        for indicator, figure in self.targets(view):
            then, now = earlier.get(indicator.code), figure.value
            if now is None or then is None:
                continue
            gap = abs(now - then)
            if str(indicator.kind) == "percent":
                unusual = gap > self.percent_points
            else:
                unusual = gap > self.absolute and (now > then * self.factor or then > now * self.factor)
            if not unusual:
                continue
            shown, before = view.shown(now, indicator.code), view.shown(then, indicator.code)
            message = t(
                f"checks.messages.versus_{self.against}",
                indicator=view.name(indicator.code),
                found=shown,
                before=before,
                difference=number(gap, "percent") if str(indicator.kind) == "percent" else format_number(gap),
            )
            yield self.on_figure(view, figure, shown, t("checks.expected.confirmed"), message)

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        code, (high, low) = indicator.code, situation.far_apart(indicator)
        if getattr(situation.references, self.against):
            yield Witness({code: ReportedFigure(code, str(high), high)}, context={self.against: {code: low}})


class OpeningStock(Rule):
    """left = the figure `previous` of the round whose window ends the day before this one begins: what was carried
    over is what that round left open."""

    kind: Literal["opening_stock"]
    left: str
    previous: str

    def findings(self, view: View) -> Iterator[CheckFinding]:
        figure, closing = view.figures.get(self.left), view.context.opening.get(self.previous)
        if figure is None or figure.value is None or closing is None or figure.value == closing:
            return
        shown, expected = format_number(figure.value), format_number(closing)
        message = t(
            "checks.messages.opening_stock",
            indicator=view.name(self.left),
            found=shown,
            previous_indicator=self.previous,
            expected=expected,
            difference=format_number(abs(figure.value - closing) + Decimal(0)),
        )
        yield self.on_figure(view, figure, shown, t("checks.expected.number", value=expected), message)

    def named(self) -> Iterator[NamedFigure]:
        yield from (NamedFigure("left", self.left), NamedFigure("previous", self.previous))

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        if situation.references.opening and {self.left, self.previous} <= set(situation.by_code):
            opening = {self.previous: Decimal(5)}
            yield Witness(
                {self.left: ReportedFigure(self.left, "6", Decimal(6))}, context={"opening": opening}
            )


def _round_name(round_id: str) -> str:
    """`6 tháng/2026` for 2026-6T."""
    year, kind = round_id.split("-", 1)
    return f"{t(f'checks.rounds.{kind}')}/{year}"
