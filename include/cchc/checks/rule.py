"""What every kind of rule is: its keys in `checks.yaml`, its findings, its formula in the form, its witness."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field

from cchc.checks.context import ReferenceRounds
from cchc.checks.view import View
from cchc.config_files import StrictModel, one_of
from cchc.indicators import Indicator
from cchc.severity import Severity
from cchc.texts import t
from cchc.units import ReportingTier
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn, quoted, worded
from cchc.year import Round

RoundKind = Literal["Q1", "6T", "Q3", "NAM"]


def _never_blocks(value: Severity) -> Severity:
    if value is Severity.ERROR:
        raise ValueError(one_of(value, (Severity.WARNING, Severity.NOTE)))
    return value


MildSeverity = Annotated[Severity, AfterValidator(_never_blocks)]
"""Of a rule that only raises a doubt: it can be right that such a figure stands there."""
KINDS: dict[str, type[Rule]] = {}  # every kind by its name in the file


@dataclass(frozen=True)
class Situation:
    """A tier in a round: what it owes there, and the rounds that can be compared with."""

    tier: str
    round_: Round
    owed: tuple[Indicator, ...]
    references: ReferenceRounds

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.owed}

    @property
    def first(self) -> date:
        """The first day of the round's window, or its only day."""
        return self.round_.window.first if self.round_.window else self.round_.reference_day

    @property
    def last(self) -> date:
        return self.round_.window.last if self.round_.window else self.round_.reference_day

    @staticmethod
    def far_apart(indicator: Indicator) -> tuple[Decimal, Decimal]:
        """Two values of the indicator as far from each other as they can be, the higher first."""
        percent = str(indicator.kind) == "percent"
        return (Decimal(100), Decimal(0)) if percent else (Decimal(10) ** 9, Decimal(1))


@dataclass(frozen=True)
class Witness:
    """A faulty workbook: its figures, what else is in the form, and what the rule may compare it with."""

    figures: dict[str, ReportedFigure] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedFigure:
    """A figure that a rule names under `key`. `part`: `/tu`, `/mau` or ''."""

    key: str
    code: str
    part: str = ""
    percent_only: bool = False


class Rule(StrictModel, ABC):
    """What every rule has. Empty `rounds` and `tiers` mean all.

    `first_only`: what several rules of the kind say of one indicator is said once, by the first of them.
    """

    first_only: ClassVar[bool] = False
    numbers_only: ClassVar[bool] = True  # the figures that the rule names must be numbers

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    severity: Severity
    explainable: bool = False
    rounds: tuple[RoundKind, ...] = ()
    tiers: tuple[ReportingTier, ...] = ()
    basis: str | None = None
    kind: str

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for name in get_args(cls.model_fields["kind"].annotation):
            KINDS[name] = cls

    @abstractmethod
    def findings(self, view: View) -> Iterator[CheckFinding]:
        """What the rule has to say about a workbook."""

    @abstractmethod
    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        """Candidates for a violation, on the indicator `code` where the rule has a list of them."""

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        """What the form itself checks while it is filled in; nothing where a cell formula cannot say it."""
        yield from ()

    def named(self) -> Iterator[NamedFigure]:
        """Every figure that the rule names."""
        yield from ()

    def misuse(self) -> Iterator[tuple[str, str, str]]:
        """(key or '', what was found, what is allowed) of what the rule's keys cannot mean together."""
        yield from ()

    def says(self) -> Iterator[tuple[object, str]]:
        """(a key that is equal for equal checks, how to show it), to find what is checked twice."""
        yield from ()

    def applies(self, tier: str, round_kind: str) -> bool:
        return (not self.rounds or round_kind in self.rounds) and (not self.tiers or tier in self.tiers)

    def on_figure(
        self, view: View, figure: ReportedFigure, found: str | None, expected: str | None, message: str
    ) -> CheckFinding:
        """A finding on a figure's cell; an explanation softens it where the rule accepts one."""
        made = self.on_cell(view.figures_sheet, figure.cell, found, expected, message)
        return self.softened(replace(made, indicator=figure.indicator), figure.explanation)

    def on_cell(
        self, sheet: str, cell: str, found: str | None, expected: str | None, message: str
    ) -> CheckFinding:
        """A finding on a cell that is no indicator's."""
        return CheckFinding(self.code, self.severity, sheet, cell, None, found, expected, message)

    def softened(self, finding: CheckFinding, explanation: str | None) -> CheckFinding:
        if not self.explainable or not explanation:
            return finding
        short = explanation if len(explanation) <= 120 else explanation[:117] + "…"
        message = t("checks.explained", message=finding.message, explanation=short)
        return replace(finding, severity=Severity.NOTE, message=message)

    def condition(self, code: str, turn: Turn, when: str, words: str, **more: Any) -> Condition:
        """A check of the row of `code`; `words` is its sentence, `more` the rest of a `Condition`."""
        plain = {"text": quoted(words), "shown": words}
        return Condition(code, turn, self.severity, self.explainable, when, **(plain | more))

    def counted(self, code: str, turn: Turn, when: str, words: str, total: str, **more: Any) -> Condition:
        """The same with a sentence that ends with a number, the formula `total`."""
        ends = {"text": f"{quoted(words + ' = ')}&{total}", "shown": f"{words} = 1234567"}
        return self.condition(code, turn, when, words, **ends, **more)

    def worded(self, key: str, **values: str) -> str:
        """The sentence `key` of the form's own checks."""
        return worded(self.severity, key, **values)


class Targeted(Rule):
    """A rule over a list of indicators; an empty list means all that the rule can look at."""

    looks_at: ClassVar[tuple[str, ...]] = ()  # kinds of indicators; none means all

    indicators: tuple[str, ...] = ()

    def targets(self, view: View) -> list[tuple[Indicator, ReportedFigure]]:
        """Indicator and figure of each target that is in the workbook, in the workbook's order."""
        known = view.context.by_code
        return [
            (known[code], figure)
            for code, figure in view.figures.items()
            if code in known and self.looks_on(known[code])
        ]

    def looks_on(self, indicator: Indicator) -> bool:
        """Whether the indicator is one of the rule's."""
        return (not self.indicators or indicator.code in self.indicators) and (
            not self.looks_at or str(indicator.kind) in self.looks_at
        )

    def on_form(self, sheet: LiveSheet) -> Iterator[Indicator]:
        """The targets that are rows of the form."""
        return (indicator for indicator in sheet.indicators if self.looks_on(indicator))

    def named(self) -> Iterator[NamedFigure]:
        only = self.looks_at == ("percent",)
        yield from (NamedFigure("indicators", code, percent_only=only) for code in self.indicators)

    def says(self) -> Iterator[tuple[object, str]]:
        ignored = {"code", "severity", "basis", "indicators", "rounds", "tiers", "explainable"}
        rest = tuple(sorted((key, str(value)) for key, value in self if key not in ignored))
        for code in self.indicators or ("",):
            yield (rest, code), code or self.kind

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        for one in [code] if code else list(situation.by_code):
            if one in situation.by_code:
                yield from self.witnesses_on(situation.by_code[one], situation)

    @abstractmethod
    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterable[Witness]:
        """Candidates for a violation on one indicator that the situation owes."""
