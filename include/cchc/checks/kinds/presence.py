"""Rules about what must be there: readable cells, compulsory figures, sections of the narrative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from cchc.checks.rule import Rule, Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, Problem, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn
from cchc.workbooks.outline import load_outline


class Readable(Rule):
    """Every filled cell can be read; if not, the reader's words."""

    kind: Literal["readable"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for problem in view.filled.problems:
            message = t("checks.messages.readable", message=problem.message)
            made = self.on_cell(problem.sheet, problem.cell, problem.raw, None, message)
            yield replace(made, indicator=problem.indicator)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield Witness(form={"problems": [Problem("x", "A1", None, "x", "x")]})


class OldLetters(Rule):
    """Cells in a letter table of before Unicode that were turned into it: told, so that somebody looks at them."""

    kind: Literal["old_letters"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for remark in view.filled.remarks:
            message = t("checks.messages.readable", message=remark.message)
            yield self.on_cell(remark.sheet, remark.cell, remark.raw, None, message)

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield Witness(form={"remarks": [Problem("x", "A1", None, "x", "x")]})


class Compulsory(Targeted):
    """The cell is filled in. `all_owed` covers every indicator owed but free texts.

    Where the exports have the figure, a blank is only mentioned.
    """

    first_only = True
    numbers_only = False
    kind: Literal["compulsory"]
    all_owed: bool = False

    def findings(self, view: View) -> Iterator[CheckFinding]:
        if view.filled.nothing_to_report:
            return
        for indicator in view.owed:
            if not self.looks_on(indicator):
                continue
            figure = view.figures.get(indicator.code)
            # A row that is gone and a cell that is unreadable have been named already. A denominator of 0 is an
            # answer: nothing arose. One part of a percent alone is the ratio rules' matter.
            if figure is None or figure.nothing or indicator.code in view.unreadable or figure.given:
                continue
            if figure.from_system:  # nobody asked for it
                continue
            if self.all_owed and (str(indicator.kind) == "text" or _follows(indicator)):
                continue
            system = view.context.system.get(indicator.code)
            name, expected = view.name(indicator.code), t("checks.expected.given")
            if system is not None and system.value is not None:
                shown = view.shown(system.value, indicator.code)
                message = t("checks.messages.compulsory_system", indicator=name, system=shown)
                softer = self.model_copy(update={"severity": Severity.NOTE})
                yield softer.on_figure(view, figure, None, expected, message)
            else:
                message = t(f"checks.messages.{_wording(indicator)}", indicator=name)
                yield self.on_figure(view, figure, None, expected, message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        """Not of every owed cell: the form counts what is filled in instead of colouring a fresh one all over. Nor
        where the exports have the figure: its absence is only a note."""
        if self.all_owed:
            return
        for indicator in self.on_form(sheet):
            if indicator.code in sheet.system or indicator.code in sheet.shown:
                continue
            columns = ("value", "numerator", "denominator") if indicator.kind == "percent" else ("value",)
            blank = ",".join(f"LEN({sheet.cell(indicator.code, column)})=0" for column in columns)
            words = self.worded("missing")
            yield self.condition(indicator.code, Turn.MISSING, f"AND({blank})", words, if_empty=True)

    def misuse(self) -> Iterator[tuple[str, str, str]]:
        if not self.all_owed and not self.indicators:
            yield "", t("config_files.absent"), t("checks.config.some_target")

    def says(self) -> Iterator[tuple[object, str]]:
        """A blank cell may be named by several rules: the first wins, so that a few can be stricter than the rest."""
        yield from ()

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        yield Witness({indicator.code: ReportedFigure(indicator.code)})


class Narrative(Rule):
    """Sections of the outline have their least length."""

    kind: Literal["narrative"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        if view.filled.nothing_to_report:
            return
        for section in load_outline():
            cell = view.filled.narrative_cells.get(section.code)
            if cell is None or section.min_length == 0 or section.code in view.filled.nothing_narratives:
                continue
            length = len(view.filled.narratives.get(section.code, ""))
            if length >= section.min_length:
                continue
            shown = {"heading": section.heading, "minimum": section.min_length}
            key = "narrative_short" if length else "narrative"
            message = t(f"checks.messages.{key}", found=length, **shown)
            expected = t("checks.expected.length", minimum=section.min_length)
            yield self.on_cell(
                view.narratives_sheet, cell, str(length) if length else None, expected, message
            )

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        yield Witness(form={"narrative_cells": {section.code: "A1" for section in load_outline()}})


def _follows(indicator: Indicator) -> bool:
    """Whether a percent has no cell of its own to fill: both parts are figures of other rows."""
    own = (None, "", "own")
    return (
        str(indicator.kind) == "percent"
        and indicator.numerator not in own
        and indicator.denominator not in own
    )


def _wording(indicator: Indicator) -> str:
    if str(indicator.kind) == "text":
        return "compulsory_text"
    if indicator.options:
        return "compulsory_choice"
    return "compulsory_ratio" if str(indicator.kind) == "percent" else "compulsory"
